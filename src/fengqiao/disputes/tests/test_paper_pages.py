"""The pages of papers, asked for as a browser does."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document as Word

from fengqiao.core.scope import scope
from fengqiao.disputes.models import Paper, Party
from fengqiao.disputes.rules import routes
from fengqiao.disputes.rules.papers import KINDS, refused

from .bank import LAW, patterns
from .conftest import with_178
from .test_casefile import pages
from .test_papers import scan


def made(client, dispute, kind="调解", **given):
    answer = client.post(reverse("disputes:paper-make", args=[dispute, kind]), given)
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def test_one_paper_from_the_disputes_page_to_the_bound_file(cast, dispute, sign_on, access_lines, words):
    wang, there = sign_on("wang"), reverse("disputes:page", args=[dispute])
    shown = words(wang.get(there))
    assert "文书" in shown and "未制作" in shown and "接处警登记表" in shown and "治安调解协议书" in shown and "人民调解协议书" not in shown
    form = wang.get(reverse("disputes:paper-make", args=[dispute, "调解"]))
    assert "王大山" not in form.content.decode() and "王某某" in form.content.decode()
    page = made(wang, dispute, ask0="界墙加高引起争吵", ask1="各退一步")
    shown = words(wang.get(page))
    assert "草稿" in shown and "定稿" in shown and "上传修改稿" in shown and "王大山" not in shown
    with scope(cast.wang):
        paper = Paper.objects.get()
    pdf = wang.get(reverse("disputes:paper-pdf", args=[paper.id, 1]))
    assert pdf["Content-Type"] == "application/pdf" and "王大山" not in pages(pdf.content)[0], "not chosen, so not named"
    assert access_lines()[-1]["kind"] == "paper" and access_lines()[-1]["action"] == "print"
    assert wang.post(reverse("disputes:paper-issue", args=[paper.id])).status_code == 302
    shown = words(wang.get(page))
    assert "枫公（城关）调解字〔2026〕1号" in shown and "上传签字件" in shown and "重新制作" not in shown.split("各版")[0]
    up = reverse("disputes:paper-upload", args=[paper.id])
    wrong = wang.post(up, {"file": SimpleUploadedFile("a.png", b"MZ")})
    assert wrong.status_code == 422 and "未予接收" in words(wrong)
    assert wang.post(up).status_code == 422
    assert wang.post(up, {"file": SimpleUploadedFile("签字.png", scan())}).status_code == 302
    assert wang.get(reverse("disputes:paper-scan", args=[paper.id])).content == scan()
    bound = wang.post(reverse("disputes:casefile", args=[dispute]))
    assert bound["Content-Type"] == "application/pdf" and "卷宗" in pages(bound.content)[0]
    assert "成卷" in words(wang.get(there)) and "已上传" not in words(wang.get(there))


def test_all_who_are_chosen_are_named_and_nobody_else(cast, dispute, sign_on):
    with scope(cast.wang):
        from fengqiao.disputes.models import Party

        li = Party.objects.get(name="李四海")
    wang = sign_on("wang")
    made(wang, dispute, chosen=[str(li.id)])
    with scope(cast.wang):
        paper = Paper.objects.get()
    first = pages(wang.get(reverse("disputes:paper-pdf", args=[paper.id, 1])).content)[0]
    assert "李四海" in first and "王大山" not in first
    public = pages(wang.get(reverse("disputes:paper-public", args=[paper.id])).content)[0]
    assert "李某某" in public and "李四海" not in public


def test_the_word_file_opens_and_the_bureaus_own_form_takes_its_place(cast, dispute, sign_on, words):
    wang, guan = sign_on("wang"), sign_on("guan")
    made(wang, dispute)
    with scope(cast.wang):
        paper = Paper.objects.get()
    there = reverse("disputes:paper-docx", args=[paper.id, 1])
    assert "治安调解协议书" in [line.text for line in Word(io.BytesIO(wang.get(there).content)).paragraphs]
    form = Word()
    form.add_paragraph("本局式样：{{事由}}，编号{{纠纷编号}}")
    out = io.BytesIO()
    form.save(out)
    bad = Word()
    bad.add_paragraph("{{被申诉人}}")
    wrong = io.BytesIO()
    bad.save(wrong)
    page = reverse("disputes:paper-templates")
    refused = guan.post(page, {"kind": "调解", "file": SimpleUploadedFile("a.docx", wrong.getvalue())})
    assert refused.status_code == 422 and "正文第 1 段的字段“被申诉人”不认识" in words(refused)
    nonsense = guan.post(page, {"kind": "调解", "file": SimpleUploadedFile("a.docx", b"PK nothing")})
    assert nonsense.status_code == 422 and "可能被改名或损坏" in words(nonsense)
    assert guan.post(page, {"kind": "调解", "file": SimpleUploadedFile("a.docx", out.getvalue())}).status_code == 302
    assert "治安调解协议书" in words(guan.get(page))
    [line] = [one.text for one in Word(io.BytesIO(wang.get(there).content)).paragraphs if one.text]
    assert line.startswith("本局式样：") and "D2" in line and "{" not in line


def test_the_feedback_is_one_key_and_a_tick(cast, sign_on, words):
    from fengqiao.disputes import acts
    from fengqiao.intake import acts as intake
    from fengqiao.intake.rules import ReportIn

    from .conftest import LI, WANG

    matter = intake.receive(cast.deng, report=ReportIn(channel="110", text="停车争吵", place_text="桥头", parties=(WANG, LI))).matter_id
    intake.triage(cast.wang, matter_id=matter, kind="D02", owner_id=cast.wang.account_id)
    dispute = acts.open_dispute(cast.wang, matter_id=matter)
    wang, there = sign_on("wang"), reverse("disputes:feedback-text", args=[dispute, "110"])
    page = wang.get(reverse("disputes:page", args=[dispute])).content.decode()
    assert there in page and 'data-key="c"' in page and "未回填" in page
    part = wang.post(there, headers={"HX-Request": "true"}).content.decode()
    assert "data-copy-now" in part and "<html" not in part and "时间：" in part and "王大山" in part
    assert "停车争吵" in words(wang.get(reverse("disputes:feedback"))) or "110接处警系统" in words(wang.get(reverse("disputes:feedback")))
    assert wang.post(reverse("disputes:feedback-done", args=[dispute, "110"])).status_code == 302
    assert "没有待回填的" in words(wang.get(reverse("disputes:feedback")))
    assert "已回填" in words(wang.get(reverse("disputes:page", args=[dispute])))


def test_the_register_lists_every_number_also_the_voided_ones(cast, dispute, sign_on, words):
    wang = sign_on("wang")
    for _ in range(2):
        made(wang, dispute)
    with scope(cast.wang):
        ids = list(Paper.objects.order_by("created_at").values_list("id", flat=True))
    for one in ids:
        wang.post(reverse("disputes:paper-issue", args=[one]))
    assert wang.post(reverse("disputes:paper-void", args=[ids[0]]), {"reason": "misprint"}).status_code == 302
    shown = words(wang.get(reverse("disputes:paper-register") + "?kind=调解"))
    assert "调解字〔2026〕1号" in shown and "调解字〔2026〕2号" in shown and "打印或填写错误" in shown
    assert "作废" in words(wang.get(reverse("disputes:paper", args=[ids[0]])))


def panel(client, dispute):
    """The words of the page's 文书, and how often each paper is named in all of the page."""
    html = client.get(reverse("disputes:page", args=[dispute])).content.decode()
    part = html.split('id="papers"', 1)[1].split("</section>", 1)[0]
    return part.split("制作其他文书")[0], html


