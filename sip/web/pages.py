"""How a page is declared: who may open it, and what happens when a rule says no. Every view carries one of these.

A view without a declared policy fails the suite (tests/consistency), so that a check cannot be forgotten.
"""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render

from agencies.actor import Actor
from common import once
from common.errors import Conflict, NotThere, Refused
from consent.log import services as log
from sip.plans.access import Denied, Do, Standing
from sip.plans.acting import as_actor
from sip.plans.models import Plan
from sip.plans.services.reading import open_plan
from sip.web import heard, proving
from sip.web.heard import NotAsked
from sip.web.reasons import ask_for_reason

T = TypeVar("T")
View = Callable[..., HttpResponseBase]

UNPROCESSABLE = 422
NOT_ASKED = "not_asked"  # in the log: a field was sent that the page does not take
CONFLICT = 409
FORBIDDEN = 403
# No page answers to more than these; a page that is only read says so itself (require_safe).
METHODS = ("GET", "HEAD", "POST")
SAFE = METHODS[:2]


@dataclass(frozen=True)
class Policy:
    """Who may open a page: anybody, a person who is logged in, staff, or whoever the access table lets `do`."""

    who: str
    do: Do | None = None


class Afterwards(HttpResponse):
    """What a view gives when the rest of the page may hold no transaction: it asks somebody outside the house.

    `rest` is run when what the view did is committed, and gives the real answer; the verbs in it are transactions of
    their own.
    """

    def __init__(self, rest: Callable[[], HttpResponseBase]) -> None:
        super().__init__()
        self.rest = rest


class PageRequest(HttpRequest):
    """A request that has passed the middleware: who acts is known."""

    actor: Actor
    correlation: str


def _as_whoever_asks(opened: View) -> View:
    """The whole page in one transaction that PostgreSQL knows as the person's; the way to log in for nobody's."""

    @functools.wraps(opened)
    def page(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor is None:
            return redirect_to_login(request.get_full_path())
        request.actor, asked_again = proving.take(request, request.actor)
        if asked_again:
            return asked_again
        try:
            with as_actor(request.actor), log.visit(), heard.listening(request), _moment(request):
                answer = opened(request, *args, **kwargs)
            return answer.rest() if isinstance(answer, Afterwards) else answer
        except NotAsked:
            # What the page had done is undone, its own events too; that somebody tried stays.
            log.record(request.actor, NOT_ASKED, child_id=None, object_type="page", is_denied=True)
            raise
        except Refused as refused:
            if not proving.is_called_for(refused):
                raise
            return proving.ask(request)

    return page


def _moment(request: PageRequest) -> AbstractContextManager[None]:
    """⚡ A page that is only read is one moment: its parts ask much alike, and nothing of it changes meanwhile."""
    return once.one_moment() if request.method in SAFE else nullcontext()


def public(view: View) -> View:
    """A page for anybody, logged in or not."""
    return _declared(view, Policy("public"))


def for_person(view: View) -> View:
    """A page for whoever is logged in."""
    return _declared(_as_whoever_asks(view), Policy("person"))


def for_staff(view: View) -> View:
    """A page for people who work at an agency today; to others it is not there."""

    @functools.wraps(view)
    def opened(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.is_staff:
            raise NotThere
        return view(request, *args, **kwargs)

    return _declared(_as_whoever_asks(opened), Policy("staff"))


def for_plan(do: Do) -> Callable[[View], View]:
    """A page about one plan: `view(request, plan, standing, …)`. Checked, logged, 404 for what is not yours."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def opened(request: PageRequest, plan_id: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                plan, standing = open_plan(request.actor, plan_id, do)
            except Refused as refused:
                if [problem.code for problem in refused.problems] != ["reason"]:
                    raise
                return ask_for_reason(request, plan_id)
            try:
                return view(request, plan, standing, *args, **kwargs)
            except NotThere as missing:
                # A row or a paper that is not the plan's own: an attempt too, and the log holds it.
                raise missing if isinstance(missing, Denied) else Denied(request.actor, do, plan) from missing

        return _declared(_as_whoever_asks(opened), Policy("plan", do))

    return declare


def _declared(view: View, policy: Policy) -> View:
    @functools.wraps(view)
    def page(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return view(request, *args, **kwargs)

    page.policy = policy  # type: ignore[attr-defined]
    return page


def attempt(form: forms.Form, verb: Callable[[], T]) -> T | None:
    """Run a verb; put what the rules say beside the form's fields. None when refused: show the form again.

    Denials and conflicts go on up: nothing is there, or both texts are shown side by side. So does the question for the
    password, which keeps the form.
    """
    try:
        return verb()
    except Conflict:
        raise
    except Refused as refused:
        if proving.is_called_for(refused):
            raise
        for problem in refused.problems:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return None


def form_page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """A page with a form; 422 when it is shown again with errors, everything typed still there."""
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def standing_of(standing: Standing) -> dict[str, bool]:
    """What the viewer may do, by name, for templates: `may.call`, `may.review` …"""
    return {str(do): standing.may(do) for do in Do}


def is_yours(plan: Plan, actor: Actor) -> bool:
    """Whether the actor coordinates this plan."""
    return plan.coordinator_id == actor.user.pk
