"""The verbs of a case file, each as the call to the service that the browser makes for the same act.

No rule stands here but one: what a page would ask for before it could call the service at all (a person to lead,
a witness) is refused in the same plain words.
"""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from common.errors import Problem, Refused
from consent.models import Child, Custody, Guardian, How
from sip.cases import schema
from sip.cases import verbs_of_meetings as gathering
from sip.cases.cast import Element
from sip.cases.stage import Doing, Stage
from sip.cases.world import Step
from sip.documents import services as documents
from sip.plans.models import When
from sip.plans.services import consents, contents, deviations, family, frame, reading, registry, requests, taking_part
from sip.plans.versions import current_version
from sip.signing import on_paper
from sip.signing import services as signing


def perform(stage: Stage, step: Step) -> None:
    """Do one step. Raises Refused or NotThere as the services do; then nothing is left behind."""
    kinds = schema.VERBS[step.verb]
    fields: dict[str, Any] = {}
    problems = []
    for name, value in step.fields.items():
        try:
            fields[name] = kinds[name].kind.cleaned(value)
        except ValueError as error:
            problems.append(Problem("text", str(error), name))
    if problems:
        raise Refused(problems)
    VERBS[step.verb](Doing(stage, step, fields))


def _request(do: Doing) -> None:
    fields = do.fields
    request = requests.request_plan(
        do.actor, do.stage.cast.child, seen_on=fields["seen"], why=fields["why"], important=fields["important"]
    )
    do.stage.current = request.plan


def _decline_request(do: Doing) -> None:
    requests.decline_request(do.actor, do.plan, reason=do.fields["reason"])


def _accept_request(do: Doing) -> None:
    if do.fields["coordinator"] is None:
        raise Refused(Problem("coordinator", _("Välj vem som ska vara planens samordnare."), "coordinator"))
    requests.accept_request(do.actor, do.plan, do.stage.user(do.fields["coordinator"]))


def _recorder(do: Doing) -> Actor:
    """Who writes a decision down: the one who was told, or the decider in the program."""
    recorder = do.fields["recorded_by"]
    if recorder is None or do.fields.get("how") == How.ELECTRONIC:
        return do.actor
    return do.acting(recorder)


def _consent(do: Doing) -> None:
    fields = do.fields
    if fields["how"] != How.ELECTRONIC and fields["recorded_by"] is None:
        raise Refused(Problem("recorded_by", _("Skriv vem som tog emot samtycket."), "recorded_by"))
    consents.give_consent(
        _recorder(do),
        do.plan,
        do.stage.user(do.step.by),
        do.agencies("to"),
        covers=fields["covers"],
        carve_out=fields["not"],
        how=fields["how"],
        until=fields["until"],
    )


def _refuse_consent(do: Doing) -> None:
    consents.refuse_consent(_recorder(do), do.plan, do.stage.user(do.step.by), do.agencies("to"))


def _withdraw_consent(do: Doing) -> None:
    consents.withdraw_consent(_recorder(do), do.plan, do.stage.user(do.step.by), do.agencies("to"))


def _expectation(do: Doing) -> None:
    fields = do.fields
    taking_part.set_expectation(do.actor, do.plan, do.own_agency, expects=fields["expects"], can_do=fields["can_do"])


def _assign(do: Doing) -> None:
    taking_part.assign(do.actor, do.plan, do.own_agency, do.users(do.fields["people"]))


def _unassign(do: Doing) -> None:
    taking_part.unassign(do.actor, do.plan, do.own_agency, do.users(do.fields["people"]))


def _voice(do: Doing) -> None:
    fields = do.fields
    contents.set_voice(
        do.actor,
        do.plan,
        child_words=fields["child"],
        guardians_view=fields["guardians"],
        works_well=fields["works_well"],
        situation=fields["situation"],
        no_voice_because=fields["no_voice_because"],
    )


def _wheel(do: Doing) -> None:
    fields = do.fields
    contents.set_wheel(do.actor, do.plan, marks=fields["marks"], works=fields["works"], hard=fields["hard"])


def _remember(do: Doing, element: Element) -> None:
    if do.fields["id"] is not None:  # what the family says needs a name only when it is answered
        do.stage.cast.elements[do.fields["id"]] = element


def _need(do: Doing) -> None:
    _remember(do, contents.add_need(do.actor, do.plan, text=do.fields["text"]))


