"""Who gets what at which address: one line for each address, method and, where it matters, kind of step.

The lines stand in the *.txt beside this file, one for each app; what is sent to reach an act in `bodies`.

The records belong to 城关派出所; its matter (told at the window, a dispute on it, handed over) is shared with 城关司法所.
Columns are people of the cast (core/cast.py), each a role and a relation to these records:

    w wang    officer, own           l lin     auxiliary, own        z zhao   leader, own        d deng  command desk, own
    s sun     window, own            g gao     grid worker, own unit y yi     volunteer, own     c wu    county centre above
    m he      mediator, shared to    p shi     partner, shared to    o chen   officer elsewhere  x xin   partner elsewhere
    r quan    rights desk above      a guan    administrator         . nobody signed on

What stands in a column:

    +  let in (shown, done)          ~  let in, but not now (409: the state or the law forbids it, and says so)
    ?  let in, more to fill in (422) -  refused: the post does not carry the right (403)
    0  not there: 404, exactly like an id that nobody has             >  sign on first
    !  no partner's key (401)        §  not to be had here
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.permissions.table.bodies import BODIES

__all__ = ["BODIES", "COLUMNS", "IDS", "Line", "lines"]
HERE = Path(__file__).parent

COLUMNS = ("wang", "lin", "zhao", "deng", "sun", "gao", "yi", "wu", "he", "shi", "chen", "xin", "quan", "guan", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `given`: values of parameters that say which step."""

    method: str
    route: str
    given: dict[str, str]
    cells: str


def lines() -> list[Line]:
    """The table, read."""
    found = []
    for text in [line for file in sorted(HERE.glob("*.txt")) for line in file.read_text(encoding="utf-8").splitlines()]:
        if not text.strip() or text.startswith("#"):
            continue
        *address, cells = text.split()
        method, rest = address[0], address[1:]
        given = dict(one.split("=") for one in rest if re.fullmatch(r"\w+=\S+", one))
        route = next((one for one in rest if "=" not in one), "")
        found.append(Line(method, route, given, cells))
    return found


# Parameters that are ids of records: a stranger's is answered like one that nobody has.
IDS = {
    "about", "matter_id", "report_id", "subject_id", "dispute_id", "suggestion_id", "join_id", "promise_id", "task_id", "area_id",
    "grid_id", "placement_id", "paper_id", "duty_id", "station_id", "request_id", "run_id", "assessment_id", "view_id", "form_id", "filing_id",
    "org_id", "post_id",
    "shift_id", "passing_id", "approval_id",
    "session_id", "hearing_id", "party_id", "recusal_id", "slot_id", "row_id",
    "obligation_id", "call_id", "message_id", "held_id", "device_id", "op", "meeting_id", "finding_id",
}  # fmt: skip
