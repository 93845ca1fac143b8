"""A night at 城关派出所: 邓海 and 林小川 on duty, 枫桥村 is 王砚's, 赵启明 leads."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from shapely import box

from fengqiao.core import clock
from fengqiao.desk.shifts import acts
from fengqiao.desk.shifts.rules import SHANGHAI
from fengqiao.force import acts as force
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.places import acts as places

EVENING = datetime(2026, 11, 20, 8, tzinfo=SHANGHAI)  # the 24-hour shift begins; Friday
NIGHT = datetime(2026, 11, 21, 3, 10, tzinfo=SHANGHAI)
MORNING = datetime(2026, 11, 21, 8, 5, tzinfo=SHANGHAI)
TEN = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def station(cast):
    """The cast, the village with its officer, the roster of the day, and the running shift."""
    since = EVENING.date() - timedelta(days=30)
    village = places.draw_area(cast.zhao, kind="village", name="枫桥村", code="999999001001", outline=box(120.35, 29.72, 120.38, 29.75), since=since)
    places.draw_area(cast.zhao, kind="grid", name="枫桥村第一网格", parent_id=village.id, outline=box(120.35, 29.72, 120.38, 29.75), since=since)
    staff = {}
    for key, kind in (("wang", "officer"), ("deng", "officer"), ("zhao", "officer"), ("lin", "auxiliary")):
        who = getattr(cast, key)
        staff[key] = force.enlist(cast.zhao, name=who.name, staff_kind=kind, org_id=who.org_id, post_id=who.post_id, since=since)
    force.place(cast.zhao, service_id=staff["wang"].id, area_id=village.id, since=since)
    for key, task in (("zhao", "lead"), ("deng", "main"), ("lin", "standby")):
        force.put_on_duty(cast.zhao, service_id=staff[key].id, task=task, start=EVENING, end=EVENING + timedelta(days=1))
    force.put_on_duty(cast.zhao, service_id=staff["wang"].id, task="main", start=EVENING + timedelta(days=1), end=EVENING + timedelta(days=2))
    with clock.at(EVENING):
        shift = acts.open_shift(cast.deng)
    return SimpleNamespace(cast=cast, shift=shift, village=village.id, staff=staff)


@pytest.fixture
def quarrel(station):
    """Two drunken neighbours at 03:10, told to 邓海."""
    return tell(station.cast)


def tell(cast, text="王大山与李小毛酒后为院墙争吵", at=NIGHT, lat=29.7364, lon=120.365):
    report = ReportIn(
        channel="window", text=text, place_text="枫桥村三组12号", lat=lat, lon=lon, occurred=(at, at), kind="D02",
        parties=(PartyIn(name="王大山", phone="19900001201", role="caller"), PartyIn(name="李小毛")),
    )  # fmt: skip
    with clock.at(at):
        return intake.receive(cast.deng, report=report)
