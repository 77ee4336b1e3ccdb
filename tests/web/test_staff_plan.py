"""The plan's page, played as a user: who sees what, in which order, and what nobody can tell from it."""

import re

import pytest
from django.test import Client

from agencies.models import Agency, User
from consent.models import Relative
from sip.meetings import services as meetings
from sip.plans.services import consents, contents, family, registry, taking_part
from tests.web.staff_help import called, count_queries, numbers, writes_only_access_events
from tests.world import CARVE_OUT, CHILD_WORDS, World

pytestmark = pytest.mark.django_db

NONE = "01890000-0000-7000-8000-000000000000"
PARTS = ("", "historik/", "vem-har-last/", "onskan/", "sip-v1.pdf", "kvittens-v1.pdf", "kallelse-1.pdf", "mote-1.ics")


def text(page: str) -> str:
    """What a reader sees of a page, white space folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main", 1)[-1]))


def open_as(world: World, user: object, part: str = "") -> str:
    """The plan's page as the person sees it."""
    answer = world.client(user).get(f"/planer/{world.plan.pk}/{part}")  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


class TestWho:
    def test_dag_cannot_tell_the_plan_from_one_that_does_not_exist(self) -> None:
        world = World.build().to("in_review")
        client = world.client(world.dag)
        tokens = re.compile(rb'csrfmiddlewaretoken" value="\w+"')
        for part in PARTS:
            mine = client.get(f"/planer/{world.plan.pk}/{part}")
            none = client.get(f"/planer/{NONE}/{part}")
            assert mine.status_code == none.status_code == 404, part
            assert tokens.sub(b"", mine.content) == tokens.sub(b"", none.content), part

    def test_a_stranger_is_asked_to_log_in(self, client: Client) -> None:
        world = World.build().to("requested")
        for part in PARTS:
            answer = client.get(f"/planer/{world.plan.pk}/{part}")
            assert answer.status_code == 302, part
            assert answer.url.startswith("/logga-in/?next=/planer/"), part

    def test_the_family_is_led_to_its_own_page(self) -> None:
        world = World.build().to("in_review")
        assert world.client(world.sara).get(f"/planer/{world.plan.pk}/").url == f"/familj/{world.plan.pk}/"
        log = world.client(world.sara).get(f"/planer/{world.plan.pk}/vem-har-last/")
        assert log.url == f"/familj/{world.plan.pk}/vem-har-last/"

    @pytest.mark.parametrize("state", ["requested", "preparing", "called", "opened", "met", "established", "closed"])
    def test_it_opens_in_every_state_and_leaves_access_events_only(self, state: str) -> None:
        world = World.build().to(state)
        called = [] if state in ("requested", "preparing") else [world.per, world.inga]
        for user in (world.nadja, world.birgit, *called):
            client = world.client(user)
            with writes_only_access_events():
                assert client.get(f"/planer/{world.plan.pk}/").status_code == 200
                assert client.get(f"/planer/{world.plan.pk}/historik/").status_code == 200

    def test_a_colleague_who_is_let_go_finds_nothing_at_the_next_click(self) -> None:
        world = World.build().to("called")
        client = world.client(world.per)
        assert client.get(f"/planer/{world.plan.pk}/").status_code == 200
        taking_part.unassign(world.actor(world.inga), world.plan, world.bup, [world.per])
        assert client.get(f"/planer/{world.plan.pk}/").status_code == 404


class TestOrder:
    def test_the_childs_words_come_before_the_goals_and_the_goals_before_the_rest(self) -> None:
        world = World.build().to("established")
        page = open_as(world, world.nadja)
        headings = re.findall(r'<h2 id="([\w-]+)-rubrik"', page)
        order = ("egna-ord", "mal", "senare", "behov", "motet", "vilka", "uppfoljning", "underskrifter", "historik")
        assert [heading for heading in headings if heading in order] == list(order)
        assert CHILD_WORDS in page
        assert page.index(CHILD_WORDS) < page.index(world.goal.text)

    def test_before_the_meeting_it_stands_above_the_goals(self) -> None:
        world = World.build().to("called")
        page = open_as(world, world.per)
        assert page.index('id="motet"') < page.index('id="mal"')
        assert "Vad ska vi börja med, och vad får vänta?" in page
        assert page.count("Har inte svarat") == 3

    def test_the_words_of_the_wish_stand_there_until_better_ones_come(self) -> None:
        world = World.build().to("preparing")
        page = text(open_as(world, world.nadja))
        assert "”Att få vara med på gympan.”" in page
        assert "Så stod det i önskan om SIP." in page

    def test_why_the_child_was_not_heard(self) -> None:
        world = World.build().to("opened")
        contents.set_voice(world.actor(world.nadja), world.plan, no_voice_because="Alva ville inte.")
        assert "Alva ville inte." in open_as(world, world.nadja)


