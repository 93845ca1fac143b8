"""Rows imported a second by `fengqiao import reports`, against COPY of the rows it made into an empty copy of the database.

Both public files: 66,491 calls of a county in the United States (all outside 枫溪县: kept with a warning, without a grid) and
2,184 Chinese messages. Nothing may be lost: every line is a report, a repeat or named with a reason. A second run doubles
nothing.
"""

import csv
import subprocess
import sys
import time
from pathlib import Path

from _ground import DATA, fsync_latency, home, machine, one

from fengqiao.ops import postgres

FILES = [DATA / "text" / "messages_stream.csv", DATA / "calls" / "montgomery_911.csv"]
TABLES = "intake_importrun", "intake_matter", "intake_occurrence", "intake_report", "intake_party", "core_event", "core_content"


def lines(file: Path) -> int:
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as rows:
        return sum(1 for _ in csv.reader(rows)) - 1


def imported(file: Path) -> tuple[float, str]:
    """Seconds the command took, and the sentence it said at the end."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "fengqiao.ops.cli", "import", "reports", str(file), "--org", "城关派出所"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(f"{file.name}: {done.stdout[-500:]} {done.stderr[-2000:]}")
    said = [line for line in done.stdout.splitlines() if line.strip().startswith("共")]
    return time.perf_counter() - begun, said[-1] if said else done.stdout[-300:]


def copied() -> float:
    """Seconds for COPY to bring the same rows into the empty copy, with its indexes, keys and triggers, one transaction."""
    took = 0.0
    with postgres.connect("owner") as here, postgres.connect("owner", dbname="copied") as there, there.transaction():
        for table in TABLES:
            with here.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as out:  # type: ignore[arg-type]
                rows = list(out)
            begun = time.perf_counter()
            with there.cursor().copy(f"COPY {table} FROM STDIN") as into:  # type: ignore[arg-type]
                for row in rows:
                    into.write(row)
            took += time.perf_counter() - begun
        begun = time.perf_counter()
        there.execute("SET CONSTRAINTS ALL IMMEDIATE")
        took += time.perf_counter() - begun
    return took


def main() -> None:
    machine()
    found = [file for file in FILES if file.exists()]
    if not found:
        print(f"importing: no public data in {DATA}; set FENGQIAO_SHARED. Nothing measured.")
        return
    for file in found:
        with home() as base:
            fsync_latency(base / "pg")
            postgres.create_database("copied", template="fengqiao")
            count = lines(file)
            took, said = imported(file)
            with postgres.connect("owner") as db:
                held = one(db, "SELECT count(*) FROM intake_report")
                events = one(db, "SELECT count(*) FROM core_event WHERE act = 'intake.receive'")
                run = db.execute("SELECT rows, made, repeated, updated, refused FROM intake_importrun").fetchone()
            assert run
            bare = copied()
            print(f"\n{file.name}: {count:,} lines; {said}")
            print(f"  import {took:.1f} s = {count / took:,.0f} rows/s; COPY of the same rows {bare:.1f} s = {count / bare:,.0f} rows/s; ×{bare / took:.2f} of it")
            lost = count - sum(run[1:])
            print(f"  {held:,} reports and {events:,} events held; lines lost: {lost}{'' if lost == 0 and held == events else '  FAULT'}")
            again, said = imported(file)
            with postgres.connect("owner") as db:
                doubled = one(db, "SELECT count(*) FROM intake_report") - held
            print(f"  once more in {again:.1f} s: {doubled} doubled; {said}")


if __name__ == "__main__":
    main()
