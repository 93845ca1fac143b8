"""The phones' door (docs/field-protocol.md): enrolment, operations, feed, tables. JSON, UTF-8, times ISO 8601 with offset."""

import base64
import json
import uuid
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.security import SessionAuth
from ninja.security.apikey import APIKeyHeader
from pydantic import ConfigDict, Field, StringConstraints

from fengqiao.core import clock, limits, signon
from fengqiao.core.actor import Actor
from fengqiao.core.api_auth import PerMinute
from fengqiao.core.errors import Forbidden, Invalid, Refused
from fengqiao.field import acts, bundles, queries, receiving, rules, uploads
from fengqiao.field.queries import Caller
from fengqiao.field.queries.feed import feed as read_feed
from fengqiao.field.tables import tables as made_tables

WRONG_SECRETS = 20  # of one address in ten minutes


class Ended(Refused):
    """The device (or the post it was enrolled for) has ended; the answer says whether it is to wipe itself."""

    def __init__(self, caller: Caller):
        super().__init__("这部手机已停用，或登记时的岗位已到期。未发送的记录仍可送达，由本单位核实。", status=410)
        self.orders = {"wipe": caller.wipe, "update": False}


class DeviceAuth(APIKeyHeader):
    """`Authorization: Device <device>.<secret>`. Sets `request.caller`."""

    param_name = "Authorization"
    openapi_name = "device"

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """The caller; None (401) when id and secret do not belong together."""
        kind, _, word = (key or "").partition(" ")
        device, _, secret = word.partition(".")
        if kind.lower() != "device" or not secret:
            return None
        address = str(request.META.get("REMOTE_ADDR", ""))
        if limits.tries("device", address) >= WRONG_SECRETS:
            raise Refused("尝试过于频繁，请稍后再试。", status=429)
        try:
            found = queries.caller(uuid.UUID(device), secret)
        except ValueError:
            found = None
        if found is None:
            limits.hit("device", address, 600)
            return None
        request.caller = found  # type: ignore[attr-defined]
        return found


class PostAuth(SessionAuth):
    """The sign-on of the office's own page, with its CSRF token. Sets `request.actor`."""

    openapi_name = "session"

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """The actor of the session's post; None (401) when nobody is signed on."""
        if not request.user.is_authenticated or request.user.pk is None:
            return None
        actor = signon.actor_of(request.user.pk, request.session.get("post"))
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class PerDevice(PerMinute):
    """At most so many requests of a device a minute in one web process."""

    def who(self, request: HttpRequest) -> str:
        caller: Caller | None = getattr(request, "caller", None)
        return str(caller.device) if caller else str(request.META.get("REMOTE_ADDR", ""))


router = Router(tags=["手机端"], throttle=[PerDevice(600)])
DEVICE, SESSION = DeviceAuth(), PostAuth()


class Problem(Schema):
    """RFC 9457 problem document."""

    title: str
    status: int
    fields: dict[str, str] | None = None
    article: str | None = None
    orders: dict[str, bool] | None = None


REFUSED = frozenset({400, 401, 403, 404, 409, 410, 413, 422, 429})


class Enrolment(Schema):
    """What a phone says of itself."""

    label: Annotated[str, StringConstraints(max_length=60)] = ""
    verify_key: Annotated[str, StringConstraints(max_length=1000)]
    user_agent: Annotated[str, StringConstraints(max_length=300)] = ""

    model_config = ConfigDict(extra="forbid")


class Who(Schema):
    """Who the phone acts as."""

    name: str
    post: str
    org: str
    role: str
    badge: str


class EnrolledBody(Schema):
    """What a phone keeps of its enrolment; secret and share are told this once."""

    device: uuid.UUID
    secret: str
    share: str
    share_hours: int
    station_key: str
    receipt_key: str
    who: Who
    numbers: list[Any]
    now: datetime


class ShareBody(Schema):
    """The server's share of the phone's key, and how long it lasts without contact."""

    share: str
    share_hours: int


