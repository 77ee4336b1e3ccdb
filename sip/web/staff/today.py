"""Idag, the start page of staff: what waits for me, sorted by deadline, one click to the very thing."""

from collections.abc import Iterable, Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agencies.models import Role
from common import clock
from sip.web.pages import PageRequest, for_staff
from sip.web.staff.waiting import MOST, day_of
from sip.web.staff.waiting.index import Count
from sip.web.staff.waiting.item import Kind, grouped
from sip.web.words import count_words, weekday_words

PAGE = 20


@for_staff
@require_safe
def today(request: PageRequest) -> HttpResponse:
    """The most urgent of the day, or of one kind (`?visa=kallelser`); `?alla` shows many more."""
    wanted = request.GET.get("visa", "")
    chosen = Kind(wanted) if wanted in list(Kind) else None
    found = day_of(request.actor, kind=chosen, most=MOST if "alla" in request.GET else PAGE)
    counted, shown = found.counts, found.items
    numbers = {item: number for number, item in enumerate(shown, start=1)}
    context = {
        "lead": lead(counted.values()),
        "filters": filters(counted, chosen),
        "groups": [
            (group.slug, group.heading, [item.row(numbers[item]) for item in group.items]) for group in grouped(shown)
        ],
        "is_filtered": chosen is not None,
        "more": more(counted, chosen, len(shown)),
        "manages": request.actor.has_role(Role.MANAGER),
    }
    return render(request, "staff/today.html", context)


def filters(counted: Mapping[Kind, Count], chosen: Kind | None) -> list[dict[str, object]]:
    """The kinds that something waits of, with how many; all of them first."""
    everything = sum(count.all for count in counted.values())
    rows = [{"label": _("Allt"), "count": everything, "href": "?", "is_here": chosen is None}]
    return rows + [
        {
            "label": kind.label,
            "count": counted.get(kind, Count()).all,
            "href": f"?visa={kind}",
            "is_here": chosen is kind,
        }
        for kind in Kind
        if kind in counted or chosen is kind
    ]


def more(counted: Mapping[Kind, Count], chosen: Kind | None, shown: int) -> dict[str, object]:
    """The way to what is less urgent than what is shown; nothing when everything is, or nothing more is shown."""
    of_these = [count.all for kind, count in counted.items() if chosen in (None, kind)]
    left = sum(of_these) - shown
    if left <= 0:
        return {}
    way = f"?visa={chosen}&alla" if chosen else "?alla"
    return {"left": left, "href": way if shown < MOST else ""}


def lead(counted: Iterable[Count]) -> str:
    """ "Tisdag 5 maj. Två saker ska vara klara idag och en är försenad." """
    day = clock.today()
    everything = list(counted)
    late, now = sum(count.late for count in everything), sum(count.today for count in everything)
    sentence = _("Inget måste vara klart idag.")
    if now:
        sentence = ngettext("%(count)s sak ska vara klar idag", "%(count)s saker ska vara klara idag", now) % {
            "count": count_words(now)
        }
        if late:
            sentence += " " + ngettext("och %(count)s är försenad", "och %(count)s är försenade", late) % {
                "count": count_words(late)
            }
        sentence += "."
    elif late:
        sentence = ngettext("%(count)s sak är försenad.", "%(count)s saker är försenade.", late) % {
            "count": count_words(late)
        }
    return f"{capfirst(weekday_words(day))}. {capfirst(sentence)}"
