"""Fill a home with as many reports as a county holds after years: matters, reports, parties, events, fingerprints, search.

Written by the superuser in bulk, without triggers: what is measured is reading. Up to 50,000 different texts; beyond that
they repeat at other places and times, which makes looking up harder, not easier. Half of the reports lie in twenty towns.
"""

import io
import random
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
import orjson
from _ground import COUNTY, Said, invented

from fengqiao.ops import postgres

YEARS = 3
TEXTS = 50_000
INSERT = [
    """INSERT INTO intake_matter (id, org_id, created_at, version, number, title, kind, kind_unsure, police, state, owner_id, desk_id,
         case_number, place_text, lat, lon, cell, first_at, last_at, occurrences, reports, history, outcome, closed_at)
       SELECT s.matter, s.org, s.at, 1, 'SB' || s.n, t.title, t.kind, false, 'unsure', s.state,
         CASE WHEN s.state = 'open' THEN s.owner END, s.desk, '', t.place, s.lat, s.lon, s.cell, s.at, s.at, 1, 1, false, '',
         CASE WHEN s.state = 'closed' THEN s.at END
       FROM spot s JOIN told t ON t.i = s.n %% {texts}""",
    "INSERT INTO intake_occurrence (id, org_id, matter_id, at, created_at) SELECT occurrence, org, matter, at, at FROM spot",
    """INSERT INTO intake_report (id, org_id, created_at, version, receipt, matter_id, occurrence_id, channel, outer_id, received_at,
         captured_at, occurred_start, occurred_end, precision, title, text, place_text, lat, lon, given_system, outside, cell,
         kind_given, received_by_id, history)
       SELECT s.report, s.org, s.at, 1, 'RB' || s.n, s.matter, s.occurrence, '110', '', s.at, s.at, s.at, s.at, 'exact', t.title, t.text,
         t.place, s.lat, s.lon, '', false, s.cell, '', s.account, false
       FROM spot s JOIN told t ON t.i = s.n %% {texts}""",
    """INSERT INTO intake_party (id, org_id, created_at, version, report_id, matter_id, role, name, phone, phone_hash, id_last4, language)
       SELECT uuidv7(), s.org, s.at, 1, s.report, s.matter, 'caller', t.name, t.phone, sha256((t.phone || s.n)::bytea), '', ''
       FROM spot s JOIN told t ON t.i = s.n %% {texts}""",
    """INSERT INTO core_event (id, recorded_at, occurred_start, occurred_end, precision, act, account_id, post_id, org_id, zone, about,
         correlation, subjects, facts, digests, schema)
       SELECT s.event, s.at, s.at, s.at, 'exact', 'intake.receive', s.account, s.post, s.org, 'A', s.matter, s.event,
         jsonb_build_array(jsonb_build_array('matter', s.matter, 'new'), jsonb_build_array('report', s.report, 'new')),
         jsonb_build_object('channel', '110', 'receipt', 'RB' || s.n, 'number', 'SB' || s.n), '{{}}', 1 FROM spot s""",
    """INSERT INTO core_content (event_id, compartment, recorded_at, org_id, about, salt, body)
       SELECT s.event, 'police', s.at, s.org, s.matter, '\\x00', json_build_object('title', t.title)::text
       FROM spot s JOIN told t ON t.i = s.n %% {texts}""",
    "INSERT INTO core_seal (position, event_id, hash, sealed_at) SELECT n, event, sha256(n::text::bytea), at FROM spot",
    """INSERT INTO intake_fingerprint (report_id, org_id, matter_id, at, cell, rare)
       SELECT s.report, s.org, s.matter, s.at, s.cell, r.rare FROM spot s JOIN rare r ON r.i = s.n %% {texts} AND r.month = date_trunc('month', s.at)""",
    """INSERT INTO intake_searchindex (matter_id, org_id, at, tokens)
       SELECT s.matter, s.org, s.at, t.tokens || ('sb' || s.n) FROM spot s JOIN told t ON t.i = s.n %% {texts}""",
]
GIN = {
    "fingerprint_rare": "CREATE INDEX fingerprint_rare ON intake_fingerprint USING gin (rare) WITH (fastupdate = off)",
    "searchindex_tokens": "CREATE INDEX searchindex_tokens ON intake_searchindex USING gin (tokens) WITH (fastupdate = off)",
}


