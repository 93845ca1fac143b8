"""导入: a file's reports taken in batches, each line exactly once; how its columns are read is a person's decision."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fengqiao.core import clock, numbers
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.rules import numbering
from fengqiao.core.saving import insert_all
from fengqiao.core.spine import EventIn, act, record, record_each
from fengqiao.force import queries as force
from fengqiao.intake import policies, queries
from fengqiao.intake.acts import rows
from fengqiao.intake.acts.receiving import amend
from fengqiao.intake.models import ColumnMapping, ImportRefusal, ImportRun, Matter, Occurrence, Party, Report
from fengqiao.intake.rules import ReportIn
from fengqiao.places import queries as places


@act("确认列对应")
def remember_mapping(actor: Actor, *, fingerprint: str, mapping: dict[str, Any]) -> None:
    """Remember how files with these headings are read in this organisation."""
    policies.may_import(actor)
    ColumnMapping.objects.update_or_create(
        org_id=actor.station_id,
        fingerprint=fingerprint,
        defaults={"mapping": mapping, "updated_at": clock.now()},
    )
    about = uuid7()
    record(actor, about=about, subjects=[("mapping", about, "kept")], facts={"fingerprint": fingerprint})


@act("开始导入")
def begin_import(
    actor: Actor,
    *,
    file_name: str,
    sha256: str,
    upload: str = "",
    history: bool = False,
    mapping: dict[str, Any] | None = None,
) -> uuid.UUID:
    """Open an import; returns its id. `upload` is where the encrypted file waits until the run ends."""
    policies.may_import(actor)
    run = ImportRun(
        id=uuid7(), org_id=actor.station_id, file_name=file_name[:200], sha256=sha256, history=history,
        mapping=mapping or {}, upload=upload, started_by_id=actor.account_id, created_at=clock.now(),
    )  # fmt: skip
    run.save(force_insert=True)
    record(
        actor,
        about=run.id,
        subjects=[("import", run.id, "new")],
        facts={"history": history, "sha256": sha256},
    )
    return run.id


@act("确定列对应并导入")
def set_mapping(actor: Actor, *, run_id: uuid.UUID, mapping: dict[str, Any], history: bool) -> None:
    """The columns were looked at (and corrected): the import may run."""
    policies.may_import(actor)
    run = queries.run_for_update(actor, run_id)
    if run.state != "mapping":
        raise Refused("这次导入已经开始，不能再改列对应。")
    run.mapping, run.history, run.state = mapping, history, "running"
    run.save(update_fields=["mapping", "history", "state"])
    record(actor, about=run.id, subjects=[("import", run.id, "started")], facts={"history": history})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file that can be taken: where it stands, and the report it tells of. `warnings`: (column, reason)."""

    sheet: str
    line: int
    report: ReportIn
    warnings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LineRefused:
    """A line that is not taken, with the value shown masked and what to do."""

    sheet: str
    line: int
    column: str
    shown: str
    reason: str


@act("导入一批接报")
def import_batch(
    actor: Actor, *, run_id: uuid.UUID, lines: Sequence[Line], refused: Sequence[LineRefused]
) -> dict[str, int]:
    """Take a batch of lines in one transaction: new ones received (one event each), changed ones amended, known ones left.

    A line of which the report's rules complain is refused by name, the others go on. Returns the batch's counts.
    """
    policies.may_import(actor)
    run = queries.run_for_update(actor, run_id)
    now = clock.now()
    known = queries.known_rows(run.org_id, [one.report.outer_id for one in lines])
    refusals = [_refusal(run, r.sheet, r.line, r.column, r.shown, r.reason) for r in refused]
    fresh: dict[str, tuple[Line, list[dict[str, Any]]]] = {}
    changed: list[tuple[uuid.UUID, Line]] = []
    counts = {"made": 0, "updated": 0, "repeated": 0, "refused": len(refused), "warned": 0}
    for one in lines:
        held = known.get(one.report.outer_id)
        if held is not None or one.report.outer_id in fresh:
            if held is not None and held[1] != one.report.body_hash:
                changed.append((held[0], one))
            else:
                counts["repeated"] += 1
            continue
        try:
            _, parties = rows.checked(one.report)
        except Invalid as error:
            counts["refused"] += 1
            refusals += [
                _refusal(run, one.sheet, one.line, "", "", reason) for reason in error.fields.values()
            ]
            continue
        fresh[one.report.outer_id] = (one, parties)
        counts["warned"] += bool(one.warnings)
        refusals += [
            _refusal(run, one.sheet, one.line, column, "", reason, warning=True)
            for column, reason in one.warnings
        ]
    counts["made"] = _receive_all(actor, run, list(fresh.values()), now)
    for report_id, one in changed:
        amend(actor, report_id=report_id, report=one.report)
        counts["updated"] += 1
    ImportRefusal.objects.bulk_create(refusals)
    for name, n in counts.items():
        setattr(run, name, getattr(run, name) + n)
    run.done += len(lines) + len(refused)
    run.save(update_fields=[*counts, "done"])
    record(actor, about=run.id, subjects=[("import", run.id, "batch")], facts=counts)
    return counts


