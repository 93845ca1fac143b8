"""Imports: how they stand, which lines were refused, how columns were read before."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.loading import locked
from fengqiao.intake import policies
from fengqiao.intake.models import ColumnMapping, ImportRefusal, ImportRun, Report


@dataclass(frozen=True, slots=True)
class Run:
    """An import as shown."""

    id: uuid.UUID
    file_name: str
    state: str
    history: bool
    rows: int
    done: int
    made: int
    repeated: int
    updated: int
    refused: int
    warned: int
    error: str
    started_by: str
    created_at: datetime
    finished_at: datetime | None
    mapping: dict[str, Any]
    upload: str


def run_for_update(actor: Actor, run_id: uuid.UUID) -> ImportRun:
    """An import of the actor's organisation, locked."""
    policies.may_import(actor)
    return locked(ImportRun.objects.filter(org_id__in=actor.orgs), id=run_id)


def known_rows(source_org_id: int, outer_ids: Iterable[str]) -> dict[str, tuple[uuid.UUID, bytes | None]]:
    """Which of these outer ids are held already: id → (report, hash of its content)."""
    rows = Report.objects.filter(source_org_id=source_org_id, outer_id__in=[i for i in outer_ids if i])
    return {
        o: (i, bytes(h) if h is not None else None)
        for o, i, h in rows.values_list("outer_id", "id", "body_hash")
    }


def import_run(actor: Actor, run_id: uuid.UUID) -> Run:
    """One import; NotThere when it is another organisation's."""
    policies.may_import(actor)
    run = ImportRun.objects.filter(id=run_id, org_id__in=actor.orgs).select_related("started_by").first()
    if run is None:
        raise NotThere
    return _shown(run)


def import_runs(actor: Actor, limit: int = 50) -> list[Run]:
    """The newest imports of the actor's organisations."""
    policies.may_import(actor)
    runs = (
        ImportRun.objects.filter(org_id__in=actor.orgs).select_related("started_by").order_by("-created_at")
    )
    return [_shown(run) for run in runs[:limit]]


def imported_before(actor: Actor, run_id: uuid.UUID) -> Run | None:
    """The newest earlier import of the very same file in the actor's organisations that ran to its end."""
    run = import_run(actor, run_id)
    same = ImportRun.objects.filter(org_id__in=actor.orgs, state="done", created_at__lt=run.created_at)
    same = same.filter(sha256__in=ImportRun.objects.filter(id=run_id).values("sha256")).exclude(sha256="")
    found = same.select_related("started_by").order_by("-created_at").first()
    return _shown(found) if found else None


def tell_total(run_id: uuid.UUID, total: int) -> None:
    """How many lines the file has, for the progress bar: a job's bookkeeping, no act."""
    ImportRun.objects.filter(id=run_id, rows=0).update(rows=total)


def _shown(run: ImportRun) -> Run:
    return Run(
        run.id, run.file_name, run.state, run.history, run.rows, run.done, run.made, run.repeated, run.updated,
        run.refused, run.warned, run.error, run.started_by.name, run.created_at, run.finished_at, run.mapping, run.upload,
    )  # fmt: skip


def refusals(actor: Actor, run_id: uuid.UUID, limit: int | None = 500) -> list[dict[str, Any]]:
    """Refused lines and warnings of an import, by sheet and line."""
    import_run(actor, run_id)
    rows = ImportRefusal.objects.filter(run_id=run_id).order_by("warning", "sheet", "line")
    fields = ("sheet", "line", "column", "shown", "reason", "warning")
    return list(rows.values(*fields)[:limit] if limit else rows.values(*fields))


def remembered_mapping(actor: Actor, fingerprint: str) -> dict[str, Any] | None:
    """How files with these headings were read before in this organisation."""
    found = ColumnMapping.objects.filter(org_id=actor.station_id, fingerprint=fingerprint).values_list(
        "mapping", flat=True
    )
    return found.first()
