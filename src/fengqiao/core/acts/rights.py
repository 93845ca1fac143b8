"""权利受理: somebody asks what is held about them, for a copy, a correction or a deletion (S12; PIPL 44–50).

A request comes over the counter (identity checked at once) or by the residents' page (checked when the person comes).
Its clock starts when it comes. It ends answered, refused with the reason and article (PIPL 50), or done: then the
request's own personal data goes too, and number, dates and counts remain.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Field

from fengqiao.core import clock, crypto, erasure, numbers, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.erasure_list import Line
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import RightsRequest
from fengqiao.core.queries import rights as queries
from fengqiao.core.rules import BadInput, identity
from fengqiao.core.scope import scope
from fengqiao.core.spine import act, record

ANSWER_DAYS = (
    15  # calendar days, product default, 待核: PIPL 50 asks for a convenient way and reasons, names no number
)
ERASE = "个人信息保护法第四十七条"
# Why a matter is not told to the person who asks (PIPL 18 I, 35, 45 I): coded, so that it can be counted
WITHHELD = {
    "secret": ("法律、行政法规规定应当保密", "个人信息保护法第十八条第一款、第四十五条第一款"),
    "duty": ("告知将妨碍履行法定职责", "个人信息保护法第三十五条、第四十五条第一款"),
}
# Why a request is refused: article and the words the answer begins with
REFUSALS = {
    "identity": ("无法核实请求人身份", "个人信息保护法第五十条"),
    "secret": WITHHELD["secret"],
    "duty": WITHHELD["duty"],
    "retention": ("法律、行政法规规定的保存期限未届满", "个人信息保护法第四十七条第二款"),
    "not_held": ("未保存请求人的个人信息", "个人信息保护法第四十五条"),
}
CORRECTABLE = {"name", "phone"}


@act("受理个人信息权利请求")
def open_request(
    actor: Actor,
    *,
    asks: str,
    name: str,
    phone: str = "",
    id_number: str = "",
    text: str = "",
    checked: str = "",
    org_id: int | None = None,
) -> RightsRequest:
    """Take a request and start its clock. Over the counter `checked` says how identity was checked; the residents'
    page (a system actor, which gives `org_id`) leaves it empty, and the desk checks later.

    Errors: Invalid with the fields that keep it from being taken; Forbidden.
    """
    if not actor.is_system:
        queries.desk_only(actor)
    columns, wrong = _person(name, phone, id_number)
    if asks not in queries.ASKS:
        wrong["asks"] = "请选择请求事项。"
    if actor.is_system:
        checked = ""
        if org_id not in dict(queries.desks()):
            wrong["org"] = "请选择受理单位。"
    elif checked not in queries.CHECKS:
        wrong["checked"] = "请选择身份核验方式。"
    if not (phone.strip() or id_number.strip()):
        wrong["phone"] = "电话和公民身份号码至少填写一项，用于查找和答复。"
    if len(text) > 2000:
        wrong["text"] = "说明最多 2000 字。"
    if wrong:
        raise Invalid(wrong)
    org = actor.org_id if org_id is None else org_id
    row = RightsRequest(
        id=uuid7(), org_id=org, created_at=clock.now(), asks=asks, text=text.strip(), identity_checked=checked,
        number=numbers.next_number("core_rights_number", "Q", actor.zone), state="open" if checked else "asked",
        due_at=_due(org), **columns,
    )  # fmt: skip
    if id_number.strip():
        row.id_sealed = crypto.encrypt(identity.citizen_id(id_number).encode(), bound_to=row.id.bytes)
    row.save(force_insert=True)
    record(
        actor,
        about=row.id,
        subjects=[("rights_request", row.id, "new")],
        facts={"number": row.number, "asks": asks, "checked": checked, "due_at": row.due_at.isoformat()},
        content={"rights": {"name": row.name, "text": row.text}},
        org_id=org,
    )
    return row


@act("核验请求人身份")
def check_identity(actor: Actor, *, request_id: uuid.UUID, checked: str, id_number: str = "") -> None:
    """The person of a request from the residents' page has shown who they are; only now may anything be looked up."""
    row = queries.row_of(actor, request_id, lock=True)
    _running(row)
    if checked not in queries.CHECKS:
        raise Invalid({"checked": "请选择身份核验方式。"})
    columns, wrong = _person(row.name, row.phone, id_number)
    if wrong:
        raise Invalid(wrong)
    if id_number.strip():
        row.id_hash, row.id_last4 = columns["id_hash"], columns["id_last4"]
        row.id_sealed = crypto.encrypt(identity.citizen_id(id_number).encode(), bound_to=row.id.bytes)
    row.identity_checked, row.state = checked, "open"
    _save(row)
    record(
        actor,
        about=row.id,
        subjects=[("rights_request", row.id, "changed")],
        facts={"checked": checked},
        org_id=row.org_id,
    )


