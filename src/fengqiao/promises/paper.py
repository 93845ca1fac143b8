"""流转单 on paper: one A4 page with a code to sign by, made by typst; no system libraries."""

import io
from datetime import datetime
from pathlib import Path

import segno

from fengqiao.core import clock, press
from fengqiao.promises.queries import Shown

TEMPLATE = Path(__file__).with_name("slip.typ")


def slip_pdf(shown: Shown, link: str) -> bytes:
    """The slip of a hand-over as PDF. `link`: the address its code opens, with the secret of `acts.issue_slip`."""
    code = io.BytesIO()
    segno.make(link, error="m").save(code, kind="svg", border=2)
    data = {
        "title": f"{shown.kind_word}单",
        "number": shown.number,
        "matter": shown.about_number,
        "sender": shown.org,
        "receiver": shown.to_org,
        "channel": shown.channel_word,
        "text": shown.text,
        "article": shown.article,
        "sent": _moment(shown.sent_at),
        "due": _moment(shown.due_at) if shown.delivered_at or shown.article else f"自送达起 {_length(shown)}内",
        "returns": shown.returns,
    }
    return press.pdf(TEMPLATE, data, code=code.getvalue().decode())


def _moment(at: datetime) -> str:
    here = clock.local(at)
    return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"


def _length(shown: Shown) -> str:
    hours = round((shown.due_at - shown.started_at).total_seconds() / 3600)
    return f"{hours // 24} 日" if hours % 24 == 0 else f"{hours} 小时"
