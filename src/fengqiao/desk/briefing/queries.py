"""What the morning's page shows. Every line leads to its record; names of parties are masked."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fengqiao.core import clock, deadlines, settings_tree
from fengqiao.core.actor import Actor
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.desk.briefing import rules
from fengqiao.desk.queries.today import Item, Section
from fengqiao.desk.shifts import policies as shift_policies
from fengqiao.desk.shifts import queries as shifts
from fengqiao.desk.shifts.draft import NIGHT
from fengqiao.disputes.queries import levels, morning
from fengqiao.intake import queries as intake
from fengqiao.intake.queries.lists import kind_name
from fengqiao.promises import queries as promises
from fengqiao.tasks import queries as tasks

DAY = timedelta(hours=24)
LONGEST = timedelta(days=365)  # a clock longer over time than that came with an old register


@dataclass(slots=True)
class Briefing:
    """The morning: the last 24 hours and today."""

    since: datetime
    until: datetime
    kinds: list[tuple[str, str, int]]  # code, word, reports
    channels: list[tuple[str, str, int]]
    high: list[morning.High] = field(default_factory=list)
    signs: list[Item] = field(default_factory=list)
    again: list[intake.Handled] = field(default_factory=list)
    late: Section = field(default_factory=Section)
    due: Section = field(default_factory=Section)
    orders: list[tasks.Shown] = field(default_factory=list)
    calls: list[approvals.Shown] = field(default_factory=list)

    @property
    def reports(self) -> int:
        return sum(n for _, _, n in self.kinds)

    @property
    def since_day(self) -> str:
        return f"{self.since:%Y-%m-%d}"

    @property
    def warning(self) -> str:
        """The level the number of what is over time is shown with."""
        return "orange" if self.late.total else ""

    @property
    def quarrels(self) -> int:
        return sum(n for code, _, n in self.kinds if code.startswith("D"))


def may_read(actor: Actor) -> None:
    """The morning's page is the police's own."""
    shift_policies.may_read(actor)


def briefing(actor: Actor) -> Briefing:
    """Everything for this morning, of the actor's organisations."""
    may_read(actor)
    until = clock.now()
    since = until - DAY
    begin = clock.day_start(clock.today())
    channels, words = intake.counts_by_source(actor, since, until), vocabulary("channels")
    late, due = _times(actor, until, begin + DAY)
    return Briefing(
        since=clock.local(since),
        until=clock.local(until),
        kinds=[(code, kind_name(code) if code else "待分流", n) for code, n in intake.counts_by_kind(actor, since, until).items()],
        channels=[(code, words[code].name if code in words else code, n) for code, n in sorted(channels.items(), key=lambda x: -x[1])],
        high=morning.high(actor),
        signs=[
            Item("、".join(one.open), f"/disputes/{one.dispute_id}/", one.number, "填案件编号，或写明不予受案并由所领导审签", None, one.owner)
            for one in levels.signs_waiting(actor, everybodys=True)
            if one.open
        ],
        again=intake.happened_again(actor, since, until),
        late=_section(late, newest=True),  # what ran over time since yesterday comes first
        due=_section(due),
        orders=tasks.ordered(actor, begin, begin + DAY),
        calls=approvals.to_sign(actor),
    )


def _section(items: list[Item], *, newest: bool = False) -> Section:
    items.sort(key=lambda one: one.due_at or clock.now(), reverse=newest)
    return Section(items, len(items))


def _times(actor: Actor, now: datetime, tonight: datetime) -> tuple[list[Item], list[Item]]:
    """What is over time now, and what falls due before the day is over: hand-overs, tasks, clocks, the night's quarrels."""
    found = [
        Item(f"{one.kind_word} {one.about_number}", f"/promises/{one.id}/", one.number, f"{one.holder or one.to_org} · {one.state_word}", one.due_at)
        for one in {one.id: one for one in promises.mine(actor) + promises.waiting_for_others(actor)}.values()
    ]  # fmt: skip
    found += [
        Item(one.title, f"/tasks/{one.id}/", one.number, f"{one.kind_word} · {one.state_word}", one.due_at, one.owner or one.to_org)
        for one in tasks.of_org(actor)
    ]
    found += [
        Item(f"夜间事项待签收 {one.title or one.number}", f"/shifts/{one.shift_id}/#night", one.number, one.word, one.due_at, one.to)
        for one in shifts.night_unsigned(actor)
    ]
    found += [
        Item(one.text, f"/disputes/{one.dispute_id}/", one.number, "", one.at, one.owner)
        for one in morning.appointments(actor, now, tonight) + morning.owed(actor, tonight)
    ]
    running = [one for one in deadlines.running(actor, tonight) if one.paused_since is None and one.rule not in (NIGHT,)]
    running = [one for one in running if one.due_at > now - LONGEST and one.subject[0] != "promise"]
    known = intake.briefly(actor, {one.about for one in running})
    for one in running:
        if matter := known.get(one.about):
            url = f"/disputes/{one.subject[1]}/" if one.subject[0] == "dispute" else f"/matters/{one.about}/"
            found.append(Item(matter.title or matter.number, url, matter.number, one.step, one.due_at, matter.owner))
    late = [one for one in found if one.due_at and one.due_at < now]
    return late, [one for one in found if one.due_at and now <= one.due_at < tonight]


def bulletin(actor: Actor, of: Briefing) -> tuple[str, list[str]]:
    """每日警情通报 in the station's own words, and the cells of its template nobody can fill. No names of parties."""
    template = settings_tree.value(actor.station_id, rules.TEMPLATE_KEY)
    template = template if isinstance(template, str) and template.strip() else rules.DEFAULT
    levels = vocabulary("levels")
    sorted_ = sum(n for code, _, n in of.kinds if code)
    words = {
        "单位": shifts.station_name(actor),
        "日期": f"{of.until.year}年{of.until.month}月{of.until.day}日",
        "起": _minute(of.since),
        "止": _minute(of.until),
        "接报数": str(of.reports),
        "纠纷数": str(of.quarrels),
        "警情数": str(sorted_ - of.quarrels),
        "来源": "、".join(f"{word} {n} 件" for _, word, n in of.channels),
        "分类": "、".join(f"{word} {n} 件" for _, word, n in of.kinds),
        "重复": "；".join(f"{one.number}（{one.kind_word}，发生 {one.occurrences} 次）" for one in of.again),
        "红橙": "；".join(f"{one.number}（{levels[one.level].name}，{one.kind}，{one.state}）" for one in of.high),
        "超时数": str(of.late.total),
        "到期数": str(of.due.total),
        "指令": "；".join(f"{one.title}（{one.owner or one.to_org}，{_minute(clock.local(one.due_at))}前）" for one in of.orders),
    }
    return rules.fill(template, words), rules.unknown(template)


def _minute(at: datetime) -> str:
    return f"{at.month}月{at.day}日{at:%H:%M}"
