"""The shared cases pass; a copy broken at one step fails there, and nowhere else."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from sip.cases import expectations, papers
from sip.cases.errors import PlayError
from sip.cases.player import Play, prepare
from sip.cases.reader import read, read_text
from sip.cases.world import Case, Step

CASES = Path(__file__).parents[3] / "cases"
SHARED = sorted(CASES.glob("*.yaml"))
DEMO = sorted(CASES.glob("demo/*.yaml"))

pytestmark = pytest.mark.django_db


def status_of(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        call_command("play", *words)
    return int(ended.value.code or 0)


def played(case: Case) -> Play:
    play = prepare(case)
    play.run()
    return play


def taken_wrongly(play: Play, broken: Step) -> PlayError:
    """What the player says of a step that goes otherwise than it tells; what it did is undone."""
    with transaction.atomic():
        with pytest.raises(PlayError) as caught:
            play.take(broken)
        transaction.set_rollback(True)
    return caught.value


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
class TestEachSharedCase:
    def test_passes_and_tells_what_happened_with_the_files_own_ids(self, path: Path, tmp_path: Path) -> None:
        assert status_of(str(path), "--out", str(tmp_path)) == 0
        left = {file.name for file in tmp_path.iterdir()}
        done = Counter(step.verb for step in read(path).steps if step.refused is None)
        calls = {f"kallelse-{number}.pdf" for number in range(1, done["call"] + 1)}
        plans = {f"sip-v{number}.pdf" for number in range(1, done["review"] + 1)}
        assert left == {*calls, *plans, f"kvittens-v{done['review']}.pdf", "case.json"}
        assert (tmp_path / "sip-v1.pdf").read_bytes().startswith(b"%PDF-")

        told = json.loads((tmp_path / "case.json").read_text())
        case = read(path)
        ids = {case.child.id, *(each.id for each in (*case.people, *case.guardians))}
        assert told["state"] == case.expect.state
        assert [step["line"] for step in told["steps"]] == [step.line for step in case.steps]
        assert [step["refused"] for step in told["steps"]] == [step.refused is not None for step in case.steps]
        assert all(step["message"] for step in told["steps"] if step["refused"])
        assert {event["by"] for event in told["access_events"]} <= ids
        assert {notice["to"] for notice in told["notices"]} <= ids
        assert all(len(version["sha256"]) == 64 for version in told["versions"])
        assert sum(not version["void"] for version in told["versions"]) == (case.expect.versions or 1)

    def test_the_same_child_is_not_taken_in_twice(self, path: Path, tmp_path: Path) -> None:
        case = read(path)
        prepare(case)
        with pytest.raises(PlayError) as caught:
            prepare(case)
        assert caught.value.line == case.child.line


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_a_copy_broken_at_one_step_fails_on_its_line(path: Path) -> None:
    """Each refusal told as if it went through, and two that go through told as refusals, each where the play stands."""
    case = read(path)
    gone_through = [step for step in case.steps if step.refused is None]
    play = prepare(case)
    for step in case.steps:
        if step.refused is not None or step in (gone_through[1], gone_through[-1]):
            broken = replace(step, refused=True if step.refused is None else None)
            error = taken_wrongly(play, broken)
            assert error.line == broken.line
            assert f"Steget {broken.verb}" in error.message
            assert ("skulle nekas" if broken.refused else "skulle gå igenom") in error.message
        play.take(step)


PROTECTED = CASES / "skyddad-adress-och-aterkallat-samtycke.yaml"
SHORT = CASES / "demo" / "2-noah-skurup.yaml"
WRONG_EXPECTATIONS = [
    ("state: established", "state: closed", 44, "established"),
    ("signatures: {1: 1}", "signatures: {1: 2}", 45, "underskrifter"),
    ("signatures: {1: 1}", "signatures: {2: 1}", 45, "finns inte"),
    ("signatures: {1: 1}", "versions: 2", 45, "gällande versioner"),
    ("pdf_has: [Elis Berg", "pdf_has: [Elsa Berg", 46, "Elsa Berg"),
    ('pdf_has_not: ["Hemliga vägen"', 'pdf_has_not: ["Korttidsvistelse"', 47, "sip-v1.pdf"),
    ("visible_to: [samordnare", "visible_to: [kurator, samordnare", 48, "kurator"),
    ("hidden_from: [kurator", "hidden_from: [mor, kurator", 49, "mor"),
    ("notices_have_not: [Elis", "notices_have_not: [SIP, Elis", 50, "SIP"),
    ("hidden_from: [kurator]", "notices: {call: 7}", 49, "väntade 7"),
    ("hidden_from: [kurator]", "deviations: [{agency: lss, kind: no_show}]", 49, "lss no_show"),
    ("hidden_from: [kurator]", "deadline_met: {meeting: true}", 49, "inte"),
    ("hidden_from: [kurator]", "missing: [följas upp]", 49, "inget saknades"),
]


def test_each_expectation_can_fail(tmp_path: Path) -> None:
    play = played(read(PROTECTED))
    papers.clear(tmp_path)
    papers.write(play, tmp_path)
    assert expectations.unmet(play, tmp_path) == []
    for right, wrong, line, word in WRONG_EXPECTATIONS:
        play.case = read_text(PROTECTED.read_text().replace(right, wrong, 1))
        told = expectations.unmet(play, tmp_path)
        assert told, wrong
        assert {each.line for each in told} == {line}, wrong
        assert word in told[0].message, wrong


class TestTheDemo:
    def test_all_its_cases_play_in_one_database_about_now(self, tmp_path: Path) -> None:
        words = [*map(str, DEMO), "--out", str(tmp_path), "--shift-to", "2027-05-05"]
        assert status_of(*words) == 0
        states = {json.loads((tmp_path / case.stem / "case.json").read_text())["state"] for case in DEMO}
        assert states == {
            "requested", "preparing", "called", "met", "in_review", "established", "following_up", "closed"
        }  # fmt: skip

    def test_no_number_stands_in_two_cases_and_each_is_a_published_test_number(self) -> None:
        published = set((CASES / "testpersonnummer.txt").read_text().split())
        cases = [read(path) for path in (*SHARED, *DEMO)]
        numbers = [who.number for case in cases for who in (case.child, *case.guardians)]
        assert len(numbers) == len(set(numbers))
        assert set(numbers) <= published


class TestTheCommand:
    def broken(self, tmp_path: Path, right: str, wrong: str) -> Path:
        file = tmp_path / "fall.yaml"
        text = PROTECTED.read_text()
        assert right in text
        file.write_text(text.replace(right, wrong, 1))
        return file

    def test_a_file_that_cannot_be_read_is_told_with_its_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = self.broken(tmp_path, "establish:", "trolla:")
        assert status_of(str(file), "--out", str(tmp_path / "ut")) == 2
        assert capsys.readouterr().err.startswith(f"{file}:42: Verbet ”trolla” finns inte.")
        assert not (tmp_path / "ut").exists()

    def test_an_agency_kind_that_there_is_no_row_for(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file = self.broken(tmp_path, "kind: LSS", "kind: trolleri")
        assert status_of(str(file), "--out", str(tmp_path / "ut")) == 2
        assert capsys.readouterr().err.startswith(f"{file}:9: Verksamhetstypen ”trolleri” finns inte.")

    def test_an_expectation_that_does_not_hold(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file = tmp_path / "fall.yaml"
        file.write_text(SHORT.read_text().replace("state: requested", "state: closed"))
        assert status_of(str(file), "--out", str(tmp_path / "ut")) == 1
        assert capsys.readouterr().err == (f"{file}:19: state: väntade closed, men planen är requested.\n")

    def test_a_step_that_fails_leaves_what_came_before_in_case_json(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = self.broken(tmp_path, "review: {by: samordnare}", "review: {by: handlaggare}")
        assert status_of(str(file), "--out", str(tmp_path / "ut")) == 1
        assert capsys.readouterr().err.startswith(f"{file}:38: Steget review skulle gå igenom, men nekades: ")
        told = json.loads((tmp_path / "ut" / "case.json").read_text())
        assert (told["state"], told["steps"][-1]["line"]) == ("met", 38)

    def test_papers_of_an_earlier_play_are_taken_away_and_others_files_are_not(self, tmp_path: Path) -> None:
        out = tmp_path / "ut"
        out.mkdir()
        (out / "sip-v7.pdf").write_bytes(b"gammal")
        (out / "anteckning.txt").write_text("min egen")
        assert status_of(str(SHORT), "--out", str(out)) == 0
        assert not (out / "sip-v7.pdf").exists()
        assert (out / "anteckning.txt").exists()

    def test_a_folder_that_cannot_be_written(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "fil").write_text("ingen mapp")
        assert status_of(str(SHARED[0]), "--out", str(tmp_path / "fil" / "ut")) == 1
        assert "Välj en annan mapp" in capsys.readouterr().err

    def test_without_pdftotext_it_says_what_to_install(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert shutil.which("pdftotext")
        monkeypatch.setenv("PATH", str(tmp_path))
        assert status_of(str(SHARED[0]), "--out", str(tmp_path / "ut")) == 1
        assert "poppler-utils" in capsys.readouterr().err
