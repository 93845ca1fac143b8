"""Counting tries across all web processes: wrong PINs, looks at a slip, requests on the residents' page.

A row holds a hash of whoever tried, a count and an end; it is committed at once and swept nightly.
"""

import hashlib

from django.db import connection

_HIT = """
INSERT INTO core_limit AS l (key, n, until) VALUES (%s, 1, now() + %s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET n = CASE WHEN l.until < now() THEN 1 ELSE l.n + 1 END,
  until = CASE WHEN l.until < now() THEN excluded.until ELSE l.until END
RETURNING n
"""


def _key(topic: str, who: str) -> str:
    return f"{topic}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"


def hit(topic: str, who: str, seconds: int) -> int:
    """Count one try of `who` and return how many there were within `seconds` of the first. Call it outside an act."""
    with connection.cursor() as cursor:
        cursor.execute(_HIT, [_key(topic, who), seconds])
        return int(cursor.fetchone()[0])


def tries(topic: str, who: str) -> int:
    """How many tries are held now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM core_limit WHERE key = %s AND until >= now()", [_key(topic, who)])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def clear(topic: str, who: str) -> None:
    """Forget the tries: it was right."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_limit WHERE key = %s", [_key(topic, who)])


def sweep() -> None:
    """Forget what has ended. Run nightly."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_limit WHERE until < now()")
