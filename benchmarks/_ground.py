"""What the measurements stand on: a product of their own, a yardstick of the disk, cheap clients, words for the result.

Every measurement starts real servers in a home it deletes afterwards, measures both sides in one run and prints ratios.
`FULL=1` asks for the big sizes.
"""

import contextlib
import json
import os
import platform
import random
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import psycopg

from fengqiao.ops import postgres, product, serve

FULL = os.environ.get("FULL") == "1"
DATA = Path(os.environ.get("FENGQIAO_SHARED", Path(__file__).parents[2] / "shared")) / "data"

GRANT = """
from datetime import timedelta
import django
django.setup()
from fengqiao.core import clock
from fengqiao.core.acts.organisations import grant_key
from fengqiao.core.cast import actors
cast = actors()
_, key = grant_key(cast.guan, org_id=cast.lang.org_id, post_id=cast.lang.post_id, target_id=cast.org["chengguan"],
                   label="bench", expires_at=clock.now() + timedelta(days=30))
print(key)
"""


def machine() -> None:
    """One line on what this runs on, and how busy it already was."""
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    print(f"machine: {os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, Python {platform.python_version()}; load before: {load:.1f}")


def fsync_latency(folder: Path, times: int = 200) -> float:
    """Median milliseconds of writing 8 kB and fsync in `folder`, as pg_test_fsync does it."""
    took = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(times):
            begun = time.perf_counter()
            file.seek(0)
            file.write(os.urandom(8192))
            os.fsync(file.fileno())
            took.append((time.perf_counter() - begun) * 1000)
    found = median(took)
    print(f"disk: write + fsync of 8 kB {found:.2f} ms (median of {times}) in the data directory")
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float]) -> str:
    """Median, p95 and p99 in one phrase (the unit is the caller's)."""
    return f"median {median(values):.1f}, p95 {percentile(values, 0.95):.1f}, p99 {percentile(values, 0.99):.1f}"


def fengqiao(*arguments: str) -> None:
    """Run the product's own command line."""
    subprocess.run(
        [sys.executable, "-m", "fengqiao.ops.cli", *arguments], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )


@contextlib.contextmanager
def home(*, cast: bool = True) -> Iterator[Path]:
    """A home with a running, migrated PostgreSQL that syncs and archives as in service; FENGQIAO_HOME points to it."""
    with postgres.scratch(fsync=True, archive=True) as base:
        os.environ["FENGQIAO_HOME"] = str(base)
        os.environ.pop("FENGQIAO_DB_NAME", None)
        fengqiao("migrate")
        if cast:
            owner = os.environ | {"FENGQIAO_DB_ROLE": "owner", "FENGQIAO_POOL": "0"}
            subprocess.run([sys.executable, "-m", "fengqiao.core.cast"], env=owner, check=True)
        yield base


@contextlib.contextmanager
def inside() -> Iterator[None]:
    """A home whose database this process itself works in, as the app; says first what machine and disk it is on."""
    machine()
    with home() as base:
        fsync_latency(base / "pg")
        os.environ["FENGQIAO_POOL"] = "0"
        product.setup("app")
        yield


def granted() -> str:
    """A partner's key to hand reports in with."""
    env = os.environ | {"FENGQIAO_POOL": "0", "DJANGO_SETTINGS_MODULE": "fengqiao.config.settings"}
    return subprocess.run([sys.executable, "-c", GRANT], env=env, check=True, capture_output=True, text=True).stdout.strip()


@contextlib.contextmanager
def served() -> Iterator[serve.Addresses]:
    """The whole product of this home, serving: two web processes, stream, worker."""
    fengqiao("serve", "--detach")
    found = serve.status()
    assert found, "the product does not serve"
    try:
        for _ in range(40):  # both web processes have loaded everything
            serve.answers(found[1].url)
        yield found[1]
    finally:
        supervisor = psutil.Process(found[0])
        supervisor.terminate()
        supervisor.wait(40)
        postgres.ensure()  # the supervisor took it along; what was measured is counted afterwards


def processor_time() -> dict[str, float]:
    """Seconds of processor time the product's processes have used so far, by kind; a busy machine does not change it."""
    used: dict[str, float] = {}
    roots = [found[0] for found in [serve.status()] if found] + [pid for pid in [postgres.status().pid] if pid]
    for root in map(psutil.Process, roots):
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                command, times = " ".join(process.cmdline()), process.cpu_times()
                kind = next((name for word, name in KINDS.items() if word in command), "database")
                used[kind] = used.get(kind, 0.0) + times.user + times.system
    return used


KINDS = {"wsgi": "web", "asgi": "stream", "cli worker": "worker", "cli serve": "supervisor"}


def one(db: psycopg.Connection[Any], query: str, *values: object) -> Any:
    """The single value a query gives."""
    row = db.execute(query, values).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


# --- cheap clients ----------------------------------------------------------------------------------------


@dataclass
class Answer:
    """One request that was answered: which one, status, milliseconds it took, when (perf_counter), body."""

    index: int
    status: int
    took: float
    at: float
    body: bytes


@dataclass
class _Client:
    """One keep-alive connection that sends the next request when the last one is answered."""

    sock: socket.socket
    index: int = -1
    begun: float = 0.0
    got: bytearray = field(default_factory=bytearray)


