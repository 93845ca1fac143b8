# ruff: noqa: T201  (a command: it prints)
"""Pictures of the running demo (`make demo` first) into build/shots: every page a role's menu leads to, the first
record behind each list, wide and narrow, light and dark. Three of them, for the README, into docs/pictures.

    python scripts/shots.py [ACCOUNT …]     default: deng (desk), wang (officer), quan (rights desk), guan (admin)
"""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from fengqiao.core.cast import DEMO_PASSWORD
from fengqiao.ops import serve

ROOT = Path(__file__).resolve().parents[1]
OUT, README = ROOT / "build" / "shots", ROOT / "docs" / "pictures"
VIEWS = {
    "wide": {"viewport": {"width": 1366, "height": 768}},
    "dark": {"viewport": {"width": 1366, "height": 768}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
}
RECORD = re.compile(r"^/[\w/]+/[0-9a-f-]{36}/$")  # a list's first record, by the shape of its address


def sign_on(page: Page, url: str, account: str) -> None:
    page.goto(f"{url}/login/")
    page.fill("[name=login]", account)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda now: "login" not in now)  # the live stream never lets the network idle


def links(page: Page, where: str) -> list[str]:
    """Distinct paths of the links under a selector, in order."""
    # getAttribute: a link inside an SVG has no plain href
    script = "all => all.map(a => new URL(a.getAttribute('href'), location.href)).filter(u => u.origin == location.origin).map(u => u.pathname)"
    paths = page.eval_on_selector_all(f"{where} a[href]", script)
    return [path for path in dict.fromkeys(paths) if not re.search("logout|export|pdf", path)]


def addresses(page: Page, url: str) -> list[str]:
    """The menu's pages and the first record behind each."""
    menu = links(page, "nav")
    records = []
    for path in menu:
        page.goto(url + path)
        records += [link for link in links(page, "main") if RECORD.match(link)][:1]
    return list(dict.fromkeys(["/", *menu, *records]))


def take(browser: Browser, url: str, account: str) -> int:
    taken = 0
    paths: list[str] = []
    for view, settings in VIEWS.items():
        context = browser.new_context(**settings, ignore_https_errors=True, locale="zh-CN")  # type: ignore[arg-type]
        page = context.new_page()
        sign_on(page, url, account)
        paths = paths or addresses(page, url)
        for path in paths:
            page.goto(url + path)
            page.wait_for_timeout(150)
            name = re.sub(r"[0-9a-f-]{36}", "one", path).strip("/").replace("/", "-") or "today"
            page.screenshot(path=OUT / f"{account}-{name}-{view}.png", full_page=view == "phone")
            taken += 1
        context.close()
    return taken


def for_readme(browser: Browser, url: str) -> None:
    """The start page, a pair side by side and a matter handed over, as a community officer sees them."""
    context = browser.new_context(viewport={"width": 1140, "height": 590}, ignore_https_errors=True, locale="zh-CN")
    page = context.new_page()
    sign_on(page, url, "wang")
    for name, listed, link in (
        ("today", "/", ""),
        ("pair", "/waiting/", "#pairs .fq-row-link"),
        ("matter", "/matters/?state=handed", "#matters .fq-row-link"),
    ):
        page.goto(url + listed)
        if link:
            page.goto(url + str(page.locator(link).first.get_attribute("href")))
        page.wait_for_timeout(300)
        page.screenshot(path=README / f"{name}.png")
    context.close()


def main() -> int:
    found, chromium = serve.status(), shutil.which("chromium")
    if not found or not chromium:
        print("no demo is running: make demo" if not found else "chromium is missing: make test installs it", file=sys.stderr)
        return 1
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    README.mkdir(parents=True, exist_ok=True)
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        for_readme(browser, found[1].url)
        for account in sys.argv[1:] or ["deng", "wang", "quan", "guan"]:
            print(f"{account}: {take(browser, found[1].url, account)} pictures in build/shots")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
