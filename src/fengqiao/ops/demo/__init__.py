"""The demo county: `fengqiao demo` and `make demo`. Every record is made by the acts a user would use."""

import random
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.db import connection
from shapely.geometry import box

from fengqiao.core import cast, clock, listeners, sealing
from fengqiao.core.actor import Actor
from fengqiao.core.acts import approvals as signing
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.disputes import acts as disputes
from fengqiao.disputes import queries as dispute_queries
from fengqiao.disputes.rules.revisits import SATISFACTION
from fengqiao.force import acts as force
from fengqiao.home import database
from fengqiao.intake import acts as intake
from fengqiao.intake import jobs as intake_jobs
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.ops.demo import mediation, shifts
from fengqiao.ops.demo.county import (
    BOUNDS,
    COMMUNITY,
    GIVEN,
    GRIDS,
    HOW,
    MINORITY,
    NIGHT,
    SPOTS,
    STATIONS,
    SURNAMES,
    TALES,
    Tale,
)
from fengqiao.places import acts as places
from fengqiao.promises import acts as promises

DAYS = 90
MATTERS = 620
RETOLD = 0.13  # repeats are 13 % of valid calls (福鼎 2016)
FRESH, FRESH_RETOLD = timedelta(days=5), 0.35  # of the last days more is retold, and not joined yet
SEED = 20211226


