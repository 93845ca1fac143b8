"""Reads of phones and what came from them, actor first."""

from fengqiao.field.queries.devices import (
    Caller,
    Shown,
    caller,
    caller_of,
    device_for_update,
    devices,
    on_behalf,
    ranges,
    share_again,
    station_key,
    station_of,
    with_numbers_before,
)
from fengqiao.field.queries.held import HeldPage, Waiting, held_for_update, next_open, opened, totals, waiting

__all__ = [
    "Caller", "HeldPage", "Shown", "Waiting", "caller", "caller_of", "device_for_update", "devices", "held_for_update", "next_open", "on_behalf",
    "opened", "ranges", "share_again", "station_key", "station_of", "totals", "waiting", "with_numbers_before",
]  # fmt: skip
