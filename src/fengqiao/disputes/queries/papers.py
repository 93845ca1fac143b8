"""Papers of a dispute: the words they are filled with, the rows, what is due, what may be opened.

Names, id numbers and telephones in full are gathered only after the access line was written (S4).
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import cn2an

from fengqiao.core import access, clock, crypto
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Document
from fengqiao.core.queries import organisations
from fengqiao.core.queries.law import citation, edition_for
from fengqiao.core.queries.timeline import timeline
from fengqiao.core.rules import identity, masking
from fengqiao.core.rules.deadlines import NoEdition
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import policies, rules
from fengqiao.disputes.models import (
    CommitteeMember,
    Dispute,
    MediationSession,
    Paper,
    PaperTemplate,
    PaperVersion,
    Party,
)
from fengqiao.disputes.queries import agreements, mediation
from fengqiao.disputes.queries.loading import revisit_due
from fengqiao.disputes.queries.page import DisputePage, performance_name
from fengqiao.disputes.queries.register import next_of
from fengqiao.disputes.rules import papers as kinds
from fengqiao.disputes.rules import sheets
from fengqiao.intake import queries as intake
from fengqiao.intake.rules import hide_names
from fengqiao.places.validity import holds

ERASED = "（已依法删除）"
FULL = ["name", "phone", "id_number"]


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper as the dispute's page lists it."""

    id: uuid.UUID
    kind: str
    name: str
    state: str
    state_name: str
    number: str
    party: str
    versions: int
    made_at: datetime
    made_by: str
    scanned: bool
    mine: bool  # may this post work on it


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One time a paper was made: a print of ours, or what came back from Word."""

    n: int
    how: str
    at: datetime
    by: str
    edited: bool


@dataclass(frozen=True, slots=True)
class PaperPage:
    """Everything a paper's page shows."""

    line: PaperLine
    dispute_id: uuid.UUID
    dispute_number: str
    title: str
    versions: list[VersionLine] = field(default_factory=list)
    void_reason: str = ""


HOW = {"made": "制作", "remade": "重新制作", "issued": "定稿", "edited": "修改稿"}


# --- words -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a paper is filled with: fields and the rows of its parties, names in full."""

    words: dict[str, str]
    parties: list[dict[str, str]]


def day(moment: datetime | date | None) -> str:
    """2026年11月21日; empty for none."""
    if moment is None:
        return ""
    here = clock.local(moment).date() if isinstance(moment, datetime) else moment
    return f"{here.year}年{here.month}月{here.day}日"


def minute(moment: datetime | None) -> str:
    """2026年11月21日 14:05; empty for none."""
    return f"{day(moment)} {clock.local(moment):%H:%M}" if moment else ""


def sides(dispute: Dispute, chosen: Iterable[uuid.UUID] | None = None) -> list[Party]:
    """The parties a paper names: those chosen, else everybody told as 当事人 with the one who reported, no contacts."""
    rows = list(dispute.parties.filter(erased_at=None).order_by("created_at", "id"))
    if chosen is not None:
        wanted = set(chosen)
        return [one for one in rows if one.id in wanted]
    return [one for one in rows if one.role != "contact"]


