"""Settings of production: every key and address comes from the environment; without them nothing starts."""

from sip.settings.base import *  # noqa: F403
from sip.settings.base import CONTENT_SECURITY_POLICY, CSP_ENDPOINT, MIDDLEWARE, ROOT, env

PRODUCTION = True
DEMO = env.bool("DEMO", default=False)  # a system check refuses it here

MIDDLEWARE.insert(0, "sip.web.proxy.ClientAddressMiddleware")

STATIC_ROOT = ROOT / "staticfiles"  # filled by collectstatic
WHITENOISE_USE_FINDERS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# The newer way to report needs a certificate and gathers for a minute; browsers without it take report-uri.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["report-to"] = CSP_ENDPOINT

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_NAME = "__Host-sip"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
