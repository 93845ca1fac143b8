"""疑似同一事项: before saving and in the list of what waits, ranked, side by side, with the reason.

Across organisations only the minimum is disclosed: same place ± distance, time gap, type, which organisation holds
it. No text, no names, no number (architecture §5).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q

from fengqiao.core import clock, crypto
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.rules import BadInput, identity
from fengqiao.core.rules.masking import mask_name
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.engine import triage
from fengqiao.engine.matching import Reasons, Signal, Span, explain, mark_differences
from fengqiao.intake import matching, policies
from fengqiao.intake.models import LearnedModel, Matter, Occurrence, Party, Report, Suggestion
from fengqiao.intake.queries.lists import kind_name, parties_of
from fengqiao.intake.rules import (
    ASKED_FOR,
    NEAR_DAYS,
    OFFICES,
    SAME_SHOWN,
    SEPARATE,
    STATES,
    UNDECIDED,
    ReportIn,
    hide_names,
)

KNOWN = 0.5  # likeness of a matter of the same party or at the same door: below a sure text, above a vague one


@dataclass(frozen=True, slots=True)
class Pair:
    """One suggested pair as shown. `closed`: the other side is not the actor's to see; its fields stay empty."""

    id: str
    score: float
    closed: bool
    other_id: str = ""
    other_number: str = ""
    other_title: str = ""
    other_org: str = ""
    other_at: datetime | None = None
    other_state: str = ""
    other_occurrences: int = 0
    facts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    differences: tuple[Span, ...] = ()
    rows: tuple[dict[str, object], ...] = field(default=())
    left_number: str = ""
    left_title: str = ""
    left_id: str = ""
    left_at: datetime | None = None


def facts_of(
    metres: float | None, seconds: float | None, same_party: bool, same_kind: bool | None, words: int, same_door: bool = False
) -> tuple[str, ...]:
    """Why two look alike, in the officer's words: 距离 38 米 · 相隔 2 小时 · 同一当事人 …"""
    said = ["同一地址"] if same_door else []
    if metres is not None:
        said.append(f"距离 {metres:.0f} 米" if metres < 1000 else f"距离 {metres / 1000:.1f} 公里")
    if seconds is not None:
        hours = abs(seconds) / 3600
        said.append(
            f"相隔 {abs(seconds) / 60:.0f} 分钟"
            if hours < 1
            else f"相隔 {hours:.0f} 小时"
            if hours < 48
            else f"相隔 {hours / 24:.0f} 天"
        )
    if same_party:
        said.append("同一当事人")
    if same_kind:
        said.append("同一类别")
    if words:
        said.append(f"有 {words} 个少见的相同词语")
    return tuple(said)


def similar_to(actor: Actor, report: ReportIn, *, limit: int = 5) -> list[Pair]:
    """Before saving: which matters may this report tell of? Nothing is stored; one look-up as the system actor."""
    keys = set()
    for party in report.parties:
        for kind, value, canonical in (
            ("phone", party.phone, lambda text: identity.phone(text).canonical),
            ("id", party.id_number, identity.citizen_id),
        ):
            try:
                if value.strip():
                    keys.add(crypto.keyed_hash(kind, canonical(value)).hex())
            except BadInput:
                continue  # the form says so itself
    start = report.occurred[0] if report.occurred else clock.now()
    signal = Signal(
        id="new", title=report.title, text=report.text, at=start, lat=report.lat, lon=report.lon,
        party_keys=frozenset(keys), kind=report.kind or None, place_text=report.place_text,
    )  # fmt: skip
    with scope(system_actor("匹配")):
        hits = matching.look_up(signal, limit=limit * 4)
    best: dict[uuid.UUID, tuple[float, matching.Found]] = {}
    for one in hits:
        # who asks at the window hears of an earlier matter of the same party or at the same door, however unlike its words are
        likeness = max(one.hit.score, KNOWN if one.hit.reasons.same_party or matching.same_door(signal, one.report) else 0.0)
        if likeness >= SAME_SHOWN and likeness > best.get(one.report.matter_id, (0.0, one))[0]:
            best[one.report.matter_id] = likeness, one
    ranked = sorted(best.values(), key=lambda found: -found[0])
    return [_pair_of(actor, one, signal) for _, one in ranked[:limit]]