def load() -> list[str]:
    """Make the demo county where there is none yet; lines to print."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_organisation WHERE kind = 'county'")
        if cursor.fetchone()[0]:
            return ["示范县已在，保留原有数据"]
    cast.make()
    people = cast.actors()
    dice = random.Random(SEED)
    _lay_out(people)
    counts = _ninety_days(people, dice)
    _today(people, dice)
    shifts.load(people)
    mediation.load(people)
    _catch_up()
    return [f"枫溪县：{len(STATIONS)} 个派出所，近 {DAYS} 天 {counts['matters']} 个事项、{counts['reports']} 条接报记录（均为虚构）"]


def _lay_out(people: SimpleNamespace) -> None:
    """Settings, areas and who stands in them, since two years ago."""
    since = clock.today() - timedelta(days=730)
    change_setting(people.guan, org_id=people.org["bureau"], key="county.bounds", value=list(BOUNDS))
    for town, (key, ((south, west), names)) in enumerate(STATIONS.items(), 1):
        leader = people.zhao if key == "chengguan" else people.wu
        for i, name in enumerate(names):
            y, x = south + (i // 3) * COMMUNITY, west + (i % 3) * COMMUNITY
            kind = "community" if name.endswith("社区") else "village"
            outline = box(x, y, x + COMMUNITY, y + COMMUNITY)
            community = places.draw_area(
                people.guan, kind=kind, name=name, outline=outline, org_id=people.org[key], since=since,
                code=f"999999{town:03d}{i + 1:03d}",
            )  # fmt: skip
            width = COMMUNITY / GRIDS
            for g in range(GRIDS):
                part = box(x + g * width, y, x + (g + 1) * width, y + COMMUNITY)
                places.draw_area(
                    people.guan, kind="grid", name=f"{name}第{'一二三'[g]}网格", outline=part, org_id=people.org[key],
                    parent_id=community.id, since=since,
                )  # fmt: skip
            if name != "冷水村":  # one community without its officer, so that the gap list has something to say
                served = force.enlist(leader, name=_name(random.Random(name)), staff_kind="officer", org_id=people.org[key], since=since)
                force.place(leader, service_id=served.id, area_id=community.id, since=since)


def _name(dice: random.Random) -> str:
    return dice.choice(SURNAMES) + dice.choice(GIVEN) if dice.random() > 0.03 else dice.choice(MINORITY)


def _phone(dice: random.Random) -> str:
    return f"1990000{dice.randrange(10_000):04d}"


def _tell(
    dice: random.Random, tale: Tale, where: tuple[str, float, float], names: tuple[str, str], at: datetime, channel: str, text: str,
    detail: str = "",
) -> ReportIn:
    place, lat, lon = where
    short = next(village for _, villages in STATIONS.values() for village in villages if village in place)
    fill = {"p": short, "a": names[0], "b": names[1], "d": detail, "h": dice.choice(HOW)}
    caller = PartyIn(name=names[0], phone=_phone(random.Random(names[0] + place)), role="caller" if channel in ("110", "12345") else "party")
    return ReportIn(
        channel=channel,
        title=tale.title.format(**fill),
        text=text.format(**fill),
        place_text=place,
        lat=lat + dice.uniform(-2e-4, 2e-4),
        lon=lon + dice.uniform(-2e-4, 2e-4),
        given=(lon, lat, "WGS84"),
        occurred=(at, at),
        received_at=at + timedelta(minutes=dice.randrange(1, 8)),
        captured_at=at,
        parties=(caller, PartyIn(name=names[1])),
    )


def _where(dice: random.Random, station: str) -> tuple[str, float, float]:
    (south, west), names = STATIONS[station]
    i = dice.randrange(len(names))
    y, x = south + (i // 3) * COMMUNITY, west + (i % 3) * COMMUNITY
    town = "城关镇" if station == "chengguan" else {"shiqiao": "石桥镇", "liuwan": "柳湾镇", "yunling": "云岭乡", "dongwu": "东坞乡"}[station]
    door = f"{dice.choice('一二三四五六七八')}组{dice.randrange(1, 90)}号"  # most quarrels happen at a door of their own
    return f"枫溪县{town}{names[i]}{door if dice.random() < 0.75 else dice.choice(SPOTS)}", y + dice.uniform(0.1, 0.9) * COMMUNITY, x + dice.uniform(0.1, 0.9) * COMMUNITY


def _ninety_days(people: SimpleNamespace, dice: random.Random) -> dict[str, int]:
    """Ninety days of work: received, retold, sorted, handed over, settled."""
    start = clock.now() - timedelta(days=DAYS)
    counts = {"matters": 0, "reports": 0}
    officers = {"chengguan": people.wang, "shiqiao": people.qian, "liuwan": people.luo, "yunling": people.chen, "dongwu": people.yan}
    receivers = {"chengguan": people.deng, "shiqiao": people.qian, "liuwan": people.luo, "yunling": people.chen, "dongwu": people.yan}
    moments = sorted(start + timedelta(seconds=dice.randrange(int((DAYS - 1) * 86400))) for _ in range(MATTERS))
    told_here: set[tuple[str, str]] = set()
    for at in moments:
        station = dice.choices(list(STATIONS), weights=[10, 4, 4, 3, 2])[0]
        tale = dice.choices(TALES, weights=[t.weight for t in TALES])[0]
        names = (_name(dice), _name(dice))
        where = _where(dice, station)
        detail = _not_told_here(dice, told_here, tale, where[0])
        told = _tell(dice, tale, where, names, at, dice.choice(["110", "window", "grid", "12345", "visit"]), tale.text, detail)
        with clock.at(at + timedelta(minutes=9)):
            receipt = intake.receive(receivers[station], report=told, org_id=people.org[station])
        counts["matters"] += 1
        counts["reports"] += 1
        fresh = at > clock.now() - FRESH
        if tale.again and dice.random() < (RETOLD if not fresh else FRESH_RETOLD):
            later = at + timedelta(minutes=dice.randrange(10, 200))
            again = _tell(dice, tale, where, names, later, dice.choice(["grid", "volunteer", "12345"]), tale.again, detail)
            with clock.at(later + timedelta(minutes=5)):
                if fresh:  # nobody has noticed yet: it stands on the list of pairs
                    intake.receive(receivers[station], report=again, org_id=people.org[station])
                    counts["matters"] += 1
                else:
                    intake.attach(receivers[station], report=again, matter_id=receipt.matter_id)
            counts["reports"] += 1
        _work(people, dice, officers[station], tale, receipt.matter_id, at)
    return counts


def _not_told_here(dice: random.Random, told: set[tuple[str, str]], tale: Tale, place: str) -> str:
    """One of the tale's details that was not told of this village yet, as long as there is one: two quarrels are not alike."""
    village = next(name for _, names in STATIONS.values() for name in names if name in place)
    detail = next((one for one in dice.sample(tale.details, len(tale.details)) if (village, one) not in told), dice.choice(tale.details))
    told.add((village, detail))
    return detail


