"""归并: the same quarrel told several times becomes one matter, and undoing restores it (NP-32, U1).

Merging is a link and a chosen survivor: reports, occurrences and parties move to the survivor, `Join.moved` lists
them. Undoing moves back those that are still with the survivor (or with whom it was later joined into); what was
added after the merge stays with the survivor until a person moves it. Every item belongs to exactly one matter at
any time: a non-null foreign key sees to that.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Min

from fengqiao.core import clock, notices, numbers, sharing
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.core.spine import act, record
from fengqiao.intake import policies, queries
from fengqiao.intake.acts.sorting import forget_waiting
from fengqiao.intake.models import Fingerprint, Join, Judgement, Matter, Occurrence, Party, Report, Suggestion

ITEMS: dict[str, Any] = {"report": Report, "occurrence": Occurrence, "party": Party}
JOINED_FOR = timedelta(days=365)  # how long the organisation of a joined matter keeps seeing the survivor


@act("归并")
def merge(actor: Actor, *, survivor_id: uuid.UUID, joined_id: uuid.UUID, again: bool = False) -> uuid.UUID:
    """Join one matter into another; returns the join's id.

    again: the joined matter's incidents stay separate occurrences (再次发生); otherwise its reports tell of the
    survivor's nearest occurrence when they are within six hours of it.
    Errors: NotThere, Refused when one of them is already joined or both are the same.
    """
    policies.may_decide(actor)
    survivor, joined = queries.two_for_update(actor, survivor_id, joined_id)
    if survivor.id == joined.id:
        raise Refused("不能把事项归并到它自己。")
    for matter in (survivor, joined):
        if matter.state == "merged":
            raise Refused(f"{matter.number} 已归并到其他事项，请先打开归并后的事项。")
    moved = {
        kind: [str(i) for i in rows.objects.filter(matter=joined).values_list("id", flat=True)]
        for kind, rows in ITEMS.items()
    }
    join = Join(
        id=uuid7(), org_id=survivor.org_id, survivor=survivor, joined=joined, moved=moved, state_before=joined.state,
        created_at=clock.now(),
    )  # fmt: skip
    join.save(force_insert=True)
    if joined.org_id != survivor.org_id:
        sharing.share(actor, survivor.id, joined.org_id, "归并事项", clock.now() + JOINED_FOR)
    _move(moved, survivor)
    forget_waiting(actor, joined, "merged")
    Matter.objects.filter(id=joined.id).update(
        merged_into=survivor, state="merged", version=joined.version + 1
    )
    _recount([survivor.id, joined.id])
    Suggestion.objects.filter(
        matter_id__in=[survivor.id, joined.id], other_id__in=[survivor.id, joined.id], decided=""
    ).update(decided="again" if again else "same", decided_at=clock.now())
    _judge(survivor.org_id, moved["report"], same=True)
    record(
        actor,
        about=survivor.id,
        subjects=[("matter", survivor.id, "survivor"), ("matter", joined.id, "joined"), ("join", join.id, "new")],
        facts={
            "survivor": survivor.number, "joined": joined.number, "again": again,
            "reports": len(moved["report"]), "org_of_joined": joined.org_id,
        },
        content={"police": {"joined_title": joined.title}},
        org_id=survivor.org_id,
    )  # fmt: skip
    return join.id


@act("撤销归并")
def unmerge(actor: Actor, *, join_id: uuid.UUID) -> uuid.UUID:
    """Undo a join: what went along and still lies where it went, goes back; the joined matter takes up its state again."""
    policies.may_decide(actor)
    join = queries.join_for_update(actor, join_id)
    if join.undone_at is not None:
        raise Refused("这次归并已经撤销。")
    joined = join.joined
    holder = queries.survivor(join.survivor)
    back = {
        kind: [
            str(i)
            for i in rows.objects.filter(id__in=join.moved.get(kind, []), matter=holder).values_list(
                "id", flat=True
            )
        ]
        for kind, rows in ITEMS.items()
    }
    _move(back, joined)
    Matter.objects.filter(id=joined.id).update(
        merged_into=None, state=join.state_before, version=joined.version + 1
    )
    join.undone_at = clock.now()
    join.save(update_fields=["undone_at"])
    _recount([holder.id, joined.id])
    pair = [holder.id, joined.id]  # open again: a person says what they are instead, or joins them after all
    Suggestion.objects.filter(matter_id__in=pair, other_id__in=pair, decided__in=("same", "again")).update(decided="", decided_at=None)
    _judge(holder.org_id, back["report"], same=False)
    record(
        actor,
        about=holder.id,
        subjects=[
            ("matter", holder.id, "survivor"),
            ("matter", joined.id, "restored"),
            ("join", join.id, "undone"),
        ],
        facts={"survivor": holder.number, "joined": joined.number, "reports": len(back["report"])},
        org_id=holder.org_id,
    )
    return joined.id


@act("移出为另一事项")
def detach(actor: Actor, *, report_id: uuid.UUID) -> uuid.UUID:
    """A person moves one report out into a matter of its own (标记为另一件事); returns the new matter's id."""
    policies.may_decide(actor)
    report = queries.report_for_update(report_id)
    source = report.matter
    if source.reports <= 1:
        raise Refused("这是该事项仅有的接报记录，不能移出。")
    now = clock.now()
    matter = Matter(
        id=uuid7(), org_id=source.org_id, desk_id=source.desk_id, created_at=now,
        number=numbers.matter_number(actor.zone, clock.today()), title=(report.title or report.text)[:200],
        kind_unsure=True, place_text=report.place_text, lat=report.lat, lon=report.lon, cell=report.cell,
        first_at=report.occurred_start, last_at=report.occurred_start,
    )  # fmt: skip
    matter.save(force_insert=True)
    occurrence = Occurrence(org_id=source.org_id, matter=matter, at=report.occurred_start, created_at=now)
    occurrence.save(force_insert=True)
    parties = [str(i) for i in Party.objects.filter(report=report).values_list("id", flat=True)]
    _move({"report": [str(report.id)], "party": parties}, matter)
    Report.objects.filter(id=report.id).update(occurrence=occurrence)
    _recount([source.id, matter.id])
    _judge(source.org_id, [str(report.id)], same=False)
    record(
        actor,
        about=source.id,
        subjects=[
            ("matter", source.id, "from"),
            ("matter", matter.id, "new"),
            ("report", report.id, "moved"),
        ],
        facts={"from": source.number, "to": matter.number, "receipt": report.receipt},
        org_id=source.org_id,
    )
    return matter.id