def http(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def drive(
    address: tuple[str, int], request: Callable[[int], bytes], *, clients: int, seconds: float, rate: float | None = None
) -> list[Answer]:
    """`clients` keep-alive connections, one request each at a time, for so many seconds; what was answered.

    One thread over raw sockets: some 30 µs of it a request, so that the clients do not take the servers' processor.
    `rate`: requests a second in all, instead of as fast as they are answered.
    """
    chooser, answers, begun, sent = selectors.DefaultSelector(), [], time.perf_counter(), 0
    idle: list[_Client] = []
    for _ in range(clients):
        sock = socket.create_connection(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = _Client(sock)
        chooser.register(sock, selectors.EVENT_READ, client)
        idle.append(client)
    busy = 0
    while busy or time.perf_counter() - begun < seconds:
        now = time.perf_counter()
        while idle and now - begun < seconds and (rate is None or sent < (now - begun) * rate):
            client = idle.pop()
            client.index, client.begun, client.got = sent, time.perf_counter(), bytearray()
            client.sock.sendall(request(sent))
            sent, busy = sent + 1, busy + 1
        for key, _ in chooser.select(0.002 if rate else 0.2):
            client = key.data
            piece = client.sock.recv(65536)
            if not piece:
                raise ConnectionError(f"closed by the server; {len(answers)} answered before")
            client.got += piece
            if (parsed := _parsed(client.got)) is not None:
                at = time.perf_counter()
                answers.append(Answer(client.index, parsed[0], (at - client.begun) * 1000, at, parsed[1]))
                idle.append(client)
                busy -= 1
    for key in list(chooser.get_map().values()):
        key.data.sock.close()
    chooser.close()
    return answers


def _parsed(got: bytearray) -> tuple[int, bytes] | None:
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(got[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        if not got.endswith(b"0\r\n\r\n"):
            return None
        return int(head[9:12]), bytes(got[end + 4 :])
    length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    return (int(head[9:12]), bytes(got[end + 4 :])) if len(got) - end - 4 >= length else None


# --- realistic reports --------------------------------------------------------------------------------------

VILLAGES = ("枫桥村", "柳湾村", "石桥村", "云岭村", "东坞村", "上坪村", "下坪村", "竹溪村", "梅岭村", "大屋村")
STREETS = ("人民路", "建设路", "南门街", "文昌巷", "河东路", "菜市巷", "学府路", "环城北路", "桥头街", "新安路")
QUARRELS = (
    "楼上夜间施工噪声扰民", "邻居院墙占了公共通道", "宅基地界线争执", "欠付工资数月不给", "物业停水催费争吵", "菜地排水淹了下家",
    "狗咬伤路人不肯赔偿", "承包田机耕路被堵", "离婚后抚养费不给", "广场舞音响太大", "车位被占互相辱骂", "装修漏水泡了楼下",
    "树木遮光要求砍伐", "借款到期不还", "养殖场臭味", "坟地纠纷", "合伙经营账目不清", "赡养老人互相推诿",
)  # fmt: skip
DETAILS = (
    "双方多次争吵，村干部调解未果", "昨晚再次发生，有人推搡", "希望民警到现场看看", "对方态度恶劣，拒绝沟通", "已经持续半个月",
    "当事人情绪激动，扬言报复", "有照片为证", "家中老人因此睡不好觉", "要求尽快处理并回复", "物业和居委会都说管不了",
)  # fmt: skip
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英"
COUNTY = (29.55, 29.95, 120.10, 120.60)  # 枫溪县: south, north, west, east


@dataclass(frozen=True)
class Said:
    """One invented report."""

    title: str
    text: str
    place: str
    lat: float
    lon: float
    name: str
    phone: str


def invented(seed: int) -> Iterator[Said]:
    """Endless invented reports of 枫溪县: addresses cluster, one in ten tells again of one of the last two hundred."""
    chance = random.Random(seed)
    recent: list[Said] = []
    south, north, west, east = COUNTY
    while True:
        if recent and chance.random() < 0.1:
            first = chance.choice(recent)
            what = Said(
                first.title, f"再次反映：{first.text[:60]}，{chance.choice(DETAILS)}。", first.place,
                first.lat + chance.gauss(0, 0.0005), first.lon + chance.gauss(0, 0.0005), _name(chance), _phone(chance),
            )  # fmt: skip
        else:
            road = chance.choice(VILLAGES) + f"{chance.randint(1, 12)}组" if chance.random() < 0.5 else chance.choice(STREETS)
            place = f"{road}{chance.randint(1, 400)}号"
            quarrel, name = chance.choice(QUARRELS), _name(chance)
            text = f"{name}反映{place}{quarrel}，{chance.choice(DETAILS)}，{chance.choice(DETAILS)}。"
            what = Said(f"{place}{quarrel}", text, place, chance.uniform(south, north), chance.uniform(west, east), name, _phone(chance))
        recent.append(what)
        del recent[:-200]
        yield what


def _name(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))


def _phone(chance: random.Random) -> str:
    return f"13{chance.randint(0, 999_999_999):09}"


def each(times: int, work: Callable[[int], object], warm: int = 5) -> list[float]:
    """Milliseconds of each of `times` calls, after `warm` that are not counted."""
    for i in range(warm):
        work(i)
    took = []
    for i in range(times):
        begun = time.perf_counter()
        work(i + warm)
        took.append((time.perf_counter() - begun) * 1000)
    return took


@contextlib.contextmanager
def alongside(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run `work(ending)` in a thread meanwhile."""
    ending = threading.Event()
    thread = threading.Thread(target=work, args=(ending,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join(30)


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
