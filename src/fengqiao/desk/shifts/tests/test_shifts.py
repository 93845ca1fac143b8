"""A shift from its beginning to the frozen handover."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg.types.range import Range

from fengqiao.core import clock
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import Forbidden, NotThere, Refused
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.desk import jobs
from fengqiao.desk.shifts import acts, draft, queries
from fengqiao.desk.shifts.models import Handover, Shift
from fengqiao.desk.shifts.tests.conftest import EVENING, MORNING, NIGHT, tell
from fengqiao.intake import acts as intake
from fengqiao.promises import acts as promises
from fengqiao.tasks import acts as tasks


def read(actor, shift_id):
    """The handover as this actor reads it now."""
    with scope(actor):
        shown, written = queries.opened(actor, shift_id)
        return draft.signed(shown, written) or draft.drafted(actor, shown, written)


def section(of, code):
    return next(one for one in of.sections if one.code == code)


def shown(actor, shift_id):
    with scope(actor):
        return queries.find(actor, shift_id)


def test_a_shift_runs_by_the_pattern_of_its_station(station):
    cast = station.cast
    one = shown(cast.wang, station.shift)
    assert (one.begin, one.end, one.night) == (EVENING, EVENING + timedelta(days=1), True)
    assert one.org_id == cast.org["chengguan"]
    with clock.at(EVENING), pytest.raises(Refused, match="已有班次"):
        acts.open_shift(cast.zhao)


def test_the_pattern_is_a_setting_inherited_from_the_bureau(cast):
    with clock.at(EVENING - timedelta(days=1)):
        change_setting(cast.guan, org_id=cast.org["bureau"], key="shifts.pattern", value={"hours": 12, "starts": "09:00"})
    with clock.at(NIGHT):
        one = shown(cast.chen, acts.open_shift(cast.chen))
    assert one.hours == 12 and f"{one.begin:%H:%M}" == "21:00" and one.night


def test_a_paired_station_has_one_shift_with_its_pair(cast):
    with clock.at(EVENING):
        shift = acts.open_shift(cast.qian)
        with pytest.raises(Refused):
            acts.open_shift(cast.luo)
        assert shown(cast.luo, shift).org_id == cast.org["sl_desk"]


def test_the_database_holds_one_shift_at_a_time(station):
    org = station.cast.org["chengguan"]
    with scope(station.cast.zhao), pytest.raises(IntegrityError, match="shift_one_at_a_time"), transaction.atomic():
        Shift.objects.create(org_id=org, hours=12, during=Range(EVENING + timedelta(hours=3), EVENING + timedelta(hours=15)))


def test_the_next_station_sees_nothing_of_a_shift(station, quarrel):
    cast = station.cast
    with pytest.raises(NotThere):
        shown(cast.chen, station.shift)
    with pytest.raises(NotThere):
        acts.log_line(cast.chen, shift_id=station.shift, text="旁听")
    with scope(cast.chen):
        assert Shift.objects.count() == 0 and Handover.objects.count() == 0
    for outsider in (cast.he, cast.shi, cast.gao, cast.yi):
        with pytest.raises(Forbidden):
            shown(outsider, station.shift)
    assert shown(cast.wu, station.shift).org == "城关派出所"


def test_the_draft_is_drawn_from_what_happened(station, quarrel):
    cast = station.cast
    with clock.at(NIGHT + timedelta(hours=1)):
        second = tell(cast, "楼上漏水，住户上门理论", at=NIGHT + timedelta(minutes=30))
        intake.triage(cast.deng, matter_id=second.matter_id, kind="D02", owner_id=cast.wang.account_id)
        promise = intake.hand_over(cast.deng, matter_id=second.matter_id, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="申请调解")
        order = tasks.create(cast.zhao, title="夜间加强菜场东门巡查", due_at=MORNING, owner_id=cast.deng.account_id, to_org_id=cast.deng.org_id)
    with clock.at(MORNING - timedelta(minutes=30)):
        made = read(cast.zhao, station.shift)
    assert made.reports == 2 and sum(n for _, n in made.channels) == 2
    assert [line.number for line in section(made, "open").lines] == [quarrel.matter_number], "what was handed over is not listed as open"
    assert "王大山" not in section(made, "open").lines[0].text and "王某" in section(made, "open").lines[0].text
    assert [line.url for line in section(made, "unsigned").lines] == [f"/promises/{promise}/"]
    assert [line.number for line in section(made, "instructions").lines] == [order.number]
    assert [(part, name) for part, name in made.crew] == [("带班领导", "赵启明"), ("主班", "邓海"), ("辅警", "林小川")]
    with clock.at(MORNING - timedelta(minutes=30)):
        promises.sign(cast.shi, promise_id=promise)
        assert section(read(cast.zhao, station.shift), "unsigned").lines == []


def test_lines_written_by_hand_stand_in_their_section_and_can_be_struck_before_signing(station):
    cast = station.cast
    with clock.at(NIGHT):
        kept = acts.add_line(cast.deng, shift_id=station.shift, section="orders", text="县局通知：明早八点半视频会")
        wrong = acts.add_line(cast.lin, shift_id=station.shift, section="other", text="记错了")
        acts.strike_line(cast.lin, shift_id=station.shift, line=wrong)
        acts.count_kit(cast.deng, shift_id=station.shift, counts={"对讲机": 6, "警用车辆": 2}, remarks={"警用车辆": "一辆在修"})
        made = read(cast.deng, station.shift)
        with pytest.raises(Refused, match="已撤去"):
            acts.strike_line(cast.lin, shift_id=station.shift, line=wrong)
    assert [(line.event, line.text) for line in section(made, "orders").lines] == [(kept, "县局通知：明早八点半视频会")]
    assert section(made, "other").lines == []
    assert ("对讲机", 6, "") in made.kit and ("警用车辆", 2, "一辆在修") in made.kit and ("车辆钥匙", None, "") in made.kit


def test_three_people_sign_and_the_handover_reads_for_ever_as_it_was_signed(station, quarrel):
    cast = station.cast
    with clock.at(MORNING):
        acts.add_line(cast.deng, shift_id=station.shift, section="other", text="东侧院门锁芯已换")
        before = read(cast.deng, station.shift)
        with pytest.raises(Refused, match="不能接班"):
            acts.take_over(cast.wang, shift_id=station.shift)
        acts.give_over(cast.deng, shift_id=station.shift)
        with pytest.raises(Refused, match="不能再改"):
            acts.add_line(cast.deng, shift_id=station.shift, section="other", text="晚了")
        with pytest.raises(Refused, match="同一人"):
            acts.take_over(cast.deng, shift_id=station.shift)
        acts.take_over(cast.wang, shift_id=station.shift)
        with pytest.raises(Forbidden):
            acts.close_shift(cast.deng, shift_id=station.shift)
        acts.close_shift(cast.zhao, shift_id=station.shift)
        intake.edit(cast.wang, matter_id=quarrel.matter_id, version=1, values={"title": "改过的标题"})
    with clock.at(MORNING + timedelta(days=40)):
        after = read(cast.sun, station.shift)
        one = shown(cast.sun, station.shift)
    assert one.state == "closed" and (one.signed.given_by, one.signed.taken_by, one.signed.leader) == ("邓海", "王砚", "赵启明")
    for code in ("open", "other", "unsigned"):
        assert [(line.text, line.number, line.note) for line in section(after, code).lines] == [
            (line.text, line.number, line.note) for line in section(before, code).lines
        ], code
    assert after.kinds == before.kinds and after.crew == before.crew and after.kit == before.kit


def test_a_handover_is_taken_back_by_its_giver_until_the_next_shift_signs(station):
    cast = station.cast
    with clock.at(MORNING):
        acts.give_over(cast.deng, shift_id=station.shift)
        with pytest.raises(Refused, match="本人"):
            acts.take_back(cast.wang, shift_id=station.shift)
        acts.take_back(cast.deng, shift_id=station.shift)
        acts.add_line(cast.deng, shift_id=station.shift, section="other", text="忘了说：北门监控检修")
        acts.give_over(cast.deng, shift_id=station.shift)
        acts.take_over(cast.wang, shift_id=station.shift)
        with pytest.raises(Refused):
            acts.take_back(cast.deng, shift_id=station.shift)
        assert [line.text for line in section(read(cast.wang, station.shift), "other").lines] == ["忘了说：北门监控检修"]
    with scope(cast.zhao):
        assert Handover.objects.filter(shift_id=station.shift).count() == 2


def signed(station):
    cast = station.cast
    with clock.at(MORNING):
        acts.give_over(cast.deng, shift_id=station.shift)
        acts.take_over(cast.wang, shift_id=station.shift)
        acts.close_shift(cast.zhao, shift_id=station.shift)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE desk_handover SET body = '{}'",
        "UPDATE desk_handover SET signed_at = NULL, leader_id = NULL",
        "UPDATE desk_handover SET version = 9",
        "DELETE FROM desk_handover",
        "UPDATE desk_shift SET state = 'running', closed_at = NULL",
        "UPDATE desk_shift SET during = tstzrange(now(), now() + interval '1 hour')",
        "UPDATE desk_shift SET released_at = now()",
        "DELETE FROM desk_shift",
        "TRUNCATE desk_handover",
    ],
)
def test_as_the_app_role_a_signed_handover_cannot_be_changed(station, statement):
    signed(station)
    with scope(station.cast.zhao), pytest.raises(DatabaseError, match="cannot change|is kept|permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0].endswith("app")
        cursor.execute(statement)


def test_what_was_given_cannot_be_rewritten_even_before_the_leader_signed(station):
    with clock.at(MORNING):
        acts.give_over(station.cast.deng, shift_id=station.shift)
    with scope(station.cast.zhao), pytest.raises(IntegrityError, match="take it back"), transaction.atomic():
        Handover.objects.update(body={})


@pytest.mark.parametrize("columns", [{"taken": "deng"}, {"taken": "wang", "leader": "wang"}, {"leader": "zhao"}], ids=str)
def test_the_database_wants_three_people_in_order(station, columns):
    cast = station.cast
    with clock.at(MORNING):
        acts.give_over(cast.deng, shift_id=station.shift)
    new = {}
    if "taken" in columns:
        new |= {"taken_by_id": getattr(cast, columns["taken"]).account_id, "taken_at": MORNING}
    if "leader" in columns:
        new |= {"leader_id": getattr(cast, columns["leader"]).account_id, "signed_at": MORNING}
    with scope(cast.zhao), pytest.raises(IntegrityError, match="handover_"), transaction.atomic():
        Handover.objects.update(**new)


def test_the_duty_log_writes_itself_and_takes_a_line(station, quarrel):
    cast = station.cast
    with clock.at(NIGHT + timedelta(minutes=5)):
        intake.note(cast.deng, matter_id=quarrel.matter_id, text="双方醉酒，约定次日到所")
        acts.log_line(cast.lin, shift_id=station.shift, text="3时20分 巡逻返回，车况正常")
    with clock.at(MORNING), scope(cast.zhao):
        lines = queries.log(cast.zhao, queries.find(cast.zhao, station.shift))
    told = [(line.sentence, line.who, line.number) for line in lines]
    assert told[:3] == [("值班记事", "林小川", ""), ("记录", "邓海", quarrel.matter_number), ("接报", "邓海", quarrel.matter_number)]
    assert lines[0].text == "3时20分 巡逻返回，车况正常"
    assert all("约定次日" not in line.text for line in lines), "what belongs to a matter is read on the matter"


def test_a_closed_shift_takes_no_more_lines(station):
    signed(station)
    with clock.at(MORNING), pytest.raises(Refused, match="已归档"):
        acts.log_line(station.cast.deng, shift_id=station.shift, text="晚到的一条")


def test_every_step_is_on_the_ledger_without_personal_data_in_its_facts(station, quarrel):
    signed(station)
    with scope(station.cast.zhao):
        events = Event.objects.filter(about=station.shift).order_by("id")
        acts_done = ["desk.close_shift", "desk.give_over", "desk.open_shift", "desk.pass_night", "desk.take_over"]
        assert sorted(e.act for e in events) == acts_done, "one event each"
        assert not [e for e in events if "王" in str(e.facts)]


def test_the_job_begins_the_shift_of_every_station_once(cast):
    with clock.at(EVENING + timedelta(hours=1)):
        first, again = jobs.turn(), jobs.turn()
    assert first["begun"] >= 5 and again["begun"] == 0
    with scope(cast.wu), clock.at(EVENING + timedelta(hours=1)):
        assert queries.running(cast.org["dongwu"]) and queries.running(cast.org["sl_desk"]) and queries.running(cast.org["centre"])
        assert queries.running(cast.org["shiqiao"]) is None
