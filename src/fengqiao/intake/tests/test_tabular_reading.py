"""Opening files: encodings, delimiters, workbooks, and what is refused by content."""

import io
import random
import re
import zipfile
from contextlib import suppress
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengqiao.intake.tabular import Unreadable, encodings, open_table, workbooks
from fengqiao.intake.tests import files

ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
TABLE = [files.HEADINGS, *files.LINES]


def cells(table, sheet=0):
    return [["" if cell is None else str(cell) for cell in row] for _, row in table.sheets[sheet]]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_table_reads_the_same_in_every_encoding_and_with_every_delimiter(encoding, delimiter):
    table = open_table(files.csv_bytes(TABLE, encoding, delimiter), "接警.csv")
    assert cells(table) == TABLE
    assert table.dialect.delimiter == delimiter


TRADITIONAL = [["報警時間", "報警人", "發生地點", "內容"], ["2026-05-03 20:10", "吳忠", "國慶路十二號", "鄰居因為停車發生爭吵，請派員處理。"]]


def test_a_traditional_table_in_big5_is_not_taken_for_gb18030():
    data = files.csv_bytes(TRADITIONAL, "big5")
    data.decode("gb18030")  # both accept the bytes: only the sense tells them apart
    assert cells(open_table(data, "報警.csv")) == TRADITIONAL


def test_a_traditional_table_in_gb18030_is_read_as_gb18030():
    table = open_table(files.csv_bytes(TRADITIONAL, "gb18030"), "報警.csv")
    assert (table.encoding, cells(table)) == ("gb18030", TRADITIONAL)