@act("标记为再次发生")
def mark_again(actor: Actor, *, report_id: uuid.UUID) -> uuid.UUID:
    """The report tells of a new occurrence of the same matter, not of the one it was filed under."""
    policies.may_decide(actor)
    report = queries.report_for_update(report_id)
    matter = report.matter
    if Report.objects.filter(occurrence_id=report.occurrence_id).count() == 1:
        raise Refused("这条接报记录已单独算作一次发生。")
    occurrence = Occurrence(
        org_id=matter.org_id, matter=matter, at=report.occurred_start, created_at=clock.now()
    )
    occurrence.save(force_insert=True)
    Report.objects.filter(id=report.id).update(occurrence=occurrence)
    _recount([matter.id])
    record(
        actor,
        about=matter.id,
        subjects=[
            ("matter", matter.id, "of"),
            ("report", report.id, "of"),
            ("occurrence", occurrence.id, "new"),
        ],
        facts={"number": matter.number, "receipt": report.receipt, "occurrences": matter.occurrences + 1},
        org_id=matter.org_id,
    )
    return occurrence.id


@act("不是同一件")
def tell_apart(actor: Actor, *, suggestion_id: uuid.UUID) -> None:
    """A suggested pair is not the same quarrel; matching learns from it."""
    policies.may_decide(actor)
    suggestion = queries.suggestion_for_update(actor, suggestion_id)
    suggestion.decided, suggestion.decided_at = "other", clock.now()
    suggestion.save(update_fields=["decided", "decided_at"])
    newest = (
        Report.objects.filter(matter_id=suggestion.matter_id)
        .order_by("-created_at")
        .values_list("id", flat=True)
        .first()
    )
    if newest:
        _judge(suggestion.org_id, [str(newest)], same=False, features=suggestion.reasons)
    record(
        actor,
        about=suggestion.matter_id,
        subjects=[("matter", suggestion.matter_id, "of"), ("matter", suggestion.other_id, "not the same as")],
        facts={"score": round(suggestion.score, 3)},
        org_id=suggestion.org_id,
    )


