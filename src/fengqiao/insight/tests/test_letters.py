"""Filling .docx forms: marks split over runs, tables with repeated rows, headers."""

import io

import docx
import pytest

from fengqiao.insight.rules import letters
from fengqiao.insight.rules.files import BadForm
from fengqiao.insight.tests.test_marks import KNOWN
from fengqiao.insight.tests.test_workbooks import ITEMS, told


def written(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.fixture
def form():
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("本期{{ 新").bold = True
    paragraph.add_run("增 }}起，率{{化解率}}")
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).text, table.cell(1, 0).text, table.cell(1, 1).text = "类别", "{{ 按类别.名称 }}", "{{ 按类别.新增 }}起"
    table.cell(2, 0).text, table.cell(2, 1).text = "合计", "{{ 新增 }}"
    document.sections[0].header.paragraphs[0].text = "{{ 单位 }}"
    return document


def read(data):
    document = docx.Document(io.BytesIO(data))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return document.paragraphs[0], rows, document.sections[0].header.paragraphs[0].text


def test_marks_are_filled_wherever_word_split_them(form):
    done, cells = letters.fill(written(form), KNOWN, told, lambda source: ITEMS)
    paragraph, rows, header = read(done)
    assert paragraph.text == "本期12起，率88.9%" and paragraph.runs[0].bold and not paragraph.runs[1].bold
    assert rows == [["类别", ""], ["邻里纠纷", "3起"], ["=1+1", "4起"], ["其他", "5起"], ["合计", "12"]]
    assert header == "城关派出所"
    assert ("第1段", "12") in [(at, line.text) for at, _, line in cells]


def test_an_empty_register_says_none(form):
    _, rows, _ = read(letters.fill(written(form), KNOWN, told, lambda source: [])[0])
    assert rows[1] == ["无", ""]


def test_what_is_wrong_is_named_with_its_place(form):
    form.add_paragraph("{{ 新曾 }}")
    form.add_paragraph("{{ 台账.编号 }}")
    form.tables[0].cell(2, 1).text = "{{ 罚没金额 }}"
    words = "\n".join(one.words for one in letters.look(written(form), KNOWN).wrong)
    assert "是否为：新增" in words and "只能写在表格的一行里" in words and "表1第3行第2格" in words and "罚没金额不作为指标" in words


def test_a_value_with_braces_is_not_read_again(form):
    from fengqiao.insight.rules.files import Line

    done, _ = letters.fill(written(form), KNOWN, lambda mark, item: Line("{{ 新增 }}"), lambda source: ITEMS[:1])
    assert read(done)[0].text == "本期{ { 新增 }}起，率{ { 新增 }}"


def test_what_is_no_document_is_refused():
    with pytest.raises(BadForm, match="另存为"):
        letters.look(b"PK", KNOWN)
