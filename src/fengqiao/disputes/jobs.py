"""What disputes do by themselves: after an act, and every morning.

`levels` is a listener: the worker hands it every sealed event of these acts once. It is idempotent by event. What was told
anew may raise a dispute's level or hint at a violation sign. In the morning what is over time is found, both sides are
reminded, the monthly sample is drawn; each is safe to repeat: what was found, written or drawn before is left alone.
"""

import logging
import uuid
from collections.abc import Sequence

from procrastinate.contrib.django import app

from fengqiao.core import clock, sending, settings_tree
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Problem
from fengqiao.core.listeners import News
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.disputes import acts, queries
from fengqiao.disputes.acts import levels as raising
from fengqiao.disputes.acts import signs
from fengqiao.disputes.rules import reviews
from fengqiao.disputes.rules.levels import REPEAT
from fengqiao.intake.queries.incidents import root_of

log = logging.getLogger(__name__)
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
                    raising.forget_waiting(actor, uuid.UUID(ident), one.act.partition(".")[2])
            continue
        matters = {one.about} | {uuid.UUID(ident) for kind, ident, _ in one.subjects if kind == "matter"}
        led = {queries.live_on(root_of(matter)) for matter in matters}
        for dispute in sorted(filter(None, led), key=lambda found: found.id):
            if one.act in COUNTS:
                raising.reconsider(actor, dispute_id=dispute.id, why=REPEAT, cause=one.id)
            if one.act in TELLS:
                signs.suggest(actor, dispute.id)


def find_breaches() -> int:
    """Say of every obligation newly over time that it is; returns how many."""
    actor, found = system_actor("履行提醒"), 0
    with scope(actor):
        late = queries.newly_overdue(actor)
    for one in late:
        try:
            acts.breach(actor, obligation_id=one)
            found += 1
        except Problem as problem:  # performed or replaced in between
            log.info("obligation %s: %s", one, problem.message)
    return found


def remind() -> int:
    """Write the reminders that are due today into the outbox; returns how many messages."""
    actor, written = system_actor("履行提醒"), 0
    with scope(actor):
        due = list(queries.to_remind(actor))
    for one, stage in due:
        try:
            written += acts.remind(actor, obligation_id=one, stage=stage)
        except Problem as problem:
            log.info("obligation %s: %s", one, problem.message)
    return written


def sample_reviews() -> int:
    """Draw some of last month's closed red and orange disputes of each station for a review; returns how many are new.

    Setting disputes.review_sample: how many a month. Drawn by a hash of month and id, so the same whenever it runs.
    """
    actor, drawn = system_actor("每月抽查"), 0
    start, end = reviews.previous_month(clock.today())
    with scope(actor):
        closed = queries.closed_serious(actor, start, end)
        number = {org: int(settings_tree.value(org, "disputes.review_sample", default=reviews.SAMPLE)) for org in closed}
        seen = queries.sampled([one for ids in closed.values() for one in ids])
    for org, ids in closed.items():
        for one in reviews.sample(ids, start, number[org]):
            if one not in seen:
                acts.open_review(actor, dispute_id=one, why="sample")
                drawn += 1
    return drawn


def morning() -> None:
    """All of it, in order."""
    find_breaches()
    remind()
    sample_reviews()
    sending.deliver()


@app.periodic(cron="0 23 * * *")
@app.task(name="disputes.morning", queueing_lock="disputes.morning", pass_context=False)
def every_morning(timestamp: int) -> None:
    """At 07:00 in Shanghai, before the morning meeting. `timestamp`: the moment it was due (seconds since 1970)."""
    morning()
