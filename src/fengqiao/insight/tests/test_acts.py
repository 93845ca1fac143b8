"""A form from upload to the sent report, its figures cell by cell, and what changed since."""

import hashlib
import io
from datetime import UTC, date, datetime

import docx
import openpyxl
import pytest
from django.db import DatabaseError, transaction
from openpyxl.chart import BarChart, Reference

from fengqiao.core import clock, erasure, retention
from fengqiao.core.acts import approvals
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.scope import scope
from fengqiao.disputes import acts as disputes
from fengqiao.disputes.models import Party
from fengqiao.insight import acts, examples, queries
from fengqiao.insight.models import Evidence, Filing, Form
from fengqiao.insight.tests.conftest import OCTOBER
from fengqiao.insight.tests.test_workbooks import book, sheets
from fengqiao.intake.models import Matter

NOVEMBER = datetime(2026, 11, 3, 1, tzinfo=UTC)
ALL = {one.name: one for one in examples.every()}


def keep(cast, name, data=None, file_name=None):
    one = ALL.get(name)
    kind = one.kind if one else "other"
    return acts.keep_form(cast.deng, name=name, kind=kind, file_name=file_name or one.file_name, data=data or one.data)


def drafted(cast, name, actor=None, **given):
    with clock.at(NOVEMBER):
        form_id = keep(cast, name, **given)
        return acts.draft(actor or cast.deng, form_id=form_id, org_id=cast.org["chengguan"], first=OCTOBER[0], last=OCTOBER[1])


def opened(cast, filing_id, actor=None):
    with scope(actor or cast.zhao):
        name, data = queries.filed(actor or cast.zhao, filing_id)
    return openpyxl.load_workbook(io.BytesIO(data)) if name.endswith(".xlsx") else docx.Document(io.BytesIO(data))


def signed(cast, filing_id):
    with clock.at(NOVEMBER):
        approvals.decide(cast.zhao, approval_id=acts.ask(cast.deng, filing_id=filing_id), granted=True)


def held(cast, filing_id):
    with scope(cast.zhao):
        return Filing.objects.get(id=filing_id)


def charted():
    """A form with a chart in it."""
    made = openpyxl.load_workbook(io.BytesIO(book(A1="{{ 新增 }}", A2=1)))
    chart = BarChart()
    chart.add_data(Reference(made.worksheets[0], min_col=1, min_row=1, max_row=2))
    made.worksheets[0].add_chart(chart, "C3")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def test_every_example_form_is_understood_whole(cast):
    with clock.at(NOVEMBER):
        made = acts.keep_examples(cast.deng)
        assert len(made) == len(ALL) and acts.keep_examples(cast.deng) == []
    with scope(cast.zhao):
        assert {form["name"] for form in queries.forms(cast.zhao)} == set(ALL)
    with scope(cast.chen):
        assert queries.forms(cast.chen) == []


