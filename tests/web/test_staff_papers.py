"""Papers, history and the access log, played as a user."""

import pytest
from icalendar import Calendar

from consent.log.models import AccessEvent
from sip.documents.models import Document
from sip.plans.services import contents
from tests.web.staff_help import writes_only_access_events
from tests.world import World

pytestmark = pytest.mark.django_db


class TestPapers:
    def test_the_plan_is_handed_out_as_a_file_without_a_name_and_logged(self) -> None:
        world = World.build().to("in_review")
        for user in (world.nadja, world.per, world.sara):
            client = world.client(user)
            with writes_only_access_events():
                answer = client.get(f"/planer/{world.plan.pk}/sip-v1.pdf")
            assert answer.status_code == 200
            assert answer["Content-Type"] == "application/pdf"
            assert answer["Content-Disposition"] == 'attachment; filename="sip-v1.pdf"'
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Cache-Control"] == "no-store"
            assert answer.content == bytes(Document.objects.get(version=world.version).data)
        taken = AccessEvent.objects.filter(user=world.per, child=world.child).order_by("-id")[0]
        assert (taken.act, taken.is_denied) == ("download_plan", False)

    def test_a_receipt_comes_with_the_establishment(self) -> None:
        world = World.build().to("in_review")
        address = f"/planer/{world.plan.pk}/kvittens-v1.pdf"
        assert world.client(world.nadja).get(address).status_code == 404
        world.establish()
        answer = world.client(world.nadja).get(address)
        assert answer.content.startswith(b"%PDF")
        assert answer["Content-Disposition"] == 'attachment; filename="kvittens-v1.pdf"'

    def test_what_an_edit_made_void_is_not_handed_out(self) -> None:
        world = World.build().to("in_review")
        contents.add_need(world.actor(world.nadja), world.plan, text="Sova")
        client = world.client(world.nadja)
        assert client.get(f"/planer/{world.plan.pk}/sip-v1.pdf").status_code == 404
        assert "sip-v1.pdf" not in client.get(f"/planer/{world.plan.pk}/").content.decode()

    @pytest.mark.parametrize("name", ["sip-v0.pdf", "sip-v7.pdf", "sip-v99999999999999999999.pdf", "kallelse-9.pdf"])
    def test_a_number_that_is_none(self, name: str) -> None:
        world = World.build().to("called")
        assert world.client(world.nadja).get(f"/planer/{world.plan.pk}/{name}").status_code == 404

    def test_the_call_on_paper_and_for_the_calendar(self) -> None:
        world = World.build().to("called")
        client = world.client(world.per)
        call = client.get(f"/planer/{world.plan.pk}/kallelse-1.pdf")
        assert call.content.startswith(b"%PDF")
        assert call["Content-Disposition"] == 'attachment; filename="kallelse-1.pdf"'
        event = client.get(f"/planer/{world.plan.pk}/mote-1.ics")
        assert event["Content-Type"] == "text/calendar; charset=utf-8"
        (meeting,) = Calendar.from_ical(event.content).walk("VEVENT")
        assert meeting.decoded("dtstart") == world.meeting.start
        assert b"Alva" not in event.content

    def test_a_protected_childs_meeting_has_no_place_in_a_calendar(self) -> None:
        world = World.build(is_protected=True).to("called")
        event = world.client(world.per).get(f"/planer/{world.plan.pk}/mote-1.ics")
        assert b"Mackleanskolan" not in event.content


class TestHistory:
    def test_what_has_happened_newest_first_in_plain_words(self) -> None:
        world = World.build().to("established")
        world.sign(world.sara)
        page = world.client(world.per).get(f"/planer/{world.plan.pk}/historik/").content.decode()
        order = ["Sara Lind skrev under planen.", "Planen fastställdes", "Mötet hölls.", "önskade en plan."]
        found = [page.index(words) for words in order]
        assert found == sorted(found)

    def test_the_plans_page_shows_the_newest_five(self) -> None:
        world = World.build().to("established")
        page = world.client(world.nadja).get(f"/planer/{world.plan.pk}/").content.decode()
        assert page.count('class="event-when"') == 5
        assert f'href="/planer/{world.plan.pk}/historik/"' in page


class TestAccessLog:
    def test_the_coordinator_reads_who_has_read(self) -> None:
        world = World.build().to("called")
        world.client(world.per).get(f"/planer/{world.plan.pk}/")
        world.client(world.dag).get(f"/planer/{world.plan.pk}/")
        client = world.client(world.nadja)
        with writes_only_access_events():
            page = client.get(f"/planer/{world.plan.pk}/vem-har-last/").content.decode()
        assert "Per Lindqvist, BUP Ystad" in page
        assert "Försökte öppna, men fick inte." in page

    def test_it_is_not_for_those_who_take_part(self) -> None:
        world = World.build().to("called")
        answer = world.client(world.per).get(f"/planer/{world.plan.pk}/vem-har-last/")
        assert answer.status_code == 403
        assert "planens samordnare" in answer.content.decode()
