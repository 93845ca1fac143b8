"""删除个人信息: one party's data goes, every fact and figure stays, and no restore brings it back (PIPL 47, S12).

Works from the collection list: what is personal is declared on the column (`collection.personal`), and every table
whose rows hang on a matter is found by its foreign keys. Upper apps say only what the schema cannot, from
`config/wiring.py`:

    root("intake.Matter", closed="closed_at")              records that others hang on
    links("intake.Join", "survivor_id", "joined_id")       two of them that were one for a time
    parties("intake.Party")                                tables whose rows *are* a person in a matter
    after.append(function)                                 rebuild what is derived (search words) of a root

An erasure is first planned (`plan_party`, `plan_expired`), so that its event can tell how much it is, then carried out
(`carry_out`): columns blanked, words in free text masked as 某, content rows deleted, files destroyed, derived words
rebuilt, and the order written outside the database. `replay` plans and carries out the same orders again after a
restore. docs/decisions/erasure.md tells why, and what stays outside.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q, QuerySet

from fengqiao.core import clock, collection, crypto, documents, erasure_list
from fengqiao.core.actor import Actor
from fengqiao.core.erasure_list import Line, Order
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.models import Content, Document, Erasure, Event
from fengqiao.core.rules import filetypes, traces
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.core.spine import COMPARTMENTS

Row = models.Model
TEXTS = (models.CharField, models.TextField, models.JSONField)
GONE = "（已依法删除）"  # in a text column that may not be empty

_roots: dict[str, str] = {"core.RightsRequest": "answered_at"}  # this floor's own
_links: list[tuple[str, str, str]] = []
_parties: dict[str, "Parties"] = {}
after: list[Callable[[Actor, uuid.UUID], None]] = []


@dataclass(frozen=True, slots=True)
class Parties:
    """A table whose rows are a person in one matter, and what its columns are called."""

    label: str
    name: str
    phone: str
    phone_hash: str
    id_sealed: str
    id_hash: str

    @property
    def model(self) -> type[Any]:
        return apps.get_model(self.label)


def root(label: str, *, closed: str) -> None:
    """Records of this model are what others hang on; `closed` is when their retention begins to run."""
    _roots[label] = closed


def links(label: str, one: str, other: str) -> None:
    """Rows of this model say that two roots were one for a time: what was written then may lie under either."""
    _links.append((label, one, other))


def parties(
    label: str,
    *,
    name: str = "name",
    phone: str = "phone",
    phone_hash: str = "phone_hash",
    id_sealed: str = "id_sealed",
    id_hash: str = "id_hash",
) -> None:
    """Rows of this model are a person in a matter; id_sealed is encrypted and bound to the row's id."""
    _parties[label] = Parties(label, name, phone, phone_hash, id_sealed, id_hash)


def party_tables() -> list[Parties]:
    """The registered tables whose rows are a person in a matter."""
    return list(_parties.values())


def roots() -> dict[str, str]:
    """Registered roots: label → column that tells when the record was closed."""
    return dict(_roots)


def sight() -> Actor:
    """The system actor of erasure and retention: every organisation and every compartment. Shows nothing to people."""
    return replace(system_actor("删除个人信息"), compartments=COMPARTMENTS)


# --- the schema, as erasure sees it -----------------------------------------------------------------------------


def reach(label: str) -> dict[type[Any], list[str]]:
    """Every model whose rows hang on a root: model → lookups that lead to the root's id.

    Direct foreign keys and `about` columns count all; further away, the first foreign key that leads there.
    """
    top = apps.get_model(label)
    ours = [m for m in apps.get_models() if m.__module__.startswith("fengqiao.") and m is not top]
    found: dict[type[Any], list[str]] = {top: ["pk"]}
    for model in ours:
        direct = [f.attname for f in model._meta.local_fields if f.is_relation and f.related_model is top]
        if any(f.name == "about" and isinstance(f, models.UUIDField) for f in model._meta.local_fields):
            direct.append("about")
        if direct and model._meta.label not in _roots:
            found[model] = direct
    grown = True
    while grown:
        grown = False
        for model in ours:
            if model in found or model._meta.label in _roots:
                continue
            for one in model._meta.local_fields:
                if one.is_relation and one.related_model in found and one.related_model is not top:
                    found[model] = [f"{one.name}__{lookup}" for lookup in found[one.related_model]]
                    grown = True
                    break
    return found


