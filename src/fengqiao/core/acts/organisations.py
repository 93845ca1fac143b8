"""Organisations, posts, accounts, partners' keys: who may act, from when until when.

Nothing is deleted and nothing reaches back: what was decided under yesterday's posts stays explained by them.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from fengqiao.core import clock
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.models import Account, Organisation, PartnerKey, Post
from fengqiao.core.queries import organisations as queries
from fengqiao.core.rules import BadInput, identity
from fengqiao.core.spine import act, record

LONGEST_KEY = timedelta(days=366)  # a partner's grant is renewed at least yearly: product default, S4


@act("设立机构")
def create_organisation(
    actor: Actor,
    *,
    name: str,
    kind: str,
    parent_id: int | None,
    short: str = "",
    mode: str = "",
    valid_from: date | None = None,
) -> Organisation:
    """Set up an organisation below one of the actor's, or a partner beside the tree (kind "partner", no parent)."""
    queries.may_manage(actor)
    wrong = {}
    if not name.strip() or len(name) > 100:
        wrong["name"] = "请填写机构名称，最多 100 字。"
    if kind not in queries.KINDS:
        wrong["kind"] = "请选择机构类别。"
    if (kind == "partner") != (parent_id is None):
        wrong["parent"] = "协作单位不设上级；其他机构须选择上级。"
    if mode and mode not in queries.MODES:
        wrong["mode"] = "请选择派出所模式。"
    if wrong:
        raise Invalid(wrong)
    parent = queries.organisation(actor, parent_id, lock=True) if parent_id is not None else None
    if Organisation.objects.filter(queries.in_force(), parent=parent, name=name.strip()).exists():
        raise Invalid({"name": "同一上级下已有同名机构。"})
    row = Organisation.objects.create(
        name=name.strip(),
        short=short.strip()[:30],
        kind=kind,
        parent=parent,
        mode=mode,
        valid_from=valid_from or clock.today(),
    )
    row.lineage = [*(parent.lineage if parent else []), row.pk]
    row.save(update_fields=["lineage"])
    record(
        actor,
        about=queries.about(row.pk),
        subjects=[("organisation", row.pk, "new")],
        facts={
            "name": row.name,
            "kind": kind,
            "parent": parent_id,
            "mode": mode,
            "valid_from": row.valid_from.isoformat(),
        },
        org_id=row.pk,
    )
    return row


@act("变更派出所模式")
def change_mode(
    actor: Actor, *, org_id: int, mode: str, desk_id: int | None = None, squad_id: int | None = None
) -> None:
    """Change a station's mode (NP-17: 标准型, 紧密型, 宽松型), who commands for it, and its 片区刑警中队.

    Open work is not moved: it stays with whoever holds it, new work goes by the new mode.
    """
    queries.may_manage(actor)
    row = queries.organisation(actor, org_id, lock=True)
    if row.kind != "station" or mode not in queries.MODES:
        raise Invalid({"mode": "请为派出所选择一种模式。"})
    for field, other in (("desk", desk_id), ("squad", squad_id)):
        if other is not None and other not in queries.managed(actor):
            raise Invalid({field: "所选机构不在管理范围内。"})
    old = {"mode": row.mode, "desk": row.desk_id, "squad": row.squad_id}
    row.mode, row.desk_id, row.squad_id = mode, desk_id, squad_id
    row.save(update_fields=["mode", "desk", "squad"])
    new = {"mode": mode, "desk": desk_id, "squad": squad_id}
    record(
        actor, about=queries.about(org_id), subjects=[("organisation", org_id, "changed")],
        facts={"old": old, "new": new}, org_id=org_id,
    )  # fmt: skip


@act("开立账号")
def create_account(actor: Actor, *, username: str, name: str, password: str) -> Account:
    """Make a sign-on. It can do nothing until it has a post. The first password is told to its owner and changed by them."""
    queries.may_manage(actor)
    wrong = {}
    username = username.strip()
    if (
        not username.isascii()
        or not username.isprintable()
        or not 2 <= len(username) <= 60
        or " " in username
    ):
        wrong["username"] = "登录名须为 2 至 60 位字母、数字或符号，不含空格。"
    elif Account.objects.filter(username=username).exists():
        wrong["username"] = "登录名已被使用。"
    try:
        name = identity.person_name(name)
    except BadInput as error:
        wrong["name"] = f"{error}。"
    try:
        validate_password(password)
    except ValidationError as error:
        wrong["password"] = "".join(error.messages)
    if wrong:
        raise Invalid(wrong)
    row = Account.objects.create(username=username, name=name[:60], password=make_password(password))
    record(
        actor,
        about=queries.about(actor.org_id),
        subjects=[("account", row.pk, "new")],
        content={"police": {"username": username, "name": row.name}},
    )
    return row


