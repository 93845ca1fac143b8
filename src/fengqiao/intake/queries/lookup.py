"""Finding matters by what somebody holds in hand: ids from a clock, a number on a paper, an id card or a phone."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from fengqiao.core import access, crypto
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid
from fengqiao.core.models import PaperNumber
from fengqiao.core.rules import BadInput, identity
from fengqiao.core.rules.numbering import PaperNumber as Words
from fengqiao.intake import policies
from fengqiao.intake.models import ColumnMapping, Matter, Party, Report
from fengqiao.intake.queries.lists import COLUMNS, Row, _shown, parties_of
from fengqiao.intake.rules import hide_names

KEYS: dict[str, Callable[[str], Any]] = {"id": identity.citizen_id, "phone": identity.phone}
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Label:
    """A matter as other pages name it."""

    id: uuid.UUID
    number: str
    title: str
    owner_id: int | None
    owner: str


def labels(actor: Actor, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Label]:
    """Those of the given matters the actor may see, by id, parties' names masked in their titles; two queries."""
    rows = policies.scoped(actor, Matter.objects.filter(id__in=list(ids)))
    taken = list(rows.values_list("id", "number", "title", "owner_id", "owner__name"))
    names = parties_of([row[0] for row in taken])
    return {row[0]: Label(row[0], row[1], hide_names(row[2], (n for _, n in names.get(row[0], []))), row[3], row[4] or "") for row in taken}


def report_by_receipt(actor: Actor, receipt: str) -> uuid.UUID | None:
    """The matter of a 接报回执 number, when it is the actor's to see."""
    row = Report.objects.filter(receipt=receipt).values_list("matter_id", flat=True).first()
    return row if row and labels(actor, [row]) else None


def matter_by_number(actor: Actor, number: str) -> uuid.UUID | None:
    """The matter of a 事项编号, when it is the actor's to see."""
    found = policies.scoped(actor, Matter.objects.filter(number=number)).values_list("id", flat=True)
    return found.first()


def matter_by_paper(actor: Actor, words: Words) -> uuid.UUID | None:
    """The matter a 文号 was given for, when the actor may see it. Units are told apart by their short name in the number."""
    rows = PaperNumber.objects.filter(kind=words.kind, year=words.year, n=words.seq)
    rows = rows.filter(org__name__startswith=words.unit) if words.unit else rows
    about = rows.values_list("about", flat=True).first()
    return about if about and labels(actor, [about]) else None


def key_kind(text: str) -> str:
    """Is this a whole id number ("id") or a telephone number ("phone")? "" for anything else."""
    for kind, read in KEYS.items():
        try:
            found = read(text)
        except BadInput:
            continue
        # a short code (110, 12345) is an office, not a person
        return "" if getattr(found, "kind", "") == "short" else kind
    return ""


def found_by_key(actor: Actor, value: str, purpose: str) -> list[Row]:
    """Matters a whole id number or phone occurs in, newest first, of the actor's organisations.

    The look-up goes through the keyed hash and writes its access line (action lookup) before the answer, also when
    nothing is found. Police posts only, and never without a purpose: Forbidden, Invalid, Refused.
    """
    policies.need(actor, policies.DECIDES, "按证件号码或电话查找由民警、所领导或综合指挥室办理。")
    kind = key_kind(value)
    if not kind:
        raise Invalid({"key": "请填写完整的公民身份号码或电话号码。"})
    if len(purpose.strip()) < 4:
        raise Invalid({"purpose": "请写明查找事由，至少四个字。"})
    read = KEYS[kind](value)
    mark = crypto.keyed_hash(kind, str(getattr(read, "canonical", read)))
    access.opened(actor, "lookup", None, purpose, [f"{kind}_hash"], action="lookup")
    here = Q(org_id__in=actor.orgs)
    matters = Party.objects.filter(here, **{f"{kind}_hash": mark}).values("matter_id")
    rows = policies.scoped(actor, Matter.objects.filter(here, id__in=matters).exclude(state="merged"))
    return _shown(list(rows.order_by("-last_at", "-id").values(*COLUMNS)[:SHOWN]))


def mappings(actor: Actor) -> list[dict[str, object]]:
    """How files of known headings are read, as remembered by the actor's organisations, newest first."""
    policies.need(actor, policies.IMPORTS, "当前岗位不能导入文件。")
    rows = ColumnMapping.objects.filter(org_id__in=actor.orgs).select_related("org").order_by("-updated_at", "-id")
    return [
        {"org": row.org.name, "mapping": row.mapping, "updated_at": row.updated_at, "fingerprint": row.fingerprint[:8]}
        for row in rows[:200]
    ]
