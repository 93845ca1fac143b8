"""From rows to candidates: every value read, every doubt noted, every refusal named with its line."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fengqiao.core.rules import BadInput, identity
from fengqiao.intake.tabular import positions, times
from fengqiao.intake.tabular.columns import (
    Header,
    Mapping,
    find_header,
    fingerprint,
    guess_sheet,
    is_filled,
    text_of,
)
from fengqiao.intake.tabular.fields import FIELDS, plain
from fengqiao.intake.tabular.positions import BadPosition, Bounds, Position
from fengqiao.intake.tabular.reading import Cell, Row, Sheet, Table
from fengqiao.intake.tabular.results import Candidate, Note, PartyCandidate, Refused, Result, shown

_DITTO = frozenset(["同上", "〃", "″", "〞", "同前", "如上", "同上行", "do.", "ditto"])
_TOTAL = re.compile(r"(本?[页月季年周]|上半年|下半年|全年|全[市县区所])?(合计|总计|小计|累计|共计)\s*[:：]?[\s\d,.]*[件起条人次]?")
_EXCEL_ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA"])
_NOBODY = frozenset(["匿名", "无", "不详", "未知", "无名氏", "保密", "不愿透露", "不愿透露姓名", "/", "-", "--", "—", "—", "——", "空", "n/a", "none", "null"])
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\u200b]")
_EMBEDDED_PHONE = re.compile(r"[(（:：\s]*(?:电话|手机|联系方式)?[:：]?\s*(?<!\d)(1[3-9]\d{9})(?!\d)[)）]?")
_PLAIN_TEXTS = ("outer_id", "channel", "title", "place_text", "kind", "unit", "area", "language", "state", "outcome")


class _Refuse(Exception):
    def __init__(self, field_name: str, value: Cell, reason_zh: str, column: str):
        self.args = (field_name, value, reason_zh, column)


@dataclass
class Settings:
    """What a file cannot know. `area_code` completes local telephone numbers, `coord_system` holds where the file
    declares none, `year` completes dates without a year, `history` marks old registers."""

    now: datetime
    bounds: Bounds | None = None
    coord_system: str = "WGS84"
    area_code: str = ""
    history: bool = False
    year: int | None = None


@dataclass
class Repeats:
    """What one file said before: how often equal accounts came, and which line first used an outer number."""

    accounts: Counter[str] = field(default_factory=Counter)
    numbers: dict[str, tuple[str, str]] = field(default_factory=dict)


def candidates(table: Table, mapping: Mapping | None, now: datetime, county_bounds: Bounds | tuple | None = None,
               *, result: Result | None = None, coord_system: str = "WGS84", area_code: str = "",
               ) -> Iterator[Candidate | Refused]:  # fmt: skip
    """Every line of every sheet as a Candidate or Refused, in file order; counts go to `result` as they pass.

    `mapping` (guessed, corrected or remembered) is applied by headings; a sheet with other headings, and every sheet
    when `mapping` is None, is guessed. Raises Unreadable when the file breaks off inside.
    """
    settings = Settings(now, Bounds(*county_bounds) if county_bounds else None, coord_system, area_code)
    result = result if result is not None else Result()
    repeats = Repeats()
    for sheet in table.sheets:
        header = find_header(sheet)
        if not header.headings:
            continue
        if mapping and (len(table.sheets) == 1 or mapping.fingerprint == fingerprint(header.headings)):
            used = mapping.onto(header.headings)
        else:
            header, used = guess_sheet(sheet)
        if not (used.columns("title") or used.columns("text") or used.columns("kind")):
            result.warnings.append(f"工作表“{sheet.name}”里没有找到标题或内容列，未导入。" if sheet.name else "没有找到标题或内容列。")
            continue
        yield from lines(sheet, header, used, settings, result, repeats)


def lines(sheet: Sheet, header: Header, mapping: Mapping, settings: Settings, result: Result, repeats: Repeats,
          is_section: Callable[[Row, Mapping], bool] = lambda row, mapping: False) -> Iterator[Candidate | Refused]:  # fmt: skip
    """The lines of one sheet below its headings. `repeats` counts equal lines over the whole file."""
    reader = _LineReader(sheet.name, mapping, settings, repeats)
    used = [choice.column for choice in mapping.choices if choice.field]
    above: list[Cell] = []
    for number, row in sheet:
        if number <= header.line:
            continue
        filled = [cell for cell in row if is_filled(cell)]
        if not filled:
            result.empty += 1
        elif isinstance(filled[0], str) and _TOTAL.fullmatch(filled[0].strip()):
            result.totals += 1
        elif _repeats_headings(filled, header.words):
            result.headings += 1
        elif is_section(row, mapping):
            result.sections += 1
        elif not any(is_filled(row[column]) for column in used if column < len(row)):
            result.empty += 1  # numbered in advance, never filled in
        else:
            notes = _fill_ditto(row, above, header.headings)
            above = row
            yield result.add(reader.read(number, row, notes))


def _repeats_headings(filled: Row, words: frozenset[str]) -> bool:
    return len(filled) > 1 and isinstance(filled[0], str) and len(filled[0]) <= 30 and all(
        isinstance(cell, str) and plain(cell) in words for cell in filled)  # fmt: skip


def _fill_ditto(row: Row, above: Row, headings: list[str]) -> list[Note]:
    """Put the value above where a register says 同上 or 〃; a note where nothing stands above."""
    notes = []
    for i, cell in enumerate(row):
        if isinstance(cell, str) and len(cell) <= 8 and cell.strip().lower() in _DITTO:
            row[i] = above[i] if i < len(above) else None
            if row[i] is None:
                column = headings[i] if i < len(headings) else f"第{i + 1}列"
                notes.append(Note("ditto", column, "写着“同上”，但上一行没有内容。"))
    return notes


@dataclass
class _LineReader:
    """Reads the lines of one sheet under one mapping."""

    sheet: str
    mapping: Mapping
    settings: Settings
    repeats: Repeats
    plan: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.plan = {name: found for name in FIELDS if (found := self.mapping.columns(name))}
        self.headings = self.mapping.headings
        self.soon = self.settings.now + timedelta(minutes=10)

    def read(self, line: int, row: Row, notes: list[Note]) -> Candidate | Refused:
        self.row, self.notes = row, notes
        try:
            return self._candidate(line)
        except _Refuse as refusal:
            field_name, value, reason, column = refusal.args
            return Refused(self.sheet, line, column[:60], shown(field_name, value), reason)

    def _candidate(self, line: int) -> Candidate:
        values: dict = {name: self._text(name) for name in _PLAIN_TEXTS if name in self.plan}
        if "text" in self.plan:
            values["text"] = self._long_text()
        if not (values.get("title") or values.get("text") or values.get("kind")):
            raise _Refuse("text", "", "这一行没有标题、内容和类别，无从登记。请补充后再导入。", "")
        for name in ("received", "occurred", "closed"):
            if f"{name}_at" in self.plan:
                self._time(name, values)
        self._place(values)
        if "reporter_name" in self.plan:
            values["reporter_name"] = self._name("reporter_name", self._text("reporter_name"))
        if "reporter_phone" in self.plan:
            values["reporter_phone"] = self._phone("reporter_phone", self._text("reporter_phone"))
        if "owner_name" in self.plan:
            values["owner_name"] = self._text("owner_name")
        values["parties"] = self._parties()
        values["history"] = self.settings.history
        key, body = self._keys(line, values)
        return Candidate(sheet=self.sheet, line=line, row_key=key, body_hash=body, notes=tuple(self.notes), **values)

    # ── text ──

    def _cells(self, name: str) -> list[tuple[int, Cell]]:
        """The filled cells of a field with their columns."""
        row, width = self.row, len(self.row)
        return [(c, row[c]) for c in self.plan.get(name, ()) if c < width and row[c] is not None and row[c] != ""]

    def _text(self, name: str) -> str | None:
        """A field's text; several columns are joined, each part once."""
        parts = list(dict.fromkeys(text for c, cell in self._cells(name) if (text := self._clean(name, c, cell))))
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else self._within(name, self.plan[name][0], ("" if name == "place_text" else " ").join(parts))

    def _long_text(self) -> str | None:
        parts = [(self.headings[c], text) for c, cell in self._cells("text") if (text := self._clean("text", c, cell))]
        if len(parts) < 2:
            return parts[0][1] if parts else None
        return self._within("text", self.plan["text"][0], "\n".join(f"{heading}：{text}" for heading, text in parts))

    def _clean(self, name: str, column: int, cell: Cell) -> str:
        text = text_of(cell)
        if text in _EXCEL_ERRORS:
            return ""
        if not text.isprintable():
            text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")).strip()
            if "\ufffd" in text:
                self._note("unreadable_chars", column, "有无法识别的字符，请对照原始记录核对。")
        elif "\ufffd" in text:
            self._note("unreadable_chars", column, "有无法识别的字符，请对照原始记录核对。")
        return self._within(name, column, text)

    def _within(self, name: str, column: int, text: str) -> str:
        limit = FIELDS[name].limit
        if len(text) > limit:
            reason = f"“{FIELDS[name].label}”有 {len(text)} 个字，超过 {limit} 个字的上限。请缩短，或把全文作为附件上传。"
            if text.count("\n") > 50:
                reason += "这一格里有许多换行，多半是前面的引号没有成对。"
            raise _Refuse(name, text, reason, self.headings[column])
        return text

    def _note(self, code: str, column: int, message: str) -> None:
        self.notes.append(Note(code, self.headings[column], message))

    # ── times ──

    def _time(self, name: str, values: dict) -> None:
        """Read a time into `values`. A time that cannot be refuses the line; a wrong closing time is only noted."""
        cells = self._cells(f"{name}_at")
        if not cells:
            if name == "received":
                self._note("no_time", self.plan["received_at"][0], "没有填写时间。")
            return
        column, cell = cells[0]
        try:
            when = times.parse(cell, self.settings.year)
            if len(cells) > 1 and times.is_clock(cells[1][1]):  # a date and its time of day
                cell = f"{when.at:%Y-%m-%d} {text_of(cells[1][1])}"
                when = times.parse(cell)
        except times.BadTime as bad:
            if name == "closed":
                self._note("time_refused", column, f"{bad.reason_zh}该时间未导入。")
                return
            raise _Refuse(f"{name}_at", cell, bad.reason_zh, self.headings[column]) from None
        values[f"{name}_at"] = when.at
        if name != "closed":
            values[f"{name}_precision"] = when.precision
        if when.at > self.soon:
            self._note("future", column, "时间在将来，请核对。")

    # ── places ──

    def _place(self, values: dict) -> None:
        position = self._position()
        if position:
            values.update(lat=position.lat, lon=position.lon, coord_system=position.system,
                          given_lat=position.given_lat, given_lon=position.given_lon)  # fmt: skip

    def _position(self) -> Position | None:
        lat, lon, pair = self._cells("lat"), self._cells("lon"), self._cells("lat_lon")
        if not (lat or lon or pair):
            return None
        column = (lat or lon or pair)[0][0]
        try:
            if not pair and not (lat and lon):
                raise BadPosition("经纬度只填了一个")
            declared = self._text("coord_system")
            system = positions.system_of(declared) if declared else self.settings.coord_system
            if lat and lon:
                found = positions.read(lat[0][1], lon[0][1], system, self.settings.bounds)
            else:
                found = positions.read_pair(pair[0][1], system, self.settings.bounds)
        except BadPosition as bad:
            self._note("no_position", column, f"{bad.reason_zh}。这一行照常导入，但没有坐标。")
            return None
        if found.swapped:
            self._note("swapped", column, "经度和纬度写反了，已对调。")
        if found.outside:
            self._note("outside", column, "坐标在本辖区以外，照常导入，不归入网格。")
        return found

    # ── people ──

    def _name(self, name: str, text: str | None, column: int | None = None) -> str | None:
        if not text or text.lower() in _NOBODY:
            return None
        try:
            return identity.person_name(text)
        except BadInput as bad:
            self._note("name_refused", self._column(name, column), f"{bad}（{shown(name, text)}）。这一行照常导入，但没有这个姓名。")
            return None

    def _phone(self, name: str, text: str | None, column: int | None = None) -> str | None:
        if not text or text.lower() in _NOBODY:
            return None
        first = re.split(r"[、，,;；/\n]", text)[0]
        try:
            return identity.phone(first, area=self.settings.area_code).canonical
        except BadInput as bad:
            self._note("phone_refused", self._column(name, column), f"{bad}（{shown(name, first)}）。这一行照常导入，但没有这个电话。")
            return None

    def _id_number(self, cell: Cell, text: str, column: int) -> str | None:
        if not text or text.lower() in _NOBODY:
            return None
        if isinstance(cell, (int, float)) and abs(cell) >= 2**53 or re.search(r"[Ee]\+1[4-8]$", text):
            self._note("id_refused", column, "身份证号在表格里存成了数字，后几位已经丢失，未导入。请把该列设为文本后重新填写。")
            return None
        try:
            return identity.citizen_id(text, today=self.settings.now.astimezone(times.SHANGHAI).date())
        except BadInput as bad:
            self._note("id_refused", column, f"{bad}（{shown('party_id', text)}）。这一行照常导入，但没有这个号码。")
            return None

    def _column(self, name: str, column: int | None) -> int:
        return self.plan[name][0] if column is None else column

    def _parties(self) -> tuple[PartyCandidate, ...]:
        """The parties of the line: 甲方 and 乙方 from their columns, or several in one cell (张三、李四)."""
        found: dict[int, dict] = {}
        for name, key in (("party_name", "name"), ("party_phone", "phone"), ("party_id", "id_number")):
            for column, cell in self._cells(name):
                text = self._clean(name, column, cell)
                first = self.mapping.choices[column].party
                for place, part in enumerate(_several(text), start=first):
                    party = found.setdefault(place, {})
                    if key == "name":
                        if phone := _EMBEDDED_PHONE.search(part):
                            party.setdefault("phone", self._phone("party_name", phone[1], column))
                            part = (part[: phone.start()] + part[phone.end() :]).strip()
                        party["name"] = self._name(name, part, column)
                    elif key == "phone":
                        party["phone"] = self._phone(name, part, column)
                    else:
                        party["id_number"] = self._id_number(cell, part, column)
        return tuple(PartyCandidate(**party) for _, party in sorted(found.items()) if any(party.values()))

    # ── keys ──

    def _keys(self, line: int, values: dict) -> tuple[str, str]:
        """`row_key` from what never changes (number, or first account of the matter), `body_hash` from everything."""
        body = _digest(f"{name}={values[name]}" for name in sorted(values)
                       if values[name] not in (None, ()) and name not in _NOT_BODY)  # fmt: skip
        number = values.get("outer_id")
        if number:
            where = f"{self.sheet} 第 {line} 行".strip()
            told, first = self.repeats.numbers.setdefault(number, (body, where))
            if told != body:
                reason = f"编号与{first}相同而内容不同，无法判断哪一条为准，只导入了{first}。请核对编号后改正。"
                raise _Refuse("outer_id", number, reason, self.headings[self.plan["outer_id"][0]])
            return f"o:{number}", body
        account = _digest("".join(str(values.get(name) or "").split()) for name in _ACCOUNT)
        self.repeats.accounts[account] += 1
        return f"h:{account}:{self.repeats.accounts[account]}", body


# Whether midnight was written or meant depends on the file's format, not on what is told.
_NOT_BODY = {"history", "received_precision", "occurred_precision"}
_ACCOUNT = ("received_at", "occurred_at", "title", "text", "kind", "place_text", "given_lat", "given_lon", "area", "reporter_name", "reporter_phone", "parties")


def _digest(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _several(text: str) -> list[str]:
    """The entries of a cell that lists several: 张三、李四. A comma parts Chinese names and numbers only."""
    comma = "" if re.search("[A-Za-z]{2}", text) else ",，"
    return [part.strip() for part in re.split(f"[、;；/\n{comma}]", text) if part.strip()]
