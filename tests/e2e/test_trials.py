# ruff: noqa: T201  (it prints the times it measures)
"""The two trials of a new user, in a real browser against the running product, by keyboard where people use the keyboard.

Times are printed (`-s`), never judged; docs/trials.md holds them as measured on the machine named there.
"""

import csv
import io
import re
import time
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from fengqiao.core import clock
from tests.conftest import Product
from tests.e2e.conftest import Person, enter

pytestmark = pytest.mark.browser


class Keys:
    """A keyboard and nothing else; counts what was struck. A Chinese character counts as one: input methods differ."""

    def __init__(self, page: Page):
        self.page = page
        self.struck = 0
        self.characters = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.struck += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.characters += len(text)

    def tab_to(self, field: Locator) -> None:
        """Tab on, as one does who reads the form from top to bottom."""
        for _ in range(12):
            if field.evaluate("field => field === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"not reached by Tab: {field}")


def sheet(rows: list[dict[str, str]]) -> bytes:
    """A station's own table, as its spreadsheet saves it: GB18030, its own headings in its own order."""
    text = io.StringIO()
    write = csv.DictWriter(text, ["序号", "报警时间", "警情地址", "简要警情", "报警人", "联系电话", "备注"], restval="")
    write.writeheader()
    write.writerows(rows)
    return text.getvalue().encode("gb18030")


def night_register(now: datetime) -> bytes:
    """Five lines: one quarrel told twice, two others, and one with a day that does not exist."""
    stall = "两名摊贩为菜场东门的摊位发生争抢，互相推搡，其中一人手臂擦伤"
    when = f"{now - timedelta(hours=3):%Y-%m-%d %H:%M}"
    return sheet([
        {"序号": "1", "报警时间": when, "警情地址": "枫溪县城关镇解放路社区菜场东门", "简要警情": stall, "报警人": "周永福", "联系电话": "19900003301"},
        {"序号": "2", "报警时间": when, "警情地址": "枫溪县城关镇北门社区5幢2单元", "简要警情": "住户反映楼上漏水，多次上门未修", "报警人": "徐彩凤", "联系电话": "19900003302"},
        {"序号": "3", "报警时间": f"{now - timedelta(hours=2):%Y/%m/%d %H:%M}", "警情地址": "解放路社区菜场东门",
         "简要警情": "群众反映两名摊贩为菜场东门的摊位发生争抢，互相推搡，有一人手臂擦伤", "报警人": "马美玲", "联系电话": "19900003303"},
        {"序号": "4", "报警时间": when, "警情地址": "河滨社区公交站旁", "简要警情": "电动车停放后电瓶被拆走", "报警人": "胡伟", "联系电话": "19900003304"},
        {"序号": "5", "报警时间": "2026年13月45日", "警情地址": "南街社区", "简要警情": "邻居装修噪声扰民", "报警人": "林静", "联系电话": "19900003305"},
    ])  # fmt: skip


def told(page: Page) -> str:
    return page.locator("main").inner_text()


def test_a_new_user_imports_finds_a_pair_joins_it_hands_it_over_and_gets_it_back(person: Person, product: Product) -> None:
    begun = time.monotonic()
    page = person("deng")
    keys = Keys(page)

    # bring in: upload, look at the columns, start, watch, read which line was not taken and why
    page.goto("/imports/")
    page.keyboard.press("e")
    page.locator("input[type=file]").set_input_files({"name": "夜间警情.csv", "mimeType": "text/csv", "buffer": night_register(clock.local(clock.now()))})
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("table", name="各列的对应")).to_be_visible()
    assert "GB18030" in told(page)
    for heading, field in (("报警时间", "received_at"), ("警情地址", "place_text"), ("简要警情", "text"), ("联系电话", "reporter_phone")):
        expect(page.get_by_label(heading, exact=True)).to_have_value(field)
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="结果")).to_be_visible(timeout=60_000)
    facts = told(page)
    assert re.search(r"新增\s+4 行", facts) and re.search(r"未接受\s+1 行", facts), facts
    refused = page.get_by_role("region", name="未接受的行").get_by_role("row").last.inner_text()
    assert "6" in refused.split() and "报警时间" in refused and "13月45日" in refused, refused
    print(f"\nimport of five lines, looked at and read: {time.monotonic() - begun:.1f} s")

    # find the pair and compare it side by side, by keyboard
    begun = time.monotonic()
    page.get_by_role("link", name="去待分流").click()
    pairs = page.locator("#pairs .fq-row-link", has_text="菜场东门")
    for _ in range(20):  # found by the worker, some tenths of a second after the import
        if pairs.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    pair = pairs.first  # ranked; a station with hardly any reports is shown more that is none
    pair.focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="是不是同一件")).to_be_visible()
    beside = told(page)
    assert "不同" in beside and "相同词语" in beside and "相隔 1 小时" in beside, beside
    newer = page.locator(".fq-pair th a").first.inner_text()
    known = page.locator(".fq-pair th a").last.inner_text()

    # join with one key, undo with one key, join again
    keys.press("m")
    expect(page.get_by_text(f"{newer} 已并入 {known}。")).to_be_visible()
    keys.press("z")
    expect(page.get_by_text("已撤销归并。")).to_be_visible()
    assert newer in told(page) and "待分流" in told(page)
    page.get_by_role("link", name=re.compile("^待核对")).click()
    expect(page.get_by_role("heading", name="是不是同一件")).to_be_visible()
    keys.press("m")
    expect(page.get_by_text(f"{newer} 已并入 {known}。")).to_be_visible()
    print(f"pair found, compared, joined, undone, joined again: {time.monotonic() - begun:.1f} s, {keys.struck} keys")

    # hand it over to the justice office (五调, 公调对接)
    begun = time.monotonic()
    keys.press("/")
    keys.type(known)
    keys.press("Enter")
    page.wait_for_url("**/matters/*/")  # a number leads straight to its matter
    keys.press("e")
    page.get_by_label("类别").select_option("D05")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已分流。")).to_be_visible()
    page.locator(".fq-next-others a", has_text="流转").click()
    page.get_by_label("五调对接").check()
    page.get_by_label("五调渠道").select_option("GT")
    page.get_by_label("去向单位").select_option(label="城关司法所")
    page.get_by_label("移送内容和理由").fill("双方同意人民调解，请组织")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已发出，待对方签收。")).to_be_visible()
    matter = page.url

    # the other office signs for it, and sends it back with a reason
    office = person("shi")
    office.goto("/promises/")
    office.get_by_role("row", name=re.compile(known)).get_by_role("button", name="签收").click()
    expect(office.get_by_text("已签收。")).to_be_visible()
    if "/promises/box" in office.url or office.url.endswith("/promises/"):
        office.get_by_role("row", name=re.compile(known)).get_by_role("link").first.click()
    office.get_by_role("link", name="退回").click()
    office.get_by_label("退回理由").select_option(index=1)
    office.get_by_label("说明").fill("一方当事人当场表示不愿调解")
    office.keyboard.press("Control+Enter")
    expect(office.get_by_text(re.compile("已退回移送单位"))).to_be_visible()

    # it lies with the sender again at once, the clock still running
    page.goto("/promises/box/returned/")
    row = page.get_by_role("row", name=re.compile(known))
    expect(row).to_be_visible()
    assert "城关派出所" in row.inner_text() and "退回" in row.inner_text()
    page.goto(matter)
    assert "办理中" in told(page), told(page)
    print(f"sorted, handed over, signed for, returned: {time.monotonic() - begun:.1f} s")

    # and every step stands on one timeline, oldest below
    steps = page.locator("#timeline .fq-sentence").all_inner_texts()
    assert steps == ["退回本单位", "退回", "签收", "流转", "流转", "分流", "归并", "撤销归并", "归并", "接报", "接报"]


