"""What each act of the protocol does, by subject. Loading this registers them all."""

from fengqiao.field.ops import capture, files, matters

__all__ = ["capture", "files", "matters"]
