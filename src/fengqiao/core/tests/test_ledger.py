"""The ledger: sealed in order, verified, and a byte changed anywhere is found."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections

from fengqiao.core import ledger, sealing
from fengqiao.core.cast import actors
from fengqiao.core.ids import uuid7
from fengqiao.core.spine import act, record
from fengqiao.home import database
from fengqiao.ops import postgres
from fengqiao.ops.testing import HOME, copy

EVENTS = 6


@act("试封存")
def write_down(actor, *, about, text):
    record(
        actor, about=about, subjects=[("matter", about, "new")], facts={"n": 1, "code": "D02"}, content={"police": {"text": text}}
    )


@pytest.fixture(scope="module")
def original(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """A database of its own with a few sealed events, really committed; gives its name."""
    name = copy(f"ledger{os.getpid()}")
    settings = connections["default"].settings_dict
    before = dict(settings)
    connections["default"].close()
    settings.update(NAME=name)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        people = actors()
        for i in range(EVENTS):
            write_down(people.wang, about=uuid7(), text=f"第{i}件")
        connections["default"].close()
        with psycopg.connect(**database("sealer", HOME, dbname=name), autocommit=True) as conn:
            assert sealing.seal_batch(conn, limit=4) == 4
            assert sealing.seal_batch(conn) == EVENTS - 4
    settings.update(before)
    with postgres.connect("super", dbname=name, base=HOME) as db:
        for table in TABLES:
            db.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")  # type: ignore[arg-type]
    yield name
    postgres.drop_database(name, HOME)


TABLES = ("core_event", "core_content", "core_seal", "core_unsealed")


@pytest.fixture
def sealed(original: str) -> Iterator[str]:
    """The same to be spoilt: put right again afterwards."""
    yield original
    with postgres.connect("super", dbname=original, base=HOME) as db:
        db.execute("SET session_replication_role = replica")
        for table in TABLES:
            db.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
            db.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")  # type: ignore[arg-type]


def owner(name: str) -> dict[str, object]:
    return database("owner", HOME, dbname=name)


def test_a_sealed_ledger_verifies_in_an_unbroken_order(sealed):
    verdict = ledger.verify(owner(sealed))
    assert verdict.holds and (verdict.sealed, verdict.unsealed, verdict.content) == (EVENTS, 0, EVENTS)
    assert verdict.head == ledger.head(owner(sealed)) and verdict.head.startswith(f"{EVENTS}:")


CHANGES = [
    "UPDATE core_event SET act = 'core.x' WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET account_id = account_id + 1 WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET post_id = post_id + 1 WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET org_id = org_id + 1 WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET zone = 'B' WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET recorded_at = recorded_at + interval '1 microsecond' WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET occurred_start = occurred_start - interval '1 microsecond' WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET occurred_end = occurred_end + interval '1 microsecond' WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET precision = 'day' WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET about = gen_random_uuid() WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET correlation = gen_random_uuid() WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET cause = gen_random_uuid() WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET subjects = '[]' WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET facts = jsonb_set(facts, '{n}', '2') WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET digests = '{}' WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET schema = 2 WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_event SET id = gen_random_uuid() WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "DELETE FROM core_event WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_content SET body = replace(body, '第2件', '第9件')",
    "UPDATE core_content SET salt = set_byte(salt, 0, get_byte(salt, 0) # 1) WHERE event_id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_content SET compartment = 'shared' WHERE event_id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "DELETE FROM core_content WHERE event_id = (SELECT event_id FROM core_seal WHERE position = 3)",
    "UPDATE core_seal SET hash = set_byte(hash, 5, get_byte(hash, 5) # 1) WHERE position = 3",
    "DELETE FROM core_seal WHERE position = 3",
    "UPDATE core_seal SET position = 99 WHERE position = 6",
    "DELETE FROM core_unsealed; INSERT INTO core_event SELECT gen_random_uuid(), recorded_at, occurred_start, occurred_end, precision, act,"
    " account_id, post_id, org_id, zone, about, correlation, cause, subjects, facts, digests, schema FROM core_event LIMIT 1",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_anywhere_in_the_ledger_is_found_and_named(sealed, change):
    """As a superuser with the triggers off: somebody who holds the machine."""
    with postgres.connect("super", dbname=sealed, base=HOME) as db:
        db.execute("SET session_replication_role = replica")
        db.execute(change)  # type: ignore[arg-type]
    verdict = ledger.verify(owner(sealed))
    assert not verdict.holds, change


def test_a_ledger_cut_off_at_its_end_is_found_by_the_head_printed_before(sealed):
    printed = ledger.head(owner(sealed))
    with postgres.connect("super", dbname=sealed, base=HOME) as db:
        db.execute("SET session_replication_role = replica")
        db.execute("DELETE FROM core_content WHERE event_id IN (SELECT event_id FROM core_seal WHERE position > 4)")
        db.execute("DELETE FROM core_event WHERE id IN (SELECT event_id FROM core_seal WHERE position > 4)")
        db.execute("DELETE FROM core_seal WHERE position > 4")
    assert ledger.verify(owner(sealed)).holds  # in itself it is a good chain
    assert not ledger.verify(owner(sealed), expected_head=printed).holds


def test_nothing_personal_can_be_read_out_of_what_is_sealed(sealed):
    with postgres.connect("owner", dbname=sealed, base=HOME) as db:
        facts = "".join(row[0] for row in db.execute("SELECT to_jsonb(e)::text FROM core_event e"))
    assert "件" not in facts
