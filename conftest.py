"""Shared fixtures: the database, connected to as the app role, and the named cast."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """Each test process works in its own copy of the template, as the app role: row-level security is on."""
    from django.db import connections

    from fengqiao.home import database
    from fengqiao.ops import postgres
    from fengqiao.ops.testing import HOME, copy

    name = copy(os.environ.get("PYTEST_XDIST_WORKER", f"p{os.getpid()}"))
    for alias in ("default", "access"):
        at = database("app", HOME, dbname=name)
        connections[alias].settings_dict.update(
            NAME=name, HOST=str(at["host"]), PORT=str(at["port"]), USER=at["user"], PASSWORD=at["password"]
        )
    os.environ["FENGQIAO_DB_NAME"] = name  # for processes a test starts
    yield
    for alias in ("default", "access"):
        connections[alias].close()
    postgres.drop_database(name, HOME)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whoever uses the database may also write the access log on its own connection."""
    uses = "db" in getattr(item, "fixturenames", ()) or item.get_closest_marker("django_db")
    if uses:
        marker = item.get_closest_marker("django_db")
        if marker is None or "databases" not in marker.kwargs:
            item.add_marker(pytest.mark.django_db(databases=["default", "access"], **(marker.kwargs if marker else {})))


@pytest.fixture
def cast(db: None) -> "object":
    """The named cast as actors: `cast.wang` is an officer of 城关派出所 … (fengqiao.core.cast)."""
    from fengqiao.core.cast import actors

    return actors()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data, or a skip that says what is missing."""
    folder = Path(os.environ.get("FENGQIAO_SHARED", Path(__file__).parent.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"NOT RUN: no public data at {folder.name} beside the checkout (FENGQIAO_SHARED)")
    return folder
