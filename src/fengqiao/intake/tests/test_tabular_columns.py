"""Guessing what columns mean, and what is never taken in."""

import json
import random

import pytest

from fengqiao.intake.tabular import (
    FIELDS,
    Choice,
    Mapping,
    Unmappable,
    find_header,
    fingerprint,
    guess,
    guess_sheet,
    open_table,
)
from fengqiao.intake.tests import files


def fields(headings, rows=()):
    """heading → field, with the party's number for parties."""
    mapping = guess(headings, list(rows))
    return {c.heading: f"{c.field}{c.party}" if c.field.startswith("party_") else c.field for c in mapping.choices}


def sheet(rows, merged=()):
    return open_table(files.xlsx_bytes({"一": rows}, {"一": merged}), "x.xlsx").sheets[0]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("报警时间", "received_at"), ("接警时间", "received_at"), ("timeStamp", "received_at"), ("受理日期", "received_at"),
        ("发生时间", "occurred_at"), ("发生地点", "place_text"), ("报警人", "reporter_name"), ("联系电话", "reporter_phone"),
        ("当事人", "party_name0"), ("简要案情", "text"), ("内容", "text"), ("详情", "text"), ("问题", "text"), ("body", "text"),
        ("经度", "lon"), ("lng", "lon"), ("纬度", "lat"), ("title", "title"), ("twp", "area"), ("社区", "area"),
        ("報警時間", "received_at"), ("聯繫電話", "reporter_phone"), ("簡要案情", "text"), ("發生地點", "place_text"), ("緯度", "lat"),
        ("* 联 系 电 话（必填）", "reporter_phone"), ("报警\n时间", "received_at"), ("Time Stamp", "received_at"), ("ＴＩＴＬＥ", "title"),
        ("接报时间(年月日)", "received_at"), ("纠纷当事人姓名", "party_name0"), ("化解结果", "outcome"), ("是否化解", "state"),
        ("责任民警", "owner_name"), ("所属派出所", "unit"), ("纠纷类型", "kind"), ("来源", "channel"), ("首选语言", "language"),
        ("出生日期", ""), ("家庭住址", ""), ("户籍地址", ""), ("办理期限", ""), ("likes", ""), ("against", ""), ("性别", ""), ("年龄", ""), ("序号", ""),
    ],
)  # fmt: skip
def test_a_heading_is_known_in_either_script_and_language(heading, field):
    assert fields([heading, "甲", "乙"])[heading] == field


def test_both_parties_keep_their_own_name_phone_and_number():
    headings = ["乙方联系电话", "甲方姓名", "乙方姓名", "甲方联系电话", "甲方身份证号", "乙方身份证号码", "报警人电话"]
    assert fields(headings) == {
        "乙方联系电话": "party_phone1", "甲方姓名": "party_name0", "乙方姓名": "party_name1", "甲方联系电话": "party_phone0",
        "甲方身份证号": "party_id0", "乙方身份证号码": "party_id1", "报警人电话": "reporter_phone",
    }  # fmt: skip


def test_the_order_of_columns_makes_no_difference():
    rows = [[*line, "38.5", "106.2"] for line in files.LINES]
    headings = [*files.HEADINGS, "纬度", "经度"]
    expected = fields(headings, rows)
    chance = random.Random(7)
    for _ in range(20):
        order = chance.sample(range(len(headings)), len(headings))
        assert fields([headings[i] for i in order], [[row[i] for i in order] for row in rows]) == expected


def test_unknown_headings_are_recognised_by_what_stands_below():
    number = files.id_number("99999919900307001")
    rows = [[f"2026-05-0{i} 20:10", 38.5 + i / 1000, 106.2 + i / 1000, f"1380000{i:04}", number, "邻居因停车发生争吵，双方互不相让，请求处理此事。"] for i in range(1, 6)]
    assert list(fields(["甲", "乙", "丙", "丁", "戊", "己"], rows).values()) == ["received_at", "lat", "lon", "reporter_phone", "party_id0", "text"]


