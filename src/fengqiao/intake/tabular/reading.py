"""From bytes to rows: opens what stations really send and refuses what is not a table.

CSV and TSV in UTF-8, UTF-16, GB18030 or Big5, Excel workbooks new (.xlsx) and old (.xls). What a file is, is
read from its content, never from its name. Rows are streamed: a sheet can be read again from the start, and no
pass holds more than one row.
"""

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import BinaryIO

import filetype
import openpyxl
import python_calamine
from openpyxl.utils import range_boundaries

from fengqiao.intake.tabular import encodings

MAX_BYTES = 50 * 1024 * 1024
"""Largest file accepted; callers check it before they keep the upload."""
MAX_UNPACKED = 600 * 1024 * 1024
"""Largest workbook after unpacking: an honest .xlsx grows 5 to 20 times, an archive bomb a thousand times."""
MAX_ROWS = 1_048_576
MAX_COLUMNS = 512

Cell = str | int | float | bool | datetime | date | time | None
Row = list[Cell]
Opener = Callable[[], BinaryIO]
"""Gives a fresh binary stream over the whole file."""

# The default of 128 KiB would end the whole import at one long cell; a cell too long for its field is refused
# later, with its line.
csv.field_size_limit(MAX_BYTES)


class Unreadable(Exception):
    """The file cannot be read as a table; `message_zh` says what is wrong and what the user should do."""

    def __init__(self, message_zh: str):
        super().__init__(message_zh)
        self.message_zh = message_zh


@dataclass(frozen=True)
class Dialect:
    """How a text table is cut into cells. `quoted` is False where quotation marks are plain text."""

    delimiter: str
    quoted: bool = True

    def reader(self, lines):
        quoting = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
        return csv.reader(lines, delimiter=self.delimiter, quoting=quoting)


@dataclass(frozen=True)
class Sheet:
    """One sheet. `read` starts a fresh pass; rows come with the number Excel shows beside them (from 1)."""

    name: str
    read: Callable[[], Iterator[tuple[int, Row]]] = field(repr=False)

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        return self.read()


@dataclass(frozen=True)
class Table:
    """An opened file: its sheets, and for text tables how it was decoded and cut."""

    filename: str
    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str | None = None
    dialect: Dialect | None = None
    warnings: tuple[str, ...] = ()


def open_table(source: str | Path | bytes, filename: str = "") -> Table:
    """Open `source` (a path, or the bytes of an upload called `filename`) as a table.

    Raises Unreadable for empty, encrypted, damaged, garbled or foreign files (executables, PDF, pictures,
    archives), whatever their name says.
    """
    opener: Opener
    if isinstance(source, bytes):
        opener = partial(io.BytesIO, source)
    else:
        filename = filename or Path(source).name
        opener = partial(Path(source).open, "rb")  # type: ignore[assignment]
    with opener() as file:
        head = file.read(8192)
    if not head.strip():
        raise Unreadable("文件是空的。请检查是否选错了文件。")
    if head.startswith(b"PK\x03\x04"):
        return _open_xlsx(opener, filename)
    if head.startswith(bytes.fromhex("D0CF11E0A1B11AE1")):
        return _open_xls(opener, filename)
    _refuse_foreign(head)
    return _open_text(opener, filename)


def _refuse_foreign(head: bytes) -> None:
    """Refuse by content what is no table, among it programs that call themselves .csv, .xlsx or .pdf."""
    kind = filetype.guess(head)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if head.startswith((b"MZ", b"\x7fELF", b"#!")) or (kind and kind.extension in {"exe", "elf", "macho", "dex"}):
        raise Unreadable("这是一个可执行程序，不是表格，已拒收。请勿打开它，并告知系统管理员文件来源。")
    if head.startswith(b"%PDF"):
        raise Unreadable("这是 PDF 文件，不是表格。请向对方索取 Excel 或 CSV 格式的原表。")
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta")):
        raise Unreadable("这是网页格式的表格。请用表格软件打开后另存为“Excel 工作簿（.xlsx）”再导入。")
    # A text file may look like the magic number of some rare format by chance ("BM" opens a bitmap).
    if kind and (b"\0" in head or kind.mime.startswith("application/")):
        raise Unreadable(f"这是 {kind.extension} 格式的文件，不是表格。请提供 CSV 或 Excel 文件。")