def personal_columns(model: type[Any]) -> list[models.Field]:
    """The columns of a model that are on the collection list."""
    return [column for owner, column, _ in collection.listed() if owner is model]


def unreached() -> list[str]:
    """Models with personal columns that hang on no root: they need their own way to be erased. A test names them."""
    known = {model for label in _roots for model in reach(label)}
    return sorted({m._meta.label for m, _, _ in collection.listed() if m not in known})


def family(label: str, root_id: uuid.UUID) -> list[uuid.UUID]:
    """The root and every root it was ever joined with: what was written while they were one lies under any of them."""
    found, new = {root_id}, {root_id}
    while new:
        seen: set[uuid.UUID] = set()
        for model, one, other in _links:
            rows = apps.get_model(model).objects.filter(Q(**{f"{one}__in": new}) | Q(**{f"{other}__in": new}))
            for pair in rows.values_list(one, other):
                seen.update(x for x in pair if x is not None)
        new = seen - found
        found |= new
    return sorted(found)


def _rows(model: type[Any], lookups: Sequence[str], ids: Iterable[uuid.UUID]) -> QuerySet[Any]:
    wanted = Q()
    for lookup in lookups:
        wanted |= Q(**{f"{lookup}__in": list(ids)})
    return model.objects.filter(wanted)


# --- planning ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Plan:
    """What an order comes to on this database now: rows with their new values, content and files that go."""

    order: Order
    blank: list[tuple[Row, dict[str, Any]]] = field(default_factory=list)
    mask: list[tuple[Row, dict[str, Any]]] = field(default_factory=list)
    content: list[uuid.UUID] = field(default_factory=list)
    files: list[Document] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How much it is: for the event's facts and the confirmation."""
        return {
            "rows": len(self.blank), "texts": len(self.mask), "contents": len(self.content), "files": len(self.files),
        }  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """`counts`, and like an edit's event which fields of the root change and its version after it: whoever has an
        older version on the screen is told, and does not save the erased text back."""
        top = apps.get_model(self.order.root)
        new = [(row, values) for row, values in self.blank + self.mask if isinstance(row, top)]
        facts: dict[str, Any] = dict(self.counts())
        if new and hasattr(new[0][0], "version"):
            facts |= {
                "changed": sorted({c for _, v in new for c in v}),
                "version": max(r.version for r, _ in new) + 1,
            }
        return facts

    def __bool__(self) -> bool:
        return any(self.counts().values())


def plan_party(
    label: str,
    root_id: uuid.UUID,
    rows: Sequence[Row],
    *,
    also: Iterable[str] = (),
    keep: Iterable[uuid.UUID] = (),
) -> Plan:
    """Plan to erase a person from one matter (and those it was ever joined with).

    rows   rows of registered party tables; rows of the same person in the family are added (same id number, or the
           same name unless the id numbers differ).
    also   further words to mask: a nickname, an address.
    keep   files the law says must stay (PIPL 47 II); every other file of the family that names the person, or that no
           machine can read, goes.
    """
    ids = family(label, root_id)
    _lock(label, ids)
    same = _same_person(ids, label, rows)
    folded = {w for one in also for w in traces.name_words(one) | traces.number_words(one)}
    order = Order(root=label, family=ids, salt=uuid.uuid4().hex, at=clock.now())
    for table, row in same:
        folded |= _words_of(table, row)
        order.lines.append(Line(row._meta.db_table, row.pk, _columns(row)))
    order.words = traces.words(folded, _keyed(order.salt))
    kept = set(keep)
    for document in Document.objects.filter(about__in=ids, erased_at=None).exclude(id__in=kept):
        try:
            text = filetypes.words_in(document.media_type, documents.plain_bytes(document))
        except Refused:  # a damaged file cannot be read, so nobody can say that it does not name the person
            text = None
        if text is None or traces.holds(text, order.words, _keyed(order.salt)):
            order.lines.append(Line("core_document", document.id, ("name", "sha256", "stored")))
    return plan(order)


