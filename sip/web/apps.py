from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sip.web"
    label = "web"
    verbose_name = "Webb"

    def ready(self) -> None:
        """Keep Idag's index in step with the plans."""
        from sip.plans import changed
        from sip.web.staff.waiting import index

        changed.follow(index.keep)
