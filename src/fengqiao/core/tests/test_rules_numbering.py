"""编号: formats written and read back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules import BadInput
from fengqiao.core.rules import numbering as n

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(st.sampled_from(sorted(n.SERIES)), DAYS, st.sampled_from(sorted(n.ZONES)), st.integers(1, 999_999_999))
def test_every_number_written_is_read_back(series, day, zone, seq):
    number = n.parse_number(n.short_number(series, day, zone, seq))
    assert (number.series, number.year, number.month, number.zone, number.seq) == (
        series,
        day.year,
        day.month,
        zone,
        seq,
    )


def test_the_shape_is_the_one_people_were_shown():
    assert n.short_number("D", date(2026, 11, 21), "A", 42) == "D2611-A00042"
    assert n.matter_number(date(2026, 11, 21), "C", 123456) == "S2611-C123456"
    assert n.receipt_number(date(2026, 11, 21), "A", 42).startswith("J2611-A00042-")


@given(DAYS, DAYS, st.integers(1, 10**6), st.integers(1, 10**6))
def test_receipts_rise_with_month_and_running_number(day_a, day_b, seq_a, seq_b):
    a, b = (n.parse_number(n.receipt_number(d, "A", s)) for d, s in ((day_a, seq_a), (day_b, seq_b)))
    moment_a, moment_b = (day_a.year, day_a.month, seq_a), (day_b.year, day_b.month, seq_b)
    assert (a.sort_key < b.sort_key) == (moment_a < moment_b)


def test_two_zones_never_give_the_same_number():
    day = date(2026, 11, 21)
    assert len({n.receipt_number(day, zone, 7) for zone in n.ZONES}) == len(n.ZONES)


@given(DAYS, st.integers(1, 99_999), st.integers(0, 11), st.integers(1, 9))
def test_one_digit_copied_wrongly_from_a_receipt_is_noticed(day, seq, place, shift):
    text = n.receipt_number(day, "B", seq)
    if not text[place].isdigit():
        return
    wrong = text[:place] + str((int(text[place]) + shift) % 10) + text[place + 1 :]
    with pytest.raises(BadInput):
        n.parse_number(wrong)


@pytest.mark.parametrize("typed", ["j2611-a00042-{}", "Ｊ2611－Ａ00042－{}", " J2611 — A00042 - {} "])
def test_a_receipt_is_understood_however_it_is_typed(typed):
    check = n.receipt_number(date(2026, 11, 21), "A", 42)[-1]
    assert n.parse_number(typed.format(check)).seq == 42


@pytest.mark.parametrize(
    "text",
    [
        "",
        "S2613-A00001",
        "S2611-E00001",
        "X2611-A00001",
        "S2611-A0001",
        "S2611-A00000",
        "J2611-A00042",
        "S2611-A00042-K",
    ],
)
def test_what_is_no_number_is_refused_in_chinese(text):
    with pytest.raises(BadInput, match="编号"):
        n.parse_number(text)


@pytest.mark.parametrize("series,zone,seq", [("X", "A", 1), ("S", "E", 1), ("S", "A", 0), ("S", "A", 10**9)])
def test_a_number_that_could_not_be_read_back_is_never_given(series, zone, seq):
    with pytest.raises(ValueError, match="unknown|range"):
        n.short_number(series, date(2026, 1, 1), zone, seq)


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4)


@given(HAN, st.one_of(st.just(""), HAN), HAN, st.integers(1990, 2100), st.integers(1, 9_999_999))
def test_every_document_number_given_is_read_back(bureau, unit, kind, year, seq):
    try:
        text = n.paper_number(bureau + "公", unit, kind, year, seq)
    except ValueError:
        assert (
            not unit
        )  # without a unit, a kind holding 公 or 字 cannot be told from the bureau: refused, never guessed
        return
    assert n.parse_paper_number(text) == n.PaperNumber(bureau + "公", unit, kind, year, seq)


def test_a_document_number_has_full_width_brackets_and_no_leading_zero():
    assert n.paper_number("枫公", "城关", "接报", 2026, 12) == "枫公（城关）接报字〔2026〕12号"
    assert n.paper_number("枫公", "", "移送", 2026, 3) == "枫公移送字〔2026〕3号"


@pytest.mark.parametrize(
    "typed",
    ["枫公(城关)接报字[2026]12号", "枫公（城关）接报字【2026】12号", "枫公（城关） 接报字〔２０２６〕１２号"],
)
def test_a_document_number_is_understood_with_any_brackets(typed):
    assert n.parse_paper_number(typed) == n.PaperNumber("枫公", "城关", "接报", 2026, 12)


@pytest.mark.parametrize(
    "text",
    [
        "枫公（城关）接报字2026-12号",
        "枫公（城关）接报字〔2026〕012号",
        "接报字〔2026〕12号",
        "枫公（城关接报字〔2026〕12号",
    ],
)
def test_a_malformed_document_number_is_refused(text):
    with pytest.raises(BadInput, match="文号格式不对"):
        n.parse_paper_number(text)


def test_gaps_are_listed():
    assert n.missing([]) == []
    assert n.missing([3, 1, 2]) == []
    assert n.missing([1, 4, 6]) == [2, 3, 5]
