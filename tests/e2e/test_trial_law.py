# ruff: noqa: T201  (it prints what the screens say)
"""Ten fact patterns of the bank a lawyer reads, set up by hand in the screens: what the page answers beside what the bank expects."""

import csv
import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fengqiao.core import clock
from fengqiao.disputes.rules import routes, situation
from fengqiao.disputes.tests import bank
from tests.e2e.conftest import Person

pytestmark = pytest.mark.browser

TEN = ("L001", "L011", "L021", "L035", "L040", "L057", "L077", "L098", "L123", "L134")  # one or two of every outcome


def lines() -> dict[str, dict[str, str]]:
    with bank.FILE.open(encoding="utf-8", newline="") as read:
        return {row["编号"]: row for row in csv.DictReader(read)}


def opened(page: Page, row: dict[str, str]) -> None:
    """Told at the window, sorted, opened as a dispute: by keys and clicks."""
    page.locator("#nav a").first.click()
    page.wait_for_load_state()
    page.keyboard.press("n")
    told = page.get_by_label("发生了什么")
    expect(told).to_be_focused()
    page.keyboard.type(f"{row['情形']}（{row['编号']}）")
    page.get_by_label("类别", exact=True).select_option(row["类别"])
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-receipt]")).to_be_visible()
    page.keyboard.press("o")
    page.wait_for_url("**/matters/*/")
    page.wait_for_load_state()
    page.keyboard.press("e")
    expect(page.locator("main .fq-form-acts")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("已分流")
    page.wait_for_load_state()
    page.keyboard.press("e")
    page.wait_for_url("**/disputes/*/")


def stated(page: Page, facts: dict[str, Any], later: timedelta) -> None:
    """The facts of the line, ticked and chosen in the form 办理依据; days are as long ago as in the bank."""
    page.get_by_role("link", name=re.compile("填写办理依据")).first.click()
    expect(page.locator("main .fq-form-acts")).to_be_visible()
    for title in page.locator("main details.fq-field-wide > summary").all():
        if title.evaluate("one => !one.parentElement.open"):
            title.click()
    for name, value in facts.items():
        field = page.locator(f"main [name={name}]")
        if name in situation.SETS:
            for code in value:
                page.locator(f"main [name={name}][value={code}]").check()
        elif value is True:
            field.check()
        elif name in situation.CHOICES:
            field.select_option(value)
        elif name == "tries":
            field.fill("，".join((date.fromisoformat(day) + later).isoformat() for day in value))
        elif name in situation.DAYS:
            field.fill((date.fromisoformat(str(value)) + later).isoformat())
        else:
            field.fill(str(value))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("已填写办理依据")


def test_ten_fact_patterns_set_up_by_hand_get_the_answer_of_the_bank(person: Person) -> None:
    table, found = lines(), {one.number: one for one in bank.patterns()}
    page, told = person("wang"), []
    for number in TEN:
        row, pattern = table[number], found[number]
        opened(page, row)
        stated(page, bank.facts(row["关键事实"]), clock.today() - date.fromisoformat(row["步骤日"]))
        panel = page.locator("section", has=page.locator("#law-head")).first
        for more in panel.locator("details > summary").all():
            if more.evaluate("one => !one.parentElement.open"):
                more.click()
        words = panel.inner_text()
        first = re.search(r"先走：(.*)", words)
        assert [one for one in re.split(r"[；、]", first[1] if first else "") if one] == [routes.ROUTES[one] for one in pattern.first], (number, words)
        may, may_not = words.split("不得（")[0], words.split("不得（")[1] if "不得（" in words else ""
        for route in pattern.allowed:
            assert routes.ROUTES[route] in may, (number, routes.ROUTES[route], words)
        for route in pattern.blocked:
            if route != "settle_by_agreement":  # asked when the result is written down, not shown as a way to take
                assert routes.ROUTES[route] in may_not, (number, routes.ROUTES[route], words)
        told.append((number, row["情形"], row["期望路径"], first[1] if first else "—", re.sub(r"\s+", " ", may_not)[:120]))
    print()
    for line in told:
        print(" | ".join(line))
