"""What kind of report is this? Suggests a type from its text, with the words the suggestion rests on.

Two sources speak. A **lexicon** (weighted words per code, `data/*.csv`) works from the first day; a
**learned linear model** works once users have confirmed types. They are blended code by code: a code confirmed
n times is judged by the model with weight n / (n + 30), by the lexicon with the rest. A suggestion that is
not safe enough is marked `unsure` (存疑) and a person decides; a suggestion never decides anything.

    types = load_lexicon("disputes")
    s = suggest("楼上漏水把我家天花板泡了，找他不认账", types)
    s.code, s.unsure, s.words

Sources: linear support vector machine on tf-idf (Joachims 1998; LIBLINEAR, Fan et al. 2008); log count ratios
(Wang and Manning 2012); temperature scaling of the scores (Guo et al. 2017).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import text as texts

if TYPE_CHECKING:
    import scipy.sparse as sp

LONGEST = 20_000
"""Characters of a text that are read; what follows is left out, so that time stays bounded."""
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Weighted words per code. A word weighs 1 (hint) to 5 (almost proof). other: code for "none of these"."""

    names: Mapping[str, str]
    words: Mapping[str, Mapping[str, float]]
    other: str | None = None


def load_lexicon(source: str | Path, other: str | None = None) -> Lexicon:
    """Read a lexicon: "disputes" (D01–D20), "alarms" (J0–J9), "elsewhere" (whom to send to), or a file's path.

    CSV with columns code, name, words; words stand apart by spaces, each with an optional weight after `*`:
    `离婚*3 夫妻*2 家务事`. ValueError names the line whose weight is no number.
    """
    path = Path(source)
    if not path.suffix:
        path = _DATA / f"{source}.csv"
        other = other or {"disputes": "D15", "alarms": "J9"}.get(str(source))
    names: dict[str, str] = {}
    words: dict[str, dict[str, float]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            names[row["code"]] = row["name"]
            found = words.setdefault(row["code"], {})
            for entry in (row["words"] or "").split():
                word, _, weight = entry.partition("*")
                try:
                    found[texts.normalise(word).lower()] = float(weight or 1)
                except ValueError:
                    raise ValueError(f"{path.name} line {number}: weight of {word} is no number") from None
    return Lexicon(names, words, other)


@dataclass(frozen=True, slots=True)
class Word:
    """A word the suggestion rests on, with its weight for the suggested code (larger speaks more for it)."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Codes with their probability (likeliest first, summing to 1), whether a person must decide, and why."""

    ranked: tuple[tuple[str, float], ...]
    unsure: bool
    words: tuple[Word, ...]

    @property
    def code(self) -> str | None:
        """The likeliest code, None when there is none to suggest."""
        return self.ranked[0][0] if self.ranked else None


# --- The learned model ------------------------------------------------------------------------------------

Text = str | Sequence[str] | Mapping[str, float]
"""A text as written (the title before the body), or its words already cut and without empty ones, or its `terms`."""
_LIFT, _WORDS, _CHARACTERS = 4.0, 10.0, 40.0
_EMPTY = frozenset((_DATA / "empty_words.csv").read_text(encoding="utf-8").split()[1:])
"""Words that say nothing about the kind of a report; left out so that n-grams span what does."""


def terms(text: Text) -> dict[str, float]:
    """What the model counts in a text: words, and character 1- to 3-grams (marked with a leading ~).

    A term counts 1 + 4 · exp(-position / 10 words or 40 characters): what a report begins with says most about
    its kind. The value is 1 + ln of the sum over its occurrences (sublinear frequency).
    """
    if isinstance(text, Mapping):
        return dict(text)
    if isinstance(text, str):
        cut = [w for w in texts.words(text[:LONGEST]) if w not in _EMPTY]
    else:
        cut = [w.lower() for w in text][:LONGEST]
    joined = "".join(cut)[:LONGEST]
    counts: dict[str, float] = {}
    for i, lift in enumerate(_lifts(len(cut), _WORDS)):
        counts[cut[i]] = counts.get(cut[i], 0.0) + lift
    for i, lift in enumerate(_lifts(len(joined), _CHARACTERS)):
        for n in range(1, min(3, len(joined) - i) + 1):
            gram = "~" + joined[i : i + n]
            counts[gram] = counts.get(gram, 0.0) + lift
    return {term: 1 + log(count) for term, count in counts.items()}


def _lifts(n: int, reach: float) -> list[float]:
    return (1 + _LIFT * np.exp(-np.arange(n) / reach)).tolist()


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model over `terms`. words: how many of the vocabulary are words; importance: per term; weights: (terms, codes).

    seen: confirmed examples per code. sharpness: temperature that makes probabilities honest. sure_above:
    smallest probability at which a suggestion may stand unmarked.
    """

    codes: tuple[str, ...]
    vocabulary: Mapping[str, int]
    words: int
    importance: NDArray[np.float32]
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    seen: tuple[int, ...]
    sharpness: float = 1.0
    sure_above: float = 0.8

    def decide(self, text: Text) -> NDArray[np.float64]:
        """Raw score per code."""
        return self.decide_all([text])[0]

    def decide_all(self, many: Sequence[Text]) -> NDArray[np.float64]:
        """Raw scores, (texts, codes)."""
        return np.array([self._score(terms(t)) for t in many]).reshape(len(many), len(self.codes))

    def _score(self, found: Mapping[str, float]) -> NDArray[np.float64]:
        """One text, scaled as `_scaled` scales the examples; without SciPy, which only learning needs."""
        known = {self.vocabulary[t]: v for t, v in found.items() if t in self.vocabulary}
        ids = np.fromiter(known, np.int64, len(known))
        values = np.fromiter(known.values(), np.float32, len(known)) * self.importance[ids]
        for part in (ids < self.words, ids >= self.words):
            values[part] /= max(float(np.linalg.norm(values[part])), 1e-9)
        return (values @ self.weights[ids] + self.intercepts).astype(float)

    def probabilities(self, text: Text) -> dict[str, float]:
        """Probability per code; they sum to 1."""
        return dict(zip(self.codes, map(float, _softmax(self.sharpness * self.decide(text))), strict=True))

    def to_bytes(self) -> bytes:
        """The model as a compressed NumPy archive without pickled objects."""
        out = io.BytesIO()
        np.savez_compressed(
            out,
            codes=np.array(self.codes),
            terms=np.frombuffer("\n".join(self.vocabulary).encode(), dtype=np.uint8),
            importance=self.importance.astype(np.float16),
            weights=self.weights.astype(np.float16),
            intercepts=self.intercepts,
            seen=np.array(self.seen),
            rest=np.array([self.sharpness, self.sure_above]),
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Model:
        """The model that `to_bytes` wrote (weights rounded to half precision)."""
        with np.load(io.BytesIO(stored), allow_pickle=False) as a:
            listed = a["terms"].tobytes().decode().split("\n")
            return cls(
                tuple(map(str, a["codes"])),
                {t: i for i, t in enumerate(listed)},
                _words_in(listed),
                a["importance"].astype(np.float32),
                a["weights"].astype(np.float32),
                a["intercepts"],
                tuple(map(int, a["seen"])),
                float(a["rest"][0]),
                float(a["rest"][1]),
            )


def learn(
    examples: Iterable[tuple[Text, str]], c: float = 1.0, correct: float = 0.95, honest: bool = True
) -> Model:
    """A model from confirmed examples (text, code). ValueError with fewer than two codes or without a word.

    c: inverse regularisation of the linear support vector machine. correct: share of unmarked suggestions
    that should be right; `sure_above` is set for it on predictions made out of sample (three folds), unless not
    `honest` (then probabilities are rough and cautious, and learning takes a third of the time).
    """
    held = list(examples)
    codes = tuple(sorted({code for _, code in held}))
    if len(codes) < 2:
        raise ValueError("a model needs confirmed examples of at least two codes")
    counted = [terms(text) for text, _ in held]
    y = np.array([codes.index(code) for _, code in held])
    vocabulary = _vocabulary(counted)
    if not vocabulary:
        raise ValueError("none of the examples holds a word")
    x, words = _rows(counted, vocabulary), _words_in(vocabulary)
    importance, weights, intercepts = _fit(x, y, len(codes), c, words)
    sharpness, sure_above = _honest(x, y, len(codes), c, words, correct) if honest else _CAUTIOUS
    return Model(
        codes,
        vocabulary,
        words,
        importance,
        weights,
        intercepts,
        tuple(np.bincount(y).tolist()),
        sharpness,
        sure_above,
    )


def _vocabulary(counted: Sequence[Mapping[str, float]]) -> dict[str, int]:
    """Terms of at least two texts (of one while there are few texts), numbered: words first, then n-grams."""
    df: dict[str, int] = {}
    for found in counted:
        for t in found:
            df[t] = df.get(t, 0) + 1
    least = 2 if len(counted) >= FEW else 1
    kept = (t for t, n in df.items() if n >= least and t and "\n" not in t)
    return {t: i for i, t in enumerate(sorted(kept, key=lambda t: (t[0] == "~", t)))}


def _words_in(vocabulary: Iterable[str]) -> int:
    return sum(t[0] != "~" for t in vocabulary)


def _rows(counted: Sequence[Mapping[str, float]], vocabulary: Mapping[str, int]) -> sp.csr_matrix:
    """Term values, (texts, terms)."""
    import scipy.sparse as sp  # 24 MB, and only learning needs it

    ids, values, ends = [], [], [0]
    for found in counted:
        known = [(vocabulary[t], v) for t, v in found.items() if t in vocabulary]
        ids += [i for i, _ in known]
        values += [v for _, v in known]
        ends.append(len(ids))
    shape = (len(counted), len(vocabulary))
    return sp.csr_matrix((np.array(values, np.float32), np.array(ids, np.int32), ends), shape=shape)


def _importance(x: sp.csr_matrix, y: NDArray[np.int64], n: int) -> NDArray[np.float32]:
    """Idf times the square root of the largest |log count ratio| of any code: what tells codes apart counts more.

    idf = ln((N + 1) / (df + 1)) + 1; ratio as in naive Bayes support vector machines (Wang and Manning 2012), of
    the texts that hold the term, one added to each count.
    """
    df = np.bincount(x.indices, minlength=x.shape[1])
    strongest = np.zeros(x.shape[1])
    for k in range(n):
        inside = np.bincount(x[y == k].indices, minlength=x.shape[1]) + 1.0
        outside = df - inside + 2.0
        strongest = np.maximum(
            strongest, np.abs(np.log(inside / inside.sum()) - np.log(outside / outside.sum()))
        )
    return ((np.log((x.shape[0] + 1) / (df + 1)) + 1) * np.sqrt(strongest)).astype(np.float32)


def _scaled(x: sp.csr_matrix, importance: NDArray[np.float32], words: int) -> sp.csr_matrix:
    """Rows weighed by importance, the words (first columns) and the n-grams of a text each at unit length."""
    import scipy.sparse as sp

    weighed = x @ sp.diags_array(importance)
    parts = []
    for part in (weighed[:, :words], weighed[:, words:]):
        length = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
        parts.append(sp.diags_array((1 / np.maximum(length, 1e-9)).astype(np.float32)) @ part)
    return sp.csr_matrix(sp.hstack(parts))


FEW = 60
_CAUTIOUS = (2.0, 0.8)
Fitted = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


def _fit(x: sp.csr_matrix, y: NDArray[np.int64], n: int, c: float, words: int) -> Fitted:
    """Importance of terms, and one linear machine per code against the rest, rare codes weighed up."""
    from sklearn.svm import LinearSVC  # half a second to import, and only learning needs it

    importance = _importance(x, y, n)
    scaled = _scaled(x, importance, words)
    weights, intercepts = np.zeros((x.shape[1], n), np.float32), np.full(n, -2.0, np.float32)
    for k in range(n):
        share = float((y == k).mean())
        if 0 < share < 1:
            machine = LinearSVC(C=c, class_weight={True: 1 / (n * share), False: 1.0}, random_state=0)
            machine.fit(scaled, y == k)
            weights[:, k], intercepts[k] = machine.coef_[0], machine.intercept_[0]
    return importance, weights, intercepts


def _honest(
    x: sp.csr_matrix, y: NDArray[np.int64], n: int, c: float, words: int, correct: float
) -> tuple[float, float]:
    """Temperature and threshold from predictions out of sample; cautious defaults with too few examples."""
    from scipy.optimize import minimize_scalar
    from sklearn.model_selection import KFold

    if len(y) < FEW:
        return _CAUTIOUS
    raw = np.zeros((len(y), n))
    for train, test in KFold(3, shuffle=True, random_state=0).split(x):
        importance, weights, intercepts = _fit(x[train], y[train], n, c, words)
        raw[test] = _scaled(x[test], importance, words) @ weights + intercepts

    def loss(sharpness: float) -> float:
        return -float(np.mean(np.log(_softmax(sharpness * raw)[np.arange(len(y)), y] + 1e-12)))

    sharpness = float(minimize_scalar(loss, bounds=(0.1, 20), method="bounded").x)
    p = _softmax(sharpness * raw)
    return sharpness, _threshold(p.max(axis=1), p.argmax(axis=1) == y, correct)


def _threshold(top: NDArray[np.float64], right: NDArray[np.bool_], correct: float) -> float:
    """Lowest probability above which the share of right suggestions reaches `correct`, at most 0.99; 2 (never) when none does."""
    order = np.argsort(-top, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(top) + 1)
    reached = np.flatnonzero(share >= correct)
    return min(float(top[order][reached[-1]]), 0.99) if len(reached) else 2.0


def _softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# --- The suggestion ---------------------------------------------------------------------------------------

LEXICON_SURE = 0.6
"""Smallest probability at which the lexicon alone may suggest unmarked."""


def by_lexicon(text: str, lexicon: Lexicon) -> tuple[dict[str, float], dict[str, list[Word]]]:
    """Probability per code from the lexicon alone, and the words found per code.

    A code's points are the weights of its words in the text, each word once and a word inside a longer
    found one not at all; probability = softmax of points · 0.9, the code for "other" standing at 2 points.
    """
    normal = texts.normalise(text[:LONGEST]).lower()
    found: dict[str, list[Word]] = {}
    for code, weighted in lexicon.words.items():
        hits = [w for w in weighted if w in normal]
        hits = [w for w in hits if not any(w != longer and w in longer for longer in hits)]
        found[code] = sorted((Word(w, weighted[w]) for w in hits), key=lambda w: (-w.weight, w.word))
    points = np.array(
        [sum(w.weight for w in found[c]) or (2.0 if c == lexicon.other else 0.0) for c in found]
    )
    return dict(zip(found, map(float, _softmax(0.9 * points)), strict=True)), found


def suggest(text: str, lexicon: Lexicon, model: Model | None = None, most: int = 6) -> Suggestion:
    """The likeliest types of a text, whether to mark the suggestion 存疑, and the words it rests on.

    most: how many words to give. Without any known word every suggestion is unsure.
    """
    if not lexicon.words:
        raise ValueError("the lexicon has no codes")
    probability, found = by_lexicon(text, lexicon)
    limit = LEXICON_SURE
    if model is not None:
        learned = model.probabilities(text)
        trust = {c: n / (n + 30) for c, n in zip(model.codes, model.seen, strict=True)}
        probability = {
            c: (1 - trust.get(c, 0.0)) * probability.get(c, 0.0) + trust.get(c, 0.0) * learned.get(c, 0.0)
            for c in dict.fromkeys([*probability, *learned])
        }
        total = sum(probability.values())
        probability = {c: p / total for c, p in probability.items()}
        limit = max(limit, model.sure_above)
    ranked = tuple(sorted(probability.items(), key=lambda cp: (-cp[1], cp[0])))
    best = ranked[0][0]
    words = found.get(best, [])
    if model is not None and best in model.codes:
        words = _joined(words, _model_words(text, model, best))
    return Suggestion(ranked, ranked[0][1] < limit or not words or best == lexicon.other, tuple(words[:most]))


def _model_words(text: str, model: Model, code: str) -> list[Word]:
    """Words of the text that speak for the code in the model, scaled so that the strongest weighs 5."""
    k = model.codes.index(code)
    weighed = {
        w: float(model.weights[i, k] * model.importance[i])
        for w in set(texts.words(text[:LONGEST]))
        if len(w) > 1 and (i := model.vocabulary.get(w)) is not None and model.weights[i, k] > 0
    }
    top = max(weighed.values(), default=1.0)
    return [Word(w, 5 * v / top) for w, v in weighed.items()]


def _joined(a: Sequence[Word], b: Sequence[Word]) -> list[Word]:
    best: dict[str, float] = {}
    for w in [*a, *b]:
        best[w.word] = max(best.get(w.word, 0.0), w.weight)
    return [Word(w, v) for w, v in sorted(best.items(), key=lambda wv: (-wv[1], wv[0]))]
