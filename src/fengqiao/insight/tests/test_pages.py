"""The pages: figures that open their lists, forms, filings; as a desk, a leader and the next station meet them."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fengqiao.core import clock
from fengqiao.core.acts import approvals
from fengqiao.core.scope import scope
from fengqiao.insight import acts, queries
from fengqiao.insight.tests.conftest import OCTOBER
from fengqiao.insight.tests.test_acts import ALL, NOVEMBER, drafted
from fengqiao.insight.tests.test_workbooks import book, sheets

DAYS = "since=2026-10-01&until=2026-10-31"


@pytest.fixture(autouse=True)
def in_november():
    with clock.at(NOVEMBER):
        yield


def text(answer):
    return answer.content.decode()


def test_every_figure_stands_with_its_formula_and_cohort_and_links_to_its_list(cast, month, sign_on):
    page = text(sign_on("zhao").get(f"/figures/?{DAYS}&org={cast.org['chengguan']}"))
    assert "25.0%" in page and "1÷4" in page and "口径" in page and "同批次" in page and "不作排序比较" in page
    assert "/figures/of/disputes.resolution/?since=2026-10-01&amp;until=2026-10-31" in page
    assert "排名" not in page


def test_a_list_has_as_many_rows_as_the_number_says_and_exports_exactly_them(cast, month, sign_on):
    zhao = sign_on("zhao")
    page = text(zhao.get(f"/figures/of/disputes.resolution/?{DAYS}"))
    assert page.count("data-row=") == 4 and "调解不成" in page and "共 4 条" in page
    assert text(zhao.get(f"/figures/of/disputes.resolution/?{DAYS}&part=open")).count("data-row=") == 1
    assert text(zhao.get(f"/figures/of/disputes.resolution/?{DAYS}&kind=D02")).count("data-row=") == 2
    lines = list(csv.reader(io.StringIO(zhao.get(f"/figures/of/disputes.resolution/export/?{DAYS}&format=csv").content.decode("utf-8-sig"))))
    assert len(lines) == 5 and lines[0] == ["编号", "时间", "分项", "类别"]
    sheet = openpyxl.load_workbook(io.BytesIO(zhao.get(f"/figures/of/disputes.resolution/export/?{DAYS}&part=open&format=xlsx").content)).worksheets[0]
    assert sheet.max_row == 2


def test_an_export_writes_one_access_line(cast, month, sign_on, monkeypatch):
    lines = []
    monkeypatch.setattr("fengqiao.core.access.opened", lambda *a, **k: lines.append(a[3]))
    sign_on("zhao").get(f"/figures/of/disputes.found/export/?{DAYS}")
    assert lines == ["导出数据清单：排查发现纠纷"]


@pytest.mark.parametrize(("query", "status"), [("since=2026-11-02&until=2026-11-01", 422), ("org=999999", 404), ("since=x&until=y&org=z", 200), ("since=0001-01-01&until=9999-12-31", 422)])
def test_days_and_units_that_make_no_sense_are_answered_with_what_to_do(cast, sign_on, query, status):
    assert sign_on("zhao").get(f"/figures/?{query}").status_code == status


def test_unknown_figures_and_parts_are_not_there(cast, sign_on):
    zhao = sign_on("zhao")
    assert zhao.get("/figures/of/disputes.rank/").status_code == 404
    assert zhao.get("/figures/of/disputes.found/?part=x").status_code == 404


def test_another_stations_numbers_are_none_of_mine(cast, month, sign_on):
    chen = sign_on("chen")
    assert "25.0%" not in text(chen.get(f"/figures/?{DAYS}"))
    assert chen.get(f"/figures/?{DAYS}&org={cast.org['chengguan']}").status_code == 404
    county = text(sign_on("wu").get(f"/figures/?{DAYS}&org={cast.org['bureau']}"))
    assert "25.0%" in county


def upload(client, data, name="表.xlsx", **more):
    return client.post("/figures/forms/new/", {"name": "试表", "kind": "other", "file": SimpleUploadedFile(name, data), **more})


def test_a_form_is_uploaded_filled_signed_sent_and_followed_to_its_list(cast, month, sign_on):
    deng, zhao = sign_on("deng"), sign_on("zhao")
    answer = upload(deng, book(A1="{{ 单位 }}", A2="新增{{ 新增 }}起", B2="{{ 化解率 }}"))
    assert answer.status_code == 302
    form = answer["Location"]
    assert "标记 3 处" in text(deng.get(form))
    answer = deng.post(form, {"org_id": cast.org["chengguan"], "first": OCTOBER[0], "last": OCTOBER[1]})
    assert answer.status_code == 302
    filing = answer["Location"]
    page = text(deng.get(filing))
    assert "表!A2" in page and "25.0%" in page and "提请签发" in page
    assert deng.post(f"{filing}ask/").status_code == 302
    with scope(cast.zhao):
        [row] = queries.filings(cast.zhao)
    approvals.decide(cast.zhao, approval_id=row["approval_id"], granted=True)
    assert "赵启明" in text(deng.get(filing))
    assert deng.post(f"{filing}send/", {"to": ""}).status_code == 422
    assert deng.post(f"{filing}send/", {"to": "枫溪县公安局"}).status_code == 302
    assert "枫溪县公安局" in text(zhao.get("/figures/filings/"))
    cell = text(zhao.get(f"{filing}of/0/"))
    assert cell.count("data-row=") == 4 and "清单校验值" in cell
    assert zhao.get(f"{filing}of/99/").status_code == 404
    file = zhao.get(f"{filing}file/")
    assert openpyxl.load_workbook(io.BytesIO(file.content))["表"]["A2"].value == "新增4起"
    assert "完全一致" in text(zhao.get(f"{filing}changes/"))


def test_a_figure_of_one_line_of_a_breakdown_names_the_line_and_opens_just_the_disputes_counted_in_it(cast, month, sign_on):
    """Every whole number of the station's 情况统计表 against the rows behind it; 合计 is their sum in the sheet."""
    filing, zhao = drafted(cast, "矛盾纠纷情况统计表"), sign_on("zhao")
    with scope(cast.zhao):
        cells = queries.filing(cast.zhao, filing)["cells"]
    seen = 0
    for n, cell in enumerate(cells):
        if cell["change"] or not cell["text"].isdigit():
            continue
        page = zhao.get(f"/figures/filings/{filing}/of/{n}/").content.decode()
        assert page.count("data-row=") == int(cell["text"]), cell
        assert not cell["code"] or f"（{cell['line']}）" in page
        seen += bool(cell["code"])
    assert seen >= 100
    shown = text(zhao.get(f"/figures/filings/{filing}/"))
    assert "按类别.新增（邻里纠纷）" in shown


