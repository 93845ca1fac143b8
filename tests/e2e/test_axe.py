"""Every page of the product as it stands in the browser: no axe-core violation, no error and no breach of the content
security policy in the console, nothing wider than a phone, nothing too small for a finger there, no key claimed twice.

The pages are those of the permission table (tests/permissions/table/), so a new one is walked as soon as it is listed;
each is opened by one post that may see it. Wide and light, then narrow and dark: colours depend on the theme, layout on
the width, so the two cover what all four would.
"""

import re
from collections import defaultdict
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.conftest import Product
from tests.e2e.conftest import Person
from tests.permissions import table

pytestmark = pytest.mark.browser

# No pages: files, parts of pages, answers for programs; what ends the session that walks; the phone (test_phone.py).
NO_PAGE = re.compile(r"export|\.pdf|\.docx|/file/|json|api/|health|download|reports/(card|similar|kind)|progress|\.csv|logout|^phone/|^field/v1/")
EVERYBODYS = ("", "reports/new/", "matters/", "promises/", "tasks/", "settings/")  # differ by role: one account of each walks them
ROLES = [who for who in table.COLUMNS if who not in ("chen", "xin")]  # an officer and a partner elsewhere see what wang and shi see
EXTRA = {
    "wang": ["rights/", "nothing/here/", "search/?q=%E4%BA%89%E5%90%B5", "search/?q=zzzz", "matters/?state=closed", "promises/?box=waiting"],
    "": ["nothing/here/", "ask/", "login/?next=/matters/"],
}  # a page refused, one that is not there, lists with and without rows


def walks() -> dict[str, list[str]]:
    """Addresses (with their parameters still in) by the account that walks them; "" is nobody."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in table.lines():
        if line.method != "GET" or NO_PAGE.search(line.route):
            continue
        may = [who for who, cell in zip(table.COLUMNS, line.cells, strict=True) if cell == "+" and who in ROLES]
        address = line.route
        for name, value in line.given.items():
            address = re.sub(rf"<(\w+:)?{name}>", value, address)
        # nobody's pages are walked by nobody: a door looks different to who is inside
        for who in may if line.route in EVERYBODYS else may[-1:] if may[-1:] == [""] else may[:1]:
            found[who].append(address)
    for who, more in EXTRA.items():
        found[who] += more
    return found


NARROW = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size", "aria-hidden-focus"]
"""What a theme and a width can change; the rest is the same document."""


def problems(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds on the page as it stands, and whether it can be scrolled sideways."""
    asked: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = [
        f"{one['id']}: {one['help']} — {'; '.join(str(node['target'][0]) for node in one['nodes'][:3])}"
        for one in page.evaluate("asked => axe.run(document, asked)", asked)["violations"]
    ]
    wide, view = page.evaluate("() => [document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]")
    return [*found, *([f"{wide} pixels wide in a window of {view}"] if wide > view else [])]


SMALL = """() => [...document.querySelectorAll('main :is(a, button, select, input:not([type=hidden]), summary, textarea), header :is(a, button, summary)')]
  .filter(one => {
    if (!one.getClientRects().length || getComputedStyle(one).opacity === '0') return false;
    const inText = one.tagName === 'A' && getComputedStyle(one).display === 'inline' && [...one.parentElement.childNodes].some(n => n.nodeType === 3 && n.textContent.trim().length > 3);
    const around = getComputedStyle(one, '::after').position === 'absolute';  // a row or a card that is tapped anywhere
    const box = (one.type === 'checkbox' || one.type === 'radio') && one.closest('label') || one;
    return !inText && !around && box.getBoundingClientRect().height < 43.5;
  })
  .map(one => `${one.tagName.toLowerCase()} ${(one.textContent || one.name || '').trim().slice(0, 20)}`)"""


def small(page: Page) -> list[str]:
    """What is tapped on a phone and is less than 44 pixels high; links in running text are left out, as WCAG 2.5.5 does."""
    return [f"less than 44 pixels high: {one}" for one in dict.fromkeys(page.evaluate(SMALL))]


TOUCHED = (
    "action", "addEventListener", "checkValidity", "children", "closest", "dataset", "dispatchEvent", "elements", "form", "getAttribute",
    "hasAttribute", "isConnected", "matches", "method", "nodeType", "noValidate", "parentElement", "parentNode", "requestSubmit", "reset", "submit",
    "tagName", "target",
)  # fmt: skip
"""What htmx and our scripts ask a form for by name."""
HIDING = "touched => [...document.forms].flatMap(one => [...one.elements].map(it => it.name)).filter(name => touched.includes(name))"


def hiding(page: Page) -> list[str]:
    """Controls that hide a property scripts know their form by ("form", "target", …): htmx would fall over it and send nothing."""
    return [f"a control called {one} hides the form's own" for one in sorted(set(page.evaluate(HIDING, list(TOUCHED))))]


def claimed_twice(page: Page) -> list[str]:
    """Keys that two visible things claim; the menu's count although it is folded."""
    keys: list[str] = page.eval_on_selector_all(
        "[data-key]", "all => all.filter(one => one.getClientRects().length || one.closest('[data-menu]')).map(one => one.dataset.key)"
    )
    return sorted({f"key {key} claimed twice" for key in keys if keys.count(key) > 1})


@pytest.mark.parametrize("who", ROLES)
def test_no_page_has_a_violation_an_error_or_a_line_too_wide(person: Person, product: Product, who: str) -> None:
    page, wrong, said = person(who), [], []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 40" not in message.text:  # the browser notes the refusals we ask for
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    values: dict[str, Any] = defaultdict(str, product.made)
    for address in walks().get(who, []):
        address = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(values[name[1]]), address)
        page.set_viewport_size({"width": 1366, "height": 768})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = page.goto(address)
        if not answer or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if answer.status >= 500:
            said.append(f"answered {answer.status}")
        page.evaluate(AXE_SCRIPT)
        found = [*problems(page), *claimed_twice(page), *hiding(page)]
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        found += [f"narrow and dark: {one}" for one in [*problems(page, NARROW), *small(page)] if one not in found]
        wrong += [f"{address}  {one}" for one in [*found, *said]]
        said.clear()
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_refused_form_says_so_to_everybody(person: Person) -> None:
    """What is wrong is tied to its fields, and the cursor stands there; light and dark, wide and narrow."""
    page = person("wang", reduced_motion="reduce")
    page.goto("/reports/new/")
    page.get_by_label("何时发生").fill("老早以前")
    page.keyboard.press("Control+Enter")
    wrong = page.get_by_label("发生了什么")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_be_focused()
    page.evaluate(AXE_SCRIPT)
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert not problems(page), (width, theme)
