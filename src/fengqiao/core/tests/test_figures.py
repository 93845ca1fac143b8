"""The registry: what a figure must tell, and what is refused by name."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from fengqiao.core import figures
from fengqiao.core.errors import Forbidden, NotThere
from fengqiao.core.figures import Figure
from fengqiao.core.rules.periods import month

NOW = datetime(2026, 11, 5, tzinfo=UTC)
OCTOBER = month(date(2026, 10, 1), NOW)
ONE = Figure(
    key="tests.one", name="试验数", unit="件", formula="数一数。", cohort="全部。", address="/", select="SELECT 1", parts=lambda: {"a": "甲"}
)


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(figures, "_registry", dict(figures._registry))


@pytest.mark.spec("S16")
@pytest.mark.parametrize(
    "name",
    [
        "派出所化解率排名", "各所排行", "民警人均处罚数", "抓获人数", "行政拘留数", "罚没金额", "罚款数额", "纠纷发现任务完成率", "每月录入指标",
        "走访户数", "入户率", "登录率", "民警在线率", "注册量", "安装数", "信访量", "零信访村", "摄像头数", "积分",
    ],
)  # fmt: skip
def test_anti_metrics_and_rankings_are_refused_by_name(name):
    with pytest.raises(ValueError):
        figures.declare(replace(ONE, name=name))


@pytest.mark.spec("S16")
@pytest.mark.parametrize("key", ["force.rank", "disputes.per_officer", "gate.fines", "places.visits_count", "core.login_rate", "disputes.quota"])
def test_they_are_refused_by_key_too(key):
    with pytest.raises(ValueError):
        figures.declare(replace(ONE, key=key))


@pytest.mark.spec("S16")
def test_no_declared_figure_ranks_and_none_breaks_down_by_people():
    assert len(figures.figures()) >= 10
    for one in figures.figures():
        assert figures.refused(f"{one.key} {one.name}") == "", one.key
        assert one.formula and one.cohort and one.unit
    assert set(figures.BY) == {"kind", "grid", "tier", "part", "org"}
    with pytest.raises(ValueError):
        figures.declare(replace(ONE, by=("officer",)))


def test_a_figure_without_its_formula_or_cohort_or_said_twice_is_refused():
    figures.declare(ONE)
    assert figures.declare(ONE) == figures.figure("tests.one"), "the same again changes nothing"
    for wrong in ({"formula": ""}, {"cohort": ""}, {"hits": frozenset({"b"})}, {"measure": "sum"}):
        with pytest.raises(ValueError):
            figures.declare(replace(ONE, key="tests.two", name="另一数", **wrong))
    for twice in ({"unit": "起"}, {"key": "tests.two"}):
        with pytest.raises(ValueError):
            figures.declare(replace(ONE, **twice))


def test_a_figure_nobody_declared_is_not_there():
    with pytest.raises(NotThere):
        figures.figure("tests.none")


def test_figures_select_from_events_and_organisations_only():
    """Never from the tables that change."""
    import re

    for one in figures.figures():
        tables = set(re.findall(r"\b(?:FROM|JOIN)\s+((?:core|intake|disputes|promises|places|tasks|force)_[a-z_]+)", one.statement))
        assert tables <= {"core_event", "core_organisation"}, one.key


@pytest.mark.parametrize("name", ["gao", "yi", "shi", "quan", "guan", "he"])
def test_only_police_posts_read_figures(cast, name):
    actor = getattr(cast, name)
    with pytest.raises(Forbidden):
        figures.compute(actor, figures.figures()[0], OCTOBER, actor.orgs)


def test_another_stations_figures_are_not_there(cast):
    with pytest.raises(NotThere):
        figures.compute(cast.chen, figures.figures()[0], OCTOBER, [cast.org["chengguan"]])
    with pytest.raises(NotThere):
        figures.within(cast.chen, cast.org["chengguan"])
    assert set(figures.within(cast.wu)) == set(cast.wu.orgs)
    assert cast.org["cg_desk"] in figures.within(cast.wu, cast.org["chengguan"])


def test_a_snapshot_is_compared_line_by_line():
    a, b, c = (str(uuid.UUID(int=n)) for n in range(3))
    then, now = [f"{a}|D1|open||x", f"{b}|D2|open||y"], [f"{b}|D2|resolved||z", f"{c}|D3|open||w"]
    found = figures.compare(then, now)
    assert (found.added, found.removed, found.changed) == ([now[1]], [then[0]], [(then[1], now[0])])
    assert not figures.compare(then, reversed(then))
