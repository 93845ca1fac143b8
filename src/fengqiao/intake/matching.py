"""Between the database and the engine: fingerprints, candidates, and what is shown of a hit.

Looking up runs as the system actor, across organisations. What a user may not see of a hit is cut down in
`queries.side_by_side` to place ± distance, time gap, kind and which organisation holds it (architecture §5).
"""

import uuid
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import h3.api.basic_int as h3
import orjson
from django.db import connection

from fengqiao.core import clock
from fengqiao.engine.matching import Hit, Idf, Signal, Weights, lookup_keys, profile, rank
from fengqiao.intake.models import Fingerprint, LearnedModel, Party, Report
from fengqiao.intake.rules import CHANNEL_LIMIT, FAR_DAYS, NEAR_DAYS, same_address

RESOLUTION = 9  # h3 cell of some 0.1 km²; a ring of one reaches 300–500 m
MODEL_AGE = timedelta(minutes=5)


def cell_of(lat: float | None, lon: float | None) -> int | None:
    """The h3 cell (resolution 9) of a position in WGS-84 degrees."""
    return None if lat is None or lon is None else h3.latlng_to_cell(lat, lon, RESOLUTION)


def word_hashes(words: Iterable[str], since: datetime, until: datetime | None = None) -> list[int]:
    """Words of the months from `since` to `until` as the signed 32-bit integers the fingerprint's index holds.

    A word is held together with its month (UTC), so that a look-up into the last sixty days meets only their reports
    in the index, however many years stand behind them.
    """
    first, last = (at.astimezone(UTC).year * 12 + at.astimezone(UTC).month for at in (since, until or since))
    months = range(first, last + 1)
    return sorted({zlib.crc32(f"{month} {word}".encode()) - (1 << 31) for word in words for month in months})


@lru_cache(maxsize=4)
def _model(kind: str, made_at: datetime, database: str) -> object:
    stored = LearnedModel.objects.filter(kind=kind, made_at=made_at).values_list("body", flat=True).first()
    if stored is None:
        return None
    body = orjson.loads(stored)
    return Idf.from_dict(body) if kind == "idf" else Weights.from_dict(body)


_looked: dict[tuple[str, str], tuple[datetime, datetime | None]] = {}


def _newest(kind: str) -> datetime | None:
    """When the newest model of a kind was made; asked of the database at most every few minutes."""
    key = (kind, str(connection.settings_dict["NAME"]))
    at, made = _looked.get(key, (datetime.min.replace(tzinfo=clock.SHANGHAI), None))
    if clock.now() - at > MODEL_AGE:
        made = (
            LearnedModel.objects.filter(kind=kind)
            .values_list("made_at", flat=True)
            .order_by("-made_at")
            .first()
        )
        _looked[key] = (clock.now(), made)
    return made


def learned_anew() -> None:
    """Forget when the newest models were made: this process has just made one."""
    _looked.clear()


_nothing_learned = lru_cache(maxsize=1)(Idf)


def idf() -> Idf:
    """Document frequencies of the newest reports (rebuilt by the worker); empty before the first build."""
    made = _newest("idf")
    found = _model("idf", made, str(connection.settings_dict["NAME"])) if made else None
    return found if isinstance(found, Idf) else _nothing_learned()


def weights() -> Weights:
    """The weighing learned from what users confirmed, or the shipped one."""
    made = _newest("weights")
    found = _model("weights", made, str(connection.settings_dict["NAME"])) if made else None
    return found if isinstance(found, Weights) else Weights()


def signal_of(report: Report, parties: Sequence[Party], kind: str = "") -> Signal:
    """A stored report as the engine compares it. Party keys are keyed hashes, never numbers.

    A report that tells no position is compared at its matter's, which somebody may have set since.
    """
    at = report if report.lat is not None else report.matter
    keys = [bytes(h).hex() for p in parties for h in (p.phone_hash, p.id_hash) if h]
    return Signal(
        id=report.id,
        title=report.title,
        text=report.text,
        at=report.occurred_start,
        lat=at.lat,
        lon=at.lon,
        party_keys=frozenset(keys),
        kind=kind or None,
        place_text=report.place_text,
    )


def parties_of(report_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Party]]:
    """The parties of several reports, with what they are compared by."""
    found: dict[uuid.UUID, list[Party]] = {}
    for party in Party.objects.filter(report_id__in=report_ids).only("report_id", "phone_hash", "id_hash"):
        found.setdefault(party.report_id, []).append(party)
    return found


