"""The residents' pages: open to everybody, without an account, and therefore limited in number."""


from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from fengqiao.core import limits
from fengqiao.core.acts import rights as acts
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.forms import blame
from fengqiao.core.queries import rights as queries
from fengqiao.core.signon import system_actor
from fengqiao.core.web import Request, refusal
from fengqiao.portal.forms import AskForm

MOST = 5  # requests from one address
WINDOW = 3600  # within these seconds, in each web process


@require_http_methods(["GET", "POST"])
def ask(request: Request) -> HttpResponse:
    """How to ask what is held about oneself, and the form. Identity is checked when the person comes."""
    desks = queries.desks()
    form = AskForm(request.POST or None, desks=desks)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            _slow_down(request)
            made = acts.open_request(
                system_actor("居民端"), asks=given["asks"], name=given["name"], phone=given["phone"], text=given["text"],
                org_id=given["org"],
            )  # fmt: skip
        except Invalid as error:
            blame(form, error)
        except Refused as error:
            return refusal(request, error)
        else:
            return render(
                request,
                "portal/asked.html",
                {"number": made.number, "due_at": made.due_at, "org": dict(desks)[given["org"]]},
            )
    return render(
        request, "portal/ask.html", {"form": form, "desks": desks}, status=422 if form.errors else 200
    )


def _slow_down(request: Request) -> None:
    """Count requests of one address, held as a hash and forgotten within the hour. Refused (429) past the limit."""
    if limits.hit("ask", str(request.META.get("REMOTE_ADDR", "")), WINDOW) > MOST:
        raise Refused("提交次数过多，请一小时后再试，或到窗口办理。", status=429)
