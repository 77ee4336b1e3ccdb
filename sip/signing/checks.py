"""What is looked at before production opens: that there is something to sign with."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from sip.signing import authority


@register(Tags.security, deploy=True)
def there_are_keys(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse a site where nothing can be established, signed or verified. Only production is without, before issue."""
    try:
        authority.load(settings.SIGNING_DIR, may_make=not settings.PRODUCTION)
    except (OSError, ValueError) as error:
        hint = "Gör dem med manage.py signing_keys make-root och issue. Se docs/signing.md."
        return [Error(f"Nycklarna till underskrifter går inte att använda: {error}", hint=hint, id="sip.E002")]
    return []
