"""晨巡晚议: what a round found stays open until an evening decides it (ND-22)."""

import uuid
from datetime import datetime, timedelta

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.loading import locked
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.tasks import policies, ports, rules
from fengqiao.tasks.acts.giving import agree
from fengqiao.tasks.models import Finding

LIMIT = 5000


@act("登记巡查发现")
def find(
    actor: Actor, *, text: str, place_text: str = "", lat: float | None = None, lon: float | None = None,
    found_at: datetime | None = None,
) -> uuid.UUID:
    """Keep what a round found, for this evening's review. Position: of what was found, WGS-84, never of the finder."""
    policies.may_find(actor)
    now = clock.now()
    found_at = found_at or now
    wrong: dict[str, str] = {}
    if found_at > now + timedelta(minutes=5):
        wrong["found_at"] = "发现时间不能在今后。"
    if (lat is None) != (lon is None) or (lat is not None and lon is not None and not (-90 <= lat <= 90 and -180 <= lon <= 180)):
        wrong["lat"] = "坐标不在经纬度范围内，请核对，或留空。"
    if wrong:
        raise Invalid(wrong)
    finding = Finding(
        org_id=actor.station_id or actor.org_id, text=written(text, LIMIT, "请写明发现了什么。"),
        place_text=written(place_text, 200, field="place_text"), lat=lat, lon=lon, found_at=found_at, found_by_id=actor.account_id,
    )  # fmt: skip
    finding.save(force_insert=True)
    record(
        actor,
        about=finding.id,
        subjects=[("finding", finding.id, "new")],
        facts={"placed": lat is not None},
        content={"police": {"text": finding.text, "place": finding.place_text}},
        occurred=(found_at, found_at),
        org_id=finding.org_id,
    )
    return finding.id


@act("晚议决定")
def decide_finding(
    actor: Actor, *, finding_id: uuid.UUID, decision: str, reason: str = "", title: str = "", owner_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """Decide a finding: give it to somebody by a day, open a matter of it, or say why nothing need be done.

    task    owner_id and due_at; title defaults to the finding's first words
    report  a matter is opened at the front door, with the finding's words, place and time
    none    reason
    """
    policies.may_decide_finding(actor)
    row = locked(Finding.objects.filter(policies.findings_visible_to(actor)), id=finding_id)
    if row.decision:
        raise Refused(f"这一条已经议定：{rules.DECISIONS[row.decision]}。")
    if decision not in rules.DECISIONS:
        raise Invalid({"decision": "请选择交办、立为事项或不需处理。"})
    row.reason = written(reason, LIMIT, "请写明理由。" if decision == "none" else "", "reason")
    if decision == "task":
        title = title.strip() or row.text[:60]
        if lacking := rules.missing([rules.Action(title, owner_id, due_at)]):
            raise Invalid({"owner_id" if not owner_id else "due_at": lacking.replace("第 1 项", "")})
        assert owner_id and due_at
        row.task_id = agree(actor, title=title, text=row.text, owner_id=owner_id, due_at=due_at).id
    elif decision == "report":
        at = (row.lat, row.lon) if row.lat is not None and row.lon is not None else None
        row.matter = ports.open_matter(actor, row.text, row.place_text, at, row.found_at)
    row.decision, row.decided_at, row.decided_by_id = decision, clock.now(), actor.account_id
    row.version += 1
    row.save()
    record(
        actor,
        about=row.id,
        subjects=[("finding", row.id, "decided")],
        facts={"decision": decision, "evenings": rules.evenings(row.found_at, row.decided_at, rules.REVIEW_HOUR, clock.SHANGHAI)},
        content={"police": {"reason": row.reason}} if row.reason else None,
        org_id=row.org_id,
    )


