"""Excel workbooks, new and old, read by calamine in a child process with a memory limit.

calamine reads 60 times as fast as openpyxl and knows merged cells, but a damaged file makes it panic or ask for
40 GB at once, which ends the process it runs in. So it runs in one of its own: this file is also the child's
program (workbook on stdin; on stdout, as lines of JSON, each sheet's head and its rows). The rows stay in memory,
never on disk.
"""

import contextlib
import io
import mmap
import os
import re
import resource
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import IO, NoReturn

import orjson
import python_calamine

MAX_UNPACKED = 600 * 1024 * 1024
"""Largest workbook after unpacking: an honest .xlsx grows 5 to 20 times, an archive bomb a thousand times."""
MAX_ROWS = 1_048_576
MAX_COLUMNS = 512
MAX_CELLS = 12_000_000
"""Largest rectangle of a sheet: 100,000 lines of 100 columns fit, and some 300 MB of memory hold it."""
MAX_MERGED = 20_000
MEMORY = 2 * 1024**3
SECONDS = 120

Range = tuple[int, int, int, int]  # first column, first row, last column, last row; from 1


class BadWorkbook(Exception):
    """The workbook cannot be read; `message_zh` says what to do."""

    def __init__(self, message_zh: str):
        super().__init__(message_zh)
        self.message_zh = message_zh


@dataclass(frozen=True)
class SheetRows:
    """One sheet of an opened workbook. Iterating gives (row number from 1, cells)."""

    name: str
    visible: bool
    merged: list[Range]
    start: int
    end: int
    lines: mmap.mmap

    def __iter__(self) -> Iterator[tuple[int, list]]:
        numbered = enumerate(self._rows(), start=1)
        return _unmerge(numbered, self.merged)

    def _rows(self) -> Iterator[list]:
        position = self.start
        while position < self.end:
            newline = self.lines.find(b"\n", position)
            yield [_timed(cell[0]) if isinstance(cell, list) else cell for cell in orjson.loads(self.lines[position:newline])]
            position = newline + 1


def sheets(data: bytes) -> list[SheetRows]:
    """The worksheets of a workbook (.xlsx or .xls by content), merged cells filled. Raises BadWorkbook."""
    if data.startswith(b"PK"):
        check_archive(data)
    lines = _in_child(data)
    found: list[SheetRows] = []
    position = 0
    while position < len(lines):
        newline = lines.find(b"\n", position)
        head = orjson.loads(lines[position:newline])
        end = newline + 1 + head["size"]
        merged = [tuple(area) for area in head["merged"]]
        found.append(SheetRows(head["name"], head["visible"], merged, newline + 1, end, lines))
        position = end
    return found


def _in_child(data: bytes) -> mmap.mmap:
    """What the child wrote, mapped from memory."""
    with os.fdopen(os.memfd_create("rows"), "w+b") if hasattr(os, "memfd_create") else tempfile.TemporaryFile() as sink:
        try:
            done = subprocess.run([sys.executable, "-I", __file__], input=data, stdout=sink, stderr=subprocess.PIPE, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise BadWorkbook("这个 Excel 文件读得太久，已停止。请删去表格以外的内容，或拆成几个文件再导入。") from None
        if done.returncode == _REFUSED:
            raise BadWorkbook(done.stderr.decode())
        if done.returncode or not sink.seek(0, io.SEEK_END):
            raise BadWorkbook("这不是能读取的 Excel 文件，或已损坏、加了密码。请用表格软件打开后另存为 .xlsx 再导入。")
        return mmap.mmap(sink.fileno(), 0, access=mmap.ACCESS_READ)


def _timed(text: str) -> datetime | date | time:
    kind = datetime if "T" in text else time if ":" in text else date
    return kind.fromisoformat(text)


def _unmerge(rows: Iterator[tuple[int, list]], merged: list[Range]) -> Iterator[tuple[int, list]]:
    """Give the value of a merged cell to every cell it covers, as the eye reads it."""
    waiting = sorted(merged, key=lambda area: area[1], reverse=True)
    active: list[tuple[Range, object]] = []
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


# ── the archive ──────────────────────────────────────────────────────────────────────────────────────────────

_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""")


def check_archive(data: bytes) -> None:
    """Unpack an .xlsx once without keeping it, against bombs, damage and sheets made endless. Raises BadWorkbook.

    zipfile stops at the size an entry states and then compares the checksum, so a stated size that passes here
    is the true one. calamine holds a sheet as a full rectangle, so two cells in far corners would fill the memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names or not any(n.startswith("xl/workbook") for n in names):
                raise BadWorkbook("这是压缩包或其他文档，不是 Excel 表格。请解压后逐个导入其中的 CSV 或 Excel 文件。")
            if "xl/workbook.bin" in names:
                raise BadWorkbook("这是二进制工作簿（.xlsb）。请另存为“Excel 工作簿（.xlsx）”再导入。")
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise BadWorkbook("这个 Excel 文件解压后过大，疑似压缩炸弹，已拒收。请确认来源，或拆成几个文件。")
            for entry in entries:
                with archive.open(entry) as part:
                    _check_part(part)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, NotImplementedError, zlib.error) as problem:
        raise BadWorkbook("这个 Excel 文件已损坏或加了密码，打不开。请用表格软件打开、取消密码后另存再导入。") from problem


