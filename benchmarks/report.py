"""A month's report of a bureau with 150 stations, filled from facts, beside plain SQL; and figures recomputed a second.

Three years of disputes as their acts would have told them: 40,000 (`FULL=1`: 1,000,000; or SIZE) with some four and a half
events each. Measured: the product's own form of all stations and its statistics table (this month, the month before, a year
before, every kind), from the question to the stored file with its frozen evidence, and how much of it is reading the figures.

Two yardsticks of hand-written SQL, both asked by the superuser without anybody's sight, for carried, new and resolved of
every station alone: over the same facts, and over a plain table of disputes that knows nothing of what was known when.
Carried, new and resolved of every station are compared with both. On a busy machine compare the processor seconds.
"""

import contextlib
import io
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

import psutil
from _ground import FULL, each, inside, spread

from fengqiao.ops import postgres

STATIONS, DISPUTES = 150, int(os.environ.get("SIZE", "1000000" if FULL else "40000"))
STATIONS_SQL = """
WITH county AS (SELECT id, lineage FROM core_organisation WHERE kind = 'county' LIMIT 1), made AS (
  INSERT INTO core_organisation (name, short, kind, parent_id, lineage, mode, partner_channel, phone, valid_from)
  SELECT '第' || n || '派出所', '', 'station', county.id, '{}', 'loose', '', '', '2020-01-01' FROM county, generate_series(1, %s) n RETURNING id)
SELECT id FROM made"""
LINES = """
CREATE TEMP TABLE dice AS SELECT n, orgs[1 + n %% array_length(orgs, 1)] AS org, 'DB' || n AS number,
  date '2023-11-01' + (interval '1096 days' * (n / {count}::float8)) AS found, uuidv7() AS id, uuidv7() AS about,
  'D' || lpad((1 + n %% 15)::text, 2, '0') AS kind, hashint4(n) & 127 AS fate, 1 + (hashint4(n + 7) & 15) AS days
FROM generate_series(1, {count}) n, (SELECT %s::int[] AS orgs) o;
CREATE TEMP TABLE told AS
  SELECT org, about, id, number, found AS at, 'disputes.open_dispute' AS act, jsonb_build_object('kind', kind, 'parties', 2, 'state', 'working', 'grid', null) AS facts FROM dice
  UNION ALL SELECT org, about, id, number, found + days * interval '1 day', 'disputes.settle', jsonb_build_object('outcome', CASE WHEN fate < 8 THEN 'failed' WHEN fate < 12 THEN 'court' ELSE 'settled' END, 'due_at', found + (days + 7) * interval '1 day', 'tier', 'station', 'kind', kind) FROM dice WHERE fate < 110
  UNION ALL SELECT org, about, id, number, found + (days + 6) * interval '1 day', 'disputes.revisit', jsonb_build_object('result', 'stable', 'now', CASE WHEN fate = 20 THEN 'reopened' ELSE 'revisited' END) FROM dice WHERE fate BETWEEN 12 AND 109
  UNION ALL SELECT org, about, id, number, found + (days + 9) * interval '1 day', 'disputes.close', jsonb_build_object('outcome', 'settled', 'kind', kind) FROM dice WHERE fate BETWEEN 21 AND 109
  UNION ALL SELECT org, about, id, number, found + days * interval '1 day', 'disputes.withdraw', jsonb_build_object('was', 'working') FROM dice WHERE fate BETWEEN 110 AND 113
  UNION ALL SELECT org, about, id, number, found + interval '1 hour', 'disputes.note', '{{}}' FROM dice;
INSERT INTO core_event (id, recorded_at, occurred_start, occurred_end, precision, act, account_id, post_id, org_id, zone, about, correlation,
  subjects, facts, digests, schema)
SELECT uuidv7(), at, at, at, 'exact', act, 1, 1, org, 'A', about, about, jsonb_build_array(jsonb_build_array('dispute', id, 'of'), jsonb_build_array('matter', about, 'of')),
  facts || jsonb_build_object('dispute', number), '{{}}', 1 FROM told ORDER BY at;
CREATE TABLE plain_dispute AS SELECT d.org, d.number, d.kind, d.found, CASE WHEN fate < 12 OR fate BETWEEN 110 AND 113 THEN found + days * interval '1 day' END AS ended,
  CASE WHEN fate BETWEEN 12 AND 109 AND fate <> 20 THEN found + days * interval '1 day' END AS resolved,
  CASE WHEN fate = 20 THEN found + days * interval '1 day' END AS once, CASE WHEN fate = 20 THEN found + (days + 6) * interval '1 day' END AS reopened FROM dice d;
CREATE INDEX ON plain_dispute (found);
GRANT SELECT ON plain_dispute TO fengqiao_app;
"""
PLAIN = """
SELECT org, count(*) FILTER (WHERE found < %(start)s AND coalesce(ended, resolved, once, 'infinity') >= %(start)s
    OR found < %(start)s AND reopened < %(start)s) AS carried,
  count(*) FILTER (WHERE found >= %(start)s AND found < %(end)s) AS new,
  count(*) FILTER (WHERE resolved >= %(start)s AND resolved < %(end)s
    OR once >= '-infinity' AND once < %(end)s AND reopened >= %(end)s AND once >= %(start)s) AS resolved
FROM plain_dispute WHERE found < %(end)s GROUP BY org"""

