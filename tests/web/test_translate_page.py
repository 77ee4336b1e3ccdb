"""Översättning: where staff write help texts, and what the family meets of them."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from consent.models import Guardian
from sip.meetings.translating import name_of
from sip.plans.help_texts import fingerprint
from sip.plans.models import Goal, HelpText, Section
from sip.plans.services import private
from tests.world import World

pytestmark = pytest.mark.django_db

GOAL = "ألفا في المدرسة أربعة أيام"
SECRET = "تقييم سري"
BIDI = "\u202e"
SCRIPT = "<script>alert(1)</script>"


def address(world: World, language: str = "ar") -> str:
    """The page, in one language."""
    return reverse("translate", args=[world.plan.pk]) + f"?sprak={language}"


def drawn(page: str) -> dict[str, str]:
    """What the form on the page would send if nothing was written in it."""
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    inputs += [(name, "") for name in re.findall(r'<input type="hidden" name="([^"]+)"(?![^>]*value)', page)]
    areas = re.findall(r'<textarea name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page)
    sent = {name: unescape(value) for name, value in [*inputs, *areas] if name != "csrfmiddlewaretoken"}
    return {**sent, "translator": "staff"}


def opened(client: Client, world: World) -> dict[str, str]:
    """The form as it is drawn now."""
    answer = client.get(address(world))
    assert answer.status_code == 200
    return drawn(answer.content.decode())


def goal_of(world: World) -> str:
    """The goal's own field."""
    return name_of((world.goal.pk, "text"))


def speaks(who: Guardian | User, language: str = "ar") -> None:
    """Somebody reads in that language."""
    User.objects.filter(pk=getattr(who, "user_id", who.pk)).update(language=language)


@pytest.fixture
def world() -> World:
    """A plan in force, for a family where Sara reads Arabic."""
    made = World.build().to("established")
    speaks(made.sara)
    return made


