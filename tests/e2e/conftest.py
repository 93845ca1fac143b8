"""Browsers of people at work: one Chromium a session, one context (its own cookies) for each person."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import Product

Person = Callable[..., Page]
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--use-fake-device-for-media-stream"]


expect.set_options(timeout=20_000)  # a loaded machine is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def person(browser: Browser, product: Product) -> Iterator[Person]:
    """`person("wang")` is that account's page, signed on through the demo's door, in a browser of its own."""
    opened: list[BrowserContext] = []

    def sign_on(username: str = "", **options: Any) -> Page:
        context = browser.new_context(base_url=product.url, locale="zh-CN", timezone_id="Asia/Shanghai",
                                      **{"viewport": {"width": 1366, "height": 768}, "service_workers": "block"} | options)  # fmt: skip
        context.set_default_timeout(20_000)
        opened.append(context)
        page = context.new_page()
        if username:
            enter(page, username)
        return page

    yield sign_on
    for context in opened:
        context.close()


def enter(page: Page, username: str) -> None:
    """Sign on with one click at the demo's door."""
    page.goto("/demo/")
    page.locator(f'button[value="{username}"]').click()
    page.wait_for_url("**/")
