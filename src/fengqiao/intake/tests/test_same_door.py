"""The window hears of an earlier quarrel at the same address within thirty days, whatever its words (station-day 15)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.intake import acts, queries
from fengqiao.intake.rules import PartyIn, ReportIn, same_address

TOLD = ReportIn(channel="window", text="两人酒后在家门口争吵推搡", place_text="枫溪县城关镇枫桥村三组12号", parties=(PartyIn(name="王大山"),))
NEW = replace(TOLD, text="喝醉的邻居到所里理论，为院墙旧事", place_text="枫桥村三组１２号")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("枫溪县城关镇枫桥村三组12号", "枫桥村三组12号", True),
        ("枫桥村 三组12号", "枫溪县城关镇枫桥村三组１２号", True),
        ("枫桥村三组12号", "枫桥村三组2号", False),
        ("枫桥村三组2号", "枫桥村三组12号", False),
        ("枫桥村", "枫溪县枫桥村", False),  # a village is no address
        ("12号", "枫桥村三组12号", False),
        ("", "", False),
    ],
)
def test_one_door_is_one_door_however_it_is_written(a, b, same):
    assert same_address(a, b) is same


@pytest.mark.parametrize(("days", "warned"), [(18, True), (31, False)])
def test_the_second_time_at_the_same_address_is_said_before_saving(cast, compared, days, warned):
    with clock.at(clock.now() - timedelta(days=days)):
        receipt = acts.receive(cast.deng, report=TOLD)
    compared()
    with scope(cast.sun):
        told = [(one.other_number, one.facts) for one in queries.similar_to(cast.sun, NEW)]
    assert [number for number, _ in told] == ([receipt.matter_number] if warned else [])
    assert not warned or told[0][1][:2] == ("同一地址", "相隔 18 天")


def test_another_station_is_told_of_the_address_and_of_nothing_else(cast, compared):
    with clock.at(clock.now() - timedelta(days=3)):
        acts.receive(cast.deng, report=TOLD)
    compared()
    with scope(cast.chen):
        (one,) = queries.similar_to(cast.chen, NEW)
    assert one.closed and one.facts == ("同一地址", "相隔 3 天") and not one.other_number and not one.words


def test_undoing_a_join_puts_the_pair_before_a_person_again(cast, compared):
    def waiting():
        with scope(cast.deng):
            return [{one.left_number, one.other_number} for one in queries.pairs_waiting(cast.deng)]

    kept = acts.receive(cast.deng, report=TOLD)
    again = acts.receive(cast.deng, report=replace(TOLD, channel="grid"))
    compared()
    assert waiting() == [{kept.matter_number, again.matter_number}]
    join = acts.merge(cast.deng, survivor_id=kept.matter_id, joined_id=again.matter_id)
    assert waiting() == []
    acts.unmerge(cast.deng, join_id=join)
    assert waiting() == [{kept.matter_number, again.matter_number}]
