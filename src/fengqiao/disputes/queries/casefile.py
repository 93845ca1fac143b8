"""What a dispute's file (卷宗) is bound from: its papers, each as signed scan or as our print, and what the cover says."""

from typing import Any

from fengqiao.core import access, clock, documents, numbers
from fengqiao.core.actor import Actor
from fengqiao.core.models import PaperNumber
from fengqiao.core.rules.masking import mask_name
from fengqiao.disputes import printing
from fengqiao.disputes.models import Dispute, Paper
from fengqiao.disputes.printing import Part
from fengqiao.disputes.queries import law
from fengqiao.disputes.queries import papers as reads
from fengqiao.disputes.rules import papers as kinds
from fengqiao.intake import paper as front_door
from fengqiao.intake import queries as intake

KEPT = ("issued", "signed")


def parts(actor: Actor, dispute: Dispute) -> tuple[dict[str, Any], list[Part]]:
    """Words of cover and closing note, and the papers in the order of a file. Writes the access line first."""
    access.opened(actor, "dispute", dispute.id, "成卷", reads.FULL, action="print")
    rows = list(Paper.objects.filter(dispute=dispute).select_related("scan").order_by("created_at"))
    order = list(kinds.KINDS)
    kept = sorted((one for one in rows if one.state in KEPT), key=lambda one: (order.index(one.kind), one.issued_at))
    found = _first(actor, dispute) + [_part(one) for one in kept]
    matter = dispute.matter
    violence = law.violent(dispute, matter)
    due = kinds.due(state=dispute.state, outcome=dispute.outcome, violence=violence, rooms=frozenset({"police"}), how=dispute.resolved_how)
    have = {one.kind for one in kept}
    words = {
        "org": dispute.org.name, "number": dispute.number, "matter": matter.number, "title": matter.title,
        "kind": reads.named("dispute_types", dispute.kind), "parties": "、".join(p.name for p in reads.sides(dispute) if p.name),
        "opened": reads.day(dispute.created_at), "closed": reads.day(dispute.closed_at), "outcome": reads.named("outcomes", dispute.outcome),
        "owner": dispute.owner.name if dispute.owner else "", "by": actor.name, "day": reads.day(clock.now()),
        "unsigned": [kinds.KINDS[one.kind].name for one in kept if one.scan_id is None],
        "voided": [one.number for one in rows if one.state == "void" and one.number],
        "missing": [kinds.KINDS[code].name for code in due if code not in have and kinds.KINDS[code].room != "people"],
    }  # fmt: skip
    return words, found


def _first(actor: Actor, dispute: Dispute) -> list[Part]:
    """What the front door made already: the receipt of the first report, a numbered 移送通知书."""
    report = dispute.matter.report_set.order_by("received_at", "id").first()
    if report is None:
        return []
    page = intake.receipt_printed(actor, report.id)
    data = front_door.pdf("receipt", front_door.of_receipt(page))
    return [Part("接报回执", page.receipt, reads.day(page.received_at), data, note="打印件"), *_transfer(actor, dispute)]


def _transfer(actor: Actor, dispute: Dispute) -> list[Part]:
    number = intake.paper_of(dispute.matter_id, "移送")
    if number is None or not number.words:
        return []
    page = intake.unmasked(actor, dispute.matter_id, "成卷")
    to = next((line.facts["to"] for line in page.timeline if line.act == "intake.hand_over" and line.at <= number.at), 0)
    person = next((one.name for one in page.parties if one.role == "报警人" and one.name), "")
    words = front_door.of_notice(page, number=number.words, person=person, to=intake.names([to], [])[0].get(to, ""))
    return [Part("移送通知书", number.words, reads.day(number.at), front_door.pdf("transfer", words), note="打印件")]


def _part(paper: Paper) -> Part:
    name = kinds.KINDS[paper.kind].name
    if paper.scan is not None:
        data, media, note = documents.plain_bytes(paper.scan), paper.scan.media_type, "签字件"
    else:
        data, media, note = printing.pdf(reads.last_said(paper).sheet), "application/pdf", "打印件"
    return Part(name, paper.number, reads.day(paper.issued_at), data, media, note)


def numbers_of(actor: Actor, kind: str, year: int) -> list[dict[str, Any]]:
    """文号登记: every number of the actor's own station and this kind of word, voided ones too, without a gap."""
    org_id = actor.station_id or actor.org_id
    given = {row.id: row.given_at for row in PaperNumber.objects.filter(org_id=org_id, kind=kind, year=year)}
    papers = {row.number_row: row for row in Paper.objects.filter(number_row__in=list(given)).select_related("dispute", "party")}
    found = []
    for one in numbers.given(actor, org_id, kind, year):
        paper = papers.get(one.id)
        party = paper.party.name if paper and paper.party and not paper.party.erased_at else ""
        found.append(
            {
                "n": one.n, "words": one.words, "at": given[one.id], "voided_at": one.voided_at,
                "reason": numbers.VOID_REASONS.get(one.void_reason, ""), "name": kinds.KINDS[paper.kind].name if paper else reads.named("paper_kinds", one.kind),
                "paper": paper.id if paper else None, "dispute": paper.dispute.number if paper else "", "party": mask_name(party) if party else "",
            }  # fmt: skip
        )
    return found
