from django.apps import AppConfig
from django.conf import settings

from common import clock


class WebConfig(AppConfig):
    name = "sip.web"
    label = "web"
    verbose_name = "Webb"

    def ready(self) -> None:
        """Keep Idag's index in step with the plans; in the demo, go by the demo's clock."""
        from sip.plans import changed
        from sip.web.staff.waiting import index

        changed.follow(index.keep)
        if settings.DEMO:
            from sip.web.doors import demo_clock

            clock.run_ahead(demo_clock.ahead)