def _work(people: SimpleNamespace, dice: random.Random, officer: Actor, tale: Tale, matter: Any, at: datetime) -> None:
    """What became of it."""
    step = at + timedelta(hours=dice.randrange(1, 10))
    age = (clock.now() - at) / timedelta(days=1)
    if age < 2 and dice.random() < 0.6:
        return  # still waiting to be sorted
    with clock.at(step):
        if tale.kind in ("J9", "J55"):
            intake.triage(officer, matter_id=matter, kind=tale.kind, police="no", owner_id=None)
            intake.tell_elsewhere(officer, matter_id=matter, where="E22")
            return
        intake.triage(officer, matter_id=matter, kind=tale.kind, owner_id=officer.account_id)
    if tale.kind in ("D10", "D04", "D07") and officer.org_id in officer.orgs and dice.random() < 0.6:
        _refer(people, dice, officer, matter, step)
        return
    settled = step + timedelta(days=dice.randrange(1, 9))
    if tale.kind.startswith("D"):
        _as_dispute(people, dice, officer, matter, step, settled)
    elif settled < clock.now() and dice.random() < 0.88:
        with clock.at(settled):
            intake.close(officer, matter_id=matter, outcome="explained")


def _as_dispute(people: SimpleNamespace, dice: random.Random, officer: Actor, matter: Any, opened: datetime, settled: datetime) -> None:
    """Opened, settled, revisited after a week, closed; some flare up again, some are not settled yet."""
    with clock.at(opened + timedelta(minutes=20)):
        dispute = disputes.open_dispute(officer, matter_id=matter)
    if officer.station_id == people.zhao.station_id and dice.random() < 0.3:
        _level(people, dice, officer, dispute, opened + timedelta(hours=1))
    called = opened + timedelta(hours=dice.randrange(2, 46))
    if called < clock.now() - timedelta(hours=6):  # the newest callers still wait on the list
        desk = next(one for one in (people.deng, people.wu) if officer.station_id in one.orgs)
        with clock.at(called), scope(desk):
            if dispute_queries.call_waits(dispute):
                disputes.call_back(desk, dispute_id=dispute, result=dice.choices(list(SATISFACTION), (7, 3, 1))[0])
    if settled >= clock.now() or dice.random() > 0.88:
        return
    outcome = "settled" if dice.random() < 0.85 else "self_settled"
    with clock.at(settled):
        disputes.settle(officer, dispute_id=dispute, outcome=outcome, performance="performed")
    revisited = settled + timedelta(days=dice.randrange(3, 8))
    if revisited >= clock.now():
        return
    result = "stable" if dice.random() < 0.94 else "flared_up"
    with clock.at(revisited):
        disputes.revisit(officer, dispute_id=dispute, manner="phone" if dice.random() < 0.5 else "visit", result=result)
        if result == "stable":
            chief = people.zhao if officer.station_id == people.zhao.station_id else officer  # red and orange are his to sign
            disputes.close(chief, dispute_id=dispute)
    while (due := _next_revisit(officer, dispute)) and due < clock.now():  # closed, and asked again by its level
        with clock.at(due - timedelta(hours=4)):
            disputes.revisit(officer, dispute_id=dispute, manner="phone", result="stable")


def _next_revisit(officer: Actor, dispute: Any) -> datetime | None:
    with scope(officer):
        return dispute_queries.revisit_due([dispute]).get(dispute)


LEVELS = (("blue", "assessed"), ("yellow", "households"), ("yellow", "unsettled"), ("orange", "group"), ("red", "weapon"))


