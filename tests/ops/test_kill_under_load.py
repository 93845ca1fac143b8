"""kill -9 under load: every acknowledged report is there, once, with the receipt that was given.

Three kills in the tests; FENGQIAO_KILLS=20 in `make bench`. Clients do what a partner's platform does: the same record
under the same key again until it is acknowledged.
"""

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

from fengqiao.ops import postgres, product, serve

from .conftest import fengqiao

KILLS = int(os.environ.get("FENGQIAO_KILLS", "3"))
CLIENTS = 4
BETWEEN = (0.6, 1.6)  # seconds of load between two kills, counted from when the product answered again

GRANT = """
from datetime import timedelta
import django
django.setup()
from fengqiao.core import clock
from fengqiao.core.acts.organisations import grant_key
from fengqiao.core.cast import actors
cast = actors()
_, key = grant_key(cast.guan, org_id=cast.lang.org_id, post_id=cast.lang.post_id, target_id=cast.org["bureau"],
                   label="load", expires_at=clock.now() + timedelta(days=30))
print(key)
"""


@dataclass
class Load:
    """Clients that hand reports in until told to stop."""

    url: str
    key: str
    ending: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=5) as client:
            while not self.ending.is_set():
                self._hand_in(client, f"L{next(self.numbers):06}")

    def _hand_in(self, client: httpx.Client, number: str) -> None:
        body = {"id": number, "title": "夜间噪声", "text": f"第{number}次来电，反映楼上夜间施工", "place": "枫桥村三组"}
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": number}
        for _ in range(400):  # until it is acknowledged, also after the end: nothing may stay half known
            try:
                answer = client.post("/api/v1/reports", json=body, headers=headers)
            except httpx.TransportError as problem:
                self.failures[type(problem).__name__] += 1
                time.sleep(0.1)
                continue
            if answer.status_code in (200, 201):
                self.acknowledged[number] = answer.json()["receipt"]
                return
            if answer.status_code < 500 and answer.status_code != 429:
                self.refused.append(f"{number}: {answer.status_code} {answer.text[:200]}")
                return
            self.failures[str(answer.status_code)] += 1
            time.sleep(0.1)
        self.refused.append(f"{number}: never acknowledged")


def victims(supervisor: psutil.Process) -> dict[str, psutil.Process]:
    """Who may be killed now: the database's postmaster, one web process, the web server above them."""
    server = postgres.status().pid
    above = next((p for p in supervisor.children() if "fengqiao.config.wsgi:application" in p.cmdline()), None)
    found = {"postgres": psutil.Process(server)} if server else {}
    if above:
        found["web"] = above
        processes = [p for p in above.children() if "resource_tracker" not in " ".join(p.cmdline())]
        found |= {"web process": processes[0]} if processes else {}
    return found


@pytest.mark.slow
def test_every_acknowledged_report_survives_kill_9_of_database_and_web_once(own_home: Path) -> None:
    assert fengqiao("migrate").returncode == 0
    subprocess.run([sys.executable, "-m", "fengqiao.core.cast"], env=os.environ | {"FENGQIAO_DB_ROLE": "owner"}, check=True)
    key = subprocess.run([sys.executable, "-c", GRANT], env=os.environ | {"FENGQIAO_POOL": "0"}, check=True, capture_output=True, text=True)
    started = fengqiao("serve", "--detach")
    assert started.returncode == 0, started.stderr
    chance = random.Random(20261121)
    try:
        found = serve.status()
        assert found
        supervisor, load = psutil.Process(found[0]), Load(found[1].url, key.stdout.strip())
        threads = [threading.Thread(target=load.run, daemon=True) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        killed = []
        for turn, wanted in zip(range(KILLS), itertools.cycle(["postgres", "web process", "web"])):
            time.sleep(chance.uniform(*BETWEEN))
            victim = victims(supervisor).get(wanted)
            assert victim, f"turn {turn}: no {wanted} to kill"
            os.kill(victim.pid, signal.SIGKILL)
            begun = time.monotonic()
            time.sleep(0.2)  # what was on its way may still arrive
            wait_for_more(load, len(load.acknowledged) + 2 * CLIENTS)
            killed.append(f"{wanted} {time.monotonic() - begun:.1f} s")
        time.sleep(1)
        wait_for_more(load, len(load.acknowledged) + 20)
        load.ending.set()
        for thread in threads:
            thread.join(90)
        assert not load.refused, load.refused[:5]
        with postgres.connect("owner") as db:
            stored = db.execute("SELECT outer_id, receipt FROM intake_report").fetchall()
            events = db.execute("SELECT count(*) FROM core_event WHERE act = 'intake.receive'").fetchone()
        sys.stdout.write(
            f"\n{KILLS} kills, each until clients are served again: {', '.join(killed)}.\n"
            f"{len(load.acknowledged)} acknowledged, tries failed: {dict(load.failures)}\n"
        )
        assert len(stored) == len(load.acknowledged)
        assert dict(stored) == load.acknowledged
        assert events == (len(stored),)
        sealed_soon()
        verdict = product.verify_ledger()
        assert verdict.faults == [] and verdict.sealed >= len(stored)
    finally:
        fengqiao("stop")


def wait_for_more(load: Load, count: int) -> None:
    deadline = time.monotonic() + 90
    while len(load.acknowledged) < count:
        assert time.monotonic() < deadline, f"nothing acknowledged any more: {load.failures}, {load.refused[:3]}"
        time.sleep(0.05)


def sealed_soon() -> None:
    deadline = time.monotonic() + 60
    while product.verify_ledger().unsealed:
        assert time.monotonic() < deadline, "the worker does not seal"
        time.sleep(0.5)
