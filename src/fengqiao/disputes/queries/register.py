"""Lines of a register (台账) about given disputes: what forms print beside the facts. Names masked."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.rules.masking import public_text
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import policies
from fengqiao.disputes.models import Dispute, Party
from fengqiao.disputes.queries.lists import code_name, masked_names
from fengqiao.disputes.queries.loading import revisit_due
from fengqiao.disputes.rules import PERFORMED, RESOLVED, word
from fengqiao.intake.rules import hide_names

CHUNK = 2000
NEXT = {
    "opened": "确定责任民警，约双方调解", "working": "安排调解", "handed": "督促承办单位按期答复", "reopened": "核实反弹原因，重新调解",
    "revisited": "核对履行情况后结案",
}  # fmt: skip


def register(actor: Actor, dispute_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """Cells by heading for each of the disputes the actor may still see; one that went elsewhere is left out.

    The caller writes the access line.
    """
    policies.may_read(actor)
    found: dict[uuid.UUID, dict[str, Any]] = {}
    wanted = list(dispute_ids)
    for at in range(0, len(wanted), CHUNK):
        ids = wanted[at : at + CHUNK]
        rows = list(Dispute.objects.filter(id__in=ids).select_related("matter", "owner", "lead"))
        names: dict[uuid.UUID, list[str]] = {}
        told = Party.objects.filter(dispute_id__in=[row.id for row in rows])
        for dispute_id, name in told.exclude(name="").values_list("dispute_id", "name"):
            names.setdefault(dispute_id, []).append(name)
        masked, due = masked_names(told), revisit_due([row.id for row in rows])
        for row in rows:
            found[row.id] = _cells(row, names.get(row.id, []), masked.get(row.id, []), due.get(row.id))
    return found


def _cells(row: Dispute, names: list[str], masked: list[str], due: datetime | None) -> dict[str, Any]:
    return {
        "事项编号": row.matter.number, "地点": hide_names(row.matter.place_text, names), "事由": public_text(row.matter.title, names), "当事人": "、".join(masked),
        "状态": word(row.state, row.outcome), "结果": code_name("outcomes", row.outcome),
        "化解日期": _day(row.settled_at) if row.outcome in RESOLVED else "", "等级": _level(row.level),
        "责任民警": row.owner.name if row.owner else "", "包案领导": row.lead.name if row.lead else "",
        "下步措施": next_of(row, due, names), "期限": _day(due),
    }  # fmt: skip


def _level(code: str) -> str:
    levels = vocabulary("levels")
    return levels[code].name if code in levels else ""


def next_of(row: Dispute, due: datetime | None, names: Iterable[str] = ()) -> str:
    """下步措施: what the officer wrote while it stood as it stands, parties' names masked; else the usual sentence."""
    if row.next_step and row.next_for == row.state:
        return hide_names(row.next_step, names)
    if row.state == "settled":
        if row.outcome in RESOLVED and row.performance not in PERFORMED:
            return "督促履行" + (f"，{_day(due)}前回访" if due else "")
        return f"{_day(due)}前回访" if due else "安排回访"
    return NEXT.get(row.state, "")


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day = clock.local(moment)
    return f"{day.year}年{day.month}月{day.day}日"
