"""Rows inserted into a worksheet the way a spreadsheet program does it: what stands below moves down with everything that
points at it (formulas of every sheet, merged cells, heights, print area, breaks, rules of colour and entry)."""

import copy
import re
from collections.abc import Iterable
from typing import Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.worksheet import Worksheet

_CELL = re.compile(r"^(\$?[A-Za-z]{0,3})(\$?)(\d+)$")


def grow(book: Workbook, sheet: Worksheet, row: int, extra: int) -> None:
    """Insert `extra` rows below `row`, each a copy of it with its formulas moved along. A range that ends at `row` grows."""
    if extra <= 0:
        return
    sheet.insert_rows(row + 1, extra)
    _merged(sheet, row, extra)
    _heights(sheet, row, extra)
    _pointing(book, sheet, row, extra)
    _rules(sheet, row, extra)
    for column in range(1, sheet.max_column + 1):
        first = sheet.cell(row, column)
        for at in range(row + 1, row + extra + 1):
            if (at, column) in sheet._cells and type(sheet.cell(at, column)).__name__ == "MergedCell":
                continue
            cell = sheet.cell(at, column)
            cell._style = copy.copy(first._style)
            value = first.value
            if isinstance(value, str) and value.startswith("="):
                value = Translator(value, f"{get_column_letter(column)}{row}").translate_formula(cell.coordinate)
            cell.value = value


def _merged(sheet: Worksheet, row: int, extra: int) -> None:
    for area in list(sheet.merged_cells.ranges):
        if area.min_row > row:
            area.shift(row_shift=extra)
        elif area.max_row > row:
            area.expand(down=extra)
        elif area.min_row == area.max_row == row:
            for at in range(row + 1, row + extra + 1):
                sheet.merge_cells(start_row=at, end_row=at, start_column=area.min_col, end_column=area.max_col)


def _heights(sheet: Worksheet, row: int, extra: int) -> None:
    held = {at: dimension for at, dimension in sheet.row_dimensions.items() if at > row}
    for at in held:
        del sheet.row_dimensions[at]
    for at, dimension in held.items():
        dimension.index = at + extra
        sheet.row_dimensions[at + extra] = dimension
    if row in sheet.row_dimensions:
        for at in range(row + 1, row + extra + 1):
            sheet.row_dimensions[at].height = sheet.row_dimensions[row].height
    for mark in sheet.row_breaks.brk:
        if mark.id > row:
            mark.id += extra


def _pointing(book: Workbook, sheet: Worksheet, row: int, extra: int) -> None:
    """Formulas of every sheet, and names of ranges."""
    for other in book.worksheets:
        for cell in list(other._cells.values()):
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.value = moved(cell.value, other.title, sheet.title, row, extra)
            if cell.hyperlink is not None:
                cell.hyperlink.ref = cell.coordinate
    for names in (book.defined_names, *(one.defined_names for one in book.worksheets)):
        for name in names.values():
            if name.attr_text:
                name.attr_text = moved(f"={name.attr_text}", "", sheet.title, row, extra)[1:]
    if sheet.print_area:
        sheet.print_area = ",".join(_areas(str(sheet.print_area).split(","), row, extra))
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _reference(sheet.auto_filter.ref, row, extra)


def _areas(areas: Iterable[str], row: int, extra: int) -> list[str]:
    return [_reference(area.rsplit("!", 1)[-1], row, extra) for area in areas]


def _rules(sheet: Worksheet, row: int, extra: int) -> None:
    kept: Any = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        where = " ".join(_reference(str(one), row, extra) for one in area.sqref.ranges)
        for rule in area.rules:
            rule.formula = [moved(f"={text}", sheet.title, sheet.title, row, extra)[1:] for text in rule.formula]
            kept.add(where, rule)
    sheet.conditional_formatting = kept
    for validation in sheet.data_validations.dataValidation:
        validation.sqref = MultiCellRange([CellRange(_reference(str(one), row, extra)) for one in validation.sqref.ranges])


def moved(formula: str, here: str, changed: str, row: int, extra: int) -> str:
    """A formula standing on sheet `here` after `extra` rows were inserted below `row` of sheet `changed`."""
    try:
        tokens = Tokenizer(formula)
    except Exception:  # what openpyxl cannot read it also leaves as it is
        return formula
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            prefix, _, area = token.value.rpartition("!")
            named = prefix.strip("'").replace("''", "'") if prefix else here
            if named == changed:
                token.value = (f"{prefix}!" if prefix else "") + _reference(area, row, extra)
    return "=" + "".join(token.value for token in tokens.items)


def _reference(area: str, row: int, extra: int) -> str:
    first, colon, last = area.partition(":")
    begins, ends = _CELL.match(first), _CELL.match(last) if colon else None
    if not begins or (colon and not ends):
        return area
    start = int(begins[3])
    told = f"{begins[1]}{begins[2]}{start + extra if start > row else start}"
    if not ends:
        return told
    end = int(ends[3])
    grows = end > row or (end == row and start <= row)
    return f"{told}:{ends[1]}{ends[2]}{end + extra if grows else end}"
