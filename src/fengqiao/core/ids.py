"""Record identifiers: UUIDv7 (RFC 9562), so that primary keys rise with time and index pages stay warm."""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A new UUIDv7. Within one process the values rise strictly, even inside one millisecond."""
    global _last
    with _lock:
        # 48 bits of milliseconds and 12 bits of sub-millisecond counter (RFC 9562, method 3)
        ticks = time.time_ns() * 4096 // 1_000_000
        _last = ticks = max(ticks, _last + 1)
    ms, sub = divmod(ticks, 4096)
    rand = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF
    return uuid.UUID(int=(ms << 80) | (0x7 << 76) | (sub << 64) | (0b10 << 62) | rand)
