import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import psycopg
import pytest

from fengqiao.home import database
from fengqiao.ops import postgres


def test_the_database_is_utf8_with_checksums_and_chinese_text_has_trigrams(server: Path) -> None:
    with postgres.connect(base=server) as db:
        row = db.execute("SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'fengqiao'")
        assert row.fetchone() == ("UTF8", "C.UTF-8")
        assert db.execute("SHOW data_checksums").fetchone() == ("on",)
        assert db.execute("SHOW timezone").fetchone() == ("UTC",)
    with postgres.connect("owner", base=server) as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        shown = db.execute("SELECT array_length(public.show_trgm('宅基地纠纷'), 1)").fetchone()
        assert shown and shown[0] > 3


@pytest.mark.parametrize("role", ["owner", "app", "sealer", "super"])
def test_nobody_gets_in_without_the_password(server: Path, role: str) -> None:
    right = database(role, server)  # type: ignore[arg-type]
    if role == "super":
        right["dbname"] = "postgres"
    for host in (right["host"], "127.0.0.1"):
        with psycopg.connect(**right | {"host": host}):
            pass
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**right | {"host": host, "password": "wrong"})
    rules = [line.split() for line in (server / "pg" / "pg_hba.conf").read_text().splitlines() if line and line[0] != "#"]
    assert rules and {rule[-1] for rule in rules} == {"scram-sha-256"}


def test_the_server_listens_to_this_machine_only(server: Path) -> None:
    with postgres.connect(base=server) as db:
        assert db.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


def test_roles_cannot_do_what_is_not_theirs(server: Path) -> None:
    with postgres.connect("owner", base=server) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        owner.execute("GRANT SELECT ON kept TO fengqiao_app")
    forbidden = {
        "app": [
            "CREATE TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "DROP TABLE kept",
            "DELETE FROM kept",
            "INSERT INTO kept VALUES (1)",
            "ALTER TABLE kept DISABLE ROW LEVEL SECURITY",
            "CREATE ROLE other",
            "SET ROLE fengqiao_owner",
            "COPY kept TO PROGRAM 'true'",
            "ALTER ROLE fengqiao_app BYPASSRLS",
        ],
        "sealer": ["SELECT * FROM kept", "CREATE TABLE mine (id int)", "CREATE TEMP TABLE mine (id int)", "SET ROLE fengqiao_app"],
        "owner": ["CREATE ROLE other", "CREATE DATABASE other", "COPY kept TO PROGRAM 'true'", "ALTER ROLE fengqiao_app SUPERUSER"],
    }
    for role, statements in forbidden.items():
        with postgres.connect(role, base=server) as db:  # type: ignore[arg-type]
            for statement in statements:
                with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)):
                    db.execute(statement)  # type: ignore[arg-type]
    with postgres.connect("app", base=server) as app:
        app.execute("SELECT * FROM kept")
        app.execute("CREATE TEMP TABLE staged (id int)")
    for role in ("app", "sealer", "owner"):
        with pytest.raises(psycopg.OperationalError, match="permission denied|CONNECT"):
            postgres.create_database("apart", base=server)
            with postgres.connect(base=server) as db:
                db.execute("REVOKE CONNECT ON DATABASE apart FROM fengqiao_app, fengqiao_sealer, fengqiao_owner")
            try:
                postgres.connect(role, "apart", server)  # type: ignore[arg-type]
            finally:
                postgres.drop_database("apart", server)


