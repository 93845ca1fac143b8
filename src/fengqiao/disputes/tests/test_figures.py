"""Figures of the dispute loop, from facts alone: written in bulk as the acts write them, and by the acts themselves."""

import random
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from statistics import median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengqiao.core import clock, figures
from fengqiao.core.cast import actors
from fengqiao.core.rules.periods import Period, month, year
from fengqiao.core.scope import scope
from fengqiao.core.tests.facts import Fact, write
from fengqiao.disputes import acts
from fengqiao.disputes.tests.conftest import told

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
YEAR = year(date(2025, 6, 1), NOW)
FOUND, RATE, COMING, GOING = (figures.figure(f"disputes.{k}") for k in ("found", "resolution", "inflow", "outflow"))
TIER, FLARED, REVISITED, DAYS = (figures.figure(f"disputes.{k}") for k in ("tier", "flared", "revisited", "days"))


class Life:
    """One dispute's facts, step by step."""

    def __init__(self, org, at, n=0, kind="D02", grid=None):
        self.id, self.about, self.org, self.n = uuid.uuid4(), uuid.uuid4(), org, n
        self.lines = []
        self.do("open_dispute", at, kind=kind, owner=1, parties=2, state="working", grid=grid)

    def do(self, name, at, org=None, **facts):
        subjects = [("dispute", self.id, "of"), ("matter", self.about, "of")]
        facts = {"dispute": f"D{self.n:06}", **facts}
        self.lines.append(Fact(f"disputes.{name}", org or self.org, at, subjects, self.about, facts))
        return self

    def settle(self, at, outcome="settled", **more):
        due = at + timedelta(days=7)
        return self.do("settle", at, outcome=outcome, performance="", was="working", due_at=due.isoformat(), **more)


def spread(count, first=date(2025, 1, 1), days=300):
    """Instants over the days from `first` on, one after another."""
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return [begin + timedelta(days=days) * (i / count) for i in range(count)]


def lives(org, ends):
    """`ends`: outcome (or "" for still open, "withdrawn") → how many disputes."""
    found = []
    wanted = [end for end, count in ends.items() for _ in range(count)]
    random.Random(5).shuffle(wanted)
    for n, (end, at) in enumerate(zip(wanted, spread(len(wanted)), strict=True)):
        one = Life(org, at, n, kind=f"D{1 + n % 15:02}")
        if end == "withdrawn":
            one.do("withdraw", at + timedelta(days=2), was="working")
        elif end:
            one.settle(at + timedelta(days=1 + n % 20), end)
        found += one.lines
    return found


@pytest.fixture
def station(cast):
    return cast.org["chengguan"]


def asked(cast, one, period=YEAR, actor=None):
    actor = actor or cast.zhao
    with scope(actor):
        return figures.compute(actor, one, period, actor.orgs)


def listed(cast, one, part="", period=YEAR, **only):
    with scope(cast.zhao):
        return figures.evidence(cast.zhao, one, period, cast.zhao.orgs, part, **only)


def filled(cast, facts):
    with scope(cast.zhao):
        write(facts)


@pytest.mark.spec("KZ-23")
@pytest.mark.parametrize(("resolved", "passes"), [(800, True), (792, True), (791, False)])
def test_nine_hundred_found_and_eight_hundred_resolved_is_more_than_88_percent(cast, station, resolved, passes):
    left = 900 - resolved
    filled(cast, lives(station, {"settled": resolved - 100, "self_settled": 100, "": left - 30, "withdrawn": 12, "referred": 10, "failed": 8}))
    rate = asked(cast, RATE)
    assert rate.share == Fraction(resolved, 900) and rate.at_least(88) is passes
    assert rate.total == 900 and rate.counts["resolved"] == resolved, "the denominator never shrinks"
    assert {p: rate.counts[p] for p in ("open", "withdrawn", "referred", "failed")} == {
        "open": left - 30, "withdrawn": 12, "referred": 10, "failed": 8,
    }  # fmt: skip
    assert asked(cast, FOUND).total == 900
    assert asked(cast, GOING).counts["resolved"] == resolved, "and resolved in the period"
    if resolved == 800:
        assert rate.words() == "88.9%"