@act("打印所存个人信息")
def print_held(
    actor: Actor, *, request_id: uuid.UUID, withhold: Mapping[uuid.UUID, str] | None = None
) -> list[queries.HeldMatter]:
    """What is held about the person, for the paper handed to them: matters in `withhold` (matter id → key of
    WITHHELD) are not told, only counted. Writes an access line (print) and an event.
    """
    row = queries.row_of(actor, request_id, lock=True)
    _running(row)
    withheld = dict(withhold or {})
    if unknown := set(withheld.values()) - set(WITHHELD):
        raise Invalid({"withhold": f"不予提供的理由不在列表中（{len(unknown)} 处）。"})
    found = queries.held(actor, request_id, action="print")
    for matter in found:
        if reason := withheld.get(matter.id):
            matter.withheld = WITHHELD[reason][0]
            matter.items, matter.files, matter.looks = [], [], []
    record(
        actor,
        about=row.id,
        subjects=[("rights_request", row.id, "printed"), *[("matter", m.id, "told") for m in found if not m.withheld]],
        facts={
            "matters": len(found), "withheld": sum(bool(m.withheld) for m in found),
            "reasons": sorted(set(withheld.values())),
        },
        org_id=row.org_id,
    )  # fmt: skip
    return found


@act("更正个人信息")
def correct(
    actor: Actor,
    *,
    request_id: uuid.UUID,
    label: str,
    row_id: uuid.UUID,
    column: str,
    value: str,
    reason: str,
) -> None:
    """Correct the name or phone in one party row that was found for this request (PIPL 46); old and new value and
    the reason go to the matter's timeline.
    """
    request = queries.row_of(actor, request_id, lock=True)
    _running(request)
    if not reason.strip():
        raise Invalid({"reason": "请写明更正依据。"})
    if column not in CORRECTABLE:
        raise Invalid({"column": "只能更正姓名或电话；其他内容请由事项主办单位更正。"})
    matter = next((m for m in queries.held(actor, request_id) if (label, row_id) in m.rows), None)
    if matter is None:
        raise NotThere
    columns, wrong = _person(
        value if column == "name" else "", value if column == "phone" else "", "", need_name=column == "name"
    )
    if wrong or not value.strip():
        raise Invalid({"value": wrong.get(column, "请填写更正后的内容。")})
    table = next(t for t in erasure.party_tables() if t.label == label)
    with scope(erasure.sight()):
        party = table.model.objects.select_for_update(no_key=True).get(pk=row_id)
        old = getattr(party, getattr(table, column))
        new = {table.name: columns["name"]} if column == "name" else {
            table.phone: columns["phone"], table.phone_hash: columns["phone_hash"],
        }  # fmt: skip
        for attribute, changed in new.items():
            setattr(party, attribute, changed)
        party.version += 1
        party.save()
        for rebuild in erasure.after:
            rebuild(erasure.sight(), matter.id)
        org = apps.get_model(matter.root).objects.get(pk=matter.id).org_id
    record(
        actor,
        about=matter.id,
        subjects=[
            ("party", row_id, "corrected"),
            ("matter", matter.id, "of"),
            ("rights_request", request.id, "by"),
        ],
        facts={"column": column, "article": "个人信息保护法第四十六条"},
        content={"police": {column: {"old": old, "new": columns[column]}, "reason": reason.strip()}},
        org_id=org,
    )


