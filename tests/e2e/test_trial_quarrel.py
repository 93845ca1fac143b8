# ruff: noqa: T201  (it prints what it counts)
"""One quarrel from the call to the closing with all its papers, and the month's report, by clicks and keys in a real browser.

Nobody goes to an address but the start page. What is counted is printed (`-s`); that no fact was typed twice is judged.
docs/trials.md holds the figures as measured on the machine named there.
"""

import io
import re
import shutil
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from fengqiao.core import clock
from tests.conftest import Product
from tests.e2e.conftest import Person
from tests.e2e.hands import Hands, Tally, on_paper

pytestmark = pytest.mark.browser

STORY = "狗咬伤路过的中学生右小腿，两家为医药费争吵，狗主人扬言再吵就打人"
FACTS = ("李秀兰", "邹大山", "王小雨", "19900005501", "19900005502", "枫桥村五组12号", STORY, "3600")
ROOM = "驻所调解室"
LATER = timedelta()


def own_form() -> bytes:
    """A station's own monthly table: its own title, order and sums, with marked cells, and the list of what is open."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "月报表"
    sheet["A1"], sheet["A2"] = "{{ 单位 }}矛盾纠纷排查调处月报表", "{{ 报告年 }}年{{ 报告月 }}月"
    sheet.merge_cells("A1:E1")
    for at, word in enumerate(("上期结转", "新增", "移入", "反弹", "化解", "调解不成", "移送", "撤回", "未化解"), 4):
        for column, mark in enumerate((word, f"{{{{ {word} }}}}", f"{{{{ {word}.上期 }}}}", f"{{{{ {word}.环比 }}}}"), 1):
            sheet.cell(at, column, mark)
    sheet["A13"], sheet["B13"] = "核对", "=B4+B5+B6+B7-B8-B9-B10-B11-B12"
    for column, word in enumerate(("名称", "上期结转", "新增", "移入", "反弹", "化解", "移送", "未化解"), 1):
        sheet.cell(15, column, f"{{{{ 按类别.{word} }}}}")
        sheet.cell(16, column, "合计" if column == 1 else f"=SUM({chr(64 + column)}15:{chr(64 + column)}15)")
    listed = book.create_sheet("未化解清单")
    for column, word in enumerate(("序号", "编号", "类别", "事由", "责任民警", "下步措施"), 1):
        listed.cell(1, column, word)
        listed.cell(2, column, f"{{{{ 未化解清单.{word} }}}}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(data: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


def next_step(page: Page) -> str:
    return page.locator(".fq-next, .fq-next-step").first.inner_text()


def paper(hands: Hands, dispute: str, name: str) -> str:
    """Make a paper, read it, fix it; the words printed. From the dispute's page and back to it."""
    hands.click(hands.page.locator("#papers a", has_text=f"制作{name}").first)
    hands.send()
    printed = hands.page.get_by_role("link", name="打印").first
    expect(printed).to_be_visible()
    hands.press("e")
    expect(hands.page.locator("dialog[open]")).to_be_visible()
    hands.press("Enter")
    expect(hands.page.locator(".fq-head")).to_contain_text("已定稿")
    data = hands.page.request.get(hands.page.get_by_role("link", name="打印").first.get_attribute("href")).body()
    hands.tally.clicks += 1  # the print is looked at
    hands.link(dispute)
    return text(data)


