"""Who serves which port, who listens to which acts, what a page always shows. The only place that knows every app."""

from typing import Any

from django.http import HttpRequest

from fengqiao.core.listeners import listen


def connect() -> None:
    """Register ports and listeners."""
    from fengqiao.intake import jobs as intake_jobs

    listen("intake.index_and_match", intake_jobs.LISTENS, intake_jobs.index_and_match)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs on every page."""
    return {}