@pytest.mark.spec("NJ-29")
def test_384_of_654_are_resolved_and_the_other_270_are_told_by_state(cast, station):
    ends = {"settled": 384, "": 140, "failed": 61, "referred": 20, "court": 12, "case": 7, "withdrawn": 22, "unfounded": 8}
    filled(cast, lives(station, ends))
    rate = asked(cast, RATE)
    assert rate.words() == "58.7%"
    rest = {part: n for part, n in rate.counts.items() if part != "resolved"}
    assert rest == {"open": 140, "failed": 61, "referred": 39, "withdrawn": 22, "other": 8}
    assert sum(rest.values()) == 270 and rate.total == sum(rate.counts.values()) == 654
    assert [len(listed(cast, RATE, part)) for part in rate.counts] == list(rate.counts.values()), "each opens its list"


@pytest.mark.spec("ND-26")
def test_95_of_100_are_resolved_at_the_station_or_below(cast, station):
    """46,000 resolved disputes of a bureau; where the result does not tell its tier, the organisation that resolved it does."""
    county = cast.org["bureau"]
    facts = []
    for n, at in enumerate(spread(46_000)):
        tier = {0: {"tier": "grid"}, 1: {"tier": "village"}}.get(n % 4, {})
        one = Life(station if n < 43_700 else county, at, n).settle(at + timedelta(days=3), **tier if n < 43_700 else {})
        facts += one.lines
    with scope(cast.wu):
        write(facts)
    low = asked(cast, TIER, actor=cast.wu)
    assert (low.total, low.hits, low.at_least(95)) == (46_000, 43_700, True)
    assert low.counts == {"grid": 10_925, "village": 10_925, "station": 21_850, "county": 2_300}
    with scope(cast.wu):
        write(Life(county, datetime(2025, 2, 1, tzinfo=UTC), 50_000).settle(datetime(2025, 2, 2, tzinfo=UTC)).lines)
    assert not asked(cast, TIER, actor=cast.wu).at_least(95), "43,700 of 46,001 are fewer than 95 %"


@pytest.mark.spec("MS2")
def test_a_print_of_last_year_gives_the_same_number_and_now_names_each_change(cast, station):
    """For this loop: any figure's rows are kept as a snapshot; the same instant gives them again to the letter."""
    at = datetime(2025, 5, 1, tzinfo=UTC)
    known = datetime(2026, 1, 5, tzinfo=UTC)
    kept = [Life(station, at + timedelta(days=n), n) for n in range(5)]
    kept[0].settle(at + timedelta(days=10))
    kept[1].settle(at + timedelta(days=11))
    filled(cast, [line for one in kept for line in one.lines])
    printed = YEAR.known_at(known)
    before = {one.key: [row.line for row in listed(cast, one, period=printed)] for one in figures.figures()}
    later = Life(station, datetime(2026, 2, 1, tzinfo=UTC), 99)
    kept[1].lines.clear()
    kept[1].do("reopen", datetime(2026, 3, 1, tzinfo=UTC))
    kept[2].lines.clear()
    kept[2].settle(datetime(2026, 3, 2, tzinfo=UTC))
    late = Life(station, at, 50)  # happened last year, written down this year
    late.lines[0] = Fact(**{**vars(late.lines[0]), "noted": datetime(2026, 4, 1, tzinfo=UTC)})
    filled(cast, [*later.lines, *kept[1].lines, *kept[2].lines, *late.lines])
    again = {one.key: [row.line for row in listed(cast, one, period=printed)] for one in figures.figures()}
    assert again == before, "as known then: the same rows, so the same number"
    found = figures.compare(before["disputes.resolution"], [row.line for row in listed(cast, RATE)])
    assert [line.split("|")[1] for line in found.added] == ["D000050"] and found.removed == []
    assert [(then.split("|")[1:3], now.split("|")[2]) for then, now in found.changed] == [
        (["D000001", "resolved"], "open"), (["D000002", "open"], "resolved"),
    ]  # fmt: skip


