"""Station modes, staff kinds and tiers, the units of a station, the team formula: pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fengqiao.core.rules.vocabularies import vocabulary

MODES = {"standard": "标准型", "paired": "紧密型", "loose": "宽松型"}
ROLES = {"1": "社区民警", "X": "社区辅警", "N": "网格力量"}
TASKS = {"lead": "带班", "main": "值班", "standby": "备勤"}
DEFAULT_TEMPLATE = "2T1R"
DEFAULT_FORMULA = "1+X+N"
FORMULA_KEY = "force.formula"  # setting of a bureau, inherited by its stations

# Units whose people hold no grid; in a station without such units everybody does (社区警务工作规范 第五条).
NO_GRID = ("case_team", "command_room", "patrol_team")


# --- which desk ------------------------------------------------------------------------------------------------------


def desk_of(mode: str, *, station: int, own: int | None, centre: int | None) -> int:
    """The organisation whose desk takes the matters of a station that names none (NP-17).

    标准型: its own 综合指挥室 (`own`); 宽松型: the nearest county centre above it. A 紧密型 station names the shared desk.
    A station that lacks the desk its mode needs answers itself, so that no matter is without one.
    """
    return {"standard": own, "loose": centre}.get(mode) or station


# --- templates -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit a template asks for."""

    name: str
    kind: str  # vocabulary unit_kinds

    @property
    def org_kind(self) -> str:
        """The kind of organisation it is set up as."""
        return "desk" if self.kind == "command_room" else "team"

    def filled_by(self, kind: str, name: str) -> bool:
        """Is an organisation of this kind and name that unit? Teams are told apart by the end of their name."""
        return kind == self.org_kind and (kind == "desk" or name.endswith(self.name))


def templates() -> dict[str, str]:
    """Organisation templates by code (vocabulary org_templates): 两队一室, 三队一室."""
    return {code: line.name for code, line in vocabulary("org_templates").items() if not line.parent}


def units(template: str) -> list[Unit]:
    """The units a template is made of. KeyError for an unknown one."""
    if template not in templates():
        raise KeyError(template)
    lines = vocabulary("org_templates").values()
    return [Unit(line.name, line.more["unit_kind"]) for line in lines if line.parent == template]


def unit_kind(kind: str, name: str) -> str:
    """Which kind of unit an organisation is in any template; "" when it is none."""
    every = (unit for template in templates() for unit in units(template))
    return next((unit.kind for unit in every if unit.filled_by(kind, name)), "")


# --- placement -------------------------------------------------------------------------------------------------------


def tier_of(staff_kind: str) -> int | None:
    """The grid tier of a staff kind: 民警 1, 辅警 2, 警务助理 3 (ND-11); None for those outside the tiers."""
    by_staff = {line.more["staff_kind"]: int(code) for code, line in vocabulary("grid_tiers").items()}
    return by_staff.get(staff_kind)


def tiered() -> list[str]:
    """The staff kinds that have a tier."""
    return [line.more["staff_kind"] for line in vocabulary("grid_tiers").values()]


def role_of(staff_kind: str) -> str:
    """The part a staff kind plays in 1+X+N: 社区民警 the 1, 辅警 the X, everybody else the N (WZ-10)."""
    return {"officer": "1", "auxiliary": "X"}.get(staff_kind, "N")


def check_placement(staff_kind: str, tier: int | None, role: str) -> dict[str, str]:
    """What is wrong with placing somebody of this kind in this tier and role, by field; empty when nothing is."""
    wrong = {}
    right = tier_of(staff_kind)
    if tier != right:
        word = vocabulary("staff_kinds")[staff_kind].name
        where = vocabulary("grid_tiers")[str(right)].name if right else "网格力量，不分级"
        wrong["tier"] = f"{word}应编入{where}。"
    if role not in ROLES:
        wrong["role"] = "编组角色应为 1、X 或 N。"
    elif (role == "1") != (staff_kind == "officer"):
        wrong["role"] = "编组中的“1”只能由民警担任，民警也只担任“1”。"
    return wrong


# --- the team formula ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Formula:
    """A community's team as a bureau words it ("1+X+N", "1+N", "1+2+N"): the least count for each role."""

    text: str
    least: Mapping[str, int]

    def lacking(self, counts: Mapping[str, int]) -> dict[str, int]:
        """How many are missing per role; empty when the team is complete."""
        return {role: least - counts.get(role, 0) for role, least in self.least.items() if counts.get(role, 0) < least}


def formula(text: str) -> Formula:
    """Read a formula: two or three terms joined by +, each a number (at least so many) or a letter (any number).

    Two terms are 民警 and 网格力量, three are 民警, 辅警 and 网格力量. The first must be a number of at least 1.
    ValueError, its text in Chinese.
    """
    terms = [term.strip() for term in text.replace("＋", "+").upper().split("+")]
    if len(terms) not in (2, 3) or not all(re.fullmatch(r"[1-9]?\d|[A-Z]", term, re.ASCII) for term in terms):
        raise ValueError("公式应为两项或三项相加，每项为数字或字母，如 1+X+N、1+2+N。")
    if not terms[0].isdecimal() or int(terms[0]) < 1:
        raise ValueError("公式第一项为社区民警人数，至少为 1。")
    roles = ("1", "N") if len(terms) == 2 else ("1", "X", "N")
    return Formula("+".join(terms), {role: int(term) if term.isdecimal() else 0 for role, term in zip(roles, terms, strict=True)})
