"""Running an import: from the bytes of a file to batches of reports. Used by the upload's job and by the command line.

Safe to run again: each line has a key of its own, so that nothing is doubled, a changed line amends what was stored,
and an import cut off in the middle goes on where it stopped.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from fengqiao.core import clock, crypto
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.scope import scope
from fengqiao.intake import acts, queries
from fengqiao.intake.acts.importing import Line, LineRefused, outer_id
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.intake.tabular import (
    FIELDS,
    MAX_BYTES,
    Bounds,
    Candidate,
    Mapping,
    Result,
    Table,
    Unmappable,
    Unreadable,
    candidates,
    guess_sheet,
    history,
    open_table,
)
from fengqiao.intake.tabular import Refused as RefusedLine

BATCH = 500
STATES = {
    "resolved": "settled", "performed": "settled", "closed": "closed", "failed": "closed", "referred": "closed",
    "reopened": "open", "open": "open",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the correction page shows it."""

    index: int
    heading: str
    field: str
    label: str
    why: str
    dropped: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """A file opened and looked at: how its columns are read, and whether that was remembered from before."""

    mapping: Mapping
    columns: list[Column]
    remembered: bool
    sheets: list[str]
    encoding: str
    warnings: tuple[str, ...]


def look(actor: Actor, source: Path | bytes, file_name: str) -> Looked:
    """Open a file and guess (or remember) its columns. Invalid with what to do when it cannot be read."""
    table = _opened(source, file_name)
    header, guessed = guess_sheet(table.sheets[0])
    with scope(actor):
        kept = queries.remembered_mapping(actor, guessed.fingerprint)
    mapping = _kept(kept, guessed)
    first = [cells for number, cells in islice(table.sheets[0], header.line + 3) if number > header.line][:3]
    columns = [
        Column(
            c.column, c.heading, c.field, FIELDS[c.field].label if c.field else "", c.why, c.dropped,
            tuple("" if c.dropped else str(row[c.column])[:40] if c.column < len(row) and row[c.column] is not None else "" for row in first),
        )
        for c in mapping.choices
    ]  # fmt: skip
    return Looked(
        mapping,
        columns,
        kept is not None,
        [s.name for s in table.sheets],
        table.encoding or "",
        tuple(table.warnings),
    )


def correct(actor: Actor, source: Path | bytes, file_name: str, changes: dict[int, str]) -> Mapping:
    """The mapping with a person's corrections (column → field, "" = leave out), remembered for the next file like it."""
    looked = look(actor, source, file_name)
    try:
        mapping = looked.mapping.corrected(changes)
    except Unmappable as error:
        raise Invalid({"mapping": str(error)}) from error
    acts.remember_mapping(actor, fingerprint=mapping.fingerprint, mapping=mapping.to_json())
    return mapping


def _kept(kept: dict[str, Any] | None, guessed: Mapping) -> Mapping:
    if kept is None:
        return guessed
    try:
        return Mapping.from_json(kept).onto(guessed.headings)
    except Unmappable:  # a vocabulary of fields has changed since: guess anew rather than fail
        return guessed


def _opened(source: Path | bytes, file_name: str) -> Table:
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > MAX_BYTES:
        raise Refused(
            f"文件 {size / 1e6:.0f} MB，超过 {MAX_BYTES / 1e6:.0f} MB 的上限。请按月份拆分后分次导入。",
            status=413,
        )
    try:
        table = open_table(source, file_name)
    except Unreadable as error:
        raise Invalid({"file": error.message_zh}) from error
    if not table.sheets:
        raise Invalid({"file": "文件中没有可读的表格。"})
    return table