def plan_expired(
    label: str, root_id: uuid.UUID, columns: Iterable[models.Field], *, content: bool, files: bool
) -> Plan:
    """Plan to erase what is held longer than its retention allows: these columns of everything that hangs on the root."""
    ids = family(label, root_id)
    _lock(label, ids)
    order = Order(root=label, family=ids, salt=uuid.uuid4().hex, at=clock.now(), everything=content)
    wanted: dict[type[Any], list[str]] = {}
    for column in columns:
        wanted.setdefault(column.model, []).append(column.attname)
    for model, lookups in reach(label).items():
        if model in (Content, Document) or model not in wanted:
            continue
        for row in _rows(model, lookups, ids):
            held = tuple(c for c in wanted[model] if getattr(row, c) != blank(model._meta.get_field(c)))
            if held:
                order.lines.append(Line(model._meta.db_table, row.pk, held))
    if files:
        for document in Document.objects.filter(about__in=ids, erased_at=None):
            order.lines.append(Line("core_document", document.id, ("name", "sha256", "stored")))
    return plan(order)


def plan(order: Order) -> Plan:
    """What the order comes to on this database now; the same for a new erasure and for a replayed one."""
    found = Plan(order)
    keyed = _keyed(order.salt)
    tables = {m._meta.db_table: m for m in apps.get_models() if m.__module__.startswith("fengqiao.")}
    done: set[tuple[str, uuid.UUID]] = set()
    for line in order.lines:
        model = tables.get(line.table)
        if line.how != "blank" or model is None or any(c.startswith("*") for c in line.columns):
            continue
        row = model._base_manager.select_for_update().filter(pk=line.row).first()
        if row is None:
            continue
        done.add((line.table, line.row))
        if isinstance(row, Document):
            if row.erased_at is None:
                found.files.append(row)
            continue
        new = {c: blank(model._meta.get_field(c)) for c in line.columns}
        new = {c: v for c, v in new.items() if getattr(row, c) != v}
        if new:
            found.blank.append((row, new))
    if order.words:
        for row, new in _texts(order, keyed):
            if (row._meta.db_table, row.pk) not in done:
                found.mask.append((row, new))
    for event, body in Content.objects.filter(about__in=order.family, recorded_at__lte=order.at).values_list(
        "event_id", "body"
    ):
        if order.everything or traces.holds(orjson.loads(body), order.words, keyed):
            found.content.append(event)
    for document in found.files:  # the event that stored a file holds its name and digest
        stored = Event.objects.filter(
            about=document.about, subjects__contains=[["document", str(document.pk)]]
        )
        found.content += Content.objects.filter(event_id__in=stored.values("id")).values_list(
            "event_id", flat=True
        )
    found.content = sorted(set(found.content))
    return found


