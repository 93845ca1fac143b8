"""What goes wrong on a station's PC: the network, the session, impatient hands, two people at one matter. Nothing typed
is lost, nothing is made twice, and what others do appears by itself.
"""

import re
import uuid

import pytest
from playwright.sync_api import Page, Route, expect

from fengqiao.core.cast import DEMO_PIN
from tests.conftest import Product
from tests.e2e.conftest import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def word() -> str:
    """A word no other report has, to count by."""
    return f"晾衣架{uuid.uuid4().hex[:8]}"


def begin(page: Page, word: str) -> str:
    """The receiving form, filled in by hand; what was typed."""
    text = f"两户邻居为{word}争吵"
    page.goto("/reports/new/")
    page.get_by_label("发生了什么").fill(text)
    page.get_by_label("地点", exact=True).fill("北门社区5幢")
    page.locator("[name=p0-name]").fill("徐彩凤")
    return text


def made(page: Page, word: str) -> int:
    """How many matters of the list are told in this word."""
    rows = re.findall(r"<tr data-row=.*?</tr>", page.request.get("/matters/").text(), re.S)
    return sum(word in row for row in rows)


def keeps(page: Page, text: str) -> None:
    expect(page.get_by_label("发生了什么")).to_have_value(text)
    expect(page.locator("[name=p0-name]")).to_have_value("徐彩凤")


def send(page: Page) -> None:
    page.keyboard.press("Control+Enter")


def test_the_network_goes_in_the_middle_of_a_form_and_it_is_sent_once_when_it_is_back(person: Person, word: str) -> None:
    page = person("wang")
    text = begin(page, word)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("网络已断开，还没有提交。填写的内容保存在本机。")).to_be_visible()
    keeps(page, text)
    page.context.set_offline(False)
    assert made(page, word) == 0
    page.get_by_role("button", name="再次提交").click()
    expect(page.locator("[data-receipt]")).to_be_visible()
    assert made(page, word) == 1


def test_an_answer_lost_on_the_way_leaves_one_report_however_often_it_is_sent_again(person: Person, word: str) -> None:
    """The server has taken it, the browser never hears: the same form again gets the first receipt."""
    page = person("wang")
    text = begin(page, word)
    taken: list[str] = []

    def lose(route: Route) -> None:
        taken.append(route.fetch(max_redirects=0).headers["location"])
        route.abort()

    page.route("**/reports/new/", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    for tries in (1, 2):
        send(page)
        expect(page.get_by_text("未能送达，服务器没有应答。")).to_be_visible()
        keeps(page, text)
        page.wait_for_function("() => !document.querySelector('form[data-sending]')")
        assert len(taken) == tries
    page.unroute_all()
    send(page)
    expect(page.locator("[data-receipt]")).to_be_visible()
    assert {*taken, page.url.removeprefix(page.url.split("/reports")[0])} == {taken[0]}
    assert made(page, word) == 1


def test_a_session_that_ends_while_typing_is_begun_again_in_the_page_and_nothing_is_lost(person: Person, word: str) -> None:
    page = person("wang")
    text = begin(page, word)
    page.context.clear_cookies(name="sessionid")
    send(page)
    dialog = page.get_by_role("dialog", name="登录已过期")
    expect(dialog).to_be_visible()
    keeps(page, text)
    expect(dialog.get_by_label("工号或账号")).to_have_value("wang")
    dialog.locator("[name=password]").fill("000111")
    dialog.get_by_role("button", name="登录").click()
    expect(dialog.locator("[data-sign-in-error]")).to_be_visible()  # a wrong one opens nothing
    dialog.locator("[name=password]").fill(DEMO_PIN)
    page.keyboard.press("Enter")
    expect(page.locator("[data-receipt]")).to_be_visible()  # the form goes on by itself
    assert made(page, word) == 1


def test_impatient_hands_make_one_report(person: Person, word: str) -> None:
    page = person("wang")
    begin(page, word)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" and request.url.endswith("/new/") else None)
    page.get_by_role("button", name="受理并出回执").dblclick()
    expect(page.locator("[data-receipt]")).to_be_visible()
    receipt = page.url
    assert len(sent) == 1 and made(page, word) == 1

    # the very same form once more, as a browser sends it that was told to load the page again
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": receipt}
    again = page.request.post("/reports/new/", data=sent[0], headers=headers, max_redirects=0)
    assert again.status == 302 and receipt.endswith(again.headers["location"])
    other = page.request.post("/reports/new/", data=f"{sent[0]}&p1-name=X", headers=headers, max_redirects=0)
    assert other.status == 409  # the same key with another body is nobody's form
    assert made(page, word) == 1


def test_two_people_edit_one_matter_and_the_second_sees_both_versions(person: Person, product: Product, word: str) -> None:
    address = f"/matters/{product.made['matter_id']}/do/edit/"
    first, second = person("wang"), person("zhao")
    theirs, mine = f"李王两家为{word}争吵", f"{word}挡光引发的争吵"
    first.goto(address)
    second.goto(address)
    place = first.get_by_label("地点").input_value()
    first.get_by_label("事由").fill(theirs)
    send(first)
    expect(first.get_by_text("已修改。")).to_be_visible()
    second.get_by_label("事由").fill(mine)
    second.get_by_label("地点").fill(f"{place}西侧")
    send(second)
    expect(second.locator("[data-stale]")).to_be_visible()
    both = second.locator("main").inner_text()
    assert theirs in both and mine in both
    first.reload()
    assert mine not in first.locator("main").inner_text()  # nothing was overwritten unseen

    second.get_by_role("link", name="打开已保存的版本，继续填写").click()
    expect(second.get_by_label("事由")).to_have_value(mine)  # their own text is still theirs to send
    expect(second.get_by_label("地点")).to_have_value(f"{place}西侧")
    send(second)
    expect(second.get_by_text("已修改。")).to_be_visible()
    first.reload()
    assert mine in first.locator("main").inner_text()


def test_what_others_do_appears_as_a_quiet_line_without_reload(person: Person, word: str) -> None:
    reader, writer = person("wang"), person("deng")
    reader.goto("/waiting/")
    rows = reader.locator("#waiting [data-row]")
    before = rows.count()
    reader.evaluate("window.stayed = true")
    text = begin(writer, word)
    send(writer)
    expect(writer.locator("[data-receipt]")).to_be_visible()
    line = reader.locator("#waiting [data-refresh]")
    expect(line).to_be_visible()
    assert "1 条更新" in line.inner_text()
    assert rows.count() == before and text not in reader.locator("main").inner_text()  # nothing jumps while one reads
    line.click()
    expect(rows.filter(has_text=word)).to_be_visible()
    assert reader.evaluate("window.stayed") is True


def test_a_draft_survives_reload_and_a_change_of_user(person: Person, word: str) -> None:
    page = person("wang")
    text = begin(page, word)
    page.wait_for_timeout(400)  # it is kept a quarter of a second after the last key
    page.reload()
    keeps(page, text)
    expect(page.get_by_text(re.compile("已恢复.*未提交的内容"))).to_be_visible()
    page.goto("/demo/")
    page.locator('button[value="zhao"]').click()
    page.wait_for_url("**/")
    page.goto("/reports/new/")
    expect(page.get_by_label("发生了什么")).to_have_value("")  # a colleague's draft stays the colleague's
    page.goto("/demo/")
    page.locator('button[value="wang"]').click()
    page.wait_for_url("**/")
    page.goto("/reports/new/")
    keeps(page, text)
    page.get_by_role("button", name="放弃草稿").click()
    page.reload()
    expect(page.get_by_label("发生了什么")).to_have_value("")
    assert made(page, word) == 0
