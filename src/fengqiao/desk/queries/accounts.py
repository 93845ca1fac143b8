"""Accounts and posts as the sign-on pages need them, before anybody has an actor."""

from collections.abc import Iterable
from dataclasses import dataclass

from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Invalid, NotThere
from fengqiao.core.models import Account, Organisation, Post
from fengqiao.core.queries.organisations import ROLE_WORDS, in_force, may_manage

# What a demo visitor may expect of each role: one line on the who-is-who page.
DOES = {
    Role.OFFICER: "接报、归并、办理纠纷",
    Role.LEADER: "看全所、签批、裁决退回",
    Role.DESK: "分流、派单、催办、交接班",
    Role.WINDOW: "窗口接报、出回执、导入台账",
    Role.AUXILIARY: "接报、签收，不作决定",
    Role.MEDIATOR: "主持调解、制作笔录",
    Role.LAWYER: "看值班表，登记咨询，内容只有本所可读",
    Role.PARTNER: "签收、退回、反馈流转",
    Role.CENTRE: "全县分流与督办",
    Role.GRID: "报送见闻，看自己的任务",
    Role.VOLUNTEER: "报送见闻，看自己的任务",
    Role.RIGHTS: "受理个人信息查询与删除",
    Role.ADMIN: "机构、岗位、设置，不看业务",
}


@dataclass(frozen=True, slots=True)
class PostChoice:
    """One post an account may act in today."""

    id: int
    org: str
    title: str
    role: str


def posts_of(account_id: int) -> list[PostChoice]:
    """The posts of an account in force today, in the order in which one is taken when none is chosen."""
    rows = Post.objects.filter(in_force(), account_id=account_id).select_related("org").order_by("id")
    return [PostChoice(p.pk, p.org.name, p.title, ROLE_WORDS.get(Role(p.role), p.role)) for p in rows]


def accounts_here(ids: Iterable[int]) -> list[tuple[int, str, str]]:
    """Active accounts with a PIN among `ids`, in that order: (id, sign-on name, name)."""
    wanted = list(ids)
    rows = Account.objects.filter(id__in=wanted, is_active=True).exclude(pin="")
    found = {row.pk: (row.pk, row.username, row.name) for row in rows}
    return [found[one] for one in wanted if one in found]


@dataclass(frozen=True, slots=True)
class Demo:
    """One account of the demo county."""

    username: str
    name: str
    title: str
    role: str
    does: str


def demo_accounts() -> list[tuple[str, list[Demo]]]:
    """Who is who, grouped by organisation in the order of the tree: (organisation, its people)."""
    rows = Post.objects.filter(in_force(), account__is_active=True, account__is_system=False)
    groups: dict[int, list[Demo]] = {}
    for p in rows.select_related("account").order_by("id"):
        role = Role(p.role)
        one = Demo(p.account.username, p.account.name, p.title, ROLE_WORDS.get(role, p.role), DOES.get(role, ""))
        groups.setdefault(p.org_id, []).append(one)
    orgs = Organisation.objects.filter(id__in=groups)
    stations_first = sorted(orgs, key=lambda o: (o.kind == "partner", "派出所" not in o.name, o.lineage))
    return [(org.name, groups[org.pk]) for org in stations_first]


def account_named(actor: Actor, username: str) -> int:
    """The account of a sign-on name, for whoever sets up posts; Invalid when there is none."""
    may_manage(actor)
    found = Account.objects.filter(username=username.strip(), is_active=True, is_system=False)
    ident = found.values_list("id", flat=True).first()
    if ident is None:
        raise Invalid({"username": "没有这个登录名，请先开立账号。"})
    return ident


def org_of_post(actor: Actor, post_id: int) -> int:
    """The organisation a post belongs to; NotThere for one outside the actor's."""
    may_manage(actor)
    org_id = Post.objects.filter(pk=post_id).values_list("org_id", flat=True).first()
    if org_id is None:
        raise NotThere
    return org_id
