"""The supervisor: everything up with one command, back after a kill, nothing left after stop."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from fengqiao.ops import postgres, serve

from .conftest import fengqiao


def wait(what: str, for_it: Callable[[], bool], patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not for_it():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def test_a_child_that_dies_is_started_again_later_and_later(tmp_path: Path) -> None:
    child = serve.Child("dies", [sys.executable, "-c", "print('here'); raise SystemExit(3)"])
    pauses = []
    child.start(dict(os.environ), tmp_path)
    for _ in range(3):
        assert child.process
        child.process.wait()
        said = child.watch(dict(os.environ), tmp_path)
        assert said and "退出（3）" in said and child.process is None
        assert child.watch(dict(os.environ), tmp_path) is None and child.process is None  # not due yet
        pauses.append(child.due - time.monotonic())
        child.due = 0
        child.watch(dict(os.environ), tmp_path)
    assert pauses == sorted(pauses) and pauses[-1] > 2 * pauses[0]
    assert child.process
    child.process.wait()
    assert (tmp_path / "logs" / "dies.log").read_text().count("here") == 4


def test_ports_are_kept_and_a_taken_one_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path))
    (tmp_path / "run").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        (tmp_path / "run" / "port").write_text(str(probe.getsockname()[1]))
    first = serve._addresses(tmp_path, "127.0.0.1", None, False)
    # a second installation that starts before the first one listens gets other ports
    assert serve._addresses(tmp_path, "127.0.0.1", None, False).port != first.port
    (tmp_path / "run" / "port").write_text(str(first.port))
    serve._taken.pop().close()
    serve._taken.pop().close()
    assert serve._addresses(tmp_path, "127.0.0.1", None, True).url == first.url.replace("http:", "https:")
    serve._taken.pop().close()
    with socket.socket() as other:
        other.bind(("127.0.0.1", first.stream_port))
        other.listen()
        assert serve._addresses(tmp_path, "127.0.0.1", None, False).port not in (first.port, first.stream_port)
        with pytest.raises(serve.ServeError, match="已被占用"):
            serve._addresses(tmp_path, "127.0.0.1", first.port, False)


@pytest.mark.slow
def test_the_product_comes_up_survives_kills_and_leaves_nothing_behind(own_home: Path) -> None:
    assert fengqiao("migrate").returncode == 0
    started = fengqiao("serve", "--detach")
    assert started.returncode == 0, started.stderr
    try:
        found = serve.status()
        assert found and found[1].url in started.stdout
        pid, addresses = found
        again = fengqiao("serve", "--detach")
        assert again.returncode == 0 and addresses.url in again.stdout
        assert serve.status() == found
        second = fengqiao("serve")
        assert second.returncode == 2 and "已在运行" in second.stderr

        beat = own_home / "run" / "worker.json"
        wait("the worker's heartbeat", beat.exists)
        supervisor = psutil.Process(pid)
        before = {child.pid: child.cmdline() for child in supervisor.children()}
        assert len(before) == 3
        for child in supervisor.children():
            child.kill()
        server = postgres.status().pid
        assert server
        os.kill(server, signal.SIGKILL)
        wait("the database after its kill", lambda: postgres.status().running and postgres.status().pid != server)
        wait("web after its kill", lambda: serve.answers(addresses.url))
        wait("stream after its kill", lambda: serve.answers(addresses.stream_url))
        wait("worker after its kill", lambda: beat.exists() and json.loads(beat.read_text())["pid"] not in before)
        family = [supervisor, *supervisor.children(recursive=True)]
    finally:
        assert fengqiao("stop").returncode == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    assert not serve.answers(addresses.url)
    assert not postgres.status().running and serve.status() is None


@pytest.mark.slow
def test_what_a_killed_supervisor_left_running_gives_way_to_the_next(own_home: Path) -> None:
    assert fengqiao("migrate").returncode == 0
    assert fengqiao("serve", "--detach").returncode == 0
    first = serve.status()
    assert first
    left = psutil.Process(first[0]).children(recursive=True)
    assert len(left) >= 5
    try:
        psutil.Process(first[0]).kill()
        wait("the supervisor's end", lambda: serve.status() is None)
        wait("its children go on alone", lambda: serve.answers(first[1].url))
        started = fengqiao("serve", "--detach")
        assert started.returncode == 0 and first[1].url in started.stdout
        _, alive = psutil.wait_procs(left, timeout=10)
        assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    finally:
        fengqiao("stop")


@pytest.mark.slow
def test_the_doctor_is_content_with_a_healthy_product_and_names_what_is_wrong(own_home: Path) -> None:
    assert fengqiao("migrate").returncode == 0
    done = fengqiao("doctor")
    assert done.returncode == 1
    assert "故障 网页" in done.stdout and "故障 后台进程" in done.stdout and "正常 数据库" in done.stdout
    try:
        assert fengqiao("serve", "--detach").returncode == 0
        wait("the worker's heartbeat", (own_home / "run" / "worker.json").exists)
        done = fengqiao("doctor")
        assert done.returncode == 0, done.stdout
        assert "故障" not in done.stdout

        with postgres.connect("owner") as db:
            db.execute("CREATE TABLE intake_slip (id int, org_id int)")
            db.execute("GRANT SELECT ON intake_slip TO fengqiao_app")
        with postgres.connect() as db:
            db.execute("ALTER ROLE fengqiao_app BYPASSRLS")
        (own_home / "secrets" / "secrets.json").chmod(0o644)
        done = fengqiao("doctor")
        assert done.returncode == 1
        for name in ("角色权限", "行级安全", "密钥"):
            assert f"故障 {name}" in done.stdout, done.stdout
        assert "intake_slip" in done.stdout
    finally:
        fengqiao("stop")
