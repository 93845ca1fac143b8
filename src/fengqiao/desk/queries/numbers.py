"""A number typed into the search box: which record does it name?"""

from collections.abc import Callable
from uuid import UUID

from fengqiao.core.actor import Actor
from fengqiao.core.rules import BadInput, numbering
from fengqiao.disputes import queries as disputes
from fengqiao.intake.queries import lookup
from fengqiao.promises import policies as promise_policies
from fengqiao.promises.models import Promise
from fengqiao.tasks import policies as task_policies
from fengqiao.tasks.models import Task


def is_number(text: str) -> bool:
    """Is this a number of ours (接报回执, 事项, 矛盾纠纷, 流转, 指令, 文号), as people type it?"""
    return _read(text) is not None


def address_of(actor: Actor, text: str) -> str:
    """Address of the record a typed number names; "" when it is none, or not the actor's to see."""
    number = _read(text)
    if number is None:
        return ""
    if isinstance(number, numbering.PaperNumber):
        return _matter(lookup.matter_by_paper(actor, number))
    find = FINDERS.get(number.series)
    return find(actor, str(number)) if find else ""


def _read(text: str) -> numbering.ShortNumber | numbering.PaperNumber | None:
    for read in (numbering.parse_number, numbering.parse_paper_number):
        try:
            return read(text)
        except BadInput:
            continue
    return None


def _matter(ident: UUID | None) -> str:
    return f"/matters/{ident}/" if ident else ""


def _promise(actor: Actor, number: str) -> str:
    """The newest hop of a hand-over; a joint one has several under one number."""
    rows = Promise.objects.filter(promise_policies.visible_to(actor), number=number)
    ident = rows.order_by("-created_at").values_list("id", flat=True).first()
    return f"/promises/{ident}/" if ident else ""


def _task(actor: Actor, number: str) -> str:
    ident = Task.objects.filter(task_policies.visible_to(actor), number=number).values_list("id", flat=True).first()
    return f"/tasks/{ident}/" if ident else ""


def _dispute(actor: Actor, number: str) -> str:
    for org in ("", "shared"):
        found = disputes.found(actor, disputes.Filter(number=number, org=org), size=1).rows
        if found:
            return f"/disputes/{found[0].id}/"
    return ""


FINDERS: dict[str, Callable[[Actor, str], str]] = {
    "J": lambda actor, number: _matter(lookup.report_by_receipt(actor, number)),
    "S": lambda actor, number: _matter(lookup.matter_by_number(actor, number)),
    "D": _dispute,
    "L": _promise,
    "Z": _task,
}
