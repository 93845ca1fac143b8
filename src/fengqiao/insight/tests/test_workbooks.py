"""Filling .xlsx forms: values typed, formats kept, bad forms refused clearly."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font

from fengqiao.insight.rules import files, workbooks
from fengqiao.insight.rules.files import BadForm, Line
from fengqiao.insight.tests.test_marks import KNOWN


def book(**cells):
    """A workbook of one sheet named 表 with these cells, as bytes."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = "表"
    for at, value in cells.items():
        sheet[at] = value
    return saved(made)


def saved(made):
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def told(mark, item):
    if item is not None:
        return Line({"": item["name"]}.get(mark.word, item.get(mark.word, "")))
    return {"新增": Line(12), "化解率": Line(0.889, True, "88.9%"), "单位": Line("城关派出所"), "接报": Line(None)}.get(mark.word, Line("？"))


ITEMS = [{"name": "邻里纠纷", "新增": 3}, {"name": "=1+1", "新增": 4}, {"name": "其他", "新增": 5}]


def filled(data, items=ITEMS):
    done, cells = workbooks.fill(data, KNOWN, told, lambda source: items)
    return openpyxl.load_workbook(io.BytesIO(done))["表"], {at: line.text for at, mark, line in cells}


def test_numbers_are_numbers_shares_follow_the_cells_format_and_words_are_words():
    made = openpyxl.load_workbook(io.BytesIO(book(A1="{{ 新增 }}", A2="{{化解率}}", A3="{{ 化解率 }}", A4="{{单位}}新增{{ 新增 }}起", A5="{{ 接报 }}", B1="=A1*2")))
    sheet = made.worksheets[0]
    sheet["A3"].number_format, sheet["A1"].font = "0.0%", Font(bold=True)
    sheet, cells = filled(saved(made))
    assert [sheet[f"A{n}"].value for n in range(1, 6)] == [12, "88.9%", 0.889, "城关派出所新增12起", "—"]
    assert sheet["A1"].font.bold and sheet["B1"].value == "=A1*2"
    assert cells["表!A4"] and cells["表!A1"] == "12"


def test_a_row_is_repeated_and_what_is_below_moves_along():
    sheet, cells = filled(book(A1="{{ 单位 }}", A3="{{ 按类别.名称 }}", B3="{{ 按类别.新增 }}", A4="合计", B4="=SUM(B3:B3)", A5="{{ 新增 }}"))
    assert [[cell.value for cell in row] for row in sheet["A3:B7"]] == [
        ["邻里纠纷", 3], ["=1+1", 4], ["其他", 5], ["合计", "=SUM(B3:B5)"], [12, None],
    ]  # fmt: skip
    assert sheet["A4"].data_type == "s", "text that looks like a formula is none"
    assert (cells["表!B5"], cells["表!A7"]) == ("5", "12")


def test_two_registers_on_one_sheet_do_not_disturb_each_other():
    sheet, cells = filled(book(A2="{{ 按类别.新增 }}", A4="{{ 按社区.新增 }}", A6="{{ 新增 }}"))
    assert [sheet.cell(n, 1).value for n in range(2, 11)] == [3, 4, 5, None, 3, 4, 5, None, 12]
    assert set(cells) == {f"表!A{n}" for n in (2, 3, 4, 6, 7, 8, 10)}


def test_an_empty_register_says_none():
    sheet, _ = filled(book(A2="{{ 台账.编号 }}", B2="{{ 台账.类别 }}", A3="{{ 新增 }}"), [])
    assert [sheet["A2"].value, sheet["B2"].value, sheet["A3"].value] == ["无", None, 12]


def test_marks_that_cannot_be_filled_are_named_with_their_address():
    looked = workbooks.look(book(A1="{{ 新曾 }}", B2="{{ 排名 }}", C3='="{{ 新增 }}"', A4="{{ 台账.编号 }}", B4="{{ 按类别.新增 }}", D5="{{ 新增"), KNOWN)
    words = "\n".join(one.words for one in looked.wrong)
    for at, why in (("表!A1", "是否为：新增"), ("表!B2", "不对单位或个人排名"), ("表!C3", "公式里不能写标记"), ("表!4行", "一行只能按一样东西重复"), ("表!D5", "不成对")):
        assert any(at in line and why in line for line in words.splitlines()), (at, words)


def test_a_repeated_row_merged_with_the_next_is_refused():
    made = openpyxl.load_workbook(io.BytesIO(book(A2="{{ 台账.编号 }}")))
    made.worksheets[0].merge_cells("B2:B3")
    assert "不能与上下行合并" in workbooks.look(saved(made), KNOWN).wrong[0].words


def sheets(count):
    made = openpyxl.Workbook()
    made.worksheets[0].title = "第0所"
    for n in range(1, count):
        made.create_sheet(f"第{n}所")
    for sheet in made.worksheets:
        sheet["A1"], sheet["A2"], sheet["B3"], sheet["B4"] = "{{ 单位 }}", "{{ 台账.编号 }}", "{{ 新增 }}", "=SUM(B3:B3)"
    return saved(made)


def test_a_form_of_forty_sheets_is_filled_and_one_of_more_than_sixty_is_refused_clearly():
    data = sheets(40)
    looked = workbooks.look(data, KNOWN)
    assert (looked.sheets, looked.wrong, len(looked.found)) == (40, [], 120)
    done, _ = workbooks.fill(data, KNOWN, told, lambda source: ITEMS)
    made = openpyxl.load_workbook(io.BytesIO(done))
    assert len(made.worksheets) == 40 and all(sheet["B5"].value == 12 and sheet["B6"].value == "=SUM(B5:B5)" for sheet in made.worksheets)
    with pytest.raises(BadForm, match="61 张工作表，最多 60 张"):
        workbooks.look(sheets(61), KNOWN)


def test_a_register_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MAX_ROWS", 2)
    with pytest.raises(BadForm, match="一份报表最多 2 行"):
        filled(book(A2="{{ 台账.编号 }}"))


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("旧表.xls", b"\xd0\xcf\x11\xe0", "另存为新格式"), ("表.xlsx", b"", "空"), ("表.xlsx", b"PK\x03\x04 not a zip", "扩展名不符|损坏"),
        ("表.xlsx", b"x" * (files.MAX_BYTES + 1), "超过 5 兆"), ("表", book(A1="1"), "须为 .xlsx 或 .docx"), ("表.docx", book(A1="1"), "不符"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused_with_what_to_do(name, data, why):
    with pytest.raises(BadForm, match=why):
        files.checked(name, data)


def test_what_a_filling_would_lose_is_told():
    data = io.BytesIO(book(A1="{{ 新增 }}"))
    with zipfile.ZipFile(data, "a") as packed:
        packed.writestr("xl/charts/chart1.xml", "<c/>")
        packed.writestr("xl/media/image1.png", "x")
    assert files.lost(data.getvalue()) == ["图表", "图片"]
