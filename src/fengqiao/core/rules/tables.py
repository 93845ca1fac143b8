"""Rows as text a spreadsheet opens, in which nothing is taken for a formula."""

import csv
import io
from collections.abc import Iterable
from typing import Any

MARK = "\ufeff".encode()  # so that spreadsheets read UTF-8


def harmless(cell: Any) -> Any:
    """A cell no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front (OWASP)."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def csv_lines(rows: Iterable[Iterable[Any]]) -> bytes:
    """The rows as lines of CSV (UTF-8, CRLF, no byte order mark)."""
    text = io.StringIO(newline="")
    write = csv.writer(text)
    write.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
