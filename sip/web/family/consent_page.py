"""Where consent stands, agency by agency, in the family's own words: what you said, what holds, what follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency
from common import clock
from common.text import in_words, sort_key
from consent import family
from consent.kinds import inside_sentence
from consent.models import ConsentDecision, DecisionKind, Guardian, How
from consent.rules import CHILD, Standing, Status
from sip.plans.grants import BEFORE_CALL
from sip.plans.models import Party, Plan, Request
from sip.plans.states import CLOSED_STATES, State
from sip.web.words import day_words

FOUND_MOST = 20
# Within this time of its end a yes can be given anew, before it has run out.
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Answer:
    """One agency: what the viewer last said (`mine`), what that amounts to with the other's word (`holds`).

    `limits`: what the viewer's yes covers, and how it was given. `soon`: that it runs out, "" when it does not.
    """

    agency: Agency
    mine: str
    holds: str
    carve_out: str
    may_withdraw: bool
    is_waiting_for_me: bool
    limits: str = ""
    soon: str = ""
    is_exempt: bool = False

    @property
    def key(self) -> str:
        """The agency's key, as forms send it."""
        return str(self.agency.pk)


def decides(plan: Plan, actor: Actor) -> bool:
    """Whether the viewer's yes or no counts: a guardian who decides, or the young person who does."""
    return _key_of(plan, actor) in family.deciders(plan.child)


def _key_of(plan: Plan, actor: Actor) -> str:
    """The viewer, as consent.rules knows who decides."""
    if plan.child.user_id == actor.user.pk:
        return CHILD
    guardian: Guardian | None = getattr(actor.user, "guardian", None)
    return str(guardian.pk) if guardian else ""


def together(plan: Plan, actor: Actor) -> str:
    """That more than one decides, or that somebody else does; "" when the viewer decides alone."""
    deciding = family.deciders(plan.child)
    mine = _key_of(plan, actor)
    if mine not in deciding:
        if deciding == (CHILD,):
            name = plan.child.given_name
            return _("%(name)s bestämmer själv om samtycke. Du läser här vad som gäller.") % {"name": name}
        return (
            _("Dina vårdnadshavare bestämmer om samtycke. Säg till samordnaren vad du tycker.") if mine == CHILD else ""
        )
    if len(deciding) == 1:
        return ""
    if mine == CHILD:
        return _("Ni bestämmer tillsammans, du också. Ett ja gäller när alla har sagt ja. Ett nej stoppar.")
    if CHILD in deciding:
        return _("Ni bestämmer tillsammans, också den unga. Ett ja gäller när alla har sagt ja. Ett nej stoppar.")
    if len(deciding) == 2:
        return _(
            "Ni är två som bestämmer. Ett ja gäller när båda har sagt ja. Ett nej från en av er räcker för att stoppa."
        )
    return _("Ni är flera som bestämmer. Ett ja gäller när alla har sagt ja. Ett nej räcker för att stoppa.")


def answers(plan: Plan, actor: Actor) -> list[Answer]:
    """Every agency that is, or is asked to be, around the child, by name."""
    agencies = list(Agency.objects.filter(pk__in=_asked(plan)).select_related("kind").order_by("name_key", "id"))
    standings = family.standings(plan.child, [agency.pk for agency in agencies])
    key = _key_of(plan, actor)
    guardian: Guardian | None = None if key == CHILD else getattr(actor.user, "guardian", None)
    mine = family.newest_decisions(plan.child, guardian) if key else {}
    names = {str(row.pk): row.name for row in family.custody_holders(plan.child)} | {CHILD: plan.child.given_name}
    viewer_decides = decides(plan, actor)
    already = _reads_before_consent(plan)
    return [
        _answer(
            agency,
            standings[agency.pk],
            mine.get(agency.pk),
            {other: name for other, name in names.items() if other != key},
            may_withdraw=viewer_decides,
            may_answer=viewer_decides and plan.state not in CLOSED_STATES,
            already=already.get(agency.pk, ""),
        )
        for agency in agencies
    ]


def _reads_before_consent(plan: Plan) -> dict[UUID, str]:
    """Who reads although nobody has said yes, and why, as grants.py has it: until somebody says no, or the call."""
    why: dict[UUID, str] = {}
    if plan.state not in BEFORE_CALL:
        return why
    first = _opening_request(plan)
    if first is not None and first.agency_id:
        why[first.agency_id] = _("Läser planen tills ni har svarat, för önskan kom därifrån.")
    if plan.coordinator_agency_id:
        why[plan.coordinator_agency_id] = _("Samordnar planen och läser den tills ni har svarat.")
    return why


def _opening_request(plan: Plan) -> Request | None:
    return Request.objects.filter(plan=plan, opened_plan=True).first()


def _asked(plan: Plan) -> set[UUID]:
    """Agencies that somebody has decided about or called, the coordinator's own, and the one that raised the need."""
    asked = set(family.agencies_asked_about(plan.child))
    asked |= set(Party.objects.filter(plan=plan).order_by().values_list("agency_id", flat=True))
    first = _opening_request(plan)
    if first is not None and first.agency_id:
        asked.add(first.agency_id)
    if plan.coordinator_agency_id:
        asked.add(plan.coordinator_agency_id)
    return asked


