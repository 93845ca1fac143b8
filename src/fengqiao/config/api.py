"""The JSON API for partners: one NinjaAPI, a router an app."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from fengqiao.core.errors import Problem
from fengqiao.core.web import problem
from fengqiao.intake.api import router as intake

api = NinjaAPI(title="枫桥", version="1", description="协作单位接口：一条记录只报送一次，办理状态可查询。", docs_url=None)
api.add_router("/", intake)


@api.exception_handler(Problem)
def refused(request: HttpRequest, error: Problem) -> HttpResponse:
    """A refusal as a problem document."""
    return api.create_response(request, problem(error), status=error.status)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input of the wrong shape: which field, and what is wrong with it."""
    fields = {".".join(str(p) for p in one["loc"][2:]) or str(one["loc"][0]): one["msg"] for one in error.errors}
    body = {"title": "提交的内容有误，请按所列字段修改。", "status": 422, "fields": fields}
    return api.create_response(request, body, status=422)