def test_the_statistics_table_holds_every_figure_in_its_cell(cast, month):
    """Opened with openpyxl, figure by figure; a spreadsheet program reckons the sums of the form itself."""
    filing = drafted(cast, "矛盾纠纷情况统计表")
    sheet = opened(cast, filing)["情况统计表"]
    assert sheet["A1"].value == "城关派出所矛盾纠纷情况统计表" and sheet["A2"].value == "2026年10月（与上期、去年同期比较）"
    rows = {row[0].value: [cell.value for cell in row[1:11]] for row in sheet.iter_rows(min_row=4, max_row=23)}
    #                          结转 新增 移入 反弹 化解 不成 移送 撤回 其他 未化解
    assert rows["邻里纠纷"] == [1, 2, 0, 0, 2, 0, 0, 1, 0, 0]
    assert rows["合同纠纷（含民间借贷、债务）"] == [0, 1, 0, 0, 0, 1, 0, 0, 0, 0]
    assert rows["生产经营纠纷"] == [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert rows["合计"][:2] == ["=SUM(B4:B18)", "=SUM(C4:C18)"], "the form's own sums reach over the repeated rows"
    assert [sum(rows[name][n] for name in list(rows)[:15]) for n in range(10)] == [1, 4, 0, 0, 2, 1, 0, 1, 0, 1]
    assert rows["上期"] == [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert rows["环比"][1] == "300.0%" and rows["同比"] == ["—"] * 10 and rows["去年同期"] == [0] * 10
    assert (sheet["B25"].value, sheet["B25"].number_format) == (0.25, "0.0%"), "one of the four found is resolved"
    assert [sheet[f"{c}25"].value for c in "DF"] == [4, 1]
    assert str(sheet["A28"].value).endswith("数据截至 2026年11月3日 09:00。") and "A28:K28" in {str(r) for r in sheet.merged_cells.ranges}


def test_the_list_of_the_unresolved_names_who_has_it_and_what_comes_next(cast, month):
    listed = opened(cast, drafted(cast, "矛盾纠纷情况统计表"))["未化解清单"]
    [line] = [[cell.value for cell in row] for row in listed.iter_rows(min_row=4, max_row=4)]
    assert line[0] == 1 and line[3] == "生产经营纠纷" and line[5] == "王砚" and line[7] == "安排调解" and line[4] == "fourth争吵"


def test_a_register_masks_names_and_writes_one_access_line(cast, month, monkeypatch):
    lines = []
    monkeypatch.setattr("fengqiao.core.access.opened", lambda *a, **k: lines.append((a[3], a[4])))
    filing = drafted(cast, "矛盾纠纷排查化解台账")
    assert lines == [("制作台账", ["name_masked", "place_text", "title"])]
    sheet = opened(cast, filing)["台账"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=8)]
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    assert all("王某某" in row[7] and "王大山" not in str(row) and "李四海" not in str(row) for row in rows)
    assert sheet["A10"].value.startswith("填报人：邓海")


def test_the_weekly_and_monthly_letters_and_the_zero_report(cast, month):
    letter = opened(cast, drafted(cast, "矛盾纠纷排查化解月报"))
    text = "\n".join(p.text for p in letter.paragraphs)
    assert "上期结转1起，本期新增4起（上期1起，环比300.0%；去年同期0起，同比—）" in text and "化解率25.0%" in text and "零报告" not in text
    kinds, open_ones = letter.tables
    assert [cell.text for cell in kinds.rows[2].cells] == ["邻里纠纷", "2", "2", "0"]
    assert open_ones.rows[1].cells[2].text == "fourth争吵"
    with clock.at(NOVEMBER):
        zero = acts.draft(cast.deng, form_id=keep(cast, "矛盾纠纷零报告"), org_id=cast.org["chengguan"], first=date(2026, 11, 1), last=date(2026, 11, 2))
    assert "本期无新增矛盾纠纷，零报告。" in "\n".join(p.text for p in opened(cast, zero).paragraphs)


def test_a_county_form_has_every_station_in_the_tree_s_order_and_a_total_that_counts_nothing_twice(cast, month):
    with clock.at(NOVEMBER):
        one = ALL["矛盾纠纷各单位情况表"]
        form = acts.keep_form(cast.wu, name=one.name, kind=one.kind, file_name=one.file_name, data=one.data)
        filing = acts.draft(cast.wu, form_id=form, org_id=cast.org["bureau"], first=OCTOBER[0], last=OCTOBER[1])
    sheet = opened(cast, filing, cast.wu)["各单位"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=9)]
    assert [row[0] for row in rows] == ["城关派出所", "石桥派出所", "柳湾派出所", "云岭派出所", "东坞派出所", "全局"]
    assert rows[0][1:] == [1, 4, 2, 1, 4, 0.25] and rows[1][1:] == [0, 0, 0, 0, 0, "—"] and rows[5][1:] == rows[0][1:]
    with scope(cast.zhao), pytest.raises(NotThere):
        queries.filing(cast.zhao, filing)


def test_a_template_with_unknown_cells_is_refused_naming_each_before_anything_is_kept(cast):
    with pytest.raises(Invalid) as error:
        keep(cast, "试表", book(A1="{{ 新曾 }}", B2="{{ 派出所排名 }}"), "试表.xlsx")
    assert "表!A1" in error.value.fields["file"] and "表!B2" in error.value.fields["file"] and "排名只会催生假数" in error.value.fields["file"]
    with scope(cast.zhao):
        assert not Form.objects.exists()
    with pytest.raises(Invalid, match="图表、图形，填报时会丢失"):
        keep(cast, "试表", charted(), "试表.xlsx")
    with pytest.raises(Invalid, match="没有标记"):
        keep(cast, "试表", book(A1="空"), "试表.xlsx")
    with pytest.raises(Invalid, match="最多 60 张"):
        keep(cast, "试表", sheets(61), "试表.xlsx")


def test_a_form_of_forty_sheets_works(cast, month):
    filing = drafted(cast, "四十张", data=sheets(40), file_name="四十张.xlsx")
    assert [sheet["B7"].value for sheet in opened(cast, filing).worksheets] == [4] * 40