# ── text tables ──────────────────────────────────────────────────────────────────────────────────────────────


def _open_text(opener: Opener, filename: str) -> Table:
    try:
        encoding, warnings = encodings.detect(opener)
    except encodings.Garbled as garbled:
        raise Unreadable(garbled.message_zh) from None
    dialect, skip = _sniff(opener, encoding)

    def read() -> Iterator[tuple[int, Row]]:
        with io.TextIOWrapper(opener(), encoding=encoding, newline="") as lines:
            for number, row in enumerate(dialect.reader(lines), start=1):
                if number > skip and row != ["\x1a"]:  # DOS marked the end of a file so
                    # Exports write ="13800001234" to keep Excel from making a number of it.
                    yield number, [c[2:-1] if c.startswith('="') and c.endswith('"') else c for c in row]

    return Table(filename, "csv", (Sheet("", read),), encoding, dialect, tuple(warnings))


def _sniff(opener: Opener, encoding: str) -> tuple[Dialect, int]:
    """Find delimiter and quoting: the pair under which most rows have the same width, at least two columns.

    Returns the dialect and how many leading lines belong to it and not to the table (Excel's `sep=;`).
    """
    with io.TextIOWrapper(opener(), encoding=encoding, newline="") as lines:
        sample = lines.read(200_000)
        whole = not lines.read(1)
    stated = re.match(r"sep=(.)\r?\n", sample)
    if stated:
        return Dialect(stated[1]), 1

    def evenness(delimiter: str) -> float:
        rows = list(Dialect(delimiter).reader(io.StringIO(sample, newline="")))
        widths = Counter(len(row) for row in (rows if whole else rows[:-1]) if row)
        wide = [(count, width) for width, count in widths.items() if width > 1]
        return max(wide)[0] / widths.total() if wide else 0.0

    best = max(",\t;|", key=evenness)  # at a tie the first wins
    return Dialect(best, quoted=not (best == "\t" and _quotes_are_text(sample, whole))), 0


def _quotes_are_text(sample: str, whole: bool) -> bool:
    """True where a tab-separated file uses quotation marks as text (`他说"好"的`), so that none opens a cell."""
    try:
        list(csv.reader(io.StringIO(sample, newline=""), delimiter="\t", strict=True))
    except csv.Error as problem:
        return whole or "unexpected end" not in str(problem)
    return False


# ── workbooks ────────────────────────────────────────────────────────────────────────────────────────────────

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")
Range = tuple[int, int, int, int]  # first column, first row, last column, last row; from 1


def _open_xlsx(opener: Opener, filename: str) -> Table:
    merged = _check_archive(opener)
    try:
        book = openpyxl.load_workbook(opener(), read_only=True, data_only=True, keep_links=False)
    except Exception as problem:  # openpyxl raises whatever its XML parser meets
        raise Unreadable("这个 Excel 文件已损坏，打不开。请用表格软件打开后另存一份再导入。") from problem
    sheets, warnings = [], []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            warnings.append(f"工作表“{sheet.title}”是隐藏的，未读取。")
            continue
        sheet.reset_dimensions()  # the file's own statement may be false, and would pad every row to it
        sheets.append(Sheet(sheet.title, _xlsx_rows(sheet, merged.get(sheet._worksheet_path, []))))
    if not sheets:
        raise Unreadable("这个 Excel 文件里没有可见的工作表。")
    return Table(filename, "xlsx", tuple(sheets), warnings=tuple(warnings))


def _xlsx_rows(sheet, merged: list[Range]):
    def read() -> Iterator[tuple[int, Row]]:
        try:
            rows = enumerate((list(row) for row in sheet.iter_rows(values_only=True)), start=1)
            yield from _unmerge(_bounded(rows, sheet.title), merged)
        except Unreadable:
            raise
        except Exception as problem:
            raise Unreadable(f"工作表“{sheet.title}”已损坏，读不完整。请用表格软件打开后另存一份再导入。") from problem

    return read