class Batch(Schema):
    """Operations as they stand in the log; read one by one, so that one that is wrong does not hold up the others."""

    device: uuid.UUID | None = None
    operations: Annotated[list[Any], Field(max_length=rules.MOST)]
    written: Annotated[int, Field(ge=0, lt=2**31)] | None = None


class Answer(Schema):
    """What became of one operation."""

    op: str | None
    seq: int | None
    outcome: str
    why: str = ""
    made: dict[str, Any] = {}
    first: str | None = None


class Answers(Schema):
    """One answer for each operation, in their order."""

    answers: list[Answer]
    now: datetime
    orders: dict[str, bool]


class Thing(Schema):
    """One projection."""

    kind: str
    id: uuid.UUID
    rev: int
    body: dict[str, Any]


class Gone(Schema):
    """A tombstone."""

    kind: str
    id: uuid.UUID


class FeedBody(Schema):
    """One answer of the feed."""

    cursor: str
    more: bool
    things: list[Thing]
    gone: list[Gone]
    through_seq: int
    now: datetime
    orders: dict[str, bool]
    share_until: datetime
    who: Who


@router.get("/now", response={200: dict[str, datetime]}, summary="服务器时间")
def now(request: HttpRequest) -> Any:
    """The server's clock, for a phone that has yet to measure its own."""
    return {"now": clock.now()}


