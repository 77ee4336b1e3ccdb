"""The family's pages: who gets in, what each state says, and what never stands there."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import Custody
from sip.plans.models import Plan
from sip.plans.services import consents, contents, frame, registry, requests
from tests.world import World

pytestmark = pytest.mark.django_db

READ_PAGES = ("family_plan", "family_consent", "comment", "dissent", "sign", "refuse_to_sign", "who_has_read")
FORBIDDEN = 403
QUERIES_MOST = 58  # of the family's page, recorded; a change shows here
NOT_THERE = 404


def text(client: Client, name: str, plan: Plan) -> str:
    """What a page says, without its tags, white space folded."""
    response = client.get(reverse(name, args=[plan.pk]))
    assert response.status_code == 200, (name, response.status_code)
    body = re.sub(r"<[^>]+>", " ", response.content.decode().split("<main", 1)[1])
    return " ".join(body.split())


def statuses(client: Client, plan: Plan) -> set[int]:
    """The statuses of every family page of the plan."""
    return {client.get(reverse(name, args=[plan.pk])).status_code for name in READ_PAGES}


def test_both_guardians_reach_every_page_and_the_neighbour_none() -> None:
    world = World.build().to("in_review")
    assert statuses(world.client(world.sara), world.plan) == {200}
    assert statuses(world.client(world.johan), world.plan) == {200}
    assert statuses(world.client(world.dag), world.plan) == {NOT_THERE}
    assert statuses(Client(), world.plan) == {302}


def test_not_yours_and_not_existing_are_the_same_page() -> None:
    world = World.build().to("requested")
    client = world.client(world.dag)
    other = "01890000-0000-7000-8000-000000000000"
    for name in READ_PAGES:
        bodies = [client.get(reverse(name, args=[key])).content for key in (world.plan.pk, other)]
        not_yours, not_there = [re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", body) for body in bodies]
        assert not_yours == not_there


def test_staff_who_take_part_are_shown_to_their_own_page_and_may_not_speak_as_family() -> None:
    world = World.build().to("in_review")
    client = world.client(world.per)
    shown = client.get(reverse("family_plan", args=[world.plan.pk]))
    assert (shown.status_code, shown["Location"]) == (302, reverse("plan", args=[world.plan.pk]))
    for name in ("family_consent", "comment", "dissent", "sign", "refuse_to_sign"):
        assert client.post(reverse(name, args=[world.plan.pk])).status_code == FORBIDDEN, name


def test_a_guardian_whose_custody_ended_finds_nothing_from_the_next_click() -> None:
    world = World.build().to("in_review")
    client = world.client(world.johan)
    assert client.get(reverse("family_plan", args=[world.plan.pk])).status_code == 200
    registry.transfer_custody(world.child, world.johan, Custody.NONE)
    assert statuses(client, world.plan) == {NOT_THERE}
    answer = client.post(reverse("sign", args=[world.plan.pk]), {"has_read": "on", "sha256": world.version.sha256})
    assert answer.status_code == NOT_THERE
    assert not world.version.signatures.exists()
    assert "Alva" not in client.get(reverse("family")).content.decode()


def test_a_guardian_without_custody_finds_nothing() -> None:
    world = World.build(custody=Custody.SOLE).to("in_review")
    assert statuses(world.client(world.johan), world.plan) == {NOT_THERE}
    assert "Alva" not in world.client(world.johan).get(reverse("family_request")).content.decode()


def test_a_protected_child_has_no_family_pages_also_when_protection_comes_in_between() -> None:
    world = World.build().to("in_review")
    client = world.client(world.sara)
    assert client.get(reverse("family_plan", args=[world.plan.pk])).status_code == 200
    registry.protect_child(world.child, True)
    assert statuses(client, world.plan) == {302}  # logged out
    world.sara.user.refresh_from_db()
    client = world.client(world.sara)
    assert statuses(client, world.plan) == {NOT_THERE}
    for name in ("family", "family_request"):
        assert "Alva" not in client.get(reverse(name)).content.decode()


def test_each_state_says_what_happens_and_what_the_parent_can_do() -> None:
    world = World.build()
    says = {
        "requested": ("Önskan om en plan är skickad", "Du behöver inte göra något just nu"),
        "accept": ("Nadja förbereder ett möte", "Ditt svar behövs"),
        "consent": ("Nadja förbereder ett möte", "Skriv till Nadja"),
        "call": ("Du är kallad till ett möte", "Mackleanskolan rum 4", "Läs kallelsen", "Lägg i kalendern"),
        "open_meeting": ("Mötet pågår nu",),
        "write": ("Planen skrivs fortfarande",),
        "close_meeting": ("Nadja skriver klart planen", "Något stämmer inte"),
        "review": ("Planen är klar att läsa", "Du har inte skrivit under än", "Läs och skriv under"),
        "establish": ("Planen gäller till uppföljningen", "Hämta kvittensen"),
        "follow_up": ("Planen följs upp", "gäller tills den nya är klar"),
        "close": ("Planen är avslutad. Målen är nådda", "Önska en ny plan"),
    }
    world.request()
    for step, words in says.items():
        if step != "requested":
            getattr(world, step)()
        page = text(world.client(world.sara), "family_plan", world.plan)
        for said in words:
            assert said in page, (step, said)


def test_a_declined_wish_tells_the_reason_and_the_way_on() -> None:
    world = World.build().to("requested")
    requests.decline_request(world.actor(world.nadja), world.plan, reason="Skolan klarar det själv.")
    page = text(world.client(world.sara), "family_plan", world.plan)
    assert "Skälet: Skolan klarar det själv." in page
    assert "Önska en plan igen" in page


def test_the_plan_is_grouped_by_goal_with_the_childs_words_and_the_person_to_call() -> None:
    world = World.build().to("established")
    head, page = text(world.client(world.sara), "family_plan", world.plan).split("Alvas egna ord")
    assert head.index("Alvas plan") < head.index("Ring 0411-55 01 02")
    words = [
        "Jag vill vara med på gympan",
        "Det här gör vi nu",
        "Alva är i skolan fyra dagar av fem före jul",
        "Lärande",
        "Anpassat schema och lugn plats",
        "Birgit Åkesson, Elevhälsan Mackleanskolan",
        "Hälsa",
        "Familjen",
        "Det här väntar till senare",
        "Vem har läst planen",
        "Stämmer det?",
    ]
    found = [page.find(word) for word in words]
    assert -1 not in found, words[found.index(-1)]
    assert found == sorted(found)


def test_the_other_guardians_contact_details_stand_on_no_page() -> None:
    world = World.build().to("in_review")
    world.johan.address = "Hemliga vägen 7"
    world.johan.save()
    world.johan.user.phone = "070-000 00 12"
    world.johan.user.save()
    client = world.client(world.sara)
    for name in READ_PAGES:
        body = client.get(reverse(name, args=[world.plan.pk])).content.decode()
        for secret in ("Hemliga vägen", "070-000 00 12", "johan@familj.example", "19881224"):
            assert secret not in body, (name, secret)


def test_a_protected_coordinator_is_neither_named_with_the_agency_nor_called_on_the_own_number() -> None:
    world = World.build().to("in_review")
    registry.protect_user(world.nadja, True)
    world.soc.phone = "0411-55 00 00"
    world.soc.save()
    client = world.client(world.sara)
    page = text(client, "family_plan", world.plan)
    assert "Ring 0411-55 00 00" in page
    assert "0411-55 01 02" not in page
    for body in (page, text(client, "who_has_read", world.plan)):
        assert "Nadja" not in body
        assert "Öhman" not in body


def test_an_agency_without_consent_takes_its_actions_with_it() -> None:
    world = World.build().to("established")
    consents.withdraw_consent(world.actor(world.sara), world.plan, world.sara.user, [world.bup])
    page = text(world.client(world.sara), "family_plan", world.plan)
    assert "Bedömning av nedstämdhet" not in page
    assert "Anpassat schema" in page


def test_what_is_new_is_new_since_the_last_visit_and_not_since_the_last_click() -> None:
    world = World.build().to("established")
    first = world.client(world.sara)
    assert "Det här har hänt" in text(first, "family_plan", world.plan)
    assert "Det här har hänt" in text(first, "family_plan", world.plan)
    frame.tell_outcome(world.actor(world.birgit), world.plan, world.schedule, result="fully")
    page = text(world.client(world.sara), "family_plan", world.plan)
    new, everything = page.split("Hänt sedan du var här")[1].split("Allt som har hänt")
    assert "Klart: Anpassat schema och lugn plats." in new
    assert "kallade till möte" not in new
    assert "kallade till möte" in everything
    world.sign(world.sara)  # her own doing is no news to her
    assert "Inget nytt." in text(world.client(world.sara), "family_plan", world.plan)


def test_who_has_read_since_the_version_was_made() -> None:
    world = World.build().to("in_review")
    sara = world.client(world.sara)
    readers = text(sara, "family_plan", world.plan).split("Vem har läst planen")[1]
    assert "Per Lindqvist, BUP Ystad inte läst än" in readers
    assert world.client(world.per).get(reverse("plan", args=[world.plan.pk])).status_code == 200
    readers = text(sara, "family_plan", world.plan).split("Vem har läst planen")[1]
    assert "Per Lindqvist, BUP Ystad idag" in readers
    assert "Hanna Björk, Barn- och ungdomskliniken Ystad inte läst än" in readers


def test_the_whole_log_in_plain_words_with_the_attempts_that_were_turned_away() -> None:
    world = World.build().to("in_review")
    world.client(world.dag).get(reverse("plan", args=[world.plan.pk]))
    page = text(world.client(world.sara), "who_has_read", world.plan)
    assert "Dag Utanför, BUP Ystad" in page
    assert "Försökte öppna, men fick inte." in page
    assert "krev en önskan om plan" in page
    assert "edit_contents" not in page


def test_a_get_writes_nothing_but_its_access_event() -> None:
    world = World.build().to("in_review")
    client = world.client(world.sara)
    for name in READ_PAGES:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name, args=[world.plan.pk]))
        said = " ".join(query["sql"] for query in queries)
        written = set(re.findall(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', said))
        assert written == {"consent_log_accessevent"}, name


def test_the_page_asks_the_database_as_often_however_much_stands_in_the_plan() -> None:
    world = World.build().to("opened")
    world.write()
    client, page = world.client(world.sara), reverse("family_plan", args=[world.plan.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        return len(captured)

    queries()  # the first visit has no earlier one to compare with
    few = queries()
    for number in range(5):
        contents.add_need(world.actor(world.nadja), world.plan, text=f"Behov {number}")
        new = contents.NewAction(f"Insats {number}", world.school, contact="Birgit Åkesson", goal=world.goal)
        contents.add_action(world.actor(world.birgit), world.plan, new)
    assert queries() == few
    assert few <= QUERIES_MOST


def test_the_start_page_leads_straight_to_the_only_plan() -> None:
    world = World.build().to("preparing")
    client = world.client(world.sara)
    answer = client.get(reverse("family"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("family_plan", args=[world.plan.pk]))


def test_the_start_page_of_a_parent_without_a_plan_offers_one_and_keeps_the_old() -> None:
    world = World.build().to("closed")
    page = world.client(world.sara).get(reverse("family")).content.decode()
    assert "Önska en plan" in page
    assert "Avslutad" in page
    nobody = World.client(world, world.dag).get(reverse("family"))
    assert "Här finns ingen plan" in nobody.content.decode()
