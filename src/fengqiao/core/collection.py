"""The collection list (治安要素采集清单) *is* the schema: S3, NP-41.

A column that can hold personal data is declared where it stands, by wrapping its field in `personal`.
From this the notice on each form, the retention job, erasure and the rights desk's answer are made. A text
column that holds none is wrapped in `impersonal` with the reason, or is a short code. A test walks the
schema: an undeclared column cannot exist.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.apps import apps
from django.db import models

from fengqiao.core.rules import keeping

F = TypeVar("F", bound=models.Field)

# Nothing of this is ever collected (S1, S2): no column, no import target, no filter, no chart axis.
FORBIDDEN = (
    "民族", "种族", "宗教", "信仰", "党员", "政治面貌", "党派", "籍贯", "指纹", "人脸", "虹膜", "健康", "病史",
    "人员等级", "重点人员", "重点人口", "人员分类", "人员标签", "风险人员", "前科", "稳控",
    "ethnic", "nation_ality", "religion", "belief", "party_member", "political", "biometric", "fingerprint",
    "face_", "health", "origin_place", "person_level", "person_tag", "person_score", "risk_person", "criminal_record",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the collection list."""

    purpose: str  # 用途
    basis: str  # 法律依据
    source: str  # 数据来源
    seen_by: str  # 可见范围
    retention: str  # ISO 8601 duration after the matter is closed, e.g. "P3Y"
    reuse: str = ""  # where the element is already held, if it must not be asked again


def personal(
    field: F, *, purpose: str, basis: str, source: str, seen_by: str, retention: str, reuse: str = ""
) -> F:
    """Declare a personal column on the collection list (PIPL art. 6, 13, 17, 34, 47)."""
    field.collected = Element(purpose, basis, source, seen_by, retention, reuse)  # type: ignore[attr-defined]
    return field


def impersonal(field: F, why: str) -> F:
    """Declare that a text column holds no personal data, and why that is so."""
    field.impersonal = why  # type: ignore[attr-defined]
    return field


def listed() -> list[tuple[type[models.Model], models.Field, Element]]:
    """The collection list: every personal column of the schema with its element."""
    return [
        (model, field, field.collected)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if hasattr(field, "collected")
    ]


def undeclared() -> list[str]:
    """Columns of the trade's tables that could hold personal data and are declared as neither."""
    wide = (models.TextField, models.JSONField, models.BinaryField)
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("fengqiao."):
            continue
        for field in model._meta.local_fields:
            if hasattr(field, "collected") or hasattr(field, "impersonal"):
                continue
            named = any(word in field.name for word in ("name", "phone", "address", "id_number", "birth"))
            if isinstance(field, wide) or (
                isinstance(field, models.CharField) and (named or (field.max_length or 0) > 64)
            ):
                found.append(f"{model._meta.label}.{field.name}")
    return found


def forbidden(names: Any) -> list[str]:
    """Those of the given column or label names that may not exist at all (S1, S2)."""
    return [name for name in names if any(word in str(name).lower() for word in FORBIDDEN)]


# What a form calls by another name than the column it fills.
FILLS = {"id_number": "id_sealed", "q": "", "password": "", "username": "username"}


def notice(label: str, column: str) -> dict[str, str]:
    """What a form says beside a field that fills this column (PIPL 17): for `_field.html`'s `purpose`."""
    element: Element = apps.get_model(label)._meta.get_field(column).collected
    return {
        "purpose": element.purpose, "article": element.basis, "seen_by": element.seen_by, "retention": keeping.until_words(element.retention, None),
    }  # fmt: skip


def unlisted(form: type[forms.BaseForm]) -> list[str]:
    """Fields of a form that take free text or a file and fill no column of the collection list (NP-41).

    A field is listed by its name (that of a personal column, or one in FILLS), by `collects = {field: column}` of the
    form, or declared to hold nothing personal by `impersonal = {field: why}`. Choices, dates, numbers need nothing.
    """
    listed_names = {column.attname for _, column, _ in listed()}
    collects: dict[str, str] = getattr(form, "collects", {})
    declared: Iterable[str] = getattr(form, "impersonal", {})
    found = []
    for name, field in form.base_fields.items():  # type: ignore[attr-defined]
        free = isinstance(field, forms.CharField | forms.FileField | forms.JSONField)
        fills = collects.get(name, FILLS.get(name, name))
        if free and name not in declared and fills and fills not in listed_names:
            found.append(f"{form.__module__}.{form.__qualname__}.{name}")
    return found
