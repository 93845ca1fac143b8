"""What every act on a dispute does alike: is the page still fresh, the move, the save, the event."""

import uuid
from datetime import datetime
from typing import Any

from fengqiao.core.actor import Actor
from fengqiao.core.errors import Refused, Stale
from fengqiao.core.spine import record
from fengqiao.disputes import rules
from fengqiao.disputes.models import Dispute

TEXT, REASON = 5000, 500  # characters of free text


def fresh(dispute: Dispute, version: int | None, wish: str) -> None:
    """Stale when somebody else moved the dispute since the page with that version was made.

    wish  what was to be done now, in the officer's word
    """
    if version is not None and version != dispute.version:
        raise Stale({"纠纷状态": rules.word(dispute.state, dispute.outcome)}, {"纠纷状态": f"拟{wish}（未保存）"})


def move(dispute: Dispute, to: str) -> None:
    """To another state, if the table allows it."""
    if not rules.may_move(dispute.state, to):
        raise Refused(f"纠纷{rules.word(dispute.state, dispute.outcome)}，不能转为{rules.STATES[to]}。")
    dispute.state = to


def save(dispute: Dispute, *fields: str) -> None:
    """Save these fields; the version counts on."""
    dispute.version += 1
    dispute.save(update_fields=[*fields, "version"])


def tell(
    actor: Actor, dispute: Dispute, matter: Any, how: str, facts: dict[str, Any], text: str = "", *, shared: bool = False,
    subjects: tuple[tuple[str, uuid.UUID, str], ...] = (), occurred: datetime | None = None,
) -> uuid.UUID:  # fmt: skip
    """The running act's event. Free words go where those of the writer's trade may read them.

    subjects  further records it is about; occurred: when it happened, if that was earlier
    """
    compartment = "shared" if shared else "police" if actor.is_police or actor.is_system else "mediator"
    return record(
        actor,
        about=matter.id,
        subjects=[("dispute", dispute.id, how), ("matter", matter.id, "of"), *subjects],
        facts={"dispute": dispute.number, **facts},
        content={compartment: {"text": text}} if text else None,
        occurred=(occurred, occurred) if occurred else None,
        org_id=dispute.org_id,
    )

