"""Organisations, posts and accounts, for the settings pages and whoever needs the tree."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from fengqiao.core import clock
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden, NotThere
from fengqiao.core.models import Organisation, PartnerKey, Post, Setting

_NAMESPACE = uuid.UUID("6f1d7a52-60a4-5d0e-9a52-0f2f6b1c8a11")  # any fixed value: it only separates kinds
ROLE_WORDS = {
    Role.OFFICER: "民警", Role.AUXILIARY: "辅警", Role.LEADER: "所领导", Role.DESK: "综合指挥室", Role.WINDOW: "窗口",
    Role.MEDIATOR: "人民调解员", Role.LAWYER: "值班律师", Role.GRID: "网格员", Role.VOLUNTEER: "义警", Role.PARTNER: "协作单位",
    Role.CENTRE: "县级指挥中心", Role.RIGHTS: "权利受理", Role.ADMIN: "系统管理",
}  # fmt: skip
KINDS = {
    "bureau": "市局", "county": "县局", "branch": "分局", "centre": "指挥中心", "station": "派出所", "desk": "综合指挥室",
    "team": "警务队", "room": "警务室", "squad": "刑警中队", "office": "机关部门", "partner": "协作单位",
}  # fmt: skip
MODES = {"standard": "标准型", "paired": "紧密型", "loose": "宽松型"}  # NP-17


def about(org_id: int) -> uuid.UUID:
    """What events about an organisation (its posts, settings, keys) are filed under: one id for each organisation."""
    return uuid.uuid5(_NAMESPACE, f"organisation:{org_id}")


def name_of(org_id: int) -> str:
    """What an organisation is called: no secret."""
    return Organisation.objects.values_list("name", flat=True).get(id=org_id)


def in_force(on: date | None = None) -> Q:
    """The condition that a row with validity dates is in force on a day (default today), both ends included."""
    day = on or clock.today()
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


def may_manage(actor: Actor) -> None:
    """Organisations, posts and accounts are the administrator's."""
    if not actor.has(Role.ADMIN):
        raise Forbidden("只有系统管理岗位可以办理。")


def managed(actor: Actor) -> set[int]:
    """Organisations the actor's post manages: its own and those below. Not its sight: an administrator needs none."""
    return set(Organisation.objects.filter(lineage__contains=[actor.org_id]).values_list("id", flat=True))


def tree(actor: Actor, *, on: date | None = None) -> list[dict[str, Any]]:
    """The organisations in force on a day as a tree in reading order, each with its depth, posts counted by role.

    Partners stand beside the tree and follow it. Names of organisations are no secret; posts are counted only for the
    actor's own organisations.
    """
    rows = list(Organisation.objects.filter(in_force(on)).exclude(kind="system").order_by("id"))
    children: dict[int | None, list[Organisation]] = {}
    known = {row.pk for row in rows}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    mine = managed(actor)
    posts: dict[int, int] = {}
    for org_id in Post.objects.filter(in_force(on), org_id__in=mine).values_list("org_id", flat=True):
        posts[org_id] = posts.get(org_id, 0) + 1
    found: list[dict[str, Any]] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in sorted(children.get(parent, []), key=lambda o: (o.kind == "partner", o.pk)):
            found.append(
                {
                    "id": row.pk, "name": row.name, "short": row.short, "kind": row.kind, "kind_word": KINDS.get(row.kind, row.kind),
                    "mode": row.mode, "depth": depth, "mine": row.pk in mine, "posts": posts.get(row.pk, 0),
                    "valid_from": row.valid_from, "valid_to": row.valid_to, "desk_id": row.desk_id, "squad_id": row.squad_id,
                }
            )  # fmt: skip
            walk(row.pk, depth + 1)

    walk(None, 0)
    return found


def organisation(actor: Actor, org_id: int, *, lock: bool = False) -> Organisation:
    """An organisation the actor may manage: its own, those below, and partners beside the tree (for a bureau's admin)."""
    rows = Organisation.objects.select_for_update(no_key=True, of=("self",)) if lock else Organisation.objects
    row = rows.filter(pk=org_id).first()
    if row is None or not (actor.org_id in row.lineage or row.kind == "partner"):
        raise NotThere
    return row


def posts(actor: Actor, org_id: int, *, ended: bool = False) -> list[dict[str, Any]]:
    """Posts of an organisation with the name of who holds them; ended ones too when asked."""
    may_manage(actor)
    organisation(actor, org_id)
    rows = Post.objects.filter(org_id=org_id).select_related("account").order_by("role", "id")
    return [
        {
            "id": p.pk, "account_id": p.account_id, "name": p.account.name, "username": p.account.username, "role": p.role,
            "role_word": ROLE_WORDS.get(Role(p.role), p.role), "title": p.title, "staff_kind": p.staff_kind,
            "valid_from": p.valid_from, "valid_to": p.valid_to,
        }
        for p in (rows if ended else rows.filter(in_force()))
    ]  # fmt: skip


def keys(actor: Actor) -> list[dict[str, Any]]:
    """Partners' keys with their end; the key itself is nowhere."""
    may_manage(actor)
    now, mine = clock.now(), managed(actor)
    return [
        {
            "id": k.pk, "org": k.org.name, "label": k.label, "target": k.target.name, "expires_at": k.expires_at,
            "ended_at": k.ended_at, "running": k.ended_at is None and k.expires_at > now,
        }
        for k in PartnerKey.objects.select_related("org", "target").order_by("-expires_at", "id")
        if k.target_id in mine
    ]  # fmt: skip


def settings_of(actor: Actor, org_ids: Iterable[int]) -> list[Any]:
    """Settings made for these organisations, past and planned ones included."""
    may_manage(actor)
    wanted = set(org_ids) & managed(actor)
    return list(
        Setting.objects.filter(org_id__in=wanted)
        .order_by("org_id", "key", "valid_from")
        .values("org_id", "key", "value", "valid_from", "valid_to")
    )


def names_of(org_ids: Iterable[int]) -> dict[int, str]:
    """Names of organisations; they are no secret."""
    return dict(Organisation.objects.filter(id__in=set(org_ids)).values_list("id", "name"))
