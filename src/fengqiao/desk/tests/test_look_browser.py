"""The office pages in a real browser: nothing typed is lost, nothing is sent twice, keys and live changes work.

A small server plays the product's edges (save, sign in, stream), so that each fault can be called up at will;
pages, scripts and styles are the real ones.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from queue import Empty, Queue
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import django_htmx
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template import Context
from playwright.sync_api import Browser, Page, expect, sync_playwright

from fengqiao.desk.tests.test_look import ENGINE, SRC

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)  # a loaded machine is slow, not wrong

STATIC = [SRC / "static", Path(django_htmx.__file__).parent / "static"]
CSP = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'"
PAGE = """{% extends "base.html" %}{% block title %}登记{% endblock %}{% block heading %}登记{% endblock %}
{% block content %}<form method="post" action="/save/" data-form="test.note">
<input type="hidden" name="csrfmiddlewaretoken" value="{{ csrf_token }}"><input type="hidden" name="version" value="{{ version_no }}">
<label for="text">经过</label><textarea id="text" name="text"></textarea>
<label><input type="checkbox" name="hurt" value="yes"> 有伤情</label>
<label for="pin">口令</label><input id="pin" name="pin" type="password">
{% include "desk/_upload.html" with name="file" max_mb=1 %}
<button>受理</button></form>
{% include "desk/_next_step.html" %}
{% include "desk/_list.html" %}{% endblock %}"""


class Product:
    """What the server answers, and what it was told."""

    def __init__(self) -> None:
        self.saved: list[dict[str, str]] = []
        self.answer = 303
        self.session = "s1"
        self.hold = threading.Event()
        self.hold.set()
        self.events: Queue[str] = Queue()
        self.rows = 3
        self.live = True
        self.url = ""

    def page(self, template: str = PAGE, **context: object) -> str:
        rows = [
            {
                "id": n,
                "url": f"/m/{n}/",
                "cells": [f"D2611-{n:04}"],
                "act": {"label": "签收", "url": f"/sign/{n}/"},
            }
            for n in range(1, self.rows + 1)
        ]
        actor = SimpleNamespace(account_id=7, name="王小明", org_name="南街派出所", post_title="社区民警")
        nav = [
            {"label": "待签", "url": "/waiting/", "icon": "waiting", "count": 2, "active": True, "go": "d"}
        ]
        listing = {
            "id": "waiting",
            "caption": "待签收",
            "columns": [{"label": "编号"}],
            "rows": rows,
            "live": "report",
        }
        context = {
            "request": SimpleNamespace(actor=actor, GET=None),
            "nav": nav,
            "list": listing,
            "csrf_token": f"token-{self.session}",
            "live_position": 5,
            "step": {
                "label": "结案",
                "url": "/save/",
                "method": "post",
                "allowed": True,
                "confirm": "结案后不能再补记。",
            },
            **context,
        }
        source = ENGINE.from_string(template) if "{%" in template else ENGINE.get_template(template)
        return source.render(Context(context))


def handler(product: Product) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def send(
            self, status: int, body: str | bytes = "", kind: str = "text/html; charset=utf-8", **headers: str
        ) -> None:
            data = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", CSP)
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path.startswith("/static/"):
                found = next((f for root in STATIC if (f := root / path[8:]).is_file()), None)
                if found is None:
                    return self.send(404)
                return self.send(200, found.read_bytes(), guess_type(found.name)[0] or "text/plain")
            if path == "/stream/":
                return self.stream() if product.live else self.send(503)
            if path == "/login/":
                return self.send(200, '<input name="csrfmiddlewaretoken" value="token-login">')
            if path == "/done/":
                return self.send(
                    200, product.page("{% extends 'base.html' %}{% block heading %}已受理{% endblock %}")
                )
            return self.send(200, product.page())

        def stream(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            line = ": hello\n\n"
            with suppress(OSError):  # the browser left
                while True:
                    self.wfile.write(line.encode())
                    self.wfile.flush()
                    try:
                        line = product.events.get(timeout=0.2)
                    except Empty:
                        line = ": still here\n\n"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            path = urlsplit(self.path).path
            if path in ("/switch/", "/login/"):
                if form.get("pin", form.get("password")) != "481516":
                    return self.send(403, "口令不对。", "text/plain; charset=utf-8")
                product.session, product.answer = "s2", 303
                return self.send(204)
            product.hold.wait(10)
            if product.answer == 303:
                product.saved.append(form | {"token": self.headers.get("X-CSRFToken", "")})
                return self.send(303, Location="/done/")
            if product.answer == 401:
                return self.send(401, "登录已过期", "text/plain; charset=utf-8")
            if product.answer == 409:
                versions = {"theirs": {"经过": "甲先动手"}, "mine": {"经过": form["text"]}, "back_url": "/"}
                return self.send(409, product.page("409.html", **versions))
            return self.send(product.answer, product.page("403.html", message="醉酒时不得调解，请约定次日。"))

    return Handler


@pytest.fixture
def product() -> Iterator[Product]:
    """The playing server; its answers can be changed while the page is open."""
    made = Product()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, headless."""
    chromium = Path("/usr/bin/chromium")
    if not chromium.exists():
        pytest.fail("NOT RUN: browser tests need Debian's chromium (apt-get install chromium)")
    with sync_playwright() as play:
        started = play.chromium.launch(
            executable_path=str(chromium),
            timeout=120_000,  # a busy machine
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    """The registration page, open; any script error or breach of the content policy fails the test."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None
    )
    opened.goto(product.url)
    yield opened
    context.close()
    assert faults == []


def test_what_was_typed_is_there_after_a_reload_but_no_password(page: Page):
    page.fill("#text", "界墙加高，双方争吵")
    page.check("[name=hurt]")
    page.fill("#pin", "481516")
    page.wait_for_timeout(400)
    page.reload()
    expect(page.locator("#text")).to_have_value("界墙加高，双方争吵")
    expect(page.locator("[name=hurt]")).to_be_checked()
    expect(page.locator("#pin")).to_have_value("")
    expect(page.locator("[data-draft-note]")).to_contain_text("已恢复")
    assert "481516" not in page.evaluate("JSON.stringify(localStorage)")


def test_a_draft_that_was_given_up_does_not_come_back(page: Page):
    page.fill("#text", "写错了")
    page.wait_for_timeout(400)
    page.reload()
    page.get_by_role("button", name="放弃草稿").click()
    page.reload()
    expect(page.locator("#text")).to_have_value("")


def test_a_taken_form_leaves_no_draft(page: Page, product: Product):
    page.fill("#text", "界墙加高")
    page.get_by_role("button", name="受理").click()
    expect(page.get_by_role("heading", name="已受理")).to_be_visible()
    assert [form["text"] for form in product.saved] == ["界墙加高"]
    page.goto(product.url)
    expect(page.locator("#text")).to_have_value("")


def test_two_clicks_send_once(page: Page, product: Product):
    product.hold.clear()
    page.fill("#text", "界墙加高")
    button = page.get_by_role("button", name="受理")
    button.click()
    button.click()
    page.locator("#text").press("Control+Enter")
    product.hold.set()
    expect(page.get_by_role("heading", name="已受理")).to_be_visible()
    assert len(product.saved) == 1 and len(product.saved[0]["idempotency_key"]) == 32


def test_without_network_the_text_stays_and_the_page_says_so_and_the_key_is_the_same_later(
    page: Page, product: Product
):
    page.fill("#text", "界墙加高")
    key = page.locator("[name=idempotency_key]").first.input_value()
    page.context.set_offline(True)
    expect(page.get_by_text("网络已断开。填写的内容保存在本机")).to_be_visible()
    page.locator("#text").press("Control+Enter")
    expect(page.get_by_text("网络已断开，还没有提交")).to_be_visible()
    expect(page.locator("#text")).to_have_value("界墙加高")
    page.context.set_offline(False)
    page.get_by_role("button", name="再次提交").click()
    expect(page.get_by_role("heading", name="已受理")).to_be_visible()
    assert [form["idempotency_key"] for form in product.saved] == [key]


def test_an_expired_session_asks_for_the_pin_on_the_spot_and_then_sends_the_form(
    page: Page, product: Product
):
    product.answer = 401
    page.fill("#text", "界墙加高，写了很久")
    page.get_by_role("button", name="受理").click()
    dialog = page.get_by_role("dialog", name="登录已过期")
    dialog.get_by_label("工号").fill("351042")
    dialog.locator("input[type=password]").fill("000000")
    dialog.get_by_role("button", name="登录").click()
    expect(dialog.get_by_text("口令不对。")).to_be_visible()
    dialog.locator("input[type=password]").fill("481516")
    dialog.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="已受理")).to_be_visible()
    assert [(form["text"], form["csrfmiddlewaretoken"], form["token"]) for form in product.saved] == [
        ("界墙加高，写了很久", "token-s2", "token-s2")
    ]


@pytest.mark.parametrize(
    ("status", "words"), [(403, "醉酒时不得调解"), (500, "醉酒时不得调解"), (413, "醉酒时不得调解")]
)
def test_a_refusal_says_why_and_keeps_the_text(page: Page, product: Product, status: int, words: str):
    product.answer = status
    page.fill("#text", "界墙加高")
    page.get_by_role("button", name="受理").click()
    expect(page.locator("[data-strip=send]")).to_contain_text(words)
    expect(page.locator("#text")).to_have_value("界墙加高")


def test_of_two_people_editing_neither_loses_text(page: Page, product: Product):
    product.answer = 409
    page.fill("#text", "乙先动手")
    page.get_by_role("button", name="受理").click()
    expect(page.get_by_role("heading", name="他人已先修改")).to_be_visible()
    expect(page.get_by_text("甲先动手")).to_be_visible()
    page.get_by_role("link", name="打开已保存的版本").click()
    expect(page.locator("#text")).to_have_value("乙先动手")


def test_the_keyboard_reaches_everything(page: Page, product: Product):
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-row='2'] .fq-row-link")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-row='1'] .fq-row-link")).to_be_focused()
    page.keyboard.press("e")
    page.wait_for_url("**/sign/1/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/m/1/")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/waiting/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_contain_text("去待签")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page.get_by_role("dialog", name="换人")).to_be_visible()


def test_what_cannot_be_taken_back_is_asked_first(page: Page, product: Product):
    page.keyboard.press("e")
    asked = page.get_by_role("dialog", name="结案")
    expect(asked).to_contain_text("结案后不能再补记。")
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    assert product.saved == []
    page.keyboard.press("e")
    asked.get_by_role("button", name="结案").click()
    expect(page.get_by_role("heading", name="已受理")).to_be_visible()
    assert len(product.saved) == 1


def test_a_file_too_large_is_told_before_it_travels(page: Page, product: Product):
    large = {"name": "录像.mp4", "mimeType": "video/mp4", "buffer": b"0" * 1_100_000}
    page.set_input_files("#upload-file", large)
    expect(page.get_by_text("录像.mp4 超过 1 兆")).to_be_visible()
    page.get_by_role("button", name="受理").click()
    page.wait_for_timeout(300)
    assert product.saved == []


def test_letters_typed_into_a_field_are_text_and_not_commands(page: Page):
    page.locator("#text").click()
    page.keyboard.type("/jeu?gd")
    expect(page.locator("#text")).to_have_value("/jeu?gd")


def event(position: int, account: int, kind: str = "report", about: str = "m") -> str:
    body = {
        "position": position,
        "act": "intake.receive",
        "account_id": account,
        "about": about,
        "subjects": [[kind, "x"]],
    }
    return f"id: {position}\ndata: {json.dumps([body])}\n\n"


def test_changes_by_others_are_counted_quietly_and_fetched_on_demand(page: Page, product: Product):
    page.keyboard.press("j")
    product.rows = 5
    for line in (
        event(6, 8),
        event(7, 9),
        event(8, 7),
        event(9, 8, "visit"),
    ):  # 7 is myself; a visit is no report
        product.events.put(line)
    quiet = page.get_by_role("button", name="2 条更新")
    expect(quiet).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(3)
    quiet.click()
    expect(page.locator("[data-row]")).to_have_count(5)
    expect(quiet).to_be_hidden()


def test_a_page_of_one_record_counts_whatever_is_about_it(page: Page, product: Product):
    page.evaluate("document.querySelector('[data-live]').dataset.liveId = 'm-42'")
    for line in (event(6, 8), event(7, 9, "visit", "m-42"), event(8, 9, "note", "m-42")):
        product.events.put(line)
    expect(page.get_by_role("button", name="2 条更新")).to_be_visible()


def test_when_live_news_stop_the_page_says_so_until_they_are_back(browser: Browser, product: Product):
    opened = browser.new_page()
    opened.clock.install()
    product.live = False
    opened.goto(product.url)
    told = opened.get_by_text("实时更新暂停")
    opened.wait_for_function("document.readyState === 'complete'")
    opened.wait_for_timeout(300)
    opened.clock.fast_forward(9000)
    expect(told).to_be_visible()
    product.live = True
    expect(told).to_be_hidden(timeout=30_000)
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (683, 384), (390, 844)])
def test_the_frame_has_no_accessibility_violation(
    browser: Browser, product: Product, scheme: str, size: tuple[int, int]
):
    context = browser.new_context(color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    opened = context.new_page()
    opened.goto(product.url)
    found = Axe().run(opened)
    assert found.violations_count == 0, found.generate_report()
    wide = opened.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert wide <= 0, "nothing scrolls sideways"
