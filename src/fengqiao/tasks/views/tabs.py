"""The three pages of tasks, side by side."""

from typing import Any

from django.urls import reverse

PAGES = {"boxes": "任务", "meetings": "会商、例会", "findings": "晨巡晚议"}


def tabs(here: str) -> list[dict[str, Any]]:
    """Tabs with the page one stands on marked."""
    return [{"label": label, "url": reverse(f"tasks:{name}"), "active": name == here} for name, label in PAGES.items()]
