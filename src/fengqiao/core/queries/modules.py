"""Modules and their assessments, for the settings page."""

from typing import Any

from fengqiao.core import modules
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.core.models import ImpactAssessment
from fengqiao.core.queries import organisations


def switches(actor: Actor) -> list[dict[str, Any]]:
    """Every module with whether it is on for the actor's organisation, why it is sensitive, and its newest assessment."""
    if not actor.has(Role.ADMIN, Role.LEADER, Role.RIGHTS):
        raise Forbidden
    newest: dict[str, ImpactAssessment] = {}
    for one in (
        ImpactAssessment.objects.filter(org_id__in=organisations.managed(actor))
        .select_related("signed_by", "org")
        .order_by("id")
    ):
        newest[one.module] = one
    return [
        {
            "key": m.key,
            "name": m.name,
            "why": m.why,
            "sensitive": m.sensitive,
            "on": modules.is_on(m.key, actor.org_id),
            "assessment": newest.get(m.key),
        }
        for m in modules.MODULES.values()
    ]