def test_both_balances_add_up_and_name_where_it_came_from(cast, station):
    october = month(date(2026, 10, 1), NOW)
    day = datetime(2026, 10, 10, tzinfo=UTC)
    before = day - timedelta(days=30)
    other = cast.org["yunling"]
    carried = Life(station, before, 1).settle(day)
    long_done = Life(station, before, 2).settle(before + timedelta(days=2))
    flared = Life(station, before, 3).settle(before + timedelta(days=3)).do("reopen", day)
    again = Life(station, before, 4).settle(before + timedelta(days=3)).do("revisit", day, now="reopened").settle(day + timedelta(days=3))
    new = Life(station, day, 5)
    away = Life(station, day, 6).do("hand_over", day + timedelta(days=1), to=other, kind="transfer")
    lent = Life(station, day, 7).do("hand_over", day + timedelta(days=1), to=other, kind="referral")
    came = Life(other, before, 8).do("keep_up", day, org=station, now={"state": "working"}, kind="D05", grid=None)
    next_month = Life(station, datetime(2026, 11, 2, tzinfo=UTC), 9)
    with scope(cast.wu):
        write(line for one in (carried, long_done, flared, again, new, away, lent, came, next_month) for line in one.lines)
    coming, going = asked(cast, COMING, october), asked(cast, GOING, october)
    assert coming.counts == {"carried": 1, "new": 3, "received": 1, "reopened": 2}
    assert going.counts == {"resolved": 2, "open": 4, "referred": 1}
    assert coming.total == going.total == 7
    assert {row.number for row in listed(cast, GOING, "open", october)} == {"D000003", "D000005", "D000007", "D000008"}
    assert [row.number for row in listed(cast, COMING, "received", october, kind="D05")] == ["D000008"]
    with scope(cast.wu):
        stations = figures.compute_groups(cast.wu, COMING, october, {station: 1, other: 2})
    assert (stations[1].total, stations[2].counts) == (7, {"carried": 1}), "each station as its own page shows it"


def test_what_flared_up_again_and_what_was_revisited_in_time_is_counted_of_what_was_resolved(cast, station):
    october = month(date(2026, 10, 1), NOW)
    day = datetime(2026, 10, 5, tzinfo=UTC)
    stable = Life(station, day, 1).settle(day).do("revisit", day + timedelta(days=6), result="stable", now="revisited")
    late = Life(station, day, 2).settle(day).do("revisit", day + timedelta(days=9), result="stable", now="revisited")
    missed = Life(station, day, 3).settle(day)
    young = Life(station, day, 4).settle(datetime(2026, 10, 31, tzinfo=UTC))  # due on 7 November: not yet
    flared = Life(station, day, 5).settle(day).do("revisit", day + timedelta(days=3), result="flared_up", now="reopened")
    filled(cast, [line for one in (stable, late, missed, young, flared) for line in one.lines])
    assert asked(cast, FLARED, october).counts == {"flared": 1, "held": 4}
    assert asked(cast, REVISITED, october).counts == {"in_time": 2, "late": 1, "missed": 1}
    assert asked(cast, REVISITED, october).words() == "50.0%"
    assert [row.number for row in listed(cast, REVISITED, "missed", october)] == ["D000003"]
    assert asked(cast, DAYS, october).number() == 0.0, "four of the resolved took no day, one 26"


def test_the_acts_themselves_write_what_the_figures_read(cast):
    period = month(date(2026, 10, 1), NOW)
    with clock.at(datetime(2026, 10, 5, 2, tzinfo=UTC)):
        first = acts.open_dispute(cast.wang, matter_id=told(cast))
        second = acts.open_dispute(cast.wang, matter_id=told(cast, text="停车争吵"))
        third = acts.open_dispute(cast.wang, matter_id=told(cast, text="漏水争吵"))
    with clock.at(datetime(2026, 10, 8, 2, tzinfo=UTC)):
        acts.settle(cast.wang, dispute_id=first, outcome="settled", performance="performed")
        acts.settle(cast.wang, dispute_id=second, outcome="failed")
        acts.withdraw(cast.wang, dispute_id=third, reason="双方撤回")
    with clock.at(datetime(2026, 10, 9, 2, tzinfo=UTC)):
        acts.revisit(cast.wang, dispute_id=first, manner="phone", result="stable")
    rate = asked(cast, RATE, period)
    assert rate.counts == {"resolved": 1, "failed": 1, "withdrawn": 1}
    [row] = listed(cast, RATE, "resolved", period)
    assert (row.id, row.more["kind"]) == (first, "D02")
    assert asked(cast, REVISITED, period).counts["in_time"] == 1
    assert asked(cast, DAYS, period).number() == 3.0
    with scope(cast.chen):
        assert figures.compute(cast.chen, RATE, period, cast.chen.orgs).total == 0, "the next station sees nothing of it"


