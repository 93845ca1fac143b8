"""Marked .xlsx forms: what stands in them, and filling them with formats, merged cells and formulas kept."""

import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from fengqiao.insight.rules import files, marks
from fengqiao.insight.rules.files import BadForm, Line
from fengqiao.insight.rules.growing import grow
from fengqiao.insight.rules.marks import LOOSE, MARK, Found, Known, Look, Mark, Wrong

Told = Callable[[Mark, Any], Line]  # a mark, in a repeated row with what the row is about
Repeats = Callable[[str], list[Any]]  # group or register → what its rows are about
Understood = Callable[[str], tuple[list[Mark], bool]]  # a cell's text → its marks, and whether it is one mark and nothing else
SIDES = ("oddHeader", "oddFooter")
UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f]")  # control characters, but for tab and new line


def look(data: bytes, known: Known) -> Look:
    """The marks of a workbook, what is wrong where, what a filling would lose. Raises BadForm when it cannot be read."""
    book = _open(data)
    found: list[Found] = []
    wrong: list[Wrong] = []
    for sheet in book.worksheets:
        rows: dict[int, set[str]] = {}
        for cell in _texts(sheet):
            at, text = f"{sheet.title}!{cell.coordinate}", str(cell.value)
            if text.startswith("=") and MARK.search(text):
                wrong.append(Wrong(at, "", "公式里不能写标记，请把标记写在单独的格里再引用"))
                continue
            here = marks.marks_in(at, text, known, found, wrong)
            rows.setdefault(cell.row, set()).update(marks.sources(here))
        for row, sources in rows.items():
            if len(sources) > 1:
                wrong.append(Wrong(f"{sheet.title}!{row}行", "", f"一行只能按一样东西重复，这里有{'、'.join(sorted(sources))}"))
            if sources and any(a.min_row <= row <= a.max_row and a.max_row > a.min_row for a in sheet.merged_cells.ranges):
                wrong.append(Wrong(f"{sheet.title}!{row}行", "", "重复的一行不能与上下行合并单元格"))
        for side, text in _edges(sheet):
            for mark in marks.marks_in(f"{sheet.title} {side}", text, known, found, wrong):
                if mark.source:
                    wrong.append(Wrong(f"{sheet.title} {side}", mark.text, "页眉页脚里不能重复"))
    if len(found) > files.MAX_MARKS:
        raise BadForm(f"样表有 {len(found):,} 处标记，最多 {files.MAX_MARKS:,} 处，请拆成几张样表")
    return Look(found, wrong, files.lost(data), len(book.worksheets))


def fill(data: bytes, known: Known, told: Told, repeats: Repeats) -> tuple[bytes, list[tuple[str, Mark, Line]]]:
    """The filled workbook, and every mark's value where it now stands."""
    book = _open(data)
    understood = _understanding(known)
    filled: list[tuple[str, Mark, Line]] = []
    for sheet in book.worksheets:
        repeated: list[tuple[str, Mark, Line]] = []
        for row, source in sorted(_repeated(sheet, known).items(), reverse=True):
            _repeat(book, sheet, row, source, understood, told, repeats, repeated)
        filled += repeated
        for cell in _texts(sheet):
            if not str(cell.value).startswith("="):
                _write(cell, understood, told, None, filled, sheet.title)
        for side in SIDES:
            for where in ("left", "center", "right"):
                part = getattr(getattr(sheet, side), where)
                if part.text and MARK.search(part.text):
                    part.text = MARK.sub(lambda m: told(marks.read(m[1], known), None).text, part.text)
    out = io.BytesIO()
    book.calculation.fullCalcOnLoad = True  # what the form's own formulas come to is reckoned by whoever opens it
    book.save(out)
    return out.getvalue(), filled


def _understanding(known: Known) -> Understood:
    """Each text is read once, however many rows repeat it."""

    @cache
    def understood(text: str) -> tuple[list[Mark], bool]:
        found = list(MARK.finditer(text))
        return [marks.read(one[1], known) for one in found], len(found) == 1 and found[0][0] == text.strip()

    return understood


