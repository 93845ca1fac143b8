"""The night's quarrel has an owner by ten o'clock (station-day 1)."""

from datetime import timedelta

import pytest

from fengqiao.core import clock, deadlines, notices
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import Forbidden, NotThere, Refused
from fengqiao.core.scope import scope
from fengqiao.desk import jobs
from fengqiao.desk.shifts import acts, queries
from fengqiao.desk.shifts.tests.conftest import EVENING, MORNING, NIGHT, TEN, tell
from fengqiao.disputes import acts as disputes
from fengqiao.intake import acts as intake
from fengqiao.intake.models import Matter


def nights(actor, shift):
    with scope(actor):
        return queries.night_of(actor, shift)


def released(station):
    with scope(station.cast.zhao):
        return queries.find(station.cast.zhao, station.shift).released_at


def owner(actor, matter_id):
    with scope(actor):
        return Matter.objects.get(id=matter_id).owner_id


def hand_over(station):
    cast = station.cast
    acts.give_over(cast.deng, shift_id=station.shift)
    acts.take_over(cast.wang, shift_id=station.shift)


def test_at_handover_the_quarrel_passes_to_the_officer_of_its_village(station, quarrel):
    cast = station.cast
    with clock.at(MORNING):
        hand_over(station)
        [night] = nights(cast.deng, station.shift)
        assert (night.number, night.to, night.due_at) == (quarrel.matter_number, "王砚", TEN)
        assert released(station) is None, "the night officer waits"
        with scope(cast.wang):
            assert [one.id for one in queries.night_waiting(cast.wang)] == [night.id]
            assert "shifts.night" in [one.group for one in notices.grouped(cast.wang)]
            assert [(one.rule, one.due_at) for one in deadlines.of(cast.wang, quarrel.matter_id)] == [("shifts.night", TEN)]
        with scope(cast.lin):
            assert queries.night_waiting(cast.lin) == []


def test_the_officer_signs_becomes_the_owner_and_the_night_is_over(station, quarrel):
    cast = station.cast
    with clock.at(MORNING):
        hand_over(station)
        [night] = nights(cast.wang, station.shift)
    with clock.at(TEN - timedelta(minutes=20)):
        for other in (cast.deng, cast.lin):
            with pytest.raises(Forbidden):
                acts.sign_night(other, passing_id=night.id)
        with pytest.raises(NotThere):
            acts.sign_night(cast.chen, passing_id=night.id)
        acts.sign_night(cast.wang, passing_id=night.id)
        assert owner(cast.wang, quarrel.matter_id) == cast.wang.account_id
        assert released(station) == TEN - timedelta(minutes=20)
        with pytest.raises(Refused, match="已签收"):
            acts.sign_night(cast.wang, passing_id=night.id)
        with scope(cast.wang):
            [met] = deadlines.of(cast.wang, quarrel.matter_id)
        assert met.met_at and not met.overdue()


def test_unsigned_at_ten_it_goes_to_the_leader_on_duty_and_only_then_the_officer_is_released(station, quarrel):
    cast = station.cast
    with clock.at(MORNING):
        hand_over(station)
    with clock.at(TEN - timedelta(seconds=1)):
        assert jobs.turn()["raised"] == 0 and released(station) is None
    later = TEN + timedelta(seconds=1)
    with clock.at(later):
        assert jobs.turn()["raised"] == 1
        assert jobs.turn()["raised"] == 0, "once"
        assert released(station) == later
        [night] = nights(cast.zhao, station.shift)
        assert night.raised_at == later and night.leader == "赵启明" and night.word == "已转带班领导 赵启明"
        with scope(cast.zhao):
            assert [one.id for one in queries.night_waiting(cast.zhao)] == [night.id]
            assert any("已转带班领导" in text for _, text, _ in notices.listed(cast.zhao, "shifts.night"))
        with scope(cast.wang):
            assert queries.night_waiting(cast.wang) == []
        acts.sign_night(cast.zhao, passing_id=night.id)
        assert owner(cast.zhao, quarrel.matter_id) == cast.zhao.account_id


