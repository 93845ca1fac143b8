"""Middleware: the actor and scope of a request, how refusals look, response headers."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django_htmx.middleware import HtmxDetails

from fengqiao.core import idempotency, live, signon
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Problem, Stale
from fengqiao.core.scope import scope


class Request(HttpRequest):
    """A request as views get it: with its actor (middleware `act_as`) and what htmx says of itself."""

    actor: Actor
    htmx: HtmxDetails


Handler = Callable[[HttpRequest], HttpResponse]

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
OPEN = (
    "/login/",
    "/logout/",
    "/static/",
    "/mfa/",
    "/demo/",
    "/api/",
    "/field/v1/",
    "/health/",
    "/switch/",
    "/stream/",
    "/slip/",
    "/sw.js",
    "/offline/",
    "/ask/",
    "/phone/",
    "/install/",
)


PAGES = {403: "403.html", 404: "404.html", 413: "413.html", 429: "429.html"}  # any other refusal: 409.html


def headers(get_response: Handler) -> Handler:
    """Content security policy; nothing personal in any cache."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = CSP
        if settings.STREAM_PORT:  # the live stream stands on its own port of the same host
            policy = CSP.replace("connect-src 'self'", f"connect-src 'self' {live.address(request.get_host(), request.is_secure())}")
        response.headers.setdefault("Content-Security-Policy", policy)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return handle


class act_as:
    """Give the request its actor and run it in the actor's transaction (scope).

    A response of status ≥ 400 rolls the transaction back: what was refused leaves no half-done change.
    """

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self._sign_on(request)
        actor = signon.actor_of(request.user.pk, request.session.get("post"))
        if actor is None:
            return render(
                request, "403.html", {"message": "该账号今天没有有效岗位，请联系管理员。"}, status=403
            )
        request.actor = actor  # type: ignore[attr-defined]
        with scope(actor):
            response = self.get_response(request)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response = response.render()
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response

    @staticmethod
    def _sign_on(request: HttpRequest) -> HttpResponse:
        if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
            return HttpResponse("登录已过期", status=401, content_type="text/plain; charset=utf-8")
        return HttpResponseRedirect(f"/login/?{urlencode({'next': request.get_full_path()})}")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusal(request, error) if isinstance(error, Problem) else None


def refusal(request: HttpRequest, error: Problem) -> HttpResponse:
    """The page (or problem document) of a refusal, in words that say what to do."""
    if request.path.startswith(("/api/", "/field/v1/")):
        return JsonResponse(problem(error), status=error.status)
    template = PAGES.get(error.status, "409.html")
    context = {"message": error.message, "article": getattr(error, "article", None)}
    if isinstance(error, Stale):
        context |= {"theirs": error.theirs, "mine": error.mine}
    return render(request, template, context, status=error.status)


def problem(error: Problem) -> dict[str, object]:
    """RFC 9457 problem document."""
    body: dict[str, object] = {"title": error.message, "status": error.status}
    if fields := getattr(error, "fields", None):
        body["fields"] = fields
    if article := getattr(error, "article", None):
        body["article"] = article
    if orders := getattr(error, "orders", None):  # what a phone is to do besides
        body["orders"] = orders
    return body


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A stale form after a re-login: say so; the browser's draft keeps what was typed."""
    return render(
        request,
        "403.html",
        {"message": "页面已过期，请刷新后重新提交；已填内容保存在本机草稿中。"},
        status=403,
    )


def once(request: Request) -> dict[str, Any] | None:
    """What this very form made before, if it was sent twice (its key and content alike)."""
    key = request.POST.get("idempotency_key", "")
    if not key:
        return None
    sent = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "idempotency_key"):
        sent.pop(name, None)
    return idempotency.seen(f"account:{request.actor.account_id}", key, sent.urlencode().encode())


def made(request: Request, answer: dict[str, Any]) -> None:
    """Keep what the form made beside its key."""
    if key := request.POST.get("idempotency_key", ""):
        idempotency.answered(f"account:{request.actor.account_id}", key, answer)


def made_once(request: Request, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What this very form makes: now, or before when it was sent twice."""
    if (before := once(request)) is not None:
        return before
    answer = make()
    made(request, answer)
    return answer
