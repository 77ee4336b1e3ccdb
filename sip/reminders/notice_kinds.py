"""The words of each reminder. Whether one is still true is not asked here: the table is reckoned anew when it is sent.

No text may hold a name, a number, a place, an agency or a kind of agency. One text serves everybody who gets the kind.
"""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from sip.notices import registry
from sip.notices.models import Notice
from sip.notices.registry import Group
from sip.plans.notice_kinds import day_in_words, link_to, sees_plan
from sip.reminders.services import is_wanted

PLAN = "/planer/%(plan)s/"
TODAY = "/idag/"  # for whoever may not open the plan: what waits, without its contents


def _reminder(name: str, subject: object, text: object, path: str, group: Group = Group.REMINDERS) -> None:
    registry.register(
        registry.Kind(
            name=name,
            subject=_filled(subject),
            text=_filled(text),
            still_true=is_wanted,
            path=lambda notice: _way(notice, path),
            group=group,
        )
    )


def _filled(template: object) -> Callable[[Notice], str]:
    return lambda notice: str(template) % {"day": day_in_words(notice.deadline) if notice.deadline else ""}


def _way(notice: Notice, path: str) -> str | None:
    """Where to click: the very thing, or the own day for somebody who has no part in the plan."""
    if path.startswith(PLAN) and sees_plan(notice) is None:
        path = TODAY
    return link_to(notice, path % {"plan": notice.about, "detail": notice.detail})


# Before the meeting

_reminder(
    "request_waiting",
    _("En önskan om SIP väntar fortfarande på svar"),
    _("En önskan om SIP ska vara besvarad senast %(day)s. Läs den och svara."),
    PLAN,
)
_reminder(
    "meeting_deadline",
    _("SIP-mötet ska hållas snart"),
    _("Enligt rutinen ska ett SIP-möte hållas senast %(day)s. Inget möte är hållet än."),
    PLAN,
)
_reminder(
    "meeting_overdue",
    _("Ett SIP-möte är inte hållet i tid"),
    _("Enligt rutinen skulle ett SIP-möte ha hållits senast %(day)s. Inget möte är hållet än."),
    PLAN,
)
_reminder(
    "consent_missing",
    _("Ditt svar om samtycke behövs"),
    _("Du är med och bestämmer vilka som får läsa en plan. Den kan inte gå vidare utan ditt svar. Svara ja eller nej."),
    "/familj/%(plan)s/samtycke/",
)
_reminder(
    "consent_waiting",
    _("Ett svar om samtycke saknas"),
    _("Någon som bestämmer om samtycke i en plan som du samordnar har inte svarat. Ring och fråga."),
    PLAN,
)
_reminder(
    "consent_ends",
    _("Ett samtycke går snart ut"),
    _("Ett samtycke i en plan som du är med i gäller till och med %(day)s. Sedan får ingen läsa med stöd av det."),
    PLAN,
)

# The call and the meeting

_reminder(
    "times_missing",
    _("Säg vilka tider som passar"),
    _("Det finns förslag på tider för ett SIP-möte. Svara senast %(day)s vilka som passar."),
    "/planer/%(plan)s/tider/svara/",
)
_reminder(
    "times_overdue",
    _("Alla har inte svarat på tidsförslagen"),
    _("Svaren på tidsförslagen skulle ha kommit senast %(day)s. Ring och fråga, eller bestäm en tid ändå."),
    "/planer/%(plan)s/tider/",
)
_reminder(
    "answer_missing",
    _("Ett svar på en kallelse saknas"),
    _("Din verksamhet har inte svarat på en kallelse till ett SIP-möte. Svara senast %(day)s."),
    "/planer/%(plan)s/svara/",
)
_reminder(
    "answer_overdue",
    _("En kallad verksamhet har inte svarat"),
    _("En verksamhet skulle ha svarat på kallelsen till SIP-mötet senast %(day)s. Ring och fråga."),
    PLAN,
)
_reminder(
    "answer_escalated",
    _("Din enhet har inte svarat på en kallelse"),
    _("Din enhet är kallad till ett SIP-möte och skulle ha svarat senast %(day)s. Se till att någon svarar."),
    TODAY,
    Group.UNIT,
)
_reminder(
    "answer_unheard",
    _("Ett svar saknas, och ingen annan kan påminnas"),
    _("En enhet skulle ha svarat på en kallelse senast %(day)s. Ingen annan kan påminnas. Ring och fråga."),
    PLAN,
)
_reminder(
    "expectation_missing",
    _("Skriv vad ni förväntar er av SIP-mötet"),
    _("Ett SIP-möte är %(day)s. Skriv två rader före mötet: vad ni förväntar er och vad ni kan bidra med."),
    "/planer/%(plan)s/forvantan/",
)
_reminder(
    "meeting_soon",
    _("Snart är det SIP-möte"),
    _("SIP-mötet är %(day)s. Läs tid och plats i tjänsten."),
    PLAN,
)