def _level(people: SimpleNamespace, dice: random.Random, officer: Actor, dispute: Any, at: datetime) -> None:
    """An officer of 城关 asks for a level, its leader signs an hour later; a few still wait."""
    level, reason = dice.choice(LEVELS)
    with clock.at(at):
        disputes.raise_level(officer, dispute_id=dispute, level=level, reasons=[reason])
    if at + timedelta(hours=1) < clock.now() - timedelta(days=1):
        with clock.at(at + timedelta(hours=1)), scope(people.zhao):
            for one in approvals.waiting_for(people.zhao):
                if str(dispute) in one.url:
                    signing.decide(people.zhao, approval_id=one.id, granted=True)


def _refer(people: SimpleNamespace, dice: random.Random, officer: Actor, matter: Any, at: datetime) -> None:
    """公调对接 to the justice office: signed, then answered, returned or still there."""
    with clock.at(at + timedelta(hours=1)):
        promise = intake.hand_over(
            officer, matter_id=matter, to_org_id=people.org["justice"], kind="referral", channel="GT", reason="双方同意人民调解，请司法所组织"
        )
    fate = dice.random()
    if fate > 0.9:
        return
    with clock.at(at + timedelta(hours=8)):
        promises.sign(people.shi, promise_id=promise)
        if fate < 0.15:
            promises.return_(people.shi, promise_id=promise, reason=next(iter(vocabulary("return_reasons"))), text="一方当事人不同意调解")
        else:
            promises.accept(people.shi, promise_id=promise)
    if fate < 0.15:
        later = at + timedelta(days=dice.randrange(1, 3))
        if later < clock.now():
            with clock.at(later):  # it came back, so the officer goes on with it
                promises.recall(officer, promise_id=promise, text="改由本所继续做工作")
                intake.settle(officer, matter_id=matter, outcome="self_settled")
    elif at + timedelta(days=4) < clock.now():
        with clock.at(at + timedelta(days=4)):
            promises.answer(people.shi, promise_id=promise, result="agreed", text="已达成人民调解协议")


def _today(people: SimpleNamespace, dice: random.Random) -> None:
    """What waits this morning: fresh reports, the night's quarrel, the same quarrel told three times."""
    now = clock.now()
    where = ("枫溪县城关镇枫桥村三组12号", STATIONS["chengguan"][0][0] + COMMUNITY * 1.4, STATIONS["chengguan"][0][1] + COMMUNITY * 2.5)
    names = ("王大山", "李小毛")
    first = now - timedelta(days=20)
    with clock.at(first + timedelta(minutes=10)):
        told = _tell(dice, NIGHT, where, names, first, "110", NIGHT.text)
        receipt = intake.receive(people.deng, report=told)
        intake.triage(people.wang, matter_id=receipt.matter_id, kind="D02", owner_id=people.wang.account_id)
    for channel, teller, minutes in (("110", people.deng, 150), ("grid", people.gao, 130), ("volunteer", people.yi, 120)):
        at = now - timedelta(minutes=minutes)
        spot = ("枫溪县城关镇解放路社区菜场东门", STATIONS["chengguan"][0][0] + COMMUNITY * 0.5, STATIONS["chengguan"][0][1] + COMMUNITY * 1.5)
        text = {"110": "两个摊主为摊位抢占打起来了，一人手臂擦伤", "grid": "菜场东门两摊主争抢摊位，已劝开", "volunteer": "菜场东门有摊主为摊位争执，围观多人"}[channel]
        tale = Tale("D05", "菜场东门摊位争执", text, text)
        with clock.at(at):
            intake.receive(teller, report=_tell(dice, tale, spot, ("周永福", "徐彩凤"), at, channel, text))


def _catch_up() -> None:
    """Seal, index and match what was just made, so that the product opens ready."""
    import psycopg

    with psycopg.connect(**database("sealer"), autocommit=True) as conn:
        while sealing.seal_batch(conn):
            pass
    intake_jobs.relearn()
    actor = system_actor("示范")
    while listeners.run(actor):
        pass
    with scope(actor):
        pass