class TestNow:
    @pytest.mark.parametrize(
        ("state", "what", "href"),
        [
            ("requested", "Svara på en önskan om SIP", "onskan/"),
            ("preparing", "Fråga familjen om samtycke", "samtycke/"),
            ("consented", "Kalla till SIP-möte", "kalla/"),
            ("opened", "Avsluta mötet", "mote/"),
            ("met", "Skriv klart planen och låt familjen läsa", "granska/"),
            ("in_review", "Fastställ planen", "faststall/"),
            ("following_up", "Skriv klart efter uppföljningen", "granska/"),
        ],
    )
    def test_the_coordinator_is_told_what_to_do_and_led_there(self, state: str, what: str, href: str) -> None:
        world = World.build().to(state)
        page = open_as(world, world.nadja)
        panel = page[page.index('class="now"') :]
        panel = panel[: panel.index("</section>")]
        assert what in panel
        assert f'href="/planer/{world.plan.pk}/{href}"' in panel

    def test_what_is_missing_is_said_in_words(self) -> None:
        world = World.build().to("opened")
        world.close_meeting()
        page = text(open_as(world, world.nadja))
        assert "Det här saknas: Skriv barnets egna ord" in page
        assert "övergripande ansvaret" in page

    def test_nothing_is_asked_of_whoever_has_nothing_to_do(self) -> None:
        world = World.build().to("met")
        assert 'class="now"' not in open_as(world, world.per)
        assert 'class="now"' in open_as(world, world.nadja)


class TestVerbs:
    """Only what the viewer may do, and the state lets them do, is offered."""

    def hrefs(self, world: World, user: object) -> set[str]:
        """The last part of every address on the page that is about this plan."""
        return set(re.findall(rf'href="/planer/{world.plan.pk}/([\w-]+)/', open_as(world, user)))

    def test_the_coordinator_of_a_plan_being_written(self) -> None:
        world = World.build().to("opened")
        world.write()
        offered = self.hrefs(world, world.nadja)
        assert {"samtycke", "mote", "egna-ord", "hjulet", "mal", "behov", "insats", "ansvar"} <= offered
        assert "uppfoljningsdag" in offered
        assert {"avsluta", "lamna-over", "medarbetare", "vem-har-last", "andra"} <= offered
        assert not {"granska", "faststall", "uppfoljning", "pappersunderskrift"} & offered

    def test_staff_write_their_own_actions_and_nothing_else(self) -> None:
        world = World.build().to("opened")
        world.write()
        page = open_as(world, world.per)
        assert re.findall(rf"/planer/{world.plan.pk}/andra/([0-9a-f-]+)/", page) == [str(world.assessment.pk)]
        offered = self.hrefs(world, world.per)
        assert "insats" in offered
        assert not {"samtycke", "avsluta", "lamna-over", "vem-har-last", "ansvar", "egna-ord", "medarbetare"} & offered

    def test_the_desk_may_choose_colleagues(self) -> None:
        world = World.build().to("called")
        assert "medarbetare" in self.hrefs(world, world.inga)

    def test_outcomes_are_told_when_the_plan_is_established(self) -> None:
        world = World.build().to("established")
        assert "utfall" in self.hrefs(world, world.per)
        assert "andra" not in self.hrefs(world, world.nadja)

    def test_a_closed_plan_is_only_read(self) -> None:
        world = World.build().to("closed")
        # What went wrong may be told of afterwards, too.
        assert self.hrefs(world, world.nadja) == {"vem-har-last", "vem-kan-se", "historik", "avvikelser", "papper"}


