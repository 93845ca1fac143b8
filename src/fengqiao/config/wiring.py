"""Who serves which port, who listens to which acts, what a page always shows. The only place that knows every app."""

from typing import Any

from django.http import HttpRequest

from fengqiao.core import erasure
from fengqiao.core.listeners import listen


def connect() -> None:
    """Register ports and listeners."""
    from fengqiao.intake import acts as intake
    from fengqiao.intake import jobs as intake_jobs
    from fengqiao.intake import queries as intake_queries
    from fengqiao.promises import ports as promises

    promises.looks.append(intake_queries.subject)
    promises.on_change.append(intake.follow)
    erasure.root("intake.Matter", closed="closed_at")
    erasure.links("intake.Join", "survivor_id", "joined_id")
    erasure.parties("intake.Party")
    erasure.after.append(lambda actor, matter_id: intake_jobs.index({matter_id}))

    listen("intake.index_and_match", intake_jobs.LISTENS, intake_jobs.index_and_match)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs on every page."""
    return {}
