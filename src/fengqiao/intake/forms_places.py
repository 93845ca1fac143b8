"""The place in a form: its words, chosen while typing or written freely, and a position with its declared system."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.urls import reverse_lazy

from fengqiao.intake.rules import PlaceIn
from fengqiao.intake.tabular.positions import BadPosition, Bounds, Position, read

SYSTEMS = [("WGS84", "WGS-84（卫星定位）"), ("CGCS2000", "CGCS2000（天地图）"), ("GCJ02", "GCJ-02（高德、腾讯）"), ("BD09", "BD-09（百度）")]
FIELDS = ("place_text", "lat", "lon", "system", "place_of")


def _text(label: str, limit: int, **attrs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, max_length=limit, required=False, widget=widget)


class Placed(forms.Form):
    """Fields of a place. `place_of` is the text a chosen position belongs to: changed text loses the position.

    Cleans to `place` (rules.PlaceIn, None when the form was sent without these fields). `bounds`: the county's box.
    """

    bounds: Bounds | None = None
    collects: ClassVar[dict[str, str]] = {"place_of": "place_text"}
    impersonal: ClassVar[dict[str, str]] = {"lat": "degrees", "lon": "degrees"}

    place_text = _text("地点", 200, **{
        "hx-post": reverse_lazy("intake:places"), "hx-trigger": "input changed delay:250ms", "hx-target": "#spots", "hx-swap": "innerHTML",
        "hx-params": "place_text,place_of", "hx-sync": "this:replace", "aria-controls": "spots", "data-lookup": "spots",
        "placeholder": "村社区、网格或地址，可输拼音首字母",
    })  # fmt: skip
    lat = _text("纬度", 30, inputmode="decimal")
    lon = _text("经度", 30, inputmode="decimal")
    system = forms.ChoiceField(label="坐标系", choices=SYSTEMS, required=False, initial="WGS84")
    place_of = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given["place"] = None
        try:
            found = position(given, self.bounds)
            if self.add_prefix("place_text") in self.data:
                given["place"] = placed(given.get("place_text", ""), found)
        except BadPosition as wrong:
            self.add_error("lat", f"{wrong.reason_zh}，请核对，或留空。")
        return given


def position(given: Mapping[str, Any], bounds: Bounds | None = None) -> Position | None:
    """The position in the fields of a place; None where there is none. BadPosition says what is wrong.

    A position that was chosen for another text is none.
    """
    lat, lon = (str(given.get(name) or "").strip() for name in ("lat", "lon"))
    of, text = (str(given.get(name) or "").strip() for name in ("place_of", "place_text"))
    if not (lat or lon) or of and not text.startswith(of):
        return None
    if not (lat and lon):
        raise BadPosition("经度和纬度须同时填写")
    return read(lat, lon, given.get("system") or "WGS84", bounds)


def placed(text: str, found: Position | None) -> PlaceIn:
    """Words and position as one place."""
    if found is None:
        return PlaceIn(text.strip())
    return PlaceIn(text.strip(), found.lat, found.lon, (found.given_lon, found.given_lat, found.system), found.outside)
