"""The JSON doors: one for partners, one for phones."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from fengqiao.core.errors import Problem
from fengqiao.core.web import problem
from fengqiao.field.api import router as field_router
from fengqiao.intake.api import router as intake

api = NinjaAPI(title="枫桥", version="1", description="协作单位接口：一条记录只报送一次，办理状态可查询。", docs_url=None)
api.add_router("/", intake)
field = NinjaAPI(
    title="枫桥手机端", version="1", description="离线手机端接口，见 docs/field-protocol.md。", docs_url=None, urls_namespace="field-v1"
)
field.add_router("/", field_router)


def told(door: NinjaAPI, no_key: str) -> None:
    """Let a door answer every refusal as a problem document."""

    def refused(request: HttpRequest, error: Problem) -> HttpResponse:
        return door.create_response(request, problem(error), status=error.status)

    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return door.create_response(request, {"title": no_key, "status": 401}, status=401)

    def unread(request: HttpRequest, error: HttpError) -> HttpResponse:
        """What the library refuses before our own code is asked: a body that is no JSON (400), too many requests (429)."""
        title = {
            400: "正文不是有效的 JSON。", 403: "页面已过期，请重新登录后再试。", 429: "请求过于频繁，请稍后再试。",
        }.get(error.status_code, "请求无法处理。")  # fmt: skip
        return door.create_response(request, {"title": title, "status": error.status_code}, status=error.status_code)

    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
        """Input of the wrong shape: which field, and what is wrong with it."""
        fields = {".".join(str(p) for p in one["loc"][2:]) or str(one["loc"][0]): one["msg"] for one in error.errors}
        body = {"title": "提交的内容有误，请按所列字段修改。", "status": 422, "fields": fields}
        return door.create_response(request, body, status=422)

    handlers: list[tuple[Any, Any]] = [
        (Problem, refused), (AuthenticationError, unknown), (Throttled, unread), (HttpError, unread), (ValidationError, malformed),
    ]  # fmt: skip
    for error, answer in handlers:
        door.add_exception_handler(error, answer)


told(api, "缺少有效的接口密钥。")
told(field, "这部手机未登记，或密钥不对，请重新登录登记。")
