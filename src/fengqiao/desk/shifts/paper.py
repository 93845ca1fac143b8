"""交接班记录 on paper: A4, as it stands now or as it was signed, with room for three signatures. Made by typst in process."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import typst

from fengqiao.core import clock
from fengqiao.desk.shifts.draft import Draft, Line
from fengqiao.desk.shifts.queries import Night, Shown
from fengqiao.home import font_dirs

TEMPLATE = Path(__file__).with_name("handover.typ")


def handover(shift: Shown, told: Draft, nights: Iterable[Night]) -> bytes:
    """The handover as PDF. Words go in as JSON and are set as they stand."""
    signed = shift.signed
    data = {
        "org": shift.org,
        "title": shift.title,
        "hours": f"{shift.hours} 小时班",
        "state": shift.word,
        "draft": shift.state == "running",
        "crew": [list(one) for one in told.crew],
        "reports": told.reports,
        "kinds": [f"{word} {n}" for word, n in told.kinds],
        "channels": [f"{word} {n}" for word, n in told.channels],
        "sections": [
            {"word": one.word, "lines": [_words(line) for line in one.lines], "more": one.more} for one in told.sections if one.code != "kit"
        ],
        "kit": [[item, "" if count is None else str(count), remark] for item, count, remark in told.kit],
        "nights": [[one.number, one.to or one.leader, _minute(one.due_at), one.word] for one in nights],
        "given": [signed.given_by, _minute(signed.given_at)],
        "taken": [signed.taken_by, _minute(signed.taken_at)],
        "leader": [signed.leader, _minute(signed.signed_at)],
        "printed": _minute(clock.now()),
    }  # fmt: skip
    fonts = font_dirs()
    made = typst.compile(
        TEMPLATE, font_paths=fonts, ignore_system_fonts=bool(fonts), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )
    assert isinstance(made, bytes)
    return made


def _words(line: Line) -> list[str]:
    more = "；".join(filter(None, [line.note, line.who, f"{_minute(line.due_at)} 到期" if line.due_at else ""]))
    return [line.number, line.text, more]


def _minute(at: datetime | None) -> str:
    if at is None:
        return ""
    here = clock.local(at)
    return f"{here.month}月{here.day}日 {here:%H:%M}"
