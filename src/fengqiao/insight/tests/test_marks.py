"""Marked cells: understood, or named with what to do."""

import pytest

from fengqiao.core import figures
from fengqiao.insight.rules import marks
from fengqiao.insight.rules.marks import Known, Mark, Unknown, read

KNOWN = Known(
    words={"新增": ("disputes.inflow", "new"), "化解率": ("disputes.resolution", ""), "化解率.在办": ("disputes.resolution", "open"), "接报": ("intake.receipts", "")},
    codes={"邻里纠纷": ("kind", "D02"), "枫桥村": ("grid", "7"), "城关所": ("org", "3")},
    breakdowns={"disputes.inflow": ("kind", "grid"), "disputes.resolution": ("kind", "grid"), "intake.receipts": ()},
    refused=figures.REFUSED,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("单位", Mark("单位", "heading", "单位")),
        ("新增", Mark("新增", "figure", "新增", "disputes.inflow", "new")),
        ("新增.上期", Mark("新增.上期", "figure", "新增", "disputes.inflow", "new", "before")),
        ("新增.同比", Mark("新增.同比", "figure", "新增", "disputes.inflow", "new", "year_before", change=True)),
        ("化解率.在办.去年同期", Mark("化解率.在办.去年同期", "figure", "化解率.在办", "disputes.resolution", "open", "year_before")),
        ("新增.邻里纠纷.环比", Mark("新增.邻里纠纷.环比", "figure", "新增", "disputes.inflow", "new", "before", True, "D02", "kind")),
        ("接报.城关所", Mark("接报.城关所", "figure", "接报", "intake.receipts", "", code="3", by="org")),
        ("按社区.名称", Mark("按社区.名称", "group", by="grid", source="按社区")),
        ("按类别.化解率", Mark("按类别.化解率", "group", "化解率", "disputes.resolution", by="kind", source="按类别")),
        ("未化解清单.责任民警", Mark("未化解清单.责任民警", "register", "责任民警", "disputes.outflow", "open", source="未化解清单")),
    ],
)  # fmt: skip
def test_a_mark_says_what_it_means(text, expected):
    assert read(text, KNOWN) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "标记是空的"), ("新增.", "标记是空的"), ("新曾", "是否为：新增"), ("新增.上期.上期", "不认识"), ("新增.石桥村", "不认识"),
        ("台账.身份证号", "的列可写"), ("台账", "的列可写"), ("按类别", "后请写"), ("按社区.接报", "不能按社区分列"), ("接报.邻里纠纷", "不能按类别分列"),
        ("排名", "不对单位或个人排名"), ("罚没金额", "罚没金额不作为指标"), ("民警人均调解", "不按人计数"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_told_with_what_to_do(text, why):
    with pytest.raises(Unknown, match=why):
        read(text, KNOWN)


def test_braces_that_do_not_match_are_told():
    found, wrong = [], []
    marks.marks_in("表!A1", "{{ 新增 }} 起，{{ 化解率", KNOWN, found, wrong)
    assert [f.mark.word for f in found] == ["新增"] and "不成对" in wrong[0].words and wrong[0].words.startswith("表!A1")
