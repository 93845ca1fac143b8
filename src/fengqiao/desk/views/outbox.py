"""待发短信: what staff send by telephone or print, and tick off."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from fengqiao.core.actor import Actor
from fengqiao.core.acts import outbox as acts
from fengqiao.core.outbox import STATES
from fengqiao.core.queries import outbox as queries
from fengqiao.core.web import Request, made, once


@require_GET
def listing(request: Request) -> HttpResponse:
    """Messages of one state, masked; those that wait stand oldest first."""
    state = request.GET.get("state", "waiting")
    state = state if state in STATES else "waiting"
    lines = queries.listed(request.actor, state)
    context = {"lines": lines, "state": state, "states": STATES.items(), "full": len(lines) == queries.SHOWN}
    return render(request, "desk/outbox.html", context)


@require_POST
def paper(request: Request) -> HttpResponse:
    """Everything that waits, with names and telephones, to be sent by hand or printed; one access line."""
    return render(request, "desk/outbox_paper.html", {"lines": queries.listed(request.actor, in_full=True)})


@require_POST
def leave(request: Request, message_id: uuid.UUID) -> HttpResponse:
    """Tick one off: sent, printed, or not sent any more."""
    acts.leave(request.actor, message_id=message_id, how=request.POST.get("how", ""))
    messages.success(request, "已登记。")
    return redirect("desk:outbox")


@require_POST
def printed(request: Request) -> HttpResponse:
    """Tick off what stood on the paper; what somebody else ticked off meanwhile is left."""
    actor: Actor = request.actor
    if not once(request):
        waiting = {str(line.id) for line in queries.listed(actor)}
        how = "sent" if request.POST.get("how") == "sent" else "printed"
        done = [one for one in dict.fromkeys(request.POST.getlist("id")) if one in waiting]
        for one in done:
            acts.leave(actor, message_id=uuid.UUID(one), how=how)
        made(request, {"done": len(done)})
        messages.success(request, f"已登记 {len(done)} 条。")
    return redirect("desk:outbox")
