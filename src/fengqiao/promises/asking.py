"""A hand-over that waits for a signature (station-day 3): asked for, sent when granted, left as it was when refused.

What is asked for travels with the approval: codes and ids as its facts, the words for the other side as its reason. The
front door and the disputes ask for theirs with `ask`; a returned hop that is sent on is asked for here.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fengqiao.core.actor import Actor
from fengqiao.core.acts import approvals as core
from fengqiao.core.approvals import Decided
from fengqiao.core.errors import Refused
from fengqiao.core.queries import approvals
from fengqiao.core.spine import act, record
from fengqiao.promises import acts, queries, rules

LINES = ("handover", "transfer")  # of the approvals table


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of a hand-over: sent (`promise_id`), or waiting for a signature (`approval_id`)."""

    promise_id: uuid.UUID | None = None
    approval_id: uuid.UUID | None = None

    @property
    def said(self) -> str:
        """As the page says it."""
        return "已提请审批，同意后发出。急需的可电话请示。" if self.approval_id else "已发出，待对方签收。"


def ask(
    actor: Actor, *, about: uuid.UUID, subject: tuple[str, uuid.UUID], name: str, url: str, org_id: int, to_org_id: int, kind: str,
    text: str, channel: str = "", due_at: datetime | None = None,
) -> uuid.UUID:  # fmt: skip
    """Ask for the signature, part of the caller's act; the approval's id. `name`: kind and number of what is handed over."""
    to = acts.check(actor, to_org_id=to_org_id, kind=kind, text=text, channel=channel, org_id=org_id)
    change = {"to": to_org_id, "kind": kind, "channel": channel, "due_at": due_at.isoformat() if due_at else None}
    return core.ask(
        actor, kind=rules.SIGNED_BY[kind], about=about, subject=subject, org_id=org_id, change=change, reason=text,
        text=f"{name} {rules.KINDS[kind]}至{to}", url=url,
    )  # fmt: skip


def given(decided: Decided) -> dict[str, Any]:
    """What was asked for, as the sending acts take it. Refused when its words were erased meanwhile."""
    words = approvals.asked_words(decided.id)
    if not words:
        raise Refused("提请的内容已依法删除，请重新提请。")
    change: Mapping[str, Any] = decided.change
    due = datetime.fromisoformat(change["due_at"]) if change.get("due_at") else None
    return {"to_org_id": change["to"], "kind": change["kind"], "channel": change["channel"], "due_at": due, "signed": decided.id, "words": words}


@act("提请另行流转")
def ask_to_send_on(
    actor: Actor, *, about: uuid.UUID, again: uuid.UUID, to_org_id: int, kind: str, text: str, channel: str = "",
    due_at: datetime | None = None,
) -> uuid.UUID:  # fmt: skip
    """A returned hop goes on to the next organisation once it is signed; its clock runs on meanwhile."""
    before = queries.to_move(actor, again, "send_again")
    if before.about != about or before.state != "returned":
        raise Refused("退回的流转才能另行流转。")
    asked = ask(
        actor, about=about, subject=("promise", before.id), name=before.about_number, url=f"/promises/{before.id}/",
        org_id=before.org_id, to_org_id=to_org_id, kind=kind, text=text, channel=channel, due_at=due_at,
    )  # fmt: skip
    facts = {"number": before.number, "kind": kind, "channel": channel, "to": to_org_id, "asked": True}
    record(actor, about=about, subjects=[("promise", before.id, "asked")], facts=facts, org_id=before.org_id)
    return asked


def on_decided(actor: Actor, decided: Decided) -> None:
    """Served in `core.approvals` for hops: granted, it is sent on; refused, it stays returned; turned, it is recalled."""
    if decided.granted:
        got = given(decided)
        acts.send(actor, about=decided.about, again=decided.subject[1], text=got.pop("words"), **got)
    else:
        take_back(actor, decided)


def take_back(actor: Actor, decided: Decided) -> None:
    """A call that was not so (补签: 不符) after it was sent: recalled, unless the other side accepted it already."""
    if sent := queries.to_recall(decided.about, decided.id):
        acts.recall(actor, promise_id=sent, text="审批人补签时说明与通话不符，撤回。")
