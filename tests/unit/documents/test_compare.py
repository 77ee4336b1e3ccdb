"""What differs between two versions: nothing is missed, nothing is made up, and the other way round is the mirror."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.documents.compare import ONE_OF_EACH, Change, How, Part, compare, rows, with_names_of

words = st.sampled_from(["", "Äta lunch", "Äta frukost", "Sova", "Null", "<b>", "\u202e", "0"])
keys = st.sampled_from([f"0000000{number}" for number in range(6)])
days = st.none() | st.sampled_from(["2026-05-01", "2026-06-09"])


def unique(row: st.SearchStrategy[dict[str, Any]], key: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(row, max_size=4, unique_by=lambda each: str(each[key]))


goals = st.fixed_dictionaries(
    {
        "id": keys,
        "text": words,
        "when": st.sampled_from(["now", "later"]),
        "order": st.integers(0, 3),
        "need": st.none(),
    }
)
who = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["agency", "family", "other"]),
        "agency": words,
        "name": words,
        "principal": words,
        "principal_kind": words,
        "area": words,
    }
)
actions = st.fixed_dictionaries(
    {
        "id": keys,
        "goal": st.none() | keys,
        "need": st.none(),
        "text": words,
        "responsible": who,
        **dict.fromkeys(("contact", "level", "if_not", "outcome", "outcome_why"), words),
        "start": days,
        "due": days,
    }
)
wheel = st.fixed_dictionaries(
    {"spoke": keys, "label": words, "mark": st.none() | st.integers(1, 5), "works": words, "hard": words}
)
voice = dict.fromkeys(("child", "no_voice_because", "guardians", "works_well", "situation"), words)
contents = st.fixed_dictionaries(
    {
        "schema": st.just("sip-plan/1"),
        "plan": st.fixed_dictionaries({"version": st.integers(1, 9)}),
        "voice": st.fixed_dictionaries(voice),
        "goals": unique(goals, "id"),
        "actions": unique(actions, "id"),
        "needs": unique(st.fixed_dictionaries({"id": keys, "text": words}), "id"),
        "wheel": unique(wheel, "spoke"),
        "lead": st.fixed_dictionaries(dict.fromkeys(("principal", "agency", "person"), words)),
        "follow_up": st.fixed_dictionaries({"date": days, "called_by": words}),
        "parties": unique(st.fixed_dictionaries({"agency": words, "principal": words, "area": words}), "agency"),
    }
)


def with_changes(old: dict[str, Any], changes: list[Change]) -> dict[Any, Any]:
    """The old version's rows with the changes made in them."""
    found = dict(rows(old))
    for change in changes:
        found.pop((change.part, change.key), None)
        if change.after:
            found[change.part, change.key] = change.after
    return found


