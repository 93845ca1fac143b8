"""保存期限: what is held longer than its column allows is erased, by the same path as a person's request (S3, PIPL 19, 47).

Each personal column declares how long after the record's end it is kept ("P3Y"). `due` lists what is over time, without
changing anything; `run_due` erases it as the system actor, one act for each record.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Exists, Field, OuterRef

from fengqiao.core import clock, erasure
from fengqiao.core.acts.rights import expire
from fengqiao.core.models import Content, Document, Erasure
from fengqiao.core.rules.keeping import ends, parse
from fengqiao.core.scope import scope


@dataclass(frozen=True, slots=True)
class Overdue:
    """One record past its retention: what hangs on it is to be erased. `complete`: nothing personal remains after it.

    `over`: the retentions that have ended. What ended before the others is erased once, not again every night.
    """

    root: str
    id: uuid.UUID
    number: str
    org_id: int
    closed_at: datetime
    columns: int
    complete: bool
    over: tuple[str, ...] = ()


def due(now: datetime | None = None) -> list[Overdue]:
    """What is over its retention now, as the system sees it: the dry run."""
    with scope(erasure.sight()):
        return [overdue for overdue, _, _, _ in _due(now or clock.now())]


def _due(now: datetime) -> Iterator[tuple[Overdue, list[Field], bool, bool]]:
    for label, closed in erasure.roots().items():
        model = apps.get_model(label)
        held: list[Any] = [c for m in erasure.reach(label) for c in erasure.personal_columns(m)]
        done = Erasure.objects.filter(table=model._meta.db_table, row_id=OuterRef("pk"))
        terms = {c.collected.retention for c in held}
        marks = {f"done_{term}": Exists(done.filter(columns__contains=[f"*{term}"])) for term in terms}
        # no retention is over before the shortest one is; the exact day is reckoned row by row
        shortest = min((parse(c.collected.retention) for c in held), default=(0, 0))
        before = now - timedelta(days=28 * shortest[0] + shortest[1])
        rows = model.objects.filter(~Exists(done.filter(columns__contains=["*"])), **{f"{closed}__lte": before}).annotate(**marks)
        rows = rows.order_by(closed)
        for row in rows.iterator(chunk_size=500):
            ended = _ended(label, row, closed)
            over = [c for c in held if ended is not None and ends(c.collected.retention, ended) <= now]
            if ended is None or all(getattr(row, f"done_{c.collected.retention}") for c in over):
                continue
            columns = [c for c in over if c.model not in (Content, Document)]
            found = Overdue(
                label,
                row.pk,
                getattr(row, "number", ""),
                row.org_id,
                ended,
                len(over),
                len(over) == len(held),
                tuple(sorted({c.collected.retention for c in over})),
            )
            yield (
                found,
                columns,
                any(c.model is Content for c in over),
                any(c.model is Document for c in over),
            )


def _ended(label: str, row: object, closed: str) -> datetime | None:
    """When the whole family ended: a matter joined with one that still runs is not over.

    An old register's matter was closed long before it was entered: its time runs from the entry, or an import would be
    erased the night after.
    """
    ids = erasure.family(label, row.pk)  # type: ignore[attr-defined]
    family = [one for one in apps.get_model(label).objects.filter(pk__in=ids) if getattr(one, "state", "") != "merged"]
    if any(getattr(one, closed) is None for one in family):
        return None
    return max(max(getattr(one, closed), one.created_at) for one in family)


def run_due(now: datetime | None = None) -> list[Overdue]:
    """Erase what is over its retention, each record in a transaction of its own; returns what was erased. A daily job."""
    moment = now or clock.now()
    with scope(erasure.sight()):
        waiting = list(_due(moment))
    for overdue, columns, content, files in waiting:
        expire(
            erasure.sight(), root=overdue.root, root_id=overdue.id, columns=columns, content=content, files=files,
            complete=overdue.complete, over=overdue.over,
        )  # fmt: skip
    return [overdue for overdue, *_ in waiting]
