"""查阅记录: who opened a record, for those who answer for it (S4; PIPL 51, 54)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from fengqiao.core import erasure
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden, NotThere
from fengqiao.core.models import AccessLine, Document, Post
from fengqiao.core.scope import scope

ACTIONS = {
    "open": "查阅",
    "unmask": "查看完整信息",
    "export": "导出",
    "lookup": "按证件或电话查找",
    "print": "打印",
}


@dataclass(frozen=True, slots=True)
class Look:
    """One opening: when, who in which post of which organisation, how, and why."""

    at: datetime
    who: str
    post: str
    org: str
    action: str
    purpose: str
    fields: tuple[str, ...]


def looks(actor: Actor, subject_id: uuid.UUID, *, most: int = 500) -> list[Look]:
    """Everybody who opened a record or one of its files, newest first; also from organisations it was shared with.

    For a leader of the organisation that owns the record, and for the rights desk. Reading the log leaves no line: it
    shows staff acting, not residents. Errors: Forbidden; NotThere when the record is not the leader's organisation's.
    """
    if not actor.has(Role.LEADER, Role.RIGHTS):
        raise Forbidden("只有所属单位负责人和权利受理岗位可以查看查阅记录。")
    if not actor.has(Role.RIGHTS) and not _owned(actor, subject_id):
        raise NotThere
    with scope(erasure.sight()):
        files = Document.objects.filter(about=subject_id).values_list("id", flat=True)
        return _looks(
            AccessLine.objects.filter(subject_id__in=[subject_id, *files]).order_by("-at", "-id")[:most]
        )


def recent(actor: Actor, *, action: str = "", account_id: int | None = None, most: int = 500) -> list[Look]:
    """The newest openings by the actor's own organisations, for the periodic audit by a leader or the rights desk."""
    if not actor.has(Role.LEADER, Role.RIGHTS):
        raise Forbidden("只有单位负责人和权利受理岗位可以查看查阅记录。")
    lines = AccessLine.objects.filter(org_id__in=actor.orgs)
    if action:
        lines = lines.filter(action=action)
    if account_id is not None:
        lines = lines.filter(account_id=account_id)
    return _looks(lines.order_by("-at", "-id")[:most])


def _looks(lines: Any) -> list[Look]:
    lines = list(lines)
    posts = {
        p.pk: p
        for p in Post.objects.filter(pk__in={x.post_id for x in lines}).select_related("account", "org")
    }
    found = []
    for x in lines:
        post = posts.get(x.post_id)
        who = (post.account.name, post.title, post.org.name) if post else ("", "", "")
        found.append(Look(x.at, *who, ACTIONS.get(x.action, x.action), x.purpose, tuple(x.fields)))
    return found


def _owned(actor: Actor, subject_id: uuid.UUID) -> bool:
    """Does the record belong to an organisation of the actor's? A share is not enough."""
    for label in erasure.roots():
        for model in erasure.reach(label):
            names = {f.attname for f in model._meta.local_fields}
            if not model._meta.managed or "org_id" not in names or model._meta.pk.attname != "id":
                continue
            if model.objects.filter(pk=subject_id, org_id__in=actor.orgs).exists():
                return True
    return bool(apps.get_model("core.Document").objects.filter(pk=subject_id, org_id__in=actor.orgs).exists())