# The same from the ledger as somebody would write it by hand: where each dispute of a station stood before and after.
FACTS = """
WITH told AS (
  SELECT org_id AS org, subjects->0->>1 AS id, occurred_start AS at, recorded_at, id AS event, act, CASE
    WHEN act IN ('disputes.open_dispute', 'disputes.reopen') OR act = 'disputes.revisit' AND facts->>'now' = 'reopened' THEN 'open'
    WHEN act = 'disputes.settle' THEN CASE WHEN facts->>'outcome' IN ('settled', 'self_settled') THEN 'resolved' ELSE 'ended' END
    WHEN act = 'disputes.withdraw' THEN 'ended' END AS stands
  FROM core_event
  WHERE act IN ('disputes.open_dispute', 'disputes.reopen', 'disputes.revisit', 'disputes.settle', 'disputes.withdraw')
    AND recorded_at <= %(as_of)s
), lived AS (
  SELECT org, id, min(at) FILTER (WHERE act = 'disputes.open_dispute') AS found,
    (array_agg(stands ORDER BY at DESC, recorded_at DESC, event DESC) FILTER (WHERE stands IS NOT NULL AND at < %(start)s))[1] AS before,
    (array_agg(stands ORDER BY at DESC, recorded_at DESC, event DESC) FILTER (WHERE stands IS NOT NULL AND at < %(end)s))[1] AS after,
    bool_or(stands = 'open' AND at >= %(start)s AND at < %(end)s) AS opened
  FROM told GROUP BY org, id
)
SELECT org, count(*) FILTER (WHERE before = 'open') AS carried, count(*) FILTER (WHERE found >= %(start)s AND found < %(end)s) AS new,
  count(*) FILTER (WHERE after = 'resolved' AND (before = 'open' OR opened)) AS resolved
FROM lived WHERE found < %(end)s GROUP BY org"""


def fill(count: int) -> None:
    begun = time.perf_counter()
    with postgres.connect("super", dbname="fengqiao") as db:
        db.execute("SET session_replication_role = replica")
        db.execute("SET synchronous_commit = off")
        db.execute("SELECT setval(pg_get_serial_sequence('core_organisation', 'id'), (SELECT max(id) FROM core_organisation))")
        stations = [row[0] for row in db.execute(STATIONS_SQL, [STATIONS]).fetchall()]
        db.execute("UPDATE core_organisation o SET lineage = p.lineage || o.id FROM core_organisation p WHERE p.id = o.parent_id AND o.lineage = '{}'")
        for statement in LINES.format(count=count).split(";\n"):
            if statement.strip():
                db.execute(statement.replace("%%", "%") if "%s" not in statement else statement, [stations] if "%s" in statement else None)  # type: ignore[arg-type]
        db.execute("ANALYZE")
        events = db.execute("SELECT count(*) FROM core_event").fetchone()
    print(f"filled: {STATIONS} stations, {count:,} disputes, {events[0] if events else 0:,} events in {time.perf_counter() - begun:.0f} s")


def main() -> None:
    with inside():
        fill(DISPUTES)
        report()
        again()


