"""The live stream: LISTEN/NOTIFY → server-sent events, one stream a browser, filtered by scope.

The sealer notifies once a batch, after commit. This process then reads the new facts once (as the system
actor) and gives every listener what its actor may see: events of its organisations, or about something shared
to one of them. Reconnecting browsers catch up from the position they have. No content ever passes here.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengqiao.config.settings")
django.setup()

import orjson  # noqa: E402
import psycopg  # noqa: E402
from asgiref.sync import sync_to_async  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import PlainTextResponse, Response, StreamingResponse  # noqa: E402
from starlette.routing import Route  # noqa: E402

from fengqiao.core import live  # noqa: E402
from fengqiao.core.actor import Actor  # noqa: E402
from fengqiao.core.sealing import CHANNEL  # noqa: E402

COALESCE = 0.25  # seconds
CATCH_UP = 500  # events a returning browser is told one by one; further back it simply reloads
KEEP_ALIVE = 20.0


@dataclass(eq=False)
class Listener:
    """One browser."""

    actor: Actor
    queue: asyncio.Queue[list[live.Fact]] = field(default_factory=lambda: asyncio.Queue(maxsize=50))


listeners: set[Listener] = set()


async def _tail() -> None:
    """Follow the ledger: on every notice read what is new once and hand it out."""
    position = await sync_to_async(live.head)()
    at = settings.DATABASES["default"]
    while True:
        try:
            conn = await psycopg.AsyncConnection.connect(
                host=at["HOST"], port=at["PORT"], dbname=at["NAME"], user=at["USER"], password=at["PASSWORD"], autocommit=True
            )
            async with conn:
                await conn.execute(f"LISTEN {CHANNEL}")
                while True:
                    async for _ in conn.notifies(timeout=KEEP_ALIVE, stop_after=1):
                        await asyncio.sleep(COALESCE)
                    facts = await sync_to_async(_after)(position)
                    if facts:
                        position = facts[-1].position
                        for one in list(listeners):
                            _give(one, facts)
        except (psycopg.OperationalError, django.db.utils.OperationalError):
            await asyncio.sleep(1)


def _after(position: int) -> list[live.Fact]:
    close_old_connections()
    return live.after(position)


def _give(listener: Listener, facts: list[live.Fact]) -> None:
    mine = [f for f in facts if live.may_hear(listener.actor, f)]
    if not mine:
        return
    with contextlib.suppress(asyncio.QueueFull):  # a browser that does not read catches up when it reconnects
        listener.queue.put_nowait(mine)


async def stream(request: Request) -> Response:
    """GET /stream/: the events the signed-on actor may see, as they are sealed."""
    actor = await sync_to_async(live.actor_of_session)(request.cookies.get(settings.SESSION_COOKIE_NAME, ""))
    if actor is None:
        return PlainTextResponse("请先登录", status_code=401, headers=_cors(request))
    given = request.headers.get("Last-Event-ID") or request.query_params.get("after") or ""
    listener = Listener(actor)
    missed = await sync_to_async(live.missed)(actor, int(given), CATCH_UP) if given.isdecimal() else []

    async def send() -> AsyncIterator[bytes]:
        listeners.add(listener)
        try:
            yield b": \n\n"
            if missed:
                yield _sse(missed)
            while True:
                try:
                    facts = await asyncio.wait_for(listener.queue.get(), KEEP_ALIVE)
                    yield _sse(facts)
                except TimeoutError:
                    yield b": \n\n"
        finally:
            listeners.discard(listener)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"} | _cors(request)
    return StreamingResponse(send(), media_type="text/event-stream", headers=headers)


def _sse(facts: list[live.Fact]) -> bytes:
    body = orjson.dumps([f.public() for f in facts])
    return b"id: " + str(facts[-1].position).encode() + b"\ndata: " + body + b"\n\n"


def _cors(request: Request) -> dict[str, str]:
    """The stream stands on its own port: pages of the same host may read it, with their cookie."""
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).hostname == (request.url.hostname or ""):
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
    return {}


async def health(request: Request) -> Response:
    """GET /health/: how many browsers listen."""
    return PlainTextResponse(f"{len(listeners)}")


@contextlib.asynccontextmanager
async def _lifespan(app: Any) -> AsyncIterator[None]:
    tail = asyncio.create_task(_tail())
    yield
    tail.cancel()


application = Starlette(routes=[Route("/stream/", stream), Route("/health/", health)], lifespan=_lifespan)
