"""旧台账: three years of the station's Excel come in as history (station-day 9)."""

from datetime import UTC, datetime

import pytest

from fengqiao.intake.tabular import Result, guess, history, open_table, state_of, year_of
from fengqiao.intake.tabular.times import SHANGHAI
from fengqiao.intake.tests import files

NOW = datetime(2026, 6, 1, tzinfo=UTC)

TITLE = ["枫溪镇派出所2023年矛盾纠纷排查化解台账"] + [None] * 9
UPPER = ["序号", "社区", "排查时间", "当事人", None, "纠纷类别", "纠纷简要情况", "化解情况", "化解时间", "责任民警"]
LOWER = [None, None, None, "姓名", "联系电话", None, None, None, None, None]
MERGED = ["A1:J1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3", "H2:H3", "I2:I3", "J2:J3"]
MARCH = [
    TITLE, UPPER, LOWER,
    [1, "城南", "3月5日", "张三、李四", "13800001234、13900005678", "邻里纠纷", "因排水沟堵塞争吵", "已化解", "2023.3.8", "王警官"],
    [2, None, "3.6", "赵六", "〃", "同上", "楼上漏水未赔偿", "调解不成功", "", "同上"],
    ["二、婚姻家庭类"] + [None] * 9,
    [3, "城北", "2023年3月9日", "孙七", "", "婚姻家庭", "夫妻因琐事争吵", "移交司法所", "", "王警官"],
    UPPER, LOWER,
    [4, "城北", 45000, "周八", "", "其他", "摊位占道", "", "", "刘警官"],
    [5, "城北", "2月30日", "吴九", "", "其他", "日期抄错的一条", "已化解", "", "刘警官"],
    [6] + [None] * 9,
    [], ["合计", None, None, 5] + [None] * 6,
    ["填表人：王警官", None, "审核人：刘所"],
]  # fmt: skip
APRIL = [["日期", "当事人", "案由", "纠纷内容", "处理结果"],
         ["2023/4/1", "郑十", "债务", "借款三千元未还", "双方达成协议，当场付清"]]  # fmt: skip


@pytest.fixture
def register():
    merged = {"3月": [*MERGED, "B4:B5", "A6:J6"]}
    sheets = {"封面": [["枫溪镇派出所"], ["台账"]], "3月": MARCH, "2023年4月": APRIL, "汇总": [["社区", "件数"], ["城南", 2], ["城北", 3]]}
    return files.xlsx_bytes(sheets, merged)


def imported(data, **options):
    result = Result()
    return list(history(open_table(data, "2023年台账.xlsx"), NOW, result=result, **options)), result


def test_a_register_comes_in_as_history_line_by_line(register):
    items, result = imported(register)
    kept = [i for i in items if hasattr(i, "row_key")]
    assert [(i.sheet, i.line) for i in kept] == [("3月", 4), ("3月", 5), ("3月", 7), ("3月", 10), ("2023年4月", 2)]
    assert all(i.history for i in kept)
    assert [i.state for i in kept] == ["resolved", "failed", "referred", None, "performed"]
    assert kept[0].outcome == "已化解", "the register's own words stay"


def test_merged_cells_ditto_and_dates_without_year_are_filled(register):
    items, _ = imported(register)
    second = items[1]
    assert (second.area, second.kind, second.owner_name) == ("城南", "邻里纠纷", "王警官")
    assert second.received_at == datetime(2023, 3, 6, tzinfo=SHANGHAI)
    assert [p.name for p in items[0].parties] == ["张三", "李四"]
    assert items[0].closed_at == datetime(2023, 3, 8, tzinfo=SHANGHAI)
    assert items[3].received_at == datetime(2023, 3, 15, tzinfo=SHANGHAI)


def test_what_is_no_entry_is_counted_and_left_out(register):
    _, result = imported(register)
    assert (result.headings, result.sections, result.totals, result.empty) == (2, 2, 1, 2)
    assert [(r.line, "没有 30 日" in r.reason_zh) for r in result.refused] == [(11, True)]
    assert [("封面" in w, "汇总" in w) for w in result.warnings] == [(True, False), (False, True)]


def test_an_old_xls_register_reads_the_same_as_the_new_format(register):
    merged = [(0, 0, 0, 9), *[(1, 2, c, c) for c in (0, 1, 2, 5, 6, 7, 8, 9)], (1, 1, 3, 4), (3, 4, 1, 1), (5, 5, 0, 9)]
    sheets = {"封面": [["枫溪镇派出所"], ["台账"]], "3月": MARCH, "2023年4月": APRIL, "汇总": [["社区", "件数"], ["城南", 2], ["城北", 3]]}
    old, _ = imported(files.xls_bytes(sheets, {"3月": merged}))
    assert old == imported(register)[0]


def test_a_second_import_of_a_register_gives_the_same_keys(register):
    assert imported(register)[0] == imported(register)[0]


def test_a_corrected_mapping_wins_over_the_guess(register):
    mapping = guess(APRIL[0], []).corrected({2: "kind"})
    items, _ = imported(register, mapping=mapping)
    assert (items[-1].kind, items[-1].title) == ("债务", None)
    assert items[0].area == "城南", "headings the mapping does not know are still guessed"


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("已化解", "resolved"), ("调解成功", "resolved"), ("是", "resolved"), ("√", "resolved"), ("达成口头协议", "resolved"), ("經調解和好", "resolved"),
        ("未化解", "open"), ("正在调解中", "open"), ("否", "open"), ("待回访", None), ("待处理", "open"), ("调解不成功", "failed"), ("经调解未果", "failed"),
        ("移交司法所", "referred"), ("调解未果，移送法院", "referred"), ("引导当事人向法院起诉", "referred"), ("已履行完毕", "performed"),
        ("反弹", "reopened"), ("已化解，未反弹", "resolved"), ("涉未成年人，已化解", "resolved"), ("已办结", "closed"), ("现场处置", "closed"), ("不详", None), ("", None),
        ("民警到场后了解到双方因为多年前的宅基地问题一直没有化解，其间多次起诉，" * 3, None),
    ],
)  # fmt: skip
def test_the_words_of_registers_mean_states(words, state):
    assert state_of(words) == state


def test_the_first_words_that_say_anything_decide():
    assert state_of("否", "双方已和好") == "open"
    assert state_of(None, "双方已和好") == "resolved"


@pytest.mark.parametrize(("texts", "year"), [(("2023年",), 2023), (("3月", "二〇二一年台账"), 2021), (("23年3月",), 2023), (("Sheet1", "", "2022.xlsx"), 2022),
                                             (("2021-2023年",), None), (("3月",), None)])  # fmt: skip
def test_the_year_of_a_register_is_what_its_name_or_title_says(texts, year):
    assert year_of(*texts) == year
