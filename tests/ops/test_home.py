import json
import subprocess
import sys
from pathlib import Path

import pytest

from fengqiao import home


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    first = home.secrets(tmp_path)
    file = tmp_path / "secrets" / "secrets.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert len(first.encryption_bytes()) == len(first.hash_bytes()) == 32
    assert json.loads(file.read_text())["encryption_key"] == first.encryption_key
    assert len({first.password(role) for role in home.ROLE_NAMES}) == 4


def test_processes_that_start_at_once_agree_on_the_secrets(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from fengqiao.home import secrets; print(secrets(Path({str(tmp_path)!r})).hash_key)"
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(6)]
    said = {process.communicate()[0].strip() for process in running}
    assert len(said) == 1
    assert [p.name for p in (tmp_path / "secrets").iterdir()] == ["secrets.json"]


def test_an_outside_database_is_reached_by_three_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FENGQIAO_DB_NAME", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://fq_app:p%40ss@db.lan:6432/police?sslmode=require")
    monkeypatch.setenv("DATABASE_URL_OWNER", "postgresql://fq_owner@/police?host=/run/postgresql")
    assert home.database("app") == {
        "host": "db.lan",
        "port": 6432,
        "dbname": "police",
        "user": "fq_app",
        "password": "p@ss",
        "sslmode": "require",
    }
    assert home.database("owner")["host"] == "/run/postgresql"
    with pytest.raises(LookupError, match="DATABASE_URL_SEALER"):
        home.database("sealer")


def test_an_address_of_another_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root@localhost/x")
    with pytest.raises(LookupError, match="postgresql://"):
        home.database()


def test_archive_and_backups_may_lie_on_another_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FENGQIAO_WAL", str(tmp_path / "second" / "wal"))
    assert home.place("wal") == tmp_path / "second" / "wal"
    assert home.place("files") == tmp_path / "home" / "files"


def test_a_font_with_chinese_glyphs_makes_a_document() -> None:
    import io

    import pypdf
    import typst

    folders = home.font_dirs()
    assert folders
    source = '#set text(font: ("Noto Serif SC", "Noto Serif CJK SC"), fallback: false)\n枫溪县公安局接报回执〔2026〕42号'
    paper = typst.compile(source.encode(), font_paths=[str(folder) for folder in folders])
    assert "枫溪县公安局接报回执〔2026〕42号" in pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text().replace(" ", "")
