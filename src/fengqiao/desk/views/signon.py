"""Signing on, changing user by PIN, choosing a post, one's own PIN, and the demo's one-click accounts."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fengqiao.core import cast, signon
from fengqiao.core.errors import Problem
from fengqiao.core.web import Request
from fengqiao.desk import forms, queries, workstation

NOT_HERE = "该账号近期没有在本机用密码登录过，请改用密码登录。"


@sensitive_post_parameters("pin")
@never_cache
@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """换人: GET shows who signed on here; POST with `username` and `pin` begins that account's session (204).

    Refusals are plain text with their status, so that the dialog can show them.
    """
    ident, ids = workstation.here(request)
    known = queries.accounts_here(ids)
    if request.method == "GET":
        return render(request, "account/switch.html", {"accounts": known})
    wanted = request.POST.get("username", "").strip()
    account_id = next((pk for pk, username, _ in known if username == wanted), None)
    try:
        if account_id is None:
            return _told(request, NOT_HERE, 403, known)
        account = signon.by_pin(account_id, request.POST.get("pin", ""), ident)
    except Problem as error:
        return _told(request, error.message, error.status, known)
    workstation.sign_on(request, account)
    response = redirect("/") if _is_page(request) else HttpResponse(status=204)
    workstation.remember(request, response, account.pk)
    return response


def _is_page(request: HttpRequest) -> bool:
    return not (request.headers.get("X-Requested-With") or request.headers.get("HX-Request"))


def _told(request: HttpRequest, words: str, status: int, known: list[tuple[int, str, str]]) -> HttpResponse:
    if _is_page(request):
        return render(request, "account/switch.html", {"accounts": known, "reason": words}, status=status)
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "POST"])
def post(request: Request) -> HttpResponse:
    """选岗: whoever holds several posts chooses the one to act in; it holds for this session."""
    actor = request.actor
    choices = queries.posts_of(actor.account_id)
    following = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(following, {request.get_host()}, request.is_secure()):
        following = "/"
    if request.method == "POST":
        chosen = next((one for one in choices if str(one.id) == request.POST.get("post")), None)
        if chosen is not None:
            request.session["post"] = chosen.id
            return redirect(following)
    return render(request, "account/post.html", {"choices": choices, "next": following})


@sensitive_post_parameters("password", "pin", "again")
@require_http_methods(["GET", "POST"])
def pin(request: Request) -> HttpResponse:
    """Set one's own quick-change PIN; asks for the password, so that an unattended screen gives it to nobody."""
    form = forms.Pin(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sure = authenticate(request, username=request.user.get_username(), password=form.cleaned_data["password"])
        if sure is None or sure.pk != request.user.pk:
            form.add_error("password", "密码不对。")
        else:
            try:
                signon.set_pin(sure.pk, form.cleaned_data["pin"])
                messages.success(request, "快速口令已设置。")
                return redirect("desk:today")
            except Problem as error:
                form.add_error("pin", error.message)
    # Not 422: that would roll the transaction back, and with it the count of wrong passwords.
    return render(request, "account/pin.html", {"form": form})


@require_http_methods(["GET", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """One-click accounts of the demo county, by organisation; not there in a real installation."""
    if not settings.DEMO:
        raise Http404
    groups = queries.demo_accounts()
    if request.method == "POST":
        names = {one.username for _, people in groups for one in people}
        wanted = request.POST.get("username", "")
        if wanted not in names:
            raise Http404
        account: Any = get_user_model().objects.get(username=wanted)
        workstation.sign_on(request, account)
        response = redirect(reverse("desk:today"))
        workstation.remember(request, response, account.pk)
        return response
    return render(
        request, "account/demo.html", {"groups": groups, "password": cast.DEMO_PASSWORD, "pin": cast.DEMO_PIN}
    )
