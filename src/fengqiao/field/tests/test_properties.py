"""Whatever comes, in whatever order and however often: nothing lost, nothing doubled, facts the same in every order."""

import random
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengqiao.core.models import Content, Event
from fengqiao.core.scope import scope
from fengqiao.field.models import Held, Operation
from fengqiao.field.rules import clocks, cursors, envelope, references
from fengqiao.field.rules.merge import merge
from fengqiao.field.tests.conftest import enrolled
from fengqiao.intake.models import Report

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda c: st.lists(c, max_size=4) | st.dictionaries(st.text(), c, max_size=4)
)
VALUES = st.sampled_from(["甲", "乙", "丙"])
EDITS = st.dictionaries(st.sampled_from("abc"), st.fixed_dictionaries({"base": VALUES, "value": VALUES}), min_size=1)
CURRENT = st.fixed_dictionaries({"a": VALUES, "b": VALUES, "c": VALUES})


@given(EDITS, CURRENT)
def test_a_merge_takes_or_shows_every_change_and_overwrites_nobody(edits, current):
    found = merge(edits, current)
    for name, edit in edits.items():
        changed, moved = edit["value"] != edit["base"], current[name] != edit["base"]
        assert (name in found.take) == (changed and not moved)
        assert (name in found.clash) == (changed and moved and edit["value"] != current[name])
    assert not merge(edits, current | found.take).take, "the same again changes nothing"


@given(EDITS, EDITS, CURRENT)
def test_edits_of_different_fields_merge_in_either_order(one, other, current):
    other = {name: edit for name, edit in other.items() if name not in one}
    first = current | merge(one, current).take
    second = current | merge(other, current).take
    assert first | merge(other, first).take == second | merge(one, second).take


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.none() | MOMENTS, st.none() | st.integers(-(10**14), 10**14), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_nothing_happened_after_it_arrived_or_before_it_was_written(claimed, offset, arrived, before):
    not_before = arrived - before
    at, precision = clocks.occurred(claimed, offset, arrived=arrived, not_before=not_before)
    assert at <= arrived and (precision == "unknown" or at >= not_before - clocks.SLACK)
    assert precision == "exact" or at == arrived


@given(ANYTHING)
def test_no_json_whatever_makes_the_reading_of_an_envelope_fail(raw):
    kept = envelope.storable(raw)
    assert envelope.mark(kept) == envelope.mark(kept)
    envelope.read(kept)
    list(references.named(kept))
    assert "\x00" not in str(kept)
    if isinstance(kept, dict):
        shuffled = dict(random.sample(list(kept.items()), len(kept)))
        assert envelope.mark(shuffled) == envelope.mark(kept)


@given(st.text())
def test_a_cursor_that_says_nothing_is_the_start(word):
    assert cursors.read(word) == cursors.START or cursors.write(cursors.read(word)) == word or "." in word


@pytest.mark.spec("NP-29")
def test_twenty_captures_without_a_signal_none_lost_none_doubled(enrol, cast):
    """NP-29 on the server: a batch of twenty that is cut, sent again, out of order, from two tabs. The phone's half stands in
    tests/e2e/test_work_phone.py."""
    phone = enrol("gao")
    batch = [phone.write("capture", {"text": f"离线第{n}件", "place_text": "桂花社区"}) for n in range(20)]
    phone.send(*batch[:7])  # the answer is lost
    phone.send(*batch[:12])  # the second tab had the same
    random.Random(29).shuffle(batch)
    answers = phone.send(*batch)
    assert Counter(one["outcome"] for one in answers) == {"again": 12, "done": 8}
    with scope(cast.wang):
        texts = list(Report.objects.filter(text__startswith="离线第").values_list("text", flat=True))
        assert sorted(texts) == sorted(f"离线第{n}件" for n in range(20))
        assert Report.objects.filter(text__startswith="离线第").values("matter_id").distinct().count() == 20
        assert not Held.objects.exists()


ACTS = st.lists(st.sampled_from(["capture", "note", "opened", "bad", "unknown", "early"]), min_size=3, max_size=10)


def script(phone, acts, mark):
    """Operations of one phone; each note is about an earlier capture of the same phone."""
    written, captures = [], []
    for n, act in enumerate(acts):
        text = f"{mark}{n}"
        if act == "capture" or (act in ("note", "early") and not captures):
            captures.append(phone.write("capture", {"text": text}))
            written.append(captures[-1])
        elif act in ("note", "early"):
            about = captures[n % len(captures)]
            written.append(phone.write("note", {"text": text}, about=f"op:{about['op']}", after=[about["op"]]))
        elif act == "opened":
            written.append(phone.write("opened", {"id": str(uuid.UUID(int=n + 1)), "why": "走访"}))
        elif act == "bad":
            written.append(phone.write("note", {"text": 7}))
        else:
            written.append(phone.write("levitate", {"text": text}))
    return written


def deliver(phone, written, how):
    """Send everything in random order, with loss and repetition, until all is answered; outcomes by number."""
    outcomes, waiting = {}, list(written)
    for tries in range(60):
        if not waiting:
            return outcomes
        how.shuffle(waiting)
        batch = waiting[: how.randint(1, len(waiting))]
        batch += how.sample(written, how.randint(0, 2))  # repeated by another tab
        answers = phone.send(*batch)
        if tries < 20 and how.random() < 0.3:
            continue  # the answer is lost
        for one in answers:
            if one["outcome"] != "later":
                outcomes[one["seq"]] = one.get("first") or one["outcome"]
        waiting = [one for one in written if one["seq"] not in outcomes]
    raise AssertionError("never done")


def state(actor, phones, mark):
    """What stands: captures with the notes under them, what is held, whatever the order was."""
    with scope(actor):
        reports = dict(Report.objects.filter(text__startswith=mark).values_list("text", "matter_id"))
        notes = {}
        for text, matter in reports.items():
            events = Event.objects.filter(about=matter, act="intake.note").values_list("id", flat=True)
            bodies = Content.objects.filter(event_id__in=list(events)).values_list("body", flat=True)
            notes[text] = sorted(bodies)
        held = Counter(Held.objects.filter(device_id__in=phones).values_list("act", "queue"))
        return {text.removeprefix(mark): [one.replace(mark, "") for one in found] for text, found in notes.items()}, held


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, min_size=1, max_size=3), st.integers(0, 10**6), st.uuids())
def test_facts_stand_the_same_in_every_order_and_no_operation_is_lost(cast, lists, seed, example):
    ends, how = [], random.Random(seed)
    for run in "ab":
        mark = f"{example.hex[:8]}{run}-"
        phones = [enrolled("wang") for _ in lists]
        scripts = [script(phone, acts, f"{mark}{i}.") for i, (phone, acts) in enumerate(zip(phones, lists, strict=True))]
        outcomes = [deliver(phone, written, how) for phone, written in zip(phones, scripts, strict=True)]
        ids = [phone.device for phone in phones]
        with scope(cast.wang):
            kept = Operation.objects.filter(device_id__in=ids)
            assert kept.count() == sum(map(len, scripts)), "an operation was lost or doubled"
            assert Held.objects.filter(device_id__in=ids).count() == kept.exclude(outcome="done").count()
        ends.append((outcomes, state(cast.wang, ids, mark)))
    assert ends[0] == ends[1]