def gather(
    actor: Actor, dispute: Dispute, matter: Any, purpose: str, *, chosen: Iterable[uuid.UUID] | None = None,
    party_id: uuid.UUID | None = None,
) -> Gathered:
    """Everything known for a paper of this dispute. Writes the access line (print) before it reads a name.

    chosen    ids of the parties it names; default `sides`
    party_id  the one it is made for (对象)
    """
    access.opened(actor, "dispute", dispute.id, purpose, FULL, action="print")
    people = sides(dispute, chosen)
    told = dispute.matter.report_set.select_related("received_by").order_by("received_at", "id").first()
    caller = next((p for p in dispute.parties.filter(erased_at=None, role="caller")), None)
    revisit = dispute.revisits.order_by("-at").select_related("by").first()
    org = dispute.org
    channel = vocabulary("channels").get(told.channel) if told else None
    rows = [_row(one) for one in people]
    words = {
        "事项编号": matter.number, "纠纷编号": dispute.number, "案件编号": matter.case_number, "单位": org.name, "单位电话": org.phone,
        "承办人": dispute.owner.name if dispute.owner else "", "制作人": actor.name, "制作日期": day(clock.now()),
        "类别": named("dispute_types", dispute.kind), "事由": matter.title, "地点": matter.place_text, "调解组织": committee_of(actor) or org.name,
        "各方": "、".join(row["name"] for row in rows if row["name"]),
        "人员": "；".join(" ".join(filter(None, (row["name"], row["phone"]))) for row in rows),
        "结果": named("outcomes", dispute.outcome), "履行情况": performance_name(dispute.performance) if dispute.performance else "",
        "民警": dispute.owner.name if dispute.owner else "", "接报次数": str(matter.reports),
        "下步措施": next_of(dispute, revisit_due([dispute.id]).get(dispute.id)),
    }  # fmt: skip
    if told:
        words |= {
            "接报编号": told.receipt, "接报时间": minute(told.received_at), "来源": channel.name if channel else "", "接报人": told.received_by.name,
            "发生时间": minute(told.occurred_start), "时间": minute(told.occurred_start), "报警内容": told.text, "经过": told.text,
        }  # fmt: skip
    if caller:
        words |= {"报警人": caller.name, "报警电话": identity.spoken(caller.phone)}
    for side, row in zip(("甲方", "乙方", "丙方"), rows, strict=False):
        words |= {side: row["name"], f"{side}证件号": row["id_number"], f"{side}电话": row["phone"]}
    if mine := next((one for one in people if one.id == party_id), None):
        row = _row(mine)
        words |= {
            "对象": row["name"], "对象证件号": row["id_number"], "对象电话": row["phone"],
            "对方": "、".join(other["name"] for other, one in zip(rows, people, strict=True) if one.id != party_id),
        }  # fmt: skip
    if revisit:
        words |= {
            "回访时间": minute(revisit.at), "回访方式": rules.MANNERS.get(revisit.manner, ""), "回访结果": named("revisit_results", revisit.result),
        }  # fmt: skip
    words |= _said(actor, dispute) | _session(actor, dispute) | _agreed(dispute)
    words |= {"送达文书": "；".join(f"{name}{number}" for name, number in _issued(dispute))}
    return Gathered({key: value for key, value in words.items() if value}, rows)


def _row(party: Party) -> dict[str, str]:
    number = ""
    if party.id_sealed is not None:
        number = crypto.decrypt(bytes(party.id_sealed), bound_to=party.id.bytes).decode()
    return {"role": "当事人", "name": party.name, "id_number": number, "phone": identity.spoken(party.phone)}


def named(table: str, code: str) -> str:
    """The name of a code of a vocabulary; empty for a code it does not know."""
    known = vocabulary(table)
    return known[code].name if code in known else ""


def _said(actor: Actor, dispute: Dispute) -> dict[str, str]:
    """What was written down when it was settled: the course of it, in the writer's words."""
    for line in timeline(actor, intake.under(dispute.matter_id)):
        if line.act == "disputes.settle" and line.content.get("text"):
            return {"处置结果": str(line.content["text"]), "协议内容": str(line.content["text"]) if dispute.outcome == "settled" else ""}
    return {}


