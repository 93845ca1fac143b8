"""Is this the same quarrel? Ranks reports against a query and says why.

A report becomes a `Profile` once (hashed n-grams, words and place names of its title and text); `rank`
compares a query with a few hundred candidates in one pass of NumPy. Every comparison yields the same short
row of features (`FEATURES`), a logistic weighing (`Weights`) turns it into a score between 0 and 1, and
`learn` fits that weighing to what users confirmed. Nothing here knows a person: a party is an opaque key
that is equal or not.

    idf = Idf()
    for s in signals: idf.add(profile(s))
    hits = rank(new, candidates, idf, limit=5)      # hits[0].score, hits[0].reasons

Sources: sublinear tf-idf cosine (Salton and Buckley 1988, Manning et al., Introduction to Information
Retrieval, ch. 6); feature hashing (Weinberger et al. 2009); great circle by haversine (R = 6,371,008.8 m).
"""

from __future__ import annotations

import base64
import difflib
import zlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import asin, cos, log, radians, sin, sqrt

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy.optimize import minimize

from . import text as texts

LONGEST = 20_000
"""Characters of a text that are compared; a longer one is cut here, so that time stays bounded."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What is known of one report when it is compared. Every field but `id` may be empty.

    at: when it happened, aware. lat, lon: WGS-84 degrees. party_keys: keyed hashes of the parties' id
    numbers or phones, never the numbers. kind: code of the type (D02, J27 …). place_text: address as written.
    """

    id: Hashable
    title: str = ""
    text: str = ""
    at: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    party_keys: frozenset[str] = frozenset()
    kind: str | None = None
    place_text: str = ""


# --- Hashed features ----------------------------------------------------------------------------------

BITS = 21
_MASK = np.uint64((1 << BITS) - 1)
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64)


