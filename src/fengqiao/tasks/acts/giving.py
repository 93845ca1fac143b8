"""任务: every way a task moves."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from fengqiao.core import clock, notices, numbers
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Forbidden, Invalid, Refused
from fengqiao.core.loading import locked
from fengqiao.core.models import Organisation, Post
from fengqiao.core.spine import act, record
from fengqiao.tasks import policies, rules
from fengqiao.tasks.models import Task

LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Given:
    """A task just given."""

    id: uuid.UUID
    number: str


@act("交办任务")
def create(
    actor: Actor,
    *,
    title: str,
    due_at: datetime,
    kind: str = "order",
    text: str = "",
    to_org_id: int | None = None,
    owner_id: int | None = None,
    about: uuid.UUID | None = None,
) -> Given:
    """Give a task to an organisation or to one account in it, until `due_at` (aware).

    to_org_id  default the actor's organisation; a task of one's own (kind own) stays with the actor
    about      the matter it serves: given only by an app that has loaded it through the actor's eyes
    """
    if not policies.may_create(actor, kind):
        raise Forbidden("指令由所领导、综合指挥室或指挥中心下达；本人可建自办任务。")
    if kind == "own":
        to_org_id, owner_id = actor.org_id, actor.account_id
    to_org_id = to_org_id or actor.org_id
    wrong = _wrong(title, text, due_at)
    if kind not in rules.KINDS:
        wrong["kind"] = "请选择任务种类。"
    if not Organisation.objects.filter(id=to_org_id).exclude(kind="system").exists():
        wrong["to_org_id"] = "请选择现有的单位。"
    elif owner_id and not _works_in(owner_id, to_org_id):
        wrong["owner_id"] = "此人在该单位没有有效岗位。"
    if wrong:
        raise Invalid(wrong)
    return _put(actor, "create", kind=kind, title=title, text=text, about=about, to_org_id=to_org_id, owner_id=owner_id, due_at=due_at)


@act("议定任务")
def agree(
    actor: Actor, *, title: str, owner_id: int, due_at: datetime, text: str = "", meeting_id: uuid.UUID | None = None,
    about: uuid.UUID | None = None,
) -> Given:
    """What a meeting or an evening's review agreed on: one owner of the same station, one day (WZ-03, WZ-09, ND-22).

    Those who sat together agreed: it needs no order. meeting_id: given only by the act that holds the meeting.
    """
    policies.may_meet(actor)
    org_id = actor.station_id or actor.org_id
    wrong = _wrong(title, text, due_at)
    if not _works_in(owner_id, org_id):
        wrong["owner_id"] = "此人在本所没有有效岗位。"
    if wrong:
        raise Invalid(wrong)
    return _put(
        actor, "agree", kind="own", title=title, text=text, about=about, to_org_id=org_id, owner_id=owner_id, due_at=due_at,
        meeting_id=meeting_id,
    )  # fmt: skip


def _wrong(title: str, text: str, due_at: datetime) -> dict[str, str]:
    wrong = {}
    if not title.strip() or len(title) > 100:
        wrong["title"] = "请用一句话写明要办什么（不超过 100 字）。"
    if len(text) > LIMIT:
        wrong["text"] = f"请缩短到 {LIMIT} 字以内。"
    if due_at <= clock.now():
        wrong["due_at"] = "期限须在今后。"
    return wrong


def _put(actor: Actor, move: str, *, title: str, text: str, due_at: datetime, **given: Any) -> Given:
    task = Task(
        org_id=actor.org_id, number=numbers.next_number("tasks_number", "Z", actor.zone), title=title.strip(), text=text.strip(),
        given_by_id=actor.account_id, due_at=due_at, **given,
    )  # fmt: skip
    if task.owner_id == actor.account_id and task.kind == "own":
        task.signed_at, task.signed_by_id = clock.now(), actor.account_id
    task.save(force_insert=True)
    more = {"meeting": str(task.meeting_id)} if task.meeting_id else {}
    _record(actor, task, move, {"due": due_at.isoformat(), **more}, {"title": task.title, "text": task.text})
    if task.owner_id != actor.account_id:
        _tell(task, "new", task.to_org_id, task.owner_id, "待签收")
    return Given(task.id, task.number)


@act("签收任务")
def sign(actor: Actor, *, task_id: uuid.UUID) -> None:
    """The one who has it to do has read it. A task of the unit becomes the signer's own."""
    task = _load(actor, task_id, "sign")
    task.signed_at, task.signed_by_id = clock.now(), actor.account_id
    task.owner_id = task.owner_id or actor.account_id
    _save(task, "signed_at", "signed_by", "owner")
    _record(actor, task, "sign", {"owner": task.owner_id})


