"""Receiving: at once, with a number, exactly once, and seen by those whose it is."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fengqiao.core import clock
from fengqiao.core.errors import Forbidden, Invalid, NotThere
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.intake import acts, queries
from fengqiao.intake.models import Matter, Party, Report
from fengqiao.intake.rules import PartyIn, ReportIn

QUARREL = ReportIn(
    channel="window",
    title="宅基地界墙被推倒",
    text="王大山说邻居李四把他家院墙推倒了一段，两人在村口吵了一架",
    place_text="枫溪县城关镇枫桥村三组12号",
    lat=29.71,
    lon=120.42,
    parties=(
        PartyIn(name="王大山", phone="13800001234", id_number="999999199001010016", role="caller"),
        PartyIn(name="李四", role="party"),
    ),
)


def test_a_report_is_received_with_a_number_and_opens_a_matter(cast):
    receipt = acts.receive(cast.sun, report=QUARREL)
    with scope(cast.wang):
        report = Report.objects.get(receipt=receipt.receipt)
        assert report.matter.number == receipt.matter_number
        assert (report.org_id, report.matter.state) == (cast.org["chengguan"], "waiting")
        event = Event.objects.get(act="intake.receive", about=report.matter_id)
        assert event.facts["receipt"] == receipt.receipt
        assert "王大山" not in str(event.facts) + str(event.subjects)


def test_the_id_number_is_kept_sealed_with_a_keyed_hash_and_four_digits(cast):
    acts.receive(cast.sun, report=QUARREL)
    with scope(cast.wang), connection.cursor() as cursor:
        party = Party.objects.get(name="王大山")
        assert party.id_last4 == "0016" and len(party.id_hash) == 16
        cursor.execute("SELECT to_jsonb(p)::text FROM intake_party p")
        assert "999999199001010016" not in "".join(row[0] for row in cursor.fetchall())


def test_receipt_numbers_are_unique_and_rise(cast):
    numbers = [acts.receive(cast.sun, report=QUARREL).receipt for _ in range(5)]
    assert numbers == sorted(numbers) and len(set(numbers)) == 5


def test_another_station_sees_nothing_of_it_and_is_told_the_same_as_for_nothing(cast):
    receipt = acts.receive(cast.sun, report=QUARREL)
    with scope(cast.chen):
        assert not Report.objects.exists() and not Matter.objects.exists() and not Party.objects.exists()
        with pytest.raises(NotThere) as not_yours:
            queries.matter_page(cast.chen, receipt.matter_id)
    with scope(cast.wang), pytest.raises(NotThere) as not_there:
        queries.matter_page(cast.wang, "00000000-0000-7000-8000-000000000000")
    assert not_yours.value.message == not_there.value.message


def test_an_administrator_reads_no_matter_and_takes_no_report(cast):
    receipt = acts.receive(cast.sun, report=QUARREL)
    with pytest.raises(Forbidden):
        acts.receive(cast.guan, report=QUARREL)
    with scope(cast.guan), pytest.raises(Forbidden):
        queries.matter_page(cast.guan, receipt.matter_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "", "title": ""}, "text"),
        ({"channel": "pigeon"}, "channel"),
        ({"text": "字" * 300_000}, "text"),
        ({"lat": 129.0}, "lat"),
        ({"lon": None}, "lat"),
        ({"text": "零\x00字"}, "text"),
        ({"parties": (PartyIn(name="王😀"),)}, "parties.0.name"),
        ({"parties": (PartyIn(name="王", id_number="360426199101010072"),)}, "parties.0.id_number"),
        ({"parties": (PartyIn(name="王", phone="1380000"),)}, "parties.0.phone"),
    ],
)
def test_what_cannot_be_taken_names_its_field_and_leaves_nothing(cast, change, field):
    from dataclasses import replace

    with pytest.raises(Invalid) as caught:
        acts.receive(cast.sun, report=replace(QUARREL, **change))
    assert list(caught.value.fields) == [field]
    with scope(cast.wang):
        assert not Report.objects.exists()


@pytest.mark.spec("KZ-02b")
@pytest.mark.parametrize("name", ["巴特尔", "阿卜杜热西提·买买提艾力江·吐尔逊", "𠮷野", "㛃"])
def test_names_of_any_length_and_script_are_kept_as_given(cast, name):
    """Saving and showing of the row; printing is proved with the papers, the interpreter request comes with support."""
    receipt = acts.receive(cast.sun, report=ReportIn(channel="window", text="求助", parties=(PartyIn(name=name, language="mn"),)))
    with scope(cast.wang):
        page = queries.unmasked(cast.wang, receipt.matter_id, "核对当事人")
        assert page.parties[0].name == name


def test_a_second_report_of_the_matter_is_answered_already_with_the_first_number_if_it_is_theirs(cast):
    first = acts.receive(cast.sun, report=QUARREL)
    again = acts.attach(cast.sun, report=QUARREL, matter_id=first.matter_id)
    assert again.already and again.first == first.receipt and again.matter_number == first.matter_number
    stranger = ReportIn(channel="110", text="村口有人吵架", parties=(PartyIn(name="赵五", phone="13900005678", role="caller"),))
    other = acts.attach(cast.deng, report=stranger, matter_id=first.matter_id)
    assert other.already and other.first == ""


def test_reports_over_six_hours_apart_are_separate_occurrences(cast):
    from dataclasses import replace

    now = clock.now()
    first = acts.receive(cast.sun, report=replace(QUARREL, occurred=(now - timedelta(days=2), now - timedelta(days=2))))
    acts.attach(cast.sun, report=replace(QUARREL, occurred=(now - timedelta(days=2, hours=-5),) * 2), matter_id=first.matter_id)
    with scope(cast.wang):
        assert Matter.objects.get(id=first.matter_id).occurrences == 1
    acts.attach(cast.sun, report=replace(QUARREL, occurred=(now, now)), matter_id=first.matter_id)
    with scope(cast.wang):
        matter = Matter.objects.get(id=first.matter_id)
        assert (matter.occurrences, matter.reports) == (2, 3)


@pytest.mark.spec("ND-10")
def test_a_platforms_record_arrives_once_its_update_flows_in_and_replays_change_nothing(cast):
    """Arriving once, updates and replays; the HTTP door and the way back are proved in test_api."""
    from dataclasses import replace

    platform = cast.org["platform"]
    sent = replace(QUARREL, channel="platform", outer_id="QZT-1", body_hash=b"a")
    first, what = acts.take(cast.lang, report=sent, source_org_id=platform, org_id=cast.org["chengguan"])
    assert what == "made"
    again, what = acts.take(cast.lang, report=sent, source_org_id=platform, org_id=cast.org["chengguan"])
    assert (what, again.receipt) == ("known", first.receipt)
    changed = replace(sent, text="双方已各自回家", body_hash=b"b")
    third, what = acts.take(cast.lang, report=changed, source_org_id=platform, org_id=cast.org["chengguan"])
    assert (what, third.receipt) == ("updated", first.receipt)
    with scope(cast.wang):
        assert Report.objects.get().text == "双方已各自回家"


def test_the_database_itself_refuses_a_partners_record_twice(cast):
    from dataclasses import replace

    sent = replace(QUARREL, channel="platform", outer_id="QZT-1")
    acts.receive(cast.lang, report=sent, source_org_id=cast.org["platform"], org_id=cast.org["chengguan"])
    with pytest.raises(IntegrityError), transaction.atomic():
        acts.receive(cast.lang, report=sent, source_org_id=cast.org["platform"], org_id=cast.org["chengguan"])
