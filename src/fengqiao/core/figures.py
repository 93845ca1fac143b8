"""数据: figures and the lists behind them.

A figure is one SELECT over events' facts (never over tables that change) that gives **one row for each thing counted**;
the number is what those rows add up to, so a figure and its evidence cannot disagree. Every app declares its own in
`figures.py`; `config/wiring.py` imports them.

The SELECT's columns: grp, id (of the thing), number, about (its matter), at, part, event (the fact that decides), and
value and the columns named in `by` and `shown` where it has them. It may use `parameters`, the relation `scope (org, grp)`
and what its `given` makes. Figures that share their `given` are asked in one statement, which reads the facts once for all.

No figure ranks stations or people, and what drives the wrong work is refused by name (S16).
"""

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from statistics import median
from typing import Any

from django.db import connection

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import Forbidden, NotThere
from fengqiao.core.models import Organisation
from fengqiao.core.rules import periods
from fengqiao.core.rules.periods import SHANGHAI, Period
from fengqiao.core.rules.vocabularies import vocabulary

READS = POLICE | {Role.SYSTEM}
SCOPE = "scope AS (SELECT * FROM unnest(%(orgs)s::int[], %(groups)s::int[]) AS s (org, grp))"
MEASURES = ("count", "share", "median")

# S16: what a figure may not count. The right column says why, in the words a page answers with.
REFUSED: dict[str, str] = {
    r"排名|排行|名次|位次|rank|league|leader.?board": "不对单位或个人排名：口径不同，排名只会催生假数。",
    r"人均|每名民警|每民警|个人.*数|per_officer|per_person|积分|score|points": "不按人计数，不计分。",
    r"抓获|逮捕|拘留|处罚数|打处|刑拘|arrest|penalt|detention": "抓获、处罚数不作为指标。",
    r"罚没|罚款|没收|fine_|fines": "罚没金额不作为指标。",
    r"(发现|排查|录入|上报).*(任务|指标|定额|下限)|任务完成率|quota|target_": "纠纷发现、信息录入不下达数量指标。",
    r"走访(数|量|户|率|任务)|入户(数|率|量)|覆盖率|visits?_(count|quota|rate)": "走访、入户不下达数量指标。",
    r"登录|在线率|上线率|活跃|在线时长|login|online_": "登录、在线不作为指标。",
    r"安装(数|量|率)|注册量|下载量|关注量|install|download": "安装、注册、下载不作为指标。",
    r"信访(量|数|率)|上访|零信访|petition": "信访量不作为指标。",
    r"摄像|探头|监控(数|路)|camera|video_": "摄像头数不作为指标。",
}
# What a figure may be broken down by. Nothing people are (WZ-37), nobody who works (S16).
BY = {"kind": "纠纷类别", "grid": "村（社区）", "tier": "化解层级", "part": "分项", "org": "单位"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `formula` and `cohort` are printed beneath it wherever it stands."""

    key: str
    name: str  # also the word of a form's marked cell
    unit: str
    formula: str
    cohort: str
    select: str  # see the module's first lines
    address: str  # of the page of one counted thing, e.g. "/disputes/{id}/"
    given: str = ""  # relations (name AS (…), …) the SELECT reads, the same text for all figures that share them
    measure: str = "count"
    parts: Callable[[], Mapping[str, str]] = dict  # code → word, in the order they are read
    hits: frozenset[str] = frozenset()  # parts that make the numerator of a share
    by: tuple[str, ...] = ()  # further columns it may be broken down by, keys of BY
    words: Mapping[str, str] = field(default_factory=dict)  # what a form's marked cells call its parts: word → part
    shown: Mapping[str, str] = field(default_factory=dict)  # further columns of its list: column → heading
    since: str = ""  # version of the product it was declared in

    @property
    def columns(self) -> tuple[str, ...]:
        """What a row tells beyond the common columns: those it may be broken down by, those its list shows."""
        return tuple(dict.fromkeys((*self.by, *self.shown)))

    @property
    def statement(self) -> str:
        """The whole SELECT, with what it reads."""
        return _with(self.given) + self.select

    @property
    def parts_words(self) -> Mapping[str, str]:
        """The parts' words, by code."""
        return self.parts()


@dataclass(frozen=True, slots=True)
class Value:
    """What a figure came to: how many in each part, exactly."""

    measure: str
    counts: Mapping[str, int] = field(default_factory=dict)
    hits: int = 0
    medians: Mapping[str, float | None] = field(default_factory=dict)  # by part; "" over all

    @property
    def total(self) -> int:
        """All that were counted: the denominator of a share. It never shrinks: every part is in it."""
        return sum(self.counts.values())

    @property
    def share(self) -> Fraction | None:
        return periods.share(self.hits, self.total)

    def at_least(self, percent: Fraction | int) -> bool:
        """Does the share reach so many per cent? See periods.at_least."""
        return periods.at_least(self.share, percent)

    def number(self, part: str = "") -> int | float | None:
        """The plain number: a count (of one part), or a median."""
        if self.measure == "median":
            return self.medians.get(part)
        return self.counts.get(part, 0) if part else self.hits if self.measure == "share" else self.total

    def words(self, part: str = "") -> str:
        """As it is read: 384, 58.7%, 3.5, or — for nothing to divide by."""
        if self.measure == "share" and not part:
            return periods.as_percent(self.share)
        found = self.number(part)
        if found is None:
            return "—"
        return f"{found:,.1f}" if isinstance(found, float) else f"{found:,}"

    def __add__(self, other: "Value") -> "Value":
        """Counts of two groups together. Medians do not add: they are asked for again."""
        codes = {**self.counts, **other.counts}
        counts = {c: self.counts.get(c, 0) + other.counts.get(c, 0) for c in codes}
        return Value(self.measure, counts, self.hits + other.hits)


@dataclass(frozen=True, slots=True)
class Row:
    """One counted thing: what it is, in which part, and the fact that decides it."""

    id: uuid.UUID
    number: str
    about: uuid.UUID
    at: datetime
    part: str
    event: uuid.UUID
    group: int
    value: float | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # the columns named in the figure's `by` and `shown`

    @property
    def line(self) -> str:
        """As a snapshot keeps it: facts only, with what a breakdown tells it apart by (kind=D02,grid=17,org=5)."""
        told = [f"{key}={self.more[key]}" for key in ("kind", "grid", "tier") if self.more.get(key)] + ([f"org={self.group}"] if self.group else [])
        return f"{self.id}|{self.number}|{self.part}|{'' if self.value is None else format(self.value, '.6g')}|{self.event}|{','.join(told)}"


_registry: dict[str, Figure] = {}


def declare(figure: Figure) -> Figure:
    """Add a figure to the registry. ValueError for what is refused by name (S16), said twice, or not whole."""
    if reason := refused(f"{figure.key} {figure.name}"):
        raise ValueError(f"{figure.key}: {reason}")
    if figure.key in _registry and _registry[figure.key] != figure:
        raise ValueError(f"{figure.key} is declared twice")
    if any(one.name == figure.name and one.key != figure.key for one in _registry.values()):
        raise ValueError(f"{figure.name} names two figures")
    whole = figure.formula and figure.cohort and figure.unit and figure.measure in MEASURES
    if not whole or not set(figure.by) <= set(BY) or not figure.hits <= set(figure.parts_words):
        raise ValueError(f"{figure.key}: formula, cohort, unit, measure, parts and breakdowns must be told")
    _registry[figure.key] = figure
    return figure


def refused(words: str) -> str:
    """Why a figure of this name is not made (S16); empty when it may be."""
    return next((why for pattern, why in REFUSED.items() if re.search(pattern, words, re.I)), "")


def figures() -> tuple[Figure, ...]:
    """All figures, in the order they were declared."""
    return tuple(_registry.values())


def figure(key: str) -> Figure:
    """The figure of this key. NotThere when there is none."""
    if key not in _registry:
        raise NotThere("没有这个数据项。")
    return _registry[key]


def may_read(actor: Actor) -> None:
    """Every police post reads its organisations' figures; nobody else's."""
    if actor.roles.isdisjoint(READS):
        raise Forbidden("数据由公安机关各岗位查看。")


def within(actor: Actor, org_id: int | None = None) -> list[int]:
    """The organisation and those below it, as far as the actor sees them; default all the actor sees. NotThere otherwise."""
    if org_id is None:
        return list(actor.orgs)
    if org_id not in actor.orgs:
        raise NotThere
    below = Organisation.objects.filter(lineage__contains=[org_id]).values_list("id", flat=True)
    return sorted(set(below) & set(actor.orgs))


def compute(actor: Actor, one: Figure, period: Period, org_ids: Sequence[int]) -> Value:
    """The figure of these organisations taken together, in one SELECT."""
    return compute_groups(actor, one, period, {org: 0 for org in org_ids}).get(0, Value(one.measure))


def compute_each(actor: Actor, wanted: Sequence[Figure], period: Period, org_ids: Sequence[int]) -> dict[str, Value]:
    """Several figures of these organisations taken together, by key: one statement for those that read the same."""
    found: dict[str, dict[str, Any]] = {}
    for (key, _, _, part), n in _asked(actor, wanted, period, [(org, 0) for org in org_ids], "").items():
        found.setdefault(key, {})[part] = n
    return {one.key: _value(one, found.get(one.key, {})) for one in wanted}


def compute_groups(actor: Actor, one: Figure, period: Period, groups: Mapping[int, int]) -> dict[int, Value]:
    """The figure of several groups of organisations (organisation → group) in one SELECT; a group without rows is left out.

    Groups stand in the caller's order, never in the numbers': stations are not ranked.
    """
    return {group: value for (group, _), value in _sorted_out(actor, one, period, groups, "").items()}


def split(actor: Actor, one: Figure, period: Period, groups: Mapping[int, int], by: str) -> dict[tuple[int, str], Value]:
    """Broken down by one of its columns as well: (group, code) → value. One SELECT."""
    if by not in one.by:
        raise NotThere("该数据项不能这样分类。")
    return _sorted_out(actor, one, period, groups, by)


def _sorted_out(actor: Actor, one: Figure, period: Period, groups: Mapping[int, int], by: str) -> dict[tuple[int, str], Value]:
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for (_, group, code, part), n in _asked(actor, [one], period, list(groups.items()), by).items():
        found.setdefault((group, code), {})[part] = n
    return {key: _value(one, counted) for key, counted in found.items()}


def evidence(
    actor: Actor,
    one: Figure,
    period: Period,
    groups: Mapping[int, int] | Sequence[int],
    part: str = "",
    *,
    most: int | None = None,
    **only: str,
) -> list[Row]:
    """The rows behind a figure (or one of its parts), oldest first: as many as the number says.

    groups  organisations, or organisation → group
    only    column of `by` → codes to narrow to, with commas between
    most    the first so many
    """
    where = ["true"]
    more: dict[str, Any] = {}
    if part:
        where.append("part = %(part)s")
        more["part"] = part
    for column, code in only.items():
        if column not in one.by:
            raise NotThere("该数据项不能这样筛选。")
        where.append(f"coalesce({column}::text, '') = ANY(%(only_{column})s)")
        more[f"only_{column}"] = code.split(",")
    pairs = list(groups.items()) if isinstance(groups, Mapping) else [(org, 0) for org in groups]
    return _listed(actor, [one], period, pairs, where, more | ({"most": most} if most is not None else {}))[one.key]


def evidence_each(actor: Actor, wanted: Sequence[Figure], period: Period, pairs: Sequence[tuple[int, int]]) -> dict[str, list[Row]]:
    """The rows behind several figures, by key, each oldest first: one statement for those that read the same facts.

    pairs  (organisation, group); an organisation may stand in several groups, and each group is counted by itself
    """
    found: dict[str, list[Row]] = {}
    for alike in _alike(wanted):
        found |= _listed(actor, alike, period, pairs, ["true"], {})
    return found


# The types of columns some figures have beside the common ones; NULL stands for them in the others of a statement.
_TYPES = {"holder": "int4"}


def _listed(
    actor: Actor, wanted: Sequence[Figure], period: Period, pairs: Sequence[tuple[int, int]], where: Sequence[str], more: Mapping[str, Any]
) -> dict[str, list[Row]]:
    """Rows of figures that read the same facts, by key."""
    names = [name for name in dict.fromkeys(name for one in wanted for name in one.columns) if name != "value"]

    def listed(n: int, one: Figure) -> str:
        value = "value" if one.measure == "median" or "value" in one.shown else "NULL"
        columns = [f"{name if name in one.columns else 'NULL'}::{_TYPES.get(name, 'text')} AS {name}" for name in names]
        # an instant as seconds: Django reads a timestamp at a hundredth of a number's speed
        head = ["id", "number", "about", "extract(epoch FROM at)::float8 AS at", "part", "event", "grp", f"{value}::float8 AS value", *columns]
        return f"SELECT {n} AS figure, {', '.join(head)} FROM ({one.select}) counted WHERE {' AND '.join(where)}"

    sql = " UNION ALL ".join(listed(n, one) for n, one in enumerate(wanted))
    sql = f"{_with(wanted[0].given)}{sql} ORDER BY figure, at, number, id{' LIMIT %(most)s' if 'most' in more else ''}"
    read: list[list[Row]] = [[] for _ in wanted]
    median = [one.measure == "median" for one in wanted]
    columns = [[(name, None if name == "value" else names.index(name)) for name in one.columns] for one in wanted]
    for n, ident, number, about, at, part, event, group, value, *rest in _run(actor, sql, period, pairs, more):
        told = {name: value if place is None else rest[place] for name, place in columns[n]}
        seen = datetime.fromtimestamp(at, SHANGHAI)
        read[n].append(Row(ident, number, about, seen, part, event, group, value if median[n] else None, told))
    return {one.key: rows for one, rows in zip(wanted, read, strict=True)}


def _asked(
    actor: Actor, wanted: Sequence[Figure], period: Period, pairs: Sequence[tuple[int, int]], by: str
) -> dict[tuple[str, int, str, str], Any]:
    """(figure, group, code of `by`, part) → count, or (count, median); for medians part "" is over all parts."""
    code = f"coalesce({by}::text, '')" if by else "''::text"

    def counted(n: int, one: Figure) -> str:
        if one.measure != "median":
            return f"SELECT {n} AS figure, grp, {code}, part, count(*), NULL::float8 FROM ({one.select}) counted GROUP BY 2, 3, 4"
        middle = "percentile_cont(0.5) WITHIN GROUP (ORDER BY value)"
        return (
            f"SELECT {n} AS figure, grp, {code}, coalesce(part, ''), count(*), {middle} FROM ({one.select}) counted"
            " GROUP BY GROUPING SETS ((2, 3), (2, 3, part))"
        )

    found: dict[tuple[str, int, str, str], Any] = {}
    for alike in _alike(wanted):
        sql = _with(alike[0].given) + " UNION ALL ".join(counted(n, one) for n, one in enumerate(alike))
        for n, group, told, part, count, middle in _run(actor, sql, period, pairs, {}):
            found[alike[n].key, group, told, part] = (count, middle) if alike[n].measure == "median" else count
    return found


def _alike(wanted: Sequence[Figure]) -> list[list[Figure]]:
    """The figures by what they read."""
    found: dict[str, list[Figure]] = {}
    for one in wanted:
        found.setdefault(one.given, []).append(one)
    return list(found.values())


def _with(given: str) -> str:
    return f"WITH {SCOPE}{', ' if given else ''}{given} "


def count(one: Figure, rows: Iterable[Row]) -> Value:
    """What these rows of a figure add up to: the same as `compute` of all its rows."""
    rows = list(rows)
    if one.measure == "median":
        found: dict[str, list[float]] = {}
        for row in rows:
            for part in ("", row.part):
                found.setdefault(part, []).append(row.value or 0.0)
        return _value(one, {part: (len(values), median(values)) for part, values in found.items()})
    return _value(one, Counter(row.part for row in rows))


def _value(one: Figure, counted: Mapping[str, Any]) -> Value:
    order = [*one.parts_words, *(part for part in counted if part not in one.parts_words)]
    if one.measure == "median":
        counts = {part: counted[part][0] for part in order if part and part in counted}
        return Value(one.measure, counts, 0, {part: middle for part, (_, middle) in counted.items()})
    counts = {part: counted[part] for part in order if part in counted}
    return Value(one.measure, counts, sum(n for part, n in counts.items() if part in one.hits))


def parameters(period: Period, pairs: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """What a figure's SELECT may use."""
    return {
        "orgs": [org for org, _ in pairs], "groups": [group for _, group in pairs], "start": period.start, "end": period.end,
        "as_of": period.as_of,
    }  # fmt: skip


def _run(actor: Actor, sql: str, period: Period, pairs: Sequence[tuple[int, int]], more: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    may_read(actor)
    if not {org for org, _ in pairs} <= set(actor.orgs):
        raise NotThere
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(period, pairs) | dict(more))
        return list(cursor.fetchall())


def digest(lines: Iterable[str]) -> str:
    """SHA-256 over the lines of the rows behind a figure, in an order of its own: the same rows always give the same."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of the rows behind a figure since it was frozen."""

    added: list[str]
    removed: list[str]
    changed: list[tuple[str, str]]  # as it was, as it is

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare(then: Iterable[str], now: Iterable[str]) -> Difference:
    """Lines of two snapshots of one figure: what came, what went, what changed its part, value or deciding fact."""
    old, new = ({line.split("|", 1)[0]: line for line in lines} for lines in (then, now))
    return Difference(
        added=[new[key] for key in new if key not in old],
        removed=[old[key] for key in old if key not in new],
        changed=[(old[key], new[key]) for key in old if key in new and old[key] != new[key]],
    )


def named(table: str) -> Callable[[], Mapping[str, str]]:
    """The words of a vocabulary as a figure's parts."""
    return lambda: {code: line.name for code, line in vocabulary(table).items()}