def _pair_of(actor: Actor, one: matching.Found, signal: Signal) -> Pair:
    r = one.hit.reasons
    same_door = matching.same_door(signal, one.report)
    facts = facts_of(r.metres, r.seconds, r.same_party, r.same_kind, len(r.words), same_door)
    mine = policies.scoped(actor, Matter.objects.filter(id=one.report.matter_id))  # through the actor's eyes
    matter = mine.select_related("org").first()
    if matter is None:
        little = facts_of(r.metres, r.seconds, False, r.same_kind, 0, same_door)  # who is named there and in what words is not said
        return Pair(id="", score=one.hit.score, closed=True, other_org=_org_name(one.report.org_id), facts=little)
    return Pair(
        id="", score=one.hit.score, closed=False, other_id=str(matter.id), other_number=matter.number,
        other_title=_title(matter), other_org=matter.org.name, other_at=matter.last_at, facts=facts + _how_often(matter.id, signal.at or clock.now()),
        other_state=STATES[matter.state], other_occurrences=matter.occurrences, words=r.words,
        differences=tuple(mark_differences(signal.text or signal.title, one.report.text or one.report.title)),
    )  # fmt: skip


def _how_often(matter_id: uuid.UUID, at: datetime) -> tuple[str, ...]:
    """How often it would have happened lately, were this the same: 20 天内第 2 次. Counts separate incidents, not reports."""
    before = Occurrence.objects.filter(matter_id=matter_id, at__gte=at - timedelta(days=NEAR_DAYS), at__lt=at)
    first, n = before.aggregate(first=Min("at"), n=Count("id")).values()
    if not n or at - first < SEPARATE:
        return ()
    return (f"{max(1, round((at - first) / timedelta(days=1)))} 天内第 {n + 1} 次",)


def _title(matter: Matter) -> str:
    return hide_names(matter.title, (name for _, name in parties_of([matter.id]).get(matter.id, [])))