def _hash_word(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace")) & int(_MASK)


def _gram_ids(text: str) -> NDArray[np.uint32]:
    """Hashes of all character bigrams and trigrams of a text, as one array."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    ids = []
    for n in (2, 3):
        if len(points) < n:
            continue
        mixed = np.full(len(points) - n + 1, n, dtype=np.uint64)
        for k in range(n):
            mixed = (mixed ^ points[k : len(points) - n + 1 + k]) * _ODD[k]
            mixed ^= mixed >> np.uint64(29)
        ids.append(((mixed >> np.uint64(20)) & _MASK).astype(np.uint32))
    return np.concatenate(ids) if ids else np.zeros(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Channel:
    """One view of a text as hashed terms: ids (sorted, unique) and their sublinear frequency 1 + ln tf."""

    ids: NDArray[np.uint32]
    tf: NDArray[np.float32]


def _channel(ids: NDArray[np.uint32]) -> Channel:
    unique, counts = np.unique(ids, return_counts=True)
    return Channel(unique, (1 + np.log(counts)).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Profile:
    """A signal made ready for comparison. Making it costs some 0.4 ms; keep it where reports are compared often."""

    signal: Signal
    title: Channel
    text: Channel
    words: Channel
    places: Channel
    characters: int


def profile(signal: Signal) -> Profile:
    """Normalise, cut and hash a signal's title, text and place. Text beyond `LONGEST` characters is left out."""
    title = texts.normalise(signal.title[:LONGEST]).lower()
    body = texts.normalise(signal.text[:LONGEST]).lower()
    title_words, body_words = texts.cut(title), texts.cut(body)
    place_names = texts.place_names(title_words) + texts.place_names(body_words) + texts.places(signal.place_text[:LONGEST])
    hashed = [
        np.fromiter(map(_hash_word, terms), dtype=np.uint32)
        for terms in ([w for w in title_words + body_words if len(w) > 1], place_names)
    ]
    return Profile(
        signal,
        _channel(_gram_ids(title.replace(" ", ""))),
        _channel(_gram_ids(body.replace(" ", ""))),
        _channel(hashed[0]),
        _channel(hashed[1]),
        len(title) + len(body),
    )


class Idf:
    """In how many reports each term occurs, kept as hashed counters so that it never grows.

    `add` counts a report, `weights` gives ln((N + 1) / (df + 1)) + 1 for hashed terms. Two terms may share a
    counter (2²¹ of them, feature hashing): a rare term may then look commoner than it is, never rarer.
    A sample of the newest 50,000 reports serves as well as all of them.
    """

    def __init__(self) -> None:
        self.documents = 0
        self._counts = np.zeros(1 << BITS, dtype=np.int32)

    def add(self, report: Profile | Signal) -> None:
        """Count one report: each of its terms once."""
        p = report if isinstance(report, Profile) else profile(report)
        self.documents += 1
        self._counts[np.union1d(p.title.ids, p.text.ids)] += 1
        self._counts[np.union1d(p.words.ids, p.places.ids)] += 1

    def weights(self, ids: NDArray[np.uint32]) -> NDArray[np.float32]:
        """Inverse document frequency of hashed terms: ln((N + 1) / (df + 1)) + 1, float32."""
        return (1 + log(self.documents + 1) - np.log1p(self._counts[ids])).astype(np.float32)

    def weight(self, word: str) -> float:
        """Inverse document frequency of one word or place name."""
        return float(self.weights(np.array([_hash_word(word)], dtype=np.uint32))[0])

    def rarest(self, tokens: Iterable[str], n: int, seen: int = 0) -> list[str]:
        """The `n` rarest of the words, rarest first, ties in alphabetical order.

        Store them with a report (array column under GIN) and look candidates up by overlap. `seen` leaves
        out words that occur in fewer reports than that.
        """
        distinct = sorted(set(tokens))
        counts = {t: int(self._counts[_hash_word(t)]) for t in distinct}
        return sorted((t for t in distinct if counts[t] >= seen), key=counts.__getitem__)[:n]

    def to_dict(self) -> dict[str, object]:
        """A small dict of JSON values that `from_dict` restores; only counters in use are kept."""
        used = np.flatnonzero(self._counts).astype(np.uint32)
        pack = lambda a: base64.b85encode(zlib.compress(a.tobytes(), 6)).decode()  # noqa: E731
        gaps = np.diff(used, prepend=np.uint32(0))
        return {"bits": BITS, "documents": self.documents, "gaps": pack(gaps), "counts": pack(self._counts[used])}

    @classmethod
    def from_dict(cls, stored: dict[str, object]) -> Idf:
        """The Idf that `to_dict` wrote. ValueError when it was written with another number of counters."""
        if stored["bits"] != BITS:
            raise ValueError(f"document frequencies were counted with {stored['bits']} bits, this version uses {BITS}")
        unpack = lambda s, kind: np.frombuffer(zlib.decompress(base64.b85decode(str(s))), dtype=kind)  # noqa: E731
        idf = cls()
        idf.documents = int(stored["documents"])  # type: ignore[call-overload]
        idf._counts[np.cumsum(unpack(stored["gaps"], np.uint32), dtype=np.uint32)] = unpack(stored["counts"], np.int32)
        return idf


def lookup_tokens(report: Profile | Signal) -> list[str]:
    """Words and place names of a report worth looking candidates up by (two characters or more, each once)."""
    s = report.signal if isinstance(report, Profile) else report
    found: dict[str, None] = {}
    for part in (s.title, s.text, s.place_text):
        cut = texts.cut(texts.normalise(part[:LONGEST]))
        found.update(dict.fromkeys(texts.place_names(cut)))
        found.update((w, None) for w in cut if len(w) > 1)
    return list(found)


# --- Features of a pair ----------------------------------------------------------------------------------

FEATURES = (
    "title",  # cosine of title n-grams
    "text",  # cosine of text n-grams
    "across",  # larger cosine of one's title with the other's text
    "words",  # cosine of words, title and text together
    "places",  # cosine of place and institution names
    "neighbours",  # how alike the candidate is to the query's best other candidates
    "party",  # 1 when both name the same party
    "near",  # exp(-distance / 150 m), 0 when unknown
    "far",  # 1 - near when both places are known, else 0
    "recent",  # exp(-gap / 7 days), 0 when unknown
    "kind",  # 1 same type, -1 different, 0 unknown
)


@dataclass(frozen=True, slots=True)
class Weights:
    """Logistic weighing of the features: score = 1 / (1 + exp(-(intercept + Σ coefficient · feature)))."""

    coefficients: tuple[float, ...] = (3.0, 3.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, -1.5, 1.0, 0.5)
    intercept: float = -5.0

    def to_dict(self) -> dict[str, object]:
        """JSON values; names go along so that a later version can tell."""
        return {"features": list(FEATURES), "coefficients": list(self.coefficients), "intercept": self.intercept}

    @classmethod
    def from_dict(cls, stored: dict[str, object]) -> Weights:
        """The Weights that `to_dict` wrote. ValueError when the features have changed since."""
        if tuple(stored["features"]) != FEATURES:  # type: ignore[arg-type]
            raise ValueError("weights were learned on other features: learn them again")
        return cls(tuple(map(float, stored["coefficients"])), float(stored["intercept"]))  # type: ignore


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why two reports look alike. None where one of the two does not know.

    words: shared rare words and names, rarest first. metres: distance on the ground. seconds: time between.
    """

    words: tuple[str, ...] = ()
    metres: float | None = None
    seconds: float | None = None
    same_party: bool = False
    same_kind: bool | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One candidate with its score in 0…1 and the reasons for it."""

    id: Hashable
    score: float
    reasons: Reasons = field(default_factory=Reasons)


def metres_between(a: Signal, b: Signal) -> float | None:
    """Great-circle distance in metres (haversine on the mean Earth radius), None when a place is unknown."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    p, q = radians(a.lat), radians(b.lat)
    h = sin((q - p) / 2) ** 2 + cos(p) * cos(q) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * 6_371_008.8 * asin(min(1.0, sqrt(h)))


def seconds_between(a: Signal, b: Signal) -> float | None:
    """Time between two reports in seconds, never negative; None when a time is unknown."""
    return None if a.at is None or b.at is None else abs((a.at - b.at).total_seconds())


class _Stack:
    """One channel of many profiles side by side, idf-weighted and scaled to unit length."""

    def __init__(self, channels: Sequence[Channel], idf: Idf) -> None:
        sizes = np.array([len(c.ids) for c in channels])
        self.rows = np.repeat(np.arange(len(channels)), sizes)
        self.ids = np.concatenate([c.ids for c in channels])
        values = np.concatenate([c.tf for c in channels]) * idf.weights(self.ids)
        length = np.sqrt(np.bincount(self.rows, values * values, minlength=len(channels)))
        self.values = values / np.maximum(length, 1e-9)[self.rows]
        self.n = len(channels)

    def dense(self, row: int) -> NDArray[np.float32]:
        """One row over all hashed terms."""
        vector = np.zeros(1 << BITS, dtype=np.float32)
        vector[self.ids[self.rows == row]] = self.values[self.rows == row]
        return vector

    def cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """Cosine of every row with one dense unit vector."""
        return np.bincount(self.rows, self.values * vector[self.ids], minlength=self.n)


def features(query: Profile | Signal, candidates: Sequence[Profile | Signal], idf: Idf) -> NDArray[np.float64]:
    """One row of `FEATURES` for every candidate against the query; shape (candidates, features).

    A field that either side lacks gives 0, so that nothing is held for or against it.
    """
    q = query if isinstance(query, Profile) else profile(query)
    held = [c if isinstance(c, Profile) else profile(c) for c in candidates]
    rows = np.zeros((len(held), len(FEATURES)))
    if not held:
        return rows
    everyone = [q, *held]
    title = _Stack([p.title for p in everyone], idf)
    body = _Stack([p.text for p in everyone], idf)
    word = _Stack([p.words for p in everyone], idf)
    place = _Stack([p.places for p in everyone], idf)
    title_q, body_q = title.dense(0), body.dense(0)
    rows[:, 0] = title.cosines(title_q)[1:]
    rows[:, 1] = body.cosines(body_q)[1:]
    rows[:, 2] = np.maximum(title.cosines(body_q), body.cosines(title_q))[1:]
    rows[:, 3] = word.cosines(word.dense(0))[1:]
    rows[:, 4] = place.cosines(place.dense(0))[1:]
    rows[:, 5] = _neighbours(rows[:, :5].mean(axis=1), word)
    for i, p in enumerate(held):
        rows[i, 6:] = _circumstances(q.signal, p.signal)
    return rows


def _circumstances(a: Signal, b: Signal) -> tuple[float, float, float, float, float]:
    metres, seconds = metres_between(a, b), seconds_between(a, b)
    near = 0.0 if metres is None else float(np.exp(-metres / 150))
    return (
        float(bool(a.party_keys & b.party_keys)),
        near,
        0.0 if metres is None else 1 - near,
        0.0 if seconds is None else float(np.exp(-seconds / (7 * 86_400))),
        0.0 if a.kind is None or b.kind is None else (1.0 if a.kind == b.kind else -1.0),
    )


def _neighbours(first: NDArray[np.float64], word: _Stack, best: int = 10) -> NDArray[np.float64]:
    """Second-order likeness: mean likeness to the query's best candidates, weighed by how good those are."""
    top = np.argsort(-first, kind="stable")[:best]
    result, total = np.zeros(len(first)), np.zeros(len(first))
    for t in top:
        likeness = word.cosines(word.dense(int(t) + 1))[1:]
        weight = np.full(len(first), first[t])
        weight[t] = 0  # nobody is a witness for itself
        result += weight * likeness
        total += weight
    return np.divide(result, total, out=result, where=total > 0)


def rank(
    query: Profile | Signal,
    candidates: Sequence[Profile | Signal],
    idf: Idf,
    weights: Weights | None = None,
    limit: int = 20,
) -> list[Hit]:
    """The candidates most likely to be the same quarrel as the query, best first, at most `limit`.

    The query itself (same id) is left out. Equal scores keep the order of the ids' text, so that the result
    does not depend on the order of the candidates.
    """
    weights = weights or Weights()
    q = query if isinstance(query, Profile) else profile(query)
    held = [c if isinstance(c, Profile) else profile(c) for c in candidates]
    held = [c for c in held if c.signal.id != q.signal.id]
    scores = score(features(q, held, idf), weights)
    order = sorted(range(len(held)), key=lambda i: (-round(float(scores[i]), 9), str(held[i].signal.id)))
    return [Hit(held[i].signal.id, float(scores[i]), explain(q, held[i], idf)) for i in order[:limit]]


def score(rows: NDArray[np.float64], weights: Weights) -> NDArray[np.float64]:
    """Logistic score in 0…1 of rows of features."""
    return 1 / (1 + np.exp(-(rows @ np.array(weights.coefficients) + weights.intercept)))


def explain(query: Profile | Signal, candidate: Profile | Signal, idf: Idf, most: int = 5) -> Reasons:
    """The reasons two reports look alike, at most `most` shared rare words."""
    a = query.signal if isinstance(query, Profile) else query
    b = candidate.signal if isinstance(candidate, Profile) else candidate
    shared = set(lookup_tokens(a)) & set(lookup_tokens(b))
    ordered = sorted(shared, key=lambda w: (-idf.weight(w), -len(w), w))
    kept: list[str] = []
    for word in ordered:
        if len(kept) == most:
            break
        if not any(word in longer or longer in word for longer in kept):
            kept.append(word)
    return Reasons(
        tuple(kept),
        metres_between(a, b),
        seconds_between(a, b),
        bool(a.party_keys & b.party_keys),
        None if a.kind is None or b.kind is None else a.kind == b.kind,
    )


# --- Learning from what users confirmed ---------------------------------------------------------------


def learn(
    rows: NDArray[np.float64], same: Sequence[bool], prior: Weights | None = None, strength: float = 1.0
) -> Weights:
    """Weights fitted to confirmed pairs, drawn towards `prior` where there is little evidence.

    rows: features of each pair, (pairs, features). same: what users confirmed. Minimises the logistic loss
    plus strength/2 · |w - prior|² by L-BFGS, so no pairs at all give the prior back and ten pairs move it a
    little. ValueError when the two lengths differ.
    """
    prior = prior or Weights()
    y = np.asarray(same, dtype=float)
    if len(rows) != len(y):
        raise ValueError(f"{len(rows)} pairs but {len(y)} answers")
    start = np.array([*prior.coefficients, prior.intercept])
    if not len(y):
        return prior
    x = np.column_stack([rows, np.ones(len(y))])

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x @ w
        off = w - start
        value = np.logaddexp(0, z).sum() - y @ z + strength / 2 * off @ off
        return float(value), x.T @ (1 / (1 + np.exp(-z)) - y) + strength * off

    fitted = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return Weights(tuple(map(float, fitted[:-1])), float(fitted[-1]))


# --- Side by side -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in a comparison. side: "both", "left" (only there) or "right"."""

    side: str
    text: str


def mark_differences(left: str, right: str, longest: int = 5_000) -> list[Span]:
    """What two texts share and what only one holds, in reading order; spans of one side joined give that text.

    Compared word by word (Ratcliff/Obershelp, `difflib`). Only the first `longest` characters are compared; what follows stands as left and right.
    """
    a, b = rjieba.cut(left[:longest]), rjieba.cut(right[:longest])
    spans: list[Span] = []

    def put(side: str, text: str) -> None:
        if not text:
            return
        if spans and spans[-1].side == side:
            spans[-1] = Span(side, spans[-1].text + text)
        else:
            spans.append(Span(side, text))

    for op, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=len(a) > 800).get_opcodes():
        if op == "equal":
            put("both", "".join(a[i:j]))
        else:
            put("left", "".join(a[i:j]))
            put("right", "".join(b[k:m]))
    put("left", left[longest:])
    put("right", right[longest:])
    return spans
