"""The feed's cursor: up to which sealed position, which answer, which operations of the device."""

from typing import NamedTuple


class Cursor(NamedTuple):
    """`position` everything sealed up to it was sent; `batch` the last answer received; `through` see the protocol §4."""

    position: int
    batch: int
    through: int


START = Cursor(0, 0, 0)


def write(cursor: Cursor) -> str:
    """The cursor as the opaque word a client sends back."""
    return f"{cursor.position}.{cursor.batch}.{cursor.through}"


def read(word: str) -> Cursor:
    """What a word says; the start for an empty one or one that says nothing."""
    parts = word.split(".")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) <= 18 for p in parts):
        return START
    return Cursor(*map(int, parts))
