"""The product at rest: seconds to come up on an empty home and again, and memory of every process (PSS, so shared pages
count once). Aim: < 600 MB in all."""

import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import psutil

from fengqiao.ops import postgres, serve


def fengqiao(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "fengqiao.ops.cli", *arguments], check=True, stdout=subprocess.DEVNULL)


def timed(what: str, *arguments: str) -> None:
    begun = time.perf_counter()
    fengqiao(*arguments)
    print(f"{what:<42}{time.perf_counter() - begun:6.1f} s")


def kind(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    for word, name in {"wsgi": "web", "asgi": "stream", "cli worker": "worker", "cli serve": "supervisor"}.items():
        if word in command:
            return name
    return "postgres"


def main() -> None:
    with postgres.scratch(fsync=True, archive=True) as base:
        os.environ["FENGQIAO_HOME"] = str(base)
        timed("migrations on an empty database", "migrate")
        timed("serve until web and stream answer", "serve", "--detach")
        found = serve.status()
        server = postgres.status().pid
        assert found and server
        for _ in range(20):  # each web process has answered something
            serve.answers(found[1].url)
        time.sleep(10)
        memory: dict[str, float] = defaultdict(float)
        for root in (psutil.Process(found[0]), psutil.Process(server)):
            for process in [root, *root.children(recursive=True)]:
                memory[kind(process)] += process.memory_full_info().pss / 1e6
        for name, used in memory.items():
            print(f"memory {name:<35}{used:6.0f} MB")
        print(f"memory in all{'':<29}{sum(memory.values()):6.0f} MB")
        timed("stop", "stop")
        timed("serve again", "serve", "--detach")
        fengqiao("stop")
        print(f"home {'':<37}{sum(p.stat().st_size for p in Path(base).rglob('*') if p.is_file()) / 1e6:6.0f} MB")


if __name__ == "__main__":
    main()
