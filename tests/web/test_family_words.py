"""What the family writes: kept word by word, shown as text; and names of every kind."""

import pytest
from django.urls import reverse

from sip.plans import grants
from sip.plans.models import Comment, CommentKind
from sip.plans.services import contents
from sip.web.family.names import own_words, plan_name
from tests.integration.test_young_person import told_in_receipt
from tests.world import World

pytestmark = pytest.mark.django_db

REFUSED = 422
SCRIPT = "<script>alert('hej')</script><img src=x onerror=alert(1)>"


@pytest.mark.parametrize(("page", "kind"), [("comment", CommentKind.COMMENT), ("dissent", CommentKind.DISSENT)])
def test_words_are_kept_and_shown_to_who_wrote_them_as_text(page: str, kind: str) -> None:
    world = World.build().to("in_review")
    client = world.client(world.sara)
    sent = client.post(reverse(page, args=[world.plan.pk]), {"text": f"{SCRIPT}\r\nRad två"}, follow=True)
    shown = sent.content.decode()
    assert Comment.objects.get().text == f"{SCRIPT}\nRad två"
    assert Comment.objects.get().kind == kind
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
    johans = world.client(world.johan).get(reverse("family_plan", args=[world.plan.pk])).content.decode()
    assert "Rad två" not in johans


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Skriv"),
        ("   ", "Skriv"),
        ("a\x00b", "ett tecken som inte kan sparas"),
        ("vänd \u202eom", "dolda tecken"),
        ("x" * 5001, "högst 5000 tecken"),
    ],
)
@pytest.mark.parametrize("page", ["comment", "dissent"])
def test_words_that_cannot_be_kept_are_given_back(page: str, words: str, said: str) -> None:
    world = World.build().to("in_review")
    answer = world.client(world.sara).post(reverse(page, args=[world.plan.pk]), {"text": words})
    assert answer.status_code == REFUSED
    assert said in answer.content.decode()
    assert "Allt du har skrivit finns kvar" in answer.content.decode()
    assert words[:1000] in answer.content.decode()
    assert not Comment.objects.exists()


def test_before_there_is_a_version_one_writes_a_comment_and_no_view_of_ones_own() -> None:
    world = World.build().to("preparing")
    client = world.client(world.sara)
    assert "Planen är inte klar att läsa än" in client.get(reverse("dissent", args=[world.plan.pk])).content.decode()
    assert client.post(reverse("dissent", args=[world.plan.pk]), {"text": "Nej"}).status_code == REFUSED
    assert client.post(reverse("comment", args=[world.plan.pk]), {"text": "Hej"}).status_code == 302


def test_while_nobody_has_taken_up_the_wish_there_is_nobody_to_write_to() -> None:
    world = World.build().to("requested")
    client = world.client(world.sara)
    page = client.get(reverse("comment", args=[world.plan.pk])).content.decode()
    assert "Det finns ingen plan att skriva om just nu." in page
    assert client.post(reverse("comment", args=[world.plan.pk]), {"text": "Hej"}).status_code == REFUSED
    assert not Comment.objects.exists()


def test_hostile_words_in_the_plan_are_text_on_every_page() -> None:
    world = World.build().to("opened")
    world.write()
    nadja = world.actor(world.nadja)
    contents.set_voice(nadja, world.plan, child_words=SCRIPT, works_well=SCRIPT, situation=SCRIPT)
    contents.edit(nadja, world.plan, world.goal, "text", SCRIPT)
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", SCRIPT)
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "contact", SCRIPT)
    world.bup.name = SCRIPT
    world.bup.save()
    client = world.client(world.sara)
    for page in ("family_plan", "family_consent", "who_has_read"):
        shown = client.get(reverse(page, args=[world.plan.pk])).content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


@pytest.mark.parametrize("name", ["Null", "Ó", "X", "å" * 80, "ليلى حسن", "Max Åberg", "O'Brien", "%(name)s {{ x }}"])
def test_odd_names_are_names(name: str) -> None:
    world = World.build().to("called")
    for person in (world.child, world.sara, world.sara.user, world.nadja):
        person.name = name
        person.save()
    client = world.client(world.sara)
    for page in ("family_plan", "family_consent", "comment", "who_has_read"):
        assert client.get(reverse(page, args=[world.plan.pk])).status_code == 200


