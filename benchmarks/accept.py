"""Reports accepted by HTTP with the whole act, against raw inserts of the same rows and against a plain Django site.

The whole act: partner's key, idempotency claim, receipt and matter number, matter, occurrence, report, party, two-part
event, row-level security, all committed and synced before the answer; sealing, search index, fingerprint and duplicate
look-up follow in the worker. Its lag is measured too: from the answer until the suggestion stands, committed.

Two web processes, eight clients. Every acknowledged report is counted in the database afterwards.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from _ground import (
    FULL,
    Answer,
    alongside,
    as_json,
    drive,
    fsync_latency,
    granted,
    home,
    http,
    invented,
    machine,
    one,
    percentile,
    processor_time,
    served,
    spread,
)

from fengqiao.home import database
from fengqiao.ops import postgres, serve

CLIENTS, SECONDS, WARM = 8, 20 if FULL else 8, 3
PEERS = Path(__file__).parent / "peers"
PACES = (20, 100)  # reports a second; a county of half a million has some 0.05
LAG_ALLOWED = 2.0  # seconds from the answer until the suggestion stands


class Reports:
    """The requests handed in: each report once, in the words of our interface and of the peer's."""

    def __init__(self, key: str, count: int) -> None:
        self.said = list(islice(invented(1), count))
        self.key, self.sent = key, 0

    def ours(self, _: int) -> bytes:
        n, self.sent = self.sent, self.sent + 1
        one = self.said[n % len(self.said)]
        body = {
            "id": f"B{n:07}", "title": one.title, "text": one.text, "place": one.place, "latitude": round(one.lat, 6),
            "longitude": round(one.lon, 6), "parties": [{"name": one.name, "phone": one.phone, "role": "caller"}],
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", "Idempotency-Key": f"B{n:07}"}
        return http("POST", "/api/v1/reports", headers, as_json(body))

    def peers(self, n: int) -> bytes:
        one = self.said[n % len(self.said)]
        body = {
            "service_code": "D01", "description": f"{one.title} {one.text}", "address_string": one.place, "lat": round(one.lat, 6),
            "long": round(one.lon, 6), "first_name": one.name, "phone": one.phone,
        }  # fmt: skip
        return http("POST", "/requests.json", {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(body).encode())


def rate(answers: list[Answer]) -> float:
    """Answers a second between the first and the last."""
    ends = [a.at for a in answers]
    return (len(ends) - 1) / (max(ends) - min(ends))


def measured(address: tuple[str, int], request: object, seconds: float = SECONDS, pace: float | None = None) -> list[Answer]:
    answers = drive(address, request, clients=CLIENTS, seconds=seconds, rate=pace)  # type: ignore[arg-type]
    refused = [a for a in answers if a.status not in (200, 201)]
    if refused:
        raise SystemExit(f"{len(refused)} of {len(answers)} refused: {refused[0].status} {refused[0].body[:300]!r}")
    return answers


# --- the worker's lag -----------------------------------------------------------------------------------------


class Lag:
    """Watches the listener's position while reports come in: when was each report's duplicate look-up committed?"""

    def __init__(self) -> None:
        self.seen: list[tuple[float, int]] = []

    def watch(self, ending: threading.Event) -> None:
        with postgres.connect("owner") as db:
            while not ending.wait(0.02):
                at = one(db, "SELECT position FROM core_listenerposition WHERE name = 'intake.index_and_match'")
                self.seen.append((time.perf_counter(), at or 0))

    def of(self, answers: list[Answer]) -> list[float]:
        """Seconds from each answer until its look-up stood; what had not stood by the end counts as until then."""
        with postgres.connect("owner") as db:
            position = dict(
                db.execute(
                    "SELECT e.facts->>'receipt', s.position FROM core_event e JOIN core_seal s ON s.event_id = e.id"
                    " WHERE e.act = 'intake.receive'"
                ).fetchall()
            )
        lags, stood = [], 0
        for answer in sorted(answers, key=lambda a: position.get(json.loads(a.body)["receipt"], 1 << 60)):
            wanted = position.get(json.loads(answer.body)["receipt"], 1 << 60)
            while stood < len(self.seen) - 1 and self.seen[stood][1] < wanted:
                stood += 1
            lags.append(max(0.0, self.seen[stood][0] - answer.at))
        return lags


def settled(seconds: float = 90) -> float:
    """Wait until the worker has sealed and looked up everything; seconds it took."""
    begun = time.perf_counter()
    with postgres.connect("owner") as db:
        while time.perf_counter() - begun < seconds:
            left = one(
                db,
                "SELECT (SELECT count(*) FROM core_unsealed) + (SELECT coalesce(max(position), 0) FROM core_seal)"
                " - (SELECT position FROM core_listenerposition WHERE name = 'intake.index_and_match')",
            )
            if left == 0:
                break
            time.sleep(0.05)
    return time.perf_counter() - begun


# --- the two yardsticks -----------------------------------------------------------------------------------------

COPIED = "intake_matter", "intake_occurrence", "intake_report", "intake_party", "core_event", "core_content", "core_idempotency"
RAW = """
import os, sys, threading, time, json, uuid, psycopg
at, seconds, threads, rows = json.loads(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), json.load(open(sys.argv[4]))
done = []
def work():
    n = 0
    with psycopg.connect(**at) as db:
        db.prepare_threshold = 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            matter, occurrence, report, event = (uuid.uuid4() for _ in range(4))
            new = {"matter": matter, "occurrence": occurrence, "report": report, "event": event, "party": uuid.uuid4(), "short": report.hex[:16]}
            for statement, values in rows[n % len(rows)]:
                db.execute(statement, [new[v[1]] if isinstance(v, list) and v[:1] == ["new"] else v for v in values], binary=False)
            db.commit()
            n += 1
    done.append(n)
running = [threading.Thread(target=work) for _ in range(threads)]
[t.start() for t in running]; [t.join() for t in running]
print(sum(done))
"""
FRESH = {
    ("intake_matter", "id"): "matter", ("intake_matter", "number"): "short", ("intake_occurrence", "id"): "occurrence",
    ("intake_occurrence", "matter_id"): "matter", ("intake_report", "id"): "report", ("intake_report", "matter_id"): "matter",
    ("intake_report", "occurrence_id"): "occurrence", ("intake_report", "receipt"): "short", ("intake_report", "outer_id"): "short",
    ("intake_party", "id"): "party", ("intake_party", "report_id"): "report", ("intake_party", "matter_id"): "matter",
    ("core_event", "id"): "event", ("core_event", "about"): "matter", ("core_content", "event_id"): "event",
    ("core_content", "about"): "matter", ("core_idempotency", "key"): "short",
}  # fmt: skip
FIND = """
SELECT row_to_json(m), row_to_json(o), row_to_json(r), row_to_json(p), row_to_json(e), row_to_json(c), row_to_json(i)
FROM intake_report r JOIN intake_matter m ON m.id = r.matter_id JOIN intake_occurrence o ON o.id = r.occurrence_id
JOIN intake_party p ON p.report_id = r.id JOIN core_event e ON e.about = m.id AND e.act = 'intake.receive'
JOIN core_content c ON c.event_id = e.id JOIN core_idempotency i ON i.key = r.outer_id
WHERE r.outer_id LIKE 'B%' LIMIT 200
"""


def raw_inserts(base: Path) -> float:
    """Transactions a second in a copy of the database: the same seven rows by plain INSERTs (prepared, as owner), eight connections."""
    with postgres.connect("owner", dbname="raw") as db:
        found = db.execute(FIND).fetchall()
    statements = []
    for rows in found:
        one_report = []
        for table, row in zip(COPIED, rows, strict=True):
            if table == "core_idempotency":
                del row["id"]  # the table's own serial
            values = [
                ["new", FRESH[table, column]] if (table, column) in FRESH else json.dumps(v) if isinstance(v, dict | list) else v
                for column, v in row.items()
            ]
            columns = ", ".join(f'"{c}"' for c in row)
            one_report.append((f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(row))})", values))
        statements.append(one_report)
    file = base / "rows.json"
    file.write_text(json.dumps(statements))
    command = [sys.executable, "-c", RAW, json.dumps(database("owner", dbname="raw")), str(SECONDS), str(CLIENTS // 2), str(file)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    return sum(int(p.communicate()[0]) for p in running) / SECONDS


@contextmanager
def peer(base: Path, kept: int) -> Iterator[int]:
    """The plain Django site in a database of its own; its port. `kept`: seconds it keeps a connection."""
    if not postgres.database_exists("peer"):
        postgres.create_database("peer")
    env = os.environ | {
        "PEER_DATABASE": json.dumps(database("owner", dbname="peer")), "PYTHONPATH": str(PEERS),
        "DJANGO_SETTINGS_MODULE": "open311.settings", "PEER_CONN_MAX_AGE": str(kept),
    }  # fmt: skip
    subprocess.run([sys.executable, "-m", "django", "migrate", "--run-syncdb", "-v0"], env=env, check=True)
    port = 8950
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    command += ["--workers", "2", "--blocking-threads", "4", "--backpressure", "64", "--log-level", "warning", "open311.wsgi:application"]
    with (base / "peer.log").open("w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        while not serve.answers(f"http://127.0.0.1:{port}"):
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def disk_of(milliseconds: int) -> None:
    """Let every commit wait so long before it is synced: a slower disk, emulated."""
    with postgres.connect() as db:
        db.execute(f"ALTER SYSTEM SET commit_delay = {milliseconds * 1000}")
        db.execute(f"ALTER SYSTEM SET commit_siblings = {0 if milliseconds else 5}")
        db.execute("SELECT pg_reload_conf()")


def compare(base: Path, reports: Reports, disk: str) -> list[Answer]:
    """Product, raw rows and peer after each other on the same server; prints the table and gives the product's answers."""
    with served() as addresses:
        at = ("127.0.0.1", addresses.port)
        early = measured(at, reports.ours, WARM)
        lag = Lag()
        before = processor_time()
        with alongside(lag.watch):
            answers = measured(at, reports.ours)
            during = processor_time()
            behind = settled()
        after = processor_time()
        flat_out = lag.of(answers)
        found = rate(answers)
        paced: dict[int, list[float]] = {}
        calm: list[Answer] = []
        for pace in PACES if not disk else ():
            watched = Lag()
            with alongside(watched.watch):
                asked = measured(at, reports.ours, pace=pace)
                settled()
            paced[pace], calm = watched.of(asked), calm + asked
    postgres.create_database("raw", template="fengqiao")
    raw = raw_inserts(base)
    postgres.drop_database("raw")
    peers = {}
    for name, kept in (("new connection each", 0), ("kept connections", 600)):
        with peer(base, kept) as port:
            measured(("127.0.0.1", port), reports.peers, WARM)
            peers[name] = rate(measured(("127.0.0.1", port), reports.peers))
    took = [a.took for a in answers]
    print(f"\n{disk or 'disk as it is'}: {CLIENTS} clients, 2 web processes, {SECONDS} s each")
    print(f"  whole act by HTTP                {found:7.0f} /s   {spread(took)} ms")
    print(f"  raw psycopg, the same rows       {raw:7.0f} /s   the act reaches ×{found / raw:.2f} of it")
    for name in ("web", "database", "worker"):
        spent, late = ((to[name] - before[name]) / len(answers) * 1000 for to in (during, after))
        print(f"    processor time of {name:<15}{spent:7.2f} ms a report until the last answer, {late:.2f} until looked up")
    for name, speed in peers.items():
        print(f"  plain Django, {name:<19}{speed:7.0f} /s   the act reaches ×{found / speed:.2f} of it")
    p95 = percentile(flat_out, 0.95)
    print(f"  look-up stands after the answer, flat out:  p95 {p95:.2f} s, last {max(flat_out):.2f} s; worker done {behind:.1f} s after the load")
    if p95 > LAG_ALLOWED:
        print(f"  NOT REACHED: over {LAG_ALLOWED:g} s under this load")
    for pace, lags in paced.items():
        late = percentile(lags, 0.95)
        words = "" if late <= LAG_ALLOWED else f"  NOT REACHED: over {LAG_ALLOWED:g} s"
        print(f"  the same at {pace:>3} reports a second:           p95 {late:.2f} s, last {max(lags):.2f} s{words}")
    return [*early, *answers, *calm]


def main() -> None:
    machine()
    with home() as base:
        fsync_latency(base / "pg")
        reports = Reports(granted(), 200_000)
        acknowledged = compare(base, reports, "")
        disk_of(3)
        acknowledged += compare(base, reports, "emulated disk of 3 ms more a commit (commit_delay)")
        disk_of(0)
        receipts = [json.loads(a.body)["receipt"] for a in acknowledged]
        with postgres.connect("owner") as db:
            stored = {r[0] for r in db.execute("SELECT receipt FROM intake_report WHERE outer_id LIKE 'B%'")}
            events = one(db, "SELECT count(*) FROM core_event WHERE act = 'intake.receive'")
        missing = set(receipts) - stored
        print(f"\n{len(receipts)} acknowledged, {len(missing)} of them missing, {len(receipts) - len(set(receipts))} receipts given twice, {events} events")


if __name__ == "__main__":
    main()
