"""Which marker each person may see: told anew and simply, from domain.md §3 and §9 and security.md."""

from typing import Any

from agencies.models import Role, User
from sip.plans.models import Action, Goal, HelpText, Need, Plan, PrivateWords, Voice, WheelMark, Withholding
from tests.access.relations import agencies_of, agreed_agencies, relations
from tests.canary.markers import Planted

FAMILY = {"guardian", "young"}
READERS = {"participant", "guardian", "young", "decider", "emergency"}
# What a section that is withheld from a guardian takes with it (OSL 12:3).
SECTIONS = {
    "voice": {"Voice.child_words", "Voice.no_voice_because", "WheelMark.works", "WheelMark.hard"},
    "situation": {"Voice.works_well", "Voice.situation", "Need.text"},
}
OWN_CONTACT = {"Guardian.phone", "Guardian.email", "Guardian.address"}


class Oracle:
    """What one person may see of one plan, as it stands now."""

    def __init__(self, user: User, plan: Plan) -> None:
        self.user, self.plan = user, plan
        self.held = relations(user, plan)
        self.agencies = agencies_of(user, plan)
        self.shared = agreed_agencies(plan)
        self.is_staff = "coordinator" in self.held or bool(self.held & {"participant", "decider", "emergency"} - FAMILY)
        self.guardian = getattr(user, "guardian", None)
        self.withheld = list(Withholding.objects.filter(plan=plan, guardian=self.guardian, lifted_at__isnull=True)) if (
            self.guardian) else []  # fmt: skip
        self.manages = set(user.memberships.filter(role=Role.MANAGER).values_list("agency_id", flat=True))
        self.reviews = user.memberships.filter(role=Role.LOG_REVIEWER).exists()

    def may_see(self, planted: Planted, *, on_paper: bool = False) -> bool:
        """Whether this marker is for this person, now.

        `on_paper`: in the PDF of a version. The family keeps its own as it was agreed, also when consent for somebody
        in it has ended since; nobody else does (sip/documents/covered.py).
        """
        kind, row = planted.kind, planted.row
        if self.plan.child.is_protected and kind == "Child.school":
            return False
        if kind in OWN_CONTACT:
            return row.user_id == self.user.pk or self._sees_contact(row)
        if kind == "Deviation.text":
            return row.agency_id in self.manages or self._is("coordinator")
        if kind.startswith("EmergencyOpening") and (self.reviews or row.user_id == self.user.pk):
            return True
        if kind == "Guardian.name" and row.user_id == self.user.pk:
            return True
        if kind in ("Child.name", "Guardian.name", "Stamp.why"):
            return bool(self.held & (READERS | {"coordinator"})) or self._wished(kind)
        if kind in ("Request.why", "Request.important") and row.by_id == self.user.pk:
            return True
        if kind in ("ConsentDecision.carve_out",):
            return self._is("coordinator") or self._is_me(row.guardian_id)
        if kind in ("MaturityAssessment.why", "ConsentDecision.reason"):
            return self._is("coordinator") or self._reads()
        if kind.startswith("Meeting.") and self._is("coordinator"):
            return True
        if kind.startswith(("Invitation.", "Attendance.", "Guest.", "Comment.", "Relative.", "Plan.")) and self._is(
            "coordinator"
        ):
            return True
        return self._reads() and self._contents(planted, own_paper=on_paper and bool(self.held & FAMILY))

    def _contents(self, planted: Planted, *, own_paper: bool) -> bool:
        kind, row = planted.kind, planted.row
        if kind == "HelpText.text":
            kind, row = _helps_to_read(row)
        if kind == "WorkingNote.text":
            return row.agency_id in self.agencies
        if kind == "PrivateWords.text":
            open_to = PrivateWords.objects.get(pk=row.pk).is_for_coordinator
            return "young" in self.held or (open_to and self._is("coordinator"))
        if kind == "Withholding.reason":
            return bool(self.agencies)
        if kind == "Child.school":
            return True
        if type(row).__name__ == "Action" and row.agency_id and row.agency_id not in self.shared and not own_paper:
            return False
        if kind.startswith("Party.") and row.agency_id not in self.shared:
            return False
        for each in self.withheld:
            if kind in SECTIONS.get(each.section, ()) or (each.action_id and each.action_id == row.pk):
                return False
        return True

    def _is(self, relation: str) -> bool:
        return relation in self.held

    def _is_me(self, guardian_id: object) -> bool:
        return self.guardian is not None and self.guardian.pk == guardian_id

    def _reads(self) -> bool:
        return bool(self.held & READERS)

    def _sees_contact(self, guardian: object) -> bool:
        """A guardian's phone and address: for those who work with the plan, and for no one else in the family."""
        if getattr(guardian, "is_protected", False):
            return self._is("coordinator")
        return bool(self.held & {"coordinator", "participant", "decider", "emergency"})

    def _wished(self, _kind: str) -> bool:
        return False


def _helps_to_read(row: HelpText) -> tuple[str, Any]:
    """A help text is for whom the Swedish text is for that it helps to read."""
    for model in (Action, Goal, Need, Voice, WheelMark):
        if swedish := model._default_manager.filter(pk=row.row_id).first():
            return f"{model.__name__}.{row.field}", swedish
    return f"Plan.{row.field}", row
