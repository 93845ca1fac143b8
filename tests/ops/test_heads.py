"""The head that is kept outside the database."""

from datetime import date

from fengqiao.ops import heads


def test_the_newest_line_is_the_head_to_verify_against(tmp_path, monkeypatch):
    monkeypatch.setenv("FENGQIAO_BACKUPS", str(tmp_path))
    assert heads.last() is None
    assert heads.keep(date(2026, 11, 21), "7:ab") == "2026-11-21 7:ab"
    heads.keep(date(2026, 11, 22), "9:cd")
    assert heads.last() == "9:cd"
    assert heads.file().read_text().splitlines() == ["2026-11-21 7:ab", "2026-11-22 9:cd"]
