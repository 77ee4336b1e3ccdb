from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "sip.meetings"
    label = "meetings"
    verbose_name = "Möten"

    def ready(self) -> None:
        """Make this room's kinds of notice known, and follow what a called meeting hangs on."""
        from sip.meetings import changing, notice_kinds, told_again  # noqa: F401
        from sip.plans import above

        above.CLOSING.follow(changing.end_with_plan)
        above.CONSENT_CAME.follow(told_again.tell_again)
