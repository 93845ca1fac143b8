"""成卷: one key binds everything issued to one PDF with continuous page numbers; the public print is masked."""

import io

import pytest
from pypdf import PdfReader, PdfWriter

from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.models import Content, Event
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, printing
from fengqiao.disputes.acts import casefile, papers
from fengqiao.disputes.printing import Part, bind
from fengqiao.disputes.queries import papers as reads
from fengqiao.disputes.rules import sheets
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import PartyIn
from fengqiao.promises import acts as promises

from .conftest import agreed, told
from .test_papers import scan, text

WORDS = {
    "org": "城关派出所", "number": "D2611-A00001", "matter": "S2611-A00001", "title": "界墙争吵", "kind": "邻里纠纷", "parties": "王大山、李四海",
    "opened": "", "closed": "", "outcome": "", "owner": "王砚", "by": "王砚", "day": "2026年11月22日", "unsigned": [], "voided": [], "missing": [],
}  # fmt: skip


def pages(data):
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def blank(count, size=(595, 842), turn=0):
    """A PDF of empty pages, as a scanner leaves them."""
    writer = PdfWriter()
    for _ in range(count):
        page = writer.add_blank_page(*size)
        if turn:
            page.rotate(turn)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_file_has_cover_contents_every_paper_and_closing_note_numbered_through(cast, dispute, access_lines):
    acts.settle(cast.wang, dispute_id=dispute, outcome="settled", performance="none", text="各退一步")
    for kind in ("调笔", "调解", "接处警"):
        papers.issue_paper(cast.wang, paper_id=papers.make(cast.wang, dispute_id=dispute, kind=kind).id)
    draft = papers.make(cast.wang, dispute_id=dispute, kind="调告")
    gone = papers.make(cast.wang, dispute_id=dispute, kind="调解")
    number = papers.issue_paper(cast.wang, paper_id=gone.id)
    papers.void_paper(cast.wang, paper_id=gone.id, reason="duplicate")
    signed = papers.make(cast.wang, dispute_id=dispute, kind="收条")
    papers.issue_paper(cast.wang, paper_id=signed.id)
    papers.keep_signed_paper(cast.wang, paper_id=signed.id, name="收条.png", data=scan())
    before = len(access_lines())
    bound = casefile.bind(cast.wang, dispute_id=dispute)
    assert [one["purpose"] for one in access_lines()[before:]][0] == "成卷"
    found = pages(bound.data)
    assert "卷宗" in found[0] and "王大山、李四海" in found[0] and "卷内文书目录" in found[1]
    assert [found[1].index(name) for name in ("接报回执", "接处警登记表", "调解笔录", "治安调解协议书", "履行凭证")] == sorted(
        found[1].index(name) for name in ("接报回执", "接处警登记表", "调解笔录", "治安调解协议书", "履行凭证")
    )
    assert len(found) == bound.pages + 2
    numbered = found[2:]
    for n, page in enumerate(numbered, 1):
        assert str(n) in page, f"page {n} carries its number"
    assert "接报回执" in numbered[0] and "接处警登记表" in numbered[bound.starts[1] - 1] and "治安调解协议书" in numbered[bound.starts[3] - 1]
    last = found[-1]
    assert "备考表" in last and number in last and "治安调解协议书" in last.split("未附签字")[1], "what is not signed is told"
    assert "调解告知书" in last, "what is due and not bound is told"
    assert number not in "".join(found[:-1])
    with scope(cast.wang):
        assert reads.paper_page(cast.wang, draft.id).line.state == "draft"
        event = Event.objects.get(act="disputes.bind")
        assert event.facts["pages"] == bound.pages and event.facts["papers"] == 5
        assert not Content.objects.filter(event_id=event.id, body__contains="王大山").exists()


