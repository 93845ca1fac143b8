"""复盘: the steps on a dispute's page, and the list of those still open."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Refused
from fengqiao.core.web import Request
from fengqiao.disputes import acts, forms, policies, queries
from fengqiao.disputes.queries import DisputePage, ReviewLine
from fengqiao.disputes.views import books
from fengqiao.disputes.views.steps import Step
from fengqiao.intake import queries as intake


def _open(page: DisputePage) -> ReviewLine | None:
    """The review of a dispute that is still to be done: the oldest."""
    return next((one for one in reversed(page.reviews) if not one.done), None)


def _around(actor: Actor, page: DisputePage) -> dict[str, Any]:
    found = _open(page)
    if found is None:
        raise Refused("没有待办的复盘。")
    return {"owners": intake.owners(actor, intake.matter_page(actor, page.matter_id)), "review": found}


def _of(actor: Actor, dispute_id: uuid.UUID) -> uuid.UUID:
    found = _open(queries.dispute_page(actor, dispute_id))
    if found is None:
        raise Refused("没有待办的复盘。")
    return found.id


def _write(actor: Actor, *, dispute_id: uuid.UUID, **given: Any) -> None:
    acts.write_review(actor, review_id=_of(actor, dispute_id), **given)


def _finish(actor: Actor, *, dispute_id: uuid.UUID, **given: Any) -> None:
    acts.finish_review(actor, review_id=_of(actor, dispute_id), **given)


STEPS = {
    "review": Step("登记复盘", forms.ReviewForm, _write, "已登记复盘。", "写明经过、错过的一步、改进措施、负责人和期限。",
                   around=_around, may=policies.may_decide, led=True),
    "review-done": Step("完成改进", forms.DoneForm, _finish, "改进已完成。", may=policies.may_decide, led=True),
}  # fmt: skip


@require_GET
def listing(request: Request) -> HttpResponse:
    """复盘 still to be written or whose change is to be made, the most urgent first."""
    actor: Actor = request.actor
    late = request.GET.get("late") == "1"
    rows = [
        {
            "id": one.id, "url": f"/disputes/{one.dispute_id}/#reviews", "state": "late" if one.late else "",
            "cells": [one.number, one.title, one.why, "改进中" if one.written else "待复盘", one.owner or one.org, clock.day_end(one.due_on)],
        }
        for one in queries.reviews(actor, late=late)
    ]  # fmt: skip
    columns = [
        {"label": "编号", "width": "narrow"}, {"label": "事由", "width": "wide"}, {"label": "缘由", "optional": True}, {"label": "进展"},
        {"label": "负责"}, {"label": "期限", "kind": "clock"},
    ]  # fmt: skip
    options = [("1", "已超期")]
    listed = {
        "id": "reviews", "caption": "待办复盘", "columns": columns, "rows": rows, "main": 1, "live": "review",
        "filters": [{"name": "late", "label": "期限", "kind": "select", "options": options, "value": "1" if late else ""}],
        "empty": {"title": "没有待办的复盘", "text": "纠纷反弹、转为案件或被抽查时自动列入。"},
    }  # fmt: skip
    return render(request, "disputes/reviews.html", {"list": listed, "tabs": books.tabs(actor, "reviews")})



urlpatterns: list[URLPattern] = [path("reviews/", listing, name="reviews")]