@act("办结任务")
def finish(actor: Actor, *, task_id: uuid.UUID, result: str) -> None:
    """It is done; `result` says what was done."""
    task = _load(actor, task_id, "finish")
    if not result.strip() or len(result) > LIMIT:
        raise Invalid({"result": f"请写明办理情况（不超过 {LIMIT} 字）。"})
    if task.signed_at is None:
        task.signed_at, task.signed_by_id = clock.now(), actor.account_id
    _end(actor, task, "done", result)
    _record(actor, task, "finish", {"late": clock.now() > task.due_at}, {"result": task.result})
    if task.given_by_id != actor.account_id:
        _tell(task, "done", task.org_id, task.given_by_id, "已办结")


@act("取消任务")
def cancel(actor: Actor, *, task_id: uuid.UUID, reason: str) -> None:
    """It need not be done any more; `reason` says why."""
    task = _load(actor, task_id, "cancel")
    if not reason.strip() or len(reason) > LIMIT:
        raise Invalid({"reason": "请写明取消理由。"})
    _end(actor, task, "cancelled", reason)
    _record(actor, task, "cancel", {}, {"reason": task.result})
    if task.owner_id and task.owner_id != actor.account_id:
        _tell(task, "cancelled", task.to_org_id, task.owner_id, "已取消")


@act("改派任务")
def reassign(actor: Actor, *, task_id: uuid.UUID, owner_id: int, to_org_id: int | None = None) -> None:
    """Somebody else has it to do, by the same day; they sign for it anew."""
    task = _load(actor, task_id, "reassign")
    to_org_id = to_org_id or task.to_org_id
    if not _works_in(owner_id, to_org_id):
        raise Invalid({"owner_id": "此人在该单位没有有效岗位。"})
    if owner_id == task.owner_id:
        raise Invalid({"owner_id": "任务已由此人承办。"})
    old = task.owner_id
    task.owner_id, task.to_org_id, task.signed_at, task.signed_by_id = owner_id, to_org_id, None, None
    _save(task, "owner", "to_org", "signed_at", "signed_by")
    _record(actor, task, "reassign", {"old": old, "owner": owner_id})
    _tell(task, "new", to_org_id, owner_id, "改派，待签收")


def _load(actor: Actor, task_id: uuid.UUID, move: str) -> Task:
    task = locked(Task.objects.filter(policies.visible_to(actor)), id=task_id)
    policies.may_move(actor, task, move)
    if not rules.allowed(task.state, move, signed=task.signed_at is not None):
        state = "已签收" if task.state == "open" else rules.STATES[task.state]
        raise Refused(f"该任务{state}，不能{rules.MOVES[move]}。")
    return task


def _works_in(account_id: int, org_id: int) -> bool:
    today = clock.today()
    posts = Post.objects.filter(account_id=account_id, org__lineage__contains=[org_id], valid_from__lte=today)
    return posts.filter(Q(valid_to=None) | Q(valid_to__gte=today), account__is_active=True).exists()


def _save(task: Task, *fields: str) -> None:
    task.version += 1
    task.save(update_fields=[*fields, "version"])


def _end(actor: Actor, task: Task, state: str, words: str) -> None:
    task.state, task.result, task.ended_at, task.ended_by_id = state, words.strip(), clock.now(), actor.account_id
    _save(task, "state", "result", "ended_at", "ended_by", "signed_at", "signed_by")


def _record(
    actor: Actor, task: Task, move: str, facts: Mapping[str, Any], words: Mapping[str, str] | None = None
) -> None:
    record(
        actor,
        about=task.about or task.id,
        subjects=[("task", task.id, move)],
        facts={"number": task.number, "kind": task.kind, "state": task.state, "to": task.to_org_id, **facts},
        content={"police": dict(words)} if words else None,
        org_id=task.org_id,
    )


def _tell(task: Task, group: str, org_id: int, account_id: int | None, words: str) -> None:
    notices.notify(
        f"tasks.{group}", f"{rules.KINDS[task.kind]} {task.number} {words}", f"/tasks/{task.id}/",
        org_id=org_id, account_id=account_id, about=task.id,
    )  # fmt: skip
