"""``fengqiao worker``: seals the ledger, lets listeners read on, runs jobs; a beat tells that it lives.

Three loops in one process. When one of them ends by an error the process ends, and the supervisor starts it again:
a worker that is half alive would look well and do nothing.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable

from fengqiao.home import database, place
from fengqiao.ops.product import setup

log = logging.getLogger(__name__)
BEAT = 5.0  # seconds


def work() -> int:
    """Work until SIGTERM or SIGINT; 1 when a loop failed."""
    setup("app")
    from django.db import close_old_connections

    from fengqiao.core import listeners, sealing
    from fengqiao.core.signon import system_actor

    ending = threading.Event()
    failed = threading.Event()

    def listen() -> None:
        actor = system_actor("通知")
        while not ending.is_set():
            close_old_connections()  # one that broke when the database went away
            if not listeners.run(actor):
                ending.wait(0.3)

    def seal() -> None:
        sealing.run(database("sealer"), ending.is_set)

    def loop(function: Callable[[], None]) -> None:
        try:
            function()
        except Exception:
            log.exception("%s ended", function.__name__)
            failed.set()
            ending.set()
            os.kill(os.getpid(), signal.SIGTERM)  # wakes the job loop in the main thread

    for function in (seal, listen, lambda: _beat(ending)):
        threading.Thread(target=loop, args=(function,), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    if not ending.is_set():
        _jobs()
    ending.set()
    return 1 if failed.is_set() else 0


def _jobs() -> None:
    """Run procrastinate's jobs; it ends by itself on SIGTERM and SIGINT after the jobs it holds."""
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    from fengqiao.ops import chores

    with contextlib.suppress(AlreadyEnqueued):
        chores.night.defer(timestamp=int(time.time()))  # type: ignore[call-arg]
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(concurrency=2, install_signal_handlers=True, listen_notify=True, delete_jobs="successful")


def _beat(ending: threading.Event) -> None:
    file = place("run") / "worker.json"
    while not ending.is_set():
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps({"pid": os.getpid(), "at": time.time()}))
        draft.replace(file)
        ending.wait(BEAT)
    file.unlink(missing_ok=True)
