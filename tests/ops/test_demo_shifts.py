"""The demo county's station: yesterday's shift handed over and signed, today's running, a quarrel of the night to sign for."""

from datetime import timedelta

from shapely import box

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.desk.shifts import queries
from fengqiao.ops.demo import shifts
from fengqiao.ops.demo.county import COMMUNITY, STATIONS
from fengqiao.places import acts as places


def test_the_demo_opens_on_a_handover_a_newcomer_can_sign_for(cast):
    (south, west), names = STATIONS["chengguan"]
    since = clock.today() - timedelta(days=400)
    for name in ("枫桥村", "解放路社区"):
        n = names.index(name)
        y, x = south + n // 3 * COMMUNITY, west + n % 3 * COMMUNITY
        outline, kind = box(x, y, x + COMMUNITY, y + COMMUNITY), "community" if name.endswith("社区") else "village"
        village = places.draw_area(cast.zhao, kind=kind, name=name, code=f"99999900100{n}", outline=outline, since=since)
        places.draw_area(cast.zhao, kind="grid", name=f"{name}第一网格", parent_id=village.id, outline=outline, since=since)
    shifts.load(cast)
    with scope(cast.zhao):
        today, yesterday = queries.listed(cast.zhao)[0]
        assert (today.state, yesterday.state) == ("running", "closed")
        assert [one.to for one in queries.night_of(cast.zhao, yesterday.id)] == ["王砚"]
        assert [one.word for one in queries.crew(cast.zhao, today)] == ["带班领导", "主班", "副班", "辅警"]
    with scope(cast.wang):
        assert len(queries.night_waiting(cast.wang)) == 1
