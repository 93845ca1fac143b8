"""Shared fixtures: the database, connected to as the app role, the named cast, their browsers, work done at once."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.http import HttpResponseBase
    from django.test import Client


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


@pytest.fixture
def at_once(db: None) -> "Iterator[Callable[..., list[Any]]]":
    """`at_once(work, …)` runs each work in a thread, all started together, and returns what each came to, or raised.

    Each has a connection of its own to a copy of the template in which transactions really commit.
    """
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    from fengqiao.ops import postgres
    from fengqiao.ops.testing import HOME, copy

    name = copy(f"once{os.getpid()}")

    def run(*works: Callable[[], Any]) -> list[Any]:
        came: list[Any] = [None] * len(works)
        gate = threading.Barrier(len(works))

        def one(n: int) -> None:
            connections["default"] = DatabaseWrapper(connections.settings["default"] | {"NAME": name}, "default")
            try:
                gate.wait()
                came[n] = works[n]()
            except Exception as error:
                came[n] = error
            finally:
                connections["default"].close()

        threads = [threading.Thread(target=one, args=(n,)) for n in range(len(works))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return came

    yield run
    postgres.drop_database(name, HOME)


@pytest.fixture
def sign_on(cast: "object") -> "Callable[..., Client]":
    """`sign_on("wang")`, or `sign_on(cast.wang)`: a browser of its own in which 王砚 is signed on; `given` as Client takes it."""
    from django.test import Client

    from fengqiao.core.models import Account

    def start(who: Any, **given: Any) -> Client:
        client = Client(**given)
        account = Account.objects.get(**({"username": who} if isinstance(who, str) else {"pk": who.account_id}))
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return start


@pytest.fixture
def words() -> "Callable[[HttpResponseBase], str]":
    """The text of a page: tags taken out, space runs made one."""
    return lambda answer: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data, or a skip that says what is missing."""
    folder = Path(os.environ.get("FENGQIAO_SHARED", Path(__file__).parent.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"NOT RUN: no public data at {folder.name} beside the checkout (FENGQIAO_SHARED)")
    return folder
