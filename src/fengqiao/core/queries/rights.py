"""权利受理: requests of the rights desk, and what is held about the person who asks (S12; PIPL 44–50).

There is no person table: what is held is found by the keyed hash of an id number or phone across the registered party
tables, in all organisations, by the rights role alone, and every look-up leaves its line in the access log.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Q

from fengqiao.core import access, clock, collection, crypto, erasure
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden, NotThere, Refused
from fengqiao.core.models import AccessLine, Document, Event, Organisation, Post, RightsRequest
from fengqiao.core.rules import keeping, masking, traces
from fengqiao.core.scope import scope
from fengqiao.core.spine import SENTENCES

ASKS = {
    "access": "查询本人信息",
    "copy": "复制本人信息",
    "correct": "更正",
    "erase": "删除",
    "explain": "说明处理规则",
}
STATES = {
    "asked": "待核身份",
    "open": "办理中",
    "answered": "已答复",
    "refused": "不予办理",
    "done": "已删除并办结",
}
CHECKS = {
    "card": "当面核对身份证件",
    "proxy": "核对委托书与双方证件",
    "relative": "近亲属（逝者信息）",
    "video": "视频核对证件",
}
PURPOSE = "办理个人信息权利请求"
# column → its word for the person who asks; a hash is told as what it is
WORDS = {
    "name": "姓名", "phone": "电话", "phone_hash": "电话的校验值（用于比对）", "id_sealed": "公民身份号码（加密保存）",
    "id_hash": "公民身份号码的校验值（用于比对）", "id_last4": "公民身份号码末四位", "title": "标题", "text": "内容",
    "place_text": "地点", "address": "住址", "note": "备注", "result": "结果", "reason": "理由", "body": "办理记录",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the desk sees it. Names are shown whole on its page, masked in lists."""

    id: uuid.UUID
    number: str
    asks: str
    asks_word: str
    name: str
    phone: str
    id_last4: str
    checked: str
    text: str
    state: str
    state_word: str
    created_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answer: str
    org_id: int

    @property
    def running(self) -> bool:
        return self.state in ("asked", "open")


@dataclass(slots=True)
class HeldItem:
    """One column that holds something about the person: the word for it, the value, and why it is held."""

    word: str
    value: str
    purpose: str
    basis: str
    source: str
    seen_by: str
    until: str


@dataclass(slots=True)
class HeldMatter:
    """What one matter holds about the person. `rows` are the party rows, as (label, id), an erasure is given."""

    root: str
    id: uuid.UUID
    number: str
    org: str
    opened_at: datetime
    closed_at: datetime | None
    rows: list[tuple[str, uuid.UUID]]
    items: list[HeldItem] = field(default_factory=list)
    files: list[tuple[uuid.UUID, str, datetime, bool]] = field(
        default_factory=list
    )  # id, name, when, read by machine
    looks: list[tuple[datetime, str, str]] = field(
        default_factory=list
    )  # when, organisation and post, purpose
    withheld: str = ""  # why this matter is not told (case secrecy); set when printing


def desk_only(actor: Actor) -> None:
    """Only the rights desk's post; being a leader or an administrator is not enough."""
    if not actor.has(Role.RIGHTS):
        raise Forbidden("只有权利受理岗位可以办理。")


def desks() -> list[tuple[int, str]]:
    """Organisations with a rights desk in force today, as (id, name): where a resident may ask."""
    day = clock.today()
    running = Q(valid_to=None) | Q(valid_to__gte=day)
    ids = Post.objects.filter(running, role=Role.RIGHTS, valid_from__lte=day).values_list("org_id", flat=True)
    return list(Organisation.objects.filter(id__in=set(ids)).order_by("id").values_list("id", "name"))


def requests(actor: Actor, *, state: str = "") -> list[Request]:
    """Requests to the actor's desk, the next due first; names masked, no access line."""
    desk_only(actor)
    rows = RightsRequest.objects.filter(org_id__in=actor.orgs)
    if state == "running":
        rows = rows.filter(state__in=("asked", "open"))
    elif state:
        rows = rows.filter(state=state)
    return [_request(row, mask=True) for row in rows.order_by("answered_at", "due_at", "id")[:500]]


