"""Writing in the plan: voice, wheel, needs, goals, actions. An edit in review makes the version void."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency, Level
from common import clock
from common.errors import Problem, Refused, refuse
from sip.plans import plan_rules
from sip.plans.access import Do, Standing
from sip.plans.acting import act
from sip.plans.editing import open_for_editing
from sip.plans.models import Action, Goal, Need, Party, Plan, Voice, WheelMark, When
from sip.plans.models.contents import Content, Responsible
from sip.plans.newest import check_newest
from sip.plans.own_key import own_key
from sip.plans.spokes import SPOKES

ROWS_MAX = 200


@act
def set_voice(
    actor: Actor,
    plan: Plan,
    *,
    child_words: str = "",
    guardians_view: str = "",
    works_well: str = "",
    situation: str = "",
    no_voice_because: str = "",
    version: int | None = None,
) -> Voice:
    """Write the child's own words, or why they are missing; the guardians' view, what works, the situation.

    `version` is the one that the writer read (0: none was there). Raises Conflict when somebody saved a newer.
    """
    plan, _found = open_for_editing(actor, plan, Do.EDIT_CONTENTS)
    if child_words and no_voice_because:
        raise Refused(
            Problem("no_voice_because", _("Skriv antingen barnets ord eller varför de saknas, inte båda."),
                    "no_voice_because")
        )  # fmt: skip
    words = {
        "child_words": child_words,
        "guardians_view": guardians_view,
        "works_well": works_well,
        "situation": situation,
        "no_voice_because": no_voice_because,
    }
    voice, created = Voice.objects.select_related("changed_by").get_or_create(
        plan=plan, defaults={**words, **_signed(actor)}
    )
    if not created:
        check_newest(voice, version, "child_words", mine=child_words, theirs=voice.child_words)
        Voice.objects.filter(pk=voice.pk).update(**words, **_signed(actor), version=F("version") + 1)
        voice.refresh_from_db()
    return voice


@act
def set_wheel(
    actor: Actor,
    plan: Plan,
    *,
    marks: dict[str, int],
    works: dict[str, str],
    hard: dict[str, str],
    versions: Mapping[str, int] | None = None,
) -> None:
    """Write the wheel: the child's own mark 1–5 per spoke, what works and what is hard.

    `versions` are those that the writer read, by spoke (0: no mark was there). Raises Conflict for a newer one.
    """
    plan, _found = open_for_editing(actor, plan, Do.EDIT_CONTENTS)
    named = {*marks, *works, *hard}
    problems = [
        Problem("spoke", _("”%(spoke)s” finns inte i hjulet.") % {"spoke": spoke}, "marks")
        for spoke in sorted(named - set(SPOKES))
    ]
    problems += [
        Problem("mark", _("Siffran för %(spoke)s ska vara 1 till 5.") % {"spoke": spoke}, "marks")
        for spoke, mark in marks.items()
        if not 1 <= mark <= 5
    ]
    refuse(problems)
    known = {row.spoke: row for row in WheelMark.objects.filter(plan=plan).select_related("changed_by")}
    for spoke in sorted(named):
        row = known.get(spoke) or WheelMark(plan=plan, spoke=spoke, version=0)
        mine = (marks.get(spoke), works.get(spoke, ""), hard.get(spoke, ""))
        theirs = (row.mark, row.works, row.hard)
        if versions is not None and spoke in known:
            check_newest(row, versions.get(spoke, 0), spoke, mine=_said(mine), theirs=_said(theirs))
        row.mark, row.works, row.hard = mine
        row.version += 1
        row.changed_by, row.changed_at = actor.user, clock.now()
        row.save()


def _said(values: tuple[object, ...]) -> str:
    return "\n".join(str(value) for value in values if value)


@act
def add_need(actor: Actor, plan: Plan, *, text: str, key: UUID | None = None) -> Need:
    """Write a need. `key`: the row's key when the writer has one; sent twice, it makes one row."""
    plan, _found = open_for_editing(actor, plan, Do.EDIT_CONTENTS)
    if key and (known := Need.objects.filter(plan=plan, pk=key).first()):
        return known
    if not text:
        raise Refused(Problem("text", _("Skriv behovet."), "text"))
    _check_room(plan, Need)
    return Need.objects.create(id=own_key(Need, key), plan=plan, text=text, **_signed(actor))


@act
def add_goal(
    actor: Actor,
    plan: Plan,
    *,
    text: str,
    when: str,
    order: int = 0,
    need: Need | None = None,
    key: UUID | None = None,
) -> Goal:
    """Write a goal, for now (at most three, ordered) or for later. `key` as in `add_need`."""
    plan, _found = open_for_editing(actor, plan, Do.EDIT_CONTENTS)
    if key and (known := Goal.objects.filter(plan=plan, pk=key).first()):
        return known
    others_now = Goal.objects.filter(plan=plan, when=When.NOW).count()
    problems = plan_rules.goal_problems(text, is_now=when == When.NOW, others_now=others_now, order=order)
    refuse(problems + _belongs(plan, need))
    _check_room(plan, Goal)
    return Goal.objects.create(
        id=own_key(Goal, key),
        plan=plan,
        text=text,
        when=when,
        order=order or others_now + 1,
        need=need,
        **_signed(actor),
    )


