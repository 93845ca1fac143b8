"""The JSON API for partners: one NinjaAPI, a router an app."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from fengqiao.core.errors import Problem
from fengqiao.core.web import problem
from fengqiao.intake.api import router as intake

api = NinjaAPI(title="枫桥", version="1", description="协作单位接口：一条记录只报送一次，办理状态可查询。", docs_url=None)
api.add_router("/", intake)


@api.exception_handler(Problem)
def refused(request: HttpRequest, error: Problem) -> HttpResponse:
    """A refusal as a problem document."""
    return api.create_response(request, problem(error), status=error.status)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No key, a wrong one, or one that has ended."""
    return api.create_response(request, {"title": "缺少有效的接口密钥。", "status": 401}, status=401)


@api.exception_handler(Throttled)
@api.exception_handler(HttpError)
def unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the library refuses before our own code is asked: a body that is no JSON (400), too many requests (429)."""
    title = {400: "正文不是有效的 JSON。", 429: "请求过于频繁，请稍后再试。"}.get(error.status_code, "请求无法处理。")
    return api.create_response(request, {"title": title, "status": error.status_code}, status=error.status_code)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input of the wrong shape: which field, and what is wrong with it."""
    fields = {".".join(str(p) for p in one["loc"][2:]) or str(one["loc"][0]): one["msg"] for one in error.errors}
    body = {"title": "提交的内容有误，请按所列字段修改。", "status": 422, "fields": fields}
    return api.create_response(request, body, status=422)