def _open(data: bytes) -> Workbook:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    except Exception as error:  # a damaged file makes openpyxl raise almost anything
        raise BadForm("这不是能读取的 Excel 文件，或已损坏、加了密码。请用表格软件打开后另存为 .xlsx 再传") from error
    if len(book.worksheets) > files.MAX_SHEETS:
        raise BadForm(f"样表有 {len(book.worksheets)} 张工作表，最多 {files.MAX_SHEETS} 张，请拆成几份样表")
    if sum(len(sheet._cells) for sheet in book.worksheets) > files.MAX_CELLS:
        raise BadForm(f"样表的格子超过 {files.MAX_CELLS:,} 个，请删去多余的空行空列")
    return book


def _texts(sheet: Worksheet, first: int | None = None, last: int | None = None) -> Iterator[Cell]:
    """Cells that hold marks, row by row; of these rows, or of all."""
    for row in list(sheet.iter_rows(first, last)):
        for cell in row:
            if isinstance(cell, Cell) and isinstance(cell.value, str | CellRichText) and LOOSE.search(str(cell.value)):
                yield cell


def _edges(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    for side, word in zip(SIDES, ("页眉", "页脚"), strict=True):
        for where in ("left", "center", "right"):
            if text := getattr(getattr(sheet, side), where).text:
                yield word, text


def _repeated(sheet: Worksheet, known: Known) -> dict[int, str]:
    """Rows that are repeated, and for what."""
    rows = {}
    for cell in _texts(sheet):
        for one in MARK.finditer(str(cell.value)):
            if source := marks.read(one[1], known).source:
                rows[cell.row] = source
    return rows


def _repeat(
    book: Workbook, sheet: Worksheet, row: int, source: str, understood: Understood, told: Told, repeats: Repeats, before: list[tuple[str, Mark, Line]]
) -> None:
    """Repeat one row from the bottom of the sheet upwards; what was filled further down (`before`) moves with its cells."""
    items = repeats(source)
    if len(items) > files.MAX_ROWS:
        raise BadForm(f"{sheet.title}的{source}有 {len(items):,} 行，一份报表最多 {files.MAX_ROWS:,} 行，请缩短报告期或从清单导出")
    grown = max(len(items) - 1, 0)
    before[:] = [(_lower(at, grown), mark, line) for at, mark, line in before]
    grow(book, sheet, row, grown)
    cells = list(_texts(sheet, row, row + grown))
    if not items:  # an empty register says so in its first column
        for n, cell in enumerate(cells):
            cell.value = "无" if n == 0 else None
        return
    for cell in cells:
        _write(cell, understood, told, items[cell.row - row], before, sheet.title)


def _lower(at: str, by: int) -> str:
    sheet, _, cell = at.rpartition("!")
    letters = cell.rstrip("0123456789")
    return f"{sheet}!{letters}{int(cell[len(letters):]) + by}"


def _write(cell: Cell, understood: Understood, told: Told, item: Any, filled: list[tuple[str, Mark, Line]], title: str) -> None:
    text = str(cell.value)
    read, whole = understood(text)
    if not read:
        return
    lines = [(mark, told(mark, item)) for mark in read]
    filled += [(f"{title}!{cell.coordinate}", mark, line) for mark, line in lines]
    line = lines[0][1]
    if whole and not isinstance(line.value, str) and line.value is not None and (not line.percent or "%" in cell.number_format):
        cell.value = line.value
        return
    values = iter(lines)
    _say(cell, MARK.sub(lambda _: next(values)[1].text, text))


def _say(cell: Cell, text: str) -> None:
    """Text as text: what begins like a formula is none."""
    cell.value = UNPRINTED.sub("", text) or None
    if cell.value is not None:
        cell.data_type = "s"