def _answer(
    agency: Agency,
    standing: Standing,
    mine: ConsentDecision | None,
    others: dict[str, str],
    *,
    may_withdraw: bool,
    may_answer: bool,
    already: str,
) -> Answer:
    has_run_out = mine is not None and mine.until is not None and mine.until < clock.today()
    is_yes = mine is not None and mine.kind == DecisionKind.GIVEN and not has_run_out
    waiting = [others[key] for key in standing.waiting_for if key in others]
    return Answer(
        agency=agency,
        mine=_mine(mine, counts=standing.status is Status.EFFECTIVE),
        holds=_holds(standing, waiting, is_yes=is_yes, already=already),
        carve_out=mine.carve_out if is_yes and mine else "",
        may_withdraw=is_yes and may_withdraw,
        is_waiting_for_me=may_answer and (mine is None or has_run_out),
        limits=_limits(mine) if is_yes and mine else "",
        soon=_("Ditt ja går snart ut. Du kan säga ja igen.") if may_answer and is_yes and _ends_soon(mine) else "",
        is_exempt=standing.status is Status.NOT_REQUIRED,
    )


def _ends_soon(mine: ConsentDecision | None) -> bool:
    return mine is not None and mine.until is not None and mine.until <= clock.today() + SOON


def _limits(mine: ConsentDecision) -> str:
    """ "Det gäller skola och hälsa. Du sa det muntligt 3 november." """
    covers = _("Det gäller %(kinds)s.") % {"kinds": in_words([inside_sentence(kind) for kind in mine.covers])}
    how = _("här") if mine.how == How.ELECTRONIC else mine.get_how_display()
    said = _("Du svarade %(how)s den %(day)s.") % {"how": how, "day": day_words(mine.at)}
    return f"{covers} {said}"


def _mine(mine: ConsentDecision | None, *, counts: bool) -> str:
    """What the viewer last said; the day only where what it amounts to (`counts`) does not say one."""
    if mine is None:
        return _("Du har inte svarat.")
    if mine.kind == DecisionKind.GIVEN and mine.until:
        if mine.until < clock.today():
            return _("Ditt ja gällde till %(day)s.") % {"day": day_words(mine.until)}
        return _("Du har sagt ja.") if counts else _("Du har sagt ja, till %(day)s.") % {"day": day_words(mine.until)}
    return _("Du har tagit tillbaka ditt ja.") if mine.kind == DecisionKind.WITHDRAWN else _("Du har sagt nej.")


def _holds(standing: Standing, waiting: Sequence[str], *, is_yes: bool, already: str) -> str:
    """What it amounts to: may the agency read and write now?"""
    if standing.status is Status.NOT_REQUIRED:
        return _exempt(standing)
    if standing.status is Status.EFFECTIVE:
        if standing.until is None:
            return _("Får läsa planen och skriva i den.")
        return _("Får läsa planen och skriva i den till %(day)s.") % {"day": day_words(standing.until)}
    if standing.has_ended and is_yes:
        return _("Får inte läsa planen. Någon annan som bestämmer har inte sagt ja, eller har tagit tillbaka sitt ja.")
    if already and not standing.has_ended:
        return already
    if waiting and is_yes:
        return _("Väntar på svar från %(names)s.") % {"names": in_words(waiting)}
    return _("Får inte läsa planen.")


def _exempt(standing: Standing) -> str:
    """That the agency may read without a yes: to which day, why, and that a no does not stop it."""
    said = [_("Får läsa planen och skriva i den också utan ett ja.")]
    if standing.until:
        until = _("Får läsa planen och skriva i den också utan ett ja, till %(day)s.")
        said = [until % {"day": day_words(standing.until)}]
    if standing.beside in (Status.REFUSED, Status.WITHDRAWN):
        said.append(_("Ett nej är antecknat men stoppar det inte."))
    if standing.reason:
        said.append(_("Skälet: %(reason)s") % {"reason": standing.reason})
    return " ".join(said)


def asks(plan: Plan, rows: Iterable[Answer]) -> bool:
    """Whether the viewer is asked for an answer now: not before somebody has taken up the request."""
    return plan.state != State.REQUESTED and any(row.is_waiting_for_me for row in rows)


@dataclass(frozen=True)
class Group:
    """Agencies for which the same holds."""

    holds: str
    agencies: tuple[Agency, ...]


def grouped(rows: Iterable[Answer]) -> list[Group]:
    """The answers gathered by what holds, so that the same sentence is read once."""
    found: dict[str, list[Agency]] = {}
    for row in rows:
        found.setdefault(row.holds, []).append(row.agency)
    return [Group(holds, tuple(agencies)) for holds, agencies in found.items()]


def shared_carve_out(rows: Iterable[Answer]) -> str:
    """What the viewer does not want shared, when it is the same for every yes; else "" (and it stands at each)."""
    said = {row.carve_out for row in rows if row.may_withdraw}
    return said.pop() if len(said) == 1 else ""


def find(text: str, known: Iterable[UUID]) -> list[Agency]:
    """Agencies whose name holds what was typed, by name; those already asked about are left out."""
    wanted = sort_key(text.strip())
    if not wanted or "\0" in wanted:  # no name holds that, and PostgreSQL takes none
        return []
    rows = Agency.objects.filter(name_key__contains=wanted).exclude(pk__in=list(known))
    return list(rows.select_related("kind").order_by("name_key", "id")[:FOUND_MOST])


def a_year_on(day: date) -> date:
    """The same day next year: what a yes is limited to unless the family says otherwise."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)