def report() -> None:
    import openpyxl
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from fengqiao.core import clock, documents, figures
    from fengqiao.core.cast import actors
    from fengqiao.core.models import Document
    from fengqiao.core.rules.periods import Period
    from fengqiao.core.scope import scope
    from fengqiao.insight import acts, examples
    from fengqiao.insight.models import Filing

    wu, county = actors().wu, actors().org["bureau"]
    first, last = date(2026, 9, 1), date(2026, 9, 30)
    period = Period(first, last, datetime(2026, 11, 2, tzinfo=UTC))
    print(f"\na month's report of {STATIONS} stations (September 2026), from facts to the stored file:")
    with clock.at(period.as_of):
        for name in ("矛盾纠纷各单位情况表", "矛盾纠纷情况统计表"):
            one = next(example for example in examples.every() if example.name == name)
            form = acts.keep_form(wu, name=name, kind=one.kind, file_name=one.file_name, data=one.data)
            took, used, read = [], [], []
            for _ in range(3):
                begun, before = time.perf_counter(), _seconds()
                with CaptureQueriesContext(connection) as asked, _timed(figures, "evidence_each", read):
                    filing = acts.draft(wu, form_id=form, org_id=county, first=first, last=last)
                took.append(time.perf_counter() - begun)
                used.append([after - was for after, was in zip(_seconds(), before, strict=True)])
            with scope(wu):
                row = Filing.objects.get(id=filing)
                data = documents.plain_bytes(Document.objects.get(id=row.document_id))
                lines = sum(row.evidence.values_list("size", flat=True))
            web, database = (median(side) for side in zip(*used, strict=True))
            print(
                f"  {name:<14} {median(took):.1f} s (of 3, slowest {max(took):.1f}), of it reading the figures {sum(read) / 3:.1f} s; processor:"
                f" web {web:.1f} s, database {database:.1f} s; {len(row.cells):,} figures, {lines:,} rows of evidence frozen, {len(asked)} statements"
            )
            if name == "矛盾纠纷各单位情况表":
                told = openpyxl.load_workbook(io.BytesIO(data))["各单位"]
    days = {"start": period.start, "end": period.end, "as_of": period.as_of}
    counted = []
    with postgres.connect("super", dbname="fengqiao") as db, db.cursor() as cursor:
        for label, plain in (("over the same facts", FACTS), ("over a table of disputes", PLAIN)):
            before = _seconds()
            took = each(5, lambda _, plain=plain: cursor.execute(plain, days), warm=1)
            spent = (_seconds()[1] - before[1]) / 6
            counted.append({org: numbers for org, *numbers in cursor.fetchall()})
            print(f"  plain SQL {label}: {spread(took)} ms, processor {spent:.2f} s (carried, new, resolved by station of the one month; no evidence)")
        names = dict(_names(cursor))
    for label, rows in zip(("facts", "table"), counted, strict=True):
        wrong = [
            (line[0].value, [cell.value for cell in line[1:4]], rows[names[line[0].value]])
            for line in told.iter_rows(min_row=4, max_row=4 + STATIONS + 10)
            if line[0].value in names and names[line[0].value] in rows and [cell.value for cell in line[1:4]] != rows[names[line[0].value]]
        ]
        print(f"  every station's numbers equal to plain SQL's over the {label}: {'yes' if not wrong else f'NO, {len(wrong)} differ: {wrong[:3]}'}")


def _seconds() -> list[float]:
    """Processor seconds used so far: by this process, by the database (its ended processes too)."""
    pid = postgres.status().pid
    assert pid
    main = psutil.Process(pid)
    database = main.cpu_times().children_user + main.cpu_times().children_system
    for process in [main, *main.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            database += process.cpu_times().user + process.cpu_times().system
    return [time.process_time(), database]


@contextlib.contextmanager
def _timed(module: Any, name: str, took: list[float]) -> Iterator[None]:
    """What the calls of a module's function take meanwhile, in seconds."""
    real = getattr(module, name)

    def timed(*given: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return real(*given, **named)
        finally:
            took.append(time.perf_counter() - begun)

    setattr(module, name, timed)
    try:
        yield
    finally:
        setattr(module, name, real)


def _names(cursor: object) -> list[tuple[str, int]]:
    cursor.execute("SELECT name, id FROM core_organisation WHERE kind = 'station'")  # type: ignore[attr-defined]
    return cursor.fetchall()  # type: ignore[attr-defined,no-any-return]


def again() -> None:
    """Figures recomputed from facts a second: one figure of one station for one month, and of the whole bureau."""
    from django.db import connection

    from fengqiao.core import figures
    from fengqiao.core.cast import actors
    from fengqiao.core.rules.periods import month
    from fengqiao.core.scope import scope

    wu = actors().wu
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM core_organisation WHERE name LIKE '第%%派出所' ORDER BY id")
        stations = [row[0] for row in cursor.fetchall()]
    now = datetime(2026, 11, 2, tzinfo=UTC)
    print("\nfigures recomputed from facts:")
    for label, keys in (("cohort of a month", ("found", "resolution")), ("balance of a month", ("inflow", "outflow", "tier", "flared", "revisited"))):
        wanted = [figures.figure(f"disputes.{key}") for key in keys]
        with scope(wu):
            took = each(60, lambda n, wanted=wanted: figures.compute(wu, wanted[n % len(wanted)], month(date(2026, 1 + n % 9, 1), now), [stations[n * 7 % STATIONS]]))
            all_of_it = each(5, lambda n, wanted=wanted: figures.compute(wu, wanted[n % len(wanted)], month(date(2026, 1 + n % 9, 1), now), wu.orgs), warm=1)
            page = each(3, lambda n, wanted=wanted: figures.compute_each(wu, wanted, month(date(2026, 1 + n % 9, 1), now), wu.orgs), warm=1)
        print(f"  {label:<20} {len(wanted)} together, {STATIONS} stations: {spread(page)} ms")
        print(f"  {label:<20} a station: {1000 * len(took) / sum(took):.0f} a second ({spread(took)} ms); {STATIONS} stations: {spread(all_of_it)} ms")


if __name__ == "__main__":
    main()
