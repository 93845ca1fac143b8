"""事项: the list, its filter, and the export of exactly that."""

import csv
import io
from dataclasses import replace

import openpyxl
import pytest

from fengqiao.core import exports
from fengqiao.core.rules.tables import harmless
from fengqiao.intake import acts
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.intake.views import matters

WALL = ReportIn(
    channel="window", text="王大山说邻居李四推倒了他家院墙，电话13800001234", place_text="城南路12号3栋2单元501室", kind="D03",
    parties=(PartyIn(name="王大山", phone="13800001234", role="caller"), PartyIn(name="李四")),
)  # fmt: skip
WAGES = ReportIn(channel="12345", text="=HYPERLINK(\"http://x\")老板拖欠工资", kind="D10", parties=(PartyIn(name="赵六"),))


@pytest.fixture
def two(cast):
    """A quarrel over a wall told twice, and one about wages told once."""
    wall = acts.receive(cast.sun, report=WALL)
    acts.attach(cast.deng, report=replace(WALL, channel="110"), matter_id=wall.matter_id)
    return wall, acts.receive(cast.deng, report=WAGES)


def table(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def numbers(answer) -> list[str]:
    return [row["cells"][0] for row in answer.context["list"]["rows"]]


def test_the_list_shows_masked_names_and_writes_no_access_line(sign_on, two, words, looked):
    answer = sign_on("wang").get("/matters/")
    shown = words(answer)
    assert "王某某、李某" in shown and "王某某说邻居李某推倒" in shown
    assert "王大山" not in shown and "李四" not in shown and "赵六" not in shown
    assert looked() == []


@pytest.mark.spec("U3")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"wall", "wages"}),
        ("kind=D03", {"wall"}), ("kind=D", {"wall", "wages"}), ("kind=J", set()),
        ("state=waiting", {"wall", "wages"}), ("state=closed", set()),
        ("channel=12345", {"wages"}), ("channel=110", {"wall"}),
        ("repeated=yes", {"wall"}), ("owner=me", set()), ("owner=none", {"wall", "wages"}), ("history=yes", set()),
        ("since=2020-01-01", {"wall", "wages"}), ("until=2020-01-01", set()), ("since=nonsense", {"wall", "wages"}),
        ("org=shared", set()), ("cursor=broken", {"wall", "wages"}),
    ],
)  # fmt: skip
def test_the_export_holds_exactly_what_the_filter_shows(sign_on, two, query, found):
    wall, wages = two
    client = sign_on("wang")
    on_screen = numbers(client.get(f"/matters/?{query}"))
    exported = [row[0] for row in table(client.get(f"/matters/export/?{query}&format=csv"))[1:]]
    assert on_screen == exported
    assert set(on_screen) == {{"wall": wall, "wages": wages}[name].matter_number for name in found}


def test_words_find_by_index_once_the_worker_has_read(sign_on, two, compared):
    compared()
    assert numbers(sign_on("wang").get("/matters/?words=拖欠工资")) == [two[1].matter_number]


def test_pages_follow_each_other_without_gap_or_repeat(sign_on, cast, monkeypatch):
    made = [acts.receive(cast.sun, report=replace(WALL, text=f"第{i}件")).matter_number for i in range(7)]
    monkeypatch.setattr("fengqiao.intake.queries.lists.found.__kwdefaults__", {"cursor": "", "size": 3})
    client, seen, cursor = sign_on("wang"), [], ""
    for _ in range(3):
        page = client.get(f"/matters/?cursor={cursor}")
        seen += numbers(page)
        cursor = page.context["list"]["next_cursor"]
    assert seen == made[::-1] and not cursor
    back = client.get(f"/matters/?cursor={page.context['list']['previous_cursor']}")
    assert numbers(back) == made[::-1][3:6]


@pytest.mark.spec("NP-55")
def test_an_export_masks_names_phones_and_door_numbers_and_writes_one_access_line(sign_on, two, looked):
    """Exports of the list. Texts for the public (press, portal) go through the same rule in their own rooms."""
    rows = table(sign_on("wang").get("/matters/export/?kind=D03&format=csv"))
    assert rows[0] == list(matters.HEADINGS)
    cells = dict(zip(*rows, strict=True))
    assert cells["当事人"] == "王某某、李某"
    assert cells["事由"] == "王某某说邻居李某推倒了他家院墙，电话138****1234"
    assert cells["地点"] == "城南路XX号XX栋XX单元XX室"
    assert [(action, purpose) for action, purpose, _ in looked()] == [("export", "导出")]


@pytest.mark.spec("NP-55")
def test_full_names_leave_only_with_a_reason(sign_on, two, looked):
    client = sign_on("wang")
    assert client.post("/matters/export/?kind=D03", {"purpose": "", "format": "csv"}).status_code == 422
    assert looked() == []
    rows = table(client.post("/matters/export/?kind=D03", {"purpose": "移交检察院", "format": "csv"}))
    assert rows[1][8] == "王大山、李四" and "王大山说邻居李四" in rows[1][1]
    assert [(purpose, fields) for _, purpose, fields in looked()] == [("导出：移交检察院", ["name", "title", "place_text"])]


def test_no_cell_is_a_formula_in_either_format(sign_on, two):
    client = sign_on("wang")
    assert table(client.get("/matters/export/?kind=D10&format=csv"))[1][1].startswith("'=HYPERLINK")
    answer = client.get("/matters/export/?kind=D10&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet["B2"].data_type == "s" and sheet["B2"].value.startswith("'=HYPERLINK")
    assert [c.value for c in sheet[1]] == list(matters.HEADINGS)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["院墙", "", 3, "12号"])
def test_what_does_not_stays_as_it_is(cell):
    assert harmless(cell) == cell


def test_a_station_exports_only_its_own_and_an_administrator_nothing(sign_on, two):
    assert len(table(sign_on("wang").get("/matters/export/?format=csv"))) == 3
    assert len(table(sign_on("chen").get("/matters/export/?format=csv"))) == 1
    assert sign_on("guan").get("/matters/export/?format=csv").status_code == 403
    assert sign_on("gao").get("/matters/export/?format=csv").status_code == 403


def test_a_workbook_too_large_to_be_made_whole_says_so(sign_on, two, words, monkeypatch):
    monkeypatch.setattr(exports, "XLSX_ROWS", 1)
    answer = sign_on("wang").get("/matters/export/?format=xlsx")
    assert answer.status_code == 409 and "请缩小筛选范围，或导出 CSV" in words(answer)


def test_a_grid_worker_lists_what_they_handed_in_and_no_more(sign_on, cast, two):
    mine = acts.receive(cast.gao, report=replace(WALL, channel="grid"))
    assert numbers(sign_on("gao").get("/matters/")) == [mine.matter_number]
    assert mine.matter_number in numbers(sign_on("wang").get("/matters/"))
