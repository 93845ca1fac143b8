"""What is done to the force."""

from fengqiao.force.acts.organising import apply_template, set_formula
from fengqiao.force.acts.placing import end_placement, end_service, enlist, import_placements, move, place
from fengqiao.force.acts.rostering import cancel_duty, put_on_duty

__all__ = [
    "apply_template",
    "cancel_duty",
    "end_placement",
    "end_service",
    "enlist",
    "import_placements",
    "move",
    "place",
    "put_on_duty",
    "set_formula",
]
