"""Reads of forms and filings: what a form holds, what it comes to filled, what changed since it was signed."""

import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

from fengqiao.core import clock, documents, figures
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere
from fengqiao.core.figures import Difference, Row
from fengqiao.core.loading import locked
from fengqiao.core.models import Document, Organisation
from fengqiao.core.rules.periods import Period
from fengqiao.insight import policies
from fengqiao.insight.models import Evidence, Filing, Form
from fengqiao.insight.queries.numbers import Numbers, codes, known
from fengqiao.insight.rules import files
from fengqiao.insight.rules.files import BadForm
from fengqiao.insight.rules.marks import Look
from fengqiao.insight.rules.marks import read as read_mark
from fengqiao.insight.rules.states import KINDS, STATES
from fengqiao.places import queries as places

MOST = 200  # forms or filings on a page


def look(actor: Actor, file_name: str, data: bytes) -> Look:
    """What stands in a form that was handed in. Invalid({"file": …}) when it cannot be used at all."""
    try:
        suffix = files.checked(file_name, data)
        return _filler(suffix).look(data, known(actor))
    except BadForm as error:
        raise Invalid({"file": f"{error}。"}) from error


def _filler(suffix: str) -> Any:
    """What reads and fills forms of this kind; its library is loaded when it is used."""
    return import_module(f"fengqiao.insight.rules.{'workbooks' if suffix == 'xlsx' else 'letters'}")


@dataclass(frozen=True, slots=True)
class Made:
    """A filled form: its bytes, the figures by address, the rows they were counted from."""

    data: bytes
    cells: list[dict[str, Any]]
    org_ids: list[int]
    read: dict[tuple[str, str, bool], list[Row]]


def filled(actor: Actor, form: Form, org_id: int, period: Period) -> Made:
    """The form filled for these days. Invalid when a mark is no longer known or a register is too long."""
    data = documents.plain_bytes(Document.objects.get(id=form.document_id))
    numbers = Numbers(actor, period, org_id, actor.name)
    try:
        words = known(actor)
        numbers.expect(read_mark(text, words) for _, text in form.marks)
        done, told = _filler(form.suffix).fill(data, words, numbers.told, numbers.repeats)
    except ValueError as error:
        raise Invalid({"form": f"{error}。"}) from error
    cells = [
        {
            "at": at, "mark": mark.text, "text": line.text, "figure": mark.figure, "part": mark.part, "shift": mark.shift,
            "grouped": mark.by == "org", "change": mark.change, "by": line.by, "code": line.code, "line": line.name,
        }
        for at, mark, line in told
        if mark.figure and mark.what != "register"
    ]  # fmt: skip
    return Made(done, cells, numbers.org_ids, numbers.read)


def may_count(actor: Actor, org_id: int) -> None:
    """NotThere for an organisation whose figures are not the actor's."""
    figures.within(actor, org_id)


def form_for_update(actor: Actor, form_id: uuid.UUID) -> Form:
    """A form of the actor's organisations, locked. NotThere otherwise."""
    policies.may_read(actor)
    return locked(Form.objects.filter(org_id__in=actor.orgs), id=form_id)


def filing_for_update(actor: Actor, filing_id: uuid.UUID) -> Filing:
    """A filing of the actor's organisations, locked. NotThere otherwise."""
    policies.may_read(actor)
    return locked(Filing.objects.select_related("form").filter(org_id__in=actor.orgs), id=filing_id)


def days(filing: Filing) -> str:
    """The filing's period in words."""
    return Period(filing.first, filing.last, filing.as_of).words


def forms(actor: Actor) -> list[dict[str, Any]]:
    """Forms in use, newest first."""
    policies.may_read(actor)
    rows = Form.objects.filter(org_id__in=actor.orgs, ended_at=None).select_related("org", "kept_by").order_by("-created_at")[:MOST]
    return [_form(row) for row in rows]


def _form(row: Form) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "kind": row.kind, "kind_word": KINDS[row.kind], "suffix": row.suffix, "org": row.org.name,
        "marks": row.marks, "kept_by": row.kept_by.name, "kept_at": row.created_at, "ended_at": row.ended_at, "document_id": row.document_id,
    }  # fmt: skip


def form(actor: Actor, form_id: uuid.UUID) -> dict[str, Any]:
    """One form. NotThere when it is not the actor's."""
    policies.may_read(actor)
    row = Form.objects.filter(id=form_id, org_id__in=actor.orgs).select_related("org", "kept_by").first()
    if row is None:
        raise NotThere
    return _form(row)


def form_file(actor: Actor, form_id: uuid.UUID) -> tuple[str, bytes]:
    """The empty form: file name and bytes. It holds nothing about anybody, so no access line is written."""
    held = Document.objects.get(id=form(actor, form_id)["document_id"])
    return held.name, documents.plain_bytes(held)


def filings(actor: Actor, form_id: uuid.UUID | None = None) -> list[dict[str, Any]]:
    """Filings, newest first, voided ones left out."""
    policies.may_read(actor)
    rows = Filing.objects.filter(org_id__in=actor.orgs).exclude(state="void").select_related("form", "org", "drafted_by", "signed_by")
    rows = rows.filter(form_id=form_id) if form_id else rows
    return [_filing(row) for row in rows.order_by("-created_at", "-id")[:MOST]]


