"""What goes onto phones, by subject. Loading this registers them all; the order is the order they are sent in."""

from fengqiao.field.projections import disputes, matters, tasks

__all__ = ["disputes", "matters", "tasks"]