@pytest.mark.parametrize(
    ("name", "plan", "words"),
    [
        ("Alva Lind", "Alvas plan", "Alvas egna ord"),
        ("Elis Berg", "Elis plan", "Elis egna ord"),
        ("Max", "Max plan", "Max egna ord"),
        ("Ó", "Ós plan", "Ós egna ord"),
        ("ليلى حسن", "Planen för ليلى", "Barnets egna ord"),
        ("Оля", "Planen för Оля", "Barnets egna ord"),
    ],
)
def test_the_plan_is_called_by_the_childs_name_as_a_swede_would(name: str, plan: str, words: str) -> None:
    world = World.build()
    world.child.name = name
    sara = world.actor(world.sara)
    assert plan_name(world.child, sara) == plan
    assert own_words(world.child, sara) == words


def test_the_young_person_reads_the_own_plan() -> None:
    world = World.build().to("in_review")
    world.child.user = world.dag
    world.child.save()
    grants.sync(world.plan)
    page = world.client(world.dag).get(reverse("family_plan", args=[world.plan.pk])).content.decode()
    assert "Min plan" in page
    assert "Mina egna ord" in page
    consent = world.client(world.dag).get(reverse("family_consent", args=[world.plan.pk])).content.decode()
    assert "Du kan inte ändra samtycket här." in consent


def test_a_view_of_a_version_that_was_changed_is_told_not_to_follow_and_can_be_let_to() -> None:
    world = World.build().to("in_review")
    sara, johan = world.client(world.sara), world.client(world.johan)
    dissent, plan = (reverse(name, args=[world.plan.pk]) for name in ("dissent", "family_plan"))
    sara.post(dissent, {"text": "Jag vill börja i januari."})
    assert "Så här ser du på det. Det följer med planen." in sara.get(plan).content.decode()

    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något annat")
    changing = sara.get(plan).content.decode()
    assert "Så här såg du på version 1." in changing and "Planen ändras nu." in changing
    assert "Låt orden följa med" not in changing and "Det följer med planen." not in changing

    world.review()
    mine = Comment.objects.get(kind=CommentKind.DISSENT)
    again = f"{dissent}?igen={mine.pk}"
    for page in (plan, reverse("sign", args=[world.plan.pk])):
        body = sara.get(page).content.decode()
        assert "Orden står inte i version 2." in body and f'href="{again}"' in body
    staff = world.client(world.nadja).get(reverse("establish", args=[world.plan.pk])).content.decode()
    assert "Det gäller version 1, som har ändrats sedan dess, och står inte i den nya." in staff

    assert "Jag vill börja i januari." in field(sara.get(again).content.decode())
    assert "Jag vill börja i januari." not in field(johan.get(again).content.decode())
    assert field(sara.get(f"{dissent}?igen=hej").content.decode()).strip() == ""
    sara.post(dissent, {"text": "Jag vill börja i januari."})
    after = sara.get(plan).content.decode()
    assert "Det följer med planen." in after and "Orden står inte i" not in after
    world.establish()
    assert [row["text"] for row in told_in_receipt(world.version)["dissent"]] == ["Jag vill börja i januari."]


def field(body: str) -> str:
    """What stands in the box for the words."""
    return body.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]


def test_what_is_typed_runs_as_its_own_letters_do() -> None:
    world = World.build().to("in_review")
    for page in ("comment", "dissent"):
        body = world.client(world.sara).get(reverse(page, args=[world.plan.pk])).content.decode()
        assert 'dir="auto"' in body.partition("<textarea")[2].partition(">")[0]
    translate = reverse("translate", args=[world.plan.pk]) + "?sprak=ar"
    page = world.client(world.nadja).get(translate).content.decode()
    boxes = [box.partition(">")[0] for box in page.split("<textarea")[1:]]
    assert boxes and all('dir="rtl"' in box and 'dir="auto"' not in box for box in boxes)
