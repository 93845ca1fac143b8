"""The partners' door (ND-10): hand a report in once, ask how it stands. JSON, UTF-8, times ISO 8601 with offset."""

import hashlib
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from fengqiao.core import idempotency
from fengqiao.core.actor import Actor
from fengqiao.core.api_auth import PartnerKey, PerMinute
from fengqiao.core.scope import scope
from fengqiao.intake import acts, queries
from fengqiao.intake.rules import PartyIn, ReportIn

router = Router(tags=["接报"], auth=PartnerKey(), throttle=[PerMinute(60_000)])
Plain = StringConstraints(pattern=r"^[^\x00]*$")
Short = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class PartyBody(Schema):
    """A party of the report. Nothing about ethnicity, religion, origin or health is taken (S2)."""

    name: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")] = ""
    phone: Annotated[str, StringConstraints(max_length=30, pattern=r"^[^\x00]*$")] = ""
    id_number: Annotated[str, StringConstraints(max_length=18, pattern=r"^[^\x00]*$")] = ""
    role: Annotated[str, Field(pattern="^(caller|party|contact)$")] = "party"

    model_config = ConfigDict(extra="forbid")


class ReportBody(Schema):
    """One report. `id` is the partner's own number: the record arrives once, however often it is sent."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]
    title: Short = ""
    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
    place: Short = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    occurred_at: AwareDatetime | None = None
    kind: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")] = ""
    parties: Annotated[list[PartyBody], Field(max_length=20)] = []

    model_config = ConfigDict(extra="forbid")


class ReceiptBody(Schema):
    """接报回执: the number given, and whether the record was known."""

    id: str
    receipt: str
    matter: str
    result: Annotated[str, Field(pattern="^(made|updated|known)$")]


class StateBody(Schema):
    """How the partner's record stands: what flows back."""

    id: str
    receipt: str
    matter: str
    state: str
    state_name: str
    outcome: str
    updated_at: datetime


class UpdatesBody(Schema):
    """What happened with the partner's records: ask again with `changed_since` = `next`; at once while `more` is true."""

    records: list[StateBody]
    next: int
    more: bool


class ProblemBody(Schema):
    """RFC 9457 problem document; `fields` names what to mend."""

    title: str
    status: int
    fields: dict[str, str] | None = None
    article: str | None = None


REFUSED = frozenset({400, 401, 404, 422, 429})  # no JSON, no key, not there, to be mended, too often


@router.post(
    "/reports",
    response={200: ReceiptBody, 201: ReceiptBody, REFUSED | {403, 409}: ProblemBody},
    summary="报送一条记录",
)
def hand_in(
    request: HttpRequest,
    body: ReportBody,
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=64)] = None,
) -> Any:
    """Hand a report in. Answered when it is stored and committed: 201 for a new one, 200 for one known or updated.

    The same `Idempotency-Key` with another body is a 409; nothing is done.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mark = hashlib.sha256(request.body).digest()
    who: str = request.partner_key  # type: ignore[attr-defined]
    with scope(actor):
        if idempotency_key:
            before = idempotency.seen(who, idempotency_key, request.body)
            if before:
                return Status(200, before | {"result": "known"})
        receipt, result = acts.take(
            actor,
            report=_report(body, mark),
            source_org_id=actor.org_id,
            org_id=request.target_org,  # type: ignore[attr-defined]
        )
        answer = {
            "id": body.id,
            "receipt": receipt.receipt,
            "matter": receipt.matter_number,
            "result": result,
        }
        if idempotency_key:
            idempotency.answered(who, idempotency_key, answer)
    return Status(201 if result == "made" else 200, answer)


def _report(body: ReportBody, mark: bytes) -> ReportIn:
    return ReportIn(
        channel="platform",
        title=body.title,
        text=body.text,
        place_text=body.place,
        lat=body.latitude,
        lon=body.longitude,
        given=(body.longitude, body.latitude, "WGS84")
        if body.latitude is not None and body.longitude is not None
        else None,
        occurred=(body.occurred_at, body.occurred_at) if body.occurred_at else None,
        kind_given=body.kind,
        parties=tuple(PartyIn(p.name, p.phone, p.id_number, p.role) for p in body.parties),
        outer_id=body.id,
        body_hash=mark,
    )


@router.get("/reports", response={200: UpdatesBody, REFUSED: ProblemBody}, summary="查询变动的记录")
def what_changed(request: HttpRequest, changed_since: Annotated[int, Query(ge=0, le=2**62)] = 0) -> Any:
    """The partner's own records with which something happened after the cursor, each as it stands now, in one request.

    Without a cursor from the beginning. A record may come again though its state is the same; none is left out.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return queries.updates(actor, changed_since)


@router.get("/reports/{path:outer_id}", response={200: StateBody, REFUSED: ProblemBody}, summary="查询办理状态")
def how_it_stands(request: HttpRequest, outer_id: str) -> Any:
    """How a record the partner handed in stands now. Only the partner's own records; no names, no text."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return queries.standing(actor, outer_id)
