"""Acts of recusal (回避): asked or declared, decided within two days, with a substitute (程序规定 17, 21; NP-18)."""

import uuid

from fengqiao.core import clock, deadlines
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.mediation import REASON, compartment, saved, seat
from fengqiao.disputes.models import MediationSession, Party, Recusal
from fengqiao.disputes.rules import mediation as rules

CLOCK = "recusal_decision"
ASKED_BY = {"party": "当事人申请", "mediator": "自行回避", "noticed": "发现应当回避"}


@act("提出回避")
def ask_recusal(
    actor: Actor, *, dispute_id: uuid.UUID, account_id: int, ground: str, asked_by: str = "party",
    party_id: uuid.UUID | None = None, text: str = "",
) -> uuid.UUID:  # fmt: skip
    """Somebody is kin to a party or has an interest, or a party asks. Until it is decided the person is not assigned.

    account_id  whom it is about; ground: vocabulary recusal_grounds; party_id: whose kin, or who asks
    Returns the recusal's id; its decision is due within two days (程序规定 21).
    """
    policies.may_revisit(actor)
    text = written(text, REASON)
    wrong = {}
    if ground not in vocabulary("recusal_grounds"):
        wrong["ground"] = "请选择事由。"
    if asked_by not in ASKED_BY:
        wrong["asked_by"] = "请选择由谁提出。"
    if wrong:
        raise Invalid(wrong)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    if not queries.may_mediate_at_all(actor, dispute, matter, account_id):
        raise Invalid({"account_id": "请选择调解员。"})
    if party_id is not None and not Party.objects.filter(id=party_id, dispute=dispute).exists():
        raise Invalid({"party_id": "请选择当事人。"})
    if Recusal.objects.filter(dispute=dispute, account_id=account_id, decided_at=None).exists():
        raise Refused("对该调解员的回避已提出，等待决定。")
    row = Recusal.objects.create(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id, account_id=account_id,
        ground=ground, asked_by=asked_by, party_id=party_id,
    )  # fmt: skip
    due = deadlines.start(actor, CLOCK, about=matter.id, subject=("recusal", row.id), org_id=dispute.org_id)
    record(
        actor, about=matter.id, subjects=[("recusal", row.id, "new"), ("dispute", dispute.id, "of"), ("matter", matter.id, "of")],
        facts={"dispute": dispute.number, "whom": account_id, "ground": ground, "asked_by": asked_by, "due_at": due.due_at.isoformat()},
        content={compartment(actor): {"text": text}} if text else None, org_id=dispute.org_id,
    )  # fmt: skip
    return row.id


@act("决定回避")
def decide_recusal(actor: Actor, *, recusal_id: uuid.UUID, granted: bool, reason: str = "", substitute: str = "") -> None:
    """Decide: granted, with a substitute for a session already agreed; or refused, with the reason. Never by the person itself.

    substitute  key of queries.candidates; with none, the session waits for another mediator
    """
    policies.may_decide_recusal(actor)
    reason = written(reason, REASON, "" if granted else "不予回避的，请写明理由。", "reason")
    found = Recusal.objects.filter(id=recusal_id).values_list("dispute_id", flat=True).first()
    if found is None:
        raise NotThere
    dispute, matter = queries.dispute_for_update(actor, found)
    row = Recusal.objects.select_for_update(no_key=True).get(id=recusal_id)
    if row.decided_at:
        raise Refused("这一回避已经决定。")
    if row.account_id == actor.account_id:
        raise Refused("本人的回避由他人决定。")
    queries.may_decide_on(actor, row.account_id)
    row.decided_at, row.granted, row.decided_by_id = clock.now(), granted, actor.account_id
    saved(row, "decided_at", "granted", "decided_by")
    if granted:
        _replace(actor, row, dispute.id, substitute)
    deadlines.meet(actor, CLOCK, row.id)
    record(
        actor, about=matter.id, subjects=[("recusal", row.id, "decided"), ("dispute", dispute.id, "of"), ("matter", matter.id, "of")],
        facts={"dispute": dispute.number, "whom": row.account_id, "granted": granted, "substitute": row.substitute_id},
        content={compartment(actor): {"reason": reason}} if reason else None, org_id=dispute.org_id,
    )  # fmt: skip


def _replace(actor: Actor, row: Recusal, dispute_id: uuid.UUID, substitute: str) -> None:
    """Free the recused from sessions still to come, and seat the substitute there."""
    sessions = MediationSession.objects.filter(
        hearings__dispute_id=dispute_id, state="planned", mediators__account_id=row.account_id, mediators__released_at=None
    )
    for session in sessions.distinct():
        _, loaded = queries.session_for_update(actor, session.id)
        left = session.mediators.filter(released_at=None)
        left.filter(account_id=row.account_id).update(released_at=clock.now())
        if not substitute:
            continue
        on = clock.local(session.starts_at).date()
        there = {one.key: one for one in queries.candidates(actor, *loaded[0], on)}
        standing = queries.objections(one.id for one, _ in loaded)
        if substitute not in there or rules.barred(there[substitute].account_id, standing):
            raise Invalid({"substitute": "请选择另一名可以主持的调解员。"})
        if reason := rules.lacking_mediator(session.kind, [there[substitute].capacity, *left.values_list("capacity", flat=True)]):
            raise Invalid({"substitute": reason})
        seat(actor, session, loaded, [there[substitute]])
        row.substitute_id = there[substitute].account_id
        saved(row, "substitute")
