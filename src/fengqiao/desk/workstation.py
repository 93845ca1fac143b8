"""Signing on at a shared duty PC: which accounts signed on here with their password, and may change user by PIN.

The workstation is a signed cookie without names: a random id (wrong PINs are counted under it) and the account
numbers, newest first. Without it a PIN opens nothing, so a PIN alone is no way in from elsewhere.
"""

import secrets
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from fengqiao.core.signon import ClosedAdapter
from fengqiao.desk import queries

COOKIE = "workstation"
SALT = "fengqiao.workstation"
KEPT = 14 * 86400  # seconds since the last sign-on with a password here
MOST = 24  # accounts remembered


def here(request: HttpRequest) -> tuple[str, list[int]]:
    """Id of this workstation ("" when nobody signed on yet) and the accounts that signed on here, newest first."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT)
        return str(held["id"]), [int(one) for one in held["accounts"]]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return "", []


def remember(request: HttpRequest, response: HttpResponse, account_id: int) -> None:
    """Note on the response that this account signed on here."""
    ident, accounts = here(request)
    accounts = [account_id, *(one for one in accounts if one != account_id)][:MOST]
    held = {"id": ident or secrets.token_hex(8), "accounts": accounts}
    response.set_cookie(
        COOKIE, signing.dumps(held, salt=SALT), max_age=KEPT, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def sign_on(request: HttpRequest, account: Any) -> None:
    """Begin the account's own session. Another account's session ends, its key is not used again."""
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")


class DoorAdapter(ClosedAdapter):
    """After password (and code): remember the account here; whoever holds several posts chooses one."""

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if len(queries.posts_of(user.pk)) > 1:
            following = response.headers.get("Location", "/")
            response = HttpResponseRedirect(f"{reverse('desk:post')}?{urlencode({'next': following})}")
        remember(request, response, user.pk)
        return response
