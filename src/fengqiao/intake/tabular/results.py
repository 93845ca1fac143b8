"""What an import gives for each line: a candidate to store, or a refusal that names line, column and reason."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from fengqiao.core.rules import masking
from fengqiao.core.rules.tables import MARK, csv_lines


@dataclass(frozen=True, slots=True)
class Note:
    """A warning about a line that is kept. `code`: outside, swapped, no_position, future, no_time, time_refused,
    id_refused, phone_refused, name_refused, unreadable_chars, ditto."""

    code: str
    column: str
    message_zh: str


@dataclass(frozen=True, slots=True)
class PartyCandidate:
    """One party named in a line; any of the three may be missing."""

    name: str | None = None
    phone: str | None = None
    id_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One clean line. Times are aware; `lat`, `lon` are WGS-84 degrees, `given_lat`, `given_lon`
    the degrees as written in `coord_system`.

    `row_key` names the line for ever (the outer number, or its content and how often that came before in the file);
    the same key with another `body_hash` is an update of what was stored.
    """

    sheet: str
    line: int
    row_key: str
    body_hash: str
    outer_id: str | None = None
    channel: str | None = None
    received_at: datetime | None = None
    received_precision: str | None = None
    occurred_at: datetime | None = None
    occurred_precision: str | None = None
    title: str | None = None
    text: str | None = None
    place_text: str | None = None
    lat: float | None = None
    lon: float | None = None
    given_lat: float | None = None
    given_lon: float | None = None
    coord_system: str | None = None
    kind: str | None = None
    reporter_name: str | None = None
    reporter_phone: str | None = None
    parties: tuple[PartyCandidate, ...] = ()
    unit: str | None = None
    area: str | None = None
    language: str | None = None
    state: str | None = None
    outcome: str | None = None
    closed_at: datetime | None = None
    owner_name: str | None = None
    history: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def outside(self) -> bool:
        """Whether the position lies outside the county."""
        return any(note.code == "outside" for note in self.notes)


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not taken. `value` is shortened and masked; `reason_zh` says why and what to do."""

    sheet: str
    line: int
    column: str
    value: str
    reason_zh: str


@dataclass
class Result:
    """Counts of one import. `lines` = candidates + refused; the other counters are lines that hold no report."""

    candidates: int = 0
    refused: list[Refused] = field(default_factory=list)
    empty: int = 0
    headings: int = 0
    totals: int = 0
    sections: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return self.candidates + len(self.refused)

    def add(self, item: Candidate | Refused) -> Candidate | Refused:
        """Count `item` and hand it on."""
        if isinstance(item, Refused):
            self.refused.append(item)
        else:
            self.candidates += 1
            for note in item.notes:
                self.notes[note.code] += 1
        return item

    def refused_csv(self) -> Iterator[bytes]:
        """The refused lines as CSV for Excel (UTF-8 with BOM), a chunk per line."""
        yield MARK + csv_lines([("工作表", "行号", "列", "内容", "原因")])
        for r in self.refused:
            yield csv_lines([(r.sheet, r.line, r.column, r.value, r.reason_zh)])


def shown(field_name: str, value: object) -> str:
    """A value fit for a list of refusals: personal data masked, at most 40 characters."""
    text = " ".join(str("" if value is None else value).split())
    if field_name.endswith("_phone"):
        return masking.mask_phone(text[:40])
    if field_name == "party_id":
        return masking.mask_id(text[:40])
    if field_name.endswith("_name"):
        return masking.mask_name(text[:40])
    short = text if len(text) <= 40 else text[:40] + "…"
    return masking.public_text(short, ())