@dataclass(frozen=True)
class NewAction:
    """An action as somebody writes it. `agency` None and `other_name` empty: the family's own."""

    text: str
    agency: Agency | None = None
    other_name: str = ""
    contact: str = ""
    level: str = ""
    start: date | None = None
    due: date | None = None
    if_not: str = ""
    goal: Goal | None = None
    need: Need | None = None
    key: UUID | None = None

    @property
    def responsible(self) -> Responsible:
        """Which of the three kinds does it."""
        if self.agency:
            return Responsible.AGENCY
        return Responsible.OTHER if self.other_name else Responsible.FAMILY


@act
def add_action(actor: Actor, plan: Plan, new: NewAction) -> Action:
    """Write an action: an agency's own by its people; the family's and others' by the coordinator."""
    plan, _found = _open_for_action(actor, plan, new.agency)
    if new.key and (known := Action.objects.filter(plan=plan, pk=new.key).first()):
        return known
    problems = (
        plan_rules.action_problems(new.text, new.start, new.due) + _belongs(plan, new.goal) + _belongs(plan, new.need)
    )
    if new.agency and not Party.objects.filter(plan=plan, agency=new.agency).exists():
        problems.append(
            Problem(
                "responsible",
                _("%(agency)s är inte part i planen än. Kalla verksamheten först.") % {"agency": new.agency.name},
                "responsible",
            )
        )
    if new.level and new.level not in Level.values:
        problems.append(Problem("level", _("Välj en nivå i listan."), "level"))
    refuse(problems)
    _check_room(plan, Action)
    return Action.objects.create(
        id=own_key(Action, new.key),
        plan=plan,
        goal=new.goal,
        need=new.need,
        text=new.text,
        responsible=new.responsible,
        agency=new.agency,
        other_name=new.other_name,
        contact=new.contact,
        level=new.level or (new.agency.level if new.agency else ""),
        start=new.start,
        due=new.due,
        if_not=new.if_not,
        **_signed(actor),
    )


def _open_for_action(actor: Actor, plan: Plan, agency: Agency | None) -> tuple[Plan, Standing]:
    if agency is None:
        return open_for_editing(actor, plan, Do.EDIT_CONTENTS)
    return open_for_editing(actor, plan, Do.EDIT_ACTION, agency_id=agency.pk)


EDITABLE_FIELDS: dict[type[Content], tuple[str, ...]] = {
    Need: ("text",),
    Goal: ("text", "when", "order"),
    Action: ("text", "contact", "level", "start", "due", "if_not"),
}


@act
def edit(
    actor: Actor,
    plan: Plan,
    row: Need | Goal | Action,
    field: str,
    value: object,
    *,
    version: int | None = None,
) -> Need | Goal | Action:
    """Change one field of a need, a goal or an action. As `edit_fields`."""
    return edit_fields(actor, plan, row, {field: value}, version=version)


@act
def edit_fields(
    actor: Actor,
    plan: Plan,
    row: Need | Goal | Action,
    changes: Mapping[str, object],
    *,
    version: int | None = None,
) -> Need | Goal | Action:
    """Change fields of a need, a goal or an action, all or none of them.

    `version` is the one that the writer read. Raises Conflict, carrying both texts of the first field, when
    somebody saved a newer.
    """
    if isinstance(row, Action):
        plan, _found = _open_for_action(actor, plan, row.agency)
    else:
        plan, _found = open_for_editing(actor, plan, Do.EDIT_CONTENTS)
    refuse(_belongs(plan, row))
    row = type(row).objects.select_for_update(of=("self",)).select_related("changed_by").get(pk=row.pk)
    for field, value in changes.items():
        if field not in EDITABLE_FIELDS[type(row)]:
            raise Refused(Problem("field", _("Det fältet går inte att ändra."), field))
        check_newest(row, version, field, mine=str(value), theirs=str(getattr(row, field)))
        setattr(row, field, value)
    refuse(_row_problems(plan, row))
    row.version += 1
    row.changed_by, row.changed_at = actor.user, clock.now()
    row.save()
    return row


def _row_problems(plan: Plan, row: Need | Goal | Action) -> list[Problem]:
    if isinstance(row, Action):
        if row.level and row.level not in Level.values:
            return [Problem("level", _("Välj en nivå i listan."), "level")]
        return plan_rules.action_problems(row.text, row.start, row.due)
    if isinstance(row, Goal):
        if row.when not in When.values:
            return [Problem("when", _("Välj om målet gäller nu eller senare."), "when")]
        others = Goal.objects.filter(plan=plan, when=When.NOW).exclude(pk=row.pk).count()
        return plan_rules.goal_problems(row.text, is_now=row.when == When.NOW, others_now=others, order=row.order)
    return [] if row.text else [Problem("text", _("Skriv behovet."), "text")]


def _signed(actor: Actor) -> dict[str, object]:
    return {"changed_by": actor.user, "changed_at": clock.now()}


def _belongs(plan: Plan, row: Need | Goal | Action | None) -> list[Problem]:
    """A goal or need of another plan is, here, one that does not exist."""
    if row is None or row.plan_id == plan.pk:
        return []
    return [Problem("unknown", _("Det som texten hör till finns inte i planen."))]


def _check_room(plan: Plan, kind: type[Need] | type[Goal] | type[Action]) -> None:
    if kind.objects.filter(plan=plan).count() >= ROWS_MAX:
        raise Refused(Problem("full", _("Planen har redan %(most)s rader av det slaget.") % {"most": ROWS_MAX}))