def _receive_all(
    actor: Actor, run: ImportRun, taken: list[tuple[Line, list[dict[str, Any]]]], now: Any
) -> int:
    """Rows and events of every new line, in a handful of statements."""
    if not taken:
        return 0
    desk, outlines = force.desk_for(run.org_id), places.outline_index(actor)
    numbered = zip(
        taken,
        numbers.next_numbers("core_matter_number", "S", actor.zone, len(taken)),
        numbers.next_numbers("core_receipt_number", numbering.RECEIPT, actor.zone, len(taken)),
        strict=True,
    )
    matters: list[Matter] = []
    occurrences: list[Occurrence] = []
    reports: list[Report] = []
    parties: list[Party] = []
    events = []
    for (one, columns), number, receipt in numbered:
        matter = rows.new_matter(actor, one.report, run.org_id, number, now, desk, outlines)
        occurrence = rows.new_occurrence(matter, matter.first_at, now)
        row = rows.new_report(actor, one.report, matter, occurrence, receipt, now, run.org_id)
        matters.append(matter)
        occurrences.append(occurrence)
        reports.append(row)
        parties += rows.new_parties(columns, row, now)
        events.append(
            EventIn(
                matter.id,
                rows.subjects_of(matter, row),
                rows.facts_of(one.report, matter, row, len(columns)) | {"import": str(run.id)},
                {"police": {"title": matter.title, "place": matter.place_text}},
                rows.when(one.report, now),
                one.report.precision,
                run.org_id,
            )
        )
    insert_all(matters, occurrences, reports, parties)
    return record_each(actor, "intake.receive", events)


@act("导入结束")
def end_import(actor: Actor, *, run_id: uuid.UUID, rows_read: int, error: str = "") -> None:
    """The file has been read to its end, or could not be read further (`error` says why and what to do)."""
    policies.may_import(actor)
    run = queries.run_for_update(actor, run_id)
    run.state, run.error, run.rows, run.finished_at = (
        "failed" if error else "done",
        error[:300],
        rows_read,
        clock.now(),
    )
    run.upload = ""
    run.save(update_fields=["state", "error", "rows", "finished_at", "upload"])
    facts = {
        "rows": rows_read,
        "made": run.made,
        "repeated": run.repeated,
        "updated": run.updated,
        "refused": run.refused,
    }
    record(actor, about=run.id, subjects=[("import", run.id, "ended")], facts=facts | {"failed": bool(error)})


def _refusal(
    run: ImportRun, sheet: str, line: int, column: str, shown: str, reason: str, *, warning: bool = False
) -> ImportRefusal:
    return ImportRefusal(
        org_id=run.org_id, run=run, sheet=sheet[:60], line=line, column=column[:60], shown=shown[:60], reason=reason[:200],
        warning=warning,
    )  # fmt: skip


def outer_id(fingerprint: str, row_key: str) -> str:
    """The line's own id within its kind of file: two files of other headings may both have a line 1."""
    return (
        f"{fingerprint[:10]}:{row_key}"
        if len(row_key) <= 50
        else f"{fingerprint[:10]}:{hashlib.sha256(row_key.encode()).hexdigest()[:40]}"
    )
