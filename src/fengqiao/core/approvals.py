"""The ports of approvals (`config/wiring.py`): whoever asked hears what was decided, in the decision's own transaction;
whoever keeps the shifts says who leads the running one.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fengqiao.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: `change` is what was asked for, as facts; `by` the account that decided."""

    id: uuid.UUID
    kind: str
    about: uuid.UUID
    subject: tuple[str, uuid.UUID]
    org_id: int
    change: dict[str, Any]
    granted: bool
    by: int
    asked_by: int


OnDecided = Callable[[Actor, Decided], None]
_served: dict[str, OnDecided] = {}


def serve(kind: str, on_decided: OnDecided, subject: str = "") -> None:
    """Register who carries out (or takes back) what was decided on approvals of this kind; `subject`: of such records only."""
    _served[f"{kind}/{subject}" if subject else kind] = on_decided


LeadsShift = Callable[[int], int | None]
_leads: list[LeadsShift] = []


def ask_for_leader(leads_shift: LeadsShift) -> None:
    """Register who knows the leader of the shift that runs at an organisation: its id → account, None without one."""
    _leads[:] = [leads_shift]


def shift_leader(org_id: int) -> int | None:
    """The account that leads the running shift at an organisation; None while no shift runs or nobody leads it."""
    return _leads[0](org_id) if _leads else None


def answer(actor: Actor, decided: Decided) -> None:
    """Tell whoever serves the kind; a kind nobody serves is only written down."""
    serves = _served.get(f"{decided.kind}/{decided.subject[0]}") or _served.get(decided.kind)
    if serves is not None:
        serves(actor, decided)
