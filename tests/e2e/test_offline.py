"""A workstation without network, and the place field by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Person

pytestmark = pytest.mark.browser
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys())
    found.push([new URL(one.url).pathname, await (await caches.match(one)).text()]);
  return found;
}"""


def test_started_without_network_it_says_what_to_do_and_holds_nothing_of_anybody(person: Person) -> None:
    page = person("wang", service_workers="allow")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    for address in ("/", "/matters/", "/reports/new/"):
        page.goto(address)
    kept = page.evaluate(KEPT)
    assert {path for path, _ in kept if not path.startswith("/static/")} == {"/offline/"}
    name = page.locator(".fq-menu-who strong").first.text_content() or ""
    assert name and not [path for path, text in kept if name in text or "csrf" in text.lower() and path == "/offline/"]
    page.context.set_offline(True)
    page.goto("/matters/")
    expect(page.get_by_role("heading", name="网络已断开")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.fq-bar')).display") == "flex"  # the look is kept too
    page.context.set_offline(False)
    page.get_by_role("link", name="重试").click()
    expect(page.get_by_role("heading", name="事项", exact=True)).to_be_visible()


def test_a_place_is_chosen_by_keyboard_and_its_grid_follows(person: Person) -> None:
    page = person("sun")
    page.goto("/reports/new/")
    page.get_by_label("发生了什么").fill("两家为界墙争吵，声音很大")
    page.get_by_label("地点", exact=True).press_sequentially("fqc", delay=30)
    first = page.locator("#spots button").first
    expect(first).to_be_visible()
    chosen = (first.locator("span").first.text_content() or "").strip()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    field = page.get_by_label("地点", exact=True)
    expect(field).to_have_value(chosen)
    expect(field).to_be_focused()
    field.press_sequentially("门口", delay=30)
    expect(field).to_have_value(chosen + "门口")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-receipt]")).to_be_visible()
