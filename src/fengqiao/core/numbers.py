"""Numbers are given here: receipts and matters from sequences, legal papers from a locked counter.

How they are written is `core.rules.numbering`. Receipts and matters may skip a number (a rolled-back act
takes its number with it); a paper's number may not: its counter row is locked until the act commits, so an act that
fails gives its number back. Call these inside an act.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from fengqiao.core import clock, settings_tree
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.loading import locked
from fengqiao.core.models import Organisation, PaperNumber
from fengqiao.core.rules import numbering
from fengqiao.core.statements import ask

VOID_REASONS = {
    "misprint": "打印或填写错误",
    "withdrawn": "撤回未送达",
    "replaced": "另制新文书",
    "duplicate": "重复编号",
    "unused": "预留未用",
}

# The counter starts with 1; whoever comes second waits here for the first one's commit or rollback.
_NEXT = """
INSERT INTO core_counter (org_id, kind, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (org_id, kind, year) DO UPDATE SET last = core_counter.last + 1 RETURNING last
"""


@dataclass(frozen=True, slots=True)
class Paper:
    """A number given to a paper. `words` is the 文号 as printed, e.g. 枫公（城关）接报字〔2026〕12号."""

    id: uuid.UUID
    words: str
    n: int
    year: int
    kind: str
    about: uuid.UUID
    voided_at: datetime | None = None
    void_reason: str = ""


def receipt_number(zone: str, day: date | None = None) -> str:
    """The next 接报回执号 of this zone, for `day` (default today): unique, rising, with a check character."""
    return next_number("core_receipt_number", numbering.RECEIPT, zone, day)


def matter_number(zone: str, day: date | None = None) -> str:
    """The next 事项编号 of this zone, for `day` (default today)."""
    return next_number("core_matter_number", "S", zone, day)


def next_number(sequence: str, series: str, zone: str, day: date | None = None) -> str:
    """The next number of `series` (a key of numbering.SERIES) from a PostgreSQL sequence an app's migration made.

    The sequence runs on over months and years, so that numbers stay unique and rising.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        seq = cursor.fetchone()[0]
    return numbering.short_number(series, day or clock.today(), zone, seq)


def report_and_matter(zone: str) -> tuple[str, str]:
    """A receipt number and a matter number in one go: the hot path of the front door."""
    [(receipt, matter)] = ask("SELECT nextval('core_receipt_number'), nextval('core_matter_number')")
    day = clock.today()
    return numbering.receipt_number(day, zone, receipt), numbering.matter_number(day, zone, matter)


def next_numbers(sequence: str, series: str, zone: str, count: int, day: date | None = None) -> list[str]:
    """`count` numbers of a series at once, rising: for an import's batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return [numbering.short_number(series, day or clock.today(), zone, row[0]) for row in cursor.fetchall()]


def paper_number(actor: Actor, kind: str, about: uuid.UUID) -> Paper:
    """Give the next 文号 of the actor's station (or office), this kind and this year; without a gap.

    kind   the word in front of 字 (vocabulary paper_kinds: 接报, 移送, 调解 …)
    about  the matter the paper belongs to; who may see it, sees the number
    Nobody else of the same station gets a number of this kind until the transaction ends: take it late in the act.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a paper's number outside a transaction would leave a gap when the paper fails")
    org_id, year = actor.station_id or actor.org_id, clock.today().year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [org_id, kind, year])
        n = cursor.fetchone()[0]
    row = PaperNumber.objects.create(
        org_id=org_id, kind=kind, year=year, n=n, about=about, given_at=clock.now()
    )
    return _paper(row, _heads(org_id))


@dataclass(frozen=True, slots=True)
class Reserved:
    """Numbers one after the other that are given and not used yet. `words` is the 文号 with {n} for the number."""

    kind: str
    year: int
    first: int
    last: int
    words: str


_RESERVE = """
INSERT INTO core_counter (org_id, kind, year, last) VALUES (%s, %s, %s, %s)
ON CONFLICT (org_id, kind, year) DO UPDATE SET last = core_counter.last + excluded.last RETURNING last
"""


