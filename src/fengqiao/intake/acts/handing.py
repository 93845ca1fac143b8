"""What a hand-over's moves do to the matter: the port `promises` calls in its own transaction."""

import uuid

from fengqiao.core.actor import Actor
from fengqiao.core.spine import act, record
from fengqiao.intake import queries
from fengqiao.promises.ports import Change


@act("变更主办单位")
def move_to(actor: Actor, *, matter_id: uuid.UUID, org_id: int) -> None:
    """The other organisation accepted: the matter and what belongs to it are now led there, waiting to be sorted.

    The sender keeps its share (promises sees to that), so it can follow its own promise.
    """
    matter = queries.matter_for_update(actor, matter_id)
    old = {"org": matter.org_id, "state": matter.state, "owner": matter.owner_id}
    matter.owner_id = None
    matter.state = "waiting"
    queries.move_org(matter, org_id)
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "moved")],
        facts={"old": old, "new": {"org": org_id, "state": "waiting", "owner": None}},
        org_id=org_id,
    )


@act("退回本单位")
def take_back(actor: Actor, *, matter_id: uuid.UUID, why: str) -> None:
    """It came back (returned, recalled, answered): with its owner, or in the queue of what waits, at once."""
    matter = queries.matter_for_update(actor, matter_id)
    old, new = matter.state, "open" if matter.owner_id else "waiting"
    if old == "handed":
        matter.state = new
        matter.version += 1
        matter.save(update_fields=["state", "version"])
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "back")],
        facts={"old": old, "new": matter.state, "why": why},
        org_id=matter.org_id,
    )


def follow(actor: Actor, change: Change, move: str) -> None:
    """Registered with `promises`: an accepted transfer moves the matter, anything that ends a hop brings it back.

    With several offices at work (三办), it comes back when the last of them has answered or returned.
    """
    if move == "accept" and change.gives_away:
        move_to(actor, matter_id=change.about, org_id=change.to_org_id)
    elif move in ("return", "recall", "answer") and not queries.still_out(actor, change.about, change.id):
        take_back(actor, matter_id=change.about, why=move)
