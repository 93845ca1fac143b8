"""Places while they are typed: areas, venues, and the addresses the station's own reports came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fengqiao.core import settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.engine import lookup
from fengqiao.intake.models import Matter
from fengqiao.intake.tabular import Bounds
from fengqiao.places import queries as places

KNOWN = 2000  # newest matters whose addresses are offered: read in the order of an index, never searched through
SHOWN = 8
AREAS = 3  # of these at most so many areas, so that addresses have room
KINDS = {"grid": "网格", "community": "社区", "village": "村", "venue": "场所", "address": "已知地址"}


@dataclass(frozen=True, slots=True)
class Spot:
    """One place to choose. `lat`, `lon`: WGS-84 degrees, None where none is known. `times`, `last_at`: of an address."""

    text: str
    kind: str
    lat: float | None = None
    lon: float | None = None
    times: int = 0
    last_at: datetime | None = None

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind]


def spots(actor: Actor, typed: str) -> list[Spot]:
    """Places that what is typed may mean, best first; nothing is stored. Addresses are for police only.

    By characters (simplified or traditional) or first letters of pinyin; see engine.lookup.
    """
    patterns = lookup.finder(typed)
    if not patterns:
        return []
    orgs = _orgs(actor)
    areas = [Spot(name, kind) for name, kind in places.called(actor, orgs)]
    first = _best(areas, patterns)[:AREAS]
    others = _best([Spot(name, "venue") for name in places.venues(orgs)], patterns)[:1]
    known = _best(_addresses(orgs), patterns) if actor.is_police else []
    room = SHOWN - len(first) - len(others)
    return [*first, *known[:room], *others]


def county(actor: Actor) -> Bounds | None:
    """The county's box (south, west, north, east), a setting of the bureau; without it nothing is outside."""
    box = settings_tree.value(actor.station_id, "county.bounds")
    return Bounds(*box) if box else None


def _orgs(actor: Actor) -> tuple[int, ...]:
    """A station's post looks among its own places; a county centre takes reports for all its stations."""
    return actor.orgs if actor.has(Role.CENTRE) else (actor.station_id,)


def _best(spots: Iterable[Spot], patterns: lookup.Finder) -> list[Spot]:
    """Those found; where the name begins with it first, then in the order given (newest, nearest to the top)."""
    found = [(at, spot) for spot in spots if (at := lookup.at(patterns, spot.text)) is not None]
    return [spot for at, spot in sorted(found, key=lambda one: one[0] > 0)]


def _addresses(orgs: tuple[int, ...]) -> Iterable[Spot]:
    """Addresses of the newest matters, each once, the one with a position kept; newest first."""
    rows: list[tuple[str, float | None, float | None, datetime]] = []
    for org in orgs:
        newest = Matter.objects.filter(org_id=org).order_by("-last_at", "-id")
        rows += newest.values_list("place_text", "lat", "lon", "last_at")[: KNOWN // len(orgs)]
    kept: dict[str, Spot] = {}
    for text, lat, lon, at in rows:
        key = "".join(text.split())
        if key in kept:
            one = kept[key]
            located = one if one.lat is not None else Spot(text, "address", lat, lon)
            kept[key] = Spot(one.text, "address", located.lat, located.lon, one.times + 1, one.last_at)
        elif key:
            kept[key] = Spot(text.strip(), "address", lat, lon, 1, at)
    return kept.values()
