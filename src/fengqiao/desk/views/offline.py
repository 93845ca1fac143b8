"""What a workstation shows without network: the service worker at the root, and the one page it keeps."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET


@require_GET
def worker(request: HttpRequest) -> FileResponse:
    """static/fengqiao/sw.js at the root, so that its scope is the whole product."""
    file = finders.find("fengqiao/sw.js")
    return FileResponse(Path(str(file)).open("rb"), content_type="text/javascript; charset=utf-8")


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """The same page for everybody: made without the request, so that no name and no token is ever kept on a machine."""
    return HttpResponse(render_to_string("desk/offline.html"))