def test_one_quarrel_from_the_call_to_the_closing_with_all_its_papers_and_no_fact_typed_twice(person: Person, product: Product) -> None:
    tally = Tally()
    begun = time.monotonic()
    people = {name: Hands(person(name), tally) for name in ("deng", "wang", "zhao", "he", "lv")}
    deng, wang, zhao, he, lv = people.values()
    now = clock.local(clock.now()) + LATER

    # the station is set up: a room, a lawyer on the rota this afternoon (done once, not counted)
    setup = Hands(zhao.page, Tally())
    setup.click(setup.page.locator("#nav").get_by_role("link", name="调解"))
    setup.link("登记调解室")
    setup.type("名称", ROOM)
    setup.click(setup.page.get_by_label("城关司法所"))
    setup.send()
    setup.said("已登记调解室")
    setup.click(setup.page.locator("main").get_by_role("link", name="律师值班"))
    setup.link("安排值班")
    setup.page.locator("main [name=start]").fill(f"{now:%Y-%m-%dT%H:00}")
    setup.choose("律师", "吕方")
    setup.send()
    expect(setup.page.locator("main table")).to_contain_text("吕方")

    # 110: the desk writes one sentence, the place, three names, two telephones
    deng.press("n")
    expect(deng.page.get_by_label("发生了什么")).to_be_focused()
    deng.page.keyboard.type(STORY)
    tally.typed.append(("发生了什么", STORY))
    deng.press("Tab")
    assert deng.page.evaluate("document.activeElement.name") == "place_text", "from the sentence straight to the place"
    deng.page.keyboard.type("枫桥村五组12号")
    tally.typed.append(("地点", "枫桥村五组12号"))
    for n, (name, phone) in enumerate((("李秀兰", "19900005501"), ("邹大山", "19900005502"))):
        for what, value in (("name", name), ("phone", phone)):
            deng.click(deng.page.locator(f"[name=p{n}-{what}]"))
            deng.page.keyboard.type(value)
            tally.typed.append((f"p{n}-{what}", value))
    deng.press("Escape", "p")
    assert deng.page.evaluate("document.activeElement.name") == "p2-name"
    deng.page.keyboard.type("王小雨")
    tally.typed.append(("p2-name", "王小雨"))
    deng.choose("类别", "损害赔偿纠纷")
    deng.send()
    expect(deng.page.locator("[data-receipt]")).to_be_visible()
    outputs = {"接报回执": text(deng.page.request.get(deng.page.locator("a[data-primary]").first.get_attribute("href")).body())}
    deng.press("o")
    deng.page.wait_for_url("**/matters/*/")
    deng.press("e")
    deng.choose("责任民警或主办人", "王砚")
    deng.send()
    deng.said("已分流。")

    # the officer finds it on the start page, opens the dispute with one key, is warned of the signs in the words
    wang.press("g", "t") if wang.page.locator('[data-go="t"]').count() else wang.click(wang.page.locator("#nav a").first)
    line = wang.page.locator(".fq-today-main .fq-item", has_text="狗咬伤路过的中学生")
    expect(line).to_be_visible()
    assert "王小雨" not in line.inner_text() and "王某某" in line.inner_text()
    wang.click(line)
    wang.page.wait_for_url("**/matters/*/")
    wang.press("e")
    wang.page.wait_for_url("**/disputes/*/")
    dispute = re.search(r"D\d{4}-[A-Z]\d+", wang.page.locator(".fq-crumbs").inner_text())[0]
    signs = wang.page.locator("#signs")
    for _ in range(40):  # found in the words by the worker, a moment later
        if signs.count():
            break
        wang.page.wait_for_timeout(500)
        wang.page.reload()
    expect(signs).to_contain_text("有人受伤、威胁恐吓、涉及未成年人")
    wang.click(signs.get_by_role("link", name="确认"))
    wang.send()
    wang.said("已确认。")
    wang.click(wang.page.locator("#signs").get_by_role("link", name="不予受案"))
    wang.type("不予受案的理由", "犬只咬伤，非人为伤害；口头威胁已当场训诫")
    wang.send()
    expect(wang.page.locator("#signs")).to_contain_text("不予受案已提请所领导审签")

    # the leader signs both: that no case is made of it, and the level raised by the threat
    for what in ("不予受案", "升为"):
        zhao.click(zhao.page.locator("#nav").get_by_role("link", name="审批"))
        zhao.click(zhao.page.locator("main tbody tr", has_text=dispute).filter(has_text=what).get_by_role("link").first)
        zhao.click(zhao.page.get_by_label("同意", exact=True))
        zhao.button("审批")
        zhao.said("已审批。")

    # the law's conditions, a room, the committee's mediator, the lawyer; the mother is chosen as guardian, not written again
    wang.find(dispute)
    assert "橙" in wang.page.locator(".fq-head").inner_text()
    wang.link("填写办理依据")
    wang.choose("性质", "不构成")
    wang.click(wang.page.get_by_label("因民间纠纷引起"))
    wang.send()
    wang.said("已填写办理依据。")
    expect(wang.page.locator("#law-head").locator("xpath=..")).to_contain_text("人民调解")
    wang.link("约定调解")
    expect(wang.page.locator("[name=mediator]")).to_have_value(re.compile("committee$"))  # the only one there is
    wang.day("start", f"{now:%Y-%m-%dT%H:%M}")
    wang.choose("调解室", ROOM)
    wang.click(wang.page.locator("main summary", has_text="律师"))
    wang.choose("值班律师", "吕方")
    wang.choose("王某某：年龄", "14 至 17")
    wang.choose("王某某：监护人", "李某某（报警人）作为监护人到场")
    wang.send()
    wang.said("已约定调解。")
    assert "打开调解" in next_step(wang.page)

    # the lawyer writes what was asked and said; no police post reads it
    lv.click(lv.page.locator("#nav").get_by_role("link", name="值班"))
    lv.link("登记咨询")
    lv.choose("事项", "损害赔偿")
    lv.choose("结果", "当场解答")
    lv.type("咨询记录", "可主张医疗费和护理费，以票据为准")
    lv.send()
    expect(lv.page.locator("main")).to_contain_text("可主张医疗费和护理费，以票据为准")
    zhao.click(zhao.page.locator("#nav").get_by_role("link", name="调解"))
    zhao.click(zhao.page.locator("main").get_by_role("link", name="律师值班"))
    expect(zhao.page.locator("main table")).to_contain_text("吕方")
    assert "可主张" not in zhao.page.content()

    # the mediator finds the session on her start page and writes the minutes
    he.click(he.page.locator("#nav a").first)
    he.click(he.page.locator(".fq-today-main .fq-item", has_text=dispute))
    he.page.wait_for_url("**/sessions/*/")
    expect(he.page.locator("main")).to_contain_text("值班律师")
    he.press("e")
    expect(he.page.get_by_label("调解笔录")).to_be_visible()
    he.type("调解笔录", "双方到场，母亲陪同。邹家承认犬只未拴，愿分期赔偿；对方谅解。")
    he.choose("调解结果", "调解成功")
    he.send()
    he.said("已登记调解。")

    # the officer takes the result over with one key, and writes the agreement: sum, first day, how many times
    wang.find(dispute)
    wang.press("e")
    wang.said("已按调解结果登记。")
    assert "双方到场，母亲陪同" not in wang.page.content(), "the committee's minutes are the committee's"
    wang.press("e")
    wang.choose("由谁履行", "邹某某")
    wang.choose("向谁履行", "王某某")
    wang.type("金额（元）", "3600")
    wang.day("due_on", f"{now:%Y-%m-%d}")
    wang.type("期数", "3")
    expect(wang.page.locator("#plan")).to_contain_text("¥1,200")
    wang.send()
    wang.said("已登记协议。")

    # all the papers: the police's by the officer, the committee's by its mediator, the signed one scanned
    for name in ("接处警登记表", "调解告知书", "履行凭证（收条）"):
        outputs[name] = paper(wang, dispute, name)
    he.find(dispute)
    for name in ("人民调解受理登记表", "人民调解记录", "人民调解协议书", "司法确认申请指引"):
        outputs[name] = paper(he, dispute, name)
    assert "人民币叁仟陆佰元整" in outputs["人民调解协议书"] and "李秀兰" in outputs["人民调解协议书"]
    he.click(he.page.locator("#papers li", has_text="人民调解协议书").get_by_role("link").first)
    he.page.locator("input[type=file]").first.set_input_files({"name": "协议.png", "mimeType": "image/png", "buffer": he.page.screenshot()})
    tally.clicks += 2  # the file is picked in the system's own window
    he.button("上传")
    expect(he.page.locator(".fq-head")).to_contain_text("已签字归档")
    public = he.page.request.get(he.page.get_by_role("link", name="公开文本").get_attribute("href")).body()
    assert not [name for name in ("李秀兰", "邹大山", "王小雨") if name in text(public)], "NP-55: masked"
    docx = he.page.request.get(he.page.get_by_role("link", name="下载修改").get_attribute("href"))
    assert "wordprocessingml" in docx.headers["content-type"] or docx.status == 200

    # the 110 system gets its feedback by one key
    wang.find(dispute)
    wang.press("c")
    expect(wang.page.locator("#feedback").locator("xpath=..").locator("textarea")).to_be_visible()
    outputs["110反馈"] = re.sub(r"\s", "", wang.page.locator("#papers textarea").first.input_value())
    wang.button("已回填")
    expect(wang.page.locator("#papers")).to_contain_text("已回填")

    # 司法确认, performance in three parts, the first revisit, the signature, the end
    wang.link("申请司法确认")
    wang.type("人民法院", "枫溪县人民法院")
    wang.click(wang.page.get_by_label("双方当事人共同申请"))
    wang.send()
    wang.said("已登记申请。")
    for _ in range(3):
        wang.click(wang.page.get_by_role("link", name="登记履行").first)
        wang.send()
        wang.said("已登记履行。")
    wang.press("e")
    wang.click(wang.page.get_by_label("上门", exact=True))
    wang.click(wang.page.get_by_label("稳定", exact=True))
    wang.send()
    wang.said("已登记回访。")
    wang.press("e")
    wang.send()
    expect(wang.page.locator("main")).to_contain_text("结案已提请审批，正等待决定。")
    zhao.click(zhao.page.locator("#nav").get_by_role("link", name="审批"))
    zhao.click(zhao.page.locator("main tbody tr", has_text=f"{dispute} 结案").get_by_role("link").first)
    zhao.click(zhao.page.get_by_label("同意", exact=True))
    zhao.button("审批")
    wang.find(dispute)
    wang.press("e")
    expect(wang.page.locator("main .fq-form-acts button")).to_be_focused()
    wang.press("Enter")
    wang.said("已结案。")

    # one key assembles the file
    with wang.page.context.expect_page() as opened:
        wang.press("v")
    opened.value.close()
    token = wang.page.locator("meta[name=csrf-token]").get_attribute("content")
    action = wang.page.locator("form[action$='/casefile/']").get_attribute("action")
    whole = wang.page.request.post(action, headers={"X-CSRFToken": token, "Referer": wang.page.url}).body()
    file = text(whole)
    for name in ("接报回执", "接处警登记表", "人民调解协议书", "履行凭证", "卷内备考表"):
        assert name in file, name
    outputs["卷宗封面和目录"] = file[:900]
    machine = time.monotonic() - begun

    assert tally.twice() == []
    again = [fact for one in outputs.values() for fact in FACTS for _ in range(one.count(re.sub(r"\s", "", fact)))]
    once = [words for _, words in tally.typed if words not in FACTS]  # minutes, reasons, days: written once either way
    paper_way = on_paper(again + once, len(outputs))
    sheets = len(PdfReader(io.BytesIO(whole)).pages)
    print(
        f"\nquarrel: {tally.keys} keys, {tally.clicks} clicks, {tally.choices} choices, {len(tally.typed)} fields with {tally.characters} characters "
        f"({', '.join(name for name, _ in tally.typed)}); typed twice: {len(tally.twice())}; hands {tally.by_hand / 60:.1f} min by the keystroke-level "
        f"model, product {machine:.0f} s; {len(outputs)} outputs, file of {sheets} pages; names, telephones, place, sentence and sum stand in them {len(again)} times, {sum(map(len, again))} characters; the same by word "
        f"processor {paper_way / 60:.1f} min"
    )


