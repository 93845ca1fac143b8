"""Inserting rows: everything that points below moves along, as in a spreadsheet program."""

import io

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from fengqiao.insight.rules.growing import grow, moved


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=SUM(B4:B4)", "=SUM(B4:B6)"),
        ("=SUM(B2:B9)", "=SUM(B2:B11)"),
        ("=B4/B5", "=B4/B7"),
        ("=$B$5+B3", "=$B$7+B3"),
        ("=SUM(B:B)+SUM(B4:$C$4)", "=SUM(B:B)+SUM(B4:$C$6)"),
        ("=SUM(4:4)", "=SUM(4:6)"),
        ("=表二!B9+表!B9", "=表二!B9+表!B11"),
        ("='表'!B9&\"B9\"", "='表'!B11&\"B9\""),
        ("=IF(B4>0,SUM(B4:B4),B10)", "=IF(B4>0,SUM(B4:B6),B12)"),
    ],
)
def test_a_formula_points_to_the_same_things_after_two_rows_came_in_below_row_four(formula, expected):
    assert moved(formula, "表", "表", 4, 2) == expected


def test_a_formula_of_another_sheet_follows_the_sheet_that_grew():
    assert moved("=表!B9+B9", "表二", "表", 4, 2) == "=表!B11+B9"
    assert moved("=B9", "表二", "表", 4, 2) == "=B9"


def test_formats_merged_cells_heights_rules_and_names_survive():
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "表"
    sheet["A4"], sheet["B4"], sheet["C4"] = "项", 1, "=B4*2"
    sheet["A4"].font, sheet["A4"].fill = Font(bold=True), PatternFill("solid", fgColor="FFFF0000")
    sheet.merge_cells("D4:E4")
    sheet["A6"] = "下"
    sheet.merge_cells("A6:C6")
    sheet.merge_cells("G3:G8")
    sheet.row_dimensions[4].height, sheet.row_dimensions[6].height = 33, 44
    sheet["B5"] = "=SUM(B4:B4)"
    sheet.conditional_formatting.add("B4:B5", CellIsRule(operator="greaterThan", formula=["$B$5"], font=Font(bold=True)))
    choice = DataValidation(type="list", formula1='"是,否"')
    choice.add("A6:A9")
    sheet.add_data_validation(choice)
    sheet.print_area = "A1:G8"
    sheet["A8"].hyperlink = "https://example.invalid"
    book.defined_names["总数"] = DefinedName("总数", attr_text="表!$B$5")
    other = book.create_sheet("二")
    other["A1"] = "=表!B5"
    grow(book, sheet, 4, 3)
    file = io.BytesIO()
    book.save(file)
    book = openpyxl.load_workbook(file)
    sheet = book["表"]
    assert [sheet.cell(r, 3).value for r in range(4, 8)] == ["=B4*2", "=B5*2", "=B6*2", "=B7*2"]
    assert all(sheet.cell(r, 1).font.bold and sheet.cell(r, 1).fill.fgColor.rgb == "FFFF0000" for r in range(4, 8))
    assert {str(r) for r in sheet.merged_cells.ranges} == {"D4:E4", "D5:E5", "D6:E6", "D7:E7", "A9:C9", "G3:G11"}
    assert [sheet.row_dimensions[r].height for r in (4, 5, 7, 9)] == [33, 33, 33, 44]
    assert (sheet["B8"].value, sheet["A9"].value, book["二"]["A1"].value) == ("=SUM(B4:B7)", "下", "=表!B8")
    [area] = list(sheet.conditional_formatting)
    assert (str(area.sqref), area.rules[0].formula) == ("B4:B8", ["$B$8"])
    assert str(sheet.data_validations.dataValidation[0].sqref) == "A9:A12"
    assert sheet.print_area == "'表'!$A$1:$G$11" and sheet["A11"].hyperlink.ref == "A11"
    assert book.defined_names["总数"].attr_text == "表!$B$8"
