"""Papers of the front door: typst sources in papers/, filled with words, set as PDF in process.

Words go in as JSON, never into the source: whatever a name holds, it is set as it stands.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

from fengqiao.core import clock, press
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.intake.queries import ReportPage

FOLDER = Path(__file__).parent / "papers"


def pdf(kind: str, words: dict[str, Any]) -> bytes:
    """The paper of this kind (a file in papers/) as PDF. `words`: what the source reads from `data`.

    Refused 503 without a Chinese font.
    """
    return press.pdf(FOLDER / f"{kind}.typ", words)


def answer(kind: str, words: dict[str, Any], name: str) -> HttpResponse:
    """The paper as an answer shown in the browser, to be printed from there."""
    response = HttpResponse(pdf(kind, words), content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}.pdf"
    return response


def day(moment: Any) -> str:
    """2026年11月21日."""
    here = clock.local(moment)
    return f"{here.year}年{here.month}月{here.day}日"


def minute(moment: Any) -> str:
    """2026年11月21日 14:05."""
    return f"{day(moment)} {clock.local(moment):%H:%M}"


def of_receipt(page: ReportPage) -> dict[str, Any]:
    """Words of 接报回执 and 受案回执."""
    return {
        "receipt": page.receipt,
        "matter": page.matter_number,
        "person": page.person,
        "at": minute(page.received_at),
        "channel": page.channel,
        "title": page.title,
        "place": page.place,
        "already": page.already,
        "first": page.first,
        "case_number": page.case_number,
        "org": page.org,
        "phone": page.org_phone,
        "by": page.received_by,
        "day": day(page.received_at),
        "printed": minute(clock.now()),
    }


def of_notice(page: Any, *, number: str, person: str, to: str = "", where: str = "") -> dict[str, Any]:
    """Words of 移送通知书 (`to`: who it went to) and 不属公安机关职责告知书 (`where`: a code of vocabulary elsewhere)."""
    office = vocabulary("elsewhere").get(where)
    return {
        "number": number,
        "person": person,
        "matter": page.number,
        "title": page.title,
        "at": minute(page.sources[0].received_at) if page.sources else day(page.first_at),
        "org": page.org,
        "to": to,
        "office": office.more["office"] if office else "",
        "phone": office.more["phone"] if office else "",
        "words": office.more["words"] if office else "",
        "day": day(clock.now()),
    }