def _agreed(dispute: Dispute) -> dict[str, str]:
    """What the standing agreement says: its terms one by one, sums, when the last is due, until when a court may confirm it."""
    one = next((row for row in agreements.agreements_of(dispute.id, in_full=True) if row.stands), None)
    if one is None:
        return {}
    terms = [
        f"{_numeral(str(owed.seq))}、{owed.debtor}于{day(owed.due_on)}前向{owed.creditor}"
        + (f"给付人民币{money(owed.amount)['金额']}" if owed.amount is not None else f"履行：{owed.text or owed.kind}")
        + "。"
        for owed in one.owed
    ]
    paid = max((receipt for owed in one.owed for receipt in owed.receipts if receipt.amount), key=lambda r: r.on, default=None)
    words = {"协议内容": "\n".join(filter(None, [one.content, *terms])), "协议日期": day(one.effective_at), "确认期限": day(one.confirm_until)}
    if one.owed:
        last = max(owed.due_on for owed in one.owed)
        words["履行期限"] = f"{day(last)}前" if len(one.owed) == 1 else f"共 {len(one.owed)} 项，最后一项{day(last)}前"
    if one.total:
        words |= money(one.total)
        sums = sum(owed.amount is not None for owed in one.owed)
        words["履行方式"] = f"分 {sums} 期给付" if sums > 1 else "一次给付"
    if paid:
        got = money(paid.amount)
        words |= {"实收金额": got["金额"], "实收大写": got["金额大写"]}
    return words


def _session(actor: Actor, dispute: Dispute) -> dict[str, str]:
    """What the last session planned or held for it says: when, where, who led it, how it went."""
    rows = MediationSession.objects.filter(hearings__dispute=dispute).exclude(state="cancelled")
    one = rows.select_related("room__venue").order_by("-starts_at").first()
    if one is None:
        return {}
    seated = list(one.mediators.filter(released_at=None).select_related("account", "committee").order_by("created_at", "id"))
    guardians = [name for name in one.attendance.values_list("guardian_name", flat=True) if name]
    committee = next((seat.committee.name for seat in seated if seat.committee), "")
    words = {
        "调解时间": minute(one.starts_at), "调解地点": one.room.venue.name if one.room else "", "主持人": "、".join(seat.account.name for seat in seated),
        "在场人员": "、".join(guardians), "调解过程": mediation.minutes_of(actor, one.id), "调解组织": committee,
    }  # fmt: skip
    return {field: text for field, text in words.items() if text}


def committee_of(actor: Actor) -> str:
    """The registered committee the actor mediates for today, in term; empty when there is none (人民调解法 13)."""
    if not actor.has(Role.MEDIATOR):
        return ""
    day = clock.today()
    rows = CommitteeMember.objects.filter(holds(day), holds(day, "committee__"), account_id=actor.account_id)
    return rows.order_by("-since").values_list("committee__name", flat=True).first() or ""


def _issued(dispute: Dispute) -> list[tuple[str, str]]:
    rows = Paper.objects.filter(dispute=dispute, state__in=["issued", "signed"]).exclude(number="").order_by("issued_at")
    return [(kinds.KINDS[one.kind].name, one.number) for one in rows if one.kind in kinds.KINDS and one.kind != "送达"]


def money(amount: Any) -> dict[str, str]:
    """An amount in figures and in the words of a bill: 690,000元, 人民币陆拾玖万元整."""
    return {"金额": f"{amount:,.2f}元".replace(".00元", "元"), "金额大写": f"人民币{cn2an.an2cn(str(amount), 'rmb')}"}


def cited(ids: Sequence[str], on: date | None = None) -> str:
    """Articles of these rows of the law table as a paper prints them; rows that are 待核 or not in force are left out."""
    found = []
    for rule_id in ids:
        try:
            rule = edition_for(rule_id, on or clock.today())
        except NoEdition:
            continue
        if rule.citation:
            found.append(re.sub(r"\d+", lambda digits: _numeral(digits[0]), rule.citation))
    return "；".join(dict.fromkeys(found))


def _numeral(digits: str) -> str:
    """184 → 一百八十四, 17 → 十七."""
    return re.sub(r"^一十", "十", str(cn2an.an2cn(digits)))


# --- rows --------------------------------------------------------------------------------------------------------------


