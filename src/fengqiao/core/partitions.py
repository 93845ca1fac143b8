"""Monthly partitions of the event ledger and the access log, made ahead by a job."""

from datetime import date

PARTITIONED = {"core_event": "recorded_at", "core_access": "at"}


def months(first: date, count: int) -> list[tuple[date, date]]:
    """`count` month intervals [start, end) from the month of `first`."""
    out = []
    year, month = first.year, first.month
    for _ in range(count):
        following = (year + month // 12, month % 12 + 1)
        out.append((date(year, month, 1), date(*following, 1)))
        year, month = following
    return out


def statements(first: date, count: int) -> list[str]:
    """SQL that makes the partitions of these months if they are not there. Times are cut at UTC midnight."""
    return [
        f"CREATE TABLE IF NOT EXISTS {table}_{start:%Y%m} PARTITION OF {table}"
        f" FOR VALUES FROM ('{start}T00:00:00Z') TO ('{end}T00:00:00Z')"
        for table in PARTITIONED
        for start, end in months(first, count)
    ]