def test_at_03_10_two_drunk_neighbours_are_registered_by_keyboard_alone(person: Person, product: Product) -> None:
    """Station-day 15: warned of address, time and unpaid agreement; the session ends while typing; handed to the morning."""
    page = person("wang")  # he signed on at this PC in the evening
    enter(page, "zhao")  # who is on duty tonight signs on after him
    keys = Keys(page)
    begun = time.monotonic()

    keys.press("n")
    text = page.get_by_label("发生了什么")
    expect(text).to_be_focused()
    keys.type("王大山与李小毛酒后到窗口吵架，为院墙旧事，未见伤情")
    keys.tab_to(page.get_by_label("地点", exact=True))
    keys.type("枫桥村三组12号")
    keys.tab_to(page.locator("[name=p0-name]"))
    keys.type("王大山")
    keys.tab_to(page.locator("[name=p1-name]"))
    keys.type("李小毛")

    # warned before anything is saved: same address, second time in twenty days, agreement of 3 May unpaid
    earlier = page.locator("#similar .ik-suspect", has_text=product.made["night_number"])
    expect(earlier).to_be_visible()
    warning = earlier.inner_text()
    assert "同一地址" in warning and "18 天内第 2 次" in warning and "5月3日协议 800 元未付" in warning, warning
    assert "王大山" not in warning
    warned = time.monotonic() - begun

    # the session ran out meanwhile: his quick PIN, and the form goes on by itself with everything typed
    page.context.clear_cookies(name="sessionid")
    keys.press("Escape", "o")  # 再次发生
    ended = page.get_by_role("dialog", name="登录已过期")
    expect(ended).to_be_visible()
    expect(text).to_have_value("王大山与李小毛酒后到窗口吵架，为院墙旧事，未见伤情")
    ended.locator("[name=password]").focus()
    keys.type("135790")
    keys.press("Enter")
    number = page.locator("[data-receipt]")
    expect(number).to_be_visible()
    receipt, taken, struck = number.inner_text(), time.monotonic() - begun, keys.struck
    assert "已在办" in told(page) and "记为再次发生" in told(page) and product.made["night_number"] in told(page)

    with page.context.expect_page() as opened:  # printed: a PDF in a tab of its own
        keys.press("e")
    address = opened.value.url
    opened.value.close()
    assert address.endswith("/receipt.pdf") or "receipt" in page.locator("[data-primary]").first.get_attribute("href")
    paper = page.request.get(page.locator("a[data-primary]").first.get_attribute("href"))
    assert paper.headers["content-type"] == "application/pdf"
    printed = "".join(one.extract_text() for one in PdfReader(io.BytesIO(paper.body())).pages)
    assert receipt in re.sub(r"\s", "", printed)
    printed_at = time.monotonic() - begun

    # not mediated, they are drunk: a line for the duty log with one key, and the quarrel stands on the handover by itself
    keys.press("r")
    expect(page.get_by_role("dialog", name="记入值班日志")).to_be_visible()
    keys.type("两人醉酒，未调解，约定次日15时到所")
    keys.press("Enter")
    expect(page.get_by_text("已记入值班日志。")).to_be_visible()
    noted = time.monotonic() - begun

    # an appointment for tomorrow at 15:00, in one form that is filled in already; nobody mediates a drunk on the spot
    keys.press("/")
    keys.type(product.made["night_dispute"])
    keys.press("Enter")
    page.wait_for_url("**/disputes/*/")
    page.get_by_role("link", name="约定调解").click()
    tomorrow = f"{clock.local(clock.now()) + timedelta(days=1):%Y-%m-%d}T15:00"
    expect(page.locator("[name=start]")).to_have_value(tomorrow)
    page.locator("[name=way]").select_option("phone")
    page.locator("[name=agreed]").select_option("none")
    page.locator("[name=drunk]").check()
    page.locator("#id_kind").select_option(label="人民调解")
    page.locator("#id_mediator").select_option(label="人民调解员 何秋云（城关镇人民调解委员会）")  # never the officer
    page.locator("[name=drunk]").press("Control+Enter")
    expect(page.get_by_text("已约定调解。")).to_be_visible()
    agreed = time.monotonic() - begun

    keys.press("g", "b")
    page.wait_for_url("**/shifts/")
    keys.press("b")
    page.wait_for_url("**/shifts/*-*/")
    expect(page.get_by_role("region", name=re.compile("^未办结"))).to_contain_text(product.made["night_number"])
    expect(page.get_by_role("region", name=re.compile("^到期事项"))).to_contain_text("约定调解")
    keys.press("b")
    page.wait_for_url("**/log/")
    expect(page.locator("#log")).to_contain_text("两人醉酒，未调解，约定次日15时到所")

    # change of user by PIN: wang takes over, and has it on his list
    keys.press("Escape")  # out of the log's own line
    changed = time.monotonic()
    keys.press("u")
    keys.type("wang")
    keys.press("Tab")
    keys.type("135790")
    keys.press("Enter")
    expect(page.locator(".fq-bar-link", has_text="王砚")).to_be_visible()
    pin = time.monotonic() - changed
    todo = page.locator(".fq-today-main")
    expect(todo).to_contain_text(product.made["night_dispute"])
    mine = todo.locator("li", has_text=product.made["night_dispute"])
    assert "发生 3 次" in mine.inner_text()
    print(
        f"\n03:10: {keys.struck} keys and {keys.characters} characters ({struck} keys up to the receipt); warned after {warned:.1f} s, receipt {receipt} after {taken:.1f} s, "
        f"printed after {printed_at:.1f} s, logged after {noted:.1f} s, appointment after {agreed:.1f} s, user changed in {pin:.1f} s"
    )