def test_a_dispute_sorted_otherwise_since_is_told_among_the_changes(cast, month, sign_on):
    from fengqiao.core import figures

    then, now = ("a|D1|new||e|kind=D02,org=5", "a|D1|new||e|kind=D04,org=5")
    assert figures.compare([then], [now]).changed == [(then, now)]
    row = queries.parsed(f"{month['first']}|D1|new||{month['first']}|kind=D02,grid=17,org=5")
    assert row.group == 5 and row.more == {"kind": "D02", "grid": "17"} and row.line.endswith("|kind=D02,grid=17,org=5")


def test_an_unknown_mark_is_named_on_the_form_and_what_was_typed_stays(cast, sign_on):
    answer = upload(sign_on("deng"), book(C7="{{ 派出所排名 }}"))
    assert answer.status_code == 422
    page = text(answer)
    assert "表!C7" in page and "不对单位或个人排名" in page and 'value="试表"' in page


@pytest.mark.parametrize(("name", "data", "why"), [("a.xls", b"x", "另存为新格式"), ("a.xlsx", b"PK", "损坏"), ("a.xlsx", sheets(61), "最多 60 张")])
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(cast, sign_on, name, data, why):
    answer = upload(sign_on("deng"), data, name)
    assert answer.status_code == 422 and why in text(answer)


def test_a_file_too_large_is_refused_before_it_is_opened(cast, sign_on):
    assert upload(sign_on("deng"), b"x" * (5 * 1024**2 + 1)).status_code == 413


def test_the_example_forms_come_with_one_click(cast, sign_on):
    deng = sign_on("deng")
    assert deng.post("/figures/forms/examples/").status_code == 302
    page = text(deng.get("/figures/forms/"))
    assert all(name in page for name in ALL)
    assert text(sign_on("lin").get("/figures/forms/")).count("加入自带样表") == 0


def test_what_changed_since_is_told_on_a_page(cast, month, sign_on):
    from fengqiao.disputes import acts as disputes

    filing = drafted(cast, "矛盾纠纷情况统计表")
    with clock.at(NOVEMBER.replace(day=20)):
        disputes.reopen(cast.wang, dispute_id=month["first"], reason="又吵起来")
        page = text(sign_on("zhao").get(f"/figures/filings/{filing}/changes/"))
    assert "制表时 25.0%，现在 0.0%" in page and "已化解 → 在办" in page and "逐条一致" in page


def test_a_draft_is_voided_and_an_ended_form_drafts_no_more(cast, month, sign_on):
    filing = drafted(cast, "矛盾纠纷零报告")
    deng = sign_on("deng")
    assert deng.post(f"/figures/filings/{filing}/void/").status_code == 302
    assert str(filing) not in text(deng.get("/figures/filings/"))
    with scope(cast.zhao):
        form = queries.filing(cast.zhao, filing)["form_id"]
    assert deng.post(f"/figures/forms/{form}/end/").status_code == 302
    assert "样表已停用" in text(deng.get(f"/figures/forms/{form}/"))
    answer = deng.post(f"/figures/forms/{form}/", {"org_id": cast.org["chengguan"], "first": OCTOBER[0], "last": OCTOBER[1]})
    assert answer.status_code == 409, "an ended form is not filled any more"
    assert acts.keep_examples(cast.deng)