@act("设置岗位")
def create_post(
    actor: Actor,
    *,
    account_id: int,
    org_id: int,
    role: str,
    title: str = "",
    staff_kind: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Post:
    """Put an account into a post of an organisation. Volunteers, partners and mediators need an end (S4: grants expire)."""
    queries.may_manage(actor)
    org = queries.organisation(actor, org_id)
    account = Account.objects.filter(pk=account_id, is_active=True, is_system=False).first()
    if account is None:
        raise NotThere
    start = valid_from or clock.today()
    wrong = {}
    if role not in set(Role) - {Role.SYSTEM}:
        wrong["role"] = "请选择岗位类别。"
    if valid_to is not None and valid_to < start:
        wrong["valid_to"] = "截止日期早于开始日期。"
    if role in (Role.VOLUNTEER, Role.PARTNER, Role.MEDIATOR, Role.LAWYER) and valid_to is None:
        wrong["valid_to"] = "公安机关以外人员的岗位须有截止日期。"
    if role == Role.PARTNER and org.kind != "partner":
        wrong["role"] = "协作单位岗位只能设在协作单位。"
    if role == Role.LAWYER and org.kind != "partner":  # in a police organisation a lawyer would see its rows, and it the advice
        wrong["role"] = "值班律师的岗位设在律师事务所或法律援助机构，不设在公安机关。"
    if wrong:
        raise Invalid(wrong)
    row = Post.objects.create(
        account=account,
        org=org,
        role=role,
        title=title.strip()[:60],
        staff_kind=staff_kind[:12],
        valid_from=start,
        valid_to=valid_to,
    )
    record(
        actor,
        about=queries.about(org_id),
        subjects=[("post", row.pk, "new"), ("account", account_id, "holder")],
        facts={"role": role, "valid_from": start.isoformat(), "valid_to": valid_to and valid_to.isoformat()},
        org_id=org_id,
    )
    return row


@act("终止岗位")
def end_post(actor: Actor, *, post_id: int, last_day: date | None = None) -> None:
    """End a post; `last_day` (default yesterday, so that it ends at once) is the last on which it may act.

    Whoever is responsible for open matters hands them over first: that list is shown by the trade, not kept here.
    """
    queries.may_manage(actor)
    row = Post.objects.select_for_update(no_key=True, of=("self",)).filter(pk=post_id).first()
    if row is None or row.role == Role.SYSTEM:
        raise NotThere
    queries.organisation(actor, row.org_id)
    day = last_day or clock.today() - timedelta(days=1)
    if row.valid_to is not None and row.valid_to < day:
        raise Refused("该岗位已终止，不能延长。请另设岗位。")
    if row.account_id == actor.account_id:
        raise Refused("不能终止自己的岗位，请由另一名管理员办理。")
    row.valid_to = max(day, row.valid_from)
    row.save(update_fields=["valid_to"])
    record(
        actor, about=queries.about(row.org_id), subjects=[("post", row.pk, "ended")],
        facts={"valid_to": row.valid_to.isoformat()}, org_id=row.org_id,
    )  # fmt: skip


@act("授予对接密钥")
def grant_key(
    actor: Actor,
    *,
    org_id: int,
    post_id: int,
    target_id: int,
    label: str,
    expires_at: datetime | None,
    callback: str = "",
) -> tuple[PartnerKey, str]:
    """Give a partner platform its key; returns the row and the key, which is shown once and held only as a hash.

    A grant without an end, or one longer than a year, is refused (KZ-33, S4).
    """
    queries.may_manage(actor)
    if expires_at is None:
        raise Refused("授权须有截止时间，未予授权。", article="个人信息保护法第五十一条", status=422)
    now = clock.now()
    if not now < expires_at <= now + LONGEST_KEY:
        raise Refused("截止时间须在今后一年以内，未予授权。", article="个人信息保护法第五十一条", status=422)
    partner = queries.organisation(actor, org_id)
    post = Post.objects.filter(queries.in_force(), pk=post_id, org_id=org_id, role=Role.PARTNER).first()
    wrong = {}
    if partner.kind != "partner":
        wrong["org"] = "只能授予协作单位。"
    if post is None:
        wrong["post"] = "请选择该单位在用的协作岗位。"
    if target_id not in queries.managed(actor):
        wrong["target"] = "请选择接收单位。"
    if not label.strip():
        wrong["label"] = "请填写用途。"
    if callback and not callback.startswith("https://"):
        wrong["callback"] = "回传地址须以 https:// 开头。"
    if wrong or post is None:
        raise Invalid(wrong)
    key = secrets.token_urlsafe(32)
    row = PartnerKey.objects.create(
        org=partner, post=post, label=label.strip()[:60], key_hash=hashlib.sha256(key.encode()).digest(),
        target_id=target_id, callback=callback[:300], expires_at=expires_at,
    )  # fmt: skip
    record(
        actor,
        about=queries.about(org_id),
        subjects=[("partner_key", row.pk, "new"), ("organisation", org_id, "holder")],
        facts={"label": row.label, "target": target_id, "expires_at": expires_at.isoformat()},
    )
    return row, key


@act("收回对接密钥")
def end_key(actor: Actor, *, key_id: int) -> None:
    """End a partner's key at once."""
    queries.may_manage(actor)
    row = (
        PartnerKey.objects.select_for_update(no_key=True).filter(pk=key_id, target_id__in=queries.managed(actor)).first()
    )
    if row is None:
        raise NotThere
    if row.ended_at is not None:
        raise Refused("该密钥已收回。")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    record(
        actor,
        about=queries.about(row.org_id),
        subjects=[("partner_key", row.pk, "ended")],
        facts={"label": row.label},
    )