@given(contents, contents)
def test_the_changes_made_in_the_old_version_give_the_new_one(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert with_changes(old, compare(old, new)) == rows(new)


@given(contents)
def test_a_version_differs_in_nothing_from_itself(content: dict[str, Any]) -> None:
    turned = copy.deepcopy(content)
    turned["goals"].reverse()
    turned["plan"]["version"] += 1
    assert compare(content, turned) == []


@given(contents, contents)
def test_the_other_way_round_is_the_mirror(old: dict[str, Any], new: dict[str, Any]) -> None:
    mirror = {How.ADDED: How.REMOVED, How.REMOVED: How.ADDED, How.CHANGED: How.CHANGED}
    there = {(c.part, c.key, mirror[c.how]): (c.after, c.before) for c in compare(old, new)}
    assert there == {(c.part, c.key, c.how): (c.before, c.after) for c in compare(new, old)}


@given(contents, contents)
def test_every_change_says_something_and_stands_where_it_is_read(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = copy.deepcopy((old, new))
    changes = compare(old, new)
    assert (old, new) == before, "the contents are only read"
    assert all(change.fields for change in changes)
    assert len({(change.part, change.key) for change in changes}) == len(changes)
    order = [list(Part).index(change.part) for change in changes]
    assert order == sorted(order)
    for change in changes:
        assert (change.how is How.ADDED) == (not change.before and change.part not in ONE_OF_EACH)
        assert (change.how is How.REMOVED) == (not change.after and change.part not in ONE_OF_EACH)


def base() -> dict[str, Any]:
    action = {"id": "a", "goal": "g", "need": None, "text": "Samtal", "contact": "Per", "level": "", "start": None}
    action |= {"due": "2026-06-09", "if_not": "", "outcome": "", "outcome_why": ""}
    action["responsible"] = {"kind": "agency", "agency": "BUP", "name": "", "principal": "Region", "area": "halsa"}
    return {
        "voice": dict.fromkeys(voice, ""),
        "goals": [{"id": "g", "text": "Sova", "when": "now", "order": 1, "need": None}],
        "actions": [action],
        "needs": [],
        "wheel": [],
        "lead": {"principal": "Region", "agency": "BUP", "person": "Per"},
        "follow_up": {"date": "2026-09-01", "called_by": "Nadja"},
        "parties": [],
    }


def test_a_reworded_goal_is_one_change_and_its_actions_are_as_they_were() -> None:
    new = base()
    new["goals"][0]["text"] = "Sova hela natten"
    (change,) = compare(base(), new)
    assert (change.part, change.how, change.fields) == (Part.GOAL, How.CHANGED, ("text",))


@pytest.mark.parametrize(
    ("field", "value"),
    [("due", "2026-07-01"), ("contact", "Anna"), ("goal", None), ("level", "specialist"), ("text", "Besök")],
)
def test_each_field_of_an_action_counts(field: str, value: str | None) -> None:
    new = base()
    new["actions"][0][field] = value
    (change,) = compare(base(), new)
    assert change.fields == (field,) and change.how is How.CHANGED


def test_an_action_taken_over_by_the_family_is_the_same_action() -> None:
    new = base()
    new["actions"][0]["responsible"] |= {"kind": "family", "agency": ""}
    (change,) = compare(base(), new)
    assert set(change.fields) == {"by", "responsible"}


def agency(key: str, principal: str, name: str) -> dict[str, Any]:
    return {"principal": principal, "agency": name, "agency_id": key}


def with_agencies(*parties: dict[str, Any]) -> dict[str, Any]:
    """The base with these taking part; the first of them answers for the action, and leads."""
    content = base()
    content["parties"] = [{**party, "area": "halsa"} for party in parties]
    content["actions"][0]["responsible"] |= parties[0]
    content["lead"] |= {"principal": parties[0]["principal"], "agency": parties[0]["agency"]}
    return content


BUP, SCHOOL = agency("1", "Region", "BUP"), agency("2", "Kommunen", "Skolan")


def test_an_agency_that_got_another_name_is_one_change_and_what_it_does_is_none() -> None:
    new_name = agency("1", "Region", "Barnhälsan")
    (change,) = compare(with_agencies(BUP, SCHOOL), with_agencies(new_name, SCHOOL))
    assert (change.part, change.key, change.how, change.fields) == (Part.PARTY, "1", How.CHANGED, ("agency",))
    assert (change.before["agency"], change.after["agency"]) == ("BUP", "Barnhälsan")


def test_an_agency_with_the_name_that_another_had_is_another_agency() -> None:
    took_over = agency("3", "Region", "BUP")
    changes = compare(with_agencies(BUP, SCHOOL), with_agencies(took_over, SCHOOL))
    assert [(change.part, change.key, change.how) for change in changes] == [
        (Part.PARTY, "3", How.ADDED),
        (Part.PARTY, "1", How.REMOVED),
    ]


def test_two_that_swap_names_do_what_they_did() -> None:
    before = with_agencies(BUP, {**SCHOOL, "principal": "Region"})
    after = with_agencies(agency("1", "Region", "Skolan"), agency("2", "Region", "BUP"))
    assert {(change.key, change.how) for change in compare(before, after)} == {("1", How.CHANGED), ("2", How.CHANGED)}


def test_another_that_answers_is_told_though_the_first_got_another_name() -> None:
    after = with_agencies(SCHOOL, agency("1", "Region", "Barnhälsan"))
    action = next(change for change in compare(with_agencies(BUP, SCHOOL), after) if change.part is Part.ACTION)
    assert (action.before["responsible"], action.after["responsible"]) == ("BUP", "Skolan")


@pytest.mark.parametrize("turned", [False, True])
def test_a_version_without_ids_knows_an_agency_by_its_names(turned: bool) -> None:
    old = with_agencies(BUP, SCHOOL)
    for row in (*old["parties"], old["actions"][0]["responsible"]):
        del row["agency_id"]
    new = with_agencies(BUP, SCHOOL)
    assert compare(*((new, old) if turned else (old, new))) == []
    renamed = with_agencies(agency("1", "Region", "Barnhälsan"), SCHOOL)
    hows = sorted(change.how for change in compare(old, renamed) if change.part is Part.PARTY)
    assert hows == [How.ADDED, How.REMOVED], "nothing says that it is the same"


named = st.fixed_dictionaries({"agency": words, "principal": words, "area": words, "agency_id": keys})


@given(contents, contents, unique(named, "agency_id"), unique(named, "agency_id"))
def test_with_ids_too_the_changes_give_the_new_version(
    old: dict[str, Any], new: dict[str, Any], before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    for content, parties in ((old, before), (new, after)):
        content["parties"] = parties
        for action, party in zip(content["actions"], parties, strict=False):
            action["responsible"] |= {name: party[name] for name in ("agency", "principal", "agency_id")}
    whole = copy.deepcopy((old, new))
    assert with_changes({**with_names_of(new, old)}, compare(old, new)) == rows(new)
    assert compare(new, new) == []
    assert (old, new) == whole
