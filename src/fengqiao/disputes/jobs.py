"""Work after the act: what was told anew may raise a dispute's level or hint at a violation sign.

`levels` is a listener: the worker hands it every sealed event of these acts once. It is idempotent by event.
"""

import uuid
from collections.abc import Sequence

from fengqiao.core.actor import Actor
from fengqiao.core.listeners import News
from fengqiao.disputes import queries
from fengqiao.disputes.acts import levels as acts
from fengqiao.disputes.acts import signs
from fengqiao.disputes.rules.levels import REPEAT
from fengqiao.intake.queries.incidents import root_of

COUNTS = {"intake.attach", "intake.mark_again", "intake.merge", "intake.unmerge", "intake.detach", "disputes.open_dispute"}
TELLS = {"intake.attach", "intake.amend", "intake.merge", "disputes.open_dispute"}
ENDS = {"disputes.close", "disputes.withdraw", "disputes.keep_up"}
LISTENS = COUNTS | TELLS | ENDS


def levels(actor: Actor, news: Sequence[News]) -> None:
    """Count occurrences anew, look for hints in the words, let lapse what waits for a signature on an ended dispute."""
    for one in news:
        if one.act in ENDS:
            for kind, ident, _ in one.subjects:
                if kind == "dispute":
                    acts.forget_waiting(actor, uuid.UUID(ident), one.act.partition(".")[2])
            continue
        matters = {one.about} | {uuid.UUID(ident) for kind, ident, _ in one.subjects if kind == "matter"}
        led = {queries.live_on(root_of(matter)) for matter in matters}
        for dispute in sorted(filter(None, led), key=lambda found: found.id):
            if one.act in COUNTS:
                acts.reconsider(actor, dispute_id=dispute.id, why=REPEAT, cause=one.id)
            if one.act in TELLS:
                signs.suggest(actor, dispute.id)
