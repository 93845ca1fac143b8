"""What the pages of areas show beside them and another room knows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fengqiao.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands in an area, and for a community how its team meets the formula (`short`: it does not)."""

    names: tuple[str, ...] = ()
    team: str = ""
    short: bool = False


Staffing = Callable[[Actor, date | None], dict[int, Standing]]

_staffing: list[Staffing] = []


def serve_staffing(function: Staffing) -> None:
    """The force offers to say who stands in which area."""
    if function not in _staffing:
        _staffing.append(function)


def staffing(actor: Actor, on: date | None = None) -> dict[int, Standing]:
    """Area → its standing on a day, as far as the actor may see it; areas nobody knows of are left out."""
    return {area: standing for function in _staffing for area, standing in function(actor, on).items()}