def test_from_the_plans_page_to_the_familys(world: World) -> None:
    nadja = world.client(world.nadja)
    assert address(world).split("?")[0] in nadja.get(f"/planer/{world.plan.pk}/").content.decode()
    sent = opened(nadja, world)
    answer = nadja.post(address(world), {**sent, goal_of(world): GOAL, "har": "mal-1"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert answer["Location"].endswith("#mal-1")
    page = nadja.get(address(world)).content.decode()
    assert "1 av " in page and GOAL in page and "Skriven idag av Nadja Öhman." in page
    theirs = world.client(world.sara).get(f"/familj/{world.plan.pk}/").content.decode()
    assert f'<span class="told" lang="ar" dir="rtl">{GOAL}</span>' in theirs
    assert f'<bdi lang="sv">{world.goal.text}</bdi></span>' in theirs
    assert theirs.index(GOAL) < theirs.index(f'<bdi lang="sv">{world.goal.text}')
    own = world.client(world.sara).get(f"/familj/{world.plan.pk}/min-sida/").content.decode()
    assert GOAL in own
    swedish = world.client(world.johan).get(f"/familj/{world.plan.pk}/").content.decode()
    assert GOAL not in swedish and "told" not in swedish.replace("told-", "")


def test_a_family_that_reads_swedish_gives_no_way_to_it_and_the_page_says_so() -> None:
    world = World.build().to("met")
    nadja = world.client(world.nadja)
    assert "oversattning" not in nadja.get(f"/planer/{world.plan.pk}/").content.decode()
    page = nadja.get(reverse("translate", args=[world.plan.pk])).content.decode()
    assert "Alla i familjen läser på svenska" in page and "Arabiska" in page


def test_an_agency_writes_of_its_own_actions_alone(world: World) -> None:
    per = world.client(world.per)
    page = per.get(address(world)).content.decode()
    fields = set(re.findall(r'<textarea name="([^"]+)"', page))
    assert fields == {name_of((world.assessment.pk, "text"))}
    answer = per.post(address(world), {**drawn(page), goal_of(world): GOAL}, follow=True)
    assert "En svensk text finns inte kvar" in answer.content.decode()
    assert not HelpText.objects.exists()


def test_what_is_typed_stays_when_something_is_wrong(world: World) -> None:
    nadja = world.client(world.nadja)
    sent = opened(nadja, world)
    other = name_of((world.mornings.pk, "text"))
    for wrong in (f"abc{BIDI}", "x" * 5000):
        answer = nadja.post(address(world), {**sent, goal_of(world): wrong, other: "صباح"})
        page = answer.content.decode()
        assert answer.status_code == 422 and "صباح" in page
    assert not HelpText.objects.exists()


def test_hostile_words_are_shown_as_text(world: World) -> None:
    nadja = world.client(world.nadja)
    nadja.post(address(world), {**opened(nadja, world), goal_of(world): SCRIPT})
    assert HelpText.objects.get().text == SCRIPT
    theirs = world.client(world.sara).get(f"/familj/{world.plan.pk}/").content.decode()
    assert SCRIPT not in theirs and "&lt;script" in theirs


def test_two_at_once_choose(world: World) -> None:
    nadja, per = world.client(world.nadja), world.client(world.per)
    name = name_of((world.assessment.pk, "text"))
    hers, his = opened(nadja, world), opened(per, world)
    assert per.post(address(world), {**his, name: "أ"}).status_code == 302
    answer = nadja.post(address(world), {**hers, name: "ب", goal_of(world): GOAL})
    page = answer.content.decode()
    assert answer.status_code == 409 and "أ" in page and "ب" in page
    hidden = drawn(page)
    chosen = nadja.post(address(world), {**hidden, "choice": "mine", "field": name, "seen": hidden.get("seen", "")})
    assert chosen.status_code == 302
    assert set(HelpText.objects.values_list("text", flat=True)) == {"ب", GOAL}
    fresh = opened(per, world)
    assert fresh[name] == "ب"


def test_two_who_write_of_different_texts_both_keep_theirs(world: World) -> None:
    nadja, per = world.client(world.nadja), world.client(world.per)
    hers, his = opened(nadja, world), opened(per, world)
    per.post(address(world), {**his, name_of((world.assessment.pk, "text")): "أ"})
    assert nadja.post(address(world), {**hers, goal_of(world): GOAL}).status_code == 302
    assert set(HelpText.objects.values_list("text", flat=True)) == {"أ", GOAL}


def test_the_swedish_changes_while_somebody_translates_and_afterwards(world: World) -> None:
    nadja = world.client(world.nadja)
    sent = opened(nadja, world)
    Goal.objects.filter(pk=world.goal.pk).update(text="Alva är i skolan tre dagar")
    answer = nadja.post(address(world), {**sent, goal_of(world): GOAL})
    page = answer.content.decode()
    assert answer.status_code == 422 and GOAL in page and "ändrades medan du skrev" in page
    assert nadja.post(address(world), {**drawn(page), goal_of(world): GOAL}).status_code == 302
    Goal.objects.filter(pk=world.goal.pk).update(text="Alva är i skolan två dagar")
    page = nadja.get(address(world)).content.decode()
    assert "Behöver ses över" in page and "1 behöver ses över" in page
    theirs = world.client(world.sara).get(f"/familj/{world.plan.pk}/").content.decode()
    assert GOAL not in theirs and "تغيّر النص السويدي" in theirs
    assert nadja.post(address(world), {**drawn(page), "stammer": goal_of(world)}).status_code == 302
    assert HelpText.objects.get().of_sha256 == fingerprint("Alva är i skolan två dagar")
    assert GOAL in world.client(world.sara).get(f"/familj/{world.plan.pk}/").content.decode()


def test_what_is_withheld_stays_hidden_on_pages_and_papers(world: World) -> None:
    per = world.client(world.per)
    per.post(address(world), {**opened(per, world), name_of((world.assessment.pk, "text")): SECRET})
    speaks(world.johan)
    johan = world.client(world.johan)
    pages = [reverse(name, args=[world.plan.pk]) for name in ("family_plan", "own_page", "sign", "compare_family")]
    assert SECRET in johan.get(pages[0]).content.decode()
    private.withhold(
        world.actor(world.per), world.plan, world.johan, Section.ACTION, action=world.assessment, reason="Hot."
    )
    assert all(SECRET not in johan.get(page).content.decode() for page in pages)


def test_very_many_texts_stand_on_several_pages_and_nothing_is_passed_over(world: World) -> None:
    nadja = world.actor(world.nadja)
    Goal.objects.bulk_create(
        Goal(plan=world.plan, text=f"Mål {n}", when="later", order=n, changed_by=nadja.user) for n in range(60)
    )
    client = world.client(world.nadja)
    pages = [client.get(f"{address(world)}&del={n}").content.decode() for n in (1, 2)]
    assert "Del 2 av 2" in pages[0]
    fields = [set(re.findall(r'<textarea name="([^"]+)"', page)) for page in pages]
    assert not fields[0] & fields[1]
    sent = {**drawn(pages[1]), min(fields[1]): "ه"}
    assert client.post(f"{address(world)}&del=2", sent).status_code == 302
    assert HelpText.objects.get().text == "ه"


@pytest.mark.parametrize("query", ["?sprak=tlh", "?sprak=sv", "?sprak=%00"])
def test_a_language_that_is_none_of_ours_is_not_there(world: World, query: str) -> None:
    assert world.client(world.nadja).get(address(world).split("?")[0] + query).status_code == 404


@pytest.mark.parametrize("query", ["&del=0", "&del=99999999999", "&del=x", "&del=²"])
def test_a_part_that_is_not_there_is_the_nearest(world: World, query: str) -> None:
    assert world.client(world.nadja).get(address(world) + query).status_code == 200
