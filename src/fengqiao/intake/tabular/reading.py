"""From bytes to rows: opens what stations really send and refuses what is not a table.

CSV and TSV in UTF-8, UTF-16, GB18030 or Big5, Excel workbooks new (.xlsx) and old (.xls). What a file is, is
read from its content, never from its name. A sheet can be read again from the
start; no pass holds more than one row.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from pathlib import Path

import filetype

from fengqiao.intake.tabular import encodings, workbooks
from fengqiao.intake.tabular.encodings import Opener

MAX_BYTES = 50 * 1024 * 1024
"""Largest file accepted; callers check it before they keep the upload."""
Cell = str | int | float | bool | datetime | date | time | None
Row = list[Cell]

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

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The rows of `lines` (which keep their own line ends)."""
        return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE)


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
        return _open_workbook(opener, filename, "xlsx")
    if head.startswith(bytes.fromhex("D0CF11E0A1B11AE1")):
        return _open_workbook(opener, filename, "xls")
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


def _open_workbook(opener: Opener, filename: str, kind: str) -> Table:
    with opener() as file:
        data = file.read()
    try:
        found = workbooks.sheets(data)
    except workbooks.BadWorkbook as bad:
        raise Unreadable(bad.message_zh) from None
    warnings = tuple(f"工作表“{sheet.name}”是隐藏的，未读取。" for sheet in found if not sheet.visible)
    shown = tuple(Sheet(sheet.name, sheet.__iter__) for sheet in found if sheet.visible)
    if not shown:
        raise Unreadable("这个 Excel 文件里没有可见的工作表。")
    return Table(filename, kind, shown, warnings=warnings)
