"""A step of a dispute as a page offers it: words, form, act. Every subject of the room declares its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from fengqiao.core.actor import Actor
from fengqiao.disputes.policies import may_read
from fengqiao.disputes.queries import DisputePage
from fengqiao.intake.forms import StepForm


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, its form, the act it calls with the dispute and the form's values; what is said when done.

    around  what its form has to know beyond actor and page, looked up when the form is shown.
    may, led  the act's own policy, and whether only who leads the dispute may; asked before the form is shown, so that
    nobody fills in what will be refused.
    """

    title: str
    form: type[StepForm]
    act: Callable[..., Any]
    done: str
    lead: str = ""
    around: Callable[[Actor, DisputePage], dict[str, Any]] | None = None
    may: Callable[[Actor], None] = may_read
    led: bool = False


def offer(
    page: DisputePage, name: str, title: str, *, allowed: bool = True, reason: str = "", note: str = "", due: Any = None
) -> dict[str, Any]:
    """A step offered on the page: what it is called, where its form is, and why not when it is not allowed."""
    url = reverse("disputes:step", args=[page.id, name])
    return {"label": title, "url": url, "method": "get", "allowed": allowed, "reason": reason, "note": note, "due": due}