def _texts(order: Order, keyed: traces.Keyed) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Rows of the family whose personal text holds one of the words, with the masked text."""
    for model, lookups in reach(order.root).items():
        table = _parties.get(model._meta.label)
        columns = [c for c in personal_columns(model) if isinstance(c, TEXTS)]
        if table:  # other people's rows: their own phone is theirs, also when it is a household's
            columns = [c for c in columns if c.name == table.name]
        if model is Content or not columns:
            continue
        rows = _rows(model, lookups, order.family)
        if any(f.name == "created_at" for f in model._meta.local_fields):
            rows = rows.filter(
                created_at__lte=order.at
            )  # what was collected anew later stands on its own ground
        for row in rows.select_for_update(of=("self",)):
            new = {}
            for column in columns:
                old = getattr(row, column.attname)
                masked = traces.masked(old, order.words, keyed, whole=table is not None)
                if masked != old:
                    new[column.attname] = masked
            if new:
                yield row, new


def _same_person(ids: list[uuid.UUID], label: str, rows: Sequence[Row]) -> list[tuple[Parties, Row]]:
    """The given party rows and those of the family that are the same person."""
    known = [(t, row) for t in _parties.values() for row in rows if isinstance(row, t.model)]
    if len(known) != len(rows) or not rows:
        raise NotThere
    tables = [(t, reach(label).get(t.model)) for t in _parties.values()]
    held = [
        (t, row)
        for t, lookups in tables
        if lookups
        for row in _rows(t.model, lookups, ids).select_for_update(of=("self",))
    ]
    if not {row.pk for _, row in known} <= {row.pk for _, row in held}:
        raise NotThere
    chosen = {row.pk: (t, row) for t, row in known}
    grown = True
    while grown:
        grown = False
        for t, row in held:
            if row.pk not in chosen and any(_alike(t, row, *one) for one in chosen.values()):
                chosen[row.pk] = (t, row)
                grown = True
    return list(chosen.values())


def _alike(a: Parties, one: Row, b: Parties, other: Row) -> bool:
    mine, theirs = getattr(one, a.id_hash), getattr(other, b.id_hash)
    if mine is not None and theirs is not None:
        return bytes(mine) == bytes(theirs)
    name = traces.fold(getattr(one, a.name))[0]
    return bool(traces.name_words(getattr(one, a.name))) and name == traces.fold(getattr(other, b.name))[0]


def _words_of(table: Parties, row: Row) -> set[str]:
    found = traces.name_words(getattr(row, table.name)) | traces.number_words(getattr(row, table.phone))
    if (sealed := getattr(row, table.id_sealed)) is not None:
        found |= traces.number_words(crypto.decrypt(bytes(sealed), bound_to=row.pk.bytes).decode())
    return found


def _columns(row: Row) -> tuple[str, ...]:
    return tuple(column.attname for column in personal_columns(type(row)))


def _keyed(salt: str) -> traces.Keyed:
    return lambda text: crypto.keyed_hash(f"erased:{salt}", text).hex()


def blank(column: Any) -> Any:
    """What stands in a column after its erasure: nothing, or words saying so where it may not be empty."""
    if column.null:
        return None
    if isinstance(column, models.JSONField):
        return column.get_default()
    return "" if column.blank or column.unique else GONE[: column.max_length or len(GONE)]


def _lock(label: str, ids: list[uuid.UUID]) -> None:
    """Hold the family still: nobody attaches, joins or edits while it is searched."""
    model = apps.get_model(label)
    held = list(
        model.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    )
    if not held:
        raise NotThere


# --- carrying out -----------------------------------------------------------------------------------------------


def carry_out(found: Plan, event: uuid.UUID, *, listed: bool = False) -> None:
    """Carry the plan out under the event that tells of it; write its order outside the database unless `listed` there.

    In a transaction with the sight of `sight()`. The order's file is final once the transaction has committed.
    """
    order = found.order
    order.event = event
    for row, new in found.blank + found.mask:
        changes = dict(new)
        names = {f.name for f in row._meta.local_fields}
        if "version" in names:  # whoever has the old text on the screen must not save it back
            changes["version"] = models.F("version") + 1
        if "erased_at" in names and (row, new) in found.blank:
            changes["erased_at"] = clock.now()
        type(row)._base_manager.filter(pk=row.pk).update(**changes)
    order.lines += [Line(row._meta.db_table, row.pk, tuple(new), "mask") for row, new in found.mask]
    documents.forget(found.files)
    if found.content:
        with connection.cursor() as cursor:
            cursor.execute("SELECT core_erase_content(%s, %s)", [found.content, event])
        order.lines += [Line("core_content", one, (), "content") for one in found.content]
    for root_id in order.family:
        for rebuild in after:
            rebuild(sight(), root_id)
    _list(order, event)
    if not listed:
        path = erasure_list.write(order)
        transaction.on_commit(partial(erasure_list.confirm, path))


def _list(order: Order, event: uuid.UUID) -> None:
    """The same lines inside the database; content rows are listed by `core_erase_content` itself."""
    have = set(Erasure.objects.filter(event_id=event).values_list("table", "row_id"))
    Erasure.objects.bulk_create(
        Erasure(event_id=event, table=line.table, row_id=line.row, columns=list(line.columns))
        for line in dict.fromkeys(order.lines)
        if line.how != "content" and (line.table, line.row) not in have
    )


def settle() -> None:
    """Decide about orders a crash left pending: final when their erasure is in the database, dropped when it is not."""
    for path in erasure_list.pending():
        # An act still running has not committed yet; a request or job does not last an hour.
        if time.time() - path.stat().st_mtime < documents.ORPHAN_AFTER.total_seconds():
            continue
        committed = Erasure.objects.filter(event_id=uuid.UUID(path.stem)).exists()
        (erasure_list.confirm if committed else erasure_list.drop)(path)


def replay() -> int:
    """Carry every order of the folder out again on a freshly restored database; returns how many still had to do something.

    Runs as the owner, before anybody signs on. May be run any number of times.
    """
    again = 0
    for order in list(erasure_list.orders()):
        assert order.event is not None
        order.lines = [line for line in order.lines if line.how == "blank"]
        with scope(sight()):
            found = plan(order)
            again += bool(found)
            carry_out(found, order.event, listed=True)
    for path in erasure_list.pending():
        erasure_list.confirm(path)
    return again