COMMON = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"
word = st.text(alphabet=st.sampled_from(COMMON + "abcXYZ019 ，。、“”（）\n\",;|'·𠮷㛃"), max_size=40).map(str.strip)
honest_rows = st.lists(st.tuples(word, word, word), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(rows=honest_rows, encoding=st.sampled_from(ENCODINGS), delimiter=st.sampled_from(",\t;|"), order=st.permutations(range(4)),
       newline=st.sampled_from(["\n", "\r\n"]))  # fmt: skip
def test_any_table_comes_back_as_it_was_written(rows, encoding, delimiter, order, newline):
    table = [["发生地点", "报警人姓名", "简要案情和处理情况", "编号"], *([*row, f"J{i:04}"] for i, row in enumerate(rows))]
    shuffled = [[row[i] for i in order] for row in table]
    opened = open_table(files.csv_bytes(shuffled, encoding, delimiter, newline), "x.csv")
    assert cells(opened) == shuffled


@settings(max_examples=15, deadline=None)
@given(rows=honest_rows)
def test_any_table_comes_back_from_a_workbook(rows):
    table = [["发生地点", "报警人", "简要案情"], *map(list, rows)]
    data = files.xlsx_bytes({"一月": table})
    read = [row + [""] * (3 - len(row)) for row in cells(open_table(data, "x.xlsx"))]
    assert read + [["", "", ""]] * (len(table) - len(read)) == table


def test_random_bytes_are_either_refused_in_chinese_or_read_but_never_crash():
    chance = random.Random(20261121)
    for _ in range(300):
        data = chance.randbytes(chance.randrange(1, 400))
        try:
            cells(open_table(data, "x.csv"))
        except Unreadable as refused:
            assert refused.message_zh.endswith("。")


@pytest.mark.parametrize("name", ["接警.csv", "接警.xlsx", "接警.xls", "接警.pdf"])
@pytest.mark.parametrize("data", [files.PE_PROGRAM, files.ELF_PROGRAM, files.SCRIPT])
def test_a_program_is_refused_whatever_its_name(name, data):
    with pytest.raises(Unreadable, match="可执行程序"):
        open_table(data, name)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (b"  \r\n", "空的"),
        (files.PDF, "PDF"),
        (files.WEB_PAGE, "网页"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "jpg"),
        (b"Rar!\x1a\x07\x01\x00" + b"\0" * 50, "rar"),
        (files.ordinary_archive(), "压缩包"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 2000, "Excel"),
        (files.xlsx_bytes({"一": TABLE})[:-600], "损坏"),
        (bytes(range(1, 32)) * 40, "二进制"),
        (b"\xd6\xd0\x00\x01\x02\x03" * 50, "。"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(data, says):
    with pytest.raises(Unreadable, match=says) as refused:
        list(open_table(data, "台账.csv").sheets[0])
    assert "!" not in refused.value.message_zh and "！" not in refused.value.message_zh


def test_a_workbook_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 40 << 20)
    data = files.bomb(64 << 20)
    assert len(data) < 200_000
    with pytest.raises(Unreadable, match="压缩炸弹"):
        open_table(data, "x.xlsx")


def test_a_workbook_that_states_a_false_size_is_refused(monkeypatch):
    honest = files.xlsx_bytes({"一": [["标题", "内容"]] * 3000})
    at = honest.index(b"xl/worksheets/sheet1.xml") - 46  # the central directory comes after the data
    at = honest.index(b"xl/worksheets/sheet1.xml", at + 100) - 46 + 24
    lying = honest[:at] + (100).to_bytes(4, "little") + honest[at + 4 :]
    with pytest.raises(Unreadable, match="损坏"):
        open_table(lying, "x.xlsx")


def test_a_false_dimension_is_ignored():
    data = files.xlsx_bytes({"一": TABLE})
    lying = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(lying, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', old.read(name)))
    assert b"XFD1048576" in zipfile.ZipFile(lying).read("xl/worksheets/sheet1.xml")
    assert cells(open_table(lying.getvalue(), "x.xlsx")) == TABLE


@pytest.mark.parametrize("corner", [(1, 602), (1_048_576, 3), (900_000, 400)])
def test_a_sheet_made_endless_is_refused_before_it_fills_the_memory(corner):
    book = openpyxl.Workbook()
    book.active["A1"] = "标题"
    book.active.cell(*corner).value = "末"
    out = io.BytesIO()
    book.save(out)
    if corner == (1_048_576, 3):
        assert len(cells(open_table(out.getvalue(), "x.xlsx"))) == 1_048_576
        return
    with pytest.raises(Unreadable, match=f"{corner[0]} 行 × {corner[1]} 列"):
        open_table(out.getvalue(), "x.xlsx")


@pytest.mark.parametrize(("wrong", "right"), [("gb18030", "utf-8"), ("latin-1", "gb18030"), ("cp1252", "utf-8")])
def test_text_ruined_before_it_came_is_refused(wrong, right):
    text = files.csv_bytes(TABLE).decode()
    ruined = text.encode(right).decode(wrong, "replace").encode("utf-8")
    with pytest.raises(Unreadable, match="乱码"):
        open_table(ruined, "接警.csv")


def test_text_full_of_replacement_characters_is_refused():
    ruined = files.csv_bytes(TABLE, "gb18030").decode("utf-8", "replace").encode()
    with pytest.raises(Unreadable, match="乱码"):
        open_table(ruined, "接警.csv")


def test_two_encodings_in_one_file_are_refused_with_the_line():
    data = files.csv_bytes(TABLE * 5, "utf-8") + files.csv_bytes(TABLE * 5, "gb18030")
    with pytest.raises(Unreadable, match="混有两种编码，第 21 行"):
        open_table(data, "接警.csv")


def test_honest_chinese_is_never_called_ruined():
    assert not encodings._ruined(COMMON)
    assert not encodings._ruined("ÇÔÖ café naïve Ångström, 12°C")


def test_quoted_line_breaks_stay_in_their_cell_and_lines_are_numbered_as_excel_numbers_them():
    data = files.csv_bytes([files.HEADINGS, ["2026-05-03", "王", "", "", "第一行\n第二行\r\n第三行"], ["2026-05-04", "李", "", "", "短"]])
    rows = list(open_table(data, "x.csv").sheets[0])
    assert rows[1][1][4] == "第一行\n第二行\r\n第三行"
    assert [number for number, _ in rows] == [1, 2, 3]


def test_a_tab_separated_file_whose_quotation_marks_are_text_keeps_its_lines():
    data = '标题\t内容\n"急\t他说"不行"，就走了\n乙\t丙\n'.encode()
    assert cells(open_table(data, "x.tsv")) == [["标题", "内容"], ['"急', '他说"不行"，就走了'], ["乙", "丙"]]


def test_the_separator_line_that_excel_writes_is_obeyed():
    assert cells(open_table("sep=;\r\n标题;内容\r\n甲,乙;丙\r\n".encode(), "x.csv")) == [["标题", "内容"], ["甲,乙", "丙"]]


def test_a_cell_of_300000_characters_is_read_whole():
    data = files.csv_bytes([files.HEADINGS, ["2026-05-03", "王", "", "", "长" * 300_000]])
    assert len(list(open_table(data, "x.csv").sheets[0])[1][1][4]) == 300_000


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_merged_cells_give_their_value_to_every_cell_they_cover(kind):
    rows = [["2023年台账", None, None], ["社区", "当事人", None], [None, "姓名", "电话"], ["城南", "张三", "1"], [None, "李四", "2"], ["城北", "王五", "3"]]
    if kind == "xlsx":
        data = files.xlsx_bytes({"一": rows}, {"一": ["A1:C1", "A2:A3", "B2:C2", "A4:A5"]})
    else:
        data = files.xls_bytes({"一": rows}, {"一": [(0, 0, 0, 2), (1, 2, 0, 0), (1, 1, 1, 2), (3, 4, 0, 0)]})
    assert cells(open_table(data, f"x.{kind}")) == [
        ["2023年台账"] * 3, ["社区", "当事人", "当事人"], ["社区", "姓名", "电话"],
        ["城南", "张三", "1"], ["城南", "李四", "2"], ["城北", "王五", "3"],
    ]  # fmt: skip


def test_every_visible_sheet_is_read_and_hidden_ones_are_named():
    data = files.xlsx_bytes({"一月": TABLE, "二月": TABLE[:2], "底稿": TABLE}, hidden=["底稿"])
    table = open_table(data, "x.xlsx")
    assert [sheet.name for sheet in table.sheets] == ["一月", "二月"]
    assert cells(table, 1) == TABLE[:2]
    assert "底稿" in table.warnings[0]


def test_a_workbook_that_would_fill_the_memory_costs_only_its_own_process():
    with pytest.raises(Unreadable, match="损坏"):
        open_table(files.exploding_xls(), "x.xls")


def test_a_damaged_workbook_is_refused_or_read_but_never_ends_the_process():
    chance = random.Random(20261121)
    good = files.xls_bytes({"一": TABLE})
    for _ in range(25):
        damaged = bytearray(good)
        for _ in range(20):
            damaged[chance.randrange(512, len(good))] = chance.randrange(256)
        with suppress(Unreadable):
            for sheet in open_table(bytes(damaged), "x.xls").sheets:
                list(sheet)


def test_two_passes_over_a_sheet_do_not_disturb_each_other():
    sheet = open_table(files.xlsx_bytes({"一": TABLE}), "x.xlsx").sheets[0]
    assert [a == b for a, b in zip(sheet, sheet, strict=True)] == [True] * len(TABLE)


def test_dates_and_numbers_of_a_workbook_keep_their_kind():
    at = datetime(2026, 5, 3, 20, 10)  # noqa: DTZ001
    table = open_table(files.xlsx_bytes({"一": [["时间", "数"], [at, 12.5]]}), "x.xlsx")
    assert list(table.sheets[0])[1] == (2, [at, 12.5])


def test_a_workbook_whose_name_says_csv_is_still_read(tmp_path):
    path = tmp_path / "接警.csv"
    path.write_bytes(files.xlsx_bytes({"一": TABLE}))
    assert cells(open_table(path)) == TABLE


def test_the_public_messages_equal_their_copies_in_other_encodings(shared_data):
    data = (shared_data / "text" / "messages_stream.csv").read_bytes()
    original = cells(open_table(data, "m.csv"))
    assert len(original) == 2185
    for encoding in ENCODINGS[1:]:
        assert cells(open_table(data.decode("utf-8").encode(encoding), "m.csv")) == original