@act("删除个人信息")
def erase_party(
    actor: Actor,
    *,
    request_id: uuid.UUID,
    root: str,
    root_id: uuid.UUID,
    rows: Sequence[tuple[str, uuid.UUID]],
    also: Iterable[str] = (),
    keep: Iterable[uuid.UUID] = (),
) -> dict[str, int]:
    """Erase one person from one matter (core.erasure.plan_party); part of `erase`. Returns the counts it reports."""
    queries.desk_only(actor)
    with scope(erasure.sight()):
        top = apps.get_model(root).objects.filter(pk=root_id).first()
        if top is None:
            raise NotThere
        found = [apps.get_model(label).objects.get(pk=row_id) for label, row_id in rows]
        plan = erasure.plan_party(root, root_id, found, also=also, keep=keep)
        event = record(
            actor,
            about=root_id,
            subjects=[("matter", root_id, "erased from"), ("rights_request", request_id, "by")],
            facts={**plan.facts(), "article": ERASE},
            org_id=top.org_id,
        )
        erasure.carry_out(plan, event)
    return plan.counts()


@act("办结删除请求")
def erase(
    actor: Actor,
    *,
    request_id: uuid.UUID,
    matters: Iterable[uuid.UUID] | None = None,
    also: Iterable[str] = (),
    keep: Iterable[uuid.UUID] = (),
) -> dict[str, int]:
    """Erase the person who asks from these matters (default: all that were found), then the request's own data.

    also   further words to mask in the matters' texts (a nickname, an address)
    keep   files that must stay by law (PIPL 47 II)
    The person must be told before: afterwards nobody knows any more whom the request was from.
    """
    row = queries.row_of(actor, request_id, lock=True)
    _running(row)
    if row.asks != "erase":
        raise Refused("该请求不是删除请求。")
    chosen = None if matters is None else set(matters)
    found = [m for m in queries.held(actor, request_id) if chosen is None or m.id in chosen]
    if not found:
        raise Refused("没有选中任何事项，未作删除。未保存其信息的，请按不予办理答复。")
    total = dict.fromkeys(("rows", "texts", "contents", "files"), 0)
    covered: set[uuid.UUID] = set()
    for matter in found:
        if matter.id in covered:
            continue
        with scope(erasure.sight()):
            ids = set(erasure.family(matter.root, matter.id))
        rows = [r for m in found if m.id in ids and m.root == matter.root for r in m.rows]
        counts = erase_party(
            actor,
            request_id=row.id,
            root=matter.root,
            root_id=matter.id,
            rows=rows,
            also=list(also),
            keep=list(keep),
        )
        covered |= ids
        total = {k: total[k] + counts[k] for k in total}
    row.state, row.answered_at = "done", clock.now()
    _save(row)
    event = record(
        actor,
        about=row.id,
        subjects=[("rights_request", row.id, "closed"), *[("matter", m.id, "erased from") for m in found]],
        facts={**total, "matters": len(found), "article": ERASE, "kept": len(list(keep))},
        org_id=row.org_id,
    )
    _forget_request(row, event)
    return total


@act("不予办理权利请求")
def refuse(actor: Actor, *, request_id: uuid.UUID, reason: str, text: str = "") -> None:
    """Refuse a request with its reason (key of REFUSALS) and article; the person may sue (PIPL 50 II)."""
    row = queries.row_of(actor, request_id, lock=True)
    _running(row)
    if reason not in REFUSALS:
        raise Invalid({"reason": "请选择不予办理的理由。"})
    words, article = REFUSALS[reason]
    row.answer = f"{words}（{article}）。{text.strip()}"
    row.state, row.answered_at = "refused", clock.now()
    _save(row)
    record(
        actor, about=row.id, subjects=[("rights_request", row.id, "refused")],
        facts={"reason": reason, "article": article, "in_time": row.answered_at <= row.due_at},
        content={"rights": {"answer": row.answer}}, org_id=row.org_id,
    )  # fmt: skip


