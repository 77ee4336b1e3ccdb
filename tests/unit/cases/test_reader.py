"""Reading a case file: the shared cases, the format's rules one by one, and whatever else a file may hold."""

import os
from datetime import date, datetime
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from sip.cases import schema
from sip.cases.errors import CaseError
from sip.cases.reader import read, read_text
from sip.cases.world import Case

CASES = Path(__file__).parents[3] / "cases"
SHARED = sorted(CASES.glob("*.yaml"))
KINDS = [
    "BUP",
    "Barnhälsovård",
    "Socialtjänst",
    "LSS",
    "Elevhälsa",
    "Habilitering",
    "Barn- och ungdomsklinik",
    "Förskola",
]

WORLD = dedent("""\
    title: Ett fall
    today: 2026-09-01
    principals:
      - {name: Skurups kommun, kind: municipality, code: "0012"}
    agencies:
      - {id: soc, name: Socialtjänsten Skurup, of: Skurups kommun, kind: SOCIALTJÄNST, level: First Line}
    people:
      - {id: nadja, name: Nadja Öhman, agency: soc, role: coordinator, email: Nadja@skurup.example}
    child: {id: alva, name: Alva Lind, number: 20140918-2399, municipality: Skurup}
    guardians:
      - {id: sara, name: Sara Lind, number: 19880519-2393, custody: joint}
    """)
STEPS_LINE = WORLD.count("\n") + 1  # the line where "steps:" stands


def steps(*lines: str) -> str:
    return WORLD + "steps:\n" + "".join(f"  - {line}\n" for line in lines)


def first_step(line: str):
    return read_text(steps(line)).steps[0]


def refusal(text: str) -> CaseError:
    with pytest.raises(CaseError) as caught:
        read_text(text, KINDS)
    return caught.value


class TestTheSharedCases:
    @pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
    def test_each_is_read(self, path: Path) -> None:
        case = read(path, KINDS)
        assert case.steps
        assert case.expect.state

    def test_there_are_six(self) -> None:
        assert len(SHARED) == 6

    @pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
    def test_a_wrong_verb_anywhere_is_found_on_its_line(self, path: Path) -> None:
        lines = path.read_text().splitlines()
        for step in read(path).steps:
            broken = list(lines)
            broken[step.line - 1] = broken[step.line - 1].replace(f"{step.verb}:", "trolla:", 1)
            error = refusal("\n".join(broken))
            assert (error.line, "trolla" in error.message) == (step.line, True)

    @pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
    def test_an_unknown_actor_anywhere_is_found_on_its_line(self, path: Path) -> None:
        lines = path.read_text().splitlines()
        for step in [step for step in read(path).steps if step.by]:  # a registry's event has nobody behind it
            broken = list(lines)
            broken[step.line - 1] = broken[step.line - 1].replace(f"by: {step.by}", "by: ingen", 1)
            assert refusal("\n".join(broken)).line == step.line


class TestEveryScalarIsText:
    @pytest.mark.parametrize("name", ["Null", "null", "no", "2026-09-15", "0012", "Ó", "ع", "å" * 80, "1e309", "~x"])
    def test_an_odd_name_is_that_name(self, name: str) -> None:
        case = read_text(steps("review: {by: nadja}").replace("Alva Lind", name))
        assert case.child.name == name

    def test_a_code_keeps_its_zeros(self) -> None:
        assert read_text(steps("review: {by: nadja}")).principals[0].code == "0012"

    def test_a_bare_null_leaves_a_field_open_and_a_quoted_one_is_a_word(self) -> None:
        assert first_step("request: {by: sara, important: null}").fields["important"] is None
        assert first_step("request: {by: sara, important: }").fields["important"] is None
        assert first_step('request: {by: sara, important: "null"}').fields["important"] == "null"
        assert first_step('request: {by: sara, important: ""}').fields["important"] == ""

    def test_choices_are_read_in_any_letter_case(self) -> None:
        agency = read_text(steps("review: {by: nadja}"), KINDS).agencies[0]
        assert (agency.level, agency.kind) == ("first_line", "SOCIALTJÄNST")

    def test_an_address_for_mail_is_kept_small(self) -> None:
        assert read_text(steps("review: {by: nadja}")).people[0].email == "nadja@skurup.example"


