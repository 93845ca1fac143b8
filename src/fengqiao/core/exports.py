"""A list as a file: CSV that goes out while it is read, or a workbook. Both hold exactly the rows they are given.

The access line is the caller's, before it asks for the rows.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, BinaryIO, cast

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from fengqiao.core.actor import Actor
from fengqiao.core.errors import Refused
from fengqiao.core.rules.tables import MARK, csv_lines, harmless
from fengqiao.core.scope import scope

XLSX_ROWS = 20_000  # a workbook is made whole before it is sent; CSV goes out while it is read, without an end
AT_ONCE = 1000  # lines of CSV sent together

Rows = Iterable[Sequence[Any]]


def answer(actor: Actor, name: str, headings: Sequence[str], rows: Rows, *, kind: str = "csv", sheet: str = "") -> HttpResponseBase:
    """The rows under their headings as a download. name: without its ending. kind: csv or xlsx.

    sheet: the workbook's tab, default the name. Refused when a workbook would hold more than XLSX_ROWS.
    """
    if kind == "xlsx":
        return FileResponse(workbook(sheet or name[:31], headings, rows), as_attachment=True, filename=f"{name}.xlsx")
    left = iter(rows)
    first = MARK + csv_lines([headings, *islice(left, AT_ONCE)])  # an error before the first line is still an error page
    response = StreamingHttpResponse(chain([first], _rest(actor, left)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = cast(str, content_disposition_header(True, f"{name}.csv"))
    return response


def _rest(actor: Actor, left: Iterator[Sequence[Any]]) -> Iterator[bytes]:
    """Further pieces of the file. They go out after the request's own scope has ended, so they open their own."""
    with scope(actor):
        while piece := list(islice(left, AT_ONCE)):
            yield csv_lines(piece)


def workbook(sheet: str, headings: Sequence[str], rows: Rows) -> BinaryIO:
    """A workbook of one sheet, at its beginning, to be read once. Refused when it would hold more than XLSX_ROWS."""
    import xlsxwriter  # not held by processes that make none

    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer that sends it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet)
    for n, row in enumerate(chain([headings], rows)):
        if n > XLSX_ROWS:
            raise Refused(f"超过 {XLSX_ROWS:,} 行，请缩小筛选范围，或导出 CSV。", status=409)
        for column, cell in enumerate(row):
            page.write(n, column, harmless(cell))
    book.close()
    file.seek(0)
    return cast(BinaryIO, file)