def _filing(row: Filing) -> dict[str, Any]:
    return {
        "id": row.id, "form_id": row.form_id, "form": row.form.name, "kind_word": KINDS[row.form.kind], "org_id": row.org_id, "org": row.org.name,
        "days": days(row), "first": row.first, "last": row.last, "as_of": row.as_of, "state": row.state, "state_word": STATES[row.state],
        "drafted_by": row.drafted_by.name, "drafted_at": row.created_at, "signed_by": row.signed_by.name if row.signed_by else "",
        "frozen_at": row.frozen_at, "sent_at": row.sent_at, "sent_to": row.sent_to, "sha256": row.sha256, "cells": row.cells,
        "document_id": row.document_id, "approval_id": row.approval_id,
    }  # fmt: skip


def filing(actor: Actor, filing_id: uuid.UUID) -> dict[str, Any]:
    """One filing. NotThere when it is not the actor's."""
    policies.may_read(actor)
    rows = Filing.objects.filter(id=filing_id, org_id__in=actor.orgs)
    row = rows.select_related("form", "org", "drafted_by", "signed_by").first()
    if row is None:
        raise NotThere
    return _filing(row)


def filed(actor: Actor, filing_id: uuid.UUID) -> tuple[str, bytes]:
    """The filled form: file name and bytes, after an access line was written."""
    held, data = documents.read(actor, filing(actor, filing_id)["document_id"], "下载报表")
    return held.name, data


@dataclass(frozen=True, slots=True)
class Kept:
    """What a filing's figure was counted from, as it stood: one line each."""

    figure: str
    shift: str
    grouped: bool
    digest: str
    lines: list[str]

    @property
    def name(self) -> str:
        return figures.figure(self.figure).name


def kept(actor: Actor, filing_id: uuid.UUID, key: str = "", shift: str = "", grouped: bool | None = None) -> list[Kept]:
    """The snapshots of a filing, or the one of a figure."""
    filing(actor, filing_id)
    rows = Evidence.objects.filter(filing_id=filing_id).order_by("id")
    if key:
        rows = rows.filter(figure=key, shift=shift, grouped=bool(grouped))
    return [
        Kept(row.figure, row.shift, row.grouped, row.digest, zlib.decompress(bytes(row.lines)).decode().splitlines()) for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one figure of a filing since: nothing (`difference` is empty), or which things came, went, changed."""

    kept: Kept
    period: str
    then: str
    now: str
    difference: Difference


def changes(actor: Actor, filing_id: uuid.UUID, at: datetime | None = None) -> Iterator[Change]:
    """Each figure of a filing counted again as known at `at` (default now): what changed since, by name.

    With `at` the filing's own `as_of` every difference is empty: the print of then can be made again (MS2).
    """
    filing(actor, filing_id)
    row = Filing.objects.get(id=filing_id)
    numbers = Numbers(actor, Period(row.first, row.last, at or clock.now()), row.org_id)
    then_kept = kept(actor, filing_id)
    numbers.wanted = {(one.figure, one.shift, one.grouped) for one in then_kept}
    for one in then_kept:
        figure = figures.figure(one.figure)
        rows = numbers.rows(one.figure, one.shift, one.grouped)
        period = numbers.shifted(one.shift)
        then = figures.count(figure, [parsed(line) for line in one.lines])
        difference = figures.compare(one.lines, [row.line for row in rows])
        yield Change(one, period.words, then.words(), figures.count(figure, rows).words(), difference)


def parsed(line: str) -> Row:
    """A snapshot's line as a row: enough to count it and to find it."""
    ident, number, part, value, event, told = line.split("|")
    more = dict(one.split("=", 1) for one in told.split(",") if one)
    nobody, number_of_unit = uuid.UUID(int=0), int(more.pop("org", 0))
    return Row(
        uuid.UUID(ident), number, nobody, datetime.min.replace(tzinfo=UTC), part, uuid.UUID(event), number_of_unit,
        float(value) if value else None, more,
    )  # fmt: skip


def counted(actor: Actor, filing_id: uuid.UUID, cell: dict[str, Any]) -> tuple[list[Row], str]:
    """The rows one figure of a filing was counted from, as they stood, of its part and its line of a breakdown; their snapshot's digest."""
    [snapshot] = kept(actor, filing_id, cell["figure"], cell["shift"], cell["grouped"])
    rows = [parsed(line) for line in snapshot.lines]
    if cell["code"]:
        communities = {str(grid): found for grid, found in places.communities().items()} if cell["by"] == "grid" else {}
        rows = [row for row in rows if cell["code"] in codes(row, cell["by"], communities)]
    return [row for row in rows if not cell["part"] or row.part == cell["part"]], snapshot.digest


def organisations(actor: Actor) -> list[tuple[int, str]]:
    """Whose figures the actor may ask for: stations and what stands above them, never desks and teams; in the tree's order."""
    rows = Organisation.objects.filter(id__in=actor.orgs, kind__in=("bureau", "county", "branch", "station"))
    return [(row.pk, row.name) for row in rows.order_by("lineage")]


def default_period(today: date) -> tuple[date, date]:
    """The month so far; the whole month before on its first three days, when last month's reports are written."""
    if today.day <= 3:
        last = today.replace(day=1).fromordinal(today.replace(day=1).toordinal() - 1)
        return last.replace(day=1), last
    return today.replace(day=1), today
