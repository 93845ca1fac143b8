"""What a handover says before anybody typed: drawn from the events and records of the shift, section by section.

A draft is made anew at every look. Signed, it is split: ids, codes and times go into the handover's frozen row (`body`),
the words (titles with masked names, states, names of colleagues) into the content of the event of the signature (`words`).
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fengqiao.core import clock, deadlines, settings_tree
from fengqiao.core.actor import Actor
from fengqiao.core.queries.timeline import Line as TimeLine
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.desk.shifts import queries, rules
from fengqiao.disputes import queries as disputes
from fengqiao.disputes.queries import feedback, morning
from fengqiao.intake import queries as intake
from fengqiao.intake.queries.lists import kind_name
from fengqiao.promises import queries as promises
from fengqiao.tasks import queries as tasks

SHOWN = 20  # lines of a section; a handover is read aloud
AHEAD = timedelta(hours=24)  # what falls due so long after the shift is the next one's business
LIVE = frozenset({"waiting", "open"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a handover. `event`: of a line written by hand; `url` where the record stands."""

    text: str
    number: str = ""
    note: str = ""
    due_at: datetime | None = None
    url: str = ""
    who: str = ""
    subject: tuple[str, str] | None = None
    event: uuid.UUID | None = None

    @property
    def words(self) -> list[str]:
        """The line below: number, where it stands, who; what is empty or said already is left out."""
        return [word for word in (self.number, self.note, self.who) if word and word != self.text]

    @property
    def late(self) -> bool:
        return self.due_at is not None and self.due_at < clock.now()


LISTS = {"open": "/matters/", "feedback": "/disputes/feedback/", "revisits": "/disputes/calls/", "unsigned": "/promises/box/waiting/"}


@dataclass(slots=True)
class Section:
    """One heading with its lines; `more` were left out, to be looked up in the lists."""

    code: str
    lines: list[Line] = field(default_factory=list)
    more: int = 0

    @property
    def word(self) -> str:
        return rules.SECTIONS[self.code]

    @property
    def url(self) -> str:
        """The list that holds what was left out; empty when there is none."""
        return LISTS.get(self.code, "")

    @property
    def by_hand(self) -> bool:
        return self.code in rules.HAND


@dataclass(slots=True)
class Draft:
    """A handover as it reads: what came in, its sections, what was counted, who was on duty."""

    kinds: list[tuple[str, int]]  # word of the kind, reports
    channels: list[tuple[str, int]]
    sections: list[Section]
    kit: list[tuple[str, int | None, str]]  # what, how many, remark
    crew: list[tuple[str, str]]  # part, name
    codes: dict[str, Any] = field(default_factory=dict)  # the figures by code, for the frozen row

    @property
    def reports(self) -> int:
        return sum(n for _, n in self.kinds)


def drafted(actor: Actor, shift: queries.Shown, written: Iterable[TimeLine]) -> Draft:
    """The handover of a running shift as it would read now. `written`: the shift's own history (`queries.history`)."""
    seen = queries.narrowed(actor, shift.org_id)
    upto = shift.until + timedelta(microseconds=1)
    kinds = intake.counts_by_kind(seen, shift.begin, upto)
    channels = intake.counts_by_source(seen, shift.begin, upto)
    lines = list(written)
    by_hand = added(lines)
    made = {
        "open": _open(seen, shift.begin, upto),
        "unsigned": _unsigned(seen),
        "instructions": [_task(one) for one in tasks.ordered(seen, shift.begin, upto) if one.ended_at is None],
        "orders": [_task(one) for one in tasks.from_above(seen)],
    }
    clocks, before = _clocks(seen, shift.begin, shift.end + AHEAD)
    made |= clocks
    made["feedback"], before["feedback"] = _feedback(seen, shift.begin)
    sections = []
    for code in rules.SECTIONS:
        found = made.get(code, [])
        more = max(0, len(found) - SHOWN) + before.get(code, 0)
        sections.append(Section(code, found[:SHOWN] + by_hand.get(code, []), more))
    words = vocabulary("channels")
    return Draft(
        kinds=[(kind_name(code) if code else "待分流", n) for code, n in kinds.items()],
        channels=[(words[code].name if code in words else code, n) for code, n in sorted(channels.items(), key=lambda x: -x[1])],
        sections=sections,
        kit=_kit(shift, lines),
        crew=[(one.word, one.name) for one in queries.crew(actor, shift)],
        codes={"kinds": kinds, "channels": channels},
    )


