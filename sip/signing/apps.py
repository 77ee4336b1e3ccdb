from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "sip.signing"
    label = "signing"
    verbose_name = "Underskrifter"

    def ready(self) -> None:
        """Make this room's kind of notice known."""
        from sip.signing import notice_kinds  # noqa: F401