@router.post("/devices", auth=SESSION, response={200: EnrolledBody, REFUSED: Problem}, summary="登记手机")
def enrol(request: HttpRequest, body: Enrolment) -> Any:
    """Enrol this phone for the account signed on, in its present post."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    made = acts.enrol(actor, label=body.label, verify_key=body.verify_key, user_agent=body.user_agent)
    return {
        "device": made.device, "secret": made.secret, "share": _b64(made.share), "share_hours": rules.SHARE_HOURS,
        "station_key": _b64(made.box_key), "receipt_key": _b64(made.sign_key), "who": who(actor), "numbers": [], "now": clock.now(),
    }  # fmt: skip


@router.get("/share", auth=SESSION, response={200: ShareBody, REFUSED: Problem}, summary="重新取得密钥分量")
def share(
    request: HttpRequest,
    device: uuid.UUID,
    now: Annotated[str, Query(max_length=40)],
    signature: Annotated[str, Query(max_length=200)],
) -> Any:
    """The share again, after it lapsed: the same account is signed on, and the phone signed `<device>|<now>` with its key.

    `now` is the server's, asked for at `/now` a quarter of an hour ago at most.
    """
    return {"share": _b64(queries.share_again(request.actor, device, now, signature)), "share_hours": rules.SHARE_HOURS}  # type: ignore[attr-defined]


@router.post("/operations", auth=DEVICE, response={200: Answers, REFUSED: Problem}, summary="送达操作")
def operations(request: HttpRequest) -> Any:
    """Take operations in, each once. Answered when they are stored and committed."""
    caller: Caller = request.caller  # type: ignore[attr-defined]
    if len(request.body) > rules.BYTES:
        raise Refused("一批超过 1 MB，请分批发送。", status=413)
    try:
        body = Batch.model_validate(json.loads(request.body))
    except ValueError as error:  # no JSON, or no batch at all: the phone keeps what it has
        raise Invalid({"operations": "请求不是一批操作（至多 100 条），请更新手机端后再送。"}) from error
    if body.device is not None and body.device != caller.device:
        raise Forbidden("这批操作属于另一部手机。")
    answers = receiving.receive(caller, body.operations, body.written)
    return {"answers": answers, "now": clock.now(), "orders": {"wipe": caller.wipe, "update": False}}


@router.get("/feed", auth=DEVICE, response={200: FeedBody, REFUSED: Problem}, summary="下行数据")
def feed(
    request: HttpRequest, after: Annotated[str, Query(max_length=80)] = "", limit: Annotated[int, Query(ge=1, le=1000)] = 500
) -> Any:
    """What this phone is to keep from now on, after the cursor of the last answer it received."""
    caller: Caller = request.caller  # type: ignore[attr-defined]
    if caller.actor is None:
        raise Ended(caller)
    found = read_feed(caller, caller.actor, after, limit)
    return {
        "cursor": found.cursor, "more": found.more, "things": found.things, "gone": found.gone, "through_seq": found.through_seq,
        "now": found.now, "orders": {"wipe": caller.wipe, "update": False}, "share_until": found.share_until, "who": who(caller.actor),
    }  # fmt: skip


class NumbersAsked(Schema):
    """How many numbers of which kind of paper."""

    kind: Annotated[str, StringConstraints(max_length=12)]
    count: Annotated[int, Field(ge=1, le=100)]

    model_config = ConfigDict(extra="forbid")


class NumbersGiven(Schema):
    """Numbers of this device: `words` is the 文号 with {n} for the number."""

    kind: str
    year: int
    first: int
    last: int
    words: str


@router.post("/numbers", auth=DEVICE, response={200: NumbersGiven, REFUSED: Problem}, summary="预留文号")
def numbers(request: HttpRequest, body: NumbersAsked) -> Any:
    """Reserve numbers for papers made without a signal."""
    caller: Caller = request.caller  # type: ignore[attr-defined]
    if caller.actor is None:
        raise Ended(caller)
    return acts.reserve_numbers(caller.actor, device_id=caller.device, kind=body.kind, count=body.count)


class FileState(Schema):
    """How many bytes the station has; `done`: the phone may forget the file."""

    have: int
    done: bool


@router.get("/files/{uuid:op}", auth=DEVICE, response={200: FileState, REFUSED: Problem}, summary="材料已到多少")
def file_state(request: HttpRequest, op: uuid.UUID) -> Any:
    """How far a file has come."""
    return uploads.state(request.caller, op)  # type: ignore[attr-defined]


@router.put("/files/{uuid:op}", auth=DEVICE, response={200: FileState, REFUSED: Problem}, summary="送达材料的一段")
def put_chunk(request: HttpRequest, op: uuid.UUID, offset: Annotated[int, Query(ge=0, lt=2**31)]) -> Any:
    """A chunk of raw bytes, at most 256 KB; the answer says where to go on."""
    return uploads.put(request.caller, op, offset, request.body)  # type: ignore[attr-defined]


@router.post("/bundles", auth=[DEVICE, SESSION], response={200: dict[str, Any], REFUSED: Problem}, summary="读入数据包")
def bundle(request: HttpRequest) -> Any:
    """A sealed, signed file of operations, brought by somebody of the device's organisation or sent by the device: its receipt."""
    caller: Caller | None = getattr(request, "caller", None)
    actor = queries.on_behalf(caller) if caller else request.actor  # type: ignore[attr-defined]
    raw = request.read(rules.BUNDLE + 1)  # larger than a form may be: read as it comes
    if len(raw) > rules.BUNDLE:
        raise Refused(f"数据包超过 {rules.BUNDLE // 1_000_000} MB，请分次导出。", status=413)
    return bundles.read(actor, raw)


@router.post("/wiped", auth=DEVICE, response={200: dict[str, datetime], REFUSED: Problem}, summary="报告已清除")
def wiped(request: HttpRequest) -> Any:
    """The phone says that it has wiped itself; after this it is ended."""
    caller: Caller = request.caller  # type: ignore[attr-defined]
    acts.wiped(queries.on_behalf(caller), device_id=caller.device)
    return {"now": clock.now()}


@router.get("/tables", response={200: dict[str, Any], 304: None}, summary="共用规则与词表")
def tables(request: HttpRequest, have: Annotated[str, Query(max_length=80)] = "") -> Any:
    """Rules and words both sides share, with their hash; 304 when the phone has them. Nothing personal: no sign-on asked."""
    hash_, body = made_tables()
    if have == hash_:
        return Status(304, None)
    return {"hash": hash_} | body


def who(actor: Actor) -> dict[str, str]:
    """Who the phone acts as, in the protocol's words."""
    role, badge = next((rules.BADGES[one] for one in sorted(actor.roles) if one in rules.BADGES), ("police", "民"))
    return {"name": actor.name, "post": actor.post_title, "org": actor.org_name, "role": role, "badge": badge}


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
