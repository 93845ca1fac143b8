"""调解 on a dispute's page."""

from typing import Any

from django.urls import URLPattern

from fengqiao.core.actor import Actor
from fengqiao.disputes.queries import DisputePage
from fengqiao.disputes.views.steps import Step

STEPS: dict[str, Step] = {}
urlpatterns: list[URLPattern] = []


def section(actor: Actor, page: DisputePage) -> dict[str, Any] | None:
    """What the page shows of it: {"template": …, its context}; None when there is nothing to show."""
    return None


def offers(actor: Actor, page: DisputePage) -> list[dict[str, Any]]:
    """Steps this post may take now."""
    return []
