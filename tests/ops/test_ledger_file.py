"""The ledger through the command line: verified, exported, tampered with."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fengqiao.home import database
from fengqiao.ops import postgres, testing

from .conftest import fengqiao

RECORD = """
import django
django.setup()
from fengqiao.core.cast import actors
from fengqiao.core.ids import uuid7
from fengqiao.core.spine import act, record

def try_out(actor, *, about):
    record(actor, about=about, subjects=[("matter", about, "new")], content={"police": {"text": "王某"}})

try_out.__module__ = "fengqiao.core.trial"
try_out = act("试验")(try_out)
cast = actors()
for _ in range(5):
    try_out(cast.wang, about=uuid7())
"""


@pytest.fixture(scope="module")
def sealed() -> Iterator[str]:
    """Name of a database with five sealed events and one that is not sealed yet."""
    from fengqiao.core.sealing import seal_batch

    before = os.environ.get("FENGQIAO_DB_NAME")
    name = os.environ["FENGQIAO_DB_NAME"] = testing.copy(f"ledger{os.getpid()}")
    try:
        subprocess.run([sys.executable, "-c", RECORD], check=True)
        with psycopg.connect(**database("sealer"), autocommit=True) as db:
            assert seal_batch(db) >= 5
        yield name
    finally:
        postgres.drop_database(name)
        os.environ.pop("FENGQIAO_DB_NAME")
        if before:
            os.environ["FENGQIAO_DB_NAME"] = before


def as_superuser(statement: str) -> None:
    with psycopg.connect(**database("super"), autocommit=True) as db:
        db.execute("SET session_replication_role = replica")  # triggers off: somebody with the disk in his hands
        db.execute(statement)  # type: ignore[arg-type]


def test_a_whole_ledger_verifies_and_its_head_leaves_the_machine(sealed: str) -> None:
    done = fengqiao("ledger", "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "存证日志完整" in done.stdout
    head = fengqiao("ledger", "head").stdout.strip()
    assert head.split(":")[0].isdigit() and len(head.split(":")[1]) == 64
    assert fengqiao("ledger", "verify", "--head", head).returncode == 0
    position, value = head.split(":")
    other = f"{position}:{'0' if value[0] != '0' else '1'}{value[1:]}"
    done = fengqiao("ledger", "verify", "--head", other)
    assert done.returncode == 1 and "不符" in done.stdout
    assert fengqiao("ledger", "verify", "--head", "nonsense").returncode == 2


def test_an_exported_ledger_is_verified_without_the_database_and_holds_no_personal_data(sealed: str, tmp_path: Path) -> None:
    out = tmp_path / "ledger.jsonl"
    assert fengqiao("export", "ledger", out).returncode == 0
    text = out.read_text()
    assert "王某" not in text
    assert fengqiao("ledger", "verify", "--file", out).returncode == 0
    lines = text.splitlines(keepends=True)
    assert len(lines) >= 5
    facts = json.loads(lines[2])
    facts["facts"] = facts["facts"].replace("core.try_out", "core.try_0ut")
    shorter = lines[:2] + lines[3:]
    for damaged in (
        [*lines[:2], json.dumps(facts) + "\n", *lines[3:]],
        shorter,
        [*lines[:2], lines[3], lines[2], *lines[4:]],
        [*lines[:2], "no json\n", *lines[3:]],
    ):
        out.write_text("".join(damaged))
        done = fengqiao("ledger", "verify", "--file", out)
        assert done.returncode == 1 and "存证日志有误" in done.stdout, done.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_event SET act = 'core.other' WHERE id = (SELECT event_id FROM core_seal WHERE position = 2)",
        "UPDATE core_content SET body = replace(body, '王', '汪') WHERE event_id = (SELECT event_id FROM core_seal WHERE position = 3)",
        "DELETE FROM core_content WHERE event_id = (SELECT event_id FROM core_seal WHERE position = 4)",
        "DELETE FROM core_seal WHERE position = 5",
    ],
)
def test_whoever_changes_the_disk_is_found_out(sealed: str, statement: str) -> None:
    copy = f"{sealed}_changed"
    postgres.drop_database(copy)
    postgres.create_database(copy, template=sealed)
    os.environ["FENGQIAO_DB_NAME"] = copy
    try:
        as_superuser(statement)
        done = fengqiao("ledger", "verify")
        assert done.returncode == 1 and "存证日志有误" in done.stdout, done.stdout + done.stderr
    finally:
        os.environ["FENGQIAO_DB_NAME"] = sealed
        postgres.drop_database(copy)
