"""The start page: what must I do now, whom do I wait for, what falls due today. Over-time first.

Every item is a line with the address behind it. What a colleague must do stays with the colleague: whoever answers for
the whole station (leader, command room, county centre) sees all of its clocks, everybody else their own.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fengqiao.core import clock, deadlines
from fengqiao.core.actor import Actor, Role
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.desk.queries.frame import counts
from fengqiao.desk.shifts import queries as shifts
from fengqiao.desk.shifts.draft import NIGHT
from fengqiao.disputes import queries as disputes
from fengqiao.disputes.queries import feedback, levels, mediation
from fengqiao.intake import queries as intake
from fengqiao.intake.queries import lookup
from fengqiao.intake.rules import STATES
from fengqiao.promises import queries as promises
from fengqiao.tasks import queries as tasks

ANSWERS_FOR_ALL = (Role.LEADER, Role.DESK, Role.CENTRE)
SHOWN = 10  # lines of a section; the rest is one click away
MINE = 200
SOON = timedelta(days=3)  # what has longer stands behind what was given to me today and has no clock
HORIZON = timedelta(days=30)  # a clock that ends later is no news today
SETTLED = STATES["settled"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what, where it stands, until when, who."""

    text: str
    url: str
    number: str = ""
    note: str = ""
    due_at: datetime | None = None
    who: str = ""
    act: str = ""
    first: bool = False  # stands on top, before what is over time (station-day 6)

    @property
    def words(self) -> list[str]:
        """The line below: number, where it stands, who; what is empty is left out."""
        return [word for word in (self.number, self.note, self.who) if word]

    @property
    def late(self) -> bool:
        return self.due_at is not None and self.due_at < clock.now()


@dataclass(slots=True)
class Section:
    """Lines of one question, with how many there are in all and where the rest is."""

    items: list[Item] = field(default_factory=list)
    total: int = 0
    url: str = ""
    most: int = SHOWN

    @property
    def late(self) -> int:
        return sum(item.late for item in self.items)

    @property
    def shown(self) -> list[Item]:
        return self.items[: self.most]

    @property
    def more(self) -> int:
        return max(0, self.total - self.most)


@dataclass(slots=True)
class Today:
    """The three questions and the day's reports by channel as (word, number, channel code)."""

    todo: Section
    waiting: Section
    due: Section
    sources: list[tuple[str, int, str]]
    delay: str = ""  # 采集迟延 of today in words, for who answers for all (NP-32)

    @property
    def reports(self) -> int:
        return sum(n for _, n, _ in self.sources)


def day_bounds() -> tuple[datetime, datetime]:
    """Begin and end of today in Asia/Shanghai."""
    begin = clock.day_start(clock.today())
    return begin, begin + timedelta(days=1)


def today(actor: Actor, *, whole: bool = False) -> Today:
    """Everything a police post, mediator or partner must see at once. Some ten queries, whatever the numbers.

    whole  every line of 要我办, not only the first ten
    """
    begin, end = day_bounds()
    running = deadlines.running(actor, end + HORIZON)
    mine = intake.mine(actor, size=MINE)
    handed, given = promises.mine(actor), tasks.mine(actor)
    names = lookup.labels(actor, {one.about for one in running})
    return Today(
        todo=_sorted(
            _signs(actor) + _approvals(actor) + _shift(actor) + _sittings(actor, begin, end) + _desk(actor) + _unpasted(actor) + _inbox(handed) + _tasks(given)
            + _matters(mine, running, _disputes(actor)), "/?all=1#todo", most=MINE if whole else SHOWN,
        ),
        waiting=_sorted([_waited(one) for one in promises.waiting_for_others(actor)] + _given(actor) + _asked(actor), "/promises/?box=waiting"),
        due=_sorted(_due(actor, running, names, begin, end) + _due_elsewhere(handed, given, begin, end), ""),
        sources=_sources(actor, begin, end) if actor.is_police else [],
        delay=_delay(actor, begin, end) if actor.has(*ANSWERS_FOR_ALL) else "",
    )


def captures(actor: Actor) -> list[intake.Row]:
    """What a grid worker or volunteer handed in, newest first (station-day 16)."""
    return intake.found(actor, intake.Filter(), size=SHOWN).rows


def tasks_of(actor: Actor) -> Section:
    """What a grid worker or volunteer was asked to do: their own tasks only."""
    return _sorted(_tasks(tasks.mine(actor)), "/tasks/")


def _disputes(actor: Actor) -> dict[uuid.UUID, disputes.Row]:
    """Live disputes the actor owns, by their matter: the matter's line then leads to the dispute."""
    found = disputes.found(actor, disputes.Filter(state="live", owner="me"), size=MINE)
    return {row.matter_id: row for row in found.rows}


