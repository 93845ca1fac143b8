"""代码表: whole, consistent, and without a single kind of people."""

from datetime import date

import pytest

from fengqiao.core.rules import vocabularies as v


@pytest.mark.parametrize("name", v.names())
def test_every_shipped_table_may_be_imported(name):
    with (v.FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        codes = v.parse(lines)
    assert codes and v.problems(codes) == []
    assert all(code.source for code in codes)


@pytest.mark.spec("NJ-11")
@pytest.mark.parametrize("name", v.names())
def test_no_shipped_table_classifies_people_anywhere_in_its_lines(name):
    """NJ-11 for code tables; columns, tags and import targets are proven absent where they would stand."""
    for code in v.vocabulary(name).values():
        assert not v.PERSON_WORDS.search(" ".join([code.name, code.note, *code.more.values()]))


@pytest.mark.spec("NJ-11")
@pytest.mark.parametrize(
    "word",
    [
        "一般掌握",
        "纳入视线",
        "重点掌握",
        "重点人员",
        "吸毒人员",
        "流动人口",
        "政治面貌",
        "民族成份",
        "无上访村",
    ],
)
def test_an_imported_table_that_classifies_people_is_refused_by_name(word):
    """NJ-11: the refusal of code tables."""
    assert "不得对人分类" in v.problems([v.Code("X1", word)])[0]


def test_duplicates_missing_parents_circles_and_turned_dates_are_named():
    codes = [
        v.Code("A", "甲", parent="B"),
        v.Code("B", "乙", parent="A"),
        v.Code("C", "丙", parent="Z"),
        v.Code("C", "丁", valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1)),
        v.Code("", "无"),
    ]
    text = "；".join(v.problems(codes))
    for part in ("“C”重复", "上级“Z”不存在", "“A”的上级关系成环", "启用日期晚于停用日期", "缺少代码或名称"):
        assert part in text


def test_a_file_without_its_columns_is_refused():
    with pytest.raises(ValueError, match="缺少列：name"):
        v.parse(["code,parent,valid_from,valid_to,note,source", "A,,,,,"])


def test_the_lists_of_the_specification_are_complete():
    assert [c for c in v.vocabulary("dispute_types")] == [
        *(["D01", "D01V"] + [f"D{i:02d}" for i in range(2, 21)])
    ]
    assert {c.parent for code, c in v.vocabulary("dispute_types").items() if code >= "D16"} == {"D15"}
    assert {c.code for c in v.vocabulary("alarm_kinds").values() if not c.parent} == {
        f"J{i}" for i in range(10)
    }
    assert {c.name for c in v.vocabulary("levels").values()} == {"红", "橙", "黄", "蓝"}
    for name in (
        "110报警",
        "12345热线",
        "窗口",
        "走访",
        "网格",
        "义警",
        "信访",
        "法院",
        "检察院",
        "其他部门",
        "协作平台",
    ):
        assert name in {c.name for c in v.vocabulary("channels").values()}


@pytest.mark.parametrize(
    "name,expected",
    [
        ("five_links", ["公调对接", "检调对接", "诉调对接", "政调对接", "访调对接"]),
        ("three_offices", ["矛盾纠纷调处联席办", "信访联席办", "网格办"]),
        ("station_modes", ["标准型", "紧密型", "宽松型"]),
        ("team_kinds", ["治安巡防", "矛盾调解", "交通劝导"]),
        ("use_status", ["使用中", "停用", "未启用", "维修", "报废", "其他"]),
    ],
)
def test_the_named_lists_read_as_the_seeds_do(name, expected):
    assert [c.name for c in v.vocabulary(name).values()] == expected


@pytest.mark.parametrize("template,size", [("2T1R", 3), ("3T1R", 4)])
def test_organisation_templates_name_unit_kinds_that_exist(template, size):
    lines = [c for c in v.vocabulary("org_templates").values() if c.parent == template]
    assert len(lines) == size
    assert all(c.more["unit_kind"] in v.vocabulary("unit_kinds") for c in lines)


def test_grid_tiers_name_staff_kinds_that_exist():
    assert [c.more["staff_kind"] for c in v.vocabulary("grid_tiers").values()] == [
        "officer",
        "auxiliary",
        "assistant",
    ]
    assert all(
        c.more["staff_kind"] in v.vocabulary("staff_kinds") for c in v.vocabulary("grid_tiers").values()
    )


def test_every_place_we_send_people_to_has_an_office_and_kind_words():
    for line in v.vocabulary("elsewhere").values():
        assert line.more["office"] and len(line.more["words"]) > 15
        assert "！" not in line.more["words"] and "!" not in line.more["words"]


def test_validity_includes_both_ends():
    code = v.Code("A", "甲", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    assert [
        code.valid(d) for d in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    ] == [False, True, True, False]


def test_an_unknown_table_is_a_key_error():
    for name in ("nothing", "../deadlines"):
        with pytest.raises(KeyError):
            v.vocabulary(name)
