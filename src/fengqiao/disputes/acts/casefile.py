"""Acts that end with something in a person's hand: the bound file, and the feedback pasted into another system."""

import hashlib
import uuid

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Organisation
from fengqiao.core.queries import organisations
from fengqiao.core.rules import BadInput, filetypes
from fengqiao.core.spine import act, record
from fengqiao.disputes import policies, printing, queries
from fengqiao.disputes.models import Dispute, PaperTemplate, Pasted
from fengqiao.disputes.queries import casefile as reads
from fengqiao.disputes.queries import feedback
from fengqiao.disputes.rules import papers as kinds

TEMPLATE_LIMIT = 2_000_000  # bytes of an empty form


@act("成卷")
def bind(actor: Actor, *, dispute_id: uuid.UUID) -> printing.Bound:
    """Bind everything issued to one PDF and return it. It is not kept: it holds copies, and can be bound again.

    The event says how many papers and pages, and what was missing; the digest stands in its erasable part.
    """
    policies.may_work(actor)
    dispute = Dispute.objects.filter(id=dispute_id).select_related("matter", "org", "owner").first()
    if dispute is None:
        raise NotThere
    words, parts = reads.parts(actor, dispute)
    if len(parts) < 2:  # nothing but the receipt
        raise Refused("还没有定稿的文书，不能成卷。请先制作文书并定稿。")
    bound = printing.bind(words, parts)
    record(
        actor,
        about=dispute.matter_id,
        subjects=[("dispute", dispute.id, "bound"), ("matter", dispute.matter_id, "of")],
        facts={"paper_kind": "成卷", "papers": len(parts), "pages": bound.pages, "unsigned": len(words["unsigned"])},
        content={"shared": {"sha256": hashlib.sha256(bound.data).hexdigest()}},
        org_id=dispute.org_id,
    )
    return bound


@act("登记已回填")
def paste(actor: Actor, *, dispute_id: uuid.UUID, system: str) -> None:
    """Somebody pasted the feedback into that system and says so. Once for each time the dispute was settled."""
    policies.may_decide(actor)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    wanted = feedback.profile(dispute.org_id, system)
    if Pasted.objects.filter(dispute=dispute, system=system, round=dispute.round).exists():
        raise Refused(f"{wanted.name}已登记回填。")
    Pasted.objects.create(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id, system=system,
        round=dispute.round, by_id=actor.account_id,
    )  # fmt: skip
    record(
        actor,
        about=matter.id,
        subjects=[("dispute", dispute.id, "pasted"), ("matter", matter.id, "of")],
        facts={"dispute": dispute.number, "system": system, "round": dispute.round},
        org_id=dispute.org_id,
    )


@act("上传文书模板")
def keep_template(actor: Actor, *, org_id: int, kind: str, name: str, data: bytes) -> None:
    """A bureau's own Word form of a kind: from now on the one its stations edit. The one before ends.

    Invalid names every field nobody fills, and where it stands.
    """
    organisations.may_manage(actor)
    if org_id not in organisations.managed(actor):
        raise NotThere
    if kind not in kinds.KINDS:
        raise Invalid({"kind": "请选择文书种类。"})
    if len(data) > TEMPLATE_LIMIT:
        raise Invalid({"file": "模板超过 2 兆，请去掉图片后再传。"})
    from fengqiao.disputes.printing import word  # its library is large and few need it

    try:
        if filetypes.media_type(name, data) != filetypes.OFFICE["docx"][0]:
            raise BadInput("模板须为 DOCX 文件")
        problems = word.template_problems(data)
    except BadInput as error:
        raise Invalid({"file": f"{error}。"}) from error
    if problems:
        raise Invalid({"file": "；".join(problems[:8]) + "。"})
    now = clock.now()
    Organisation.objects.select_for_update(no_key=True).get(id=org_id)  # one at a time
    PaperTemplate.objects.filter(org_id=org_id, kind=kind, ended_at=None).update(ended_at=now)
    row = PaperTemplate.objects.create(
        id=uuid7(), org_id=org_id, created_at=now, kind=kind, name=name[:100], data=data, sha256=hashlib.sha256(data).hexdigest()
    )
    record(
        actor,
        about=organisations.about(org_id),
        subjects=[("template", row.id, "new")],
        facts={"paper_kind": kind, "sha256": row.sha256, "size": len(data)},
        org_id=org_id,
    )