def test_a_copy_of_a_database_has_its_rows_and_its_rights(server: Path) -> None:
    postgres.create_database("one", base=server)
    with postgres.connect("owner", "one", server) as db:
        db.execute("CREATE TABLE kept (id int)")
        db.execute("INSERT INTO kept VALUES (7)")
        db.execute("GRANT SELECT ON kept TO fengqiao_app")
    postgres.create_database("two", template="one", base=server)
    with postgres.connect("app", "two", server) as db:
        assert db.execute("SELECT id FROM kept").fetchone() == (7,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("CREATE TABLE mine (id int)")
    with pytest.raises(psycopg.errors.DuplicateDatabase):
        postgres.create_database("two", base=server)
    postgres.drop_database("two", server)
    postgres.drop_database("one", server)
    assert not postgres.database_exists("two", server)


def test_stopping_and_starting_keeps_rows_address_and_is_repeatable() -> None:
    with postgres.scratch(fsync=True) as base:
        with postgres.connect("owner", base=base) as db:
            db.execute("CREATE TABLE kept AS SELECT 1 AS id")
        before = postgres.status(base)
        assert before.running
        postgres.ensure(base)
        assert postgres.status(base).pid == before.pid
        assert postgres.stop(base) is True
        assert postgres.stop(base) is False
        assert not postgres.status(base).running
        postgres.ensure(base)
        assert postgres.status(base).port == before.port
        with postgres.connect("owner", base=base) as db:
            assert db.execute("SELECT id FROM kept").fetchone() == (1,)


@pytest.mark.slow
def test_kill_9_of_the_server_loses_no_committed_row() -> None:
    with postgres.scratch(fsync=True) as base:
        with postgres.connect("owner", base=base) as db:
            db.execute("CREATE TABLE kept (id int)")
        for number in range(3):
            with postgres.connect("owner", base=base) as db:
                db.execute("INSERT INTO kept VALUES (%s)", [number])
                pid = postgres.status(base).pid
                assert pid
                os.kill(pid, signal.SIGKILL)
            postgres.ensure(base)
            with postgres.connect("owner", base=base) as db:
                assert db.execute("SELECT count(*) FROM kept").fetchone() == (number + 1,)


def test_a_lock_file_whose_process_number_now_is_somebody_elses_does_not_prevent_the_start() -> None:
    with postgres.scratch() as base:
        lines = (base / "pg" / "postmaster.pid").read_text().splitlines()
        postgres.stop(base)
        # as after a power cut: the number in the file belongs to another living process of the same user
        (base / "pg" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        assert not postgres.status(base).running
        postgres.ensure(base)
        assert postgres.status(base).running


def test_a_port_somebody_took_meanwhile_is_given_up() -> None:
    with postgres.scratch() as base:
        kept = postgres.status(base).port
        assert kept
        postgres.stop(base)
        with socket.socket() as other:
            other.bind(("127.0.0.1", kept))
            other.listen()
            postgres.ensure(base)
            assert postgres.status(base).port != kept
            with postgres.connect("app", base=base) as db:
                assert db.execute("SELECT 1").fetchone() == (1,)


def test_a_home_too_deep_for_a_socket_is_reached_over_loopback() -> None:
    with postgres.scratch() as outer:
        deep = outer / ("d" * 60) / ("e" * 60)
        deep.mkdir(parents=True)
        try:
            postgres.ensure(deep, fsync=False, archive=False)
            assert database("app", deep)["host"] == "127.0.0.1"
            with postgres.connect("app", base=deep) as db:
                assert db.execute("SELECT 1").fetchone() == (1,)
        finally:
            postgres.stop(deep, mode="immediate")


def test_a_missing_version_is_said_with_what_to_do() -> None:
    with pytest.raises(postgres.PostgresError, match=r"PostgreSQL 9.*FENGQIAO_PG_BIN"):
        postgres.binaries(9)


@pytest.mark.skipif(not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="NOT RUN: the machine has no PostgreSQL")
def test_the_machines_postgresql_serves_when_the_wheel_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    monkeypatch.setenv("FENGQIAO_PG_BIN", str(folder))
    with postgres.scratch() as base:
        assert postgres.status(base).version == int(folder.parent.name)
        with postgres.connect("owner", base=base) as db:
            db.execute("CREATE TABLE kept (id int)")
        # its data directory finds its own programs again even when others would be preferred
        monkeypatch.delenv("FENGQIAO_PG_BIN")
        postgres.stop(base)
        postgres.ensure(base)
        assert postgres.status(base).version == int(folder.parent.name)


def test_archiving_repeats_harmlessly_and_never_overwrites(tmp_path: Path) -> None:
    script = Path(postgres.__file__).with_name("archive_wal.sh")
    segment, archive = tmp_path / "segment", tmp_path / "wal's archive"
    archive.mkdir()

    def archived(content: bytes) -> int:
        segment.write_bytes(content)
        return subprocess.run(["/bin/sh", script, segment, "000000010000000000000001", archive], capture_output=True).returncode

    assert archived(b"first") == 0
    assert archived(b"first") == 0
    assert archived(b"other") != 0
    assert [path.name for path in archive.iterdir()] == ["000000010000000000000001.gz"]
    shutil.rmtree(archive)
    assert archived(b"first") != 0
