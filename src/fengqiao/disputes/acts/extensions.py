"""延长期限 (station-day 3): the limit of a case is prolonged by the organ the law names, through the table of approvals.

Asked for by the station, granted by the organ above; what was granted is counted into the clock (`queries.law`).
"""

import uuid

from fengqiao.core.actor import Actor
from fengqiao.core.acts import approvals as core
from fengqiao.core.approvals import Decided
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.spine import act
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.saving import REASON, tell
from fengqiao.disputes.queries import law
from fengqiao.disputes.rules.due import CASE, EACH


@act("提请延长期限")
def ask_extension(actor: Actor, *, dispute_id: uuid.UUID, days: int, text: str) -> uuid.UUID:
    """Ask the organ above for `days` more for the case behind this dispute; the approval's id. The clock runs on meanwhile.

    Refused when no such clock runs, or beyond what a 已核 rule allows in all (a 待核 one only advises).
    """
    policies.may_decide(actor)
    text = written(text, REASON, "请写明延长的理由。")
    if not 1 <= days <= EACH:
        raise Invalid({"days": f"每次延长 1 至 {EACH} 日。"})
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    running = law.case_clock(dispute, matter)
    if running is None:
        raise Refused("没有正在计算的办案期限。受案日在“填写办理依据”中填写。")
    had = law.extended(dispute.id)
    if running.verified and had + days > running.extension:
        raise Refused(f"已延长 {had} 日，依法最多延长 {running.extension} 日。", article=running.article)
    asked = core.ask(
        actor, kind="extension", about=matter.id, subject=("dispute", dispute.id), org_id=dispute.org_id,
        change={"rule": CASE, "edition": running.edition, "days": days, "due": running.day.isoformat()}, reason=text,
        text=f"纠纷 {dispute.number} 所涉案件办理期限延长 {days} 日", url=f"/disputes/{dispute.id}/#law",
    )  # fmt: skip
    tell(actor, dispute, matter, "asked", {"rule": CASE, "days": days, "asked": True}, text)
    return asked


def on_decided(actor: Actor, decided: Decided) -> None:
    """Served in `core.approvals` for extensions."""
    days = int(decided.change["days"])
    extension_signed(actor, dispute_id=decided.subject[1], days=days, granted=decided.granted, by=decided.by)


@act("延长期限审批结果")
def extension_signed(actor: Actor, *, dispute_id: uuid.UUID, days: int, granted: bool, by: int) -> None:
    """The organ above granted it (or did not): from now on the clock ends later, or stays as it was."""
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    facts = {"rule": CASE, "days": days, "granted": granted, "by": by, "extended": law.extended(dispute.id)}
    tell(actor, dispute, matter, "extended", facts)
