"""What Django itself refuses, in our own pages; the acts' refusals are core.web's."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template

from fengqiao.core.errors import NotThere


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that leads nowhere reads exactly like a record that is not yours."""
    if request.path.startswith("/api/"):
        return _for_programs(NotThere().message, 404)
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What no form of ours sends (too many fields, a foreign host name); a form that is too long has its own page."""
    if request.path.startswith("/api/"):
        return _for_programs("请求无法识别。", 400)
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", {"message": "提交的内容过长，请缩短后再提交，或作为附件上传。"}, status=413)
    return HttpResponse("请求无法识别，请从页面上的按钮或链接重新操作。", status=400, content_type="text/plain; charset=utf-8")


def _for_programs(title: str, status: int) -> HttpResponse:
    """A partner's program gets a problem document, not a page."""
    return JsonResponse({"title": title, "status": status}, status=status)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours. The page needs neither database nor actor, for either may be what broke."""
    return HttpResponse(get_template("500.html").render(), status=500)