def _matters(
    rows: Iterable[intake.Row], running: Iterable[deadlines.Clock], live: dict[uuid.UUID, disputes.Row]
) -> list[Item]:
    soonest: dict[uuid.UUID, deadlines.Clock] = {}
    for one in running:  # soonest first
        if one.paused_since is None:
            soonest.setdefault(one.about, one)
    items = []
    for row in reversed(list(rows)):  # of those without a clock the newest first: it was given to the owner just now
        ticking = soonest.get(row.id)
        if row.state == SETTLED and ticking is None:
            continue  # settled, and nothing asked for today
        happened = f"发生 {row.occurrences} 次" if row.occurrences > 1 else ""
        dispute = live.get(row.id)
        state = f"纠纷 · {dispute.state}" if dispute else row.state
        items.append(
            Item(
                row.title or row.number, f"/disputes/{dispute.id}/" if dispute else f"/matters/{row.id}/",
                dispute.number if dispute else row.number, " · ".join(filter(None, [state, row.place, row.parties, happened])),
                ticking.due_at if ticking else None, act=ticking.step_words if ticking else "",
            )
        )  # fmt: skip
    return items


def _shift(actor: Actor) -> list[Item]:
    """What waits for a signature: a handover for the next shift or the leader, the night's quarrels by ten o'clock."""
    words = {"given": ("交接班待接班签字", "接班"), "taken": ("交接班待审签", "审签")}
    papers = [
        Item(words[one.state][0], f"/shifts/{one.id}/", note=f"{one.title} · {one.org}", act=words[one.state][1], first=True)
        for one in shifts.waiting_for(actor)
    ]
    nights = [
        Item(
            f"夜间事项待签收 {one.title or one.number}", f"/shifts/{one.shift_id}/#night", one.number,
            "逾时未签，已转带班领导" if one.raised_at else "夜班移交", one.due_at, act="签收", first=True,
        )
        for one in shifts.night_waiting(actor)
    ]  # fmt: skip
    return papers + nights


def _sittings(actor: Actor, begin: datetime, end: datetime) -> list[Item]:
    """Sessions the actor mediates: those of today and tomorrow, and earlier ones nobody has written down yet."""
    if not (actor.is_police or actor.has(Role.MEDIATOR)):
        return []
    return [
        Item(f"{one.kind_word}：{one.title or one.number}", f"/disputes/mediation/sessions/{one.id}/", one.number, one.room, one.starts_at, act="登记调解")
        for one in mediation.coming(actor, begin - HORIZON, end + timedelta(days=1))
    ]


def _inbox(handed: Iterable[promises.Shown]) -> list[Item]:
    """Hand-overs whose ball lies here and that this post may move."""
    return [
        Item(
            f"{one.kind_word} {one.about_number}", f"/promises/{one.id}/", one.number,
            f"{one.org} · {one.state_word}", one.due_at, act="签收" if "sign" in one.moves else "",
        )
        for one in handed
        if one.moves
    ]  # fmt: skip


def _tasks(given: Iterable[tasks.Shown]) -> list[Item]:
    return [_task(one, f"{one.kind_word} · {one.state_word}") for one in given]


def _given(actor: Actor) -> list[Item]:
    """Orders of ours that somebody else has to finish: the leader's and the desk's to watch."""
    if not actor.has(*ANSWERS_FOR_ALL):
        return []
    given = tasks.listed(actor, "given").rows
    return [
        _task(one, f"{one.owner or one.to_org} · {'已签收' if one.signed_at else '未签收'}")
        for one in given
        if one.owner_id != actor.account_id
    ]


def _task(one: tasks.Shown, note: str) -> Item:
    act = "" if one.signed_at else "签收"
    return Item(one.title, f"/tasks/{one.id}/", one.number, note, one.due_at, act=act)


def _unpasted(actor: Actor) -> list[Item]:
    """What was not pasted into the other systems yet, as one line: the whole station's for its leader and command room."""
    if not actor.has(Role.OFFICER, *ANSWERS_FOR_ALL) or actor.has(Role.CENTRE):
        return []
    everybodys = actor.has(*ANSWERS_FOR_ALL)
    left = len(feedback.waiting(actor, mine=not everybodys))
    return [Item(f"未回填 {left} 件", "/disputes/feedback/" + ("" if everybodys else "?owner=me"), note="110、警综等系统的反馈")] if left else []


def _signs(actor: Actor) -> list[Item]:
    """Violation signs not answered yet, on top of the list: the owner's, and all of them for whoever answers for all."""
    if not actor.is_police:
        return []
    waiting = levels.signs_waiting(actor, everybodys=actor.has(*ANSWERS_FOR_ALL))
    return [
        Item(
            f"违法迹象{'未处理' if one.open else '待确认'}：{'、'.join(one.open or one.hinted)}", f"/disputes/{one.dispute_id}/#signs", one.number,
            one.title, who=one.owner if actor.has(*ANSWERS_FOR_ALL) else "", act="处理" if one.open else "确认", first=bool(one.open),
        )
        for one in waiting
    ]  # fmt: skip


