"""Screens of disputes as people use them: forms really leave the browser, the phone shows what is open, long filters fold."""

import pytest
from playwright.sync_api import expect

from tests.conftest import Product
from tests.e2e.conftest import Person

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}

def test_the_agreements_form_is_sent_by_keyboard_and_what_is_refused_stands_at_its_field(person: Person, product: Product) -> None:
    """A control called "form" once hid the form from the script that sends it: nothing left the browser, and nothing was said."""
    page = person("wang")
    page.goto(f"/disputes/{product.made['dispute_id']}/agree/")
    page.get_by_label("金额（元）").fill("1.2万")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_contain_text("请选择由谁向谁履行")
    expect(page.get_by_label("由谁履行", exact=True)).to_be_focused()
    expect(page.get_by_label("金额（元）")).to_have_value("1.2万")

def test_a_method_of_the_house_is_registered(person: Person) -> None:
    page = person("zhao")
    page.goto("/disputes/mediation/registers/methods/")
    page.get_by_label("名称").fill("一盏茶调解")
    page.get_by_label("形式").select_option("brand")
    page.get_by_label("方法").fill("先递一盏茶\n再听双方说")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="一盏茶调解")).to_be_visible()

def test_on_a_phone_the_open_tab_stands_in_sight_and_a_long_filter_is_folded(person: Person) -> None:
    page = person("wang", viewport=PHONE)
    page.goto("/disputes/mediation/lawyers/")
    expect(page.locator(".fq-tabs [aria-current]")).to_be_in_viewport()
    page.goto("/disputes/")

    expect(page.get_by_label("类别")).to_be_hidden()
    page.get_by_text("筛选条件").click()
    expect(page.get_by_label("类别")).to_be_visible()
    page.get_by_label("编号").fill("D9999-A00001")
    page.get_by_role("button", name="筛选", exact=True).click()
    expect(page.get_by_text("没有符合筛选的记录")).to_be_visible()