def papers_of(actor: Actor, dispute_id: uuid.UUID) -> list[PaperLine]:
    """The dispute's papers the actor may read, in the order of a file; voided ones last."""
    rows = Paper.objects.filter(dispute_id=dispute_id).select_related("made_by", "party").order_by("created_at")
    order = list(kinds.KINDS)
    return [_line(actor, one) for one in sorted(rows, key=lambda one: (one.state == "void", order.index(one.kind)))]


def _line(actor: Actor, paper: Paper) -> PaperLine:
    kind = kinds.KINDS[paper.kind]
    party = ""
    if paper.party is not None:
        party = ERASED if paper.party.erased_at else masking.mask_name(paper.party.name)
    return PaperLine(
        paper.id, paper.kind, kind.name, paper.state, kinds.STATES[paper.state], paper.number, party, paper.versions,
        paper.created_at, paper.made_by.name, paper.scan_id is not None, policies.works_on_papers(actor, kind),
    )  # fmt: skip


def paper_page(actor: Actor, paper_id: uuid.UUID) -> PaperPage:
    """A paper with its versions; NotThere when it is not the actor's to see. Nothing in full, nothing is logged."""
    paper = _load(actor, paper_id)
    rows = PaperVersion.objects.filter(paper=paper).select_related("by").order_by("-n")
    return PaperPage(
        _line(actor, paper), paper.dispute_id, paper.dispute.number, hide_names(paper.dispute.matter.title, paper.dispute.parties.values_list("name", flat=True)),
        [VersionLine(v.n, HOW[v.how], v.created_at, v.by.name, v.document_id is not None) for v in rows], paper.void_reason,
    )  # fmt: skip


def _load(actor: Actor, paper_id: uuid.UUID) -> Paper:
    policies.may_work(actor)
    rows = Paper.objects.select_related("dispute__matter", "made_by", "party", "org").filter(id=paper_id)
    if (paper := rows.first()) is None:
        raise NotThere
    return paper


def paper_for_update(actor: Actor, paper_id: uuid.UUID) -> Paper:
    """The paper, locked. NotThere when it is not the actor's to see."""
    policies.may_work(actor)
    paper = Paper.objects.select_for_update(no_key=True, of=("self",)).select_related("dispute__matter").filter(id=paper_id).first()
    if paper is None:
        raise NotThere
    return paper


def last_said(paper: Paper, n: int | None = None) -> PaperVersion:
    """The version of that number, else the last one our own source made."""
    rows = PaperVersion.objects.filter(paper=paper)
    found = rows.filter(n=n).first() if n is not None else rows.exclude(how="edited").order_by("-n").first()
    if found is None:
        raise NotThere
    return found


def opened(actor: Actor, paper_id: uuid.UUID, n: int | None = None) -> tuple[Paper, PaperVersion]:
    """A version to be printed or edited, names in full; writes the access line first."""
    paper = _load(actor, paper_id)
    said = last_said(paper, n)
    access.opened(actor, "paper", paper.id, f"打印{kinds.KINDS[paper.kind].name}", FULL, action="print")
    return paper, said


def masked(actor: Actor, paper_id: uuid.UUID) -> tuple[Paper, dict[str, Any]]:
    """The last version fit for the public: 王某, 邹某某 (NP-55). Names nothing in full, so no access line."""
    paper = _load(actor, paper_id)
    names = [name for name in paper.dispute.parties.filter(erased_at=None).values_list("name", flat=True) if name]
    return paper, sheets.strings(last_said(paper).sheet, lambda text: masking.public_text(text, names))


def scan_of(actor: Actor, paper_id: uuid.UUID) -> Document:
    """The signed scan of a paper; read its bytes with `core.documents.read`, which writes the access line."""
    paper = _load(actor, paper_id)
    if paper.scan is None:
        raise NotThere
    return paper.scan


