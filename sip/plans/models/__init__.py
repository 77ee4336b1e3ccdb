"""The plan and what stands in it."""

from sip.plans.models.contents import Action, FollowUp, Goal, Need, Outcome, Voice, WheelMark, When
from sip.plans.models.grants import PlanAgencyGrant, PlanPersonGrant
from sip.plans.models.help_text import HelpText, Translator
from sip.plans.models.plan import (
    Assignment,
    AssignmentReason,
    CloseReason,
    Comment,
    CommentKind,
    Deviation,
    DeviationKind,
    Party,
    Plan,
    Request,
    Stamp,
    Verdict,
    Version,
)
from sip.plans.models.private import (
    EmergencyDecision,
    EmergencyOpening,
    PrivateWords,
    Section,
    Withholding,
    WorkingNote,
)
from sip.plans.models.waiting import Waiting

__all__ = [
    "Action",
    "Assignment",
    "AssignmentReason",
    "CloseReason",
    "Comment",
    "CommentKind",
    "Deviation",
    "DeviationKind",
    "EmergencyDecision",
    "EmergencyOpening",
    "FollowUp",
    "Goal",
    "HelpText",
    "Need",
    "Outcome",
    "Party",
    "Plan",
    "PlanAgencyGrant",
    "PlanPersonGrant",
    "PrivateWords",
    "Request",
    "Section",
    "Stamp",
    "Translator",
    "Verdict",
    "Version",
    "Voice",
    "Waiting",
    "WheelMark",
    "When",
    "Withholding",
    "WorkingNote",
]