def signed(shift: queries.Shown, written: Iterable[TimeLine]) -> Draft | None:
    """The handover as it was signed: the frozen row, with the words of its event as far as they are not erased."""
    body = shift.body
    if body is None:
        return None
    words: dict[str, Any] = {}
    for line in written:
        if line.act == "desk.give_over" and ["handover", str(shift.handover_id)] in [one[:2] for one in line.subjects]:
            words = line.content
    told, codes = words.get("lines", {}), body["codes"]
    sections = []
    for code in rules.SECTIONS:
        found = body["sections"].get(code, {"lines": [], "more": 0})
        lines = []
        for one in found["lines"]:
            said = told.get(one["key"], {})
            lines.append(
                Line(
                    text=said.get("text", "（已依法删除）" if not words else ""), number=one["number"], note=said.get("note", ""),
                    due_at=datetime.fromisoformat(one["due"]) if one["due"] else None, who=said.get("who", ""),
                    subject=tuple(one["subject"]) if one["subject"] else None, url=_url(one["subject"]),
                )
            )  # fmt: skip
        sections.append(Section(code, lines, found["more"]))
    names = vocabulary("channels")
    return Draft(
        kinds=[(kind_name(code) if code else "待分流", n) for code, n in codes["kinds"].items()],
        channels=[(names[code].name if code in names else code, n) for code, n in sorted(codes["channels"].items(), key=lambda x: -x[1])],
        sections=sections, kit=[tuple(one) for one in words.get("kit", [])], crew=[tuple(one) for one in words.get("crew", [])],
        codes=codes,
    )  # fmt: skip


def split(draft: Draft) -> tuple[dict[str, Any], dict[str, Any]]:
    """A draft as the frozen row's body (ids, codes, numbers, times) and the words for the event's content."""
    body: dict[str, Any] = {"codes": draft.codes, "sections": {}}
    lines: dict[str, dict[str, str]] = {}
    for section in draft.sections:
        rows = []
        for n, line in enumerate(section.lines):
            key = f"{section.code}-{n}"
            rows.append(
                {
                    "key": key, "number": line.number, "due": line.due_at.isoformat() if line.due_at else "",
                    "subject": list(line.subject) if line.subject else None, "event": str(line.event) if line.event else None,
                }
            )  # fmt: skip
            lines[key] = {"text": line.text, "note": line.note, "who": line.who}
        body["sections"][section.code] = {"lines": rows, "more": section.more}
    return body, {"lines": lines, "kit": draft.kit, "crew": draft.crew}


def added(written: Iterable[TimeLine]) -> dict[str, list[Line]]:
    """What people added to the sections, in the order they wrote it; what was struck out again is left out."""
    found: dict[uuid.UUID, tuple[str, Line]] = {}
    for one in written:
        if one.act == "desk.add_line":
            text = str(one.content.get("text", "（已依法删除）"))
            line = Line(text=text, number=str(one.facts.get("number", "")), who=one.who, event=one.id)
            found[one.id] = (str(one.facts["section"]), line)
        elif one.act == "desk.strike_line":
            found.pop(uuid.UUID(str(one.facts["line"])), None)
    sections: dict[str, list[Line]] = {}
    for code, line in found.values():
        sections.setdefault(code, []).append(line)
    return sections


def _kit(shift: queries.Shown, written: Iterable[TimeLine]) -> list[tuple[str, int | None, str]]:
    """What is to be counted, with the last count of this shift."""
    counted: dict[str, Any] = {}
    remarks: dict[str, Any] = {}
    for one in written:
        if one.act == "desk.count_kit":
            counted, remarks = dict(one.facts["counts"]), one.content
    items = rules.kit(settings_tree.value(shift.org_id, rules.KIT_KEY, clock.local(shift.begin).date()))
    return [(item, counted.get(item), str(remarks.get(item, ""))) for item in dict.fromkeys((*items, *counted))]


def _open(actor: Actor, since: datetime, until: datetime) -> list[Line]:
    """What came in and is not finished, then what still waits at the desk from before."""
    found = intake.handled(actor, since, until, LIVE)
    lines = [
        Line(
            text=one.title or one.number, number=one.number, note=" · ".join(filter(None, [_again(one), one.kind_word, one.word, one.place])),
            url=f"/matters/{one.id}/", who=one.owner, subject=("matter", str(one.id)),
        )
        for one in found
    ]  # fmt: skip
    known = {one.id for one in found}
    waiting = intake.found(actor, intake.Filter(state="waiting"), size=SHOWN).rows
    return lines + [
        Line(
            text=row.title or row.number, number=row.number, note=f"{row.state} · {row.place}".strip(" ·"), url=f"/matters/{row.id}/",
            subject=("matter", str(row.id)),
        )
        for row in reversed(waiting)
        if row.id not in known
    ]  # fmt: skip


