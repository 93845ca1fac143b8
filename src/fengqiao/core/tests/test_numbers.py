"""Numbers as they are given: unique and rising, and for papers without a gap, whatever fails meanwhile."""

import random
from contextlib import suppress
from functools import partial

import pytest
from django.db import transaction

from fengqiao.core import clock, numbers
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.rules import numbering
from fengqiao.core.scope import scope

WRITERS, PAPERS = 8, 25


class Failed(Exception):
    """An act that fails after it was given its number."""


@pytest.fixture
def writers(at_once):
    """Run `work(number of the writer)` in WRITERS threads at once, each with a connection of its own."""

    def run(work):
        assert at_once(*[partial(work, k) for k in range(WRITERS)]) == [None] * WRITERS

    return run


def test_eight_writers_with_rollbacks_leave_no_gap_and_no_double_paper_number(writers, cast):
    lost = []

    def write(k):
        chance = random.Random(k)
        for _ in range(PAPERS):
            with suppress(Failed), scope(cast.wang), transaction.atomic():
                paper = numbers.paper_number(cast.wang, "接报", uuid7())
                if chance.random() < 0.3:
                    lost.append(paper.n)
                    raise Failed

    writers(write)
    assert lost, "the test needs rolled-back acts"
    listed = []

    def read(k):
        if k == 0:
            with scope(cast.wang):
                listed.extend(numbers.given(cast.wang, cast.wang.station_id, "接报", clock.today().year))

    writers(read)
    assert [p.n for p in listed] == list(range(1, len(listed) + 1))
    assert len(listed) == WRITERS * PAPERS - len(lost)
    assert numbering.missing(p.n for p in listed) == []


def test_eight_writers_with_rollbacks_get_unique_rising_receipt_and_matter_numbers(writers, cast):
    taken = [[] for _ in range(WRITERS)]

    def write(k):
        chance = random.Random(k)
        for _ in range(PAPERS):
            with suppress(Failed), scope(cast.wang), transaction.atomic():
                taken[k].append((numbers.receipt_number("A"), numbers.matter_number("A")))
                if chance.random() < 0.3:
                    raise Failed

    writers(write)
    for at in (0, 1):
        told = [pair[at] for mine in taken for pair in mine]
        assert len(set(told)) == WRITERS * PAPERS
        for mine in taken:
            keys = [numbering.parse_number(pair[at]).sort_key for pair in mine]
            assert keys == sorted(keys)


def test_paper_numbers_run_per_organisation_kind_and_year_and_read_as_on_paper(cast):
    with scope(cast.wang):
        first = numbers.paper_number(cast.wang, "接报", uuid7())
        assert first.words == f"枫公（城关）接报字〔{clock.today().year}〕1号"
        assert str(numbering.parse_paper_number(first.words)) == first.words
        assert numbers.paper_number(cast.wang, "接报", uuid7()).n == 2
        assert numbers.paper_number(cast.wang, "移送", uuid7()).n == 1
    with scope(cast.chen):
        assert numbers.paper_number(cast.chen, "接报", uuid7()).words.startswith("枫公（云岭）接报字")
    with scope(cast.shi):
        assert numbers.paper_number(cast.shi, "人调", uuid7()).words.startswith("城关司法所人调字")


def test_a_paper_number_without_a_transaction_is_refused(writers, cast):
    def write(k):
        with pytest.raises(RuntimeError, match="gap"):
            numbers.paper_number(cast.wang, "接报", uuid7())

    writers(write)


def test_a_voided_number_stays_listed_and_is_not_given_again(cast):
    with scope(cast.wang):
        first, second = (numbers.paper_number(cast.wang, "移送", uuid7()) for _ in range(2))
        numbers.void(cast.wang, first.id, "misprint")
        station, year = cast.wang.station_id, clock.today().year
        assert [(p.n, p.void_reason) for p in numbers.voided(cast.wang, station, "移送", year)] == [(1, "misprint")]
        assert [p.n for p in numbers.given(cast.wang, station, "移送", year)] == [1, 2]
        assert numbers.paper_number(cast.wang, "移送", uuid7()).n == 3
        with pytest.raises(Refused, match="已经作废"):
            numbers.void(cast.wang, first.id, "misprint")
        with pytest.raises(Refused, match="作废原因"):
            numbers.void(cast.wang, second.id, "because")


def test_another_station_can_neither_void_nor_list_a_number(cast):
    with scope(cast.wang):
        paper = numbers.paper_number(cast.wang, "移送", uuid7())
    with scope(cast.chen):
        with pytest.raises(NotThere):
            numbers.void(cast.chen, paper.id, "misprint")
        assert numbers.given(cast.chen, cast.wang.station_id, "移送", clock.today().year) == []