def fill(count: int) -> None:
    """`count` matters of one report each. Django must be set up; the words' frequencies are learned on the way."""
    from fengqiao.core.cast import actors
    from fengqiao.core.scope import scope
    from fengqiao.core.signon import system_actor
    from fengqiao.engine.matching import Idf, Signal, lookup_keys, profile
    from fengqiao.engine.text import search_tokens
    from fengqiao.intake import jobs

    begun = time.perf_counter()
    texts = min(count, TEXTS)
    said = list(islice(invented(7), texts))
    signals = [Signal(i, s.title, s.text, None, s.lat, s.lon, place_text=s.place) for i, s in enumerate(said)]
    idf = Idf()
    for signal in signals:
        idf.add(profile(signal))
    with scope(system_actor("学习")):
        jobs._keep("idf", idf.documents, orjson.dumps(idf.to_dict()).decode())
    cast = actors()
    with postgres.connect("super", dbname="fengqiao") as db:
        db.execute("SET session_replication_role = replica")
        db.execute("SET maintenance_work_mem = '512MB'")
        db.execute("SET synchronous_commit = off")
        db.execute("CREATE TEMP TABLE told (i int PRIMARY KEY, title text, text text, place text, name text, phone text, kind text, keys text[], tokens text[])")
        with db.cursor().copy("COPY told FROM STDIN") as copy:
            for i, (s, signal) in enumerate(zip(said, signals, strict=True)):
                keys = lookup_keys(signal, idf)
                copy.write_row((i, s.title, s.text, s.place, s.name, s.phone, f"D{i % 20 + 1:02}", keys, search_tokens(f"{s.title} {s.place} {s.name}")))
        _spots(db, count, said, cast)
        _rare(db)
        for name in GIN:
            db.execute(f"DROP INDEX {name}")  # type: ignore[arg-type]
        for statement in INSERT:
            db.execute(statement.format(texts=texts).replace("%%", "%"))  # type: ignore[arg-type]
        for statement in GIN.values():
            db.execute(statement)  # type: ignore[arg-type]
        db.execute("ANALYZE")
    print(f"filled with {count:,} reports in {time.perf_counter() - begun:.0f} s")


def _rare(db: Any) -> None:
    """The fingerprints' words, by the product's own function, for every text and month it is told in."""
    from fengqiao.intake.matching import word_hashes

    db.execute("CREATE TEMP TABLE rare (i int, month timestamptz, rare int[])")
    pairs = db.execute(
        "SELECT t.i, date_trunc('month', s.at), t.keys FROM spot s JOIN told t ON t.i = s.n %% (SELECT count(*) FROM told) GROUP BY 1, 2, 3"
        .replace("%%", "%")
    ).fetchall()
    with db.cursor().copy("COPY rare FROM STDIN") as copy:
        for i, month, keys in pairs:
            copy.write_row((i, month, word_hashes(keys, month)))
    db.execute("ANALYZE rare")


def _spots(db: Any, count: int, said: list[Said], cast: Any) -> None:
    """Where, when, whose: one line a report, oldest first. Nine in ten are closed, the newest two hundred of a station wait."""
    from fengqiao.intake.matching import cell_of

    chance, dice = np.random.default_rng(11), random.Random(11)
    south, north, west, east = COUNTY
    towns = chance.uniform((south, west), (north, east), (20, 2))
    where = chance.uniform((south, west), (north, east), (count, 2))
    in_town = chance.random(count) < 0.5
    where[in_town] = towns[chance.integers(0, 20, in_town.sum())] + chance.normal(0, 0.009, (in_town.sum(), 2))  # about 1 km
    db.execute(
        "CREATE TEMP TABLE raw_spot (n int, org int, desk int, account int, post int, owner int, at timestamptz, lat float8, lon float8, cell int8, state text)"
    )
    stations = [
        (cast.org[key], cast.org[desk], who.account_id, who.post_id)
        for key, desk, who in (
            ("chengguan", "cg_desk", cast.wang), ("yunling", "centre", cast.chen), ("shiqiao", "sl_desk", cast.qian),
            ("liuwan", "sl_desk", cast.luo), ("dongwu", "centre", cast.yan),
        )
    ]  # fmt: skip
    newest = datetime.now(UTC) - timedelta(minutes=5)
    span = timedelta(days=365 * YEARS)
    buffer = io.StringIO()
    for n in range(count):
        org, desk, account, post = stations[0] if dice.random() < 0.4 else dice.choice(stations[1:])
        at = newest - span * (1 - (n + 1) / count)
        lat, lon = where[n]
        state = "waiting" if count - n < 500 else "open" if dice.random() < min(0.1, 2_000 / count) else "closed"
        buffer.write(f"{n + 1}\t{org}\t{desk}\t{account}\t{post}\t{account}\t{at.isoformat()}\t{lat:.6f}\t{lon:.6f}\t{cell_of(lat, lon)}\t{state}\n")
    with db.cursor().copy("COPY raw_spot FROM STDIN") as copy:
        copy.write(buffer.getvalue())
    new = ", ".join(f"uuidv7(at - now()) AS {name}" for name in ("matter", "occurrence", "report", "event"))
    db.execute(f"CREATE TEMP TABLE spot AS SELECT *, {new} FROM raw_spot ORDER BY n")
    db.execute("ANALYZE spot")
