"""A report made ready for comparison: its words and n-grams as hashed terms, and how rare each term is.

Sources: sublinear tf-idf (Salton and Buckley 1988; Manning, Raghavan and Schütze, Introduction to Information
Retrieval, ch. 6); feature hashing (Weinberger et al. 2009).
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import log, log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fengqiao.engine import text as texts

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


BITS = 22
_MASK = (1 << BITS) - 1
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)

Ids = NDArray[np.uint32]
Floats = NDArray[np.float32]


def _hash_words(words: Iterable[str]) -> Ids:
    """Hashes of words, each once, sorted."""
    return np.array(sorted({_hash_word(w) for w in words}), dtype=np.uint32)


def _hash_word(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace")) & _MASK


def _hash_grams(text: str) -> Ids:
    """Hashes of all character bigrams and trigrams of a text, with repeats."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    found = []
    for n in (2, 3):
        if len(points) >= n:
            mixed = np.full(len(points) - n + 1, n, dtype=np.uint64)
            for k in range(n):
                mixed = (mixed ^ points[k : len(points) - n + 1 + k]) * _MIX[k]
                mixed ^= mixed >> np.uint64(29)
            found.append((mixed >> np.uint64(20)).astype(np.uint32) & np.uint32(_MASK))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Profile:
    """A signal made ready for comparison (hashed terms). Making it costs some 0.4 ms: keep it where it is used again.

    grams: n-grams of title and text, sorted, each once; in_title, in_text: their sublinear frequency
    1 + ln tf in either, 0 where absent. title_words, title_places (with place_text): what the report is
    about. terms: all words and place names, for counting.
    """

    signal: Signal
    grams: Ids
    in_title: Floats
    in_text: Floats
    title_words: Ids
    title_places: Ids
    terms: Ids


def headline(signal: Signal) -> str:
    """The title, or where there is none the beginning of the text (up to 40 characters, whole sentences if any)."""
    if signal.title.strip():
        return signal.title[:LONGEST]
    start = signal.text.strip()[:40]
    end = max(start.rfind(mark) for mark in "。；！？\n")
    return start[:end] if end >= 6 else start


def profile(signal: Signal) -> Profile:
    """Normalise, cut and hash a signal's title, text and place. Text beyond `LONGEST` characters is left out."""
    title = texts.normalise(headline(signal)).lower()
    body = texts.normalise(signal.text[:LONGEST]).lower()
    title_cut, body_cut = texts.cut(title), texts.cut(body)
    title_places = texts.place_names(title_cut) + texts.places(signal.place_text[:LONGEST])
    title_words = [w for w in title_cut if len(w) > 1]
    grams: list[tuple[Ids, Floats]] = []
    for part in (title, body):
        ids, counts = np.unique(_hash_grams(part.replace(" ", "")), return_counts=True)
        grams.append((ids, (1 + np.log(counts)).astype(np.float32)))
    every = np.union1d(grams[0][0], grams[1][0])
    if not len(every):  # one silent term, so that no profile is empty
        every = np.zeros(1, dtype=np.uint32)
    spread = []
    for ids, tf in grams:
        values = np.zeros(len(every), dtype=np.float32)
        values[np.searchsorted(every, ids)] = tf
        spread.append(values)
    every_word = [
        *title_words,
        *title_places,
        *(w for w in body_cut if len(w) > 1),
        *texts.place_names(body_cut),
    ]
    return Profile(
        signal,
        every,
        spread[0],
        spread[1],
        _hash_words(title_words),
        _hash_words(title_places),
        _hash_words(every_word),
    )


YOUNG, GROWN = 100, 1_000
"""A station that has counted nothing weighs words as if `YOUNG` reports without them had been; from `GROWN` on, its own count."""