def _goal(do: Doing) -> None:
    fields = do.fields
    goal = contents.add_goal(
        do.actor,
        do.plan,
        text=fields["text"],
        when=fields["when"] or When.NOW,
        order=fields["order"] or 0,
        need=do.stage.element(fields["for_need"]),
    )
    _remember(do, goal)


FAMILY = "family"


def _action(do: Doing) -> None:
    fields, agencies = do.fields, do.stage.cast.agencies
    responsible = fields["responsible"]
    if not responsible:
        raise Refused(Problem("responsible", _("Skriv vem som ansvarar för insatsen."), "responsible"))
    agency = agencies.get(responsible)
    new = contents.NewAction(
        text=fields["text"],
        agency=agency,
        other_name="" if agency or responsible == FAMILY else responsible,
        contact=fields["contact"],
        level=fields["level"] or "",
        start=fields["start"],
        due=fields["due"],
        goal=do.stage.element(fields["goal"]),
        need=do.stage.element(fields["need"]),
    )
    _remember(do, contents.add_action(do.actor, do.plan, new))


def _edit(do: Doing) -> None:
    fields = do.fields
    row = do.stage.element(fields["what"])
    value = _typed(fields["field"], fields["text"])
    contents.edit(do.actor, do.plan, row, fields["field"], value, version=fields["version"])


def _typed(field: str, text: str) -> object:
    """The text of an edit as the field's own kind of value. Raises Refused when it cannot be read as that."""
    try:
        if field in ("start", "due"):
            return date.fromisoformat(text) if text else None
        if field == "order":
            return int(text)
    except ValueError as error:
        raise Refused(Problem(field, _("Skriv ett datum som 2026-09-15, eller ett heltal."), field)) from error
    choices = {"level": schema.LEVEL.codes, "when": {when.value: when.value for when in When}}.get(field)
    if choices is None:
        return text
    if text.casefold() not in choices:
        raise Refused(Problem(field, _("Välj något i listan."), field))
    return choices[text.casefold()]


def _lead(do: Doing) -> None:
    fields, cast = do.fields, do.stage.cast
    if not (fields["principal"] and fields["agency"] and fields["person"]):
        message = _("Skriv vem som har det övergripande ansvaret: huvudman, verksamhet och person.")
        raise Refused(Problem("lead", message, "lead"))
    frame.set_lead(
        do.actor,
        do.plan,
        principal=cast.principals[fields["principal"]],
        agency=cast.agencies[fields["agency"]],
        person=do.stage.user(fields["person"]),
    )


def _follow_up_date(do: Doing) -> None:
    frame.set_follow_up_date(do.actor, do.plan, day=do.fields["date"])


def _review(do: Doing) -> None:
    documents.review(do.actor, do.plan)


def _comment(do: Doing) -> None:
    _remember(do, family.comment(do.actor, do.plan, text=do.fields["text"], row_id=_line(do)))


def _correct(do: Doing) -> None:
    _remember(do, family.correct(do.actor, do.plan, text=do.fields["text"], row_id=_line(do)))


def _line(do: Doing) -> UUID | None:
    """The goal or action that somebody writes about; None for the whole plan."""
    row = do.stage.element(do.fields["about"])
    return row.pk if row else None


def _answer_correction(do: Doing) -> None:
    fields = do.fields
    row = do.stage.element(fields["what"])
    family.answer_correction(do.actor, do.plan, row.pk, text=fields["text"], verdict=fields["verdict"] or "")


def _dissent(do: Doing) -> None:
    signing.dissent(do.actor, do.plan, text=do.fields["text"])


def _sign(do: Doing) -> None:
    if do.fields["how"] == "local":
        signing.sign(do.actor, do.plan)
        return
    witness = do.fields["witness"]
    if witness is None:
        raise Refused(Problem("witness", _("Skriv vem som såg underskriften på papper."), "witness"))
    signer = _signer(do)
    version = current_version(do.plan)
    mark = on_paper.mark_of(do.plan, version, signer) if version else ""
    on_paper.sign_on_paper(do.acting(witness), do.plan, signer, mark=mark, changed_mind=True, understands=True)


def _signer(do: Doing) -> Guardian | Child:
    cast = do.stage.cast
    if do.step.by in cast.workplaces:
        raise Refused(Problem("signer", _("Bara vårdnadshavare och barnet skriver under på papper."), "by"))
    return cast.guardians.get(do.step.by, cast.child)


