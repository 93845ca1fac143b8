"""Figures of the front door, counted from work done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fengqiao.core import clock
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
