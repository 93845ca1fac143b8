"""Who serves which port, who listens to which acts, what a page always shows. The only place that knows every app."""

from typing import Any

from django.http import HttpRequest


def connect() -> None:
    """Register ports and listeners."""


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs on every page."""
    return {}