class TestHidden:
    """Parts that a viewer may not see are not there at all; no count and no gap betrays them."""

    def test_an_agency_whose_consent_was_taken_back_is_gone_with_its_words(self) -> None:
        world = World.build().to("established")
        assert "Bedömning av nedstämdhet" in open_as(world, world.birgit)
        consents.withdraw_consent(world.actor(world.sara), world.plan, world.sara.user, [world.bup])
        page = text(open_as(world, world.birgit))
        assert "Bedömning av nedstämdhet" not in page
        assert "Per Lindqvist, BUP" not in page
        assert world.client(world.per).get(f"/planer/{world.plan.pk}/").status_code == 404

    def test_the_coordinator_keeps_the_frame_when_the_own_consent_has_ended(self) -> None:
        world = World.build().to("established")
        consents.withdraw_consent(world.actor(world.sara), world.plan, world.sara.user, [world.soc])
        page = text(open_as(world, world.nadja))
        assert "Du ser bara dagar och vilka som är med" in page
        assert "Återkallat" in page
        assert "BUP Ystad" in page
        assert CHILD_WORDS not in page
        assert world.goal.text not in page
        assert world.assessment.text not in page
        assert "vara med på gympan" not in page
        address = f"/planer/{world.plan.pk}/"
        assert "avsluta/" in world.client(world.nadja).get(address).content.decode()
        assert world.client(world.nadja).get(f"{address}historik/").status_code == 403
        assert world.client(world.nadja).get(f"{address}sip-v1.pdf").status_code == 403

    def test_consent_and_comments_are_the_coordinators(self) -> None:
        world = World.build().to("in_review")
        family.comment(world.actor(world.sara), world.plan, text="Kan mötet vara på eftermiddagen?")
        family.dissent(world.actor(world.johan), world.plan, text="Jag tycker att det går för fort.")
        mine, theirs = open_as(world, world.nadja), open_as(world, world.per)
        assert "Kan mötet vara på eftermiddagen?" in mine
        assert "Kan mötet vara på eftermiddagen?" not in theirs
        assert "Jag tycker att det går för fort." in mine
        assert "Jag tycker att det går för fort." in theirs
        assert 'id="samtycke"' in mine
        assert 'id="samtycke"' not in theirs
        assert CARVE_OUT not in mine + theirs

    def test_numbers_of_the_family_and_of_who_is_protected(self) -> None:
        world = World.build().to("called")
        world.sara.user.phone = "070-174 06 05"
        world.sara.user.save()
        world.per.phone = "040-628 04 10"
        world.per.save()
        assert "070-174 06 05" in open_as(world, world.nadja)
        assert "070-174 06 05" not in open_as(world, world.birgit)
        assert "040-628 04 10" in open_as(world, world.birgit)
        registry.protect_guardian(world.sara, True)
        registry.protect_user(world.per, True)
        assert "070-174 06 05" not in open_as(world, world.nadja)
        page = open_as(world, world.nadja)
        assert "040-628 04 10" not in page
        row = page[page.index("Per Lindqvist") : page.index("</tr>", page.index("Per Lindqvist"))]
        assert "BUP" not in row

    def test_the_identity_number_is_masked(self) -> None:
        world = World.build().to("called")
        page = open_as(world, world.nadja)
        assert "20140918-****" in page
        assert "2399" not in page

    def test_a_protected_childs_school_and_municipality_stand_nowhere(self) -> None:
        world = World.build(is_protected=True).to("established")
        page = text(open_as(world, world.nadja)).replace("Elevhälsan Mackleanskolan", "").replace("rum 4", "")
        assert "Kommun" not in page
        assert "Skola eller förskola" not in page


class TestWords:
    @pytest.mark.parametrize("name", ["Null", "Ó", "ليلى", "<script>alert(1)</script>", "Å" * 80])
    def test_odd_names_stand_there_as_text(self, name: str) -> None:
        world = World.build().to("opened")
        Relative.objects.create(child=world.child, name=name, relation="mormor")
        world.write()
        contents.add_goal(world.actor(world.nadja), world.plan, text=name, when="now")
        page = open_as(world, world.nadja)
        assert "<script>alert" not in page
        assert page.count(name.replace("<", "&lt;").replace(">", "&gt;")) >= 2

    def test_who_was_there_and_who_was_not(self) -> None:
        world = World.build().to("met")
        page = text(open_as(world, world.per))
        assert "BUP Ystad, psykolog" in page
        assert "Johan Ek, arbete" in page

    def test_answers_and_expectations_side_by_side(self) -> None:
        world = World.build().to("called")
        answer = meetings.Answer("substitute", who="Eva Holm", mandate="får besluta")
        meetings.answer_call(world.actor(world.per), world.plan, world.bup, answer)
        taking_part.set_expectation(
            world.actor(world.per), world.plan, world.bup, expects="Att skolan beskriver dagen.", can_do="Bedömning."
        )
        page = text(open_as(world, world.birgit))
        assert "Skickar en ersättare Eva Holm, mandat: får besluta" in page
        assert "Att skolan beskriver dagen." in page

    def test_whom_the_coordinator_rings_for_an_answer_and_nobody_protected(self) -> None:
        world = World.build().to("called")
        User.objects.filter(pk=world.per.pk).update(phone="070-111 22 33")
        line = "Har inte svarat Ring Per Lindqvist , 070-111 22 33"
        assert line in text(open_as(world, world.nadja))
        assert line not in text(open_as(world, world.birgit))
        User.objects.filter(pk=world.per.pk).update(is_protected=True)
        Agency.objects.filter(pk=world.bup.pk).update(phone="0411-123 45")
        page = text(open_as(world, world.nadja))
        assert "Har inte svarat Ring 0411-123 45" in page and "070-111" not in page
        assert "svarat Per Lindqvist" not in page

    def test_signatures_in_the_lead_and_below(self) -> None:
        world = World.build().to("in_review")
        world.sign(world.johan)
        page = text(open_as(world, world.nadja))
        assert "Johan Ek har skrivit under. Sara Lind har inte gjort det." in page
        assert "Skrev under i tjänsten idag" in page


def test_as_many_queries_for_a_large_plan_as_for_a_small_one() -> None:
    world = World.build().to("opened")
    world.write()
    client = world.client(world.nadja)
    address = f"/planer/{world.plan.pk}/"
    small = count_queries(client, address)
    nadja = world.actor(world.nadja)
    for number in range(12):
        goal = contents.add_goal(nadja, world.plan, text=f"Mål {number}", when="later")
        for _ in range(2):
            contents.add_action(nadja, world.plan, contents.NewAction(text="Vi äter frukost ihop", goal=goal))
    for name, number in zip(("Noel Berg", "Tuva Strand"), numbers(2), strict=True):
        called(world, name, number)
    assert count_queries(client, address) == small <= 60  # was 72
