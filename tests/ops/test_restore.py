"""The whole way through the command line: reports, a backup, an erasure, more reports, kill -9, an empty machine."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fengqiao.ops import backup, postgres

from .conftest import fengqiao

NAME = "欧阳砚秋"
SETTING = """
import sys
import django
django.setup()
from fengqiao.core.cast import actors
from fengqiao.core.acts import documents, rights
from fengqiao.intake import acts
from fengqiao.intake.rules import PartyIn, ReportIn
cast = actors()
"""
RECEIVE = SETTING + f"""
for number in range(int(sys.argv[1])):
    receipt = acts.receive(cast.sun, report=ReportIn(
        channel="window", title=f"{NAME}与邻居争界墙", text=f"第{{number}}次来访，{NAME}称院墙被推倒",
        parties=(PartyIn(name="{NAME}", phone="13899990017", id_number="999999198501010034"),)))
    print(receipt.receipt if hasattr(receipt, "receipt") else receipt.number)
documents.attach(cast.wang, about=receipt.matter_id, name="陈述.txt", data="我叫{NAME}".encode())
"""
ERASE = SETTING + f"""
request = rights.open_request(cast.quan, asks="erase", name="{NAME}", phone="13899990017",
                              id_number="999999198501010034", text="请删除", checked="card")
print(rights.erase(cast.quan, request_id=request.id))
"""
OTHERS = SETTING + """
for number in range(3):
    receipt = acts.receive(cast.deng, report=ReportIn(channel="110", title="夜间噪声", text=f"第{number}次"))
    print(receipt.receipt if hasattr(receipt, "receipt") else receipt.number)
"""


def run(script: str, *arguments: str, role: str = "app") -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=os.environ | {"FENGQIAO_DB_ROLE": role, "FENGQIAO_POOL": "0"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def receipts() -> list[str]:
    with postgres.connect("owner") as db:
        return [row[0] for row in db.execute("SELECT receipt FROM intake_report ORDER BY receipt")]


def dumped() -> str:
    """Everything in the database, as text."""
    return postgres.client("pg_dump", "--data-only", "--inserts", role="owner")


@pytest.fixture
def machines(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """The old machine, with the cast in it, and an empty one."""
    new = own_home.with_name(own_home.name + "-new")
    new.mkdir(mode=0o755)
    assert fengqiao("migrate").returncode == 0
    subprocess.run([sys.executable, "-m", "fengqiao.core.cast"], env=os.environ | {"FENGQIAO_DB_ROLE": "owner"}, check=True)
    yield own_home, new
    if postgres.major_version(new / "pg"):
        postgres.stop(new, mode="immediate")
    shutil.rmtree(new)


@pytest.mark.slow
def test_every_acknowledged_report_comes_back_and_an_erased_name_does_not(
    machines: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = machines
    acknowledged = run(RECEIVE, "4")
    assert NAME in dumped()
    assert fengqiao("backup", "--with-secrets").returncode == 0
    taken = backup.backups()[-1]
    run(ERASE)
    acknowledged += run(OTHERS)
    assert NAME not in dumped()
    assert len(list((old / "erasures").glob("*.json"))) >= 1
    pid = postgres.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)

    # the disk lives: everything up to the last acknowledged report
    monkeypatch.setenv("FENGQIAO_HOME", str(new))
    done = fengqiao("restore", taken.path, "--wal", old / "wal", "--wal", old / "pg" / "pg_wal", "--erasures", old / "erasures")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "最后一条操作记录" in done.stdout and "intake.receive" in done.stdout
    assert receipts() == sorted(acknowledged)
    assert NAME not in dumped()
    assert fengqiao("ledger", "verify").returncode == 0
    refused = fengqiao("restore", taken.path)
    assert refused.returncode == 2 and "空目录" in refused.stderr


@pytest.mark.slow
def test_an_erased_name_stays_away_even_when_only_an_older_backup_is_left(
    machines: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = machines
    acknowledged = run(RECEIVE, "2")
    assert fengqiao("backup", "--with-secrets").returncode == 0
    taken = backup.backups()[-1]
    run(ERASE)
    postgres.stop(old, mode="immediate")
    monkeypatch.setenv("FENGQIAO_HOME", str(new))
    done = fengqiao("restore", taken.path, "--erasures", old / "erasures")
    assert done.returncode == 0, done.stdout + done.stderr
    assert receipts() == sorted(acknowledged)
    assert NAME not in dumped()
    assert fengqiao("ledger", "verify").returncode == 0
    texts = [path.read_bytes() for path in (new / "files").rglob("*") if path.is_file()]
    assert not any(NAME.encode() in text for text in texts)
