"""Amounts as people write them, instalments that add up, and what an agreement must say."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules import BadInput
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes.rules import agreements, amounts, levels, reviews, revisits

A, B = uuid4(), uuid4()
DAY = date(2026, 11, 22)
SIX_NINE = Decimal("690000")


@pytest.mark.parametrize("text", ["69万", "六十九万", "690,000.00 元", "¥690,000", "陆拾玖万元整", "６９万", "69w", "人民币690000元", "69万元", "六十九万块钱"])
def test_six_hundred_and_ninety_thousand_is_read_however_it_is_written(text):
    assert amounts.amount(text) == SIX_NINE


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("1.5万", "15000"), ("1万5千", "15000"), ("三百元五角", "300.50"), ("十五", "15"), ("一万五百", "10500"), ("3百万", "3000000"), ("0.01", "0.01")],
)
def test_other_ways_of_writing(text, yuan):
    assert amounts.amount(text) == Decimal(yuan)


@pytest.mark.parametrize("text", ["两万三", "1万5", "三千五"])
def test_what_can_be_read_two_ways_is_asked_back(text):
    with pytest.raises(BadInput, match="两种读法"):
        amounts.amount(text)


@pytest.mark.parametrize("text", ["", "元", "万", "-5", "0", "1.005", "69,00", "12abc", "很多", "1e5", "NaN", "9" * 40, "一万亿亿"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(BadInput):
        amounts.amount(text)


CENTS = st.integers(1, 99_999_999_999).map(lambda n: Decimal(n) / 100)


@given(CENTS)
def test_every_amount_is_read_back_from_each_way_of_writing_it(value):
    whole, cents = divmod(value, 1)
    ways = [str(value), f"{value:,.2f} 元", f"¥{value:,.2f}", f"人民币{value}元"]
    if not cents and whole:
        ways += [f"{cn2an.an2cn(int(whole))}元", f"{cn2an.an2cn(int(whole), 'up')}元整", f"{whole / 10000:f}万"]
    assert [amounts.amount(way) for way in ways] == [value] * len(ways)


@given(CENTS, st.integers(1, 120), st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.sampled_from(list(amounts.INTERVALS)))
def test_instalments_add_up_to_the_last_cent_and_their_days_rise(total, number, first, interval):
    try:
        parts = amounts.instalments(total, number, first, interval)
    except BadInput:
        assert total < number * Decimal("0.01")
        return
    assert len(parts) == number and sum(part for _, part in parts) == total and parts[0][0] == first
    assert all(part > 0 for _, part in parts) and all(a < b for (a, _), (b, _) in zip(parts, parts[1:], strict=False))


def test_a_monthly_instalment_on_the_31st_falls_on_the_last_day_of_a_short_month():
    days = [day for day, _ in amounts.instalments(Decimal(100), 3, date(2027, 1, 31), "month")]
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]


def owed(amount=100, due=DAY, **more):
    return agreements.Owed(**{"debtor": A, "creditor": B, "kind": "money", "amount": Decimal(amount) if amount is not None else None, "due_on": due, **more})


def wrong(*lines, form="written", total=None, content="约定"):
    split = sum((one.amount or Decimal(0) for one in lines), Decimal(0))
    return agreements.problems(form, split if total is None else Decimal(total), lines, content, [A, B], vocabulary("obligation_kinds"), DAY)


def test_a_sum_that_does_not_add_up_says_by_how_much():
    assert "少 50 元" in wrong(owed(100), total=150)["total"] and "多 1 元" in wrong(owed(100), owed(1), total=100)["total"]


def test_a_due_date_in_the_past_is_refused_unless_performed_on_the_spot():
    assert "已过" in wrong(owed(due=DAY - timedelta(days=1)))["due_on"]
    assert not wrong(owed(due=DAY)) and not wrong(owed(due=None, done=True), form="on_the_spot")
    assert "due_on" in wrong(owed(due=None)) and "due_on" in wrong(owed(due=date(2226, 1, 1)))


def test_an_oral_agreement_tells_its_content_and_a_due_date():
    assert set(wrong(form="oral", content=" ")) == {"content", "due_on"}
    assert "人民调解法" in wrong(owed(), form="oral", content="")["content"]
    assert not wrong(owed(), form="oral")


def test_on_the_spot_means_performed_on_the_spot():
    assert "178" in wrong(owed(), form="on_the_spot")["form"] or "一百七十八" in wrong(owed(), form="on_the_spot")["form"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"creditor": A}, "creditor"), ({"debtor": uuid4()}, "debtor"), ({"amount": None}, "amount"), ({"kind": "rice"}, "kind"),
     ({"kind": "apology", "amount": None}, "text"), ({"kind": "act", "text": "修墙"}, "amount")],
)  # fmt: skip
def test_what_is_wrong_with_one_line_is_named(change, field):
    assert field in wrong(owed(**change))


STATES = st.lists(st.sampled_from(list(agreements.STATES)), max_size=5)


@given(STATES)
def test_the_whole_is_performed_exactly_when_nothing_is_open(states):
    said = agreements.performance_of(states)
    assert (said in ("performed", "none")) == (not set(states) & agreements.OPEN)
    assert (said == "not_performed") == ("overdue" in states)


def test_only_a_peoples_mediation_without_a_status_goes_to_court():
    assert agreements.not_confirmable("people", status=False) is None
    assert "人民调解法" in agreements.not_confirmable("security", status=False)[1]
    assert "身份关系" in agreements.not_confirmable("people", status=True)[0]


@pytest.mark.parametrize(
    ("left", "stage"),
    [(10, ""), (3, "before-3"), (2, "before-3"), (1, "before-3"), (0, "due"), (-1, "after-1"), (-6, "after-1"), (-7, "after-7"), (-40, "after-7")],
)
def test_which_reminder_is_due_and_a_missed_day_is_made_up_for(left, stage):
    assert agreements.due_reminder(DAY + timedelta(days=left), DAY, [3, 0], [1, 7]) == stage


def test_a_reminder_names_nobody_else():
    said = agreements.words_of("before-3", "给付金钱 30,000 元", DAY, "D2611-A00001", owes=True, org="城关派出所")
    assert "您" in said and "2026年11月22日" in said


@given(st.sampled_from([*levels.REVISITS.values(), revisits.PLAIN]), st.integers(0, 90), st.integers(0, 120))
def test_the_schedule_only_goes_forward(schedule, last, elapsed):
    day = revisits.next_day(schedule, last, elapsed)
    assert day is None or (day in schedule and day > last and day > elapsed)
    assert revisits.stands_for(schedule, elapsed) in schedule


def test_red_is_asked_after_3_7_30_and_90_days():
    asked, last = [], 0
    while (day := revisits.next_day(levels.REVISITS["red"], last, last)) is not None:
        asked.append(day)
        last = day
    assert asked == [3, 7, 30, 90]


def test_who_was_arrested_or_violent_is_not_asked_for_satisfaction():
    assert revisits.no_call("D01V", "", violent=False) == "violence" and revisits.no_call("D02", "", violent=True) == "violence"
    assert revisits.no_call("D02", "case", violent=False) == "arrest" and revisits.no_call("D02", "settled", violent=False) == ""


def test_the_monthly_sample_is_the_same_whoever_draws_it():
    closed = [uuid4() for _ in range(30)]
    drawn = reviews.sample(closed, DAY, 3)
    assert drawn == reviews.sample(reversed(closed), DAY, 3) and len(drawn) == 3
    assert reviews.previous_month(date(2027, 1, 15)) == (date(2026, 12, 1), date(2027, 1, 1))