@act("请求并入")
def ask_to_join(actor: Actor, *, suggestion_id: uuid.UUID) -> None:
    """Ask the organisation that holds the other matter to let this one join; nothing of it is shown before it agrees."""
    policies.may_decide(actor)
    suggestion = queries.suggestion_for_update(actor, suggestion_id)
    suggestion.decided, suggestion.decided_at = "asked", clock.now()
    suggestion.save(update_fields=["decided", "decided_at"])
    # The holder must be able to see what it is asked about: the asker opens its own matter to it.
    sharing.share(
        actor, suggestion.matter_id, suggestion.other_org_id, "请求并入", clock.now() + timedelta(days=30)
    )
    notices.notify(
        group="intake.ask", org_id=suggestion.other_org_id, about=suggestion.other_id,
        text="有单位请求将其事项并入贵单位事项", url=f"/intake/asked/{suggestion.id}/",
    )  # fmt: skip
    record(
        actor,
        about=suggestion.matter_id,
        subjects=[("matter", suggestion.matter_id, "of"), ("suggestion", suggestion.id, "asked")],
        facts={"asked": suggestion.other_org_id},
        org_id=suggestion.org_id,
    )


@act("同意并入")
def agree_to_join(actor: Actor, *, suggestion_id: uuid.UUID) -> uuid.UUID:
    """The holder says yes: its matter survives, the asker's joins it and the asker keeps seeing it (a share)."""
    policies.may_decide(actor)
    suggestion = queries.asked_for_update(actor, suggestion_id)
    record(
        actor,
        about=suggestion.other_id,
        subjects=[("matter", suggestion.other_id, "of"), ("suggestion", suggestion.id, "agreed")],
        facts={"asked_by": suggestion.org_id},
    )
    join_id = merge(actor, survivor_id=suggestion.other_id, joined_id=suggestion.matter_id)
    _answer(suggestion, "same")
    return join_id


@act("不同意并入")
def refuse_to_join(actor: Actor, *, suggestion_id: uuid.UUID) -> None:
    """The holder says no: what was opened to it for the question is closed again, and the asker is told."""
    policies.may_decide(actor)
    suggestion = queries.asked_for_update(actor, suggestion_id)
    asker, matter_id = suggestion.org_id, suggestion.matter_id
    for one in sharing.shared_with(matter_id):
        if one.purpose == "请求并入" and one.org_id == suggestion.other_org_id:
            sharing.end_share(actor, one.id)
    notices.notify(
        group="intake.ask", org_id=asker, about=matter_id, text="请求并入的事项，对方不同意并入", url=f"/matters/{matter_id}/",
    )  # fmt: skip
    _answer(suggestion, "refused")
    record(
        actor,
        about=suggestion.other_id,
        subjects=[("matter", suggestion.other_id, "of"), ("suggestion", suggestion.id, "refused")],
        facts={"asked_by": asker},
    )


def _answer(suggestion: Suggestion, decided: str) -> None:
    """Write the holder's answer into the asker's row: an answered pair is the asker's alone to see, so the system writes it."""
    with scope(system_actor("答复并入")):
        Suggestion.objects.filter(id=suggestion.id).update(decided=decided, decided_at=clock.now())


def _move(moved: dict[str, list[str]], to: Matter) -> None:
    """Let the listed items belong to `to`; they take its organisation, so that they are seen with it."""
    for kind, ids in moved.items():
        if ids:
            ITEMS[kind].objects.filter(id__in=ids).update(matter=to, org_id=to.org_id)
    if moved.get("report"):
        Fingerprint.objects.filter(report_id__in=moved["report"]).update(matter=to, org_id=to.org_id)


def _recount(matter_ids: Iterable[uuid.UUID]) -> None:
    """Bring the derived columns in step. An occurrence counts while a report tells of it."""
    for matter_id in matter_ids:
        found = Report.objects.filter(matter_id=matter_id).aggregate(
            n=Count("id"),
            occurrences=Count("occurrence", distinct=True),
            first=Min("occurred_start"),
            last=Max("occurred_start"),
        )
        columns = {"reports": found["n"], "occurrences": found["occurrences"]}
        if found["n"]:
            columns |= {"first_at": found["first"], "last_at": found["last"]}
        Matter.objects.filter(id=matter_id).update(**columns)


def _judge(
    org_id: int, report_ids: Iterable[str], *, same: bool, features: dict[str, object] | None = None
) -> None:
    Judgement.objects.bulk_create(
        Judgement(
            org_id=org_id,
            topic="pair",
            report_id=uuid.UUID(str(i)),
            same=same,
            features=features or {},
            at=clock.now(),
        )
        for i in report_ids
    )
