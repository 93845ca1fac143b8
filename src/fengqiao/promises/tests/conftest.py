"""A matter of 城关 for hand-overs to stand on: its own app is above this floor, so the port is served here."""

import pytest

from fengqiao.core.errors import NotThere
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.core.spine import act, record
from fengqiao.promises import ports


@act("接报")
def open_matter(actor, *, about):
    record(actor, about=about, subjects=[("matter", about, "new")], content={"shared": {"text": "两家因宅基地争执"}})


@pytest.fixture
def matter(cast, monkeypatch):
    """A matter that 王砚 of 城关 opened; the port knows it for whoever may see its events."""

    def look(actor, about):
        if not Event.objects.filter(about=about).exists():
            raise NotThere()
        return ports.Subject(about, "S2611-A00042")

    monkeypatch.setattr(ports, "looks", [look])
    monkeypatch.setattr(ports, "on_change", [])
    about = uuid7()
    open_matter(cast.wang, about=about)
    return about


@pytest.fixture
def sees(matter):
    """Does the actor see the matter? Asked of the database, through row-level security."""

    def ask(actor):
        with scope(actor):
            return Event.objects.filter(about=matter, act__endswith="open_matter").exists()

    return ask