def test_the_months_report_in_the_stations_own_form_is_signed_sent_and_every_number_followed_to_its_list(
    person: Person, product: Product, tmp_path: Path
) -> None:
    """The station's own table filled, frozen, recalculated by a spreadsheet program where there is one, each figure followed by a click."""
    tally = Tally()
    deng, zhao = Hands(person("deng"), tally), Hands(person("zhao"), tally)
    begun = time.monotonic()
    deng.click(deng.page.locator("#nav").get_by_role("link", name="数据"))
    deng.click(deng.page.locator("main").get_by_role("link", name="样表").first)
    deng.link("上传样表")
    deng.type("名称", "城关所月报表")
    deng.choose("种类", "月报")
    deng.page.locator("main input[type=file]").set_input_files(
        {"name": "月报表.xlsx", "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "buffer": own_form()}
    )
    deng.button("登记样表")
    expect(deng.page.locator("main")).to_contain_text("月报表!B5")
    once = (tally.keys, tally.clicks)

    deng.button("起草")
    expect(deng.page.locator("main")).to_contain_text("填入的数据")
    deng.press("e")
    deng.said("已提请签发。")
    zhao.click(zhao.page.locator("#nav").get_by_role("link", name="审批"))
    zhao.click(zhao.page.locator("main tbody tr", has_text="城关所月报表").get_by_role("link").first)
    zhao.click(zhao.page.get_by_label("同意", exact=True))
    zhao.button("审批")
    zhao.said("已审批。")
    deng.page.reload()
    deng.type("报送单位", "枫溪县公安局指挥中心")
    deng.send()
    deng.said("已登记报送。")
    spent = time.monotonic() - begun

    with deng.page.expect_download() as download:
        deng.link("下载")
    kept = tmp_path / "filed.xlsx"
    download.value.save_as(kept)
    sheet = openpyxl.load_workbook(kept)["月报表"]
    values = {sheet.cell(at, 1).value: sheet.cell(at, 2).value for at in range(4, 13)}
    assert values["上期结转"] + values["新增"] + values["移入"] + values["反弹"] == sum(
        values[word] for word in ("化解", "调解不成", "移送", "撤回", "未化解")
    ), values
    if soffice := shutil.which("soffice"):
        subprocess.run(
            [soffice, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
             "--outdir", str(tmp_path), str(kept)], check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        lines = [line.split(",") for line in (tmp_path / "filed-月报表.csv").read_text(encoding="utf-8").splitlines()]
        assert next(line for line in lines if line[0] == "核对")[1] == "0", "the program's own sum"
        sums = next(line for line in lines if line[0] == "合计")
        assert [int(one) for one in sums[1:8]] == [values[word] for word in ("上期结转", "新增", "移入", "反弹", "化解", "移送", "未化解")]

    followed, at = 0, deng.page.locator("main td a")
    for n in range(at.count()):
        number = at.nth(n).inner_text()
        at.nth(n).click()
        expect(deng.page.locator(".fq-head")).to_contain_text(number)
        if number.isdigit():
            assert deng.page.locator("main [data-row]").count() == int(number), deng.page.locator("h1").inner_text()
            followed += 1
        deng.page.go_back()
        expect(deng.page.locator("main")).to_contain_text("填入的数据")
    assert followed > 100
    print(
        f"\nmonth: {tally.keys - once[0]} keys, {tally.clicks - once[1]} clicks after the form was kept once ({once[0]} keys, {once[1]} clicks), "
        f"{spent:.0f} s with uploading; {followed} whole numbers followed to their lists; spreadsheet program: {'soffice' if soffice else 'none here'}"
    )


def test_who_is_not_the_stations_sees_less_and_what_is_printed_for_the_public_is_masked(person: Person, product: Product) -> None:
    """An inspector at the screen: figure → list → dispute → its event; the next station, the lawyer and the auxiliary beside it."""
    zhao = person("zhao")
    zhao.locator("#nav").get_by_role("link", name="数据").click()
    zhao.get_by_role("link", name="今年").click()
    figure = zhao.locator("main a[href*='disputes.found']").first
    number = int(figure.inner_text().replace(",", ""))
    figure.click()
    expect(zhao.locator("main [data-row]")).to_have_count(min(number, 200))
    row = zhao.locator("main [data-row] a").first
    name = zhao.locator("main [data-row] td").first.inner_text()
    row.click()
    expect(zhao.locator(".fq-crumbs")).to_contain_text(re.search(r"D\d{4}-[A-Z]\d+", name)[0])
    expect(zhao.locator("#timeline .fq-sentence").last).to_be_visible()
    where = zhao.url

    other = person("chen")  # 云岭派出所
    assert other.goto(where).status == 404
    lawyer = person("lv")
    assert lawyer.goto(where).status in (403, 404)
    assert [one.strip() for one in lawyer.locator("#nav a").all_inner_texts()] if lawyer.locator("#nav a").count() else True
    helper = person("lin")  # 辅警: looks on, calls people, decides nothing
    helper.goto(where)
    offered = helper.locator(".fq-next-others").first.inner_text() if helper.locator(".fq-next-others").count() else ""
    for act in ("登记结果", "结案", "登记协议", "不予受案", "填案件编号"):
        assert act not in offered, offered
