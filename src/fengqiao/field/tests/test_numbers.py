"""文号 reserved for a phone: one after the other, used once, voided when not used; the register has no hole."""

import uuid

import pytest

from fengqiao.core import clock, numbers
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.scope import scope
from fengqiao.field import acts, jobs


def ask(phone, kind="调解", count=5):
    return phone.client.post("/field/v1/numbers", {"kind": kind, "count": count}, content_type="application/json", headers=phone.headers)


def register(cast, kind="调解"):
    with scope(cast.wang):
        return numbers.given(cast.wang, cast.org["chengguan"], kind, clock.today().year)


def test_two_phones_and_the_office_share_one_row_of_numbers_without_a_hole(enrol, cast):
    one, other = enrol("wang"), enrol("zhao")
    first, second = ask(one).json(), ask(other, count=3).json()
    assert (first["first"], first["last"], second["first"], second["last"]) == (1, 5, 6, 8)
    assert first["words"].replace("{n}", "12") == f"枫公（城关）调解字〔{clock.today().year}〕12号"
    with scope(cast.wang):
        assert numbers.paper_number(cast.wang, "调解", uuid.uuid4()).n == 9
        matter = uuid.uuid4()
        assert numbers.use(cast.wang, "调解", first["year"], 2, uuid.UUID(one.device), matter).about == matter
        with pytest.raises(Refused):
            numbers.use(cast.wang, "调解", first["year"], 2, uuid.UUID(one.device), matter)
        with pytest.raises(NotThere):
            numbers.use(cast.wang, "调解", first["year"], 6, uuid.UUID(one.device), matter)
    acts.end(cast.wang, device_id=uuid.UUID(one.device))
    papers = register(cast)
    assert [paper.n for paper in papers] == list(range(1, 10))
    assert [paper.n for paper in papers if paper.voided_at] == [1, 3, 4, 5] and papers[0].void_reason == "unused"


def test_the_year_ends_and_unused_numbers_are_voided(enrol, cast):
    phone = enrol("wang")
    with clock.at(clock.now()):
        year = clock.today().year
        ask(phone, count=2)
    with clock.at(clock.now().replace(year=year + 1, month=1, day=2)):
        assert jobs.night() == 1 and jobs.night() == 0
    assert [paper.void_reason for paper in register(cast)] == ["unused", "unused"]


def test_who_makes_no_papers_and_kinds_without_a_number_get_none(enrol, cast):
    assert ask(enrol("gao")).status_code == 403
    phone = enrol("wang")
    assert ask(phone, "调笔").status_code == 422 and ask(phone, "发票").status_code == 422 and ask(phone, count=21).status_code == 422
    assert ask(phone, count=20).status_code == ask(phone, count=20).status_code == 200
    assert ask(phone, count=1).status_code == 409
