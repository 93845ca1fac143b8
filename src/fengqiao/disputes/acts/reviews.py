"""复盘 (NP-28): opened by itself when a dispute flares up or becomes a case, or drawn for the monthly sample."""

import uuid
from datetime import date, timedelta
from typing import Any

from fengqiao.core import clock, notices, settings_tree
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.spine import act
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.saving import TEXT, tell
from fengqiao.disputes.models import Dispute, Review
from fengqiao.disputes.rules import reviews as rules
from fengqiao.intake import queries as intake

NOTICE = "disputes.review"


@act("开始复盘")
def open_review(actor: Actor, *, dispute_id: uuid.UUID, why: str) -> uuid.UUID:
    """Open a review of a dispute's latest round, due to be written down within days (setting disputes.review_days).

    why  rules.reviews.WHY. One that is open for the same round and reason is kept (its id is returned).
    """
    policies.may_revisit(actor)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    days = int(settings_tree.value(dispute.org_id, "disputes.review_days", default=rules.DAYS))
    found, new = Review.objects.get_or_create(
        dispute=dispute, why=why, round=dispute.round,
        defaults={"org_id": dispute.org_id, "about": matter.id, "due_on": clock.today() + timedelta(days=days)},
    )  # fmt: skip
    if new:
        text = f"纠纷 {dispute.number} {rules.WHY[why]}，请在 {found.due_on.month}月{found.due_on.day}日 前复盘"
        notices.notify(NOTICE, text, f"/disputes/{dispute.id}/", org_id=dispute.org_id, about=found.id)
    facts = {"why": why, "due_on": found.due_on.isoformat(), "round": dispute.round}
    tell(actor, dispute, matter, "of", facts, subjects=(("review", found.id, "new" if new else "of"),))
    return found.id


@act("登记复盘")
def write_review(
    actor: Actor, *, review_id: uuid.UUID, happened: str, missed: str, change: str, owner_id: int, due_on: date
) -> None:
    """Write down what happened, which chance was missed, what is changed, by whom until when."""
    policies.may_decide(actor)
    happened = written(happened, TEXT, "请写明经过。", "happened")
    missed = written(missed, TEXT, field="missed")
    change = written(change, TEXT, "请写明改进措施；不需要改进的，写明理由。", "change")
    review, dispute, matter = _review_for_update(actor, review_id)
    if review.done_at is not None:
        raise Refused("改进已完成，复盘不再修改。")
    if due_on < clock.today():
        raise Invalid({"due_on": "完成期限已过，请填今天或以后的日期。"})
    if not intake.may_own(dispute.org_id, owner_id):
        raise Invalid({"owner_id": "负责人须在本单位有有效岗位。"})
    review.happened, review.missed, review.change = happened, missed, change
    review.owner_id, review.due_on, review.written_at = owner_id, due_on, review.written_at or clock.now()
    review.version += 1
    review.save()
    facts = {"why": review.why, "due_on": due_on.isoformat(), "owner": owner_id}
    tell(actor, dispute, matter, "of", facts, change, subjects=(("review", review.id, "written"),))


@act("完成改进")
def finish_review(actor: Actor, *, review_id: uuid.UUID, text: str = "") -> None:
    """The change is made."""
    policies.may_decide(actor)
    text = written(text, TEXT)
    review, dispute, matter = _review_for_update(actor, review_id)
    if review.written_at is None:
        raise Refused("请先登记复盘的经过和改进措施。")
    if review.done_at is not None:
        raise Refused("改进已登记完成。")
    review.done_at = clock.now()
    review.version += 1
    review.save(update_fields=["done_at", "version"])
    late = clock.today() > review.due_on
    tell(actor, dispute, matter, "of", {"why": review.why, "late": late}, text, subjects=(("review", review.id, "done"),))


def _review_for_update(actor: Actor, review_id: uuid.UUID) -> tuple[Review, Dispute, Any]:
    found = Review.objects.filter(id=review_id).values_list("dispute_id", flat=True).first()
    if found is None:
        raise NotThere
    dispute, matter = queries.dispute_for_update(actor, found)
    if dispute.org_id not in actor.orgs:
        raise Refused("纠纷由其他单位主办，由主办单位复盘。", status=403)
    return Review.objects.select_for_update(no_key=True).get(id=review_id), dispute, matter