class TestTheClock:
    def test_it_starts_at_eight_and_follows_at(self) -> None:
        case = read_text(
            steps(
                "review: {by: nadja}",
                "at: 2026-09-01\n    review: {by: nadja}",
                "at: 2026-09-15T14:00\n    review: {by: nadja}",
                "at: 2026-09-15\n    review: {by: nadja}",
                "at: 2026-09-16\n    review: {by: nadja}",
            )
        )
        moments = [step.at.strftime("%m-%d %H:%M") for step in case.steps]
        assert moments == ["09-01 08:00", "09-01 08:00", "09-15 14:00", "09-15 14:00", "09-16 08:00"]
        assert all(step.at.tzinfo is clock.STOCKHOLM for step in case.steps)

    def test_it_does_not_run_backwards(self) -> None:
        error = refusal(steps("at: 2026-09-15\n    review: {by: nadja}", "at: 2026-09-14\n    review: {by: nadja}"))
        assert (error.line, "bakåt" in error.message) == (STEPS_LINE + 3, True)

    def test_a_step_knows_where_it_starts_and_where_its_verb_stands(self) -> None:
        step = first_step("at: 2026-09-15\n    review: {by: nadja}")
        assert (step.starts_on, step.line) == (STEPS_LINE + 1, STEPS_LINE + 2)

    def test_an_hour_that_summer_time_skips_is_no_time(self) -> None:
        assert "sommartid" in refusal(steps("at: 2027-03-28T02:30\n    review: {by: nadja}")).message


class TestRefused:
    @pytest.mark.parametrize(
        ("written", "read_as"), [("true", True), ("false", None), ('"syfte"', "syfte"), ("True", True)]
    )
    def test_it_is_true_or_a_part_of_the_message(self, written: str, read_as: object) -> None:
        assert first_step(f"review: {{by: nadja, refused: {written}}}").refused == read_as

    @pytest.mark.parametrize("written", ['""', "null", "", "[a]"])
    def test_it_is_never_empty(self, written: str) -> None:
        assert refusal(steps(f"review: {{by: nadja, refused: {written}}}")).line == STEPS_LINE + 1

    def test_what_a_rule_asks_for_may_be_left_out(self) -> None:
        call = first_step('call: {by: nadja, purpose: "", refused: "syfte"}')
        assert (call.fields["purpose"], call.fields["end"], call.fields["called"]) == ("", None, ())
        assert dict(call.fields["grounds"]) == {}

    def test_a_refused_step_does_not_use_up_its_id(self) -> None:
        case = read_text(
            steps(
                'need: {by: nadja, id: n1, text: "", refused: true}',
                "need: {by: nadja, id: n1, text: Sova}",
                "edit: {by: nadja, what: n1, field: text, text: Vila}",
            )
        )
        assert len(case.steps) == 3


