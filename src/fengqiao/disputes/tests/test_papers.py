"""Papers of a dispute: what they say, who makes them, their numbers, versions, scans."""

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from docx import Document as Word
from pypdf import PdfReader

from fengqiao.core import clock
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import PaperNumber
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, printing
from fengqiao.disputes.acts import papers
from fengqiao.disputes.models import Paper, PaperVersion
from fengqiao.disputes.printing import word
from fengqiao.disputes.queries import papers as reads
from fengqiao.disputes.rules import papers as kinds
from fengqiao.disputes.rules import sheets
from fengqiao.intake import acts as intake

from .conftest import agreed, told

SCAN = b"\x89PNG\r\n\x1a\n"


def text(pdf):
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def said(actor, paper, n=None):
    with scope(actor):
        return reads.last_said(Paper.objects.get(id=paper.id), n)


def now(actor, paper):
    with scope(actor):
        return Paper.objects.get(id=paper.id)


def scan():
    """A picture of a signed page: one white pixel."""
    import struct
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return SCAN + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")


@pytest.fixture
def shared(cast, dispute, stands):
    """The dispute opened to the justice office, whose mediator takes part."""
    matter = stands(dispute).matter
    promise = intake.hand_over(
        cast.wang, matter_id=matter.id, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="当事人申请人民调解"
    )
    return promise


@pytest.fixture
def committee(cast):
    """何秋云 is a member in term of a registered committee."""
    found = acts.register_committee(cast.he, number="999999-01", name="城关镇人民调解委员会", kind="town", since=date(2024, 1, 1))
    acts.add_member(cast.he, committee_id=found, account_id=cast.he.account_id, since=date(2024, 1, 1), until=date(2028, 1, 1))
    return found


def test_an_agreement_names_both_sides_in_full_after_the_access_line_and_is_a_draft(cast, dispute, access_lines):
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解")
    assert (paper.state, paper.versions, paper.number) == ("draft", 1, "")
    [line] = [one for one in access_lines() if one["action"] == "print"]
    assert line["purpose"] == "制作治安调解协议书" and "id_number" in line["fields"] and line["account_id"] == cast.wang.account_id
    shown = text(printing.pdf(said(cast.wang, paper).sheet, mark="草稿"))
    for word_ in ("治安调解协议书", "王大山", "李四海", "999999199001010016", "城关派出所", "草稿", "第一百八十四条", "当事人王大山（签名、按指印）"):
        assert word_ in shown, word_
    assert "None" not in shown and "{" not in shown


def test_what_nobody_knows_is_a_blank_to_be_filled_by_hand_and_never_made_up(cast, dispute):
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解")
    sheet = said(cast.wang, paper).sheet
    rows = {label: value for block in sheet["blocks"] if block["kind"] == "rows" for label, value, _ in block["rows"]}
    assert rows["金额"] == rows["履行期限"] == rows["主持人"] == ""
    assert sum(block.get("lines", 0) for block in sheet["blocks"] if block["kind"] == "lines") >= 3, "room to write the agreement"
    again = papers.make(cast.wang, dispute_id=dispute, kind="调解", words={"协议内容": "李四海赔偿王大山500元，当场付清。"})
    blocks = said(cast.wang, again).sheet["blocks"]
    assert any("当场付清" in block.get("text", "") for block in blocks)
    assert not [block for block in blocks if block["kind"] == "lines"], "no ruled lines after a text, where something could be added"


def test_what_was_agreed_stands_in_the_paper_without_being_typed_again(cast, dispute):
    first, second = agreed(cast.wang, dispute, owed=[390_000, 300_000], kind="security")
    acts.perform(cast.wang, obligation_id=first)
    shown = said(cast.wang, papers.make(cast.wang, dispute_id=dispute, kind="调解"))
    due = clock.today() + timedelta(days=60)
    assert (shown.words["金额"], shown.words["金额大写"]) == ("690,000元", "人民币陆拾玖万元整")
    assert shown.words["履行期限"].endswith(f"{due.year}年{due.month}月{due.day}日前") and shown.words["履行方式"] == "分 2 期给付"
    terms = shown.words["协议内容"].split("\n")
    assert terms[0] == "王大山赔偿李四海" and terms[1].startswith("一、王大山于") and terms[1].endswith("向李四海给付人民币390,000元。")
    plain = text(printing.pdf(shown.sheet))
    assert "".join(terms[2].split()) in plain and "陆拾玖万元整" in plain
    receipt = said(cast.wang, papers.make(cast.wang, dispute_id=dispute, kind="收条"))
    rows = {label: value for block in receipt.sheet["blocks"] if block["kind"] == "rows" for label, value, _ in block["rows"]}
    assert rows["金额"] == "390,000元", "what was paid, not what was agreed in all"


