"""Acts on papers: make, make again, keep what was edited, issue (with its 文号), take the signed scan, void, bind, paste."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from fengqiao.core import clock, documents, numbers
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Document
from fengqiao.core.rules.filetypes import OFFICE
from fengqiao.core.spine import act, record
from fengqiao.disputes import policies, queries, rules
from fengqiao.disputes.models import Dispute, Paper, PaperVersion, Party
from fengqiao.disputes.queries import law
from fengqiao.disputes.queries import papers as reads
from fengqiao.disputes.rules import papers as kinds
from fengqiao.disputes.rules import sheets

ASKED = 3000  # characters one asked field may hold
SCANS = ("application/pdf", "image/jpeg", "image/png")


def _kind(code: str) -> kinds.Kind:
    if code not in kinds.KINDS:
        raise Refused("没有这种文书。", status=422)
    return kinds.KINDS[code]


def _record(actor: Actor, paper: Paper, how: str, /, **facts: Any) -> None:
    record(
        actor,
        about=paper.about,
        subjects=[("paper", paper.id, how), ("dispute", paper.dispute_id, "of"), ("matter", paper.about, "of")],
        facts={"paper_kind": paper.kind, "version": paper.versions, **facts},
        org_id=paper.org_id,
    )


@act("制作文书")
def make_paper(
    actor: Actor, *, dispute_id: uuid.UUID, kind: str, words: Mapping[str, str] | None = None,
    chosen: Sequence[uuid.UUID] | None = None, party_id: uuid.UUID | None = None,
) -> Paper:
    """Make a paper from what the dispute holds: a draft, to be looked at, edited, issued. Returns the row.

    kind      code of rules.papers.KINDS (vocabulary paper_kinds)
    words     what was added by hand: field of its sheet's `asks` → text; the rest stays blank
    chosen    the parties it names, default everybody but contacts; party_id the one it is made for
    Errors: Forbidden (a committee's paper by an officer), Refused (domestic violence), NotThere, Invalid.
    """
    one = _kind(kind)
    policies.may_make_paper(actor, one)
    if one.room == "people" and not reads.committee_of(actor):
        raise Forbidden(kinds.NO_COMMITTEE)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    if actor.is_police:
        queries.must_lead(actor, dispute, matter)
    if why := kinds.refused(one, violence=law.violent(dispute, matter)):
        raise Refused(why, article=rules.VIOLENCE_LAW)
    party = _party(dispute, party_id)
    paper = Paper(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id,
        office_id=actor.station_id or actor.org_id, compartment=one.compartment, kind=kind, party=party, made_by_id=actor.account_id,
    )  # fmt: skip
    said = _filled(actor, paper, one, matter, words or {}, chosen)
    paper.save(force_insert=True)
    _keep(actor, paper, "made", **said)
    _record(actor, paper, "made", dispute=dispute.number)
    return paper


make = make_paper  # what the other subjects call


@act("重新制作文书")
def remake_paper(
    actor: Actor, *, paper_id: uuid.UUID, words: Mapping[str, str] | None = None, chosen: Sequence[uuid.UUID] | None = None,
) -> None:
    """Make a draft again from what the dispute holds by now; the earlier version stays.

    What was added by hand before is taken over unless it is given anew.
    """
    paper = reads.paper_for_update(actor, paper_id)
    one = _kind(paper.kind)
    policies.may_make_paper(actor, one)
    _move(paper, "draft", "文书已定稿，不能重新制作。确有错误的，作废后另制。")
    dispute, matter = queries.dispute_for_update(actor, paper.dispute_id)
    paper.dispute = dispute
    before = reads.last_said(paper).words
    kept = {name: before[name] for name in sheets.sheet(one.file).asks if before.get(name)}
    said = _filled(actor, paper, one, matter, kept | dict(words or {}), chosen)
    paper.versions += 1
    _save(paper, "versions")
    _keep(actor, paper, "remade", **said)
    _record(actor, paper, "remade")


@act("保存文书修改稿")
def keep_edited_paper(actor: Actor, *, paper_id: uuid.UUID, name: str, data: bytes | BinaryIO) -> None:
    """Keep what came back from Word as the next version of a draft. Only .docx."""
    paper = reads.paper_for_update(actor, paper_id)
    policies.may_make_paper(actor, _kind(paper.kind))
    _move(paper, "draft", "文书已定稿，不再接收修改稿。")
    row = _stored(actor, paper, name, data, "paper")
    if row.media_type != OFFICE["docx"][0]:
        raise Invalid({"file": "修改稿须为 DOCX 文件。签字后的扫描件请在定稿后上传。"})
    paper.versions += 1
    _save(paper, "versions")
    _keep(actor, paper, "edited", document=row)
    _record(actor, paper, "edited", size=row.size)


@act("文书定稿")
def issue_paper(actor: Actor, *, paper_id: uuid.UUID) -> str:
    """The draft becomes the paper: it gets its 文号 (when its kind has one) and is not changed any more. Returns the 文号."""
    paper = reads.paper_for_update(actor, paper_id)
    one = _kind(paper.kind)
    policies.may_make_paper(actor, one)
    _move(paper, "issued", "只有草稿可以定稿。")
    said = reads.last_said(paper)
    newest = reads.last_said(paper, paper.versions)
    number = numbers.paper_number(actor, one.word, paper.about) if one.word else None
    paper.issued_at, paper.versions = clock.now(), paper.versions + 1
    paper.number, paper.number_row = (number.words, number.id) if number else ("", None)
    _save(paper, "state", "issued_at", "versions", "number", "number_row")
    words = said.words | {"文号": paper.number}
    _keep(actor, paper, "issued", words=words, sheet={**said.sheet, "number": paper.number})
    if newest.document is not None:  # what was edited in Word carries the number too, as the version after
        from fengqiao.disputes.printing import word

        plain = word.numbered(documents.plain_bytes(newest.document), paper.number)
        row = _stored(actor, paper, newest.document.name, plain, "paper")
        paper.versions += 1
        _save(paper, "versions")
        _keep(actor, paper, "edited", document=row)
    _record(actor, paper, "issued", words=paper.number, paper=str(paper.number_row or ""))
    return paper.number


@act("上传签字文书")
def keep_signed_paper(actor: Actor, *, paper_id: uuid.UUID, name: str, data: bytes | BinaryIO) -> None:
    """Take the scan of the signed paper: PDF, JPG or PNG. A better one may follow; the earlier stays a stored file."""
    paper = reads.paper_for_update(actor, paper_id)
    policies.may_make_paper(actor, _kind(paper.kind))
    _move(paper, "signed", "请先定稿，再上传签字后的扫描件。")
    row = _stored(actor, paper, name, data, "signed")
    if row.media_type not in SCANS:
        raise Invalid({"file": "扫描件须为 PDF、JPG 或 PNG 文件。"})
    paper.scan, paper.signed_at = row, clock.now()
    _save(paper, "state", "scan", "signed_at")
    _record(actor, paper, "signed", size=row.size, media_type=row.media_type)


@act("作废文书")
def void_paper(actor: Actor, *, paper_id: uuid.UUID, reason: str) -> None:
    """Void a paper; its 文号 stays listed and is never given again. A signed one only by the leader.

    reason  a key of core.numbers.VOID_REASONS
    """
    paper = reads.paper_for_update(actor, paper_id)
    policies.may_make_paper(actor, _kind(paper.kind))
    if reason not in numbers.VOID_REASONS:
        raise Invalid({"reason": "请从列表中选择作废原因。"})
    if paper.state == "signed" and actor.is_police and not actor.has(Role.LEADER):
        raise Forbidden("已签字的文书由所领导作废。")
    _move(paper, "void", "该文书已经作废。")
    if paper.number_row:
        numbers.void(actor, paper.number_row, reason)
    paper.voided_at, paper.void_reason = clock.now(), reason
    _save(paper, "state", "voided_at", "void_reason")
    _record(actor, paper, "voided", words=paper.number, void_reason=reason)


def _party(dispute: Dispute, party_id: uuid.UUID | None) -> Party | None:
    if party_id is None:
        return None
    party = dispute.parties.filter(id=party_id, erased_at=None).first()
    if party is None:
        raise NotThere
    return party


def _filled(
    actor: Actor, paper: Paper, kind: kinds.Kind, matter: Any, given: Mapping[str, str], chosen: Sequence[uuid.UUID] | None
) -> dict[str, Any]:
    source = sheets.sheet(kind.file)
    added = {name: text.strip() for name, text in given.items() if text.strip()}
    for name, text in added.items():
        if name not in source.asks:
            raise Invalid({name: "此文书没有这一栏。"})
        if len(text) > ASKED or "\x00" in text:
            raise Invalid({name: f"超过 {ASKED} 字，请缩短。" if len(text) > ASKED else "含有无法保存的控制字符，请删去。"})
    got = reads.gather(actor, paper.dispute, matter, f"制作{kind.name}", chosen=chosen, party_id=paper.party_id)
    words = got.words | added
    return {"words": words, "sheet": sheets.fill(source, words, got.parties, reads.cited)}


def _keep(actor: Actor, paper: Paper, how: str, **said: Any) -> None:
    PaperVersion.objects.create(
        org_id=paper.org_id, created_at=clock.now(), paper=paper, dispute_id=paper.dispute_id, about=paper.about, office_id=paper.office_id,
        compartment=paper.compartment, n=paper.versions, how=how, by_id=actor.account_id, **said,
    )  # fmt: skip


def _stored(actor: Actor, paper: Paper, name: str, data: bytes | BinaryIO, purpose: str) -> Document:
    return documents.store(actor, about=paper.about, name=name, data=data, purpose=purpose, org_id=paper.org_id)


def _move(paper: Paper, to: str, why_not: str) -> None:
    if not kinds.may_move(paper.state, to):
        raise Refused(why_not)
    paper.state = to


def _save(paper: Paper, *fields: str) -> None:
    paper.version += 1
    paper.save(update_fields=[*fields, "version"])


def digest(data: bytes) -> str:
    """SHA-256 of a bound file, for its event."""
    return hashlib.sha256(data).hexdigest()
