"""Settling a quarrel on a phone of 390 × 844 without a signal, and finding it on the office's page afterwards."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.test_work_phone import capture, carry, look, pytestmark, waits

__all__ = ["carry", "pytestmark"]
FITS = ["违反治安管理", "因民间纠纷引起", "情节较轻", "殴打他人", "亲友、邻里、同事、在校学生之间因琐事引起", "情节轻微", "事实清楚、因果关系明确",
        "不涉及赔付或者对赔付无争议", "双方同意当场调解", "当场履行", "制作协议书或者录音录像中明确记录"]  # fmt: skip


def written(page: Page, text: str) -> None:
    """A quarrel of two parties, just written down."""
    page.get_by_role("navigation").get_by_text("记一笔").click()
    page.get_by_role("radio", name="矛盾纠纷").check()
    page.get_by_label("情况", exact=True).fill(text)
    for n, name in enumerate(("王大山", "李四海")):
        page.get_by_role("button", name="添加当事人").click()
        page.get_by_label("姓名").nth(n).fill(name)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text(text).first).to_be_visible()


def opened(page: Page, text: str) -> None:
    page.get_by_role("navigation").get_by_text("今天").click()
    page.get_by_role("link", name="纠纷", exact=True).click()
    expect(page.get_by_role("heading", name="纠纷")).to_be_visible()
    look(page, "list")
    page.get_by_role("link", name=text).click()
    expect(page.get_by_role("heading", name=text)).to_be_visible()


def narrow(page: Page) -> None:
    """Nothing is wider than the screen, nothing to tap smaller than a finger."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main .fq-button, main select, .fq-ticks label')].filter(e => e.offsetHeight && e.offsetHeight < 39).map(e => e.textContent)"
    )
    assert small == []


def test_a_quarrel_is_settled_on_the_spot_in_airplane_mode_and_the_office_has_all_of_it(carry: Any) -> None:
    page: Page = carry("wang")
    expect(page.locator(".fq-strip")).not_to_contain_text("离线")
    page.wait_for_function("async () => (await indexedDB.databases()).length > 0")
    page.get_by_role("navigation").get_by_text("我", exact=True).click()
    page.get_by_role("button", name="立即发送").click()
    expect(page.get_by_text("已同步")).to_be_visible()
    page.context.set_offline(True)
    text = "飞行模式里两家为界墙推搡"
    written(page, text)
    opened(page, text)
    look(page, "dispute-new")
    page.get_by_role("link", name="当场调解").click()
    page.get_by_label("类别").select_option(label="邻里纠纷")
    judged = page.locator(".fq-judged")
    expect(judged).to_contain_text("不得")
    expect(judged).to_contain_text("《公安机关办理行政案件程序规定》第178条")
    look(page, "mediate-blocked")
    expect(page.get_by_role("button", name="记下调解")).to_have_count(0)
    for words in FITS:
        page.get_by_label(words, exact=True).check()
    expect(judged).to_contain_text("可以")
    page.get_by_label("当事人醉酒").check()
    expect(judged).to_contain_text("约定次日")
    page.get_by_label("当事人醉酒").uncheck()
    page.get_by_label("王大山").check()
    page.get_by_label("李四海").check()
    page.get_by_label("经过").fill("双方互让，当场握手言和")
    narrow(page)
    look(page, "mediate-open")
    page.get_by_role("button", name="记下调解").click()
    expect(page.get_by_text("已调解，待发").first).to_be_visible()
    page.get_by_role("link", name="登记协议").click()
    page.get_by_label("谁履行").select_option(label="王大山")
    page.get_by_label("向谁").select_option(label="李四海")
    page.get_by_label("金额").fill("69万")
    expect(page.get_by_text("读作 690,000 元")).to_be_visible()
    page.get_by_label("已当场履行").check()
    narrow(page)
    look(page, "agree")
    page.get_by_role("button", name="记下协议").click()
    page.get_by_role("link", name="屏幕签名").click()
    box = page.locator(".fq-pad").bounding_box()
    assert box
    for dy in (30, 80):
        page.mouse.move(box["x"] + 40, box["y"] + dy)
        page.mouse.down()
        for dx in (90, 160, 220):
            page.mouse.move(box["x"] + dx, box["y"] + dy + dx % 40)
        page.mouse.up()
    narrow(page)
    look(page, "sign")
    page.get_by_role("button", name="保存签名").click()
    expect(page.get_by_role("heading", name=text)).to_be_visible()
    look(page, "dispute-settled")
    waits(page, 4)
    page.context.set_offline(False)
    waits(page, 0)
    office = page.request.get("/disputes/?q=界墙推搡").text()
    assert text in office and "已化解" in office


def test_an_auxiliary_is_offered_nothing_that_needs_an_officer(carry: Any) -> None:
    page: Page = carry("lin")
    capture(page, "两家为停车吵嘴")
    opened(page, "两家为停车吵嘴")
    expect(page.get_by_text("这里只能查看和记录")).to_be_visible()
    for name in ("当场调解", "登记协议", "屏幕签名"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)
    expect(page.get_by_role("button", name="结案")).to_have_count(0)
    narrow(page)
    look(page, "auxiliary")


def test_what_lies_in_the_demo_is_listed_with_what_may_be_done_and_why_not(carry: Any) -> None:
    page: Page = carry("wang")
    page.get_by_role("link", name="纠纷", exact=True).click()
    expect(page.locator(".fq-case").first).to_be_visible()
    narrow(page)
    look(page, "disputes")
    page.locator(".fq-case").filter(has_not_text="不存手机").first.click()
    expect(page.get_by_text("办理依据")).to_be_visible()
    narrow(page)
    look(page, "dispute")
    page.go_back()
    sealed = page.locator(".fq-case").filter(has_text="不存手机")
    if sealed.count():
        sealed.first.click()
        expect(page.get_by_role("link", name="联网打开")).to_be_visible()
        look(page, "sealed")