class Idf:
    """In how many reports each term occurs, kept as 2²² hashed counters so that it never grows.

    Over a few dozen reports every word is common, and the same quarrel in other words went unnoticed. Hence `young`. A
    dictionary's frequencies instead found nothing more (benchmarks/matching_quality.py).

    Two terms may share a counter: a rare one may then look commoner than it is, never rarer. A sample of the
    newest 50,000 reports serves as well as all of them.
    """

    def __init__(self, young: int = YOUNG) -> None:
        self.documents = 0
        self.young = young
        self._counts = np.zeros(1 << BITS, dtype=np.int32)

    def add(self, report: Profile | Signal) -> None:
        """Count one report: each of its terms once."""
        p = ready(report)
        self.documents += 1
        self._counts[p.grams] += 1
        self._counts[p.terms] += 1

    def weights(self, ids: Ids) -> Floats:
        """Inverse document frequency of hashed terms: ln((N + 1) / (df + 1)) + 1, float32."""
        top = np.float32(self._top())
        return top - np.log1p(self._counts[ids].astype(np.float32))

    def weight(self, word: str) -> float:
        """Inverse document frequency of one word or place name."""
        return self._top() - log1p(self.count(word))

    def _top(self) -> float:
        """Weight of a word nobody has written yet."""
        return 1 + log(self.documents + self.young * max(0.0, 1 - self.documents / GROWN) + 1)

    def count(self, word: str) -> int:
        """In how many counted reports a word or place name occurs (never too few, seldom too many)."""
        return int(self._counts[_hash_word(word)])

    def rarest(self, tokens: Iterable[str], n: int, seen: int = 0) -> list[str]:
        """The `n` rarest of the words, rarest first, ties in alphabetical order.

        Store them with a report (array column under GIN) and look candidates up by overlap. `seen` leaves
        out words that occur in fewer reports than that: useless to look up by, unless the next report has them.
        """
        distinct = sorted(set(tokens))
        counts = {t: self.count(t) for t in distinct}
        return sorted((t for t in distinct if counts[t] >= seen), key=counts.__getitem__)[:n]

    def to_dict(self) -> dict[str, object]:
        """A small dict of JSON values that `from_dict` restores; only counters in use are kept."""
        used = np.flatnonzero(self._counts).astype(np.uint32)
        gaps = np.diff(used, prepend=np.uint32(0))
        return {
            "bits": BITS,
            "documents": self.documents,
            "gaps": _pack(gaps),
            "counts": _pack(self._counts[used]),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Idf:
        """The Idf that `to_dict` wrote. ValueError when it was written with another number of counters."""
        if stored["bits"] != BITS:
            raise ValueError(
                f"document frequencies were counted with {stored['bits']} bits, this version uses {BITS}"
            )
        idf = cls()
        idf.documents = int(stored["documents"])
        places = np.cumsum(_unpack(stored["gaps"], np.uint32), dtype=np.uint32)
        idf._counts[places] = _unpack(stored["counts"], np.int32)
        return idf


def _pack(numbers: NDArray[Any]) -> str:
    return base64.b85encode(zlib.compress(numbers.tobytes(), 6)).decode()


def _unpack(text: str, kind: Any) -> NDArray[Any]:
    return np.frombuffer(zlib.decompress(base64.b85decode(text)), dtype=kind)


def ready(report: Profile | Signal) -> Profile:
    """The report's profile, made now if need be."""
    return report if isinstance(report, Profile) else profile(report)


def lookup_tokens(report: Profile | Signal) -> list[str]:
    """Words and place names of the headline and the address, two characters or more, each once, in order.

    Store the twelve rarest of them (`Idf.rarest`) with a report and look candidates up by overlap. Rare words
    of the text are left out on purpose: they are chance words. On the public messages twelve of these find 95 %
    of the partners, twelve words of the whole text 47 %. A headline with fewer than three of them is helped out
    by the text.
    """
    s = report.signal if isinstance(report, Profile) else report
    found = dict.fromkeys(w for part in (headline(s), s.place_text) for w in tokens(part))
    if len(found) < 3:
        found.update(dict.fromkeys(tokens(s.text)))
    return list(found)


def lookup_keys(report: Profile | Signal, idf: Idf, of_headline: int = 16, of_text: int = 4) -> list[str]:
    """What to store with a report and to look candidates up by (at least one key shared, most shared first).

    The rarest `lookup_tokens`, and the rarest words of the text, which find the same text under another title.
    Words of more than 1,000 reports and more than one in 200 are no keys: they would fetch everybody.
    """
    s = report.signal if isinstance(report, Profile) else report
    common = max(1_000, idf.documents // 200)
    heads = [w for w in lookup_tokens(s) if idf.count(w) <= common]
    of_the_text = idf.rarest((w for w in texts.words(s.text[:LONGEST]) if len(w) > 1), of_text)
    return list(dict.fromkeys([*idf.rarest(heads, of_headline), *of_the_text]))


def tokens(part: str) -> list[str]:
    """Words of two characters or more and place names of a text."""
    cut = texts.cut(texts.normalise(part[:LONGEST]).lower())
    return [*texts.place_names(cut), *(w for w in cut if len(w) > 1)]
