"""The chain's head leaves the database every day: one line a day in ``heads.txt``, beside the backups and in them.

A ledger rewritten as a whole, or cut off at its end, verifies in itself; only a head kept elsewhere finds it. The same
line is shown on the ledger's page to be printed and signed.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from fengqiao.home import place


def file() -> Path:
    """Where the heads are kept: ``backups/heads.txt``, on another disk when FENGQIAO_BACKUPS says so."""
    return place("backups") / "heads.txt"


def keep(day: date, head: str) -> str:
    """Write down a day's head "position:hash" (``2026-11-21 812:9c0f…``), fsynced; returns the line."""
    line = f"{day.isoformat()} {head}"
    with file().open("a", encoding="utf-8") as out:
        out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())
    return line


def last() -> str | None:
    """The newest head written down, "position:hash"; None before the first."""
    if not file().is_file():
        return None
    lines = file().read_text(encoding="utf-8").split("\n")
    return next((line.split(" ")[1] for line in reversed(lines) if " " in line), None)
