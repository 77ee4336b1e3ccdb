"""Help texts: what stands in the plan, told in a language of the family's. The Swedish text is the one that holds."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from sip.plans.models.contents import Content
from sip.plans.models.plan import Plan


class Translator(models.TextChoices):
    """Whose words a help text is."""

    STAFF = "staff", _("Jag har skrivit texten själv")
    INTERPRETER = "interpreter", _("En tolk eller översättare har skrivit den")


@pghistory.track()
class HelpText(Content):
    """One text of the plan in one more language, to help the family read it. Never part of what is frozen and signed.

    `row_id` and `field` name the Swedish text, and `of_sha256` is its SHA-256 as it was when this was written: once the
    Swedish is another, the help text is out of date. An empty `text` is none.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="help_texts")
    row_id = models.UUIDField()
    field = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    of_sha256 = models.CharField(max_length=64)
    translator = models.CharField(max_length=12, choices=Translator.choices, default=Translator.STAFF)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "language", "row_id", "field"], name="one_help_text_each"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.language}"
