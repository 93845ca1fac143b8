import re
from pathlib import Path

import pytest

from .conftest import fengqiao

ENGLISH = re.compile(r"Traceback|Error:|Missing|Invalid|Usage")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["frob"], "命令不正确"),
        (["serve", "--prot", "80"], "没有选项 --prot"),
        (["serve", "--port", "eighty"], "--port 不正确"),
        (["serve", "--https"], "fengqiao cert"),
        (["import", "reports"], "缺少 FILE"),
        (["import", "reports", "no-such.csv"], "没有这个文件：no-such.csv"),
        (["restore", "."], "不是备份目录"),
        (["ledger", "verify", "--file", "no-such.jsonl"], "没有这个文件"),
        (["cert", "枫桥.公安"], "证书名称不正确"),
        (["migrate", "now"], "命令不正确"),
        (["holidays"], "缺少 FILE"),
        (["holidays", "no-such.csv"], "没有这个文件：no-such.csv"),
        (["holidays", __file__], "文件须有 date、working、name 三列"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence_and_exit_code_2(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path))
    done = fengqiao(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert not ENGLISH.search(done.stderr)
    assert not (tmp_path / "pg").exists()


def test_a_wrong_address_of_the_database_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.delenv("DATABASE_URL_OWNER", raising=False)
    done = fengqiao("ledger", "head")
    assert (done.returncode, done.stderr.strip()) == (2, "DATABASE_URL_OWNER 未设置：使用外部数据库时，三个角色各要一个连接地址")


def test_what_nobody_foresaw_goes_to_the_log_and_not_to_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("DATABASE_URL_OWNER", "postgresql://nobody@127.0.0.1:1/none")
    done = fengqiao("ledger", "head")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "详情见" in done.stderr
    assert "ledger head" in (tmp_path / "logs" / "cli.log").read_text()


def test_demo_data_alone_may_be_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path))
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "real").write_text("data")
    done = fengqiao("demo", "--reset")
    assert done.returncode == 2 and "不是演示数据" in done.stderr
    assert (tmp_path / "pg" / "real").read_text() == "data"


def test_nothing_running_is_no_fault_for_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path))
    done = fengqiao("stop")
    assert (done.returncode, done.stdout.strip()) == (0, "枫桥没有在运行")