def test_a_committees_papers_are_made_by_its_mediator_and_refused_to_every_police_post(cast, dispute, shared, committee):
    people = [code for code, kind in kinds.KINDS.items() if kind.room == "people"]
    assert len(people) == 6
    for code in people:
        for officer in (cast.wang, cast.zhao, cast.deng):
            with pytest.raises(Forbidden, match="民警不得代为制作"):
                papers.make(officer, dispute_id=dispute, kind=code)
    for code in people:
        paper = papers.make(cast.he, dispute_id=dispute, kind=code)
        assert paper.office_id == cast.org["justice"]
    with pytest.raises(Forbidden, match="公安机关制作"):
        papers.make(cast.he, dispute_id=dispute, kind="调解")
    agreed = papers.make(cast.he, dispute_id=dispute, kind="人调")
    assert "城关镇人民调解委员会" in text(printing.pdf(said(cast.he, agreed).sheet))
    assert papers.issue_paper(cast.he, paper_id=agreed.id) == "城关司法所人调字〔2026〕1号"


def test_a_mediator_of_no_registered_committee_or_out_of_term_makes_none_of_its_papers(cast, dispute, shared):
    with pytest.raises(Forbidden, match="登记在册、任期内"):
        papers.make(cast.he, dispute_id=dispute, kind="人调")
    found = acts.register_committee(cast.he, number="999999-02", name="旧调解委员会", kind="town", since=date(2020, 1, 1))
    acts.add_member(cast.he, committee_id=found, account_id=cast.he.account_id, since=date(2020, 1, 1), until=date(2023, 1, 1))
    with pytest.raises(Forbidden, match="登记在册、任期内"):
        papers.make(cast.he, dispute_id=dispute, kind="人调")


def test_what_the_mediator_was_told_is_unreadable_for_the_police_down_to_the_table(cast, dispute, shared, committee):
    record = papers.make(cast.he, dispute_id=dispute, kind="人录", words={"调解过程": "李四海说愿意让步"})
    agreed = papers.make(cast.he, dispute_id=dispute, kind="人调")
    for officer in (cast.wang, cast.zhao):
        with scope(officer):
            assert not Paper.objects.filter(id=record.id) and not PaperVersion.objects.filter(paper_id=record.id)
            assert Paper.objects.filter(id=agreed.id).exists(), "the agreement itself is for both"
        with pytest.raises(NotThere):
            reads.paper_page(officer, record.id)


def test_the_next_station_sees_no_paper_and_can_make_none(cast, dispute):
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解")
    with scope(cast.chen):
        assert not Paper.objects.all() and not PaperVersion.objects.all()
    for call in (
        lambda: reads.paper_page(cast.chen, paper.id), lambda: papers.issue_paper(cast.chen, paper_id=paper.id),
        lambda: papers.make(cast.chen, dispute_id=dispute, kind="调解"), lambda: reads.opened(cast.chen, paper.id),
    ):  # fmt: skip
        with scope(cast.chen), pytest.raises(NotThere):
            call()
    with pytest.raises(Forbidden):
        papers.make(cast.lin, dispute_id=dispute, kind="调解")


def test_numbers_follow_each_other_without_a_gap_and_a_voided_one_stays_listed(cast, dispute):
    first, second = (papers.make(cast.wang, dispute_id=dispute, kind="调解") for _ in range(2))
    one = papers.issue_paper(cast.wang, paper_id=first.id)
    papers.void_paper(cast.wang, paper_id=first.id, reason="misprint")
    two = papers.issue_paper(cast.wang, paper_id=second.id)
    assert (one, two) == ("枫公（城关）调解字〔2026〕1号", "枫公（城关）调解字〔2026〕2号")
    from fengqiao.disputes.queries import casefile

    with scope(cast.wang):
        listed = casefile.numbers_of(cast.wang, "调解", 2026)
        assert PaperNumber.objects.count() == 2
    assert [(row["n"], bool(row["voided_at"]), row["reason"]) for row in listed] == [(1, True, "打印或填写错误"), (2, False, "")]
    assert one in text(printing.pdf(said(cast.wang, first).sheet)), "the number is printed on the paper"
    with pytest.raises(Refused):
        papers.void_paper(cast.wang, paper_id=first.id, reason="misprint")


