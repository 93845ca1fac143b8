"""When something done on a phone happened, when its clock is believed by nobody."""

from datetime import datetime, timedelta

SLACK = timedelta(seconds=5)  # of a measured offset: half a round trip on a bad line


def occurred(
    claimed: datetime | None, offset_ms: int | None, *, arrived: datetime, not_before: datetime
) -> tuple[datetime, str]:
    """The instant an operation is entered under, and its precision (vocabulary occurrence_precision).

    claimed    the device's clock at writing (aware), or None when it could not be read
    offset_ms  server − device as last measured, None when never
    arrived    the server's clock; nothing happened after it
    not_before the last contact at which the operation was not yet written

    The corrected claim stands when it lies between the two; otherwise the moment of arrival, precision `unknown`.
    """
    if claimed is None:
        return arrived, "unknown"
    try:
        at = claimed + timedelta(milliseconds=offset_ms or 0)
    except OverflowError:
        return arrived, "unknown"
    if not_before - SLACK <= at <= arrived + SLACK:
        return min(at, arrived), "exact"
    return arrived, "unknown"
