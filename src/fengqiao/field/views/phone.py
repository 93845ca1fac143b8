"""The phone app itself: one page, its service worker, its manifest, and who is signed on. Built from phone/ by scripts/vendor."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.http import require_GET

from fengqiao.core import signon

# As the office's, and: photos not sent yet are shown, and voice notes heard, from the phone's own memory.
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:;"
    " connect-src 'self'; font-src 'self' data:; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'self';"
    " form-action 'self'"
)


@cache
def _built(name: str) -> Path | None:
    found = finders.find(f"phone/{name}")
    return Path(str(found)) if found else None


def _file(request: HttpRequest, name: str, kind: str) -> FileResponse:
    """A file of the build, compressed where the browser takes it; 404 that says how to build."""
    if (plain := _built(name)) is None:
        raise Http404("手机端尚未生成，请运行 make demo 或 scripts/vendor。")
    accepted = request.headers.get("Accept-Encoding", "")
    packed = next(((code, file) for code, end in (("br", ".br"), ("gzip", ".gz")) if code in accepted and (file := _built(name + end))), None)
    response = FileResponse((packed[1] if packed else plain).open("rb"), content_type=kind)
    if packed:
        response["Content-Encoding"] = packed[0]
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def app(request: HttpRequest, page: str = "") -> HttpResponseBase:
    """The same page for everybody and every address below /phone/: no name, no token, so that the phone may keep it."""
    response = _file(request, "index.html", "text/html; charset=utf-8")
    response["Content-Security-Policy"] = CSP
    response["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=(self)"
    return response


@require_GET
def worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker, here so that its scope is /phone/ and nothing else of the product."""
    return _file(request, "sw.js", "text/javascript; charset=utf-8")


@require_GET
def manifest(request: HttpRequest) -> HttpResponseBase:
    """What the home screen shows."""
    return _file(request, "manifest.webmanifest", "application/manifest+json")


@require_GET
def who(request: HttpRequest) -> HttpResponse:
    """Who is signed on in this browser, with the token enrolment needs; 401 when nobody is or the account has no post today."""
    actor = signon.actor_of(request.user.pk, request.session.get("post")) if request.user.is_authenticated and request.user.pk else None
    if actor is None:
        return JsonResponse({"title": "尚未登录"}, status=401)
    return JsonResponse({"name": actor.name, "post": actor.post_title, "org": actor.org_name, "csrf": get_token(request)})


urlpatterns = [
    path("", app, name="phone"),
    path("sw.js", worker, name="phone_worker"),
    path("manifest.webmanifest", manifest, name="phone_manifest"),
    path("who/", who, name="phone_who"),
    path("<path:page>", app, name="phone_page"),
]
