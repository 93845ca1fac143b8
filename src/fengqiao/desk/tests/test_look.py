"""What every page shares reads right: times, money, names, levels, lists, fields; and no page breaks the script policy."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Engine
from django.test import RequestFactory

from fengqiao.core import clock
from fengqiao.desk.templatetags import look

SRC = Path(__file__).resolve().parents[2]
PAGES = sorted(SRC.glob("*/templates/**/*.html"))
NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)  # 14:05 in Shanghai, a Saturday
ENGINE = Engine(
    dirs=[SRC / "desk/templates"],
    libraries={
        "look": "fengqiao.desk.templatetags.look",
        "static": "django.templatetags.static",
        "django_htmx": "django_htmx.templatetags.django_htmx",
    },
)


def render(name: str, **context: object) -> str:
    return ENGINE.get_template(name).render(Context(context))


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.fixture(autouse=True)
def _pinned():
    with clock.at(NOW):
        yield


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=2, hours=3, minutes=40), "还剩 2 天 3 小时（到 11月23日）"),
        (timedelta(days=2), "还剩 2 天（到 11月23日）"),
        (timedelta(hours=3, minutes=20), "还剩 3 小时 20 分（到 今天 17:25）"),
        (timedelta(hours=20), "还剩 20 小时（到 11月22日）"),
        (timedelta(seconds=30), "还剩 不足 1 分（到 今天 14:05）"),
        (timedelta(0), "还剩 不足 1 分（到 今天 14:05）"),
        (-timedelta(hours=3, minutes=12), "已超 3 小时 12 分（应于 今天 10:53）"),
        (-timedelta(days=9, hours=1), "已超 9 天 1 小时（应于 11月12日）"),
        (timedelta(days=60), "还剩 60 天（到 2027年1月20日）"),
    ],
)
def test_a_deadline_says_what_is_left_and_until_when(left: timedelta, words: str):
    assert look.remaining(NOW + left) == words


def test_a_deadline_at_the_end_of_today_says_so():
    assert look.remaining(datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC)).endswith("（到 今天 24:00）")


def test_over_time_is_told_by_word_and_icon_and_not_by_colour_alone():
    html = look.clock(NOW - timedelta(hours=1))
    assert "已超 1 小时" in html and "#overtime" in html


def test_a_paused_or_finished_clock_says_which():
    assert look.read_clock(NOW, paused=True).text == "计时已暂停"
    assert look.read_clock(NOW, met=NOW - timedelta(hours=1)).text == "按时完成"
    assert look.read_clock(NOW, met=NOW + timedelta(hours=2)).text == "超时 2 小时 完成"
    assert look.read_clock(None) is None and look.clock(None) == ""


def test_days_are_those_of_shanghai_not_of_greenwich():
    late_evening = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # 00:30 of the 21st in Shanghai
    assert look.moment(late_evening) == "2026年11月21日 00:30"
    assert look.day_feel(late_evening) == "今天 11月21日 周六"
    assert look.moment_short(late_evening) == "今天 00:30"


def test_an_interval_names_the_day_once():
    start = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert look.span((start, start + timedelta(hours=2))) == "11月20日 20:00 至 22:00"
    assert look.span((start, start)) == "11月20日 20:00"
    assert look.span(None) == ""


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        (690_000, "¥690,000（69万元）"),
        (0, "¥0"),
        (9_999, "¥9,999"),
        (Decimal("12.5"), "¥12.50"),
        (12_345, "¥12,345（约1.23万元）"),
        (10_000, "¥10,000（1万元）"),
        (3_000_000, "¥3,000,000（300万元）"),
        (250_000_000, "¥250,000,000（2.5亿元）"),
        (-20_000, "-¥20,000（-2万元）"),
        ("", ""),
        (None, ""),
    ],
)
def test_money_is_shown_in_yuan_and_in_ten_thousands(yuan: object, words: str):
    assert look.money(yuan) == words


def test_names_and_numbers_stand_masked():
    assert look.masked("王强") == "王某"
    assert look.masked("阿卜杜拉·买买提") == "阿某某"
    assert look.masked_phone("13812341234") == "138****1234"
    assert look.masked(None) == ""


@pytest.mark.parametrize(
    ("code", "word", "shape"),
    [("red", "红", "▲"), ("橙", "橙", "◆"), ("yellow", "黄", "●"), ("blue", "蓝", "■")],
)
def test_a_level_has_word_and_shape_besides_its_colour(code: str, word: str, shape: str):
    html = look.level(code)
    assert text_of(html) == f"{shape} {word}" and f'<span aria-hidden="true">{shape}</span>' in html


def test_no_level_shows_nothing():
    assert look.level(None) == "" and look.level("purple") == ""


ROWS = [
    {"id": 7, "url": "/m/7/", "cells": ["D2611-0042", "<b>界墙</b>", NOW + timedelta(days=3)], "level": "red"}
]
LIST = {
    "id": "waiting",
    "caption": "待签收",
    "main": 1,
    "sort": "-due",
    "columns": [
        {"label": "编号"},
        {"label": "事项", "key": "title"},
        {"label": "时限", "key": "due", "kind": "clock"},
    ],
    "rows": ROWS,
    "filters": [
        {"name": "kind", "label": "类别", "kind": "select", "value": "D04", "options": [("D04", "宅基地")]}
    ],
    "export_url": "/waiting/export/",
    "next_cursor": "abc",
    "total": 12480,
}


def test_export_and_next_page_carry_exactly_the_filter_on_screen():
    request = RequestFactory().get("/waiting/", {"kind": "D04", "text": "界墙 A&B", "cursor": "old"})
    html = render("desk/_list.html", list=LIST, request=request)
    addresses = {href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+)"', html)}
    same = "kind=D04&text=%E7%95%8C%E5%A2%99+A%26B"
    assert f"/waiting/export/?{same}&format=csv" in addresses
    assert f"/waiting/export/?{same}&format=xlsx" in addresses
    assert f"?{same}&cursor=abc" in addresses
    assert f"?{same}&sort=due" in addresses, "a second click on the sorted column turns the order"
    assert "?text=%E7%95%8C%E5%A2%99+A%26B" in addresses, "a chip takes only its own filter away"


def test_a_list_escapes_what_people_typed_and_shows_the_chosen_word():
    html = render("desk/_list.html", list=LIST, request=RequestFactory().get("/waiting/?kind=D04"))
    assert "&lt;b&gt;界墙" in html and "<b>界墙" not in html
    assert "类别：宅基地" in text_of(html) and "共 12,480 条" in text_of(html)
    assert 'aria-sort="descending"' in html and "还剩 3 天" in html


def test_an_empty_list_tells_no_match_from_nothing_there():
    nothing = LIST | {"rows": [], "filters": [], "empty": {"title": "没有待签收的事项"}}
    assert "没有待签收的事项" in render("desk/_list.html", list=nothing, request=None)
    assert "没有符合筛选的记录" in render("desk/_list.html", list=LIST | {"rows": []}, request=None)


class Party(forms.Form):
    name = forms.CharField(label="姓名", help_text="与证件一致")
    phone = forms.CharField(label="联系电话")


PURPOSE = {
    "purpose": "联系当事人",
    "article": "《人民警察法》第六条",
    "seen_by": "本所民警",
    "retention": "结案后三年",
}


def test_a_personal_field_carries_its_notice_and_its_error_for_every_reader():
    form = Party({"name": "王强"})
    html = render("desk/_field.html", field=form["phone"], purpose=PURPOSE)
    assert "用于联系当事人" in html and "《人民警察法》第六条" in html and "结案后三年" in html
    described = re.search(r'aria-describedby="([^"]+)"', html)[1].split()
    assert described == ["id_phone-purpose", "id_phone-error"]
    assert all(f'id="{one}"' in html for one in described) and 'aria-invalid="true"' in html


def test_the_error_summary_leads_to_each_wrong_field():
    html = render("desk/_error_summary.html", form=Party({"name": ""}))
    assert 'href="#id_name"' in html and 'href="#id_phone"' in html and "有 2 处需要更正" in html


def test_next_step_names_the_act_or_the_reason_and_the_article():
    can = render(
        "desk/_next_step.html", step={"label": "签收", "url": "/s/", "method": "post", "allowed": True}
    )
    assert "签收" in text_of(can) and "data-primary" in can
    cannot = render(
        "desk/_next_step.html",
        step={
            "label": "调解",
            "allowed": False,
            "reason": "须先录入案件编号。",
            "article": "《治安管理处罚法》第九条",
        },
    )
    assert text_of(cannot) == "下一步 暂不能调解 须先录入案件编号。 《治安管理处罚法》第九条"
    assert "<button" not in cannot, "never a dead button without a word"


def test_a_timeline_keeps_the_fact_when_the_content_was_erased():
    entry = {"at": NOW, "sentence": "登记当事人", "who": "陈建国", "erased": True, "text": "不应出现"}
    html = render("desk/_timeline.html", entries=[entry])
    assert "登记当事人" in html and "内容已依法删除" in html and "不应出现" not in html


def test_a_hidden_partner_in_a_pair_shows_only_who_holds_it():
    pair = {
        "id": "1",
        "left": {"number": "J1", "title": "界墙"},
        "right": {
            "closed": True,
            "org": "北街派出所",
            "number": "D9",
            "title": "不应出现",
            "url": "/d/9/",
            "ask_url": "/ask/",
        },
        "rows": [],
        "merge_url": "/merge/",
    }
    html = render("desk/_side_by_side.html", pair=pair)
    assert "北街派出所" in html and "请求加入" in html
    assert "不应出现" not in html and "D9" not in html and "/d/9/" not in html and "/merge/" not in html


def test_a_stale_edit_shows_both_versions_and_marks_the_difference():
    html = render(
        "409.html", theirs={"经过": "甲先动手", "地点": "桥头"}, mine={"经过": "乙先动手", "地点": "桥头"}
    )
    assert "甲先动手" in html and "乙先动手" in html and "data-stale" in html
    assert html.count("fq-differs-word") == 1


@pytest.mark.parametrize(
    "page", ["403.html", "404.html", "409.html", "413.html", "429.html", "500.html", "offline.html"]
)
def test_every_error_page_says_why_without_any_context(page: str):
    html = render(page)
    reason = re.search(r"data-reason>(.*?)</p>", html, re.S)[1]
    assert len(text_of(reason)) > 8


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(SRC).as_posix())
def test_no_page_brings_inline_script_or_handlers(page: Path):
    source = page.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", source), (
        "script-src is 'self'"
    )
    assert not re.search(r"<[^>]*\s(on\w+|hx-on[:\w-]*)=", source)
    assert not re.search(r"(src|href)=[\"']https?://", source), "nothing comes from outside"


ALLOWED = {"CSV", "DOCX", "XLSX", "PDF", "Ctrl", "Enter", "Esc"}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(SRC).as_posix())
def test_pages_speak_chinese_without_exclamation_marks(page: Path):
    source = page.read_text(encoding="utf-8")
    source = re.sub(
        r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->|<(script|style).*?</\1>",
        " ",
        source,
        flags=re.S,
    )
    words = re.sub(r"{%.*?%}|{{.*?}}", " ", source, flags=re.S)
    words = re.sub(r"<[^>]*>", " ", words)
    assert not set(re.findall(r"[A-Za-z]{3,}", words)) - ALLOWED
    assert not re.search("[!！]", words)


def test_every_live_section_has_an_id_or_its_quiet_line_would_fetch_nothing():
    tags = [(p.name, tag) for p in PAGES for tag in re.findall(r"<[a-z]+[^<>]*?\sdata-live=[^<>]*>", p.read_text())]
    assert len(tags) > 4
    assert [one for one in tags if not re.search(r'\sid="[^"]', one[1])] == []