def _org_name(org_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM core_organisation WHERE id = %s", [org_id])
        row = cursor.fetchone()
    return row[0] if row else ""


def pairs_waiting(actor: Actor, *, matter_id: uuid.UUID | None = None, limit: int = 50) -> list[Pair]:
    """Suggested pairs not yet decided, best first: the list of what waits (待核对).

    Once somebody has worked on the newer matter for a week, the question stands on its own page only.
    """
    policies.may_read(actor)
    # Not a join: row-level security would drop the pairs whose other side another organisation holds.
    gone = Matter.objects.filter(Q(id=OuterRef("matter_id")) | Q(id=OuterRef("other_id")), state="merged")
    # The newer one is the deciding organisation's own.
    undecided = Q(matter__state__in=UNDECIDED)
    if not matter_id:
        undecided &= Q(matter__state="waiting") | Q(matter__created_at__gte=clock.now() - ASKED_FOR)
    rows = Suggestion.objects.filter(undecided, ~Exists(gone), org_id__in=actor.orgs, decided="")
    if matter_id:
        rows = rows.filter(matter_id=matter_id)
    return [_shallow(actor, s) for s in rows.select_related("matter").order_by("-score")[:limit]]


def _shallow(actor: Actor, s: Suggestion) -> Pair:
    r = s.reasons
    other = policies.scoped(actor, Matter.objects.filter(id=s.other_id)).select_related("org").first()
    return Pair(
        id=str(s.id), score=s.score, closed=other is None, other_id=str(other.id) if other else "",
        other_number=other.number if other else "", other_title=_title(other) if other else "",
        other_org=other.org.name if other else _org_name(s.other_org_id), other_at=other.last_at if other else None,
        facts=facts_of(
            r.get("metres"), r.get("seconds"), bool(other and r.get("same_party")), r.get("same_kind"), r.get("words", 0) if other else 0
        ),
        left_id=str(s.matter_id), left_number=s.matter.number, left_title=_title(s.matter), left_at=s.matter.last_at,
    )  # fmt: skip


def side_by_side(actor: Actor, suggestion_id: uuid.UUID) -> Pair:
    """One suggested pair in full: differences marked, parties masked; the closed side says only what it may."""
    policies.may_read(actor)
    s = Suggestion.objects.filter(id=suggestion_id, org_id__in=actor.orgs).select_related("matter").first()
    if s is None:
        raise NotThere
    return _beside(actor, s, _shallow(actor, s))


def asked(actor: Actor, suggestion_id: uuid.UUID) -> Pair:
    """The same pair from the holder's side, when another organisation has asked to join (请求并入)."""
    policies.may_read(actor)
    s = Suggestion.objects.filter(id=suggestion_id, other_org_id__in=actor.orgs, decided="asked").first()
    if s is None:
        raise NotThere
    return _beside(actor, s, _shallow(actor, s))


def _beside(actor: Actor, s: Suggestion, pair: Pair) -> Pair:
    left = _reports(s.matter_id)
    right = _reports(s.other_id) if not pair.closed else []
    named = parties_of([s.matter_id, s.other_id])
    names = [name for people in named.values() for _, name in people]
    words: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    if left and right:
        a, b = matching.signal_of(left[0], []), matching.signal_of(right[0], [])
        reasons: Reasons = explain(a, b, matching.idf())
        words = tuple(hide_names(word, names) for word in reasons.words)
        ours, theirs = (hide_names(side[0].text or side[0].title, names) for side in (left, right))
        spans = tuple(mark_differences(ours, theirs))
    other = Matter.objects.filter(id=s.other_id).first() if right else None
    rows = tuple(
        {"label": label, "left": a, "right": b, "same": a == b and bool(a)}
        for label, a, b in (
            ("类别", kind_name(s.matter.kind), kind_name(other.kind) if other else ""),
            ("地点", s.matter.place_text, other.place_text if other else ""),
            ("当事人", _names(s.matter_id), _names(s.other_id) if other else ""),
            ("来源", _channels(left), _channels(right)),
        )
        if a or b
    )
    from dataclasses import replace

    return replace(pair, words=words, differences=spans, rows=rows)


def _reports(matter_id: uuid.UUID) -> list[Report]:
    return list(Report.objects.filter(matter_id=matter_id).select_related("matter").order_by("received_at")[:5])


def _names(matter_id: uuid.UUID) -> str:
    names = Party.objects.filter(matter_id=matter_id).exclude(name="").values_list("name", flat=True)
    return "、".join(dict.fromkeys(mask_name(n) for n in names))


def _channels(reports: Sequence[Report]) -> str:
    from fengqiao.core.rules.vocabularies import vocabulary

    table = vocabulary("channels")
    return "、".join(dict.fromkeys(table[r.channel].name for r in reports if r.channel in table))


@lru_cache(maxsize=1)
def _lexicons() -> tuple[triage.Lexicon, triage.Lexicon, triage.Lexicon]:
    return triage.load_lexicon("disputes"), triage.load_lexicon("alarms"), triage.load_lexicon("elsewhere")


@lru_cache(maxsize=2)
def _learned(made_at: datetime) -> triage.Model | None:
    import base64

    body = LearnedModel.objects.filter(kind="triage", made_at=made_at).values_list("body", flat=True).first()
    return triage.Model.from_bytes(base64.b64decode(body)) if body else None


def learned_kinds() -> triage.Model | None:
    """What was learned of kinds from users' confirmations; None before the first lesson."""
    made = (
        LearnedModel.objects.filter(kind="triage").order_by("-made_at").values_list("made_at", flat=True).first()
    )
    return _learned(made) if made else None


def type_suggestion(text: str) -> dict[str, object]:
    """`suggested_by` what is learned now."""
    return suggested_by(learned_kinds(), text)


def suggested_by(model: triage.Model | None, text: str) -> dict[str, object]:
    """Suggested kind of a text, with the words it rests on; `unsure` is shown as 存疑.

    Lexicon first, blended with what was learned from users' confirmations. A dispute type when the dispute lexicon
    is the surer one, else an alarm kind; `elsewhere` is a code of that vocabulary when the text looks like none of the
    police's.
    """
    disputes, alarms, elsewhere = _lexicons()
    d, a, e = (
        triage.suggest(text, disputes, model),
        triage.suggest(text, alarms),
        triage.suggest(text, elsewhere),
    )
    # J4 says only that it is a quarrel: which one is the dispute types' word, though it be unsure
    quarrel = a.code == "J4" and bool(d.ranked)
    surer = a.unsure and bool(d.ranked) and bool(a.ranked) and d.ranked[0][1] >= a.ranked[0][1]
    best = d if quarrel or surer or not d.unsure else a
    return {
        "code": best.code or "",
        "name": kind_name(best.code or ""),
        "unsure": best.unsure,
        "words": [w.word for w in best.words],
        "others": [(c, kind_name(c), round(p, 2)) for c, p in best.ranked[1:4]],
        "elsewhere": OFFICES.get(e.code) if e.code and not e.unsure else None,
        "elsewhere_words": [w.word for w in e.words],
    }
