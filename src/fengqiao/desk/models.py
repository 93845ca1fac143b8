"""Tables of the office's door: those of shifts."""

from fengqiao.desk.shifts.models import Handover, Passing, Shift

__all__ = ["Handover", "Passing", "Shift"]
