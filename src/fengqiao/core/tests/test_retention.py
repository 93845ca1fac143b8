"""Retention: what is held longer than its column allows goes by itself, by the same path as a person's request."""

import uuid
from datetime import UTC, datetime

import pytest

from fengqiao.core import clock, collection, erasure, retention
from fengqiao.core.acts import documents as document_acts
from fengqiao.core.acts import rights
from fengqiao.core.errors import Forbidden
from fengqiao.core.models import Content, Document, Erasure, Event
from fengqiao.core.rules import keeping
from fengqiao.core.scope import scope
from fengqiao.intake import acts
from fengqiao.intake.models import Matter, Party, Report
from fengqiao.intake.rules import PartyIn, ReportIn

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AFTER = datetime(2029, 3, 3, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def places(tmp_path, settings):
    for name in ("files", "erasures"):
        (tmp_path / name).mkdir()
        setattr(settings, f"{name.upper()}_DIR", tmp_path / name)


def closed_matter(cast, name="欧阳砚秋") -> uuid.UUID:
    with clock.at(START):
        matter = acts.receive(
            cast.sun,
            report=ReportIn(
                channel="window",
                title="界墙",
                text=f"{name}来访",
                place_text="三组",
                parties=(PartyIn(name=name, phone="13899990017"),),
            ),
        ).matter_id
        document_acts.attach(cast.wang, about=matter, name="a.txt", data=b"x")
        acts.note(cast.wang, matter_id=matter, text="已联系")
        with scope(cast.wang):
            Matter.objects.filter(id=matter).update(state="closed", closed_at=START)
    return matter


def test_three_years_after_closing_nothing_personal_is_left_and_every_count_stays(cast):
    matter = closed_matter(cast)
    with clock.at(AFTER):
        waiting = retention.due()
        assert [(d.id, d.complete) for d in waiting] == [(matter, True)]
        with scope(cast.wang):
            assert Party.objects.filter(name="欧阳砚秋").exists(), "listing changes nothing"
        assert [d.id for d in retention.run_due()] == [matter]
        assert retention.due() == [] and retention.run_due() == [], "done once"
    with scope(cast.wang):
        party = Party.objects.get(matter_id=matter)
        assert (party.name, party.phone, party.phone_hash) == ("", "", None) and party.erased_at
        report = Report.objects.get(matter_id=matter)
        assert (report.text, report.title, report.place_text, report.channel) == ("", "", "", "window")
        held = Matter.objects.get(id=matter)
        assert (held.title, held.reports, held.state) == (erasure.GONE, 1, "closed")
        assert (
            Document.objects.get(about=matter).erased_at and not Content.objects.filter(about=matter).exists()
        )
        event = Event.objects.get(about=matter, act="core.expire")
        assert event.facts["files"] == 1 and "第四十七条第一款第一项" in event.facts["article"]
        assert Erasure.objects.filter(event_id=event.id, table="core_content").exists()


def test_a_day_before_and_while_still_open_nothing_is_due(cast):
    matter = closed_matter(cast)
    waiting = retention.due(datetime(2029, 3, 1, 1, 0, tzinfo=UTC))
    assert not any(one.complete for one in waiting), "only what is kept shorter (reminders: one year) may be due"
    with scope(cast.wang):
        Matter.objects.filter(id=matter).update(state="open", closed_at=None)
    assert retention.due(AFTER) == []


def test_an_old_register_is_kept_from_the_day_it_was_entered(cast):
    with clock.at(datetime(2028, 6, 1, 1, 0, tzinfo=UTC)):
        report = ReportIn(
            channel="register", title="旧台账", text="欧阳砚秋", history=True, received_at=START
        )
        matter = acts.receive(cast.sun, report=report).matter_id
    with scope(cast.wang):
        assert Matter.objects.get(id=matter).closed_at == START
    assert retention.due(AFTER) == []
    assert [d.id for d in retention.due(datetime(2031, 6, 2, 1, 0, tzinfo=UTC))] == [matter]


def test_a_matter_joined_with_one_that_runs_is_not_over(cast):
    one, other = closed_matter(cast), closed_matter(cast)
    with scope(cast.wang):
        Matter.objects.filter(id__in=(one, other)).update(state="open", closed_at=None)
    acts.merge(cast.wang, survivor_id=one, joined_id=other)
    with scope(cast.wang):
        Matter.objects.filter(id=other).update(closed_at=START)
    assert retention.due(AFTER) == []
    with scope(cast.wang):
        Matter.objects.filter(id=one).update(state="closed", closed_at=START)
    assert {d.id for d in retention.due(AFTER)} == {one, other}


def test_an_answered_request_of_the_rights_desk_expires_too(cast):
    with clock.at(START):
        row = rights.open_request(cast.quan, asks="copy", name="巴特尔", phone="13899990017", checked="card")
        rights.answer(cast.quan, request_id=row.id, text="已当面提供")
    with clock.at(AFTER):
        assert [d.number for d in retention.run_due()] == [row.number]
    with scope(cast.quan):
        row.refresh_from_db()
        assert (row.name, row.phone, row.answer, row.state) == (erasure.GONE, "", "", "answered")


def test_only_the_system_runs_retention(cast):
    matter = closed_matter(cast)
    with pytest.raises(Forbidden):
        rights.expire(
            cast.quan,
            root="intake.Matter",
            root_id=matter,
            columns=[],
            content=True,
            files=True,
            complete=True,
        )


@pytest.mark.parametrize(
    ("duration", "closed", "ends"),
    [
        ("P3Y", "2026-03-02", "2029-03-02"),
        ("P1Y", "2028-02-29", "2029-02-28"),
        ("P6M", "2026-08-31", "2027-02-28"),
        ("P30D", "2026-12-15", "2027-01-14"),
        ("P1Y2M3D", "2026-11-30", "2028-02-02"),
    ],
)
def test_a_duration_ends_on_its_day(duration, closed, ends):
    moment = datetime.fromisoformat(f"{closed}T10:00:00+08:00")
    assert keeping.ends(duration, moment).isoformat() == f"{ends}T10:00:00+08:00"


@pytest.mark.parametrize("wrong", ["", "P", "3Y", "P3W", "永久", "forever"])
def test_what_is_no_duration_is_refused(wrong):
    with pytest.raises(ValueError):
        keeping.parse(wrong)


def test_every_personal_column_has_a_retention_that_ends(db):
    for model, column, element in collection.listed():
        assert keeping.parse(element.retention), f"{model._meta.label}.{column.name}"


def test_what_ends_before_the_rest_is_erased_once_and_not_again_every_night(cast):
    """Messages are kept one year, the matter's own words three: two years after closing the first are gone, once."""
    matter = closed_matter(cast)
    with clock.at(datetime(2028, 3, 3, 1, 0, tzinfo=UTC)):
        assert [(one.id, one.complete, one.over) for one in retention.run_due()] == [(matter, False, ("P1Y",))]
        assert retention.due() == [] and retention.run_due() == []
    with clock.at(AFTER):
        assert [(one.id, one.complete) for one in retention.run_due()] == [(matter, True)]
