"""What goes onto phones, by subject. Loading this registers them all; the order is the order they are sent in."""

from fengqiao.field.projections import disputes, findings, matters, tasks

__all__ = ["disputes", "findings", "matters", "tasks"]