def keep_fingerprints(reports: Iterable[tuple[Report, Signal]]) -> None:
    """Store what reports are looked up by, in one statement."""
    known = idf()
    fingerprints = [
        Fingerprint(
            report_id=report.id, org_id=report.org_id, matter_id=report.matter_id, at=report.occurred_start,
            cell=report.cell if report.cell is not None else report.matter.cell,
            rare=word_hashes(lookup_keys(signal, known), report.occurred_start),
        )
        for report, signal in reports
    ]  # fmt: skip
    Fingerprint.objects.bulk_create(
        fingerprints, update_conflicts=True, unique_fields=["report"], update_fields=["org", "matter", "at", "cell", "rare"]
    )


def candidate_ids(signal: Signal, *, most: int = CHANNEL_LIMIT) -> list[uuid.UUID]:
    """Reports that may tell of the same quarrel. Needs a sight across organisations (system actor).

    With a place: the newest of the cell and its neighbours within 30 days. Without one: those sharing the rarest
    words within 60 days. In both cases those naming the same party.
    """
    at = signal.at or clock.now()
    found: dict[uuid.UUID, None] = {}
    with connection.cursor() as cursor:
        if signal.party_keys:
            keys = [bytes.fromhex(k) for k in signal.party_keys]
            cursor.execute(
                "SELECT report_id FROM intake_party WHERE phone_hash = ANY(%s)"
                " UNION SELECT report_id FROM intake_party WHERE id_hash = ANY(%s) LIMIT 50",
                [keys, keys],
            )
            found.update(dict.fromkeys(row[0] for row in cursor.fetchall()))
        cell = cell_of(signal.lat, signal.lon)
        if cell is not None:
            cursor.execute(
                "SELECT f.report_id FROM unnest(%s::bigint[]) AS near(cell) CROSS JOIN LATERAL ("
                "  SELECT report_id, at FROM intake_fingerprint WHERE intake_fingerprint.cell = near.cell"
                "  AND at BETWEEN %s AND %s ORDER BY at DESC LIMIT %s) f ORDER BY f.at DESC LIMIT %s",
                [
                    list(h3.grid_disk(cell, 1)),
                    at - timedelta(days=NEAR_DAYS),
                    at + timedelta(days=1),
                    most,
                    most,
                ],
            )
        else:
            since, until = at - timedelta(days=FAR_DAYS), at + timedelta(days=1)
            words = word_hashes(lookup_keys(signal, idf()), since, until)
            cursor.execute("SELECT report_id FROM intake_candidates(%s, %s, %s, %s)", [words, since, until, most])
        found.update(dict.fromkeys(row[0] for row in cursor.fetchall()))
    if isinstance(signal.id, uuid.UUID):
        found.pop(signal.id, None)
    return list(found)


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with the report it concerns."""

    hit: Hit
    report: Report


def same_door(signal: Signal, report: Report) -> bool:
    """Was this report of the last thirty days told of the same address? It may be the second time, whatever the words."""
    gap = abs((signal.at or clock.now()) - report.occurred_start)
    return gap <= timedelta(days=NEAR_DAYS) and same_address(signal.place_text, report.place_text)


# What is compared and shown of a candidate; two hundred whole rows would cost as much as comparing them.
_COMPARED = Report.objects.select_related("matter").only(
    "title", "text", "occurred_start", "lat", "lon", "place_text", "history", "org_id", "matter__kind", "matter__lat",
    "matter__lon",
)


def look_up(signal: Signal, *, limit: int = 5) -> list[Found]:
    """The reports most like the signal, best first, with the reasons; then others of the same address.

    Needs a sight across organisations.
    """
    ids = candidate_ids(signal)
    if not ids:
        return []
    reports = {r.id: r for r in _COMPARED.filter(id__in=ids)}
    parties = parties_of(ids) if signal.party_keys else {}
    profiles = [profile(signal_of(r, parties.get(r.id, []), r.matter.kind)) for r in reports.values()]
    query = profile(signal)
    hits = rank(query, profiles, idf(), weights(), limit)
    found = {hit.id for hit in hits}
    others = [p for p in profiles if p.signal.id not in found and same_door(signal, reports[p.signal.id])]  # type: ignore[index]
    if others:
        hits += rank(query, others, idf(), weights(), limit)
    return [Found(h, reports[h.id]) for h in hits]  # type: ignore[index]


def reasons_of(hit: Hit) -> dict[str, object]:
    """What is stored of the reasons: numbers and flags, and how many rare words, not which (they may be names)."""
    r = hit.reasons
    return {
        "metres": None if r.metres is None else round(r.metres),
        "seconds": None if r.seconds is None else round(r.seconds),
        "same_party": r.same_party,
        "same_kind": r.same_kind,
        "words": len(r.words),
    }
