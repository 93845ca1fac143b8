"""法定期限: every line of the table, worked out by hand; and any line, against a slow walk day by day."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules import BadInput
from fengqiao.core.rules import deadlines as d
from fengqiao.core.rules.workdays import Exceptional, WorkCalendar, library_table, parse, shipped

CHINA = d.SHANGHAI
HERE = Path(__file__)
TABLE = list(csv.DictReader(HERE.with_suffix(".csv").read_text(encoding="utf-8").splitlines()))
WORKDAYS = HERE.parents[1] / "data" / "workdays.csv"


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA) if "T" in text else date.fromisoformat(text)


def rule(rule_id, edition):
    return next(r for r in d.rules() if (r.id, r.edition) == (rule_id, edition))


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line['id']}-{line['start']}-{line['extension']}")
def test_every_line_is_due_when_worked_out_by_hand(line):
    pauses = [tuple(map(moment, pair.split("/"))) for pair in line["pauses"].split()]
    expected = moment(line["due"])
    if not isinstance(expected, datetime):
        expected = datetime.combine(expected, time(23, 59, 59), CHINA)
    found = d.due(
        rule(line["id"], line["edition"]), moment(line["start"]), shipped(), pauses, int(line["extension"])
    )
    assert found.at == expected, line["why"]
    assert found.complete == (line["complete"] == "yes")
    assert found.complete != any("工作日历不完整" in note for note in found.notes)


def test_no_line_with_a_limit_is_left_out_of_the_hand_worked_table():
    worked = {(line["id"], line["edition"]) for line in TABLE}
    assert {(r.id, r.edition) for r in d.rules() if r.limit is not None} == worked


def test_the_table_itself_is_sound():
    for r in d.rules():
        assert (
            r.kind in {"limit", "gate", "fact"}
            and r.basis in {"step", "conduct"}
            and r.state in {d.VERIFIED, d.UNVERIFIED}
        )
        assert (r.limit is not None) == (r.unit in d.UNITS), r.id
        assert r.kind != "limit" or r.limit is not None
        assert r.kind != "gate" or r.limit is None
        assert r.law and r.step and r.module


def test_only_what_was_seen_in_the_text_of_the_law_is_verified():
    for r in d.rules():
        assert r.verified == (r.mark == "✔"), r.id
        if r.law == "治安管理处罚法" and (r.valid_from or date.min) >= date(2026, 1, 1):
            assert not r.verified, "the 2025 text could not be read"


def test_an_unverified_rule_never_blocks_and_prints_no_article():
    unverified = [r for r in d.rules() if not r.verified]
    assert unverified
    assert not any(r.may_block or r.citation for r in unverified)
    flipped = d.Rule(**{f: getattr(unverified[0], f) for f in d.Rule.__dataclass_fields__} | {"blocks": True})
    assert not flipped.may_block


def test_gates_that_block_cite_their_article():
    assert (
        rule("security_mediation_excluded", "2018修订").citation == "《公安机关办理行政案件程序规定》第179条"
    )
    assert all(r.citation for r in d.rules() if r.may_block)


def test_the_edition_switches_on_the_first_of_january_2026():
    assert d.edition_for("case_decision", date(2025, 12, 31)).edition == "2012"
    assert d.edition_for("case_decision", date(2026, 1, 1)).edition == "2025"


def test_old_conduct_stays_under_the_old_law_when_the_rule_goes_by_conduct():
    old = d.edition_for("self_settlement", date(2026, 3, 1), date(2025, 12, 30))
    new = d.edition_for("self_settlement", date(2026, 3, 1), date(2026, 1, 1))
    assert (old.edition, old.may_block, new.edition, new.may_block) == ("2018修订", True, "2025", False)
    assert d.edition_for("self_settlement", date(2026, 3, 1)).edition == "2025"
    # a rule of procedure goes by the day of the step, whenever the conduct was
    assert d.edition_for("case_decision", date(2026, 3, 1), date(2025, 12, 30)).edition == "2025"


def test_editions_of_a_rule_share_their_basis_and_never_overlap():
    by_id = {}
    for r in d.rules():
        by_id.setdefault(r.id, []).append(r)
    for editions in by_id.values():
        assert len({r.basis for r in editions}) == 1
        for r in editions:
            day = r.valid_from or date(1950, 1, 1)
            assert [e for e in editions if e.holds(day)] == [r]


def test_a_rule_not_in_force_is_not_found():
    with pytest.raises(d.NoEdition):
        d.edition_for("camera_filing", date(2025, 3, 31))
    with pytest.raises(d.NoEdition):
        d.edition_for("no_such_rule", date(2026, 1, 1))


def test_a_bureau_may_bring_its_own_table():
    own = [r for r in d.rules() if r.id == "hotline_consult"]
    assert d.edition_for("hotline_consult", date(2026, 1, 1), among=own) is own[0]
    with pytest.raises(d.NoEdition):
        d.edition_for("case_decision", date(2026, 1, 1), among=own)


# --- against a slow oracle ---------------------------------------------------------------------------------------

DAYS = st.dates(date(2019, 1, 1), date(2027, 6, 30))  # 2027 is not published: its days count as they come
BY_DAY = [r for r in d.rules() if r.limit is not None and r.unit in {"days", "workdays", "months", "years"}]
BY_HOUR = [r for r in d.rules() if r.unit == "hours"]


def free(day):
    """Written apart from the calendar under test: straight from the library."""
    import chinese_calendar

    if day.year > 2026:  # not published: every day counts
        return False
    return not chinese_calendar.is_workday(day)


def oracle(r, start, pauses, extension):
    """Walk one day at a time, counting days that count."""
    paused = {a + timedelta(days=i) for a, b in pauses for i in range((b - a).days)}
    amount = r.limit + extension
    if r.unit in {"months", "years"}:
        wanted = amount * (12 if r.unit == "years" else 1)
        end, passed = start, 0
        while passed < wanted:  # step month by month, then find the corresponding day
            passed += 1
            first = (end.replace(day=1) + timedelta(days=32)).replace(day=1)
            length = ((first + timedelta(days=32)).replace(day=1) - first).days
            end = first.replace(day=min(start.day, length))
        to_count = (end - start).days
    else:
        to_count = amount
    day, counted = start, 0
    while counted < to_count:
        day += timedelta(days=1)
        if day in paused or (r.unit == "workdays" and free(day)):
            continue
        counted += 1
    while r.rolls and free(day):
        day += timedelta(days=1)
    return day


@st.composite
def paused(draw, start):
    spans = draw(st.lists(st.tuples(st.integers(-5, 90), st.integers(0, 40)), max_size=4))
    return [(start + timedelta(days=a), start + timedelta(days=a + length)) for a, length in spans]


@given(st.data(), st.sampled_from(BY_DAY), DAYS)
def test_limits_in_days_agree_with_a_walk_day_by_day(data, r, start):
    pauses = data.draw(paused(start))
    extension = data.draw(st.integers(0, 3 if r.extension is None else r.extension))
    found = d.due(r, start, shipped(), pauses, extension)
    assert found.day == oracle(r, start, pauses, extension)
    assert found.at.timetz() == time(23, 59, 59, tzinfo=CHINA)


@given(
    st.sampled_from(BY_HOUR), st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.integers(0, 1439), st.data()
)
def test_limits_in_hours_agree_with_a_walk_minute_by_minute(r, day, minutes, data):
    start = datetime.combine(day, time(0), CHINA) + timedelta(minutes=minutes)
    spans = data.draw(st.lists(st.tuples(st.integers(-300, 4000), st.integers(0, 600)), max_size=3))
    pauses = [(start + timedelta(minutes=a), start + timedelta(minutes=a + n)) for a, n in spans]
    out = {a + i for a, n in spans for i in range(n)}  # minutes after the start that do not count
    minute = 60 - start.minute  # the first minute of the hour after the starting one
    counted = 0
    while counted < r.limit * 60:
        counted += minute not in out
        minute += 1
    assert d.due(r, start, shipped(), pauses).at == start + timedelta(minutes=minute)


@given(st.data(), st.sampled_from(BY_DAY), DAYS)
def test_a_pause_or_an_extension_never_brings_the_day_forward(data, r, start):
    pauses = data.draw(paused(start))
    plain = d.due(r, start, shipped())
    assert d.due(r, start, shipped(), pauses).at >= plain.at
    if r.extension:
        assert d.due(r, start, shipped(), pauses, r.extension).at > d.due(r, start, shipped(), pauses).at


@given(st.data(), DAYS, st.integers(0, 3))
def test_pauses_may_come_in_any_order_overlap_or_be_split(data, start, cut):
    r = rule("case_decision", "2025")
    pauses = data.draw(paused(start))
    split = [p for a, b in pauses for p in ((a, a + (b - a) // 2), (a + (b - a) // 2, b))]
    again = data.draw(st.permutations(pauses + split[:cut]))
    assert (
        d.due(r, start, shipped(), pauses)
        == d.due(r, start, shipped(), again)
        == d.due(r, start, shipped(), split)
    )


@given(st.sampled_from(BY_DAY), DAYS, DAYS)
def test_starting_later_is_never_due_earlier(r, a, b):
    early, late = sorted((a, b))
    assert d.due(r, early, shipped()).at <= d.due(r, late, shipped()).at


def test_a_pause_that_covers_the_last_day_moves_it_and_one_that_begins_after_does_not():
    r = rule("case_decision", "2025")
    start, last = date(2026, 3, 2), date(2026, 4, 1)
    assert d.due(r, start, shipped()).day == last
    moved = d.due(r, start, shipped(), [(last, last + timedelta(days=1))])
    assert (moved.day, moved.excluded) == (date(2026, 4, 2), timedelta(days=1))
    assert "扣除不计入的期间1日" in moved.notes
    after = date(2026, 4, 2)
    assert d.due(r, start, shipped(), [(after, after + timedelta(days=9))]).day == last


def test_an_extension_beyond_the_law_is_refused_and_one_granted_is_noted():
    case = rule("case_decision", "2012")
    assert "经上一级公安机关批准延长30日" in d.due(case, date(2025, 3, 3), shipped(), extension=30).notes
    with pytest.raises(BadInput, match="延长不得超过30日"):
        d.due(case, date(2025, 3, 3), shipped(), extension=31)
    with pytest.raises(BadInput, match="不得延长"):
        d.due(rule("second_mediation", "2018修订"), date(2025, 3, 3), shipped(), extension=1)


def test_a_gate_has_no_due_date_and_hours_need_an_instant():
    with pytest.raises(ValueError, match="no limit"):
        d.due(rule("minor_guardian", "2018修订"), date(2026, 1, 5), shipped())
    for start in (date(2026, 1, 5), datetime(2026, 1, 5, 10)):  # noqa: DTZ001 - a naive instant is what must be refused
        with pytest.raises(ValueError, match="aware instant"):
            d.due(rule("transfer_unit", "2018修订"), start, shipped())


def test_days_are_counted_in_china_wherever_the_instant_was_written():
    late_evening_utc = datetime(2026, 11, 15, 18, 0, tzinfo=UTC)  # already the 16th in China
    assert d.due(rule("temporary_stay", "1958"), late_evening_utc, shipped()).day == date(2026, 11, 19)


def test_a_limit_in_hours_moves_over_a_holiday_only_when_its_rule_is_set_so():
    r = rule("transfer_unit", "2018修订")
    moving = d.Rule(**{f: getattr(r, f) for f in d.Rule.__dataclass_fields__} | {"rolls": True})
    start = datetime(2026, 11, 21, 10, 20, tzinfo=CHINA)
    assert d.due(r, start, shipped()).at == datetime(2026, 11, 22, 11, tzinfo=CHINA)
    assert d.due(moving, start, shipped()).at == datetime(2026, 11, 23, 11, tzinfo=CHINA)


# --- the calendar ------------------------------------------------------------------------------------------------


def test_the_shipped_table_is_what_the_library_says():
    with WORKDAYS.open(encoding="utf-8", newline="") as lines:
        assert list(parse(lines)) == [line for year in range(2018, 2027) for line in library_table(year)]


@given(st.dates(date(2018, 1, 1), date(2026, 12, 31)))
def test_the_calendar_agrees_with_the_library_on_every_day(day):
    assert shipped().works(day) == (not free(day)) and shipped().knows(day)


def test_a_year_the_table_lacks_falls_back_to_weekends_and_says_so():
    assert not shipped().knows(date(2027, 1, 4))
    assert shipped().works(date(2027, 1, 1)) and not shipped().works(date(2027, 1, 2))


def test_through_a_year_without_holidays_days_are_counted_as_calendar_days_and_marked():
    r = rule("second_mediation", "2018修订")
    found = d.due(r, date(2026, 12, 30), shipped())
    assert found.day == date(2027, 1, 6)  # 31 December, then every day of January, weekend and 元旦 included
    assert not found.complete and "工作日历不完整，按自然日计，节假日公布后请重新核对" in found.notes
    stays = d.due(rule("petition_direct", "2022"), date(2026, 12, 18), shipped())
    assert (stays.day, stays.complete) == (date(2027, 1, 2), False)  # a Saturday, and it does not move
    last = d.due(rule("petition_direct", "2022"), date(2026, 12, 12), shipped())
    assert (last.day, last.complete) == (date(2026, 12, 28), True)  # Sunday the 27th moves within the year


def test_a_bureau_adds_a_year_and_the_deadline_becomes_certain():
    with WORKDAYS.open(encoding="utf-8", newline="") as lines:
        table = list(parse(lines))
    r = rule("hotline_complex", "静安2019")
    one_day = [Exceptional(date(2027, 1, 1), False, "元旦")]
    partly = d.due(r, date(2026, 12, 14), WorkCalendar(table + one_day))
    assert (partly.day, partly.complete) == (date(2027, 1, 2), False)
    whole_year = one_day + [
        Exceptional(date(2027, m, n), False, name)
        for m, n, name in ((2, 6, "春节"), (5, 1, "劳动节"), (10, 1, "国庆节"))
    ]
    whole = d.due(r, date(2026, 12, 14), WorkCalendar(table + whole_year))
    assert (whole.day, whole.complete) == (date(2027, 1, 5), True)


# --- what is left ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "now,words,overdue",
    [
        ("2026-11-21T20:00", "还剩 2 天 3 小时（到 11月23日）", False),
        ("2026-11-23T20:30", "还剩 3 小时 29 分（到 11月23日）", False),
        ("2026-11-23T23:50", "还剩 9 分（到 11月23日）", False),
        ("2026-11-23T23:59:59", "还剩 0 分（到 11月23日）", False),
        ("2026-11-24T00:00", "已超 0 分（应于 11月23日）", True),
        ("2026-11-25T23:59:59", "已超 2 天（应于 11月23日）", True),
        ("2025-12-31T23:59:59", "还剩 327 天（到 2026年11月23日）", False),
    ],
)
def test_what_is_left_is_said_as_people_feel_it(now, words, overdue):
    due = d.due(rule("recusal_decision", "2018修订"), date(2026, 11, 19), shipped())
    left = d.remaining(moment(now), due)
    assert (left.words, left.overdue) == (words, overdue)