def request(actor: Actor, request_id: uuid.UUID) -> Request:
    """One request with the person's data, after an access line."""
    row = row_of(actor, request_id)
    access.opened(actor, "rights", row.id, PURPOSE, ["name", "phone", "id_last4", "text"])
    return _request(row)


def row_of(actor: Actor, request_id: uuid.UUID, *, lock: bool = False) -> RightsRequest:
    """The row of a request of the actor's desk, for acts. NotThere when it is another desk's."""
    desk_only(actor)
    rows = RightsRequest.objects.filter(org_id__in=actor.orgs)
    row = (rows.select_for_update(no_key=True) if lock else rows).filter(id=request_id).first()
    if row is None:
        raise NotThere
    return row


def _request(row: RightsRequest, *, mask: bool = False) -> Request:
    return Request(
        row.id, row.number, row.asks, ASKS.get(row.asks, row.asks), masking.mask_name(row.name) if mask else row.name,
        masking.mask_phone(row.phone) if mask else row.phone, row.id_last4, CHECKS.get(row.identity_checked, ""),
        "" if mask else row.text, row.state, STATES.get(row.state, row.state), row.created_at, row.due_at,
        row.answered_at, "" if mask else row.answer, row.org_id,
    )  # fmt: skip


def held(actor: Actor, request_id: uuid.UUID, *, action: str = "lookup") -> list[HeldMatter]:
    """What is held about the person who asks, matter by matter, in every organisation; one access line before.

    Needs a request whose identity was checked. Other people's names and numbers in the texts are masked (PIPL 45
    gives a right to one's own data). Errors: NotThere, Forbidden, Refused.
    """
    row = row_of(actor, request_id)
    if not row.identity_checked:
        raise Refused("请先核验请求人身份，再查找。", article="个人信息保护法第五十条")
    if row.id_hash is None and row.phone_hash is None:
        raise Refused("该请求没有可用于查找的证件号码或电话，或请求人信息已依法删除。")
    access.opened(actor, "lookup", row.id, PURPOSE, ["id_hash", "phone_hash"], action=action)
    with scope(erasure.sight()):
        return _held(row)


def _held(row: RightsRequest) -> list[HeldMatter]:
    matters: dict[uuid.UUID, tuple[str, list[tuple[erasure.Parties, Any]]]] = {}
    for label in erasure.roots():
        reach, top = erasure.reach(label), apps.get_model(label)
        for table in erasure.party_tables():
            if table.model not in reach:
                continue
            wanted = Q()
            if row.id_hash is not None:
                wanted |= Q(**{table.id_hash: bytes(row.id_hash)})
            if row.phone_hash is not None:
                # a household's phone: a row with another id number is another person
                wanted |= Q(**{table.phone_hash: bytes(row.phone_hash)}) & (
                    Q(**{f"{table.id_hash}__isnull": True}) | Q(**{table.id_hash: bytes(row.id_hash)})
                    if row.id_hash is not None
                    else Q()
                )
            lookup = reach[table.model][0]
            for party in table.model.objects.filter(wanted).order_by("pk"):
                root_id = table.model.objects.filter(pk=party.pk).values_list(lookup, flat=True)[0]
                if not top.objects.filter(
                    pk=root_id
                ).exists():  # an `about` column may name a root of another kind
                    continue
                matters.setdefault(root_id, (label, []))[1].append((table, party))
    return [_matter(label, root_id, rows) for root_id, (label, rows) in matters.items()]


def _matter(label: str, root_id: uuid.UUID, rows: Sequence[tuple[erasure.Parties, Any]]) -> HeldMatter:
    model = apps.get_model(label)
    top = model.objects.select_related("org").get(pk=root_id)
    closed = getattr(top, erasure.roots()[label])
    kept_from = max(closed, top.created_at) if closed else None  # as retention reckons it
    found = HeldMatter(
        label, root_id, getattr(top, "number", ""), top.org.name, top.created_at, closed,
        [(t.label, party.pk) for t, party in rows],
    )  # fmt: skip
    for table, party in rows:
        for column in erasure.personal_columns(table.model):
            value = getattr(party, column.attname)
            if value not in (None, "", b""):
                found.items.append(_item(column, _shown(column, party, value), kept_from))
    hidden = _others(label, root_id, {party.pk for _, party in rows})
    for column, text in _texts(label, root_id):
        found.items.append(_item(column, hidden(text), kept_from))
    for document in Document.objects.filter(about=root_id, erased_at=None).order_by("created_at"):
        readable = document.media_type.startswith(("text/", "application/"))
        found.files.append((document.id, hidden(document.name), document.created_at, readable))
    found.looks = _looks(root_id, [party.pk for _, party in rows])
    return found


