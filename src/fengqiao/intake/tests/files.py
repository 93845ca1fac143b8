"""Builders of the files stations really send, and of those nobody should send."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

import openpyxl
import xlwt

PE_PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\0" * 44 + b"\x80\x00\x00\x00" + b"PE\0\0" * 200
ELF_PROGRAM = b"\x7fELF\x02\x01\x01\x00" + b"\0" * 1000
SCRIPT = b"#!/bin/sh\nrm -rf /\n"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
WEB_PAGE = "<html><meta charset=gbk><table><tr><td>报警时间</td></tr></table>".encode("gb18030")


def csv_bytes(rows: Iterable[Sequence], encoding: str = "utf-8", delimiter: str = ",", newline: str = "\r\n") -> bytes:
    """Rows as a delimited text file in `encoding`."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(sheets: dict[str, Iterable[Sequence]], merged: dict[str, Sequence[str]] | None = None, hidden: Sequence[str] = ()) -> bytes:
    """A workbook with these sheets; `merged` names the merged areas of a sheet, `hidden` the sheets not shown."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
        if name in hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls_bytes(sheets: dict[str, Iterable[Sequence]], merged: dict[str, Sequence[tuple[int, int, int, int]]] | None = None) -> bytes:
    """An Excel 97 workbook; `merged` holds (first row, last row, first column, last column) from 0."""
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        areas = {(area[0], area[2]): area for area in (merged or {}).get(name, ())}
        covered = {(r, c) for r1, r2, c1, c2 in areas.values() for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)}
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if (r, c) in areas:
                    sheet.write_merge(*areas[r, c], value)
                elif value is not None and (r, c) not in covered:
                    sheet.write(r, c, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb(unpacked: int) -> bytes:
    """A small workbook that unpacks to more than `unpacked` bytes."""
    out = io.BytesIO(xlsx_bytes({"一": [["标题"]]}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/image1.bin", "w", force_zip64=True) as part:
        for _ in range(unpacked // (1 << 24) + 1):
            part.write(b"\0" * (1 << 24))
    return out.getvalue()


def ordinary_archive() -> bytes:
    """A zip that is no workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("台账.csv", "标题,内容")
    return out.getvalue()


def id_number(first_seventeen: str) -> str:
    """An invented citizen id number of the region 999999 with the right check digit (GB 11643)."""
    total = sum(int(digit) * (2 ** (17 - i) % 11) for i, digit in enumerate(first_seventeen))
    return first_seventeen + "10X98765432"[total % 11]


HEADINGS = ["报警时间", "报警人", "联系电话", "发生地点", "简要案情"]
LINES = [
    ["2026-05-03 20:10:00", "王建国", "13800001234", "城南路12号", "邻居因停车发生争吵，双方互不相让。"],
    ["2026-05-03 21:45:00", "欧阳修远", "13900005678", "枫溪大道88号", "楼上漏水，多次协商未果，请求处理。"],
    ["2026-05-04 08:05:00", "巴特尔", "13700004321", "老街菜市场", "摊位纠纷，一方称被推搡。"],
]
REGISTER_TITLE = "枫溪镇派出所2023年矛盾纠纷排查化解台账"


def exploding_xls() -> bytes:
    """An Excel 97 workbook whose last cell claims column 65,535: as a full rectangle it would take 100 GB."""
    data = xls_bytes({"一": [["标题"], *[["内容"]] * 65_535]})
    last_cell = b"\xfd\x00\x0a\x00\xff\xff\x00\x00"  # LABELSST, 10 bytes, row 65,535, column 0
    assert data.count(last_cell) == 1
    return data.replace(last_cell, last_cell[:-2] + b"\xff\xff")
