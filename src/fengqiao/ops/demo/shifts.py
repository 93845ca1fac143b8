"""Two days at 城关派出所: yesterday's shift handed over and signed, today's running with its log and a draft."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.desk.shifts import acts
from fengqiao.desk.shifts.rules import Pattern, bounds
from fengqiao.force import acts as force
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.ops.demo.county import COMMUNITY, STATIONS
from fengqiao.places import queries as places

ROSTER = {"zhao": "lead", "deng": "main", "wang": "standby", "lin": "standby"}
KIT = {"对讲机": 6, "执法记录仪": 8, "单警装备": 10, "警用车辆": 2, "车辆钥匙": 3, "房间钥匙": 12}


def load(people: SimpleNamespace) -> None:
    """Roster, placements, yesterday's handover, today's shift."""
    begin, end = bounds(Pattern(), clock.now())
    since = begin.date() - timedelta(days=365)
    with scope(people.zhao):
        villages = {area["name"]: area["id"] for area in places.areas(people.zhao, None, "village", "community")}
    served = {}
    for key in ROSTER:
        who = getattr(people, key)
        kind = "auxiliary" if key == "lin" else "officer"
        served[key] = force.enlist(people.zhao, name=who.name, staff_kind=kind, org_id=who.org_id, post_id=who.post_id, since=since)
    for village in ("枫桥村", "解放路社区"):
        force.place(people.zhao, service_id=served["wang"].id, area_id=villages[village], since=since)
    for day in (begin - timedelta(days=1), begin, end):
        for key, task in ROSTER.items():
            force.put_on_duty(people.zhao, service_id=served[key].id, task=task, start=day, end=day + timedelta(days=1))
    _yesterday(people)
    _today(people)


def _yesterday(people: SimpleNamespace) -> None:
    begin, end = bounds(Pattern(), clock.now() - timedelta(days=1))
    with clock.at(begin):
        shift = acts.open_shift(people.deng)
    _night(people, end - timedelta(hours=4, minutes=50))
    with clock.at(end - timedelta(hours=4)):
        acts.log_line(people.lin, shift_id=shift, text="夜间巡逻返回，菜场东门、公交站一带秩序正常")
    with clock.at(end - timedelta(minutes=20)):
        acts.count_kit(people.deng, shift_id=shift, counts=KIT, remarks={"警用车辆": "一辆送修，明日取回"})
        acts.add_line(people.deng, shift_id=shift, section="orders", text="县局通知：今日下午召开安全防范视频会，请带班领导参加")
        acts.add_line(people.deng, shift_id=shift, section="other", text="东侧院门锁芯已换，新钥匙两把在钥匙柜")
    with clock.at(end + timedelta(minutes=4)):
        acts.give_over(people.deng, shift_id=shift)
    with clock.at(end + timedelta(minutes=9)):
        acts.take_over(people.wang, shift_id=shift)
    with clock.at(end + timedelta(minutes=15)):
        acts.close_shift(people.zhao, shift_id=shift)


def _night(people: SimpleNamespace, at: datetime) -> None:
    """A quarrel of the night nobody signed for yet: whoever tries the product does."""
    (south, west), names = STATIONS["chengguan"]
    n = names.index("枫桥村")
    lat, lon = south + (n // 3 + 0.3) * COMMUNITY, west + (n % 3 + 0.7) * COMMUNITY
    told = ReportIn(
        channel="110", title="枫桥村晒谷场停车争执", text="两户因夜间停车堵门争吵，互相指责，已劝开，未见伤情", place_text="枫溪县城关镇枫桥村晒谷场",
        lat=lat, lon=lon, occurred=(at, at), received_at=at, kind="D02", parties=(PartyIn(name="高水根", role="caller"), PartyIn(name="胡明亮")),
    )  # fmt: skip
    with clock.at(at + timedelta(minutes=3)):
        intake.receive(people.deng, report=told)


def _today(people: SimpleNamespace) -> None:
    begin, _ = bounds(Pattern(), clock.now())
    with clock.at(begin):
        shift = acts.open_shift(people.deng)
    with clock.at(min(begin + timedelta(minutes=30), clock.now())):
        acts.log_line(people.deng, shift_id=shift, text="晨会已开，指令三条已下达")
        acts.count_kit(people.deng, shift_id=shift, counts=KIT, remarks={})
