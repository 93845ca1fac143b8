"""``fengqiao serve``: database, web, stream and worker under one supervisor; ``stop`` ends them.

The supervisor starts a child again when it dies (after 0.5 s, doubling to 30 s while it keeps dying within ten seconds),
starts the database again when it is gone, hands SIGTERM on and leaves nothing running. Each child writes to its own
file in ``logs/``. ``run/serve.json`` tells the process id and the addresses.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

import psutil

from fengqiao.home import external, home, place
from fengqiao.ops import postgres

LOG_LIMIT = 20_000_000  # bytes; a longer log is set aside as .1 when its process starts
SETTLED = 10.0  # seconds a child must live for its next death to count as its first
STOP_PATIENCE = 15.0  # seconds between SIGTERM and SIGKILL


class ServeError(RuntimeError):
    """Serving cannot begin; the text (Chinese) says why."""


@dataclass(frozen=True)
class Addresses:
    """Where the product answers. ``host`` is what it listens on; ``url`` what a browser is given."""

    host: str
    port: int
    stream_port: int
    https: bool

    @property
    def url(self) -> str:
        return self._url(self.port)

    @property
    def stream_url(self) -> str:
        return self._url(self.stream_port)

    def _url(self, port: int) -> str:
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"{'https' if self.https else 'http'}://{shown}:{port}"


@dataclass
class Child:
    """One process under the supervisor. ``deaths`` counts those in a row; ``due`` is when to start it again."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = 0.0
    due: float = field(default=0.0)

    def start(self, environment: dict[str, str], base: Path) -> None:
        with _log(base, self.name) as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env=environment | {"FENGQIAO_PROCESS": self.name},
            )  # fmt: skip
        self.started = time.monotonic()
        (place("run", base) / f"{self.name}.pid").write_text(str(self.process.pid))

    def watch(self, environment: dict[str, str], base: Path) -> str | None:
        """Start it again when it is dead and due; what happened, if anything."""
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            code = self.process.returncode
            _kill_group(self.process.pid)  # what it had started would go on holding the port
            self.process = None
            self.deaths = 1 if now - self.started > SETTLED else self.deaths + 1
            pause = min(30.0, 0.5 * 2 ** (self.deaths - 1))
            self.due = now + pause
            return f"{self.name} 退出（{code}），{pause:g} 秒后重新启动，详情见 logs/{self.name}.log"
        if self.process is None and now >= self.due:
            self.start(environment, base)
        return None

    def signal(self, number: int) -> None:
        """Send a signal to the child and to what it started."""
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _clear_leftovers(base: Path) -> None:
    """End what a killed supervisor left running: process groups by the numbers it noted, if they are still ours."""
    noted = {path: int(path.read_text()) for path in (base / "run").glob("*.pid")}
    deadline = time.monotonic() + 10
    # again until none is left: one that is killed late may have started another meanwhile
    while (groups := _groups_of(base, set(noted.values()))) and time.monotonic() < deadline:
        for group in groups:
            _kill_group(group)
        time.sleep(0.05)
    for path in noted:
        path.unlink()


def _groups_of(base: Path, noted: set[int]) -> set[int]:
    """Those of the noted process groups that have a living member which works for this home.

    A process whose first thread has ended counts as a zombie while its other threads still hold its ports; the kept
    port is therefore asked for again for a while.
    """
    found = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError):
            group = os.getpgid(process.pid)
            alive = group in noted and process.status() != psutil.STATUS_ZOMBIE
            if alive and process.environ().get("FENGQIAO_HOME") == str(base):
                found.add(group)
    return found


@contextlib.contextmanager
def _log(base: Path, name: str) -> Iterator[int]:
    path = place("logs", base) / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def children(addresses: Addresses, certificate: tuple[Path, Path] | None) -> list[Child]:
    """What runs besides the database: web (WSGI, 2 processes × 4 threads), stream (ASGI), worker."""
    tls = ["--ssl-certificate", str(certificate[0]), "--ssl-keyfile", str(certificate[1])] if certificate else []

    def granian(interface: str, target: str, port: int, *options: str) -> list[str]:
        listen = ["--host", addresses.host, "--port", str(port), "--no-ws", "--log-level", "warning"]
        return [sys.executable, "-m", "granian", "--interface", interface, *listen, *tls, *options, target]

    threads = ["--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--backpressure", "64"]
    return [
        Child("web", granian("wsgi", "fengqiao.config.wsgi:application", addresses.port, *threads)),
        Child("stream", granian("asgi", "fengqiao.config.asgi:application", addresses.stream_port, "--workers", "1")),
        Child("worker", [sys.executable, "-m", "fengqiao.ops.cli", "worker"]),
    ]


