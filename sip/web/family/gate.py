"""The gate of the family's pages: the access table first, then that the reader is family and not staff."""

import functools
from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.web.pages import PageRequest, View, for_plan


def for_family(do: Do) -> Callable[[View], View]:
    """A family page about one plan: `view(request, plan, standing, …)`. Staff who may `do` go to their own page."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def as_family(
            request: PageRequest, plan: Plan, standing: Standing, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if not standing.is_family:
                return redirect("plan", plan.pk)
            return view(request, plan, standing, *args, **kwargs)

        return for_plan(do)(as_family)

    return declare