def test_a_numbered_transfer_notice_of_the_front_door_is_bound_too(cast, matter):
    sent = intake.hand_over(cast.zhao, matter_id=matter, to_org_id=cast.org["yunling"], kind="handover", reason="发生地在云岭所辖区")
    number = intake.number_paper(cast.wang, matter_id=matter, kind="移送")
    promises.recall(cast.wang, promise_id=sent, text="核实后在本所辖区")
    dispute = acts.open_dispute(cast.wang, matter_id=matter)
    papers.issue_paper(cast.wang, paper_id=papers.make(cast.wang, dispute_id=dispute, kind="接处警").id)
    bound = casefile.bind(cast.wang, dispute_id=dispute)
    found = pages(bound.data)
    notice = found[1 + bound.starts[1]]
    assert "移送通知书" in found[1] and "移送通知书" in notice and "云岭派出所" in notice and number in notice


def test_nothing_issued_makes_no_file_and_the_next_station_gets_none(cast, dispute):
    with pytest.raises(Refused, match="还没有定稿"):
        casefile.bind(cast.wang, dispute_id=dispute)
    with pytest.raises(NotThere):
        casefile.bind(cast.chen, dispute_id=dispute)


def test_pages_of_other_sizes_and_turned_ones_carry_their_number_too():
    parts = [Part("笔录", "", "", blank(3)), Part("图纸", "", "", blank(2, (1191, 842), 90)), Part("照片", "", "", scan(), "image/png")]
    bound = bind(WORDS, parts)
    assert (bound.pages, bound.starts) == (7, [1, 4, 6])
    assert [page for page in pages(bound.data)[2:-1]] == ["1", "2", "3", "4", "5", "6"]
    outline = [one["/Title"] for one in PdfReader(io.BytesIO(bound.data)).outline]
    assert outline == ["封面、目录", "笔录", "图纸", "照片", "备考表"]


def test_a_scan_that_cannot_be_read_is_named_and_nothing_is_bound():
    for data, media in ((b"%PDF-1.4 broken", "application/pdf"), (b"\x89PNG broken", "image/png")):
        with pytest.raises(Refused, match="“调解笔录”的扫描件无法读取"):
            bind(WORDS, [Part("调解笔录", "", "", data, media)])


def test_a_file_of_two_hundred_pages_is_bound_with_every_number():
    bound = bind(WORDS, [Part(f"材料{n}", "", "", blank(20)) for n in range(10)])
    found = pages(bound.data)
    assert bound.pages == 201 and [page for page in found[2:-1]] == [str(n) for n in range(1, 201)]


@pytest.mark.spec("NP-55")
def test_the_public_print_shows_wang_mou_and_zou_mou_mou(cast, access_lines):
    """NP-55 with its names: 王某 and 邹某某 on every public print of a paper, no name, telephone, id number or door in full."""
    parties = (
        PartyIn(name="王强", phone="13800001234", id_number="999999199001010016", role="caller"),
        PartyIn(name="邹大山", phone="13900005678", role="party"),
    )
    matter = told(cast, parties=parties, kind="D06", text="王强与邹大山因劳务受伤的赔偿金额争吵，邹大山电话13900005678，住枫桥村三组12号")
    dispute = acts.open_dispute(cast.wang, matter_id=matter)
    agreed(cast.wang, dispute, owed=[30_000], kind="security")
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解")
    papers.issue_paper(cast.wang, paper_id=paper.id)
    before = len(access_lines())
    with scope(cast.wang):
        _, sheet = reads.masked(cast.wang, paper.id)
    assert len(access_lines()) == before, "nothing in full, nothing to log"
    shown = text(printing.pdf(sheet, mark="公开文本"))
    assert "王某" in shown and "邹某某" in shown and "王某于" in shown and "向邹某某给付人民币30,000元" in shown and "公开文本" in shown
    for hidden in ("王强", "邹大山", "13800001234", "13900005678", "1380000", "999999199001010016", "三组12号"):
        assert hidden not in shown, hidden
    with scope(cast.wang):
        _, full = reads.opened(cast.wang, paper.id)
    assert "王强" in sheets.all_text(full.sheet) and len(access_lines()) == before + 1, "the full one is logged"
