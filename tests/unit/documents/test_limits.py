"""What one document may hold. The rules that need a rendered page are in test_hostile_documents.py."""

import pytest

from common.errors import Refused
from sip.documents import limits
from sip.plans.services import family
from tests.unit.documents import samples


def test_ordinary_documents_are_far_inside() -> None:
    for content in (samples.plan(), samples.call(), samples.receipt()):
        limits.check_size(content)
        limits.check_people(content)


def test_both_problems_are_told_at_once() -> None:
    plan = samples.plan()
    plan["needs"] = [{"id": str(number), "text": "x" * 400} for number in range(300)]
    with pytest.raises(Refused) as refused:
        limits.check_size(plan)
    assert [problem.code for problem in refused.value.problems] == ["too_many_rows", "too_much_text"]
    assert "Det du har skrivit finns kvar." in refused.value.message


def test_one_row_more_than_the_limit_is_refused_and_the_limit_is_not() -> None:
    plan = {"needs": [{"id": "1", "text": "x"}] * limits.MAX_ROWS}
    limits.check_size(plan)
    plan["needs"].append({"id": "1", "text": "x"})
    with pytest.raises(Refused):
        limits.check_size(plan)


def test_a_receipt_has_room_for_all_that_everybody_may_say() -> None:
    receipt = samples.receipt()
    view = {"name": "Sara Lind", "at": "2026-05-01T08:00:00Z", "text": "x" * limits.MAX_TEXT}
    most = family.MOST_DISSENT // limits.MAX_TEXT
    receipt["dissent"] = [view] * most * 20
    limits.check_size(receipt)
    receipt["dissent"] = [{**view, "text": "x"}] * family.MOST_DISSENTS * 20
    limits.check_size(receipt)


@pytest.mark.parametrize(
    ("section", "key"), [("child", "number"), ("child", "address"), ("guardians", "phone"), ("guardians", "number")]
)
def test_a_person_is_a_name_and_no_more(section: str, key: str) -> None:
    plan = samples.plan()
    person = plan[section][0] if isinstance(plan[section], list) else plan[section]
    person[key] = "x"
    with pytest.raises(ValueError, match=section):
        limits.check_people(plan)
