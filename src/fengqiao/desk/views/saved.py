"""已存视图: keep the filter on screen under a name, list and delete them."""

from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_GET, require_POST

from fengqiao.core.errors import Invalid, NotThere
from fengqiao.core.web import Request
from fengqiao.desk import queries


@require_GET
def overview(request: Request) -> HttpResponse:
    """Every view of the account, by list."""
    actor = request.actor
    return render(request, "desk/views.html", {"views": queries.views_of(actor)})


@require_POST
def keep(request: Request, page: str) -> HttpResponse:
    """Keep the filter in the query string for the list at `page`, and show that list again."""
    actor = request.actor
    address = f"/{page}"
    try:
        resolve(address)
    except Resolver404:
        raise NotThere from None
    query = urlencode([(k, v) for k, v in parse_qsl(request.META["QUERY_STRING"]) if v and k != "cursor"])
    try:
        queries.keep_view(actor, address, request.POST.get("label", ""), query)
        messages.success(request, "已存为视图。")
    except Invalid as error:
        messages.error(request, error.message)
    return redirect(f"{address}?{query}")


@require_POST
def drop(request: Request, view_id: int) -> HttpResponse:
    """Delete one's own view."""
    queries.drop_view(request.actor, view_id)
    messages.success(request, "视图已删除。")
    return redirect("desk:views")