def _refuse_to_sign(do: Doing) -> None:
    signing.refuse_to_sign(do.actor, do.plan)


def _establish(do: Doing) -> None:
    signing.establish(do.actor, do.plan)


def _outcome(do: Doing) -> None:
    fields = do.fields
    row = do.stage.element(fields["what"])
    frame.tell_outcome(do.actor, do.plan, row, result=fields["result"], why=fields["why"])


def _follow_up(do: Doing) -> None:
    frame.follow_up(do.actor, do.plan, held=do.fields["held"])


def _transfer_custody(do: Doing) -> None:
    cast = do.stage.cast
    registry.transfer_custody(cast.child, cast.guardians[do.fields["who"]], Custody(do.fields["custody"]))


def _protect(do: Doing) -> None:
    cast, who, is_protected = do.stage.cast, do.fields["who"], do.fields["protected"]
    if who in cast.guardians:
        registry.protect_guardian(cast.guardians[who], is_protected)
    elif who in cast.workplaces:
        registry.protect_user(cast.users[who], is_protected)
    else:
        registry.protect_child(cast.child, is_protected)


def _end_membership(do: Doing) -> None:
    registry.end_membership(do.stage.user(do.fields["who"]))


def _hand_over(do: Doing) -> None:
    if do.fields["coordinator"] is None:
        raise Refused(Problem("coordinator", _("Välj en samordnare att lämna över till."), "coordinator"))
    frame.hand_over_plan(do.actor, do.plan, do.stage.user(do.fields["coordinator"]))


def _report_deviation(do: Doing) -> None:
    fields = do.fields
    new = deviations.NewDeviation(
        agency=do.stage.cast.agencies[fields["agency"]] if fields["agency"] else None,
        kind=fields["kind"] or "",
        text=fields["text"],
        happened_on=fields["happened"],
    )
    _remember(do, deviations.report_deviation(do.actor, do.plan, new))


def _answer_deviation(do: Doing) -> None:
    fields = do.fields
    row = do.stage.element(fields["what"])
    deviations.answer_deviation(do.actor, row.pk, fields["text"], closes=fields["closes"], seen=row.version)


def _close(do: Doing) -> None:
    frame.close(do.actor, do.plan, reason=do.fields["reason"] or "", hand_over=do.fields["hand_over"])


def _read(do: Doing) -> None:
    what = do.fields["what"]
    if what == "plan":
        reading.open_plan(do.actor, do.plan.pk)
    elif what == "pdf":
        documents.download_plan(do.actor, do.plan)
    elif what == "history":
        reading.open_history(do.actor, do.plan)
    else:
        reading.open_access_log(do.actor, do.plan)


VERBS: dict[str, Callable[[Doing], None]] = {
    "request": _request,
    "decline_request": _decline_request,
    "accept_request": _accept_request,
    "consent": _consent,
    "refuse_consent": _refuse_consent,
    "withdraw_consent": _withdraw_consent,
    "expectation": _expectation,
    "call": gathering.call,
    "move_call": gathering.move_call,
    "cancel_call": gathering.cancel_call,
    "propose_times": gathering.propose_times,
    "answer_times": gathering.answer_times,
    "hand_on": gathering.hand_on,
    "answer": gathering.answer,
    "assign": _assign,
    "unassign": _unassign,
    "open_meeting": gathering.open_meeting,
    "close_meeting": gathering.close_meeting,
    "voice": _voice,
    "wheel": _wheel,
    "need": _need,
    "goal": _goal,
    "action": _action,
    "edit": _edit,
    "lead": _lead,
    "follow_up_date": _follow_up_date,
    "review": _review,
    "comment": _comment,
    "correct": _correct,
    "answer_correction": _answer_correction,
    "dissent": _dissent,
    "sign": _sign,
    "refuse_to_sign": _refuse_to_sign,
    "establish": _establish,
    "outcome": _outcome,
    "follow_up": _follow_up,
    "transfer_custody": _transfer_custody,
    "protect": _protect,
    "end_membership": _end_membership,
    "hand_over": _hand_over,
    "report_deviation": _report_deviation,
    "answer_deviation": _answer_deviation,
    "close": _close,
    "read": _read,
}
