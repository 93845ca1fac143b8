"""What mediation stands on in the demo county: rooms, a committee, a method, the lawyers' rota, and a mediation tomorrow."""

import uuid
from datetime import datetime, time, timedelta
from types import SimpleNamespace

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.queries import Filter, found

STEPS = ["听双方说", "到现场看", "坐下来谈"]
METHODS = ["先听后说", "分开谈话", "请老邻居", "摆明事实", "算清损失", "说清法律", "换位思考", "各退一步", "当场兑现", "回头看看"]


def load(people: SimpleNamespace) -> None:
    """Register what 城关派出所 mediates with, and agree on people's mediations of tomorrow for the newest disputes at work."""
    today = clock.today()
    first = acts.open_room(people.zhao, name="驻所调解室", kind="station", agencies=[people.org["justice"], people.org["lawfirm"]])
    acts.open_room(people.zhao, name="暖心调解亭", kind="pavilion", brand="白茶调解")
    acts.open_room(people.zhao, name="线上调解", kind="online")
    since = today - timedelta(days=400)
    committee = acts.register_committee(people.shi, number="枫调字第12号", name="城关镇人民调解委员会", kind="town", since=since)
    acts.add_member(people.shi, committee_id=committee, account_id=people.he.account_id, since=since, until=today + timedelta(days=695))
    acts.make_method(people.zhao, name="三步十法", form="steps", steps=STEPS, methods=METHODS)
    for days in (1, 3, 8):
        lawyer = people.lv.account_id if days != 3 else None
        acts.open_slot(people.zhao, start=_at(days, 9), room_id=first, lawyer_id=lawyer)
    acts.cooperate(people.zhao, partner_id=people.org["justice"], area="publicity", day=today, text="在桂花社区讲邻里相处的法律，四十人参加")
    _tomorrow(people.wang, f"{people.he.account_id}.committee", first)


def _tomorrow(officer: Actor, mediator: str, room: uuid.UUID) -> None:
    with scope(officer):
        waiting = [one.id for one in found(officer, Filter(state="working", org=str(officer.station_id)), size=20).rows]
    hours = iter((9, 14, 16))
    hour = next(hours)
    for dispute in waiting:
        try:
            acts.plan_session(officer, dispute_id=dispute, kind="people", start=_at(1, hour), mediators=[mediator], room_id=room)
        except (Refused, Invalid):  # another one is taken: the law or an open sign stands against this one
            continue
        hour = next(hours, 0)
        if not hour:
            return


def _at(days: int, hour: int) -> datetime:
    return datetime.combine(clock.today() + timedelta(days=days), time(hour), clock.SHANGHAI)
