"""Uppföljning, Avvikelse and Barnets sida: what they say, and that they are whole as files."""

import io
import json
from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse

from common import clock
from sip.documents import inspect
from sip.documents import services as documents
from sip.documents.render import render
from sip.documents.sheets import Kind
from sip.documents.structure import elements
from sip.plans.models import Action, Deviation, DeviationKind, WheelMark
from sip.plans.services import frame
from tests.integration.markers import hide
from tests.unit.documents import papers, samples
from tests.world import World

WORDS: dict[Kind, tuple[str, ...]] = {
    "uppfoljning": (
        "Uppföljning 1", "Alva Lind", "Uppföljningen hölls tisdag 9 juni 2026.", "Version 3 är uppföljd",
        "2 av 5 insatser är helt genomförda.", "Målet är nått", "Målet är delvis nått: Fyra dagar av fem.",
        "Inte genomfört Kön var lång.", "Inget skrivet än", "Mål 3, får vänta.", "Trygg 3 4 Upp", "Hälsa 2 2 Samma",
        "Delaktig – 3 –", "Tisdag 15 september 2026. Nadja Öhman kallar.",
    ),
    "avvikelse": (
        "Avvikelse", "Planen följdes inte", "BUP Ystad, Region Exempel", "Avslutad", "Inkom 6 maj 2026 kl. 10.00",
        "Hände tisdag 5 maj 2026", "Sagt av: Nadja Öhman, Socialtjänsten Skurup", "Vi hade fel adress.",
        "Besvarad 11 maj 2026 kl. 14.00. Avslutad 12 maj 2026 kl. 11.00.",
    ),
    "barnets-sida": (
        "Alvas plan", "Alvas egna ord", "”Jag vill kunna äta lunch", "Det här ska bli bättre",
        "Alva börjar på simning igen Det får vänta lite.", "Vem hjälper mig med vad", "Birgit Åkesson, rektor",
        "Så mår jag", "Nästa gång vi ses", "Tisdag 9 juni 2026", "Ring Nadja Öhman, Socialtjänsten Skurup",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", WORDS)
def test_it_says_what_it_must_and_is_whole(kind: Kind, tmp_path: Path) -> None:
    pdf = render(kind, samples.ALL[kind]())
    text = papers.text_of(pdf, tmp_path)
    for wanted in WORDS[kind]:
        assert wanted in text, wanted
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = tuple(document.attachments)
    assert inspect.problems(pdf, attachments=names) == []
    assert papers.qpdf_complaints(pdf, tmp_path) == ""


def test_the_wheel_is_a_drawing_that_is_read_aloud() -> None:
    with pikepdf.open(io.BytesIO(render("barnets-sida", samples.child_page()))) as document:
        told = [str(figure.Alt) for figure in elements(document, "/Figure")]
    assert any("Trygg 4, Hälsa 2" in alt for alt in told)


def test_a_childs_page_with_next_to_nothing_has_no_empty_heading(tmp_path: Path) -> None:
    bare = samples.child_page() | {"goals": [], "actions": [], "wheel": [], "voice": {"child": ""}, "follow_up": None}
    text = papers.text_of(render("barnets-sida", bare), tmp_path)
    assert "Ingen dag är bestämd." in text
    for heading in ("egna ord", "Det här ska bli bättre", "Vem hjälper mig", "Så mår jag"):
        assert heading not in text


@pytest.mark.django_db
class TestHandedOut:
    def test_what_came_of_the_plan_then_and_now(self, tmp_path: Path) -> None:
        world = World.build().to("established")
        nadja = world.actor(world.nadja)
        WheelMark.objects.create(plan=world.plan, spoke="trygg", mark=4, changed_by=world.nadja)
        with pytest.raises(Exception, match="ingen sådan"):
            documents.download_follow_up(nadja, world.plan, 1)
        frame.follow_up(nadja, world.plan, held=clock.today())
        action = Action.objects.get(pk=world.mornings.pk)
        Action.objects.filter(pk=action.pk).update(outcome="partly", outcome_why="Två dagar av fem.")
        text = papers.text_of(documents.download_follow_up(nadja, world.plan, 1), tmp_path)
        assert f"{action.text}" in text
        assert "Delvis genomfört Två dagar av fem." in text
        assert "Trygg – 4" in text
        assert world.client(world.per).get(reverse("follow_up_pdf", args=[world.plan.pk, 2])).status_code == 404

    def test_what_is_withheld_from_a_guardian_is_in_neither_paper(self, tmp_path: Path) -> None:
        world = World.build().to("established")
        WheelMark.objects.create(plan=world.plan, spoke="trygg", mark=4, changed_by=world.nadja)
        frame.follow_up(world.actor(world.nadja), world.plan, held=clock.today())
        hide(world, "voice")
        johan = world.actor(world.johan)
        for pdf in (
            documents.download_child_page(johan, world.plan, 1),
            documents.download_follow_up(johan, world.plan, 1),
            documents.download_look(johan, world.plan, 1, documents.Look(is_large=True)),
        ):
            text = papers.text_of(pdf, tmp_path)
            with pikepdf.open(io.BytesIO(pdf)) as document:
                (held,) = document.attachments.values()
                inside = held.get_file().read_bytes().decode()
            assert "gympan" not in text + inside
            assert "bästa-hjulet" not in text
            assert '"trygg"' not in inside

    def test_a_childs_page_carries_no_more_of_the_plan_than_it_shows(self) -> None:
        world = World.build().to("established")
        answer = world.client(world.sara).get(reverse("child_pdf", args=[world.plan.pk, 1]))
        assert answer["Content-Disposition"] == 'attachment; filename="barnets-sida-v1.pdf"'
        with pikepdf.open(io.BytesIO(answer.content)) as document:
            (held,) = document.attachments.values()
            inside = json.loads(held.get_file().read_bytes())
        assert set(inside["voice"]) == {"child"}
        assert not {"needs", "guardians", "parties", "meeting", "call"} & set(inside)

    def test_a_deviation_on_paper_is_for_the_units_manager_alone(self, tmp_path: Path) -> None:
        world = World.build().to("called")
        row = Deviation.objects.create(
            plan=world.plan, agency=world.bup, kind=DeviationKind.TREATMENT, text="Ingen lyssnade.", at=clock.now()
        )
        address = reverse("deviation_pdf", args=[row.pk])
        assert world.client(world.per).get(address).status_code == 404
        answer = world.client(world.chef).get(address)
        text = papers.text_of(answer.content, tmp_path)
        assert "Ingen lyssnade." in text
        assert "Dåligt bemötande" in text
        assert "Alva" not in text
        assert str(world.plan.pk).encode() not in answer.content
        page = world.client(world.chef).get(reverse("deviation", args=[row.pk])).content.decode()
        assert f'href="{address}?stor=ja"' in page
        large = world.client(world.chef).get(f"{address}?stor=ja")
        assert large["Content-Disposition"] == 'attachment; filename="avvikelse-stor.pdf"'
        assert "Ingen lyssnade." in papers.text_of(large.content, tmp_path)
        assert "Stor text. Papperet i vanlig storlek gäller." in papers.text_of(large.content, tmp_path)
