"""Which column of a table means what: guessed, shown, corrected by the user, and remembered for the next file."""

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from fengqiao.intake.tabular import times
from fengqiao.intake.tabular.fields import COUNTERS, FIELDS, HEADINGS, NEVER_NEEDED, forbidden, plain
from fengqiao.intake.tabular.reading import Cell, Row, Sheet

SAMPLE_ROWS = 200
HEADER_WITHIN = 30  # a heading is looked for in this many first rows


class Unmappable(ValueError):
    """A mapping that may not be: `message_zh` says why."""

    def __init__(self, message_zh: str):
        super().__init__(message_zh)
        self.message_zh = message_zh


@dataclass(frozen=True)
class Choice:
    """What one column (from 0) is taken for. `field` is "" where it is not imported; `dropped` says why it must not be.

    `party` tells the columns of 甲方 (0), 乙方 (1) … apart. `confidence` is 0 to 1, `why` explains it in Chinese.
    """

    column: int
    heading: str
    field: str = ""
    confidence: float = 0.0
    why: str = ""
    party: int = 0
    dropped: str = ""


@dataclass(frozen=True)
class Mapping:
    """The meaning of every column of a table; serialisable, and applicable to other files with the same headings."""

    choices: tuple[Choice, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        if [choice.column for choice in self.choices] != list(range(len(self.choices))):
            raise Unmappable("列的对应关系不完整，请重新选择。")
        for choice in self.choices:
            if choice.field and choice.field not in FIELDS:
                raise Unmappable(f"没有“{choice.field}”这个字段。")
            reason = choice.dropped or forbidden(choice.heading)
            if choice.field and reason:
                raise Unmappable(f"“{choice.heading}”列不能导入：{reason}。")
            if choice.field in seen and not FIELDS[choice.field].several:
                raise Unmappable(f"有两列都对应“{FIELDS[choice.field].label}”，请只留一列。")
            if choice.field:
                seen.add(choice.field)

    @property
    def headings(self) -> list[str]:
        return [choice.heading for choice in self.choices]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.headings)

    @property
    def dropped(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.dropped]

    def columns(self, field: str) -> list[int]:
        """The columns that hold `field`, left to right."""
        return [choice.column for choice in self.choices if choice.field == field]

    def corrected(self, changes: dict[int, str]) -> "Mapping":
        """This mapping with other fields for some columns ("" = not imported). Raises Unmappable."""
        taken = {field for field in changes.values() if field and not FIELDS.get(field, FIELDS["text"]).several}
        choices = []
        for choice in self.choices:
            if choice.column in changes:
                choice = replace(choice, field=changes[choice.column], confidence=1.0, why="人工指定")
            elif choice.field in taken:
                choice = replace(choice, field="", confidence=0.0, why="已改用另一列")
            choices.append(choice)
        return Mapping(_with_parties(choices))

    def onto(self, headings: Sequence[str]) -> "Mapping":
        """The same meanings for a table with these headings in any order; unknown headings are not imported."""
        known: dict[str, list[Choice]] = {}
        for choice in self.choices:
            known.setdefault(plain(choice.heading), []).append(choice)
        choices = []
        for column, heading in enumerate(headings):
            same = known.get(plain(heading), [])
            choice = same.pop(0) if same else Choice(column, heading, why="新出现的列", dropped=forbidden(heading) or "")
            choices.append(replace(choice, column=column, heading=heading))
        return Mapping(tuple(choices))

    def to_json(self) -> dict[str, Any]:
        """Plain data for a JSON column."""
        return {"choices": [asdict(choice) for choice in self.choices]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Mapping":
        """A mapping kept with `to_json`. Raises Unmappable for anything else."""
        try:
            return cls(tuple(Choice(**choice) for choice in data["choices"]))
        except (KeyError, TypeError, AttributeError):
            raise Unmappable("列的对应关系读不出来，请重新选择。") from None


@dataclass(frozen=True)
class Header:
    """Where a sheet's headings stand. `line` is the last heading row (0 = the sheet has none), `title` what stood above,
    `words` every word of the heading rows (plain), by which a repeated heading is known."""

    headings: list[str]
    line: int
    title: str = ""
    words: frozenset[str] = frozenset()


def fingerprint(headings: Iterable[str]) -> str:
    """A key for "the same kind of file": equal for the same headings in any order, script, spacing or case."""
    return hashlib.sha256("\n".join(sorted(plain(heading) for heading in headings)).encode()).hexdigest()[:32]


# ── where the headings stand ─────────────────────────────────────────────────────────────────────────────────


def find_header(sheet: Sheet) -> Header:
    """Find the heading row among the first 30 rows; registers have titles above it and headings of two lines.

    A row scores by how many different headings in it are known. Where none is, the first full row of words above
    data is taken; a table that starts with data gets headings 第1列, 第2列 ….
    """
    rows = [(n, row) for n, row in itertools.islice(iter(sheet), HEADER_WITHIN) if any(map(is_filled, row))]
    if not rows:
        return Header([], 0)
    width = max(len(row) for _, row in rows)
    scores = [heading_score(row) for _, row in rows]
    best = max(range(len(rows)), key=lambda i: (scores[i], -i))
    if scores[best] < 1.5 and not (scores[best] >= 1 and width <= 2):
        best = next((i for i, (_, row) in enumerate(rows) if _all_words(row, width)), -1)
        if best < 0:
            return Header([f"第{i + 1}列" for i in range(width)], 0)
    elif best > 0 and scores[best - 1] >= 1.5 and _second_line(rows[best - 1][1], rows[best][1]):
        best -= 1  # the lower of two heading lines knew more words
    title = " ".join(dict.fromkeys(text_of(cell) for _, row in rows[:best] for cell in row if is_filled(cell)))
    line, headings = rows[best][0], [text_of(cell) for cell in rows[best][1]]
    words = {plain(heading) for heading in headings}
    if best + 1 < len(rows) and _second_line(rows[best][1], rows[best + 1][1]):
        line, lower = rows[best + 1][0], [text_of(cell) for cell in rows[best + 1][1]]
        words |= {plain(heading) for heading in lower}
        headings = [_joined(up, low) for up, low in itertools.zip_longest(headings, lower, fillvalue="")]
    headings += [""] * (width - len(headings))
    return Header(headings, line, title, frozenset(words))


def heading_score(row: Row) -> float:
    """How much a row looks like headings: known headings count 1, those that contain one a half; data counts against."""
    words = {plain(cell) for cell in row if isinstance(cell, str) and len(cell) <= 30} - {""}
    score = sum(1.0 if word in HEADINGS or word in COUNTERS or forbidden(word) else 0.5 if _contained(word) else 0.0 for word in words)
    data = sum(1 for cell in row if is_filled(cell) and (not isinstance(cell, str) or len(cell) > 30 or times.is_time(cell)))
    return score - data


def _second_line(upper: Row, lower: Row) -> bool:
    """Whether `lower` continues the headings: some cell above it is spread over two columns or both are merged."""
    ups, lows = [text_of(c) for c in upper], [text_of(c) for c in lower]
    shared = sum(1 for up, low in zip(ups, lows, strict=False) if up and up == low)
    spread = any(up and up == right for up, right in itertools.pairwise(ups))
    return (shared > 0 or spread) and heading_score(lower) >= shared and all(len(low) <= 30 for low in lows)


def _joined(upper: str, lower: str) -> str:
    return upper if not lower or upper == lower else lower if not upper else f"{upper}{lower}"


def _all_words(row: Row, width: int) -> bool:
    filled = [cell for cell in row if is_filled(cell)]
    short = all(isinstance(c, str) and len(c) <= 20 and not re.search(r"\d{3}", c) and not times.is_time(c) for c in filled)
    return len(filled) == width and len(set(filled)) == width and short and width > 1


# ── what the columns mean ────────────────────────────────────────────────────────────────────────────────────


def guess(headings: Sequence[str], sample_rows: Sequence[Row]) -> Mapping:
    """Guess the meaning of every column from its heading and from what stands in it.

    A known heading is believed unless its content denies it; an unknown column is taken for what its content shows
    without doubt (id numbers, mobile phones, times, coordinates, long text). What must not be collected is dropped.
    """
    width = max([len(headings), *(len(row) for row in sample_rows)], default=0)
    headings = [*headings, *[""] * (width - len(headings))]
    values = [[row[i] for row in sample_rows if i < len(row) and is_filled(row[i])] for i in range(width)]
    choices = [Choice(i, headings[i] or f"第{i + 1}列", dropped=forbidden(headings[i], values[i]) or "") for i in range(width)]
    choices = [replace(c, why="不得收集") if c.dropped else c for c in choices]
    offers = [(confidence, -i, field, why)
              for i in range(width) if not choices[i].dropped
              for field, confidence, why in _offers(headings[i], values[i])]  # fmt: skip
    taken: dict[str, int] = {}
    for confidence, negative, field, why in sorted(offers, reverse=True):
        i = -negative
        if choices[i].field or (field in taken and not _may_share(field, values[taken[field]], values[i], why)):
            continue
        taken.setdefault(field, i)
        choices[i] = replace(choices[i], field=field, confidence=round(confidence, 2), why=why)
    return Mapping(_with_parties([_explained(choice) for choice in choices]))


def guess_sheet(sheet: Sheet) -> tuple[Header, Mapping]:
    """Find the headings of a sheet and guess its columns from its first 200 rows."""
    header = find_header(sheet)
    rows = itertools.islice((row for number, row in sheet if number > header.line and any(map(is_filled, row))), SAMPLE_ROWS)
    return header, guess(header.headings, list(rows))


def _offers(heading: str, values: list[Cell]) -> Iterable[tuple[str, float, str]]:
    """(field, confidence, why) for everything a column might be."""
    name = plain(heading)
    if name in COUNTERS or NEVER_NEEDED.search(name):
        return
    looks = _looks(values)
    exact, contained = HEADINGS.get(name), _contained(name)
    named = exact or contained
    if named:
        confidence = 0.95 if exact else 0.75
        why = "列名相符" if exact else "列名相近"
        expected = _CONTENT.get(named)
        if expected and values:
            share = looks[expected]
            if named in _DATED and looks["clock"] > 0.5:
                confidence, why = 0.7, f"{why}，内容是一天中的时刻"
            elif share < 0.1 and not exact:
                return  # the heading only resembles, and the content says otherwise
            elif share < 0.1:
                confidence, why = 0.3, f"{why}，但内容不像，请核对"
            else:
                confidence, why = (confidence + 0.05, f"{why}，内容也相符") if share > 0.8 else (confidence - 0.2, f"{why}，内容部分相符")
        if named == "outer_id" and (len(set(map(text_of, values))) < len(values) or _counts_up(values)):
            return  # repeated or 1, 2, 3 …: no number of another system
        yield named, confidence, why
    elif values:
        for field, sign, share_needed, why in _SHOWN:
            if looks[sign] >= share_needed:
                yield field, 0.5, why
        if looks["prose"] > 0.5:
            yield "text", 0.3, "列名不认识，内容是较长的文字"


_DATED = ("received_at", "occurred_at", "closed_at")
_CONTENT = {"received_at": "time", "occurred_at": "time", "closed_at": "time", "lat": "degrees", "lon": "degrees",
            "lat_lon": "pair", "reporter_phone": "phone", "party_phone": "phone", "party_id": "citizen_id"}  # fmt: skip
_SHOWN = (
    ("party_id", "citizen_id", 0.8, "列名不认识，内容像身份证号"),
    ("reporter_phone", "mobile", 0.8, "列名不认识，内容像手机号"),
    ("received_at", "time", 0.9, "列名不认识，内容像时间"),
    ("lat", "china_lat", 0.9, "列名不认识，内容像纬度"),
    ("lon", "china_lon", 0.9, "列名不认识，内容像经度"),
    ("lat_lon", "pair", 0.9, "列名不认识，内容像经纬度"),
)


def _looks(values: list[Cell]) -> Counter:
    """Share of the values that look like each kind of content."""
    seen: Counter = Counter()
    for value in values[:SAMPLE_ROWS]:
        text = text_of(value)
        number = _number(value)
        decimals = len(text.partition(".")[2]) >= 3
        seen["time"] += number is None and times.is_time(value) or number is not None and 30_000 < number < 60_000 or bool(
            re.fullmatch(r"(19|20)\d{6}(\d{4}|\d{6})?", text))  # fmt: skip
        seen["clock"] += times.is_clock(value)
        seen["degrees"] += number is not None or "°" in text or "º" in text
        seen["china_lat"] += number is not None and decimals and 3 <= number <= 54
        seen["china_lon"] += number is not None and decimals and 73 <= number <= 136
        seen["pair"] += bool(re.fullmatch(r"\D{0,3}\d{1,3}\.\d+\D{1,5}\d{1,3}\.\d+\D{0,3}", text))
        seen["phone"] += bool(re.search(r"\d[\d\- ]{5,}\d", text))
        seen["mobile"] += bool(re.fullmatch(r"(\+?86)?1[3-9]\d{9}", text))
        seen["citizen_id"] += bool(re.fullmatch(r"\d{17}[\dXx]|\d{15}|[\d.]+[Ee]\+1[67]", text))
        seen["prose"] += len(text) > 20
    return Counter({kind: count / len(values[:SAMPLE_ROWS]) for kind, count in seen.items()}) if values else seen


def _may_share(field: str, held: list[Cell], offered: list[Cell], why: str) -> bool:
    """Whether a second column may have the same meaning: parties, parts of an address, or a date and its time of day."""
    if field in _DATED:
        return _looks(held)["clock"] <= 0.5 < _looks(offered)["clock"]
    return FIELDS[field].several and why.startswith("列名") and not why.startswith("列名不认识")


def _contained(name: str) -> str | None:
    """The field whose heading is contained in `name`; the longest wins, at a tie the one standing last."""
    found = [(len(heading), name.rfind(heading), field) for heading, field in HEADINGS.items()
             if len(heading) >= (2 if not heading.isascii() else 4) and heading in name]  # fmt: skip
    if "身份证" in name or "身份号码" in name:
        return "party_id"
    if not found:
        return None
    field = max(found)[2]
    about_party = re.search("当事人|甲方|乙方|丙方|被申请人|对方|被投诉人", name)
    if about_party and re.search("电话|手机|联系方式", name):
        return "party_phone"
    return "party_name" if about_party and "姓名" in name else field


def _with_parties(choices: list[Choice]) -> tuple[Choice, ...]:
    """Number the parties: 甲方 and 乙方 by their names, otherwise the n-th column of each kind belongs to the n-th party."""
    seen: Counter = Counter()
    numbered = []
    for choice in choices:
        if choice.field.startswith("party_"):
            named = re.search("([甲乙丙丁])方|当事人([1-9一二三四])|^(被申请人|对方|另一方)", choice.heading)
            place = seen[choice.field]
            if named:
                place = ("甲乙丙丁".find(named[1]) if named[1] else
                         ("123456789".find(named[2]) if named[2].isdigit() else "一二三四".find(named[2])) if named[2] else 1)  # fmt: skip
            seen[choice.field] += 1
            choice = replace(choice, party=place)
        numbered.append(choice)
    return tuple(numbered)


def _explained(choice: Choice) -> Choice:
    if choice.field or choice.dropped:
        return choice
    counter = plain(choice.heading) in COUNTERS
    return replace(choice, why="行号只在本表内有效，不作编号" if counter else "用不到，不导入")


def _counts_up(values: list[Cell]) -> bool:
    numbers = [_number(value) for value in values]
    return len(numbers) > 2 and all(b is not None and a is not None and b - a == 1 for a, b in itertools.pairwise(numbers)) and (numbers[0] or 0) <= 1


def _number(value: Cell) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def is_filled(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def text_of(cell: Cell) -> str:
    """A cell as the eye reads it: trimmed text, whole numbers without .0, times without T."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e20:
        return str(int(cell))
    return str(cell)
