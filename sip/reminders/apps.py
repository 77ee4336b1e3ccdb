from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "sip.reminders"
    label = "reminders"
    verbose_name = "Påminnelser"

    def ready(self) -> None:
        """Make this room's kinds of notice known, and follow every plan's changes."""
        from sip.plans import changed
        from sip.reminders import notice_kinds, services  # noqa: F401

        changed.follow(services.follow)