def test_every_paper_due_stands_once_on_the_page_with_its_article_its_state_and_the_key_to_make_it(cast, dispute, sign_on):
    with_178(cast.wang, dispute)
    wang, make = sign_on("wang"), reverse("disputes:paper-make", args=[dispute, "调解"])
    due, html = panel(wang, dispute)
    assert due.count("治安调解协议书</strong>") == 1 == html.count(f'href="{make}"'), "asked for by the law and by its state, shown once"
    line = due.split("治安调解协议书</strong>")[1].split("</li>")[0]
    assert "未制作" in line and make in line and "《公安机关办理行政案件程序规定》第" in line
    assert "应出文书" not in html
    made(wang, dispute)
    with scope(cast.wang):
        paper = Paper.objects.get()
    due, html = panel(wang, dispute)
    line = due.split("治安调解协议书</strong>")[1].split("</li>")[0]
    assert "草稿" in line and reverse("disputes:paper", args=[paper.id]) in line and "未制作" not in line
    assert due.count(reverse("disputes:paper", args=[paper.id])) == 1 and "其他文书" not in due
    other = made(wang, dispute, kind="委托", party_id=str(paper.party_id or party(cast, dispute)))
    assert other in panel(wang, dispute)[0].split("其他文书")[1], "made though not due: below"


def test_a_committees_papers_are_named_to_the_officer_but_made_by_its_mediator(cast, dispute, sign_on):
    due, _ = panel(sign_on("wang"), dispute)  # nothing stated: 人民调解 first
    line = due.split("人民调解受理登记表</strong>")[1].split("</li>")[0]
    assert "由调解委员会制作" in line and "href" not in line
    due, _ = panel(sign_on("lin"), dispute)
    assert "人民调解受理登记表</strong>" in due and "btn" not in due and "未制作" not in due, "who only looks on reads what is due"


def test_papers_the_law_asks_for_name_kinds_that_can_be_made():
    for pattern in patterns():
        for one in routes.assess(pattern.said, LAW).papers:
            assert one.kind in KINDS or not one.kind, one
            if one.kind:
                assert not refused(KINDS[one.kind], violence=pattern.said.violent), f"{pattern.number}: {one.name}"


def party(cast, dispute):
    with scope(cast.wang):
        return Party.objects.filter(dispute_id=dispute).first().id