def test_a_draft_made_again_keeps_the_earlier_version_and_what_was_written_by_hand(cast, dispute):
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解", words={"协议内容": "各退一步"})
    acts.settle(cast.wang, dispute_id=dispute, outcome="settled", performance="none", text="界墙不超过一米八")
    papers.remake_paper(cast.wang, paper_id=paper.id, words={"经过": "界墙加高引起争吵"})
    assert now(cast.wang, paper).versions == 2
    first, second = said(cast.wang, paper, 1), said(cast.wang, paper, 2)
    assert first.words["协议内容"] == second.words["协议内容"] == "各退一步"
    assert first.words["经过"] != second.words["经过"] == "界墙加高引起争吵"
    papers.issue_paper(cast.wang, paper_id=paper.id)
    with pytest.raises(Refused, match="作废后另制"):
        papers.remake_paper(cast.wang, paper_id=paper.id)
    with pytest.raises(Refused):
        papers.issue_paper(cast.wang, paper_id=paper.id)


def test_a_signed_scan_is_checked_and_taken_only_after_the_paper_is_final(cast, dispute):
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解")
    with pytest.raises(Refused, match="先定稿"):
        papers.keep_signed_paper(cast.wang, paper_id=paper.id, name="签字.png", data=scan())
    papers.issue_paper(cast.wang, paper_id=paper.id)
    with pytest.raises(Invalid, match="不符"):
        papers.keep_signed_paper(cast.wang, paper_id=paper.id, name="签字.png", data=b"MZ\x90\x00 a program")
    with pytest.raises(Invalid, match="扫描件须为"):
        papers.keep_signed_paper(cast.wang, paper_id=paper.id, name="签字.txt", data="文字".encode())
    assert now(cast.wang, paper).state == "issued"
    papers.keep_signed_paper(cast.wang, paper_id=paper.id, name="签字.png", data=scan())
    kept = now(cast.wang, paper)
    assert kept.state == "signed" and kept.scan_id
    papers.keep_signed_paper(cast.wang, paper_id=paper.id, name="更清楚.png", data=scan())
    assert now(cast.wang, paper).scan_id != kept.scan_id
    with pytest.raises(Forbidden, match="所领导"):
        papers.void_paper(cast.wang, paper_id=paper.id, reason="misprint")
    papers.void_paper(cast.zhao, paper_id=paper.id, reason="replaced")


def test_domestic_violence_gets_a_warning_letter_and_no_paper_of_mediation(cast, stands):
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, kind="D01V", text="丈夫动手打人"))
    for code, kind in kinds.KINDS.items():
        if kind.room != "people" and kind.violence == "never":
            with pytest.raises(Refused, match="家庭暴力不调解"):
                papers.make(cast.wang, dispute_id=dispute, kind=code)
    with scope(cast.wang):
        party = stands(dispute).dispute.parties.get(name="李四海")
    paper = papers.make(cast.wang, dispute_id=dispute, kind="告诫", party_id=party.id, words={"事实": "11月2日在家中殴打妻子"})
    shown = text(printing.pdf(said(cast.wang, paper).sheet))
    for words in ("禁止实施家庭暴力", "加害人李四海", "受害人王大山", "11月2日在家中殴打妻子", "《反家庭暴力法》第十六条", "第十七条", "居民委员会"):
        assert words in shown, words
    other = acts.open_dispute(cast.wang, matter_id=told(cast, text="另一家停车争吵"))
    with pytest.raises(Refused, match="只对家庭暴力"):
        papers.make(cast.wang, dispute_id=other, kind="告诫")


def test_no_article_is_printed_that_was_not_read_in_the_law(cast, dispute):
    assert reads.cited(["security_agreement"]) == "《公安机关办理行政案件程序规定》第一百八十四条"
    assert reads.cited(["recusal_decision"]) == "《公安机关办理行政案件程序规定》第十七条、第二十一条"
    assert reads.cited(["one_officer_case_place", "record_sealing"]) == "", "they rest on the 2025 law, not read yet"
    assert reads.cited(["self_settlement"]) == ""
    from fengqiao.core.rules.deadlines import rules

    known = {rule.id for rule in rules()}
    for kind in kinds.KINDS.values():
        source = sheets.sheet(kind.file)
        assert set(source.rules) <= known, kind.code
        words = "".join(block.text + block.value for block in source.blocks if block.kind != "law")
        assert "条" not in words.replace("收条", ""), f"{kind.code}: an article stands in its text"


