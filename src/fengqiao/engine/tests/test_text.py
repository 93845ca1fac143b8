"""Normal form, words, places and search tokens."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from fengqiao.engine.text import chargrams, normalise, places, query_tokens, search_tokens, words


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)
    assert normalise(once) == once


@given(st.text())
def test_normal_form_has_no_control_characters_and_no_double_spaces(text):
    normal = normalise(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in normal)
    assert "  " not in normal and normal == normal.strip()


def test_traditional_full_width_and_broken_lines_come_out_as_one_writing():
    assert normalise("鄰里糾紛，\n 張家 門口ＡＢ１２") == "邻里纠纷,张家门口AB12"


def test_spaces_between_latin_words_stay():
    assert normalise("WiFi   box\tNo. 5") == "WiFi box No. 5"


def test_half_a_surrogate_pair_does_not_stop_anything():
    assert search_tokens("打架\ud83d了") == ["打架", "架了"]


@given(st.text() | st.text(alphabet="张三李四 ab01，\n\x1fΣ"))
def test_every_text_is_found_by_its_own_tokens(text):
    assert set(query_tokens(text)) <= set(search_tokens(text))
    assert len(set(search_tokens(text))) == len(search_tokens(text))


@given(
    st.text(alphabet="张三李四王五赵六家门口", min_size=2, max_size=8),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_a_phrase_is_found_wherever_it_stands_in_chinese(phrase, before, after):
    assert set(query_tokens(phrase)) <= set(search_tokens(f"{before}，{phrase}，{after}"))


def test_search_tokens_are_bigrams_words_and_numbers_in_lower_case():
    assert search_tokens("张三住A3区花园路12号") == [
        "张三",
        "三住",
        "a",
        "3",
        "区花",
        "花园",
        "园路",
        "12",
        "号",
    ]


def test_words_of_a_query_need_not_follow_each_other():
    assert set(query_tokens("桂花社区 争吵")) <= set(search_tokens("争吵发生在桂花社区"))


def test_a_name_typed_with_a_space_inside_is_found():
    assert query_tokens("张 三") == ["张三"]


def test_a_traditional_query_finds_simplified_text():
    assert set(query_tokens("鄰里糾紛")) <= set(search_tokens("调处邻里纠纷一起"))


def test_rare_characters_are_kept_whole():
    assert search_tokens("𠮷野家😀") == ["𠮷野", "野家"]


def test_names_of_places_are_found_by_their_endings():
    found = places("泉塘街道泉星社区拆除废弃油烟管道，旁边是枫溪小学")
    assert "泉塘街道" in found and "泉星社区" in found and any(p.endswith("小学") for p in found)


def test_words_leave_punctuation_out():
    assert words("吵架了，报警！") == ["吵架", "了", "报警"]


def test_chargrams_of_a_text_shorter_than_the_gram_are_empty():
    assert chargrams("吵", (2, 3)) == [] and chargrams("吵架", (2, 3)) == ["吵架"]


def test_a_text_of_three_hundred_thousand_characters_is_handled():
    tokens = search_tokens("漏水😀又吵架 " * 40_000)
    assert "漏水" in tokens and len(tokens) < 20
