"""What is done to areas and venues."""

from fengqiao.places.acts.borders import (
    draw_area,
    link_areas,
    merge_areas,
    move_border,
    split_area,
    unlink_areas,
)
from fengqiao.places.acts.importing import import_areas
from fengqiao.places.acts.venues import cancel_reservation, open_venue, reserve

__all__ = [
    "cancel_reservation",
    "draw_area",
    "import_areas",
    "link_areas",
    "merge_areas",
    "move_border",
    "open_venue",
    "reserve",
    "split_area",
    "unlink_areas",
]
