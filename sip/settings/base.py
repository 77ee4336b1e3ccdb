"""What demo, test and production share. Everything that differs by place is read from the environment."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django.conf.locale
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from sip.embedded.urls import django_database

ROOT = Path(__file__).resolve().parents[2]
env = environ.Env()

DEMO = False
DEMO_CLOCK = ROOT / "var" / "demo" / "clock"  # read in the demo alone
PRODUCTION = False
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "guardian",
    "axes",
    "csp",
    "agencies",
    "consent",
    "consent.log",
    "sip.notices",
    "sip.plans",
    "sip.meetings",
    "sip.documents",
    "sip.signing",
    "sip.reminders",
    "sip.cases",
    "sip.web",
    "sip.embedded",
]

MIDDLEWARE = [
    "sip.web.middleware.CorrelationMiddleware",
    "sip.web.middleware.PrivacyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sip.web.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sip.web.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sip.web.urls"
WSGI_APPLICATION = "sip.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Who one is
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: a locked-out name is not even tried
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # what authenticate() is given; else nobody is ever locked out
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "sip.web.doors.login.locked_out"
LOGIN_URL = "login"

# guardian keeps the grants; sip/plans/grants.py is their only writer
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # nobody asks guardian through has_perm; the policy asks the rows

# What Django says of the data
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language and time
LANGUAGE_CODE = "sv"
# A language stands here when its catalogue does (make translations); each by its own name, for who looks for it.
# The Swedish is in the program itself: there is no Swedish catalogue. Who meets which is said in agencies/languages.py.
LANGUAGES = [
    ("sv", "Svenska"),
    ("en", "English"),
    ("fi", "Suomi"),
    ("ar", "العربية"),
    ("so", "Soomaali"),
    ("uk", "Українська"),
]
LOCALE_PATHS = [ROOT / "locale"]
# Django has never heard of Somali; its words for days and months stand in our catalogue.
django.conf.locale.LANG_INFO["so"] = {"bidi": False, "code": "so", "name": "Somali", "name_local": "Soomaali"}
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"

# Files are served from where they are written; production gathers, names and packs them first
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT: Path | None = None
WHITENOISE_USE_FINDERS = True

# Keys and addresses: without them nothing starts
SECRET_KEY = env.str("SECRET_KEY")
FIELD_KEY = env.str("FIELD_KEY")  # base64 of 32 bytes; encrypts identity numbers
INDEX_KEY = env.str("INDEX_KEY")  # base64 of 32 bytes; finds them again
LOG_KEY = env.str("LOG_KEY")  # base64 of 32 bytes; seals the access log. Never where the database is kept
SIGNING_DIR = Path(env.str("SIGNING_DIR"))  # the local authority's keys and certificates
SITE_URL = env.str("SITE_URL").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname])

# The application's role owns nothing; migrations run as the owner (see prepare_database)
DATABASE_URL = env.str("DATABASE_URL")
OWNER_DATABASE_URL = env.str("OWNER_DATABASE_URL")
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **django_database(DATABASE_URL),
        "ATOMIC_REQUESTS": False,  # a service is one act and owns its transaction
        "CONN_MAX_AGE": 0,  # the pool keeps them, where there is one
    }
}
# Without it nothing is planned once (common/prepared.py), not even what asks for it. Django's own cursors never are.
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 1
if env.bool("DATABASE_POOL", default=False):  # the web asks for it (sip/wsgi.py); a command is one connection
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 4, "timeout": 5}

# The access log is kept at least this long; fewer than five years is refused (consent/retention.py)
ACCESS_LOG_YEARS = env.int("ACCESS_LOG_YEARS", default=5)

# The broker only wakes; losing it loses nothing
CELERY_BROKER_URL = env.str("REDIS_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "sip.notices.sweep", "schedule": 20.0, "options": {"expires": 20.0}},  # seconds
    "new_day": {"task": "sip.plans.new_day", "schedule": 1800.0, "options": {"expires": 1800.0}},
    "keep_waiting": {"task": "sip.web.keep_waiting", "schedule": crontab(hour="2", minute="10")},
    "signatures": {"task": "sip.signing.go_on", "schedule": 30.0, "options": {"expires": 30.0}},
    "seal_log": {"task": "consent.log.seal", "schedule": 60.0, "options": {"expires": 60.0}},
    "reminders_of_routines": {"task": "sip.reminders.routines", "schedule": 60.0, "options": {"expires": 60.0}},
    "papers": {"task": "sip.documents.make_papers", "schedule": 20.0, "options": {"expires": 20.0}},
    "exports": {"task": "sip.documents.make_exports", "schedule": 60.0, "options": {"expires": 60.0}},
    "signing_unused": {"task": "sip.signing.sweep", "schedule": crontab(hour="3", minute="10")},
    "papers_unused": {"task": "sip.documents.sweep_papers", "schedule": crontab(hour="3", minute="20")},
    "reminders_of_time": {"task": "sip.reminders.time", "schedule": 3600.0, "options": {"expires": 3600.0}},
}
# A web page never waits for the broker: one try, then the sweep finds the row anyway
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5, "max_retries": 0}

# What people send in stays in memory: a plan that somebody verifies is never on our disk
FILE_UPLOAD_HANDLERS = ["sip.web.uploads.InMemory"]

# Somebody who pastes ten megabytes gets them back in the form, with the limit beside them; a little less than the
# proxy lets through
DATA_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024**2

# Mail
vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 20  # seconds: a server that stalls must not keep the worker and the notice's lock for ever
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="sip@example.se")

# Text messages, by 46elks; without a user none are sent
SMS_URL = env.str("SMS_URL", default="https://api.46elks.com/a1/sms")
SMS_USER = env.str("SMS_USER", default="")
SMS_PASSWORD = env.str("SMS_PASSWORD", default="")
SMS_FROM = env.str("SMS_FROM", default="SIP")
SMS_TIMEOUT = 10  # seconds

# Neither quiet hours nor an hour between letters; for the demo and for tests, which run at any hour
NOTICES_AT_ONCE = False

# Papers are made by the worker, apart; a play and the suite make them where they are asked for
RENDER_AT_ONCE = False

# What the browser is told
CSP_REPORTS = "/csp-rapport"
CSP_ENDPOINT = "csp"
CONTENT_SECURITY_POLICY: dict[str, dict[str, Any]] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "report-uri": [CSP_REPORTS],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60  # seconds: a working day
# What just happened may say whom it was about: it stays here, and does not lie in a cookie
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# What is told to whoever runs it: lines of JSON with a correlation id, and nothing about people
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "sip.web.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Each seal of the access log leaves the database this way, so that a cut tail can be found.
        "consent.log": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
