"""Sheets as plain text: what is read, what is filled, what is masked, and that nothing is left open unseen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengqiao.core.rules import BadInput
from fengqiao.core.rules.masking import public_text
from fengqiao.disputes.rules import papers, sheets

WORDS = st.dictionaries(st.sampled_from(sorted(sheets.FIELDS)), st.text("王强邹大山{}界墙，0123\n", max_size=20), max_size=12)
PARTIES = st.lists(st.fixed_dictionaries({"name": st.sampled_from(["王强", "邹大山", "欧阳修远"])}), max_size=4)


@settings(max_examples=150, deadline=None)
@given(code=st.sampled_from(sorted(papers.KINDS)), words=WORDS, parties=PARTIES)
def test_a_filled_sheet_has_no_open_field_and_its_public_form_no_name(code, words, parties):
    words = {field: text.replace("{", "").replace("}", "") for field, text in words.items()}
    filled = sheets.fill(sheets.sheet(papers.KINDS[code].file), words, parties, lambda ids: "")
    said = sheets.all_text(filled)
    assert "{" not in said and "}" not in said
    for field, text in words.items():
        if text.strip() and f"{{{field}}}" in "".join(one.text + one.value for one in sheets.sheet(papers.KINDS[code].file).blocks):
            assert text.strip() in said
    public = sheets.all_text(sheets.strings(filled, lambda text: public_text(text, ["王强", "邹大山", "欧阳修远"])))
    assert not any(name in public for name in ("王强", "邹大山", "欧阳修远"))


@settings(max_examples=200)
@given(st.lists(st.sampled_from(sorted(papers.STATES)), min_size=1, max_size=8))
def test_no_walk_of_allowed_moves_leaves_void_or_signs_what_is_not_final(walk):
    state, seen = "draft", ["draft"]
    for to in walk:
        if papers.may_move(state, to):
            state = to
            seen.append(to)
    assert "void" not in seen[:-1], "nothing comes after void"
    if "signed" in seen:
        assert "issued" in seen[: seen.index("signed")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# 通知\n| 甲方 | {被申诉人}", "“?被申诉人"), ("# 通知\n? 职业：做什么的", "职业"), ("没有标题", "没有标题"), ("# 通知\n|| 空", "第 2 行读不懂"),
        ("# 通知\n___ 许多", "第 2 行读不懂"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_read_says_where_and_what(text, said):
    with pytest.raises(BadInput, match=said):
        sheets.parse(text)


@pytest.mark.parametrize(
    ("outcome", "rooms", "violence", "wanted"),
    [
        ("settled", {"police"}, False, {"接处警", "调告", "调笔", "调解"}),
        ("settled", {"people"}, False, {"调告", "人受", "人录", "人调", "司认"}),
        ("failed", {"police"}, False, {"接处警", "调告", "不调"}),
        ("", {"police"}, True, {"接处警", "告诫"}),
    ],
)
def test_what_is_due_follows_what_it_came_to(outcome, rooms, violence, wanted):
    found = papers.due(state="settled" if outcome else "working", outcome=outcome, violence=violence, rooms=frozenset(rooms))
    assert set(found) == wanted and found == [code for code in papers.KINDS if code in wanted], "in the order of a file"


@pytest.mark.parametrize(("how", "police"), [("people", set()), ("professional", set()), ("self", set()), ("administrative", {"调笔"}),
                                             ("security", {"调笔", "调解"})])  # fmt: skip
def test_the_police_write_no_minutes_and_no_agreement_of_what_others_settled(how, police):
    found = papers.due(state="settled", outcome="settled", violence=False, rooms=frozenset({"police"}), how=how)
    assert set(found) & {"调笔", "调解"} == police
