"""A box of hand-overs as a file: exactly the rows of the filter on screen, all pages. Numbers and offices, no names."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter

from fengqiao.core import clock
from fengqiao.promises.queries import Shown

HEADINGS = (
    "流转编号", "事项编号", "种类", "渠道", "移送单位", "承办单位", "状态", "现由谁办", "已等（小时）", "起算", "期限",
    "是否超时", "了结", "退回次数", "退回理由", "结果", "催办次数",
)  # fmt: skip


def cells(shown: Shown) -> list[Any]:
    """One row of the file, in the order of HEADINGS."""
    return [
        shown.number, shown.about_number, shown.kind_word, shown.channel_word, shown.org, shown.to_org, shown.state_word,
        shown.holder, shown.waited_hours if shown.holder_id else "", _at(shown.started_at), _at(shown.due_at),
        "是" if shown.overdue else "否", _at(shown.ended_at), shown.returns, shown.reason, shown.result, shown.reminders,
    ]  # fmt: skip


def as_csv(rows: Iterable[Shown]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read it. Every cell is a code, a number or an office's name."""
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(HEADINGS)
    write.writerows(cells(row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Shown]) -> bytes:
    """One sheet; nothing in it is read as a formula."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("流转")
        for at, line in enumerate([HEADINGS, *map(cells, rows)]):
            sheet.write_row(at, 0, line)
    return file.getvalue()


def _at(moment: Any) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""