class TestWhatIsTurnedAway:
    @pytest.mark.parametrize(
        ("step", "word"),
        [
            ("trolla: {by: nadja}", "trolla"),
            ("review: {by: nadja, mood: glad}", "mood"),
            ("review: {by: nadja}\n    close: {by: nadja}", "close"),
            ("review: {}", "by"),
            ("review:", "by"),
            ("review: {by: ingen}", "ingen"),
            ("review: {by: soc}", "verksamhet"),
            ("review: [nadja]", "tabell"),
            ("review", "tabell"),
            ("[]", "tabell"),
            ("at: 2026-09-02", "verb"),
            ("at: snart\n    review: {by: nadja}", "snart"),
            ("request: {by: sara, seen: 2026-02-30}", "2026-02-30"),
            ("request: {by: sara, seen: 0001-01-01}", "0001-01-01"),
            ("request: {by: sara, seen: 2026-09-01T10:00}", "datum"),
            ("request: {by: sara, why: [a, b]}", "text"),
            ("call: {by: nadja, start: 2026-09-15}", "klockslag"),
            ("call: {by: nadja, start: 2026-09-15T25:00}", "25:00"),
            ("call: {by: nadja, called: soc}", "lista"),
            ("call: {by: nadja, called: [bup]}", "bup"),
            ("call: {by: nadja, called: [soc, soc]}", "två gånger"),
            ("call: {by: nadja, grounds: {soc: lust}}", "lust"),
            ("consent: {by: sara, how: oral}", "to"),
            ("consent: {by: sara, to: [soc], how: sms}", "sms"),
            ("answer: {by: nadja, answer: maybe}", "maybe"),
            ("wheel: {by: nadja, marks: {glad: 3}}", "glad"),
            ("wheel: {by: nadja, marks: {trygg: tre}}", "tre"),
            ("need: {by: nadja, text: Sova}", "id"),
            ("goal: {by: nadja, id: g1, text: Sova, for_need: n9}", "n9"),
            ("edit: {by: nadja, what: a9, field: text, text: Nytt}", "a9"),
            ("lead: {by: nadja, principal: Region Exempel}", "Region Exempel"),
            ("close: {by: nadja, reason: trött}", "trött"),
            ("transfer_custody: {by: nadja, who: sara, custody: none}", "by"),
            ("protect: {who: alva, protected: kanske}", "kanske"),
            ("end_membership: {who: sara}", "vårdnadshavare"),
            ("read: {by: sara, what: allt}", "allt"),
        ],
    )
    def test_a_step_that_cannot_be_read(self, step: str, word: str) -> None:
        error = refusal(steps(step))
        assert word in error.message
        assert error.line in (STEPS_LINE + 1, STEPS_LINE + 2)

    def test_an_id_given_twice(self) -> None:
        error = refusal(steps("need: {by: nadja, id: n1, text: Sova}", "goal: {by: nadja, id: n1, text: Vila}"))
        assert (error.line, f"rad {STEPS_LINE + 1}" in error.message) == (STEPS_LINE + 2, True)

    @pytest.mark.parametrize(
        ("right", "wrong", "word"),
        [
            ("title: Ett fall\n", "", "title"),
            ("today: 2026-09-01\n", "", "today"),
            ("title: Ett fall", "titel: Ett fall", "titel"),
            ("name: Alva Lind, ", "", "name"),
            ("name: Alva Lind", "name: ", "name"),
            ("name: Alva Lind", 'name: "  "', "name"),
            ("name: Alva Lind", 'name: "Al\\0va"', "tecken"),
            ("name: Alva Lind", 'name: "Al\\uD800va"', "tecken"),
            ("20140918-2399", "20140918-2398", "Fel identitetsnummer"),
            ("20140918-2399", "20140231-2399", "Fel identitetsnummer"),
            ("20140918-2399", "Null", "Fel identitetsnummer"),
            ("20140918-2399", "19880519-2393", "Identitetsnumret"),
            ("id: alva", "id: nadja", "nadja"),
            ("id: soc", "id: family", "family"),
            ("kind: SOCIALTJÄNST", "kind: trolleri", "trolleri"),
            ("kind: municipality", "kind: county", "county"),
            ("level: First Line", "level: second", "second"),
            ("role: coordinator", "role: boss", "boss"),
            ("custody: joint", "custody: halv", "halv"),
            ("of: Skurups kommun", "of: Sjöbo kommun", "Sjöbo kommun"),
            ("Nadja@skurup.example", "nadja", "e-post"),
            ("custody: joint", "custody: joint, email: nadja@skurup.example", "E-post"),
            ("child: {", "child: [", "YAML"),
            ("name: Alva Lind", "name: Alva Lind, name: Alba Lind", "två gånger"),
            ("name: Alva Lind", "name: &a Alva Lind", "Ankare"),
            ("name: Alva Lind", "name: !!python/name:os.system x", "Typmärken"),
            ("  - {id: nadja", "\t- {id: nadja", "tabbtecken"),
        ],
    )
    def test_a_world_that_cannot_be_read(self, right: str, wrong: str, word: str) -> None:
        good = steps("review: {by: nadja}")
        assert right in good
        error = refusal(good.replace(right, wrong, 1))
        assert word in error.message
        assert error.line >= 1

    @pytest.mark.parametrize(
        ("expect", "word"),
        [
            ("{state: glad}", "glad"),
            ("{signatures: {ett: 1}}", "ett"),
            ("{signatures: {1: 1, 01: 2}}", "två gånger"),
            ("{visible_to: [ingen]}", "ingen"),
            ("{deviations: [{agency: soc, kind: sur}]}", "sur"),
            ("{deadline_met: {lunch: true}}", "lunch"),
            ("{humör: gott}", "humör"),
            ("[state]", "tabell"),
        ],
    )
    def test_an_expectation_that_cannot_be_read(self, expect: str, word: str) -> None:
        error = refusal(steps("review: {by: nadja}") + f"expect: {expect}\n")
        assert (error.line, word in error.message) == (STEPS_LINE + 2, True)


def test_a_bare_null_in_a_table_leaves_a_text_or_a_list_open_and_a_number_must_stand_there() -> None:
    bare = "close_meeting: {by: nadja, attended: {soc: null, alva: ~}, absent: {soc: 'null'}}"
    (step,) = read_text(steps(bare)).steps
    assert (step.fields["attended"], step.fields["absent"]) == ({"soc": "", "alva": ""}, {"soc": "null"})
    (step,) = read_text(steps("call: {by: nadja, to: {soc: null}, grounds: {soc: null}}")).steps
    assert (step.fields["to"], step.fields["grounds"]) == ({"soc": ()}, {"soc": ()})
    assert "heltal" in refusal(steps("wheel: {by: nadja, marks: {trygg: null}}")).message