def test_a_heading_its_content_denies_is_doubted_and_one_that_only_resembles_is_left():
    mapping = guess(["报警时间", "时间段说明", "内容"], [["下雨", "早", "a"], ["刮风", "晚", "b"]])
    assert (mapping.choices[0].field, mapping.choices[0].confidence, mapping.choices[1].field) == ("received_at", 0.3, "")
    assert "请核对" in mapping.choices[0].why


def test_a_running_number_is_no_number_of_another_system():
    assert fields(["编号", "内容"], [[i, "x"] for i in range(1, 9)])["编号"] == ""
    assert fields(["编号", "内容"], [[f"J2026{i:04}", "x"] for i in (7, 3, 12)])["编号"] == "outer_id"
    assert fields(["编号", "内容"], [["A", "x"], ["A", "y"]])["编号"] == "", "not unique"


SENSITIVE = ["民族", "族别", "民族成份", "宗教信仰", "政治面貌", "是否党员", "籍贯", "出生地", "血型", "指纹编号", "人脸照片", "健康状况", "既往病史",
             "残疾类别", "ethnicity", "Ethnic Group", "religion", "political status", "biometric id", "birthplace", "當事人民族"]  # fmt: skip
TIERS = ["重点人员类别", "人员等级", "风险人员", "人员类型", "管控级别", "关注对象", "前科情况", "违法犯罪记录", "黑名单", "人员标签", "person_tier", "watchlist", "重點人員類別"]


@pytest.mark.spec("KZ-02")
@pytest.mark.parametrize("heading", SENSITIVE)
def test_ethnicity_religion_politics_body_health_and_origin_are_dropped(heading):
    """KZ-02, the import half: such a column is mapped to "dropped" with its reason and cannot be mapped by hand.

    Left: the scan of the schema is elsewhere.
    """
    mapping = guess([heading, "内容"], [["x", "邻里纠纷"]])
    assert (mapping.choices[0].field, "不收集" in mapping.choices[0].dropped) == ("", True)
    with pytest.raises(Unmappable, match="不能导入"):
        mapping.corrected({0: "title"})


@pytest.mark.spec("NJ-11")
@pytest.mark.parametrize("heading", TIERS)
def test_tiers_and_tags_of_people_are_dropped(heading):
    """NJ-11, the import half: no import target holds a tier of a person. Left: tables, labels and custom tags."""
    mapping = guess([heading, "内容"], [["x", "邻里纠纷"]])
    assert (mapping.choices[0].field, "不对人分级" in mapping.choices[0].dropped) == ("", True)
    with pytest.raises(Unmappable):
        mapping.corrected({0: "kind"})


@pytest.mark.spec("KZ-02", "NJ-11")
@pytest.mark.parametrize("words", [["汉族", "回族", "蒙古族", "满族"], ["群众", "中共党员", "群众"], ["一般掌握", "重点掌握", "纳入视线"], ["无宗教信仰", "佛教"]])
def test_such_a_column_is_recognised_by_its_words_under_any_heading(words):
    """Left: a free text that mentions such a thing is not recognised; people read what they import."""
    mapping = guess(["类别", "内容"], [[word, f"纠纷{i}"] for i, word in enumerate(words)])
    assert mapping.choices[0].dropped and not mapping.choices[0].field


def test_no_field_of_a_report_is_about_what_must_not_be_collected():
    from fengqiao.intake.tabular import forbidden

    assert [(f.name, h) for f in FIELDS.values() for h in (f.name, f.label, *f.headings) if forbidden(h)] == []


@pytest.mark.parametrize("heading", ["风险等级", "民族路地址", "纠纷类别", "当事人", "party", "源头", "健"])
def test_the_level_of_a_dispute_and_ordinary_words_are_not_dropped(heading):
    assert not guess([heading], []).choices[0].dropped


def test_a_mapping_survives_json_and_cannot_be_forged_there():
    mapping = guess([*files.HEADINGS, "民族"], files.LINES)
    stored = json.loads(json.dumps(mapping.to_json()))
    assert Mapping.from_json(stored) == mapping
    stored["choices"][5].update(field="kind", dropped="")
    with pytest.raises(Unmappable):
        Mapping.from_json(stored)


