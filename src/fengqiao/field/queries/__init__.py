"""Reads of phones and what came from them, actor first."""

from fengqiao.field.queries.devices import (
    Caller,
    Shown,
    caller,
    device_for_update,
    devices,
    on_behalf,
    share,
    station_key,
)

__all__ = ["Caller", "Shown", "caller", "device_for_update", "devices", "on_behalf", "share", "station_key"]
