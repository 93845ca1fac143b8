"""The product's own example forms, made here and not copied from anybody: 台账, 周报, 月报, 情况统计表, 零报告.

A unit keeps them with one click (`acts.keep_examples`), or writes them out (`fengqiao forms FOLDER`) and changes them.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

LINE = Side(style="thin")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
GREY = PatternFill("solid", fgColor="FFE7ECF3")
REGISTER = ("序号", "编号", "日期", "社区", "地点", "类别", "事由", "当事人", "等级", "责任民警", "包案领导", "状态", "下步措施", "期限")


@dataclass(frozen=True, slots=True)
class Example:
    """One example form."""

    name: str
    kind: str
    file_name: str
    data: bytes


def every() -> list[Example]:
    """All of them."""
    return [
        Example("矛盾纠纷排查化解台账", "register", "矛盾纠纷排查化解台账.xlsx", _register()),
        Example("矛盾纠纷情况统计表", "table", "矛盾纠纷情况统计表.xlsx", _table()),
        Example("矛盾纠纷各单位情况表", "table", "矛盾纠纷各单位情况表.xlsx", _units()),
        Example("矛盾纠纷排查化解周报", "week", "矛盾纠纷排查化解周报.docx", _letter("周报")),
        Example("矛盾纠纷排查化解月报", "month", "矛盾纠纷排查化解月报.docx", _letter("月报")),
        Example("矛盾纠纷零报告", "zero", "矛盾纠纷零报告.docx", _zero()),
    ]


def _register() -> bytes:
    book, sheet = _sheet("台账", "{{ 单位 }}矛盾纠纷排查化解台账", "{{ 报告期 }}", len(REGISTER))
    _row(sheet, 3, REGISTER, heading=True)
    _row(sheet, 4, [f"{{{{ 台账.{word} }}}}" for word in REGISTER])
    _foot(sheet, 6, len(REGISTER))
    return _saved(book, sheet, (6, 18, 14, 12, 20, 14, 30, 16, 6, 10, 10, 10, 22, 14))


def _table() -> bytes:
    heads = ("纠纷类别", "上期结转", "新增", "移入", "反弹", "化解", "调解不成", "移送", "撤回", "其他", "未化解")
    words = ("上期结转", "新增", "移入", "反弹", "化解", "调解不成", "移送", "撤回", "其他办结", "未化解")
    book, sheet = _sheet("情况统计表", "{{ 单位 }}矛盾纠纷情况统计表", "{{ 报告期 }}（与上期、去年同期比较）", len(heads))
    _row(sheet, 3, heads, heading=True)
    _row(sheet, 4, ["{{ 按类别.名称 }}", *(f"{{{{ 按类别.{word} }}}}" for word in words)])
    _row(sheet, 5, ["合计", *(f"=SUM({get_column_letter(n)}4:{get_column_letter(n)}4)" for n in range(2, len(heads) + 1))], heading=True)
    for at, (label, more) in enumerate((("上期", ".上期"), ("环比", ".环比"), ("去年同期", ".去年同期"), ("同比", ".同比")), 6):
        _row(sheet, at, [label, *(f"{{{{ {word}{more} }}}}" for word in words)])
    _row(sheet, 11, ["化解率（期内发现）", "{{ 化解率 }}", "期内发现", "{{ 发现 }}", "其中化解", "{{ 化解率.已化解 }}", "环比", "{{ 化解率.环比 }}"])
    sheet["B11"].number_format = "0.0%"
    _row(sheet, 12, ["基层化解率", "{{ 基层化解率 }}", "反弹率", "{{ 反弹率 }}", "按期回访率", "{{ 按期回访率 }}"])
    sheet["A14"] = "口径：化解率＝期内发现且已化解÷期内发现；在办、调解不成、移送、撤回均留在分母中。数据截至 {{ 统计时点 }}。"
    sheet.merge_cells(start_row=14, end_row=14, start_column=1, end_column=len(heads))
    listed = book.create_sheet("未化解清单")
    columns = ("序号", "编号", "日期", "类别", "事由", "责任民警", "包案领导", "下步措施", "期限")
    _heading(listed, "{{ 报告期 }}未化解矛盾纠纷清单", "{{ 单位 }}", len(columns))
    _row(listed, 3, columns, heading=True)
    _row(listed, 4, [f"{{{{ 未化解清单.{word} }}}}" for word in columns])
    _widths(listed, (6, 18, 14, 14, 34, 10, 10, 24, 14))
    return _saved(book, sheet, (20, *([10] * 10)))


def _units() -> bytes:
    heads = ("单位", "上期结转", "新增", "化解", "未化解", "期内发现", "化解率")
    book, sheet = _sheet("各单位", "{{ 单位 }}各单位矛盾纠纷情况表", "{{ 报告期 }}", len(heads))
    _row(sheet, 3, heads, heading=True)
    words = ("名称", "上期结转", "新增", "化解", "未化解", "发现", "化解率")
    _row(sheet, 4, [f"{{{{ 按单位.{word} }}}}" for word in words])
    sheet["G4"].number_format = "0.0%"
    _row(sheet, 5, ["全局", *(f"{{{{ {word} }}}}" for word in words[1:])], heading=True)
    sheet["G5"].number_format = "0.0%"
    sheet["A7"] = "各单位口径和条件不同，本表按单位顺序排列，不作排序比较。单位间移送的，由移出单位计移送、移入单位计移入，全局不重复计。"
    sheet.merge_cells("A7:G7")
    return _saved(book, sheet, (24, *([11] * 6)))


def _letter(word: str) -> bytes:
    document = _document(f"{{{{ 单位 }}}}矛盾纠纷排查化解{word}", "（{{ 报告期 }}）")
    _say(document, "一、总体情况", bold=True)
    _say(
        document,
        "上期结转{{ 上期结转 }}起，本期新增{{ 新增 }}起（上期{{ 新增.上期 }}起，环比{{ 新增.环比 }}；去年同期{{ 新增.去年同期 }}起，同比{{ 新增.同比 }}），"
        "移入{{ 移入 }}起，反弹重办{{ 反弹 }}起；化解{{ 化解 }}起，调解不成{{ 调解不成 }}起，移送{{ 移送 }}起，撤回{{ 撤回 }}起，"
        "期末未化解{{ 未化解 }}起。期内发现的纠纷化解率{{ 化解率 }}，反弹率{{ 反弹率 }}。{{ 零报告 }}",
    )
    _say(document, "二、分类情况", bold=True)
    _grid(document, ("类别", "新增", "化解", "未化解"), [f"{{{{ 按类别.{w} }}}}" for w in ("名称", "新增", "化解", "未化解")])
    _say(document, "三、未化解纠纷", bold=True)
    columns = ("编号", "类别", "事由", "责任民警", "包案领导", "下步措施")
    _grid(document, columns, [f"{{{{ 未化解清单.{w} }}}}" for w in columns])
    _say(document, "填报人：{{ 填报人 }}    填报日期：{{ 填报日期 }}    数据截至：{{ 统计时点 }}")
    return _written(document)


def _zero() -> bytes:
    document = _document("矛盾纠纷零报告", "")
    _say(document, "{{ 单位 }}{{ 报告期 }}新增矛盾纠纷{{ 新增 }}起，未化解{{ 未化解 }}起。{{ 零报告 }}")
    _say(document, "填报人：{{ 填报人 }}    填报日期：{{ 填报日期 }}")
    return _written(document)


def _sheet(name: str, title: str, lead: str, columns: int) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    _heading(sheet, title, lead, columns)
    return book, sheet


def _heading(sheet: Worksheet, title: str, lead: str, columns: int) -> None:
    for at, (text, size) in enumerate(((title, 16), (lead, 11)), 1):
        sheet.cell(at, 1, text).font = Font(bold=at == 1, size=size)
        sheet.cell(at, 1).alignment = Alignment(horizontal="center", vertical="center")
        sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=columns)
    sheet.row_dimensions[1].height = 30
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:3"


def _row(sheet: Worksheet, at: int, values: Sequence[str], *, heading: bool = False) -> None:
    for column, value in enumerate(values, 1):
        cell = sheet.cell(at, column, value)
        cell.border, cell.alignment = BOX, Alignment(horizontal="center", vertical="center", wrap_text=True)
        if heading:
            cell.font, cell.fill = Font(bold=True), GREY


def _foot(sheet: Worksheet, at: int, columns: int) -> None:
    sheet.cell(at, 1, "填报人：{{ 填报人 }}    填报日期：{{ 填报日期 }}    数据截至：{{ 统计时点 }}")
    sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=columns)


def _widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _saved(book: Workbook, sheet: Worksheet, widths: Sequence[int]) -> bytes:
    _widths(sheet, widths)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _document(title: str, lead: str) -> "docx.document.Document":
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    for text, size in ((title, 20), (lead, 14)):
        if text:
            paragraph = document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(size), size > 14
    return document


def _say(document: "docx.document.Document", text: str, bold: bool = False) -> None:
    document.add_paragraph().add_run(text).bold = bold


def _grid(document: "docx.document.Document", heads: Sequence[str], marks: Sequence[str]) -> None:
    table = document.add_table(rows=2, cols=len(heads), style="Table Grid")
    for column, (head, mark) in enumerate(zip(heads, marks, strict=True)):
        table.cell(0, column).paragraphs[0].add_run(head).bold = True
        table.cell(1, column).text = mark


def _written(document: "docx.document.Document") -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