@pytest.mark.parametrize("data", [{}, {"choices": [{"nonsense": 1}]}, {"choices": [None]}, {"choices": [{"column": 5, "heading": "内容", "field": "text"}]},
                                  {"choices": [{"column": -1, "heading": "内容", "field": "text"}]}])  # fmt: skip
def test_a_mapping_that_is_none_is_refused(data):
    with pytest.raises(Unmappable, match="重新选择"):
        Mapping.from_json(data)


def test_a_correction_moves_a_field_to_another_column():
    mapping = guess(["标题", "摘录", "内容"], []).corrected({1: "title"})
    assert [c.field for c in mapping.choices] == ["", "title", "text"]
    with pytest.raises(Unmappable, match="没有"):
        mapping.corrected({1: "ethnicity"})
    with pytest.raises(Unmappable, match="两列"):
        Mapping((Choice(0, "甲", "title"), Choice(1, "乙", "title")))


def test_a_remembered_mapping_fits_the_same_headings_in_another_order_and_spelling():
    mapping = guess(["标题", "摘录", "内容"], []).corrected({1: "place_text"})
    other = ["內容", " 摘录 ", "标题", "民族", "新列"]
    assert fingerprint(["標題", "摘录", "内容 "]) == mapping.fingerprint != fingerprint(["标题", "内容"])
    again = mapping.onto(other)
    assert [c.field for c in again.choices] == ["text", "place_text", "title", "", ""]
    assert again.choices[3].dropped


def test_headings_are_found_under_title_rows():
    found = find_header(sheet([["枫溪县公安局"], ["2023年矛盾纠纷台账", None], [], ["填报单位：城关所", None, None, "2023年12月"], files.HEADINGS, *files.LINES]))
    assert (found.headings, found.line) == (files.HEADINGS, 5)
    assert "2023年矛盾纠纷台账" in found.title


def test_headings_of_two_lines_are_joined():
    rows = [["2023年台账"] + [None] * 5, ["序号", "排查时间", "甲方", None, "乙方", None, "纠纷内容"], [None, None, "姓名", "电话", "姓名", "电话", None],
            [1, "2023-3-5", "张三", "13800001234", "李四", "13900005678", "宅基地边界"]]  # fmt: skip
    header, mapping = guess_sheet(sheet(rows, ["A1:G1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3"]))
    assert header.headings == ["序号", "排查时间", "甲方姓名", "甲方电话", "乙方姓名", "乙方电话", "纠纷内容"]
    assert header.line == 3
    assert [(c.field, c.party) for c in mapping.choices[2:6]] == [("party_name", 0), ("party_phone", 0), ("party_name", 1), ("party_phone", 1)]


def test_a_table_without_headings_gets_numbered_ones_and_loses_no_line():
    header, mapping = guess_sheet(sheet([["2026-05-03 20:10", "13800001234", "邻居因停车发生争吵，双方互不相让，请求民警到场处理。"]] * 3))
    assert (header.line, header.headings) == (0, ["第1列", "第2列", "第3列"])
    assert [c.field for c in mapping.choices] == ["received_at", "reporter_phone", "text"]


def test_the_public_files_are_mapped_without_help(shared_data):
    def mapped(name):
        return {c.heading: c.field for c in guess_sheet(open_table(shared_data / name).sheets[0])[1].choices if c.field}

    assert mapped("text/messages_stream.csv") == {"id": "outer_id", "user": "reporter_name", "title": "title", "time": "received_at", "body": "text"}
    assert mapped("calls/montgomery_911.csv") == {"lat": "lat", "lng": "lon", "title": "title", "timeStamp": "received_at", "twp": "area"}
    assert mapped("calls/houston_crime.csv") == {"time": "received_at", "offense": "kind", "beat": "area", "lon": "lon", "lat": "lat"}
    assert mapped("text/messages_with_replies.csv")["reply_time"] == "closed_at"
