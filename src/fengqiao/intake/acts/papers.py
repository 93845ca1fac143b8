"""文书: a paper that leaves the station gets its number here, once."""

import uuid

from fengqiao.core import numbers
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Refused
from fengqiao.core.spine import act, record
from fengqiao.intake import policies, queries

# kind of paper (vocabulary paper_kinds) → what must have been done before it can be printed
AFTER = {
    "移送": ("handed", "先办理移送，再制作移送通知书。"),
    "告知": ("told", "先登记告知去处，再制作告知书。"),
}
LAW = {"移送": "程序规定第六十一条第二项", "告知": "程序规定第六十一条第三项"}


@act("制作文书")
def number_paper(actor: Actor, *, matter_id: uuid.UUID, kind: str) -> str:
    """Give the paper of this kind its 文号 and return it; printing it again keeps the number.

    kind  移送 (移送通知书) or 告知 (不属公安机关职责告知书)
    Refused before the act the paper tells of, or when it has its number already (then it is only printed again).
    """
    policies.may_decide(actor)
    matter = queries.matter_for_update(actor, matter_id)
    if kind not in AFTER:
        raise Refused("没有这种文书。", status=422)
    state, advice = AFTER[kind]
    if matter.state != state:
        raise Refused(advice, article=LAW[kind])
    if kind == "移送" and not queries.handed_by_law(actor, matter.id):
        raise Refused("该事项是流转或者对接，不是移送，不制作移送通知书。", article=LAW[kind])
    if kind == "告知" and not queries.told_in_writing(matter.id):
        raise Refused("登记的是口头告知。需要书面告知的，请重新办理后选“书面告知”。", article=LAW[kind])
    if queries.paper_of(matter.id, kind) is not None:
        raise Refused("该文书已有文号，请直接打印。")
    paper = numbers.paper_number(actor, kind, matter.id)
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "of"), ("paper", paper.id, "numbered")],
        facts={"paper": str(paper.id), "words": paper.words, "paper_kind": kind},
        org_id=matter.org_id,
    )
    return paper.words
