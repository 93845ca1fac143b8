"""脱敏: what leaves the house never shows a full name, number or door (NP-55)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules import masking as m


@pytest.mark.spec("NP-55")
@pytest.mark.parametrize(
    "name,shown",
    [
        ("王强", "王某"),
        ("邹大山", "邹某某"),
        ("欧阳锋", "欧阳某"),
        ("欧阳修远", "欧阳某某"),
        ("欧阳", "欧某"),
        ("巴特尔", "巴某某"),
        ("阿卜杜拉·买买提", "阿某某"),
        ("阿卜杜拉•买买提", "阿某某"),
        ("𠮷野家", "𠮷某某"),
        ("John Smith", "J某某"),
        ("王", "王某"),
        ("", ""),
    ],
)
def test_names_are_masked_as_the_press_does(name, shown):
    """NP-55, the function. That every public export applies it, and that full names need a reason, is proven where exports are."""
    assert m.mask_name(name) == shown


@given(st.text(max_size=20))
def test_masking_twice_changes_nothing(name):
    assert m.mask_name(m.mask_name(name)) == m.mask_name(name)


@pytest.mark.parametrize(
    "number,shown",
    [
        ("13812341234", "138****1234"),
        ("+8613812341234", "138****1234"),
        ("0355-2345678", "0355****78"),
        ("110", "110"),
        ("12345", "12345"),
    ],
)
def test_telephones_are_masked(number, shown):
    assert m.mask_phone(number) == shown


def test_of_an_id_number_four_characters_stay():
    assert m.mask_id("999999199001010016") == "*" * 14 + "0016"
    assert m.mask_id("99") == "99"


@pytest.mark.parametrize(
    "address,shown",
    [
        ("枫溪镇城南路12号3栋2单元501室", "枫溪镇城南路XX号XX栋XX单元XX室"),
        ("城关镇和平里三号楼二单元", "城关镇和平里XX号楼XX单元"),
        ("建设路12-3号", "建设路XX号"),
        ("湖景苑A座1203室", "湖景苑XX座XX室"),
        ("湖景苑5栋1001", "湖景苑XX栋XX"),
        ("湖景苑5-1-302", "湖景苑XX"),
        ("小区第17栋三单元", "小区第XX栋XX单元"),
        ("6月10号左右，于16号下午", "6月10号左右，于16号下午"),
        ("枫公（城关）接报字〔2026〕12号", "枫公（城关）接报字〔2026〕12号"),
        ("共150户业主，两层平房，建一座天桥", "共150户业主，两层平房，建一座天桥"),
        ("地铁3号线出口", "地铁3号线出口"),
        ("第5号通知", "第5号通知"),
        ("下党村户籍室", "下党村户籍室"),
    ],
)
def test_door_numbers_become_xx_and_roads_stay(address, shown):
    assert m.mask_address(address) == shown


@pytest.mark.spec("NP-55")
def test_public_text_shows_no_name_number_or_door():
    """NP-55, the function; see the first test for what is left."""
    text = "王强打电话13812341234给欧阳修远（身份证999999199001010016），约在城南路12号501室见面，王强未到。"
    shown = m.public_text(text, ["王强", "欧阳修远"])
    assert (
        shown
        == "王某打电话138****1234给欧阳某某（身份证**************0016），约在城南路XX号XX室见面，王某未到。"
    )


def test_longer_names_are_replaced_first():
    assert m.public_text("王强强和王强", ["王强", "王强强"]) == "王某某和王某"


def test_a_name_is_found_with_other_dots_and_spaces():
    assert (
        m.public_text("阿卜杜拉・买买提来了，王 强也来了", ["阿卜杜拉·买买提", "王强"])
        == "阿某某来了，王某也来了"
    )


def test_two_people_with_one_mask_stay_apart():
    assert m.public_text("王强打了王刚，王刚还手", ["王强", "王刚"]) == "王某甲打了王某乙，王某乙还手"


def test_text_already_masked_and_names_of_one_character_are_left():
    assert m.public_text("王某说高高兴兴", ["王某", "高"]) == "王某说高高兴兴"


HAN = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5).filter(lambda c: c != "某"),
    min_size=2,
    max_size=6,
)


@given(st.lists(HAN, min_size=1, max_size=5), st.text(max_size=20))
def test_no_listed_name_survives(names, filler):
    shown = m.public_text(filler.join(names) + filler, names)
    assert all(name not in shown for name in names)
