import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fengqiao import home
from fengqiao.ops import backup, postgres

pytestmark = pytest.mark.slow


@pytest.fixture
def empty(own_home: Path) -> Iterator[Path]:
    """A second, empty home, as on a new machine."""
    new = own_home.with_name(own_home.name + "-new")
    new.mkdir(mode=0o755)
    yield new
    postgres.stop(new, mode="immediate") if postgres.major_version(new / "pg") else None
    shutil.rmtree(new)


def add(base: Path, *numbers: int) -> None:
    with postgres.connect("owner", base=base) as db:
        db.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        for number in numbers:
            db.execute("INSERT INTO kept VALUES (%s)", [number])


def held(base: Path) -> list[int]:
    with postgres.connect("owner", base=base) as db:
        return [row[0] for row in db.execute("SELECT id FROM kept ORDER BY id")]


def archive_now(base: Path) -> None:
    with postgres.connect(base=base) as db:
        db.execute("SELECT pg_logical_emit_message(false, '', '')")  # an empty segment would not be archived
        row = db.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row
    waited_for = base / "wal" / f"{row[0]}.gz"
    deadline = time.monotonic() + 30
    while not waited_for.exists():
        assert time.monotonic() < deadline, "the segment was not archived"
        time.sleep(0.05)


def test_a_dead_machine_is_restored_to_the_last_committed_row(own_home: Path, empty: Path) -> None:
    (home.place("files", own_home) / "ab").mkdir()
    (own_home / "files" / "ab" / "cd").write_bytes(b"sealed bytes")
    (home.place("erasures", own_home) / "1.json").write_text("{}")
    add(own_home, 1)
    made = backup.backup(with_secrets=True)
    add(own_home, 2)
    archive_now(own_home)
    add(own_home, 3)
    pid = postgres.status(own_home).pid
    assert pid
    os.kill(pid, signal.SIGKILL)

    backup.restore(made.path, empty, wal=[own_home / "wal", own_home / "pg" / "pg_wal"])
    postgres.ensure(empty)
    assert held(empty) == [1, 2, 3]
    assert (empty / "files" / "ab" / "cd").read_bytes() == b"sealed bytes"
    assert (empty / "erasures" / "1.json").exists()
    assert home.secrets(empty) == home.secrets(own_home)
    with postgres.connect("app", base=empty) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("SELECT * FROM kept")

    # the restored machine goes on: it archives and can be backed up in its turn
    add(empty, 4)
    archive_now(empty)
    assert held(empty) == [1, 2, 3, 4]


def test_without_the_last_minute_of_wal_everything_archived_is_there(own_home: Path, empty: Path) -> None:
    add(own_home, 1)
    made = backup.backup(with_secrets=True)
    add(own_home, 2)
    archive_now(own_home)
    backup.restore(made.path, empty, wal=[own_home / "wal"])
    postgres.ensure(empty)
    assert held(empty) == [1, 2]


def test_a_backup_without_secrets_needs_them_given_or_given_up(own_home: Path, empty: Path, tmp_path: Path) -> None:
    add(own_home, 1)
    made = backup.backup()
    assert not list(made.path.rglob("secrets.json"))
    with pytest.raises(backup.BackupError, match="--secrets"):
        backup.restore(made.path, empty, wal=[])
    assert not (empty / "pg").exists()
    kept_apart = shutil.copy(own_home / "secrets" / "secrets.json", tmp_path)
    backup.restore(made.path, empty, wal=[], secrets_file=Path(kept_apart))
    postgres.ensure(empty)
    assert held(empty) == [1]
    with pytest.raises(backup.BackupError, match="空目录"):
        backup.restore(made.path, empty, wal=[])


def test_with_new_secrets_the_roles_get_new_passwords(own_home: Path, empty: Path) -> None:
    add(own_home, 1)
    made = backup.backup()
    backup.restore(made.path, empty, wal=[], new_secrets=True)
    postgres.ensure(empty)
    assert home.secrets(empty) != home.secrets(own_home)
    assert held(empty) == [1]


def test_a_changed_or_missing_file_is_named_and_nothing_is_restored(own_home: Path, empty: Path) -> None:
    (home.place("files", own_home) / "ab").write_bytes(b"sealed bytes")
    made = backup.backup(with_secrets=True)
    assert set(made.files) >= {"base/base.tar.gz", "base/pg_wal.tar.gz", "files/ab", "secrets/secrets.json"}
    backup.check(made.path)
    (made.path / "files" / "ab").write_bytes(b"sealed bytez")
    with pytest.raises(backup.BackupError, match="损坏：files/ab"):
        backup.restore(made.path, empty, wal=[])
    (made.path / "files" / "ab").unlink()
    with pytest.raises(backup.BackupError, match="缺少文件：files/ab"):
        backup.restore(made.path, empty, wal=[])
    assert not (empty / "pg").exists()


def test_old_backups_leave_with_the_wal_that_only_they_need(own_home: Path, empty: Path) -> None:
    (home.place("files", own_home) / "ab").write_bytes(b"sealed bytes")
    add(own_home, 1)
    first = backup.backup(with_secrets=True, keep=2)
    archive_now(own_home)
    second = backup.backup(with_secrets=True, keep=2)
    add(own_home, 2)
    archive_now(own_home)
    third = backup.backup(with_secrets=True, keep=2)
    assert [found.path for found in backup.backups()] == [second.path, third.path]
    assert second.first_wal and first.first_wal
    archived = {path.name[:24] for path in (own_home / "wal").glob("*.gz")}
    assert first.first_wal not in archived and second.first_wal in archived
    # what never changes is stored once, and both backups are whole
    assert (second.path / "files" / "ab").stat().st_ino == (third.path / "files" / "ab").stat().st_ino
    for found in (second, third):
        backup.check(found.path)
    backup.restore(second.path, empty, wal=[own_home / "wal"])
    postgres.ensure(empty)
    assert held(empty) == [1, 2]


def test_an_interrupted_backup_is_no_backup(own_home: Path) -> None:
    half = home.place("backups", own_home) / ".20260101T000000000Z"
    half.mkdir()
    (half / "base").mkdir()
    assert backup.backups() == []
    half.rename(half.with_name("20260101T000000000Z"))
    with pytest.raises(backup.BackupError, match=r"manifest\.json"):
        backup.read(half.with_name("20260101T000000000Z"))
    assert backup.backups() == []


def test_the_manifest_tells_when_and_what(own_home: Path) -> None:
    made = backup.backup()
    told = json.loads((made.path / "manifest.json").read_text())
    assert told["with_secrets"] is False
    assert made.path.stat().st_mode & 0o077 == 0
    assert made.size == sum(path.stat().st_size for path in made.path.rglob("*") if path.is_file() and path.name != "manifest.json")
