"""Saved views: a filter somebody keeps under a name. Personal view settings, not acts."""

from urllib.parse import parse_qsl

from django.http import QueryDict

from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere
from fengqiao.core.models import SavedView

MOST = 30
LISTS = {"/matters/": "事项", "/waiting/": "待分流", "/disputes/": "纠纷", "/promises/": "流转", "/tasks/": "任务", "/pairs/": "疑似同一", "/imports/": "导入"}


def views_of(actor: Actor, page: str = "") -> list[dict[str, object]]:
    """The account's views of a list (its address), or all: {id, page, list, label, query}."""
    rows = SavedView.objects.filter(account_id=actor.account_id)
    rows = rows.filter(page=page) if page else rows
    return [
        {"id": row.pk, "page": row.page, "list": LISTS.get(row.page, row.page), "label": row.name, "query": row.query}
        for row in rows.order_by("page", "id")
    ]


def keep_view(actor: Actor, page: str, label: str, query: str) -> None:
    """Keep the filter `query` of the list at address `page` under a name; the same name is written over."""
    label = label.strip()
    if not 1 <= len(label) <= 40:
        raise Invalid({"label": "请填写视图名称，最多 40 字。"})
    if len(page) > 40 or len(query) > 500:
        raise Invalid({"label": "筛选条件过长，无法保存。"})
    mine = SavedView.objects.filter(account_id=actor.account_id)
    if mine.count() >= MOST:
        raise Invalid({"label": f"最多保存 {MOST} 个视图，请先删除不用的。"})
    SavedView.objects.update_or_create(
        account_id=actor.account_id, page=page, name=label, defaults={"query": query}
    )


def drop_view(actor: Actor, view_id: int) -> None:
    """Delete one's own view; another's is not there."""
    gone, _ = SavedView.objects.filter(account_id=actor.account_id, pk=view_id).delete()
    if not gone:
        raise NotThere


def views_on(actor: Actor, page: str, shown: QueryDict) -> list[dict[str, object]]:
    """The account's views of the list at this address as the list partial shows them; `shown` is the filter on screen."""
    on_screen = sorted((k, v) for k, v in shown.items() if v and k != "cursor")
    return [
        {"label": one["label"], "url": f"{page}?{one['query']}", "active": sorted(parse_qsl(str(one["query"]))) == on_screen}
        for one in views_of(actor, page)
    ]
