"""Forms of areas. They parse what was typed or uploaded; what may be taken is decided by the acts."""

import json
from collections.abc import Iterable
from typing import Any

import shapely
from django import forms
from shapely.geometry.base import BaseGeometry

from fengqiao.core import clock
from fengqiao.core.forms import offer
from fengqiao.places import coordinates, rules
from fengqiao.places.rules import Part

LARGEST = 50 * 1024 * 1024
SYSTEMS = [("", "请选择"), *coordinates.SYSTEMS.items()]


class Outline(forms.FileField):
    """A GeoJSON file of polygons. Cleans to (name, shape) of each feature, in the file's own degrees."""

    def __init__(self, **given: Any):
        widget = forms.ClearableFileInput(attrs={"accept": ".geojson,.json"})
        super().__init__(widget=widget, help_text="多边形图形文件（.geojson）。", **given)

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, BaseGeometry]] | None:
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > LARGEST:
            raise forms.ValidationError("文件超过 50 兆。")
        try:
            body = json.loads(file.read())
            items = body["features"] if body.get("type") == "FeatureCollection" else [body]
            return [self._one(item) for item in items]
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError, shapely.errors.GEOSException) as error:
            raise forms.ValidationError("文件不是可读的图形文件。") from error

    @staticmethod
    def _one(item: dict[str, Any]) -> tuple[str, BaseGeometry]:
        feature = item.get("type") == "Feature"
        given = (item.get("properties") or {}) if feature else {}
        name = str(given.get("名称") or given.get("name") or "")
        shape = shapely.from_geojson(json.dumps(item["geometry"] if feature else item))
        return name, shapely.force_2d(shape)


def day_field(label: str = "生效日期", **given: Any) -> forms.DateField:
    """A day, today by default."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, initial=clock.today, widget=widget, **given)



class WithOutline(forms.Form):
    """Fields of an outline: the file and its declared coordinate system, asked only with a file."""

    system = forms.ChoiceField(label="坐标系", choices=SYSTEMS, required=False, help_text="图形文件所用坐标系，须如实说明。")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("outline") and not given.get("system"):
            self.add_error("system", "请先说明坐标系。")
        given["system"] = given.get("system") or "wgs84"
        return given


class DrawForm(WithOutline):
    kind = forms.ChoiceField(label="类型", choices=list(rules.KINDS.items()), initial="grid")
    name = forms.CharField(label="名称", max_length=60)
    parent_id = forms.TypedChoiceField(label="所属村（社区）", coerce=int, empty_value=None, required=False, help_text="网格必填。")
    grid_kind = forms.ChoiceField(label="网格类型", choices=list(rules.GRID_KINDS.items()), required=False)
    code = forms.CharField(label="编码", max_length=20, required=False, help_text="村（社区）填 12 或 15 位；网格和警务区留空则自动编排。")
    org_id = forms.TypedChoiceField(label="管辖单位", coerce=int)
    outline = Outline(label="边界", required=False)
    since = day_field("启用日期")

    field_order = ["kind", "name", "parent_id", "grid_kind", "code", "org_id", "outline", "system", "since"]

    def __init__(self, *args: Any, communities: Iterable[tuple[int, str]], stations: Iterable[tuple[int, str]], **more: Any):
        super().__init__(*args, **more)
        offer(self, "parent_id", [("", "不适用"), *communities])
        offer(self, "org_id", stations)

    def clean_outline(self) -> BaseGeometry | None:
        return only(self.cleaned_data["outline"])


class MoveForm(WithOutline):
    outline = Outline(label="新的边界")
    on = day_field()

    field_order = ["outline", "system", "on"]

    def clean_outline(self) -> BaseGeometry | None:
        return only(self.cleaned_data["outline"])


class SplitForm(WithOutline):
    """Parts as a file of several polygons with names, or only as names while there is no map."""

    outline = Outline(label="拆分后的各部分", required=False)
    names = forms.CharField(
        label="各部分名称", required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="每行一个。图形文件中已有名称的不必再填。"
    )
    on = day_field()

    field_order = ["outline", "system", "names", "on"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        names = [line.strip() for line in (given.get("names") or "").splitlines() if line.strip()]
        shapes = given.get("outline") or []
        if shapes and len(names) not in (0, len(shapes)):
            self.add_error("names", f"图形有 {len(shapes)} 个，名称有 {len(names)} 个，应当一致。")
        elif shapes:
            given["parts"] = [Part(name or own, shape) for (own, shape), name in zip(shapes, names or [""] * len(shapes), strict=True)]
        else:
            given["parts"] = [Part(name) for name in names]
        return given


class MergeForm(forms.Form):
    with_ids = forms.TypedMultipleChoiceField(label="与哪些单元合并", coerce=int, widget=forms.CheckboxSelectMultiple)
    name = forms.CharField(label="合并后的名称", max_length=60)
    code = forms.CharField(label="编码", max_length=20, required=False, help_text="网格和警务区留空则自动编排。")
    on = day_field()

    def __init__(self, *args: Any, siblings: Iterable[tuple[int, str]], **more: Any):
        super().__init__(*args, **more)
        offer(self, "with_ids", siblings)


class LinkForm(forms.Form):
    grid_id = forms.TypedChoiceField(label="网格", coerce=int)
    on = day_field()

    def __init__(self, *args: Any, grids: Iterable[tuple[int, str]], **more: Any):
        super().__init__(*args, **more)
        offer(self, "grid_id", grids)


class ImportForm(forms.Form):
    file = forms.FileField(
        label="界线文件", widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json"}),
        help_text="要素集合（.geojson），属性含类型、名称、编码；网格可写所属社区，也可按位置归入。",
    )  # fmt: skip
    system = forms.ChoiceField(label="坐标系", choices=SYSTEMS)
    org_id = forms.TypedChoiceField(label="管辖单位", coerce=int, help_text="文件中写明派出所的，以文件为准。")
    on = day_field("启用日期", help_text="新单元可填过去的日期；界线变动自今日起生效。")

    def __init__(self, *args: Any, stations: Iterable[tuple[int, str]], **more: Any):
        super().__init__(*args, **more)
        offer(self, "org_id", stations)

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("文件超过 50 兆。")
        return file.read()


def only(shapes: list[tuple[str, BaseGeometry]] | None) -> BaseGeometry | None:
    """The one outline of a file."""
    if shapes is not None and len(shapes) != 1:
        raise forms.ValidationError("文件应只含一个图形。")
    return shapes[0][1] if shapes else None
