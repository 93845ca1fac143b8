"""Render the style page: every component of the office pages with invented content, without database or server.

    python docs/look/render.py            writes docs/look/index.html
    python docs/look/render.py --serve    serves the repository at http://127.0.0.1:8765/docs/look/index.html

Run `npm ci` once before, so that Tabler lies in static/vendor.
"""

import argparse
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import django
from django import forms
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)  # pinned: the same page every time
PAGE = ROOT / "docs/look/index.html"


def configure() -> None:
    """The least Django that templates need."""
    settings.configure(
        SECRET_KEY="style page",
        DEBUG=False,
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.staticfiles", "django_htmx"],
        STATIC_URL="/src/fengqiao/static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "src/fengqiao/desk/templates"],
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request"],
                    "libraries": {"look": "fengqiao.desk.templatetags.look"},
                },
            }
        ],
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        LANGUAGE_CODE="zh-hans",
    )
    django.setup()


urlpatterns: list = []  # every link of the frame falls back to its plain path


def sample() -> dict:
    """Invented content for every component, relative to the clock."""
    from fengqiao.core import clock

    now = clock.now()

    class Form(forms.Form):
        place = forms.CharField(label="地点", help_text="到门牌或标志物")
        kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), ("D04", "宅基地"), ("D01", "邻里")])
        name = forms.CharField(label="当事人姓名")
        phone = forms.CharField(label="联系电话", required=False)
        manner = forms.ChoiceField(
            label="来源",
            choices=[("a", "上门"), ("b", "电话"), ("c", "转办")],
            widget=forms.RadioSelect,
            initial="a",
        )
        hurt = forms.BooleanField(label="有伤情", required=False)
        text = forms.CharField(label="经过", widget=forms.Textarea(attrs={"rows": 3}))

    form = Form(
        {"place": "桂花社区 12 号", "text": "界墙加高 40 厘米，双方争吵。", "name": "王建国", "manner": "a"}
    )
    return {
        "heading": "样式",
        "version": "0.1.0",
        "demo": True,
        "notices_count": 4,
        "login_name": "351042",
        "nav": [
            {"label": label, "url": "#", "icon": icon, "count": count, "active": icon == "disputes", "go": go}
            for label, icon, count, go in [
                ("今日", "today", 0, "t"),
                ("待签", "waiting", 12, "d"),
                ("接报", "reports", 3, "b"),
                ("事项", "matters", 0, "s"),
                ("流转", "promises", 5, "l"),
                ("纠纷", "disputes", 7, "j"),
                ("辖区", "places", 0, "x"),
                ("队伍", "force", 0, "w"),
                ("导入", "import", 0, "i"),
                ("权利受理", "rights", 1, "q"),
                ("设置", "settings", 0, "z"),
            ]
        ],
        "due": now + timedelta(days=2, hours=3),
        "late": now - timedelta(hours=3, minutes=12),
        "occurred": (now - timedelta(hours=20), now - timedelta(hours=18)),
        "tabs": [
            {"label": "办理", "url": "#", "active": True},
            {"label": "接报", "url": "#", "count": 3},
            {"label": "流转", "url": "#", "count": 1},
            {"label": "文书", "url": "#", "count": 0},
        ],
        "steps": [
            {"label": "受理", "state": "done", "at": now - timedelta(days=3)},
            {"label": "调解", "state": "now", "due": now + timedelta(hours=26), "note": "第 2 次"},
            {"label": "协议", "state": "ahead"},
            {"label": "履行", "state": "ahead"},
            {"label": "回访", "state": "ahead", "note": "结案前 7 天内"},
            {"label": "结案", "state": "ahead"},
        ],
        "step": {
            "label": "安排调解",
            "url": "#",
            "method": "get",
            "allowed": True,
            "due": now + timedelta(hours=26),
            "note": "上次约定明日 15:00，双方均已知悉。",
        },
        "others": [
            {"label": "登记协议", "url": "#", "method": "get", "allowed": True},
            {"label": "结案", "allowed": False, "reason": "尚未回访", "article": "《人民调解法》第三十一条"},
        ],
        "blocked": {
            "label": "调解",
            "allowed": False,
            "reason": "本件记有伤情，须先录入案件编号，或写明不予受案的理由并经所领导签批。",
            "article": "《治安管理处罚法》第九条",
        },
        "stats": [
            {"label": "要我办", "value": 7, "unit": "件", "url": "#"},
            {"label": "等别人", "value": 5, "unit": "件", "url": "#"},
            {"label": "今天到期", "value": 3, "unit": "件", "url": "#", "level": "orange"},
            {"label": "已超时", "value": 1, "unit": "件", "url": "#", "level": "red", "note": "最久 3 小时"},
            {"label": "本月化解", "value": "41", "unit": "件", "url": "#", "note": "上月 38 件"},
        ],
        "list": {
            "id": "waiting",
            "caption": "待签收事项",
            "main": 1,
            "sort": "-due",
            "live": "report matter",
            "views": [
                {"label": "全部", "url": "#"},
                {"label": "我的社区", "url": "#", "active": True},
                {"label": "红橙未结", "url": "#"},
            ],
            "save_view_url": "#",
            "export_url": "#",
            "filters": [
                {
                    "name": "kind",
                    "label": "类别",
                    "kind": "select",
                    "value": "D04",
                    "options": [("D01", "邻里"), ("D04", "宅基地")],
                },
                {"name": "since", "label": "接报自", "kind": "date", "value": ""},
                {"name": "text", "label": "事由含", "kind": "text", "value": "界墙"},
            ],
            "columns": [
                {"label": "编号", "key": "number", "width": "narrow"},
                {"label": "事项", "key": "title", "width": "wide"},
                {"label": "当事人", "kind": "masked", "optional": True},
                {"label": "金额", "kind": "money", "align": "end", "optional": True},
                {"label": "接报", "key": "at", "kind": "at", "optional": True},
                {"label": "办理时限", "key": "due", "kind": "clock"},
            ],
            "rows": [
                {
                    "id": 1,
                    "url": "#1",
                    "level": "orange",
                    "state": "late",
                    "act": {"label": "签收", "url": "#", "method": "post"},
                    "cells": [
                        "D2611-0042",
                        "宅基地界墙加高，两户争执",
                        "王建国",
                        12000,
                        now - timedelta(hours=30),
                        now - timedelta(hours=3),
                    ],
                },
                {
                    "id": 2,
                    "url": "#2",
                    "level": "red",
                    "act": {"label": "签收", "url": "#", "method": "post"},
                    "cells": [
                        "D2611-0039",
                        "拖欠工资，十四人到场",
                        "欧阳修远",
                        690000,
                        now - timedelta(hours=9),
                        now + timedelta(hours=5),
                    ],
                },
                {
                    "id": 3,
                    "url": "#3",
                    "level": "yellow",
                    "act": {"label": "安排调解", "url": "#"},
                    "cells": [
                        "D2611-0037",
                        "楼上漏水致天花板损坏，物业、开发商与两家住户对责任划分各执一词，先后报警四次并向十二三四五反映",
                        "阿卜杜拉·买买提",
                        3400,
                        now - timedelta(days=2),
                        now + timedelta(days=3),
                    ],
                },
                {
                    "id": 4,
                    "url": "#4",
                    "level": "blue",
                    "state": "muted",
                    "cells": ["D2611-0021", "噪声扰民", "邹大山", None, now - timedelta(days=9), None],
                },
            ],
            "total": 12480,
            "next_cursor": "x",
            "previous_cursor": "w",
        },
        "empty_list": {
            "id": "none",
            "caption": "今天到期",
            "columns": [],
            "rows": [],
            "empty": {"title": "今天没有到期的事项", "text": "新的到期会出现在这里。", "icon": "done"},
        },
        "no_match": {
            "id": "match",
            "caption": "事项",
            "rows": [],
            "empty": {},
            "filters": [{"name": "q", "label": "编号", "kind": "text", "value": "D9999"}],
        },
        "pair": {
            "id": "a",
            "rank": 1,
            "total": 3,
            "left": {"number": "J2611-0317", "title": "邻居把墙加高，吵起来了", "url": "#"},
            "right": {"number": "D2611-0042", "title": "宅基地界墙纠纷", "url": "#"},
            "rows": [
                {"label": "时间", "left": "今天 21:40", "right": "今天 19:35"},
                {
                    "label": "地点",
                    "left": "桂花社区 12 号",
                    "right": "桂花社区 12 号旁",
                },
                {"label": "类别", "left": "宅基地", "right": "宅基地", "same": True},
                {"label": "当事人", "left": "王某、邹某某", "right": "王某、邹某某", "same": True},
                {"label": "渠道", "left": "110", "right": "网格员"},
            ],
            "facts": ["距离 38 米", "相隔 2 小时", "同一当事人", "相似原因：界墙、加高"],
            "reason": "两处当事人相同，地点相邻，原因用词接近。",
            "merge_url": "#",
            "occurrence_url": "#",
            "not_same_url": "#",
            "later_url": "#",
        },
        "closed_pair": {
            "id": "b",
            "left": {"number": "J2611-0317", "title": "邻居把墙加高，吵起来了"},
            "right": {"closed": True, "org": "北街派出所", "ask_url": "#"},
            "rows": [{"label": "类别", "left": "宅基地", "right": "宅基地", "same": True}],
            "facts": ["距离 120 米", "相隔 3 天"],
            "not_same_url": "#",
            "later_url": "#",
        },
        "form": form,
        "purpose": {
            "purpose": "联系当事人、核对同一纠纷",
            "article": "《人民警察法》第六条",
            "seen_by": "本所民警、综合指挥室",
            "retention": "结案后三年",
        },
        "jobs": [
            {
                "id": "1",
                "label": "导入 2023年台账.xlsx",
                "state": "running",
                "done": 1320,
                "total": 2184,
                "poll_url": "#",
                "refused": 12,
                "refused_url": "#",
            },
            {
                "id": "2",
                "label": "导出 待签收事项",
                "state": "done",
                "done": 412,
                "result_url": "#",
                "result_label": "下载",
            },
        ],
        "entries": [
            {
                "at": now - timedelta(hours=2),
                "sentence": "安排第 2 次调解",
                "who": "陈建国",
                "post": "社区民警",
                "org": "南街派出所",
                "details": [("时间", "明日 15:00"), ("地点", "桂花社区警务室")],
            },
            {
                "at": now - timedelta(hours=5),
                "sentence": "风险等级由黄调为橙",
                "who": "林所",
                "post": "所领导",
                "level": "orange",
                "changes": [("风险等级", "黄", "橙")],
                "text": "双方情绪激动，当事人之一扬言自行拆墙。",
                "text_label": "理由",
            },
            {
                "at": now - timedelta(days=1, hours=3),
                "precision": "前后",
                "sentence": "再次发生，已归入本件",
                "who": "值班甲",
                "post": "综合指挥室",
                "origin": "110",
                "erased": True,
            },
            {
                "at": now - timedelta(days=3),
                "sentence": "受理",
                "who": "李雪",
                "post": "窗口",
                "origin": "现场求助",
            },
        ],
        "groups": [
            {
                "label": "流转给本所，待签收",
                "count": 2,
                "ack_url": "#",
                "icon": "promises",
                "more_url": "#",
                "notices": [
                    {"text": "街道司法所：土地承包纠纷", "url": "#", "at": now, "level": "yellow"},
                    {"text": "住建局：漏水责任认定", "url": "#", "at": now - timedelta(days=1)},
                ],
            }
        ],
        "messages": [],
    }


def render() -> str:
    """The style page as HTML."""
    from django.template.loader import render_to_string
    from django.test import RequestFactory

    from fengqiao.core import clock
    from fengqiao.core.actor import Actor

    request = RequestFactory().get("/?kind=D04&text=界墙")
    request.actor = Actor(
        1, 1, 1, frozenset({"officer"}), (1,), "王小明", org_name="南街派出所", post_title="社区民警"
    )
    with clock.at(NOW):
        return render_to_string("desk/look.html", sample(), request=request)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--serve", action="store_true", help="serve the repository afterwards")
    serve = arguments.parse_args().serve
    configure()
    PAGE.write_text(render(), encoding="utf-8")
    if serve:
        handler = partial(SimpleHTTPRequestHandler, directory=ROOT)
        ThreadingHTTPServer(("127.0.0.1", 8765), handler).serve_forever()
