"""Lists as files: whole, whatever their length, and nothing in them is a formula."""

import csv
import io

import openpyxl
import pytest
from django.db import connection

from fengqiao.core import exports
from fengqiao.core.errors import Refused
from fengqiao.core.scope import scope


def seen(rows: int):
    """Rows that ask the database who is looking while they are written."""
    for n in range(rows):
        if n % 900 == 0:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('app.orgs', true)")
                orgs = cursor.fetchone()[0]
        yield (n, f"={n}", orgs)


def test_a_long_list_goes_out_whole_under_the_same_sight_after_the_request_has_ended(cast):
    with scope(cast.wang):
        answer = exports.answer(cast.wang, "清单", ("号", "式", "谁"), seen(2500))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["号", "式", "谁"] and len(rows) == 2501
    assert rows[1][1] == "'=0" and len({row[2] for row in rows[1:]}) == 1 and str(cast.wang.org_id) in rows[1][2]
    assert "filename*=utf-8''%E6%B8%85%E5%8D%95.csv" in answer["Content-Disposition"]


def test_a_workbook_holds_the_same_and_refuses_what_it_cannot_hold(cast, monkeypatch):
    rows = [(1, "=1+1", "@x"), (2, "王某", "")]
    made = openpyxl.load_workbook(exports.workbook("清单", ("号", "式", "谁"), rows)).active
    assert list(made.values) == [("号", "式", "谁"), (1, "'=1+1", "'@x"), (2, "王某", None)]
    monkeypatch.setattr(exports, "XLSX_ROWS", 1)
    with pytest.raises(Refused, match="导出 CSV"):
        exports.workbook("清单", ("号",), rows)
