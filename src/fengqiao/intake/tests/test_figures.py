"""Figures of the front door, counted from work done."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fengqiao.core import clock, figures
from fengqiao.core.rules.periods import month
from fengqiao.core.scope import scope
from fengqiao.intake import acts, queries
from fengqiao.intake.rules import ReportIn

AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
DAY = (AT - timedelta(hours=1), AT + timedelta(days=1))


@pytest.mark.spec("NP-32")
def test_the_median_delay_from_capture_to_server_is_a_figure(cast):
    """实时采: the displayed figure. Three sources and closing only after a revisit: test_joining, disputes."""
    for minutes in (0, 0.5, 240):
        with clock.at(AT + timedelta(minutes=minutes)):
            acts.receive(cast.sun, report=ReportIn(channel="grid", text="口角", captured_at=AT))
    with scope(cast.zhao):
        delay = queries.capture_delay(cast.zhao, *DAY)
    assert (delay.reports, delay.median, delay.over_a_minute) == (3, 30.0, 1)
    with scope(cast.chen):
        assert queries.capture_delay(cast.chen, *DAY) == queries.Delay(0, None, 0)


def test_reports_are_counted_by_source(cast):
    told = ReportIn(channel="110", text="口角")
    with clock.at(AT):
        for channel in ("110", "110", "petition"):
            acts.receive(cast.deng, report=replace(told, channel=channel))
    with scope(cast.zhao):
        assert queries.counts_by_source(cast.zhao, *DAY) == {"110": 2, "petition": 1}


def test_receipts_new_matters_and_repeats_are_counted_from_facts_and_open_their_lists(cast):
    november = month(date(2026, 11, 1), AT + timedelta(days=10))
    told = ReportIn(channel="110", text="口角")
    with clock.at(AT):
        first = acts.receive(cast.deng, report=told)
        acts.receive(cast.deng, report=replace(told, channel="petition"))
    with clock.at(AT + timedelta(hours=1)):
        acts.attach(cast.deng, report=replace(told, channel="12345"), matter_id=first.matter_id)
    with clock.at(AT + timedelta(days=1)):
        acts.attach(cast.deng, report=told, matter_id=first.matter_id, again=True)
    with clock.at(AT + timedelta(days=40)):
        acts.receive(cast.deng, report=told)
    orgs = cast.zhao.orgs
    with scope(cast.zhao):
        ask = lambda key: figures.compute(cast.zhao, figures.figure(key), november, orgs).counts  # noqa: E731
        assert ask("intake.receipts") == {"110": 2, "12345": 1, "petition": 1}
        assert ask("intake.matters") == {"110": 1, "petition": 1}
        assert ask("intake.again") == {"again": 1, "same": 1}
        rows = figures.evidence(cast.zhao, figures.figure("intake.receipts"), november, orgs, "110")
    assert rows[0].number == first.receipt and rows[0].id == first.report_id and {row.about for row in rows} == {first.matter_id}
    with scope(cast.chen):
        assert figures.compute(cast.chen, figures.figure("intake.receipts"), november, cast.chen.orgs).total == 0