def _check_archive(opener: Opener) -> dict[str, list[Range]]:
    """Unpack the archive once without keeping it, against bombs and damage; collect the merged cells on the way.

    zipfile stops at the size an entry states and then compares the checksum, so a stated size that passes here
    is the true one. openpyxl does not give merged cells when streaming, hence the regular expression.
    """
    merged: dict[str, list[Range]] = {}
    try:
        with zipfile.ZipFile(opener()) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names or not any(n.startswith("xl/workbook") for n in names):
                raise Unreadable("这是压缩包或其他文档，不是 Excel 表格。请解压后逐个导入其中的 CSV 或 Excel 文件。")
            if "xl/workbook.bin" in names:
                raise Unreadable("这是二进制工作簿（.xlsb）。请另存为“Excel 工作簿（.xlsx）”再导入。")
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise Unreadable("这个 Excel 文件解压后过大，疑似压缩炸弹，已拒收。请确认来源，或拆成几个文件。")
            for entry in entries:
                if entry.filename.startswith("xl/") and entry.filename.endswith(".xml"):
                    with archive.open(entry) as part:
                        merged[entry.filename] = _merged_ranges(part)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error) as problem:
        raise Unreadable("这个 Excel 文件已损坏或加了密码，打不开。请用表格软件打开、取消密码后另存再导入。") from problem
    return merged


def _merged_ranges(part) -> list[Range]:
    found, tail = [], b""
    while chunk := part.read(1 << 20):
        text = tail + chunk
        end = 0
        for match in _MERGED.finditer(text):
            found.append(range_boundaries(match[1].decode()))
            end = match.end()
        tail = text[max(end, len(text) - 200) :]  # a tag cut in two by the chunk's border
    if len(found) > 50_000:
        raise Unreadable("这个 Excel 文件的合并单元格过多，无法读取。请取消合并后另存再导入。")
    return found


def _open_xls(opener: Opener, filename: str) -> Table:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(opener())
    except python_calamine.PasswordError:
        raise Unreadable("这个 Excel 文件加了密码。请用表格软件打开、取消密码后另存再导入。") from None
    except Exception as problem:
        raise Unreadable("这不是能读取的 Excel 文件，或已损坏、加了密码。请用表格软件另存为 .xlsx 再导入。") from problem
    sheets, warnings = [], []
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if meta.visible != python_calamine.SheetVisibleEnum.Visible:
            warnings.append(f"工作表“{meta.name}”是隐藏的，未读取。")
            continue
        sheets.append(Sheet(meta.name, _xls_rows(book, meta.name)))
    if not sheets:
        raise Unreadable("这个 Excel 文件里没有可见的工作表。")
    return Table(filename, "xls", tuple(sheets), warnings=tuple(warnings))


def _xls_rows(book, name: str):
    def read() -> Iterator[tuple[int, Row]]:
        try:
            sheet = book.get_sheet_by_name(name)
            merged = [(c1 + 1, r1 + 1, c2 + 1, r2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or []]
            rows = enumerate(sheet.to_python(skip_empty_area=False), start=1)
        except Exception as problem:
            raise Unreadable(f"工作表“{name}”已损坏，读不出。请用表格软件打开后另存一份再导入。") from problem
        empty_is_none = ((number, [None if cell == "" else cell for cell in row]) for number, row in rows)
        yield from _unmerge(_bounded(empty_is_none, name), merged)

    return read


def _bounded(rows, name: str) -> Iterator[tuple[int, Row]]:
    """Cut empty cells off the right end, and refuse a sheet made to be endless."""
    for number, row in rows:
        while row and row[-1] is None:
            row.pop()
        if number > MAX_ROWS or len(row) > MAX_COLUMNS:
            raise Unreadable(f"工作表“{name}”超过 {MAX_COLUMNS} 列或 {MAX_ROWS} 行。请删去表格以外的内容再导入。")
        yield number, row


def _unmerge(rows, merged: list[Range]) -> Iterator[tuple[int, Row]]:
    """Give the value of a merged cell to every cell it covers, as the eye reads it."""
    waiting = sorted(merged, key=lambda r: r[1], reverse=True)
    active: list[tuple[Range, Cell]] = []
    for number, row in rows:
        while waiting and waiting[-1][1] <= number:
            area = waiting.pop()
            active.append((area, row[area[0] - 1] if area[0] <= len(row) else None))
        active = [(area, value) for area, value in active if area[3] >= number]
        for (first, _, last, _), value in active:
            if value is not None:
                last = min(last, MAX_COLUMNS)
                row.extend([None] * (last - len(row)))
                row[first - 1 : last] = [value] * (last - first + 1)
        yield number, row