def _item(column: Any, value: str, closed: datetime | None) -> HeldItem:
    element: collection.Element = column.collected
    until = keeping.until_words(element.retention, closed)
    word = WORDS.get(column.attname, str(column.verbose_name))
    return HeldItem(word, value, element.purpose, element.basis, element.source, element.seen_by, until)


def _shown(column: Any, party: Any, value: Any) -> str:
    if column.attname.endswith("_sealed"):
        return crypto.decrypt(bytes(value), bound_to=party.pk.bytes).decode()
    return "已保存" if isinstance(value, bytes | memoryview) else str(value)


def _texts(label: str, root_id: uuid.UUID) -> Iterable[tuple[Any, str]]:
    """Free text of the matter: its own and that of what hangs on it, party tables aside."""
    parties = {t.model for t in erasure.party_tables()}
    for model, lookups in erasure.reach(label).items():
        columns = [c for c in erasure.personal_columns(model) if isinstance(c, erasure.TEXTS)]
        if model in parties or model is Document or not columns or not model._meta.managed:
            continue
        wanted = Q()
        for lookup in lookups:
            wanted |= Q(**{lookup: root_id})
        for row in model.objects.filter(wanted)[:200]:
            for column in columns:
                value = getattr(row, column.attname)
                if isinstance(value, str) and value.strip():
                    yield column, value


def _others(label: str, root_id: uuid.UUID, mine: set[uuid.UUID]) -> Any:
    """A function that masks the other parties of the matter in a text."""
    folded: set[str] = set()
    own: set[str] = set()
    reach = erasure.reach(label)
    for table in erasure.party_tables():
        if table.model not in reach:
            continue
        for party in table.model.objects.filter(**{reach[table.model][0]: root_id}):
            words = traces.name_words(getattr(party, table.name)) | traces.number_words(
                getattr(party, table.phone)
            )
            (own if party.pk in mine else folded).update(words)
    others = traces.words(folded - own, str)
    return lambda text: traces.masked(text, others, str)


def _looks(root_id: uuid.UUID, parties: list[uuid.UUID]) -> list[tuple[datetime, str, str]]:
    lines = list(AccessLine.objects.filter(subject_id__in=[root_id, *parties]).order_by("-at")[:200])
    names = dict(Organisation.objects.filter(id__in={x.org_id for x in lines}).values_list("id", "name"))
    titles = dict(Post.objects.filter(id__in={x.post_id for x in lines}).values_list("id", "title"))
    return [
        (x.at, f"{names.get(x.org_id, '')} {titles.get(x.post_id, '')}".strip(), x.purpose) for x in lines
    ]


def timeline(actor: Actor, request_id: uuid.UUID) -> list[dict[str, Any]]:
    """What was done on a request, oldest first, as the timeline partial wants it; facts only."""
    row = row_of(actor, request_id)
    posts = {p.id: p for p in Post.objects.select_related("account", "org")}
    entries = []
    for event in Event.objects.filter(about=row.id).order_by("id"):
        post = posts.get(event.post_id)
        entries.append(
            {
                "id": event.id,
                "at": event.recorded_at,
                "sentence": SENTENCES.get(event.act, event.act),
                "who": post.account.name if post else "",
                "post": post.title if post else "",
                "org": post.org.name if post else "",
                "details": [
                    (w, event.facts[k]) for k, w in _FACTS.items() if event.facts.get(k) not in (None, "", [])
                ],
            }
        )
    return entries


_FACTS = {
    "matters": "涉及事项数", "withheld": "依法不予提供", "article": "依据", "rows": "清空记录", "texts": "遮盖文本",
    "contents": "删除办理内容", "files": "销毁材料",
}  # fmt: skip