def keep_upload(data: bytes) -> str:
    """Put an uploaded file aside, encrypted, until its import has run; returns its name below the files folder."""
    name = f"imports/{uuid7().hex}"
    path = Path(settings.FILES_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(crypto.encrypt(data, bound_to=name.encode()))
    return name


def upload(name: str) -> bytes:
    """The bytes of a file put aside. Refused when it has been cleared away."""
    path = Path(settings.FILES_DIR) / name
    if not name or not path.is_file():
        raise Refused("上传的文件已清除，请重新上传。", status=410)
    return crypto.decrypt(path.read_bytes(), bound_to=name.encode())


def drop_upload(name: str) -> None:
    """Clear the file away: after the run only its refused lines are kept."""
    if name:
        (Path(settings.FILES_DIR) / name).unlink(missing_ok=True)


def start(actor: Actor, run_id: uuid.UUID, mapping: Mapping, *, is_history: bool, channel: str) -> None:
    """Let an uploaded file run in the background, as the actor, with these columns.

    State and job are one transaction: neither is ever without the other. The job is `intake.jobs.import_upload`.
    """
    with scope(actor), transaction.atomic():
        acts.set_mapping(actor, run_id=run_id, mapping=mapping.to_json() | {"channel": channel}, history=is_history)
        app.configure_task("intake.import_upload", queue="imports").defer(
            run_id=str(run_id), account_id=actor.account_id, post_id=actor.post_id, channel=channel
        )


def run(
    actor: Actor,
    run_id: uuid.UUID,
    source: Path | bytes,
    file_name: str,
    mapping: Mapping,
    *,
    is_history: bool = False,
    channel: str = "department",
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Read the whole file in batches. `tell(lines done, lines in all)` feeds a progress bar.

    channel: where the reports came from when the file does not say.
    """
    error = ""
    result = Result()
    try:
        table = _opened(source, file_name)
        total = sum(1 for sheet in table.sheets for _ in sheet)
        bounds = _bounds(actor)
        if is_history:
            found = history(table, clock.now(), bounds, mapping=mapping, result=result)
        else:
            found = candidates(table, mapping, clock.now(), bounds, result=result)
        for batch in _batches(found, BATCH):
            lines = [
                _line(one, mapping.fingerprint, channel, is_history)
                for one in batch
                if isinstance(one, Candidate)
            ]
            refused = [
                LineRefused(one.sheet, one.line, one.column, one.value, one.reason_zh)
                for one in batch
                if isinstance(one, RefusedLine)
            ]
            acts.import_batch(actor, run_id=run_id, lines=lines, refused=refused)
            tell(min(result.lines, total), total)
        tell(total, total)
    except Unreadable as broken:
        error = broken.message_zh
    except (Invalid, Refused) as broken:
        error = broken.message
    acts.end_import(actor, run_id=run_id, rows_read=result.lines, error=error)


def _bounds(actor: Actor) -> Bounds | None:
    with scope(actor):
        return queries.county(actor)


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _line(one: Candidate, fingerprint: str, channel: str, is_history: bool) -> Line:
    occurred = one.occurred_at or one.received_at
    place = one.place_text or ""
    if one.area and one.area not in place:
        place = f"{one.area}{place}"
    caller = [PartyIn(name=one.reporter_name or "", phone=one.reporter_phone or "", role="caller")]
    parties = [
        PartyIn(name=p.name or "", phone=p.phone or "", id_number=p.id_number or "") for p in one.parties
    ]
    given = None
    if one.given_lon is not None and one.given_lat is not None:
        given = (one.given_lon, one.given_lat, (one.coord_system or "WGS84")[:10])
    report = ReportIn(
        channel="register" if is_history else _channel(one.channel, channel),
        title=one.title or (one.kind if not one.text else "") or "",
        text=one.text or "",
        place_text=place[:200],
        lat=one.lat,
        lon=one.lon,
        given=given,
        outside=one.outside,
        occurred=(occurred, occurred) if occurred else None,
        precision=one.occurred_precision or one.received_precision or "exact",
        received_at=one.received_at or occurred,
        captured_at=one.received_at or occurred,
        parties=tuple(p for p in [*caller, *parties] if p.name or p.phone or p.id_number),
        kind_given=(one.kind or "")[:60],
        outer_id=outer_id(fingerprint, one.row_key),
        body_hash=hashlib.sha256(one.body_hash.encode()).digest(),
        history=is_history,
        state=STATES.get(one.state or "", "closed") if is_history else "",
        outcome=_outcome(one) if is_history else "",
    )
    return Line(
        one.sheet, one.line, report, tuple((n.column, n.message_zh) for n in one.notes if n.code != "ditto")
    )


def _channel(word: str | None, default: str) -> str:
    """The channel's code for the word a file uses."""
    plain = (word or "").strip()
    for code, entry in vocabulary("channels").items():
        if plain and (plain == code or plain in entry.name or entry.name in plain):
            return code
    return default


def _outcome(one: Candidate) -> str:
    return {"resolved": "settled", "performed": "settled", "failed": "failed", "referred": "referred"}.get(
        one.state or "", ""
    )