def reserve(actor: Actor, kind: str, count: int, holder: uuid.UUID) -> Reserved:
    """Give `count` numbers of the actor's station to a holder (a phone) that will number papers without a line.

    They stand in the register under the holder until `use` names their matter, or `void_unused` voids them: no hole.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("numbers outside a transaction would leave a gap when the act fails")
    org_id, year = actor.station_id or actor.org_id, clock.today().year
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [org_id, kind, year, count])
        last = cursor.fetchone()[0]
    first = last - count + 1
    PaperNumber.objects.bulk_create(
        PaperNumber(org_id=org_id, kind=kind, year=year, n=n, about=holder, given_at=clock.now()) for n in range(first, last + 1)
    )
    words = str(numbering.PaperNumber(*_heads(org_id), kind, year, first))
    head, _, tail = words.rpartition(str(first))
    return Reserved(kind, year, first, last, f"{head}{{n}}{tail}")


def use(actor: Actor, kind: str, year: int, n: int, holder: uuid.UUID, about: uuid.UUID) -> Paper:
    """A reserved number got its paper: from now on it belongs to the matter `about`.

    Errors: NotThere for a number the holder was not given; Refused when it was used or voided before.
    """
    rows = PaperNumber.objects.select_for_update(no_key=True).filter(org_id__in=actor.orgs, kind=kind, year=year, n=n)
    row = rows.filter(about__in=[holder, about]).first()
    if row is None:
        raise NotThere("这个文号没有预留给这部手机。")
    if row.voided_at or row.about != holder:
        raise Refused("这个文号已经用过或已作废。")
    row.about = about
    row.save(update_fields=["about"])
    return _paper(row, _heads(row.org_id))


def void_unused(actor: Actor, kind: str, year: int, first: int, last: int, holder: uuid.UUID) -> int:
    """Void what a holder did not use of its numbers; they stay listed. Returns how many."""
    rows = PaperNumber.objects.filter(org_id__in=actor.orgs, kind=kind, year=year, n__gte=first, n__lte=last, about=holder, voided_at=None)
    return rows.update(voided_at=clock.now(), void_reason="unused")


def void(actor: Actor, paper_id: uuid.UUID, reason: str) -> Paper:
    """Void a number of one's own station. It stays listed and is never given again.

    reason  a key of VOID_REASONS. NotThere when it is not the actor's; Refused when it was voided before.
    """
    if reason not in VOID_REASONS:
        raise Refused("请从列表中选择作废原因。", status=422)
    row = locked(PaperNumber.objects.filter(org_id__in=actor.orgs), id=paper_id)
    if row.voided_at:
        raise Refused("该文号已经作废。")
    row.voided_at, row.void_reason = clock.now(), reason
    row.save(update_fields=["voided_at", "void_reason"])
    return _paper(row, _heads(row.org_id))


def voided(actor: Actor, org_id: int, kind: str, year: int) -> list[Paper]:
    """The voided numbers of one organisation, kind and year, in order; empty for an organisation not the actor's."""
    return [paper for paper in given(actor, org_id, kind, year) if paper.voided_at]


def given(actor: Actor, org_id: int, kind: str, year: int) -> list[Paper]:
    """Every number of one organisation, kind and year, voided ones included: 1, 2, 3 … without a gap."""
    if org_id not in actor.orgs:
        return []
    heads = _heads(org_id)
    return [
        _paper(row, heads)
        for row in PaperNumber.objects.filter(org_id=org_id, kind=kind, year=year).order_by("n")
    ]


def _paper(row: PaperNumber, heads: tuple[str, str]) -> Paper:
    words = str(numbering.PaperNumber(*heads, row.kind, row.year, row.n))
    return Paper(row.id, words, row.n, row.year, row.kind, row.about, row.voided_at, row.void_reason)


def _heads(org_id: int) -> tuple[str, str]:
    """机关代字 and unit: 枫溪县公安局 → 枫公 (or the setting paper.bureau), 城关派出所 → 城关.

    An office outside the police stands under its own name.
    """
    org = Organisation.objects.get(id=org_id)
    above = Organisation.objects.filter(id__in=org.lineage, name__contains="公安").order_by("id")
    bureau = next((o.name for o in above if o.kind in ("county", "bureau")), "")
    if not bureau:
        return org.name, ""
    head = settings_tree.value(org_id, "paper.bureau", default=f"{bureau[0]}公")
    return head, "" if org.name == bureau else org.name.removesuffix("派出所").removesuffix("所")
