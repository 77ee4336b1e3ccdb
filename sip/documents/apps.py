"""The papers of a plan."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "sip.documents"
    label = "documents"
    verbose_name = "Dokument"

    def ready(self) -> None:
        from sip.documents import services
        from sip.plans import above

        above.DECIDERS_CHANGED.follow(services.ask_new_signers)
