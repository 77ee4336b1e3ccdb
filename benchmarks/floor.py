"""The Django floor: the same middleware, session and base template, and one query for one row."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.template import engines
from django.views.decorators.http import require_safe

from agencies.models import Agency
from sip.web.pages import PageRequest, public

PAGE = '{% extends "base.html" %}{% block title %}Golv{% endblock %}{% block main %}<h1>{{ name }}</h1>{% endblock %}'


@public
@require_safe
def floor(request: PageRequest) -> HttpResponse:
    """As little as a page of this service can be. Public, so that no transaction of the actor's is around it."""
    agency = request.actor.agency
    name = Agency.objects.only("name").get(pk=agency.pk).name if agency else ""
    return HttpResponse(_template().render({"name": name}, request))


@cache
def _template() -> Any:
    return engines["django"].from_string(PAGE)