def test_what_was_signed_is_frozen_by_the_database_itself(cast, month):
    filing = drafted(cast, "矛盾纠纷情况统计表")
    with pytest.raises(Refused, match="已起草，不能转为已报送"):
        acts.send(cast.deng, filing_id=filing, to="枫溪县公安局")
    signed(cast, filing)
    row = held(cast, filing)
    assert (row.state, row.signed_by_id) == ("frozen", cast.zhao.account_id)
    with scope(cast.zhao):
        _, data = queries.filed(cast.zhao, filing)
    assert hashlib.sha256(data).hexdigest() == row.sha256
    for change in ({"sha256": "0" * 64}, {"cells": []}, {"last": date(2026, 10, 30)}, {"frozen_at": None, "state": "draft", "signed_by": None}):
        with pytest.raises(DatabaseError), transaction.atomic(), scope(cast.zhao):
            Filing.objects.filter(id=filing).update(**change)
    for statement in (lambda rows: rows.update(digest="0" * 64), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic(), scope(cast.zhao):
            statement(Evidence.objects.filter(filing_id=filing))
    with pytest.raises(Refused):
        acts.void(cast.deng, filing_id=filing)
    acts.send(cast.deng, filing_id=filing, to="枫溪县公安局")
    row = held(cast, filing)
    assert (row.state, row.sent_to, row.sent_by_id) == ("sent", "枫溪县公安局", cast.deng.account_id)


def test_a_refused_signature_gives_the_draft_back_and_a_new_draft_replaces_the_old(cast, month):
    filing = drafted(cast, "矛盾纠纷情况统计表")
    with clock.at(NOVEMBER):
        approval = acts.ask(cast.deng, filing_id=filing)
        with scope(cast.deng):
            form_id = Filing.objects.get(id=filing).form_id
        again = {"form_id": form_id, "org_id": cast.org["chengguan"], "first": OCTOBER[0], "last": OCTOBER[1]}
        with pytest.raises(Refused, match="正等待签发"):
            acts.draft(cast.deng, **again)
        with pytest.raises(Forbidden):
            approvals.decide(cast.deng, approval_id=approval, granted=True)
        approvals.decide(cast.zhao, approval_id=approval, granted=False, reason="漏了一起")
        assert held(cast, filing).state == "draft"
        second = acts.draft(cast.deng, **again)
    assert (held(cast, filing).state, held(cast, second).state) == ("void", "draft")


@pytest.mark.spec("MS2")
def test_what_changed_since_a_report_was_sent_is_told_by_name_and_the_print_of_then_can_be_made_again(cast, month):
    """For reports in their forms; figures themselves: disputes/tests/test_figures."""
    filing = drafted(cast, "矛盾纠纷情况统计表")
    signed(cast, filing)
    with scope(cast.zhao):
        assert all(not change.difference for change in queries.changes(cast.zhao, filing, NOVEMBER))
    with clock.at(datetime(2026, 12, 1, tzinfo=UTC)):
        disputes.reopen(cast.wang, dispute_id=month["first"], reason="又吵起来")
    with scope(cast.zhao):
        found = {(c.kept.figure, c.kept.shift): c for c in queries.changes(cast.zhao, filing, datetime(2027, 11, 3, tzinfo=UTC))}
        again = list(queries.changes(cast.zhao, filing, NOVEMBER))
    rate = found["disputes.resolution", ""]
    assert (rate.then, rate.now) == ("25.0%", "0.0%")
    [(then, now)] = rate.difference.changed
    assert (then.split("|")[2], now.split("|")[2]) == ("resolved", "open")
    assert not found["disputes.outflow", ""].difference, "at the end of October it stood as resolved, and that stays so"
    assert found["disputes.flared", ""].now == "50.0%"
    assert all(not change.difference for change in again), "as known then: the same to the row"


def test_every_figure_in_a_filing_opens_the_rows_it_was_counted_from(cast, month):
    filing = drafted(cast, "矛盾纠纷情况统计表")
    with scope(cast.zhao):
        cells = queries.filing(cast.zhao, filing)["cells"]
        assert len(cells) > 150
        for cell in cells:
            assert queries.kept(cast.zhao, filing, cell["figure"], cell["shift"], cell["grouped"]), cell


@pytest.mark.parametrize("name", ["sun", "lin", "he", "gao", "quan", "guan"])
def test_who_may_not_draft_is_refused(cast, month, name):
    with clock.at(NOVEMBER):
        form = keep(cast, "矛盾纠纷零报告")
        with pytest.raises((Forbidden, NotThere)):
            acts.draft(getattr(cast, name), form_id=form, org_id=cast.org["chengguan"], first=OCTOBER[0], last=OCTOBER[1])


def test_another_station_neither_sees_nor_drafts(cast, month):
    with clock.at(NOVEMBER):
        form = keep(cast, "矛盾纠纷零报告")
        with pytest.raises(NotThere):
            acts.draft(cast.chen, form_id=form, org_id=cast.org["yunling"], first=OCTOBER[0], last=OCTOBER[1])
        with pytest.raises(NotThere):
            acts.draft(cast.deng, form_id=form, org_id=cast.org["yunling"], first=OCTOBER[0], last=OCTOBER[1])
        with pytest.raises(Invalid):
            acts.draft(cast.deng, form_id=form, org_id=cast.org["chengguan"], first=OCTOBER[1], last=OCTOBER[0])


def test_what_the_officer_plans_next_is_printed_in_his_own_words_until_the_dispute_moves_on(cast, month):
    """下步措施: written on the dispute, editable until the report is signed (a new draft replaces the old); names masked."""
    disputes.plan_next(cast.wang, dispute_id=month["fourth"], text="周六带王大山、李四海上门丈量")

    def printed():
        with clock.at(NOVEMBER):
            with scope(cast.deng):
                form_id = Form.objects.values_list("id", flat=True).get()
            filing = acts.draft(cast.deng, form_id=form_id, org_id=cast.org["chengguan"], first=OCTOBER[0], last=OCTOBER[1])
        return opened(cast, filing)["未化解清单"]["H4"].value

    first = drafted(cast, "矛盾纠纷情况统计表")
    assert opened(cast, first)["未化解清单"]["H4"].value == "周六带王某某、李某某上门丈量"
    disputes.plan_next(cast.wang, dispute_id=month["fourth"], text="周日上午丈量界墙")
    assert printed() == "周日上午丈量界墙" and held(cast, first).state == "void"
    disputes.plan_next(cast.wang, dispute_id=month["fourth"], text="")
    assert printed() == "安排调解"
    with pytest.raises(Forbidden):
        disputes.plan_next(cast.lin, dispute_id=month["fourth"], text="辅警")
    with pytest.raises(Refused):
        disputes.plan_next(cast.wang, dispute_id=month["third"], text="已撤回")


def test_a_signed_report_keeps_its_figures_and_no_name_comes_back_when_a_party_is_erased(cast, month, settings, tmp_path):
    """PIPL 47, S12: a list never held a full name, not in reason, place or next step; the signed file stays to the byte,
    and a new print of the same days knows even less."""
    (tmp_path / "erasures").mkdir()
    settings.ERASURES_DIR = tmp_path / "erasures"
    names = ("王大山", "李四海")
    with scope(cast.wang):
        matter = Matter.objects.get(disputes=month["fourth"])
        Matter.objects.filter(id=matter.id).update(place_text="李四海家门口", title="李四海与王大山争吵")
    disputes.plan_next(cast.wang, dispute_id=month["fourth"], text="上门找李四海")

    def words(filing):
        return "\n".join(str(cell.value) for sheet in opened(cast, filing) for row in sheet.iter_rows() for cell in row if cell.value is not None)

    filing = drafted(cast, "矛盾纠纷排查化解台账")
    signed(cast, filing)
    before, kept = words(filing), held(cast, filing)
    assert "李某某" in before and not any(name in before for name in names)
    with scope(erasure.sight()):
        rows = list(Party.objects.filter(dispute_id=month["fourth"], name="李四海"))
        plan = erasure.plan_party("intake.Matter", matter.id, rows)
        erasure.carry_out(plan, uuid7())
    assert words(filing) == before and (held(cast, filing).sha256, held(cast, filing).cells) == (kept.sha256, kept.cells)
    with clock.at(NOVEMBER):
        again = acts.draft(cast.deng, form_id=kept.form_id, org_id=cast.org["chengguan"], first=OCTOBER[0], last=OCTOBER[1])
    line = next(text for text in words(again).split("\n") if "家门口" in text)
    assert line == "某家门口" and not any(name in words(again) for name in names) and held(cast, again).cells == kept.cells


def test_three_years_after_its_signature_the_file_of_a_report_goes_by_itself_and_its_figures_stay(cast, month, settings, tmp_path):
    (tmp_path / "erasures").mkdir()
    settings.ERASURES_DIR = tmp_path / "erasures"
    filing = drafted(cast, "矛盾纠纷排查化解台账")
    signed(cast, filing)
    cells = held(cast, filing).cells
    with clock.at(datetime(2029, 11, 2, tzinfo=UTC)):
        retention.run_due()
        assert opened(cast, filing)["台账"]
    with clock.at(datetime(2029, 11, 4, tzinfo=UTC)):
        assert filing in [one.id for one in retention.run_due()]
        with scope(cast.zhao), pytest.raises((NotThere, Refused)):
            queries.filed(cast.zhao, filing)
        assert held(cast, filing).cells == cells and held(cast, filing).state == "frozen"
        with scope(cast.zhao):
            assert Evidence.objects.filter(filing_id=filing).exists()