@dataclass(frozen=True, slots=True)
class DuePaper:
    """A paper that is due: what asks for it, what was made of it so far, and whether this post may make it.

    code      of rules.papers.KINDS; empty for a paper that is made elsewhere
    article   what asks for it; empty while that is 待核 (`unverified`), or when it is the house's own order of work
    made      papers of this kind that are not voided
    mine      may this post make it; `whose` says who does otherwise
    """

    code: str
    name: str
    article: str
    unverified: bool
    note: str
    made: tuple[PaperLine, ...]
    mine: bool
    whose: str


WHOSE = {"people": "由调解委员会制作", "police": "由公安机关制作", "": "另行制作"}


def due(actor: Actor, page: DisputePage, there: Iterable[PaperLine]) -> list[DuePaper]:
    """The papers due now, each once, in the order of a file, those made elsewhere last: what the law asks for while the
    dispute lives, and what it should have by its state. Kept or not: `made` tells.
    """
    asked = {one.kind or one.name: one for one in page.law.papers} if page.state in rules.LIVE else {}
    rooms = {"police"} | ({"people"} if actor.has(Role.MEDIATOR) else set())
    by_state = kinds.due(state=page.state, outcome=page.outcome, violence=page.violence, rooms=frozenset(rooms), how=page.held.dispute.resolved_how)
    found = []
    for code, kind in kinds.KINDS.items():
        mine = policies.works_on_papers(actor, kind)
        if kinds.refused(kind, violence=page.violence) or (code not in asked and not (mine and code in by_state)):
            continue
        made = tuple(one for one in there if one.kind == code and one.state != "void")
        if code in asked:
            article, unverified, note = asked[code].article, not asked[code].article, asked[code].note
        else:
            article, unverified, note = cited_first(kind), False, ""
        found.append(DuePaper(code, kind.name, article, unverified, note, made, mine, "" if mine else WHOSE.get(kind.room, "")))
    return found + [DuePaper("", one.name, one.article, not one.article, one.note, (), False, WHOSE[""]) for one in asked.values() if not one.kind]


def cited_first(kind: kinds.Kind) -> str:
    """The first article a kind's own sheet rests on, as far as it was verified; empty without one."""
    return next((found for one in sheets.sheet(kind.file).rules if (found := citation(one, clock.today()))), "")


def offered(actor: Actor, page: DisputePage) -> list[dict[str, str]]:
    """Every kind this post may make for this dispute: [{"code", "name"}]."""
    return [
        {"code": one.code, "name": one.name}
        for one in kinds.KINDS.values()
        if policies.works_on_papers(actor, one) and not kinds.refused(one, violence=page.violence)
    ]


def template_for(paper: Paper) -> bytes | None:
    """The Word template in force for whoever leads the dispute: its own, else the nearest one above; None without one."""
    lineage = list(paper.org.lineage)
    rows = {row.org_id: row for row in PaperTemplate.objects.filter(org_id__in=lineage, kind=paper.kind, ended_at=None)}
    found = next((rows[one] for one in reversed(lineage) if one in rows), None)
    return bytes(found.data) if found else None


def templates(actor: Actor) -> list[dict[str, Any]]:
    """The Word templates an administrator keeps, by kind; those in force."""
    organisations.may_manage(actor)
    rows = PaperTemplate.objects.filter(org_id__in=organisations.managed(actor), ended_at=None).select_related("org")
    return [
        {"kind": named("paper_kinds", one.kind), "org": one.org.name, "name": one.name, "since": one.created_at}
        for one in rows.defer("data").order_by("kind", "org_id")
    ]


def written(actor: Actor, paper_id: uuid.UUID) -> dict[str, str]:
    """What was added by hand to a draft, to stand in the form again; it may hold names: writes the access line."""
    paper = _load(actor, paper_id)
    said = last_said(paper)
    access.opened(actor, "paper", paper.id, f"修改{kinds.KINDS[paper.kind].name}", ["text"])
    return {name: said.words[name] for name in sheets.sheet(kinds.KINDS[paper.kind].file).asks if said.words.get(name)}
