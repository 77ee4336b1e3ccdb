"""What comes out of a play: the papers as they stand at the end, and `case.json` with the file's own ids."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from agencies.actor import Actor
from common import clock
from common.errors import Refused
from consent.log import services as log
from sip.cases.errors import PlayError
from sip.cases.player import Play
from sip.documents import freezing
from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.documents.render import render
from sip.notices.models import Notice
from sip.plans import access
from sip.plans.models import Plan, Version
from sip.signing.models import Signature, SignatureStatus

# What an earlier play may have left in the folder, and this one replaces.
_OUR_FILES = ("sip-v*.pdf", "kallelse-*.pdf", "kvittens-v*.pdf", "case.json")
_EVERY_EVENT = 1_000_000


def clear(folder: Path) -> None:
    """Make the folder, and take away what an earlier play left there. Raises OSError when that cannot be done."""
    folder.mkdir(parents=True, exist_ok=True)
    for pattern in _OUR_FILES:
        for path in folder.glob(pattern):
            path.unlink()


def write(play: Play, folder: Path) -> None:
    """Write `case.json` and the papers of a play, finished or not.

    Raises OSError when the disk says no, PlayError when a call cannot be made into a paper.
    """
    with clock.set_to(play.now):
        text = json.dumps(summary(play), ensure_ascii=False, indent=1)
        (folder / "case.json").write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
        if play.plan is None:
            return
        for name, data in (*_frozen_papers(play.plan), *_calls(_called(play.plan))):
            (folder / name).write_bytes(data)


def _frozen_papers(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """The plan and the receipt of each version, as signed so far."""
    for version in versions_on_paper(plan):
        for kind, name in ((DocumentKind.PLAN, "sip"), (DocumentKind.RECEIPT, "kvittens")):
            document = documents.newest(version, kind)
            if document:
                yield f"{name}-v{version.number}.pdf", bytes(document.data)


def _called(plan: Plan) -> Plan:
    """The newest plan of the child that somebody has called to a meeting for; the newest where nobody has."""
    of_plan: Plan | None = plan
    while of_plan is not None and not of_plan.meetings.exists():
        of_plan = of_plan.previous
    return of_plan or plan


def _calls(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """The Kallelse of each meeting."""
    for meeting in plan.meetings.order_by("number"):
        try:
            yield f"kallelse-{meeting.number}.pdf", render("kallelse", freezing.call_content(plan, meeting))
        except Refused as no:
            raise PlayError(0, f"Kallelse {meeting.number} blev inget papper: {no.message}") from no


def summary(play: Play) -> dict[str, Any]:
    """The contents of `case.json`: what stands at the end, told with the file's own ids."""
    plan = play.plan
    return {
        "state": state(plan),
        "versions": [_version(play, version) for version in versions_on_paper(plan)],
        "notices": [_notice(play, notice) for notice in sent_notices(play)],
        "access_events": _access_events(play),
        "deviations": [{"agency": agency, "kind": kind} for agency, kind in deviations(play)],
        "visible_to": visible_to(play),
        "steps": [
            {
                "line": done.step.line,
                "verb": done.step.verb,
                "by": done.step.by,
                "refused": done.refused,
                "message": done.message,
            }
            for done in play.done
        ],
    }


def state(plan: Plan | None) -> str | None:
    """The state the plan is in; None when there is none."""
    if plan is None:
        return None
    plan.refresh_from_db()
    return plan.state


def versions(plan: Plan | None) -> list[Version]:
    """Every frozen version, the void ones too."""
    return list(Version.objects.filter(plan=plan).order_by("number")) if plan else []


def versions_on_paper(plan: Plan | None) -> list[Version]:
    """As `versions`; where the newest plan of the child has none yet, those of the plan it refers to."""
    while plan is not None:
        if found := versions(plan):
            return found
        plan = plan.previous
    return []


def signatures(version: Version) -> list[Signature]:
    """Who has signed a version, in the order they did. Refusals are not among them."""
    rows = Signature.objects.filter(version=version, status=SignatureStatus.SIGNED).select_related("guardian")
    return list(rows.order_by("at", "id"))


def _version(play: Play, version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "sha256": version.sha256,
        "signatures": [
            {
                "by": play.cast.id_of(row.guardian.user_id) if row.guardian else play.case.child.id,
                "how": row.how,
                "at": _moment(row.at),
            }
            for row in signatures(version)
        ],
        "void": version.is_void,
    }


def sent_notices(play: Play) -> list[Notice]:
    """What was sent about the child's plans, in the order it was sent."""
    plans = play.cast.child.plans.values_list("pk", flat=True)
    rows = Notice.objects.filter(about__in=plans, sent_at__isnull=False).select_related("recipient")
    return list(rows.order_by("sent_at", "id"))


def _notice(play: Play, notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "to": play.cast.id_of(notice.recipient_id) or notice.recipient.email,
        "at": _moment(notice.sent_at or notice.due_at),
        "subject": notice.subject,
        "body": notice.body,
    }


def _access_events(play: Play) -> list[dict[str, Any]]:
    events = log.events_of(play.cast.child.pk, most=_EVERY_EVENT)
    return [
        {
            "at": _moment(event.at),
            "by": play.cast.id_of(event.user_id),
            "act": event.act,
            "object": event.object_type,
            "denied": event.is_denied,
        }
        for event in reversed(events)
    ]


def deviations(play: Play) -> list[tuple[str, str]]:
    """The deviations of the plan: agency by the file's id, and kind."""
    if play.plan is None:
        return []
    return [(play.cast.id_of(row.agency_id), row.kind) for row in play.plan.deviations.order_by("at", "id")]


def visible_to(play: Play) -> list[str]:
    """Everybody in the file who sees the plan now, in the file's order."""
    plan = play.plan
    if plan is None:
        return []
    return [
        name for name, user in play.cast.users.items() if access.visible_to(Actor.of(user)).filter(pk=plan.pk).exists()
    ]


def _moment(moment: datetime) -> str:
    """With the time of day that the file uses."""
    return clock.local(moment).isoformat(timespec="seconds")