def test_every_figure_of_every_station_and_of_all_is_read_at_once_as_one_by_one(cast, station):
    """As a report asks: figures that read the same facts in one statement, each unit by itself beside all together."""
    october = month(date(2026, 10, 1), NOW)
    day, other = datetime(2026, 10, 3, tzinfo=UTC), cast.org["yunling"]
    facts = lives(station, {"settled": 20, "": 9, "failed": 4, "withdrawn": 3, "court": 2})
    for n, at in enumerate(spread(40, date(2026, 9, 20), 35)):
        one = Life((station, other)[n % 2], at, 1000 + n, kind=f"D{1 + n % 4:02}")
        if n % 3:
            one.settle(at + timedelta(days=2), ("settled", "self_settled", "failed")[n % 3], tier="village" if n % 5 else "", how="people")
        if n % 6 == 1:
            one.do("revisit", at + timedelta(days=5), result="flared_up", now="reopened")
        facts += one.lines
    facts += Life(station, day, 2000).do("hand_over", day + timedelta(days=1), to=other, kind="transfer").do(
        "keep_up", day + timedelta(days=1, minutes=1), org=other, now={"state": "working"}, kind="D05", grid=None
    ).settle(day + timedelta(days=9), org=other).lines  # fmt: skip
    with scope(cast.wu):
        write(facts)
        orgs = cast.wu.orgs
        pairs = [*((org, 0) for org in orgs), *((org, org) for org in orgs)]
        wanted = figures.figures()
        with CaptureQueriesContext(connection) as asked:
            read = figures.evidence_each(cast.wu, wanted, october, pairs)
        assert len(asked) == len({one.given for one in wanted}), "one statement for all that read the same facts"
        for one in wanted:
            assert [row for row in read[one.key] if row.group == 0] == figures.evidence(cast.wu, one, october, orgs), one.key
            units = [row for row in read[one.key] if row.group]
            assert units == figures.evidence(cast.wu, one, october, {org: org for org in orgs}), one.key
        assert figures.compute_each(cast.wu, wanted, october, orgs) == {one.key: figures.compute(cast.wu, one, october, orgs) for one in wanted}
    assert len([row for row in read[COMING.key] if row.group == 0]) > 30


# --- a plain recount ---------------------------------------------------------------------------------------------------

START = datetime(2026, 6, 1, tzinfo=UTC)
STEPS = st.sampled_from(["settled", "failed", "referred", "unfounded", "reopen", "flared", "stable", "withdraw", "lent", "away", "back", "note"])
HISTORY = st.lists(st.tuples(st.integers(0, 120), st.lists(st.tuples(st.integers(0, 60), STEPS), max_size=6)), max_size=12)


def lived(org, history):
    """Lives drawn at random: not all of them lawful, all of them countable."""
    found = []
    for n, (day, steps) in enumerate(history):
        at = START + timedelta(days=day, minutes=n)
        one = Life(org, at, n, kind=f"D{1 + n % 5:02}")
        for later, step in steps:
            at += timedelta(days=later, minutes=1)
            match step:
                case "settled" | "failed" | "referred" | "unfounded":
                    one.settle(at, step)
                case "reopen":
                    one.do("reopen", at)
                case "flared" | "stable":
                    one.do("revisit", at, now={"flared": "reopened", "stable": "revisited"}[step])
                case "withdraw":
                    one.do("withdraw", at)
                case "lent" | "away":
                    one.do("hand_over", at, kind={"lent": "joint", "away": "handover"}[step])
                case "back":
                    one.do("keep_up", at, now={"state": "working"}, kind="D02")
                case "note":
                    one.do("note", at, length=3)
        found.append(one)
    return found


