"""身份与联系方式: vectors of the specification (2.3, Part 5) and what people really type."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from fengqiao.core.rules import BadInput
from fengqiao.core.rules import identity as i

VALID = ["360426199101010071", "120103198806018241", "999999199001010016", "999999198506150124"]


@pytest.mark.parametrize("number", VALID)
def test_the_valid_vectors_pass(number):
    assert i.citizen_id(number) == number


def test_the_full_check_of_the_library_would_refuse_the_demo_county():
    assert not ric.is_valid("999999199001010016")
    assert i.citizen_id("999999199001010016")


def test_the_invalid_vector_is_refused_for_its_check_digit():
    with pytest.raises(BadInput, match="校验位不符"):
        i.citizen_id("360426199101010072")


def test_small_and_full_width_x_are_accepted_exactly_where_x_is_due():
    seen = 0
    for serial in range(100):
        stem = f"99999919900101{serial:03d}"
        if ric.calc_check_digit(stem + "0") == "X":
            seen += 1
            assert i.citizen_id(stem + "x") == i.citizen_id(stem + "Ｘ") == stem + "X"
        else:
            with pytest.raises(BadInput):
                i.citizen_id(stem + "X")
    assert seen > 5


@pytest.mark.parametrize(
    "typed", ["３６０４２６１９９１０１０１００７１", " 360426 19910101 0071 ", "360426-19910101-0071"]
)
def test_full_width_digits_spaces_and_hyphens_are_accepted(typed):
    assert i.citizen_id(typed) == "360426199101010071"


@pytest.mark.parametrize(
    "typed,reason",
    [
        ("360426910101007", "15位旧号码"),
        ("36042619910101007", "17位"),
        ("", "0位"),
        ("3604261991010100A1", "只能是数字"),
        ("X60426199101010071", "只能是数字"),
    ],
)
def test_every_refusal_says_why(typed, reason):
    with pytest.raises(BadInput, match=reason):
        i.citizen_id(typed)


@pytest.mark.parametrize("born", ["19900230", "19901301", "19900100"])
def test_an_impossible_birth_date_is_refused_even_with_a_right_check_digit(born):
    stem = f"999999{born}001"
    with pytest.raises(BadInput, match="出生日期不存在"):
        i.citizen_id(stem + ric.calc_check_digit(stem + "0"))


def test_a_birth_after_today_is_refused_when_today_is_known():
    stem = "99999920261122001"
    number = stem + ric.calc_check_digit(stem + "0")
    assert i.citizen_id(number, today=date(2026, 11, 22)) == number
    with pytest.raises(BadInput, match="晚于今天"):
        i.citizen_id(number, today=date(2026, 11, 21))


@given(st.text(max_size=25))
def test_an_id_number_is_either_canonical_or_refused_never_anything_else(text):
    try:
        number = i.citizen_id(text)
    except BadInput as refusal:
        assert len(text.strip()) < 6 or text.strip() not in str(
            refusal
        )  # the value never travels in the message
    else:
        assert len(number) == 18 and ric.calc_check_digit(number) == number[-1]


def test_the_credit_code_is_checked():
    assert i.credit_code("9111 0000 600037341l") == "91110000600037341L"
    for bad, reason in (("91110000600037342L", "校验位"), ("123", "18位"), ("A1110000600037341L", "字符")):
        with pytest.raises(BadInput, match=reason):
            i.credit_code(bad)


@pytest.mark.parametrize(
    "typed",
    [
        "13800001234",
        "+86 138 0000 1234",
        "0086-138-0000-1234",
        "138-0000-1234",
        "１３８００００１２３４",
        "86 13800001234",
    ],
)
def test_one_mobile_has_one_canonical_form(typed):
    assert i.phone(typed) == i.Phone("+8613800001234", "mobile", "138 0000 1234")


@pytest.mark.parametrize("code", ["110", "119", "120", "122", "12345", "12315", "95588", "96110", "10086"])
def test_short_codes_stay_short(code):
    assert i.phone(code).canonical == code
    assert i.phone(code).kind == "short"


@pytest.mark.parametrize(
    "typed,canonical,kind",
    [
        ("0355-2345678", "+863552345678", "fixed"),
        ("(010) 6234 5678", "+861062345678", "fixed"),
        ("0355-2345678转801", "+863552345678;ext=801", "fixed"),
        ("0355-2345678分机801", "+863552345678;ext=801", "fixed"),
        ("+852 2345 6789", "+85223456789", "foreign"),
    ],
)
def test_fixed_lines_extensions_and_foreign_numbers(typed, canonical, kind):
    assert (i.phone(typed).canonical, i.phone(typed).kind) == (canonical, kind)


def test_a_local_number_needs_its_area_code():
    with pytest.raises(BadInput, match="区号"):
        i.phone("2345678")
    assert i.phone("2345678", area="0355").canonical == "+863552345678"


@pytest.mark.parametrize("typed", ["", "abc", "1380000123", "138000012345", "12800001234", "没有"])
def test_what_is_no_telephone_is_refused(typed):
    with pytest.raises(BadInput):
        i.phone(typed)


@pytest.mark.spec("KZ-02b")
@pytest.mark.parametrize(
    "name",
    [
        "巴特尔",
        "阿依努尔·阿卜杜热西提·买买提江·吐尔逊",
        "王",
        "John O'Neil-Smith",
        "ᠪᠠᠲᠤ",
        "𠮷野",
        "⿰王强",
        "王□",
    ],
)
def test_names_of_any_script_and_length_are_kept_as_typed(name):
    """Half of KZ-02b: names. The interpreter request (M4 skills) and printing on paper are left to their modules."""
    assert i.person_name(f"  {name} ") == name


def test_a_name_has_at_most_a_hundred_characters():
    assert i.person_name("长" * 100)
    with pytest.raises(BadInput, match="100"):
        i.person_name("长" * 101)


@pytest.mark.parametrize("name", ["王强😀", "❤李", "王\ufe0f强", "1\ufe0f\u20e3", "a<b", "王★"])
def test_emoji_and_symbols_are_refused_in_names(name):
    with pytest.raises(BadInput, match="表情或图形符号"):
        i.person_name(name)


@pytest.mark.parametrize("name", ["王\u202e强", "王\x00强", "王\n强", "\ufeff王强"])
def test_invisible_control_characters_are_refused_in_names(name):
    with pytest.raises(BadInput, match="控制字符"):
        i.person_name(name)


@pytest.mark.parametrize("dot", list("·•‧∙⋅・･．"))
def test_look_alike_dots_meet_in_the_key_and_stay_in_the_name(dot):
    typed = f"阿卜杜拉{dot}买买提"
    assert i.person_name(typed) == typed
    assert i.name_key(typed) == i.name_key("阿卜杜拉·买买提")


def test_script_variants_width_and_case_meet_in_the_key():
    assert i.name_key("吳忠") == i.name_key("吴　忠") == "吴忠"
    assert i.name_key("ＪＯＨＮ Smith") == i.name_key("john smith")
    assert i.name_key("王强") != i.name_key("王刚")


@pytest.mark.spec("WZ-45")
def test_search_finds_simplified_and_traditional_alike():
    """The comparison half of WZ-45 (吴忠/吳忠 equal); decoding of imported files is proven where files are read."""
    assert i.simplified("吳忠市利通區") == i.simplified("吴忠市利通区")


@given(st.text(min_size=1, max_size=30))
def test_the_key_of_a_key_is_itself(text):
    assert i.name_key(i.name_key(text)) == i.name_key(text)
