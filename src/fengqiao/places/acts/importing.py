"""导入辖区: a bureau's areas from GeoJSON, in one act, safe to run again."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

import shapely

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Problem
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Organisation
from fengqiao.core.spine import act, record
from fengqiao.places import geojson, policies, queries, rules
from fengqiao.places.acts.borders import create, exclusive, redraw
from fengqiao.places.geojson import Feature
from fengqiao.places.managing import managing
from fengqiao.places.models import Area
from fengqiao.places.outlines import Outline
from fengqiao.places.validity import holds

ORDER = {"community": 0, "village": 0, "police": 1, "grid": 2}  # a grid's community comes before it


@dataclass(slots=True)
class Imported:
    """What became of a file: areas by what happened to them; refused features with their place in the file and why."""

    made: list[Area] = field(default_factory=list)
    moved: list[Area] = field(default_factory=list)
    same: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@act("导入辖区")
@managing
def import_areas(
    actor: Actor, *, content: bytes | str, system: str, org_id: int | None = None, on: date | None = None
) -> Imported:
    """Draw the areas of a GeoJSON file; an area known by its code (or name) with another border has its border moved.

    system  declared coordinate system of the file: wgs84, cgcs2000 or gcj02. Nothing is guessed.
    org_id  who polices areas that name no station; default the actor's station.
    on      first day, also a past one for new areas; moved borders hold from today at the earliest.
    Good features are taken, the others listed with the reason. Errors: Invalid when the file cannot be read.
    """
    policies.may_draw(actor)
    try:
        features, refused = geojson.read(content, system)
    except ValueError as error:
        raise Invalid({"file": str(error)}) from error
    run = _Run(actor, system, on or clock.today(), org_id or actor.station_id)
    run.result.refused += refused
    for feature in run.clear_of_others(_in_order(features)):
        try:
            run.take(feature)
        except Problem as error:
            run.result.refused.append((feature.at, error.message))
    result = run.result
    result.refused.sort()
    body = content.encode() if isinstance(content, str) else content
    about = uuid7()
    record(
        actor,
        about=about,
        subjects=[
            *(("area", area.ref, "new") for area in result.made),
            *(("area", area.ref, "moved") for area in result.moved),
        ],
        facts={
            "made": len(result.made), "moved": len(result.moved), "same": result.same, "refused": len(result.refused),
            "system": system, "on": run.on, "sha256": hashlib.sha256(body).hexdigest(),
        },
    )  # fmt: skip
    return result


def _in_order(features: list[Feature]) -> list[Feature]:
    """Communities first, grids last and in the order their codes are given in."""
    ordered = [features[i] for i in rules.reading_order([feature.shape for feature in features])]
    return sorted(ordered, key=lambda feature: ORDER[feature.kind])


class _Run:
    """One file being taken in: what stood before, what has been made so far."""

    def __init__(self, actor: Actor, system: str, on: date, org_id: int):
        self.actor, self.system, self.on, self.org_id = actor, system, on, org_id
        self.moving_day = max(on, clock.today())
        self.result = Imported()
        mine = Organisation.objects.filter(id__in=actor.orgs)
        self.stations = {name: id for id, *names in mine.values_list("id", "name", "short") for name in names if name}
        held = policies.visible_to(actor).filter(holds(self.moving_day)).select_related("parent")
        self.known = {area.code: area for area in held}
        standing = queries.outline_index(actor).of(self.moving_day)
        self.standing: dict[int, Outline] = {one.id: one for one in standing}
        self.communities = [(one.id, one.shape) for one in standing if one.kind in rules.COMMUNITIES]

    def clear_of_others(self, features: list[Feature]) -> list[Feature]:
        """Those features that lie over no standing area of their kind and over no earlier feature."""
        for kind in ("police", "grid"):
            new = [f for f in features if f.kind == kind and exclusive(f.kind, f.grid_kind)]
            new.sort(key=lambda f: f.at)
            redrawn = {area.id for f in new if (area := self._held(f, None))}
            others = [
                (one.code, one.shape)
                for one in self.standing.values()
                if one.kind == kind and exclusive(one.kind, one.grid_kind) and one.id not in redrawn
            ]
            clash = rules.overlaps([(f.code or f.name, f.shape) for f in new], others)
            for position, labels in clash.items():
                self.result.refused.append((new[position].at, f"与其他单元重叠：{'、'.join(labels[:5])}。"))
            out = {new[position].at for position in clash}
            features = [f for f in features if f.at not in out]
        return features

    def take(self, feature: Feature) -> None:
        """Make the feature's area, move its border, or see that nothing has changed."""
        org_id = self.stations.get(feature.org) if feature.org else self.org_id
        if org_id is None:
            raise Invalid({"org": f"没有名为“{feature.org}”的单位，或者它不在当前岗位范围内。"})
        parent = self._community(feature) if feature.kind == "grid" else None
        area = self._held(feature, parent)
        if area is None:
            made = create(
                self.actor, feature.kind, feature.name, feature.code, feature.grid_kind, org_id, parent,
                feature.shape, self.system, self.on,
            )  # fmt: skip
            self.known[made.code] = made
            self.result.made.append(made)
            if made.kind in rules.COMMUNITIES:
                self.communities.append((made.id, feature.shape))
        elif (old := self.standing.get(area.id)) and _same(old.shape, feature.shape):
            self.result.same += 1
        else:
            redraw(area, feature.shape, self.system, self.moving_day)
            self.result.moved.append(area)

    def _held(self, feature: Feature, parent: Area | None) -> Area | None:
        """The area the feature tells of, if it is held: by its code, else by kind and name (grids: in their community)."""
        if feature.code:
            return self.known.get(feature.code)
        return next(
            (
                area
                for area in self.known.values()
                if (area.kind, area.name) == (feature.kind, feature.name) and (parent is None or area.parent_id == parent.id)
            ),
            None,
        )

    def _community(self, feature: Feature) -> Area | None:
        """A grid's community: named by code or name, else by the grid's own code, else by where the grid lies."""
        communities = {area.id: area for area in self.known.values() if area.kind in rules.COMMUNITIES}
        if feature.parent:
            return next((a for a in communities.values() if feature.parent in (a.code, a.name)), None)
        if feature.code:
            return self.known.get(feature.code[:-3])
        inside = feature.shape.representative_point()
        return next((communities.get(id) for id, shape in self.communities if shape.covers(inside)), None)


def _same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    return bool(shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), tolerance=1e-7))