def stands(line):
    """What a line makes of a dispute, told again without SQL."""
    name, facts = line.act.split(".")[1], line.facts
    if name == "settle":
        return {"settled": "resolved", "self_settled": "resolved", "failed": "failed", "referred": "referred"}.get(facts["outcome"], "other")
    if name == "hand_over":
        return "referred" if facts["kind"] in ("transfer", "handover") else "open"
    if name == "revisit":
        return "open" if facts["now"] == "reopened" else None
    return {"open_dispute": "open", "reopen": "open", "keep_up": "open", "withdraw": "withdrawn"}.get(name)


def recount(found, period):
    """(cohort by state, inflow, outflow, flared, days) by going through the lives one by one."""
    cohort, coming, going, flared, days = Counter(), Counter(), Counter(), Counter(), []
    for one in found:
        lines = [line for line in one.lines if line.at <= period.as_of]
        if not lines:
            continue
        opened = lines[0].at
        at = lambda moment, lines=lines: next((s for line in reversed(lines) if line.at < moment and (s := stands(line))), None)  # noqa: E731
        ever = datetime.max.replace(tzinfo=UTC)
        if period.start <= opened < period.end:
            cohort[at(ever)] += 1
        before, after = at(period.start), at(period.end)
        within = any(stands(line) == "open" for line in lines if period.start <= line.at < period.end)
        if before == "open" or (before is None and after) or (before not in ("open", None) and within):
            coming["carried" if before == "open" else "reopened" if before else "new"] += 1
            going[after] += 1
            if after == "resolved":
                last = [line.at for line in lines if line.at < period.end and stands(line)][-1]
                days.append((last - opened) / timedelta(days=1))
        settled = [i for i, line in enumerate(lines) if stands(line) == "resolved" and period.start <= line.at < period.end]
        if settled:
            flared["flared" if any(stands(line) == "open" for line in lines[settled[-1] + 1 :]) else "held"] += 1
    return cohort, coming, going, flared, days


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORY, st.integers(0, 90), st.integers(1, 60), st.integers(-20, 120))
def test_cohort_figures_equal_a_plain_recount_from_facts(db, history, first, length, delay):
    from django.db import transaction

    cast = actors()
    begin = date(2026, 6, 1) + timedelta(days=first)
    period = Period(begin, begin + timedelta(days=length - 1), NOW)
    period = period.known_at(period.end + timedelta(days=delay))
    found = lived(cast.org["chengguan"], history)
    with transaction.atomic(), scope(cast.zhao):
        write(line for one in found for line in one.lines)
        got = [figures.compute(cast.zhao, one, period, cast.zhao.orgs) for one in (RATE, COMING, GOING, FLARED)]
        days = figures.compute(cast.zhao, DAYS, period, cast.zhao.orgs).number()
        rows = figures.evidence(cast.zhao, RATE, period, cast.zhao.orgs)
        together = figures.compute_each(cast.zhao, figures.figures(), period, cast.zhao.orgs)
        lists = figures.evidence_each(cast.zhao, figures.figures(), period, [(org, 0) for org in cast.zhao.orgs])
        transaction.set_rollback(True)
    *counted, took = recount(found, period)
    assert [dict(value.counts) for value in got] == [dict(c) for c in counted]
    assert Counter(row.part for row in rows) == counted[0]
    assert got[1].total == got[2].total, "what came in stands somewhere"
    assert [together[one.key] for one in (RATE, COMING, GOING, FLARED)] == got, "asked together they come to the same"
    for one in figures.figures():
        assert together[one.key].total == len(lists[one.key]) and together[one.key] == figures.count(one, lists[one.key]), one.key
    assert lists[RATE.key] == rows
    assert days == (pytest.approx(median(took)) if took else None)