def serve(host: str, port: int | None, certificate: tuple[Path, Path] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. ``port`` None takes the one used last, or the first free pair from 8000 on.

    ServeError when another one serves this home or the port is taken.
    """
    base = home()
    with _only_one(base) as lock:
        _clear_leftovers(base)
        addresses = _addresses(base, host, port, certificate is not None)
        if not external():
            postgres.ensure()
        environment = os.environ | {
            "FENGQIAO_HOME": str(base),
            "FENGQIAO_URL": addresses.url,
            "FENGQIAO_STREAM_PORT": str(addresses.stream_port),
            "PYTHONUNBUFFERED": "1",
            **({"FENGQIAO_HTTPS": "1"} if certificate else {}),
            **({"FENGQIAO_DEMO": "1"} if demo_mark().exists() else {}),
        }
        ending = _Ending()
        running = children(addresses, certificate)
        _describe(base, addresses)
        os.set_inheritable(lock, False)
        try:
            for child in running:
                child.start(environment, base)
            _say(f"枫桥已启动：{addresses.url}")
            _watch(running, environment, base, ending)
        finally:
            _end(running)
            if not external():
                postgres.stop()
            for left in [base / "run" / "serve.json", *(base / "run").glob("*.pid")]:
                left.unlink(missing_ok=True)
            _say("枫桥已停止")


def demo_mark() -> Path:
    """The file that says: everything in this home is invented, so accounts may be one click away and it may be deleted."""
    return home() / "demo"


class _Ending:
    """Set by SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _watch(running: list[Child], environment: dict[str, str], base: Path, ending: _Ending) -> None:
    while not ending.asked:
        if not external() and not postgres.status().running:
            _say("数据库已停，正在重新启动")
            try:
                postgres.start()
            except postgres.PostgresError as problem:
                _say(str(problem))
                time.sleep(5)
        for child in running:
            if said := child.watch(environment, base):
                _say(said)
        time.sleep(0.3)


def _end(running: list[Child]) -> None:
    for child in running:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_PATIENCE
    for child in running:
        if child.process:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(child.process.pid)
                child.process.wait()
            _kill_group(child.process.pid)


def _say(text: str) -> None:
    print(f"{time.strftime('%m-%d %H:%M:%S')} {text}", flush=True)


@contextlib.contextmanager
def _only_one(base: Path) -> Iterator[int]:
    with open(place("run", base) / "serve.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = status(base)
            raise ServeError(f"枫桥已在运行：{running[1].url if running else base}") from None
        yield file.fileno()


def _addresses(base: Path, host: str, port: int | None, https: bool) -> Addresses:
    kept = base / "run" / "port"
    if port is not None:
        if not _take(host, port):
            raise ServeError(f"端口 {port} 或 {port + 1} 已被占用，请用 --port 换一个")
        found = port
    else:
        found = int(kept.read_text()) if kept.exists() else 0
        deadline = time.monotonic() + 3
        while found and not _take(host, found):  # the processes of a killed supervisor are about to let go of it
            if time.monotonic() > deadline:
                found = 0
            time.sleep(0.1)
        found = found or next((p for p in range(8000, 8100, 2) if _take(host, p)), 0)
        if not found:
            raise ServeError("8000 至 8099 没有两个相邻的空闲端口，请用 --port 指定")
    kept.write_text(str(found))
    return Addresses(host, found, found + 1, https)


_taken: list[socket.socket] = []  # held as long as this process lives


def _take(host: str, port: int) -> bool:
    """Take a pair of ports for ourselves before the servers bind them.

    The servers share a port among their processes (SO_REUSEPORT), so two installations starting at once could share one
    too, and a user of one would meet the other. An abstract socket (Linux) named after the pair is held by one of them.
    """
    if not (_free(host, port) and _free(host, port + 1)):
        return False
    if sys.platform == "linux":
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0fengqiao-serve-{port}")
        except OSError:
            claim.close()
            return False
        _taken.append(claim)
    return True


def _free(host: str, port: int) -> bool:
    """Whether nobody listens there and we may: connections of a server just ended are no hindrance to its successor."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as caller:
        caller.settimeout(1)
        if caller.connect_ex((host, port)) == 0:
            return False
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _describe(base: Path, addresses: Addresses) -> None:
    draft = base / "run" / "serve.json.new"
    draft.write_text(json.dumps({"pid": os.getpid(), **asdict(addresses)}))
    draft.replace(draft.with_name("serve.json"))


def status(base: Path | None = None) -> tuple[int, Addresses] | None:
    """Process id of the supervisor and the addresses; None when nothing serves this home."""
    try:
        told = json.loads(((base or home()) / "run" / "serve.json").read_text())
        pid = told.pop("pid")
        command = psutil.Process(pid).cmdline()
    except (OSError, ValueError, KeyError, psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return (pid, Addresses(**told)) if "serve" in command else None


def detach(arguments: list[str], patience: float = 60.0) -> Addresses:
    """Start ``fengqiao serve`` as a process of its own and wait until web and stream answer; the addresses.

    ``arguments``: what the command line would be given. ServeError with the log's end when it dies first.
    """
    base = home()
    if found := status(base):
        return found[1]
    with _log(base, "serve") as log:
        begun = os.fstat(log).st_size
        process = subprocess.Popen(
            [sys.executable, "-m", "fengqiao.ops.cli", "serve", *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process.poll() is not None:
            with (base / "logs" / "serve.log").open("rb") as file:
                file.seek(begun)
                raise ServeError(file.read().decode(errors="replace").strip() or "启动失败")
        found = status(base)
        if found and answers(found[1].url) and answers(found[1].stream_url):
            return found[1]
        time.sleep(0.1)
    raise ServeError("网页或推送服务没有应答，详情见 logs/")


def answers(url: str, patience: float = 5.0) -> bool:
    """Whether a server speaks HTTP there, whatever it says (our own certificate is not checked: this asks only for life)."""
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(url, timeout=patience, context=careless):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


def stop(base: Path | None = None, patience: float = 40.0) -> bool:
    """Stop the supervisor and everything under it, then a database that still runs; True when something ran."""
    base = base or home()
    stopped = False
    if found := status(base):
        supervisor = psutil.Process(found[0])
        supervisor.terminate()
        try:
            supervisor.wait(patience)
        except psutil.TimeoutExpired:
            for process in [*supervisor.children(recursive=True), supervisor]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        stopped = True
    if (base / "run").exists():
        _clear_leftovers(base)
    if not external() and postgres.major_version(base / "pg"):
        stopped = postgres.stop(base) or stopped
    return stopped