def _check_part(part: IO[bytes]) -> None:
    """Read a part of the archive to its end and refuse it if its cells span too large a rectangle."""
    wide = deep = 0
    tail = b""
    while chunk := part.read(1 << 20):
        for letters, number in _REFERENCE.findall(tail + chunk):
            deep = max(deep, int(number))
            wide = max(wide, _column_number(letters))
        tail = chunk[-40:]  # a reference cut in two by the chunk's border
    if deep > MAX_ROWS or wide > MAX_COLUMNS or deep * wide > MAX_CELLS:
        raise BadWorkbook(f"工作表过大（{deep} 行 × {wide} 列），多半在很远处有多余的格子。请删去表格以外的内容再导入。")


@cache
def _column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27; no letters → 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


# ── the child ────────────────────────────────────────────────────────────────────────────────────────────────

_REFUSED = 3
_encoded = partial(orjson.dumps, default=lambda cell: str(cell) if isinstance(cell, timedelta) else [cell.isoformat()],
                   option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE)  # fmt: skip


def _child() -> None:
    with contextlib.suppress(ValueError, OSError):  # where the machine's own limit is lower already
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        left = MAX_UNPACKED
        for meta in book.sheets_metadata:
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet:
                left -= _write(book.get_sheet_by_name(meta.name), meta, left)
    except python_calamine.PasswordError:
        _refuse("这个 Excel 文件加了密码。请用表格软件打开、取消密码后另存再导入。")


def _write(sheet: python_calamine.CalamineSheet, meta: python_calamine.SheetMetadata, left: int) -> int:
    """Write one sheet to stdout, empty cells cut off on the right; returns how many bytes its rows took."""
    if (sheet.total_width or 0) > MAX_COLUMNS or len(sheet.merged_cell_ranges or ()) > MAX_MERGED:
        _refuse(f"工作表“{meta.name}”超过 {MAX_COLUMNS} 列，或合并单元格过多。请删去表格以外的内容、取消合并后再导入。")
    margin: list = [None] * (sheet.start[1] if sheet.start else 0)  # empty columns on the left are not given
    rows = io.BytesIO()
    for given in sheet.iter_rows():
        row = margin + [None if cell == "" else cell for cell in given]
        while row and row[-1] is None:
            row.pop()
        rows.write(_encoded(row))
        if rows.tell() > left:
            _refuse("这个 Excel 文件解压后过大，已拒收。请拆成几个文件再导入。")
    merged = [(c1 + 1, r1 + 1, c2 + 1, r2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ()]
    visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
    sys.stdout.buffer.write(_encoded({"name": meta.name, "visible": visible, "merged": merged, "size": rows.tell()}))
    sys.stdout.buffer.write(rows.getbuffer())
    return rows.tell()


def _refuse(message_zh: str) -> NoReturn:
    sys.stderr.buffer.write(message_zh.encode())
    sys.stderr.flush()
    os._exit(_REFUSED)


if __name__ == "__main__":
    _child()
