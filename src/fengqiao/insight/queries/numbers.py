"""What a form's marks come to: each figure's rows are read once for a period, and every cell counts those same rows.

Whatever a form asks of one period is read together: one statement for all figures that read the same facts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from fengqiao.core import clock, figures
from fengqiao.core.actor import Actor
from fengqiao.core.figures import Row
from fengqiao.core.models import Organisation
from fengqiao.core.rules import periods
from fengqiao.core.rules.periods import Period
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes.queries.register import register
from fengqiao.insight.rules.files import Line
from fengqiao.insight.rules.marks import REGISTERS, Known, Mark
from fengqiao.places import queries as places

WHOLE = 0  # the group of all organisations together; each unit's group is its id


@dataclass(frozen=True, slots=True)
class Item:
    """What one repeated row is about: a kind, a community, a unit, or a line of a register."""

    by: str
    code: str
    name: str = ""
    cells: Mapping[str, Any] | None = None


def known(actor: Actor) -> Known:
    """The words a form's marks may use."""
    words: dict[str, tuple[str, str]] = {}
    for one in figures.figures():
        words[one.name] = (one.key, "")
        words |= {f"{one.name}.{word}": (one.key, part) for part, word in one.parts_words.items()}
        words |= {word: (one.key, part) for word, part in one.words.items()}
    codes: dict[str, tuple[str, str]] = {}
    for area_id, name in places.communities().values():
        codes[name] = ("grid", str(area_id))
    for org in Organisation.objects.filter(id__in=actor.orgs).only("id", "name", "short"):
        codes |= {word: ("org", str(org.pk)) for word in (org.short, org.name) if word}
    for code, line in vocabulary("dispute_types").items():
        codes |= {code: ("kind", code), line.name: ("kind", code), line.name.removesuffix("纠纷"): ("kind", code)}
    return Known(words, codes, {one.key: one.by for one in figures.figures()}, figures.REFUSED)


