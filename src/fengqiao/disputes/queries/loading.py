"""Loading a dispute through the actor's eyes, always in one order: its matter first, then the dispute itself."""

import uuid
from typing import Any

from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.models import Deadline
from fengqiao.disputes import policies
from fengqiao.disputes.models import Dispute, Revisit
from fengqiao.disputes.rules import LIVE
from fengqiao.intake import queries as intake

REVISIT = "dispute_revisit"  # name of the stored clock until a revisit is due
CALL = "alarm_revisit"  # and of the one until the caller is asked for 满意度


def dispute_for_update(actor: Actor, dispute_id: uuid.UUID) -> tuple[Dispute, Any]:
    """The dispute and the matter it now belongs to (the survivor, when its own was joined), both locked.

    NotThere when it is not the actor's to see.
    """
    policies.may_read(actor)
    found = Dispute.objects.filter(id=dispute_id).values_list("matter_id", flat=True).first()
    if found is None:
        raise NotThere
    matter = intake.survivor(intake.matter_for_update(actor, found))
    dispute = Dispute.objects.select_for_update(no_key=True).get(id=dispute_id)
    return dispute, matter


def must_lead(actor: Actor, dispute: Dispute, matter: Any) -> None:
    """Refused when another organisation leads the dispute, or, after a join, another dispute leads the matter.

    Joining two disputes is not built yet: one of them has to be withdrawn.
    """
    if dispute.org_id not in actor.orgs:
        raise Refused("纠纷由其他单位主办，本单位可以查看和记录。", status=403)
    leading = live_on(matter.id)
    if leading is not None and leading.id != dispute.id:
        raise Refused(f"事项 {matter.number} 归并后由纠纷 {leading.number} 办理，本纠纷可撤回。")


def live_on(matter_id: uuid.UUID, tree: list[uuid.UUID] | None = None) -> Dispute | None:
    """The dispute that leads a matter: its own live one, else the oldest live one of those joined into it.

    tree  the matter and those joined into it, where the caller has them
    """
    rows = Dispute.objects.filter(matter_id__in=intake.under(matter_id) if tree is None else tree, state__in=LIVE)
    return min(rows, key=lambda one: (one.matter_id != matter_id, one.created_at, one.id), default=None)


def of_matter(matter_id: uuid.UUID) -> uuid.UUID | None:
    """The dispute that leads a matter; when all are ended, the newest of its own."""
    if live := live_on(matter_id):
        return live.id
    return Dispute.objects.filter(matter_id=matter_id).order_by("-created_at").values_list("id", flat=True).first()


def results(dispute: Dispute) -> list[str]:
    """Results of the revisits since it was last settled, oldest first."""
    rows = Revisit.objects.filter(dispute=dispute, round=dispute.round, kind="dispute").order_by("at", "id")
    return list(rows.values_list("result", flat=True))


def revisit_due(dispute_ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """When the next revisit of each is due, for those that wait for one."""
    rows = Deadline.objects.filter(rule=REVISIT, subject_id__in=dispute_ids, met_at=None, dropped_at=None)
    return dict(rows.values_list("subject_id", "due_at"))
