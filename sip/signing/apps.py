from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "sip.signing"
    label = "signing"
    verbose_name = "Underskrifter"

    def ready(self) -> None:
        """Make this room's kind of notice and its check known, and how a receipt that the worker has made is sealed."""
        from sip.documents import papers
        from sip.signing import checks, notice_kinds, receipt  # noqa: F401

        papers.FINISHED_BY[papers.RECEIPT] = receipt.sealed
