"""`fengqiao import reports`: a file in, a result that names each refused line, and nothing doubled by a second run."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fengqiao.ops import postgres, testing

from .conftest import fengqiao

ROWS = [
    ["编号", "来电时间", "地点", "内容"],
    ["A1", "2026-11-20 20:15", "枫桥村三组", "邻居占用通道堆放建材，协商未果"],
    ["A2", "2026-13-40 99:00", "枫桥村四组", "广场舞音响声音过大"],
    ["A3", "2026-11-20 21:40", "枫桥村五组", "宠物犬未拴绳追赶行人"],
]


@pytest.fixture
def own_copy(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = testing.copy(f"import{os.getpid()}")
    monkeypatch.setenv("FENGQIAO_DB_NAME", name)
    yield name
    postgres.drop_database(name)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_imported_once_and_its_refused_lines_are_named(own_copy: str, tmp_path: Path, encoding: str) -> None:
    file, refused = tmp_path / "reports.csv", tmp_path / "refused.csv"
    with file.open("w", newline="", encoding=encoding) as out:
        csv.writer(out).writerows(ROWS)
    first = fengqiao("import", "reports", file, "--refused", refused, "--channel", "12345")
    assert first.returncode == 0, first.stderr
    assert "共 3 行：新登记" in first.stdout and "→ 内容" in first.stdout
    with refused.open(encoding="utf-8-sig", newline="") as lines:
        named = list(csv.DictReader(lines))
    assert {line["行"] for line in named} == {"3"}, first.stdout
    with postgres.connect("owner", own_copy) as db:
        count = db.execute("SELECT count(*) FROM intake_report").fetchone()
    again = fengqiao("import", "reports", file, "--channel", "12345")
    assert again.returncode == 0 and "新登记 0" in again.stdout
    with postgres.connect("owner", own_copy) as db:
        assert db.execute("SELECT count(*) FROM intake_report").fetchone() == count


def test_an_unknown_unit_and_an_unreadable_file_are_said(own_copy: str, tmp_path: Path) -> None:
    file = tmp_path / "reports.csv"
    file.write_bytes(os.urandom(50_000))
    done = fengqiao("import", "reports", file)
    assert done.returncode == 2 and "Traceback" not in done.stderr and done.stderr.strip()
    done = fengqiao("import", "reports", file, "--org", "没有这个所")
    assert done.returncode == 2 and "没有这个所" in done.stderr