def _approvals(actor: Actor) -> list[Item]:
    """What waits for this post's signature, and calls of the night to be signed by the morning."""
    if not actor.is_police:
        return []
    calls = [
        Item(one.text or one.kind_word, f"/approvals/{one.id}/", note="电话审批待补签", due_at=one.sign_due, act="补签")
        for one in approvals.to_sign(actor)
    ]
    return calls + [
        Item(one.text or one.kind_word, f"/approvals/{one.id}/", note=f"{one.kind_word} · {one.asked_by}提请", act="审批")
        for one in approvals.waiting_for(actor)
    ]


def _asked(actor: Actor) -> list[Item]:
    """What this post asked to be signed and still waits for."""
    if not actor.is_police:
        return []
    return [Item(text, url or f"/approvals/{ident}/", note=f"待审批 · {kind}") for ident, text, url, kind in approvals.still_waiting(actor)]


def _desk(actor: Actor) -> list[Item]:
    """What waits for whoever sorts: not yet sorted, and pairs that may be the same quarrel."""
    if not actor.has(*ANSWERS_FOR_ALL, Role.OFFICER):
        return []
    open_now = counts(actor)
    lines = [
        (open_now.waiting, "待分流事项", "/waiting/", "定类别、定责任人"),
        (open_now.pairs, "疑似同一事项待核对", "/waiting/", "并排比较后归并"),
    ]
    return [
        Item(f"{word} {number if number < 100 else '99+'} 件", url, note=note) for number, word, url, note in lines if number
    ]


def _waited(one: promises.Shown) -> Item:
    return Item(
        f"{one.kind_word} {one.about_number}", f"/promises/{one.id}/", one.number,
        f"{one.holder or one.to_org} · {one.state_word} · 已等 {one.waited_words}", one.due_at,
    )  # fmt: skip


def _due(
    actor: Actor, running: Iterable[deadlines.Clock], names: dict[uuid.UUID, lookup.Label], begin: datetime, end: datetime
) -> list[Item]:
    """Clocks that end today or ended before, one line for each matter and step. One's own late ones stand under 要我办."""
    everybody = actor.has(*ANSWERS_FOR_ALL)
    items: dict[tuple[uuid.UUID, str], Item] = {}
    for one in running:
        label = names.get(one.about)
        if one.due_at > end or one.paused_since or label is None or one.rule == NIGHT:
            continue  # the night's quarrels stand under 要我办 of whom they wait for
        if not everybody and label.owner_id not in (None, actor.account_id):
            continue
        if one.due_at < begin and label.owner_id == actor.account_id:
            continue
        items.setdefault(
            (one.about, one.rule),
            Item(label.title or label.number, _address(one), label.number, one.step_words, one.due_at, label.owner),
        )
    return list(items.values())


def _address(one: deadlines.Clock) -> str:
    """Where the record stands that a clock runs on."""
    kind, ident = one.subject
    return {"dispute": f"/disputes/{ident}/", "promise": f"/promises/{ident}/"}.get(kind, f"/matters/{one.about}/")


def _due_elsewhere(handed: Iterable[promises.Shown], given: Iterable[tasks.Shown], begin: datetime, end: datetime) -> list[Item]:
    """Hand-overs and tasks that end today, on whichever side the ball lies."""
    return [
        Item(f"{one.kind_word} {one.about_number}", f"/promises/{one.id}/", one.number, one.state_word, one.due_at)
        for one in handed
        if one.moves and begin <= one.due_at <= end
    ] + [_task(one, one.kind_word) for one in given if begin <= one.due_at <= end]


def _sorted(items: list[Item], url: str, most: int = SHOWN) -> Section:
    """Over-time first, then what is due soon, then what has no clock, in the order given, and last what has still some days."""
    now = clock.now()

    def place(one: Item) -> tuple[bool, int, datetime]:
        when = 1 if one.due_at is None else 0 if one.due_at < now + SOON else 2
        return not one.first, when, one.due_at or now

    items = sorted(items, key=place)
    return Section(items, len(items), url, most)


def _delay(actor: Actor, begin: datetime, end: datetime) -> str:
    found = intake.capture_delay(actor, begin, end)
    if found.median is None:
        return ""
    median = f"{found.median:.0f} 秒" if found.median < 60 else f"{found.median / 60:.0f} 分钟" if found.median < 5400 else f"{found.median / 3600:.1f} 小时"
    late = f"，{found.over_a_minute} 件超过 1 分钟" if found.over_a_minute else ""
    return f"采集迟延中位 {median}{late}"


def _sources(actor: Actor, begin: datetime, end: datetime) -> list[tuple[str, int, str]]:
    words = vocabulary("channels")
    found = intake.counts_by_source(actor, begin, end)
    return [
        (words[code].name if code in words else code, n, code)
        for code, n in sorted(found.items(), key=lambda x: -x[1])
    ]