class TestFilesThatAreNoCases:
    def test_the_error_names_the_file_and_the_line(self, tmp_path: Path) -> None:
        file = tmp_path / "fall.yaml"
        file.write_text(steps("trolla: {by: nadja}"))
        with pytest.raises(CaseError) as caught:
            read(file)
        assert str(caught.value).startswith(f"{file}:{STEPS_LINE + 1}: ")

    @pytest.mark.parametrize(
        ("content", "word"),
        [
            (b"", "tom"),
            (b"# bara en kommentar\n", "tom"),
            (b"- ett\n- tv\xc3\xa5\n", "nycklarna"),
            (b"bara text", "nycklarna"),
            (b"title: \xff\xfe", "UTF-8"),
            ("title: Ett fall".encode("utf-16"), "UTF-8"),
            (b"title: a\0b", "tecken"),
            (b"title: a\n---\ntitle: b\n", "flera dokument"),
            (b"[" * 5000, "djupt"),
            (b"a: &a [x]\nb: [*a, *a]\n", "Ankare"),
            (b"title: " + b"x" * 500_001, "stor"),
            (b"? [a]\n: b\n", "nyckel"),
        ],
    )
    def test_contents(self, tmp_path: Path, content: bytes, word: str) -> None:
        file = tmp_path / "fall.yaml"
        file.write_bytes(content)
        with pytest.raises(CaseError) as caught:
            read(file)
        assert word in caught.value.message

    def test_a_byte_order_mark_is_no_fault(self, tmp_path: Path) -> None:
        file = tmp_path / "fall.yaml"
        file.write_text(steps("review: {by: nadja}"), encoding="utf-8-sig")
        assert read(file).title == "Ett fall"

    def test_places(self, tmp_path: Path) -> None:
        circle = tmp_path / "runt"
        circle.symlink_to(circle)
        pipe = tmp_path / "pipa"
        os.mkfifo(pipe)
        for place in (tmp_path / "borta.yaml", tmp_path, circle, pipe, tmp_path / ("x" * 300), Path("a\0b")):
            with pytest.raises(CaseError) as caught:
                read(place)
            assert caught.value.line == 0
            assert caught.value.file


YAML_PIECES = st.sampled_from(
    [
        *"{}[]:,-&*!|>'\"%@`#? \n\t",
        *("  ", "- ", ": ", "null", "by", "at", "refused", "steps:", "expect:", "\\0", "\\ud800"),
        *("nadja", "sara", "alva", "soc", "2026-09-15", "2026-13-01T99:99", "true"),
        *schema.VERBS,
        *schema.EXPECT,
    ]
)
ODD_VALUES = st.sampled_from(
    [
        *("null", '""', "x", "0", "999999", "-1", "9" * 5000, "2026-09-15", "9999-12-31T23:59", "true"),
        *("[]", "{}", "[soc]", "{soc: known}", "{soc: [nadja]}", "[[a]]", "{a: {b: c}}"),
        *("nadja", "sara", "alva", "soc"),
    ]
)


@pytest.mark.proof
def test_the_comments_own_id_is_refused_in_words() -> None:
    error = refusal(steps("comment: {by: sara, id: c1, about: c1, text: Jag håller inte med}"))
    assert "c1" in error.message and "synpunkt" in error.message


class TestWhateverComes:
    """Nothing but a `Case` or a `CaseError` comes out, whatever goes in."""

    @given(st.binary(max_size=300))
    def test_bytes(self, tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
        file = tmp_path_factory.getbasetemp() / "fuzz.yaml"
        file.write_bytes(content)
        only_case_or_case_error(lambda: read(file))

    @given(st.lists(YAML_PIECES | st.text(max_size=3), max_size=40).map("".join))
    def test_text(self, text: str) -> None:
        only_case_or_case_error(lambda: read_text(text))

    @given(st.lists(YAML_PIECES | st.text(max_size=3), max_size=12).map("".join))
    def test_text_within_a_sound_case(self, text: str) -> None:
        only_case_or_case_error(lambda: read_text(steps(f"request: {{by: sara, why: {text}}}")))
        only_case_or_case_error(lambda: read_text(steps(text)))
        only_case_or_case_error(lambda: read_text(steps("review: {by: nadja}").replace("Alva Lind", text)))

    @given(st.data())
    def test_every_field_with_any_value(self, data: st.DataObject) -> None:
        verb = data.draw(st.sampled_from(sorted(schema.VERBS)))
        fields = {name: data.draw(ODD_VALUES) for name in schema.VERBS[verb]}
        only_case_or_case_error(
            lambda: read_text(steps(f"{verb}: {{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}"))
        )


def only_case_or_case_error(reading) -> None:
    try:
        case = reading()
    except CaseError as error:
        assert error.message
        str(error).encode()
    else:
        assert isinstance(case, Case)
        assert isinstance(case.today, date) and not isinstance(case.today, datetime)