@act("答复权利请求")
def answer(actor: Actor, *, request_id: uuid.UUID, text: str) -> None:
    """Answer a request; ends its clock. A deletion is answered by carrying it out (`erase`) or refusing it."""
    row = queries.row_of(actor, request_id, lock=True)
    _running(row)
    if row.asks == "erase":
        raise Refused("删除请求须先办理删除，或说明理由不予办理。", article=ERASE)
    if not row.identity_checked:
        raise Refused("请先核验请求人身份。", article="个人信息保护法第五十条")
    if not text.strip():
        raise Invalid({"text": "请写明答复内容。"})
    row.answer = text.strip()
    row.state, row.answered_at = "answered", clock.now()
    _save(row)
    record(
        actor, about=row.id, subjects=[("rights_request", row.id, "answered")],
        facts={"in_time": row.answered_at <= row.due_at}, content={"rights": {"answer": row.answer}}, org_id=row.org_id,
    )  # fmt: skip


@act("保存期限届满，删除个人信息")
def expire(
    actor: Actor,
    *,
    root: str,
    root_id: uuid.UUID,
    columns: Sequence[Field],
    content: bool,
    files: bool,
    complete: bool,
    over: Sequence[str] = (),
) -> dict[str, int]:
    """Erase these columns of everything that hangs on a record whose retention has ended; the system actor's act.

    complete   nothing personal is left after it: the record is marked and not looked at again.
    over       the retentions that have ended, marked so that they are not erased again
    """
    if not actor.has(Role.SYSTEM):
        raise Forbidden
    plan = erasure.plan_expired(root, root_id, columns, content=content, files=files)
    top = apps.get_model(root).objects.get(pk=root_id)
    event = record(
        actor, about=root_id, subjects=[("matter" if root == "intake.Matter" else "record", root_id, "expired")],
        facts={**plan.facts(), "article": "个人信息保护法第十九条、第四十七条第一款第一项"}, org_id=top.org_id,
    )  # fmt: skip
    marks = ("*",) if complete else tuple(f"*{term}" for term in over)
    if marks:
        plan.order.lines.append(Line(top._meta.db_table, root_id, marks))
    erasure.carry_out(plan, event)
    return plan.counts()


def _forget_request(row: RightsRequest, event: uuid.UUID) -> None:
    with scope(erasure.sight()):
        columns = erasure.personal_columns(RightsRequest)
        plan = erasure.plan_expired("core.RightsRequest", row.id, columns, content=True, files=True)
        erasure.carry_out(plan, event)


def _running(row: RightsRequest) -> None:
    if row.state not in ("asked", "open"):
        raise Refused(f"该请求{queries.STATES.get(row.state, '')}，不能再办理。")


def _save(row: RightsRequest) -> None:
    row.version += 1
    row.save()


def _due(org_id: int) -> datetime:
    """Midnight after the last calendar day (Asia/Shanghai); the day it comes is not counted."""
    days = settings_tree.value(org_id, "rights.days", on=clock.today()) or ANSWER_DAYS
    last = clock.today() + timedelta(days=int(days))
    return clock.day_end(last)


def _person(
    name: str, phone: str, id_number: str, *, need_name: bool = True
) -> tuple[dict[str, Any], dict[str, str]]:
    """Columns of a person as typed, and what is wrong with them."""
    columns: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    try:
        if need_name:
            columns["name"] = identity.person_name(name)
    except BadInput as error:
        wrong["name"] = f"{error}。"
    try:
        if phone.strip():
            canonical = identity.phone(phone).canonical
            columns |= {"phone": canonical[:30], "phone_hash": crypto.keyed_hash("phone", canonical)}
    except BadInput as error:
        wrong["phone"] = f"{error}。"
    try:
        if id_number.strip():
            number = identity.citizen_id(id_number, today=clock.today())
            columns |= {"id_hash": crypto.keyed_hash("id", number), "id_last4": number[-4:]}
    except BadInput as error:
        wrong["id_number"] = f"{error}。"
    return columns, wrong
