"""What two reports have in common, as one short row of numbers.

Sources: great circle by haversine (R = 6,371,008.8 m); query expansion (Arandjelović and Zisserman 2012);
count sketch (Charikar, Chen and Farach-Colton 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, cos, log, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from .profiles import Floats, Idf, Ids, Profile, Signal, ready

FEATURES = (
    "text",  # square root of the cosine of title and text together (each of unit length, then added)
    "places",  # square root of the cosine of the place names in title and address
    "rarest",  # idf of the rarest word both titles share, as a share of the largest idf possible
    "resent",  # cube of the cosine of the texts: the same text sent again stands out
    "neighbours",  # mean likeness of the candidate to the query's best other candidates
    "party",  # 1 when both name the same party
    "near",  # exp(-distance / 150 m), 0 when unknown
    "far",  # 1 - near when both places are known, else 0
    "recent",  # exp(-gap / 7 days), 0 when unknown
    "kind",  # 1 same type, -1 different, 0 unknown
)


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


SKETCH = 1 << 11
FEW = 1_000
"""Below so many counted reports no word is called rare with full weight."""
WITNESSES = 40


def features(
    query: Profile | Signal, candidates: Sequence[Profile | Signal], idf: Idf
) -> NDArray[np.float64]:
    """One row of `FEATURES` for every candidate against the query; shape (candidates, features).

    A field that either side lacks gives 0, so that nothing is held for or against it.
    """
    if not candidates:
        return np.zeros((0, len(FEATURES)))
    everyone = [ready(query), *map(ready, candidates)]
    grams = _Grams(everyone, idf)
    words = _Shared([p.title_words for p in everyone], idf)
    names = _Shared([p.title_places for p in everyone], idf)
    cosine = grams.against_query(grams.both)
    places, rarest = np.sqrt(names.cosines([0])[0]), words.rarest([0])[0]

    rows = np.zeros((len(everyone), len(FEATURES)))
    rows[:, 0], rows[:, 1], rows[:, 2] = np.sqrt(cosine), places, rarest
    rows[:, 3] = grams.against_query(grams.text) ** 3
    rows[:, 4] = _neighbours(3 * cosine + places + rarest, grams, words, names)
    rows[1:, 5:] = [_circumstances(everyone[0].signal, p.signal) for p in everyone[1:]]
    return rows[1:]


def _neighbours(likeness: Floats, grams: _Grams, words: _Shared, names: _Shared) -> NDArray[np.float64]:
    """Mean likeness of each candidate to the query's best other candidates, weighed by how like the query those are.

    Query expansion (Arandjelović and Zisserman 2012): who resembles those that resemble the query probably
    belongs to them, even in other words. Likeness takes no account of parties.
    """
    first = likeness.astype(float)
    first[0] = 0  # the query is no witness for itself, nor is any candidate
    top = np.argsort(-first, kind="stable")[:WITNESSES]
    among = 3 * grams.sketched(top) + np.sqrt(names.cosines(top)) + words.rarest(top)
    among[np.arange(len(top)), top] = 0
    total = np.full(len(first), first[top].sum())
    total[top] -= first[top]
    return (first[top] @ among) / np.maximum(total, 1e-9)


class _Grams:
    """Character n-grams of many profiles side by side, idf-weighted; row 0 is the query.

    text: the text's terms at unit length. both: title and text, each at unit length, added, again at unit length.
    """

    def __init__(self, profiles: Sequence[Profile], idf: Idf) -> None:
        self.ids = np.concatenate([p.grams for p in profiles])
        self.sizes = np.array([len(p.grams) for p in profiles])
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        weight = idf.weights(self.ids)
        self.text = self._unit(np.concatenate([p.in_text for p in profiles]) * weight)
        title = self._unit(np.concatenate([p.in_title for p in profiles]) * weight)
        self.both = self._unit(title + self.text)
        self._find_query_terms()

    def _unit(self, values: Floats) -> Floats:
        length = np.sqrt(np.add.reduceat(values * values, self.starts))
        return values * np.repeat(1 / np.maximum(length, np.float32(1e-9)), self.sizes)

    def _find_query_terms(self) -> None:
        """Where the query's terms stand in all rows. A table of 2¹⁶ flags sorts most others out first."""
        own = self.ids[: self.sizes[0]]
        flags = np.zeros(1 << 16, dtype=bool)
        flags[own & np.uint32(0xFFFF)] = True
        maybe = np.flatnonzero(flags[self.ids & np.uint32(0xFFFF)])
        at = np.minimum(np.searchsorted(own, self.ids[maybe]), len(own) - 1)
        same = own[at] == self.ids[maybe]
        self.shared, self.query_term = maybe[same], at[same]
        self.shared_row = np.searchsorted(self.starts, self.shared, side="right") - 1

    def against_query(self, values: Floats) -> Floats:
        """Cosine of every row with the query, for values of unit length."""
        products = values[self.shared] * values[self.query_term]
        return np.bincount(self.shared_row, products, minlength=len(self.sizes)).astype(np.float32)

    def sketched(self, rows: NDArray[np.intp]) -> Floats:
        """Cosines of `both` of the given rows with every row, unbiased within about 0.02.

        Count sketch (Charikar, Chen and Farach-Colton 2002): terms fold into `SKETCH` cells with random signs.
        """
        sign = np.where(self.ids >> np.uint32(21) & np.uint32(1), self.both, -self.both)
        cells = np.repeat(np.arange(len(self.sizes)) * SKETCH, self.sizes) + (
            self.ids & np.uint32(SKETCH - 1)
        )
        folded = np.bincount(cells, sign, minlength=len(self.sizes) * SKETCH).astype(np.float32)
        folded = folded.reshape(len(self.sizes), SKETCH)
        return folded[rows] @ folded.T


class _Shared:
    """Small sets of hashed terms (words or names of titles) compared with each other."""

    def __init__(self, sets: Sequence[Ids], idf: Idf) -> None:
        rows = np.repeat(np.arange(len(sets)), [len(s) for s in sets])
        terms, columns = np.unique(np.concatenate(sets), return_inverse=True)
        weight = idf.weights(terms)
        self.held = np.zeros((len(sets), len(terms)), dtype=np.float32)
        self.held[rows, columns] = weight[columns]
        self.most = 1 + log(max(idf.documents, FEW) + 1)

    def cosines(self, of: Sequence[int] | NDArray[np.intp]) -> Floats:
        """Idf-weighted cosine of the given sets with every set."""
        unit = self.held / np.maximum(np.linalg.norm(self.held, axis=1, keepdims=True), 1e-9)
        return unit[of] @ unit.T

    def rarest(self, of: Sequence[int] | NDArray[np.intp]) -> Floats:
        """Idf of the rarest common term of the given sets with every set, as a share of the largest possible."""
        found = [self.held[:, np.flatnonzero(self.held[i])].max(axis=1, initial=0) for i in of]
        return np.array(found, dtype=np.float32) / np.float32(self.most)


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