# The plan

_reminder(
    "plan_late",
    _("Planen ska bli klar att läsa"),
    _("Enligt rutinen ska alla kunna läsa planen senast %(day)s. Skriv klart den och låt familjen läsa."),
    PLAN,
)
_reminder(
    "plan_unestablished",
    _("En plan är inte fastställd"),
    _("En plan som du samordnar är klar att läsa, men inte fastställd. Läs vad familjen säger och fastställ den."),
    PLAN,
)
_reminder(
    "signature_missing",
    _("En plan väntar på dig"),
    _("En samordnad individuell plan väntar på ditt svar. Läs den, säg vad som är fel och skriv under om du vill."),
    "/planer/%(plan)s/skriv-under/",
)
_reminder(
    "plan_unsigned",
    _("En underskrift saknas"),
    _("Någon har varken skrivit under eller sagt nej till en plan som du samordnar. Fråga om något är fel."),
    PLAN,
)

_reminder(
    "correction_waiting",
    _("Familjen väntar på svar om en rättelse"),
    _("Familjen har sagt att något är fel i en plan som du samordnar. Svara senast %(day)s."),
    PLAN,
)
_reminder(
    "correction_overdue",
    _("En rättelse är inte besvarad"),
    _("Familjen har sagt att något är fel i en plan. Svaret skulle ha kommit senast %(day)s."),
    PLAN,
)

# What was agreed

_reminder(
    "action_due",
    _("En insats ska snart vara klar"),
    _("En insats i en samordnad individuell plan ska vara klar senast %(day)s. Läs i planen vad ni kom överens om."),
    PLAN,
)
_reminder(
    "action_overdue",
    _("En insats skulle ha varit klar"),
    _("En insats i en samordnad individuell plan skulle ha varit klar senast %(day)s. Skriv i planen hur det gick."),
    PLAN,
)
_reminder(
    "action_escalated",
    _("En insats på din enhet är försenad"),
    _("En insats som din enhet har lovat skulle ha varit klar senast %(day)s. Ingen har skrivit hur det gick."),
    TODAY,
    Group.UNIT,
)
_reminder(
    "action_unheard",
    _("En insats är försenad, och ingen annan kan påminnas"),
    _("En insats skulle ha varit klar senast %(day)s. Ingen har skrivit hur det gick. Ring och fråga."),
    PLAN,
)
_reminder(
    "follow_up_due",
    _("En plan ska följas upp"),
    _("En samordnad individuell plan ska följas upp senast %(day)s. Bestäm när och hur."),
    PLAN,
)
_reminder(
    "follow_up_overdue",
    _("En uppföljning är inte gjord"),
    _("En samordnad individuell plan skulle ha följts upp senast %(day)s. Ingen har skrivit att det är gjort."),
    PLAN,
)
_reminder(
    "yearly_review",
    _("En plan ska ses över"),
    _("En plan som du samordnar ska ses över senast %(day)s. Följ upp den, eller avsluta den om den inte behövs."),
    PLAN,
)

# What comes with time

_reminder(
    "turns_17",
    _("Det är dags att planera överlämningen"),
    _("I en plan som du samordnar är det dags att planera överlämningen: vem som tar över, och vad som lämnas."),
    PLAN,
)
_reminder(
    "named_person",
    _("Den namngivna personen kan bytas snart"),
    _("Den som först tar emot oro för barnet i en plan som du samordnar kan bytas %(day)s. Förbered överlämningen."),
    PLAN,
)
_reminder(
    "assessment_due",
    _("En tid i rutinen går snart ut"),
    _("Enligt rutinen ska din verksamhet ha kommit i gång senast %(day)s. Skriv i planen hur det går."),
    PLAN,
)

# What did not go as it should

_reminder(
    "deviation_waiting",
    _("En avvikelse på din enhet väntar på svar"),
    _("En avvikelse som rör din enhet skulle ha fått svar senast %(day)s. Läs den och svara."),
    "/avvikelser/%(detail)s/",
    Group.UNIT,
)