def _again(one: intake.Handled) -> str:
    return f"发生 {one.occurrences} 次" if one.occurrences > 1 else ""


def _feedback(actor: Actor, since: datetime) -> tuple[list[Line], int]:
    """Hand-overs taken in that still want a result from this station; disputes of these hours not pasted into the other
    systems yet, and how many older ones are not.
    """
    waiting = feedback.waiting(actor)
    lines = [
        Line(
            text=f"{one.system_name}待回填", number=one.number, url=f"/disputes/{one.dispute_id}/", who=one.owner,
            subject=("dispute", str(one.dispute_id)),
        )
        for one in waiting
        if one.since >= since
    ]  # fmt: skip
    answers = [_promise(one) for one in promises.mine(actor) if "answer" in one.moves]
    return answers + lines, len(waiting) - len(lines)


def _unsigned(actor: Actor) -> list[Line]:
    """Hand-overs nobody has signed for yet, on either side; paper ones not delivered too."""
    both = promises.mine(actor) + promises.waiting_for_others(actor)
    return [_promise(one) for one in both if one.state in ("slip", "sent", "delivered")]


def _promise(one: promises.Shown) -> Line:
    note = f"{one.org} → {one.to_org} · {one.state_word}"
    return Line(
        text=f"{one.kind_word} {one.about_number}", number=one.number, note=note, due_at=one.due_at, url=f"/promises/{one.id}/",
        subject=("promise", str(one.id)),
    )  # fmt: skip


def _task(one: tasks.Shown) -> Line:
    return Line(
        text=one.title, number=one.number, note=f"{one.to_org} · {one.state_word}", due_at=one.due_at, url=f"/tasks/{one.id}/",
        who=one.owner, subject=("task", str(one.id)),
    )  # fmt: skip


def _clocks(actor: Actor, since: datetime, until: datetime) -> tuple[dict[str, list[Line]], dict[str, int]]:
    """What ends in [since, until): revisits under their own heading, other clocks, tasks, appointments and debts under 到期事项;
    and how many were over time before that, which are counted and not read out.
    """
    running = [one for one in deadlines.running(actor, until) if one.paused_since is None and one.rule != NIGHT]
    known = intake.briefly(actor, {one.about for one in running if one.due_at >= since})
    found: dict[str, list[Line]] = {"revisits": [], "due": []}
    before = {"revisits": 0, "due": 0}
    for one in running:
        code = "revisits" if one.rule in REVISITS else "due"
        matter = known.get(one.about)
        if one.due_at < since:
            before[code] += 1
        elif matter is not None:
            line = Line(
                text=matter.title or matter.number, number=matter.number, note="" if code == "revisits" else one.step,
                due_at=one.due_at, url=_url(one.subject) or f"/matters/{one.about}/", who=matter.owner,
                subject=(one.subject[0], str(one.subject[1])),
            )  # fmt: skip
            found[code].append(line)
    others = [_task(one) for one in tasks.of_org(actor) if one.due_at <= until]
    others += [_coming(one) for one in morning.appointments(actor, clock.now(), until) + morning.owed(actor, until)]
    before["due"] += sum(line.due_at is not None and line.due_at < since for line in others)
    others = [line for line in others if line.due_at is None or line.due_at >= since]
    found["due"] = sorted([*found["due"], *others], key=lambda line: line.due_at or until)
    return found, before


def _coming(one: morning.Coming) -> Line:
    return Line(
        text=one.text, number=one.number, due_at=one.at, url=f"/disputes/{one.dispute_id}/", who=one.owner, subject=("dispute", str(one.dispute_id))
    )


NIGHT = "shifts.night"  # the clock until the responsible officer signs for a quarrel of the night
REVISITS = frozenset({disputes.REVISIT})


def _url(subject: Any) -> str:
    pages = {"matter": "matters", "dispute": "disputes", "promise": "promises", "task": "tasks"}
    return f"/{pages[subject[0]]}/{subject[1]}/" if subject and subject[0] in pages else ""