def test_a_quarrel_where_nobody_answers_goes_to_the_leader_at_once(station):
    cast = station.cast
    tell(cast, lat=31.0, lon=121.0)
    with clock.at(MORNING):
        hand_over(station)
        [night] = nights(cast.zhao, station.shift)
        assert (night.to, night.leader, night.raised_at) == ("", "赵启明", MORNING)
        assert released(station) == MORNING


def test_passing_does_not_wait_for_anybody_to_sign_the_handover(station, quarrel):
    with clock.at(MORNING):
        assert jobs.turn()["passed"] == 1
        assert [one.to for one in nights(station.cast.zhao, station.shift)] == ["王砚"]
        assert released(station) is None
    with clock.at(TEN + timedelta(minutes=1)):
        assert jobs.turn()["raised"] == 1
        assert released(station) is None, "the next shift has not signed"
        hand_over(station)
        assert released(station) == TEN + timedelta(minutes=1)


def test_what_the_night_finished_or_what_is_no_quarrel_is_not_passed_on(station, quarrel):
    cast = station.cast
    done = tell(cast, "两户为停车争吵，当场说开", at=NIGHT + timedelta(minutes=20))
    lost = tell(cast, "有人捡到钱包送来", at=NIGHT + timedelta(minutes=30))
    with clock.at(NIGHT + timedelta(minutes=40)):
        intake.settle(cast.deng, matter_id=tell_sorted(cast, done, "D02"), outcome="settled")
        intake.triage(cast.deng, matter_id=lost.matter_id, kind="J53", owner_id=cast.deng.account_id)
    with clock.at(MORNING):
        hand_over(station)
        assert [one.number for one in nights(cast.zhao, station.shift)] == [quarrel.matter_number]


def tell_sorted(cast, told, kind):
    intake.triage(cast.deng, matter_id=told.matter_id, kind=kind, owner_id=cast.deng.account_id)
    return told.matter_id


def test_a_dispute_opened_in_the_night_changes_its_owner_too(station, quarrel):
    cast = station.cast
    with clock.at(NIGHT + timedelta(minutes=30)):
        dispute = disputes.open_dispute(cast.deng, matter_id=quarrel.matter_id, kind="D02", owner_id=cast.deng.account_id)
    with clock.at(MORNING):
        hand_over(station)
        acts.sign_night(cast.wang, passing_id=nights(cast.wang, station.shift)[0].id)
        from fengqiao.disputes.models import Dispute

        with scope(cast.wang):
            assert Dispute.objects.get(id=dispute).owner_id == cast.wang.account_id


def test_taking_a_handover_back_passes_nothing_twice(station, quarrel):
    cast = station.cast
    with clock.at(MORNING):
        acts.give_over(cast.deng, shift_id=station.shift)
        acts.take_back(cast.deng, shift_id=station.shift)
        hand_over(station)
        assert len(nights(cast.zhao, station.shift)) == 1


def test_the_hour_is_a_setting_and_a_day_shift_passes_nothing(station, quarrel):
    cast = station.cast
    with clock.at(EVENING):
        change_setting(cast.guan, org_id=cast.org["bureau"], key="shifts.sign_by", value="09:30")
        change_setting(cast.guan, org_id=cast.org["bureau"], key="shifts.pattern", value={"hours": 12, "starts": "08:00"})
    with clock.at(MORNING):
        hand_over(station)
        assert [one.due_at for one in nights(cast.zhao, station.shift)] == [TEN - timedelta(minutes=30)]
        day = acts.open_shift(cast.deng)
        tell(cast, "白天的争吵", at=MORNING + timedelta(hours=1))
    with clock.at(EVENING + timedelta(hours=36)):
        assert [jobs.turn()["passed"], nights(cast.zhao, day)] == [0, []]
        acts.give_over(cast.deng, shift_id=day)
        acts.take_over(cast.wang, shift_id=day)
        with scope(cast.zhao):
            assert queries.find(cast.zhao, day).released_at
