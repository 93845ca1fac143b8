"""Rules of law in the database: no two editions of one rule on one day, what a bureau adds, what clocks began under."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from fengqiao.core import clock, deadlines
from fengqiao.core.acts.law import add_edition, enter_holidays, recount_due
from fengqiao.core.errors import Forbidden, Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Event, RuleEdition
from fengqiao.core.queries import law
from fengqiao.core.rules import deadlines as pure
from fengqiao.core.rules.workdays import Exceptional
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.ops import doctor

NEW_YEAR = date(2026, 1, 1)
TURN = datetime(2025, 12, 31, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def afresh():
    """What a process keeps of the law is read anew before and after: tests roll back."""
    law.forget()
    yield
    law.forget()


def lay(rule="camera_filing", **more):
    given = {"edition": "别", "step": "试", "kind": "gate", "law": "某法", "article": "1", "state": "待核"} | more
    return RuleEdition.objects.create(rule=rule, **given)


def test_the_table_holds_what_is_shipped_and_reads_back_the_same(db):
    assert law.editions() == pure.rules() == law.ever()


@pytest.mark.parametrize(
    ("since", "until"),
    [("2025-04-01", None), ("2026-01-01", "2026-01-02"), (None, "2025-04-01"), (None, None), ("2030-01-01", None)],
)
def test_two_editions_of_one_rule_never_hold_on_one_day(db, since, until):
    with pytest.raises(IntegrityError, match="rule_one_edition_a_day"), transaction.atomic():
        lay(valid_from=since, valid_to=until)


def test_editions_that_touch_only_end_to_end_stand_side_by_side(db):
    lay(valid_from=None, valid_to=date(2025, 3, 31))
    lay("another_rule", edition="", valid_from=None, valid_to=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        lay("another_rule", edition="2", valid_from=NEW_YEAR)


def test_what_is_not_verified_cannot_be_stored_as_blocking_nor_the_unread_law_as_verified(db):
    with pytest.raises(IntegrityError, match="rule_blocks_when_checked"), transaction.atomic():
        lay("a_rule", blocks=True)
    with pytest.raises(IntegrityError, match="rule_new_law_unread"), transaction.atomic():
        lay("a_rule", law="治安管理处罚法", valid_from=NEW_YEAR, state="已核")
    with pytest.raises(IntegrityError, match="rule_states"), transaction.atomic():
        lay("a_rule", state="大概")


def test_every_row_that_rests_on_the_law_of_2025_is_unverified_and_neither_blocks_nor_is_cited(db):
    new = [one for one in law.ever() if one.law == "治安管理处罚法" and (one.valid_from or date.min) >= NEW_YEAR]
    assert {one.id for one in new} >= {"case_decision", "self_settlement", "one_officer_case_place", "record_sealing"}
    assert not any(one.verified or one.may_block or one.citation for one in new)


def test_a_bureau_verifies_a_line_and_a_step_of_the_day_before_keeps_the_old_one(cast, django_capture_on_commit_callbacks):
    with scope(cast.wang), clock.at(TURN):
        before = deadlines.start(cast.wang, "case_decision", about=uuid7(), subject=("matter", uuid7()))
    with django_capture_on_commit_callbacks(execute=True):
        add_edition(
            cast.guan, rule="case_decision", edition="2025核", valid_from=NEW_YEAR, replaces="2025", article="118", checked="公报2025年第5号", limit=30
        )
    with scope(cast.wang), clock.at(TURN + timedelta(days=1)):
        after = deadlines.start(cast.wang, "case_decision", about=uuid7(), subject=("matter", uuid7()))
        assert (before.edition, before.article) == ("2012", "《治安管理处罚法》第99条")
        assert (after.edition, after.article) == ("2025核", "《治安管理处罚法》第118条")
        (again,) = deadlines.of(cast.wang, before.about)
        assert again.article == before.article  # under its own text, whatever holds by now
        extended = deadlines.extend(cast.wang, "case_decision", before.subject[1], 30)
        with pytest.raises(Refused, match="延长不得超过30日"):
            deadlines.extend(cast.wang, "case_decision", before.subject[1], 1)
        assert extended.due_at > before.due_at
    with scope(cast.quan):
        event = Event.objects.get(act="core.add_edition")
    assert event.facts["state"] == "已核" and event.facts["replaces"] == "2025"


def test_a_new_edition_ends_the_open_one_the_day_before(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        add_edition(cast.guan, rule="second_mediation", edition="2027", valid_from=date(2027, 1, 1), article="183", checked="公报", limit=5)
    assert law.edition_for("second_mediation", date(2026, 12, 31)).limit == 7
    assert law.edition_for("second_mediation", date(2027, 1, 1)).limit == 5
    assert law.edition_for("second_mediation", date(2027, 1, 1)).may_block
    with pytest.raises(Refused, match="不得重叠"):
        add_edition(cast.guan, rule="second_mediation", edition="2020", valid_from=date(2020, 1, 1), valid_to=date(2030, 1, 1))


def test_an_edition_nobody_checked_only_reminds(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        add_edition(cast.guan, rule="minor_guardian", edition="2027", valid_from=date(2027, 1, 1))
    found = law.edition_for("minor_guardian", date(2027, 1, 1))
    assert found.state == "待核" and not found.may_block and found.citation == ""
    assert law.citation("minor_guardian", date(2026, 1, 1)) and law.citation("minor_guardian", date(2027, 1, 1)) == ""


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rule": "no_such"}, "rule"),
        ({"edition": ""}, "edition"),
        ({"edition": "2018修订"}, "edition"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to"),
        ({"replaces": "1999"}, "replaces"),
        ({"blocks": True}, "blocks"),
        ({"limit": -1}, "limit"),
        ({"limit": None}, "limit"),
        ({"unit": "days"}, "unit"),
    ],
)
def test_what_cannot_be_an_edition_is_named(cast, given, field):
    with pytest.raises(Invalid) as wrong:
        add_edition(cast.guan, **{"rule": "second_mediation", "edition": "2027", "valid_from": date(2027, 1, 1)} | given)
    assert list(wrong.value.fields) == [field]


def test_only_the_administration_adds_editions(cast):
    for who in (cast.wang, cast.zhao, cast.he):
        with pytest.raises(Forbidden):
            add_edition(who, rule="second_mediation", edition="2027", valid_from=date(2027, 1, 1))


def test_an_upgrade_brings_the_shipped_rows_into_step_and_leaves_a_bureaus_own(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        add_edition(cast.guan, rule="second_mediation", edition="2027", valid_from=date(2027, 1, 1), article="183", checked="公报", limit=5)
    RuleEdition.objects.filter(rule="hotline_consult").update(limit=9)
    assert law.load_shipped() == 1 and law.load_shipped() == 0
    assert law.edition_for("hotline_consult", NEW_YEAR).limit == 1
    assert law.edition_for("second_mediation", date(2027, 1, 1)).limit == 5


YEAR = [
    Exceptional(date(2027, m, n), False, name)
    for m, n, name in ((1, 1, "元旦"), (2, 8, "春节"), (5, 3, "劳动节"), (10, 1, "国庆节"))
]  # fmt: skip
DECEMBER = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)


@pytest.fixture
def begun(cast):
    """A clock of 城关 that runs into 2027, whose holidays nobody entered."""
    with scope(cast.wang), clock.at(DECEMBER):
        return deadlines.start(cast.wang, "second_mediation", about=uuid7(), subject=("matter", uuid7()))


def test_a_clock_through_a_year_without_holidays_is_counted_in_calendar_days_and_says_so(begun):
    assert begun.natural and clock.local(begun.due_at).date() == date(2027, 1, 6)
    assert begun.step_words == "再次治安调解（按自然日计）"
    assert any("按自然日计，节假日公布后请重新核对" in note for note in begun.notes)


def test_when_the_year_is_entered_the_clock_is_counted_anew_and_loses_its_mark(cast, begun):
    assert enter_holidays(system_actor("test"), year=2027, days=YEAR) == 1
    with scope(cast.wang):
        (now,) = deadlines.of(cast.wang, begun.about)
        assert clock.local(now.due_at).date() == date(2027, 1, 11) and not now.natural  # 1 January and two weekends left out
    with clock.at(DECEMBER + timedelta(days=1)):
        recount_due()  # nothing is left to count
    with scope(cast.quan):
        assert not Event.objects.filter(act="core.recount_clocks").exists()


def test_the_night_counts_anew_what_an_administrator_cannot_see(cast, begun):
    assert enter_holidays(cast.guan, year=2027, days=YEAR) == 0
    recount_due()
    with scope(cast.wang):
        (now,) = deadlines.of(cast.wang, begun.about)
        assert not now.natural


@pytest.mark.parametrize("days", [[], YEAR[:3], [*YEAR, YEAR[0]], [*YEAR, Exceptional(date(2028, 1, 1), False, "元旦")]])
def test_half_a_year_of_holidays_is_refused(cast, days):
    with pytest.raises(Invalid) as wrong:
        enter_holidays(cast.guan, year=2027, days=days)
    assert list(wrong.value.fields) == ["days"]
    with pytest.raises(Forbidden):
        enter_holidays(cast.wang, year=2027, days=YEAR)


@pytest.mark.parametrize(
    ("year", "natural", "state"), [(2026, 0, "note"), (2026, 3, "note"), (2027, 0, "ill")]
)
def test_the_doctor_says_loudly_which_years_holidays_are_missing(monkeypatch, tmp_path, year, natural, state):
    moment = datetime(year, 11, 22, tzinfo=UTC)
    monkeypatch.setattr(doctor, "datetime", type("Now", (datetime,), {"now": classmethod(lambda cls, tz=None: moment)}))
    monkeypatch.setattr(doctor, "_ask", lambda role, query: [] if "workday" in query else [(natural,)])
    monkeypatch.setattr(doctor.serve, "demo_mark", lambda: tmp_path / "none")
    found, said = doctor.CHECKS["工作日历"]()
    assert found == state and "节假日安排未录入" in said and "按自然日计" in said and f"现有 {natural} 个" in said
    assert f"{year + 1} 年" in said