@pytest.mark.parametrize("code", kinds.KINDS)
def test_every_kind_prints_with_its_words_and_as_word_file(cast, code):
    kind = kinds.KINDS[code]
    words = {name: f"甲{n}" for n, name in enumerate(sheets.FIELDS)}
    rows = [{"role": "当事人", "name": "欧阳修远", "id_number": "", "phone": ""}] * 3
    sheet = sheets.fill(sheets.sheet(kind.file), words, rows, reads.cited)
    shown = text(printing.pdf(sheet))
    plain = word.docx(sheet)
    document = Word(io.BytesIO(plain))
    edited = "".join(line.text for _, line in word._lines(document))
    for block in sheet["blocks"]:
        for part in [block.get("text", ""), *[str(v) for row in block.get("rows", []) for v in row[:2]]]:
            assert "".join(part.split()) in shown, part
            assert part in edited, part
    for page in PdfReader(io.BytesIO(printing.pdf(sheet))).pages:  # minutes are signed on every page
        words_there = "".join(page.extract_text().split())
        assert all(who in words_there for who in sheet["foot"])
    assert bool(sheet["foot"]) == (code in ("调笔", "人查", "人录"))


def test_a_print_without_any_chinese_font_is_refused_with_what_to_do(cast, monkeypatch):
    from fengqiao import home

    monkeypatch.setattr(home, "font_dirs", list)
    sheet = sheets.fill(sheets.sheet("receipt"), {}, [], reads.cited)
    with pytest.raises(Refused, match="没有可用的中文字体") as refused:
        printing.pdf(sheet)
    assert refused.value.status == 503 and "管理员" in refused.value.message


def test_a_character_no_font_has_is_left_open_and_said_instead_of_printed_as_a_box(cast):
    sheet = sheets.fill(sheets.sheet("receipt"), {"事由": "两家争吵", "对象": "王\U000323af"}, [], reads.cited)
    shown = text(printing.pdf(sheet))
    assert "王〔" in shown and "请手写（U+323AF）" in shown and "\U000323af" not in shown
    common = sheets.fill(sheets.sheet("receipt"), {"对象": "阿卜杜拉·买买提"}, [], reads.cited)
    assert "请手写" not in text(printing.pdf(common)) and "阿卜杜拉·买买提" in text(printing.pdf(common))


def test_a_template_with_unknown_fields_is_refused_with_each_of_them_named_and_where_it_stands():
    form = Word()
    form.add_paragraph("兹有 {{甲方}} 与 {{被申诉人}} 因 {{事由}}")
    table = form.add_table(2, 2)
    table.cell(1, 1).text = "{{性取向}}"
    form.add_paragraph("编号 {{文号")
    out = io.BytesIO()
    form.save(out)
    problems = word.template_problems(out.getvalue())
    assert problems == [
        "正文第 1 段的字段“被申诉人”不认识，请改为字段表中的名称", "正文第 2 段的花括号没有成对：编号 {{文号",
        "表格 1 第 2 行第 2 列的字段“性取向”不认识，请改为字段表中的名称",
    ]  # fmt: skip


def test_a_bureaus_own_template_is_filled_also_where_word_split_the_mark(cast, dispute):
    form = Word()
    line = form.add_paragraph("甲方：")
    for piece in ("{{甲", "方", "}}，电话 {{甲方电话}}，金额 {{金额}}"):
        line.add_run(piece)
    out = io.BytesIO()
    form.save(out)
    filled = word.fill_template(out.getvalue(), {"甲方": "王大山", "甲方电话": "138 0000 1234"})
    assert Word(io.BytesIO(filled)).paragraphs[0].text == "甲方：王大山，电话 138 0000 1234，金额 ＿＿＿＿＿＿"


def test_what_was_edited_in_word_is_kept_and_gets_the_number(cast, dispute):
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解")
    draft = Word(io.BytesIO(word.docx(said(cast.wang, paper).sheet, to_be_numbered=True)))
    draft.add_paragraph("双方另行约定：共用水管费用各半。")
    out = io.BytesIO()
    draft.save(out)
    with pytest.raises(Invalid, match="DOCX"):
        papers.keep_edited_paper(cast.wang, paper_id=paper.id, name="改.png", data=scan())
    papers.keep_edited_paper(cast.wang, paper_id=paper.id, name="协议.docx", data=out.getvalue())
    number = papers.issue_paper(cast.wang, paper_id=paper.id)
    kept = now(cast.wang, paper)
    last = said(cast.wang, paper, kept.versions)
    from fengqiao.core import documents

    with scope(cast.wang):
        edited = Word(io.BytesIO(documents.plain_bytes(last.document)))
    lines = [line.text for line in edited.paragraphs]
    assert last.how == "edited" and number in lines and "（定稿时编号）" not in lines and "双方另行约定：共用水管费用各半。" in lines


@pytest.mark.parametrize("wrong", [{"state": "signed"}, {"state": "issued"}, {"state": "void"}, {"number": "枫公一号"}, {"state": "lost"}])
def test_the_database_holds_no_paper_that_is_signed_without_scan_or_numbered_as_draft(cast, dispute, wrong):
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解")
    with scope(cast.wang), transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(id=paper.id).update(**wrong)