class Numbers:
    """Figures of some organisations for a period, with the rows behind them kept as they were read."""

    def __init__(self, actor: Actor, period: Period, org_id: int, made_by: str = "", at: datetime | None = None) -> None:
        self.actor, self.period, self.made_by = actor, period, made_by
        self.wanted: set[tuple[str, str, bool]] = set()  # will be asked for: figure, shift, each unit by itself
        self.org = Organisation.objects.get(id=org_id)
        self.org_ids = figures.within(actor, org_id)
        self.at = at or clock.now()
        self.read: dict[tuple[str, str, bool], list[Row]] = {}
        self.counted: dict[tuple[str, str, str], dict[str, figures.Value]] = {}

    def shifted(self, shift: str) -> Period:
        """The period a mark means."""
        return {"": lambda: self.period, "before": self.period.before, "year_before": self.period.a_year_before}[shift]()

    def expect(self, marks: Iterable[Mark]) -> None:
        """What a form is going to ask: read together when the first of it is needed."""
        for mark in marks:
            if mark.figure:
                self.wanted.add((mark.figure, "" if mark.change else mark.shift, mark.by == "org"))
            if mark.change:
                self.wanted.add((mark.figure, mark.shift, mark.by == "org"))

    def rows(self, key: str, shift: str = "", grouped: bool = False) -> list[Row]:
        """The rows behind a figure; `grouped`: each unit by itself instead of all together."""
        if (key, shift, grouped) not in self.read:
            self._read(shift, {(key, grouped)} | {(one, each) for one, at, each in self.wanted if at == shift})
        return self.read[key, shift, grouped]

    def _read(self, shift: str, wanted: set[tuple[str, bool]]) -> None:
        """These figures' rows of one period, all together and each unit by itself as they are wanted."""
        keys = {each: [one for one in figures.figures() if (one.key, each) in wanted] for each in (False, True)}
        both = [one for one in keys[False] if one in keys[True]]
        whole = [(org, WHOLE) for org in self.org_ids]
        units = list(self.units_of.items()) if keys[True] else []
        for ones, pairs in ((both, whole + units), (keys[False], whole), (keys[True], units)):
            mine = [one for one in ones if ones is both or one not in both]
            for key, rows in figures.evidence_each(self.actor, mine, self.shifted(shift), pairs).items() if mine else ():
                for each in (False, True):
                    if (key, each) in wanted:
                        self.read[key, shift, each] = [row for row in rows if (row.group != WHOLE) is each]

    @cached_property
    def units_of(self) -> dict[int, int]:
        """Organisation → the station it belongs to; what belongs to none stands for itself."""
        rows = Organisation.objects.filter(id__in=self.org_ids)
        stations = {org.pk for org in rows if org.kind == "station"}
        return {org.pk: next((one for one in reversed(org.lineage) if one in stations), org.pk) for org in rows}

    @cached_property
    def communities(self) -> dict[str, tuple[int, str]]:
        """Grid (as facts tell it) → its community."""
        return {str(grid): found for grid, found in places.communities().items()}

    def told(self, mark: Mark, item: Item | None) -> Line:
        """What a mark comes to."""
        if mark.what == "heading":
            return self._heading(mark.word)
        if mark.what == "register":
            return Line((item.cells or {}).get(mark.word) if item else "")
        if not mark.figure:
            return Line(item.name if item else "")
        by, code = (item.by, item.code) if item and item.code else (mark.by, mark.code)
        now = self._value(mark, "" if mark.change else mark.shift, by, code)
        line = self._change(mark, now, self._value(mark, mark.shift, by, code)) if mark.change else self._line(mark, now)
        return replace(line, by=by, code=code, name=item.name if item else "") if code else line

    def _value(self, mark: Mark, shift: str, by: str, code: str) -> figures.Value:
        key = (mark.figure, shift, by)
        if key not in self.counted:
            one, rows = figures.figure(mark.figure), self.rows(mark.figure, shift, grouped=by == "org")
            sorted_out: dict[str, list[Row]] = {"": rows}
            for row in rows if by else ():
                for told in codes(row, by, self.communities):
                    sorted_out.setdefault(told, []).append(row)
            self.counted[key] = {told: figures.count(one, mine) for told, mine in sorted_out.items()}
        return self.counted[key].get(code) or figures.count(figures.figure(mark.figure), ())

    def _line(self, mark: Mark, value: figures.Value) -> Line:
        if value.measure == "share" and not mark.part:
            share = value.share
            return Line(None if share is None else float(share), True, periods.as_percent(share))
        return Line(value.number(mark.part))

    def _change(self, mark: Mark, now: figures.Value, then: figures.Value) -> Line:
        if now.measure == "share" and not mark.part:
            if now.share is None or then.share is None:
                return Line(None)
            points = now.share - then.share
            return Line(float(points), True, f"{periods.as_percent(points).removesuffix('%')}个百分点")
        grown = periods.change(int(now.number(mark.part) or 0), int(then.number(mark.part) or 0))
        return Line(None if grown is None else float(grown), True, periods.as_percent(grown))

    def _heading(self, word: str) -> Line:
        period, day = self.period, clock.local(self.at)
        if word == "零报告":
            return Line("本期无新增矛盾纠纷，零报告。" if not any(r.part == "new" for r in self.rows("disputes.inflow")) else "")
        found: dict[str, Any] = {
            "单位": self.org.name, "报告期": period.words, "上期": period.before().words, "去年同期": period.a_year_before().words,
            "期初": _day(period.first), "期末": _day(period.last), "报告年": period.first.year, "报告月": period.first.month,
            "填报日期": _day(day), "填报人": self.made_by,
            "统计时点": f"{_day(clock.local(period.as_of))} {clock.local(period.as_of):%H:%M}",
        }  # fmt: skip
        return Line(found[word])

    def repeats(self, source: str) -> list[Item]:
        """The lines a group or register has, in an order of its own: never by the numbers (S16)."""
        if source == "按类别":
            return [Item("kind", code, line.name) for code, line in vocabulary("dispute_types").items() if not line.parent]
        if source == "按社区":
            mine = {found for grid, found in self.communities.items() if grid in self._policed}
            return [Item("grid", str(area), name) for area, name in sorted(mine)]
        if source == "按单位":
            names = dict(Organisation.objects.filter(id__in=set(self.units_of.values()), kind="station").values_list("id", "name"))
            return [Item("org", str(unit), names[unit]) for unit in sorted(names)]
        key, part = REGISTERS[source]
        rows = [row for row in self.rows(key) if not part or row.part == part]
        return [Item("", "", row.number, cells) for row, cells in zip(rows, self._register(rows), strict=True)]

    @cached_property
    def _policed(self) -> set[str]:
        return {str(area) for area in places.areas_of(self.org_ids)}

    def _register(self, rows: list[Row]) -> list[dict[str, Any]]:
        told = register(self.actor, [row.id for row in rows])
        return [
            {
                "序号": n, "编号": row.number, "日期": _day(clock.local(row.at)), "类别": _kind(row),
                "社区": self.communities.get(str(row.more.get("grid") or ""), ("", ""))[1], **told.get(row.id, {}),
            }
            for n, row in enumerate(rows, 1)
        ]  # fmt: skip


def codes(row: Row, by: str, communities: Mapping[str, tuple[int, str]]) -> set[str]:
    """The codes of a breakdown a row counts under: a kind also under its statutory one, a grid under its community."""
    told = str(row.group) if by == "org" else row.part if by == "part" else str(row.more.get(by) or "")
    if by == "grid":
        return {str(communities[told][0])} if told in communities else set()
    return {told, _legal(told)} - {""} if by == "kind" else {told}


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _kind(row: Row) -> str:
    code = row.more.get("kind") or ""
    types = vocabulary("dispute_types")
    return types[code].name if code in types else code


def _legal(code: str) -> str:
    """The statutory kind a kind is counted under."""
    types = vocabulary("dispute_types")
    return types[code].parent or code if code in types else code
