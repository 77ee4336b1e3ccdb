"""Who is matched and who is made when a case is brought into a database that is not empty."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from agencies.models import Agency, Membership, Principal, User
from consent.models import Child, Guardian
from sip.cases.errors import PlayError
from sip.cases.player import prepare
from sip.cases.reader import read

DEMO = Path(__file__).parents[3] / "cases" / "demo"
ALVA = read(DEMO / "1-alva-skurup.yaml")
ELLA = read(DEMO / "4-ella-skurup.yaml")

pytestmark = pytest.mark.django_db


def test_agencies_and_people_of_an_earlier_case_are_met_again() -> None:
    prepare(ALVA)
    before = (Principal.objects.count(), Agency.objects.count(), User.objects.count())
    prepare(ELLA)
    assert Principal.objects.count() == before[0]
    assert Agency.objects.count() == before[1] + 1  # Ungdomsmottagningen is new
    assert User.objects.count() == before[2] + 3  # so are Yasmin and both guardians
    assert Membership.objects.filter(user__email="nadja@skurup.example").count() == 1


def test_who_worked_there_in_a_later_case_worked_there_in_an_earlier_one_too() -> None:
    prepare(ALVA)
    prepare(replace(ELLA, today=date(2020, 1, 1)))
    assert Membership.objects.get(user__email="per@region.example").starts == date(2019, 1, 1)


def test_a_guardian_is_the_same_for_two_children() -> None:
    prepare(ALVA)
    sara = ALVA.guardians[0]
    ella = replace(ELLA, guardians=(replace(sara, email="sara.ny@familj.example"), *ELLA.guardians[1:]))
    prepare(ella)
    assert Guardian.objects.filter(name=sara.name).count() == 1


def test_an_address_that_belongs_to_somebody_else_stops_the_case_and_nothing_is_written() -> None:
    prepare(ALVA)
    children, people = Child.objects.count(), User.objects.count()
    mother = replace(ELLA.guardians[0], email="nadja@skurup.example", line=17)
    worker = replace(ELLA.people[0], email="johan@familj.example", line=12)
    for case, line in (
        (replace(ELLA, guardians=(mother,)), 17),
        (replace(ELLA, people=(worker, *ELLA.people[1:])), 12),
    ):
        with pytest.raises(PlayError) as caught:
            prepare(case)
        assert (caught.value.line, "E-postadressen" in caught.value.message) == (line, True)
    assert (Child.objects.count(), User.objects.count()) == (children, people)


def test_a_young_person_who_acts_has_a_login() -> None:
    young = read(Path(__file__).parent / "stories" / "fyller-arton.yaml")
    assert prepare(young).cast.child.user is not None


def test_a_child_who_does_not_act_has_none() -> None:
    assert prepare(ALVA).cast.child.user is None
