"""What each act of the protocol does, by subject. Loading this registers them all."""

from fengqiao.field.ops import capture, disputes, files, matters, tasks

__all__ = ["capture", "disputes", "files", "matters", "tasks"]
