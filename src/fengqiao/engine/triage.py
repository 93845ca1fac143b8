"""What kind of report is this? Suggests a type from its text, with the words the suggestion rests on.

Two sources speak. A **lexicon** (weighted words per code, `data/*.csv`) works from the first day; a
**learned linear model** works once users have confirmed types. They are blended code by code: a code confirmed
n times is judged by the model with weight n / (n + 30), by the lexicon with the rest. A suggestion that is
not safe enough is marked `unsure` (存疑) and a person decides; a suggestion never decides anything.

    types = load_lexicon("disputes")
    s = suggest("楼上漏水把我家天花板泡了，找他不认账", types)
    s.code, s.unsure, s.words

Sources: linear support vector machine on tf-idf (Joachims 1998; LIBLINEAR, Fan et al. 2008); temperature
scaling of the scores (Guo et al. 2017).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from . import text as texts

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

Text = str | Sequence[str]
"""A text as written, or its words already cut."""


def terms(text: Text) -> list[str]:
    """What the model counts in a text: words, pairs of neighbouring words, character bi- and trigrams.

    Character n-grams are marked with a leading ~, pairs hold a space, so that the kinds never mix.
    """
    cut = texts.words(text[:LONGEST]) if isinstance(text, str) else [w.lower() for w in text][:LONGEST]
    joined = "".join(cut)
    pairs = [f"{a} {b}" for a, b in zip(cut, cut[1:], strict=False)]
    grams = ["~" + joined[i : i + n] for n in (2, 3) for i in range(len(joined) - n + 1)]
    return cut + pairs + grams


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model over `terms`. weights: (terms, codes); sharpness: temperature that makes probabilities honest.

    seen: confirmed examples per code. sure_above: smallest probability at which a suggestion may stand unmarked.
    """

    codes: tuple[str, ...]
    vocabulary: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    seen: tuple[int, ...]
    sharpness: float = 1.0
    sure_above: float = 0.8

    def decide(self, text: Text) -> NDArray[np.float64]:
        """Raw score per code."""
        row = _rows([terms(text)], self.vocabulary, self.idf)
        return np.asarray(row @ self.weights, dtype=float)[0] + self.intercepts

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
            idf=self.idf.astype(np.float16),
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
                a["idf"].astype(np.float32),
                a["weights"].astype(np.float32),
                a["intercepts"],
                tuple(map(int, a["seen"])),
                float(a["rest"][0]),
                float(a["rest"][1]),
            )


def learn(examples: Iterable[tuple[Text, str]], c: float = 0.5, correct: float = 0.95) -> Model:
    """A model from confirmed examples (text, code). ValueError with fewer than two codes.

    c: inverse regularisation of the linear support vector machine. correct: share of unmarked suggestions
    that should be right; `sure_above` is set for it on predictions made out of sample (three folds).
    """
    held = list(examples)
    codes = tuple(sorted({code for _, code in held}))
    if len(codes) < 2:
        raise ValueError("a model needs confirmed examples of at least two codes")
    counted = [terms(text) for text, _ in held]
    y = np.array([codes.index(code) for _, code in held])
    vocabulary, idf = _vocabulary(counted)
    x = _rows(counted, vocabulary, idf)
    weights, intercepts = _fit(x, y, len(codes), c)
    sharpness, sure_above = _honest(x, y, len(codes), c, correct)
    return Model(
        codes, vocabulary, idf, weights, intercepts, tuple(np.bincount(y).tolist()), sharpness, sure_above
    )


def _vocabulary(counted: Sequence[Sequence[str]]) -> tuple[dict[str, int], NDArray[np.float32]]:
    """Terms of at least two texts, and their idf ln((N + 1) / (df + 1)) + 1."""
    df: dict[str, int] = {}
    for found in counted:
        for t in set(found):
            df[t] = df.get(t, 0) + 1
    kept = sorted(t for t, n in df.items() if n > 1 and "\n" not in t)
    counts = np.array([df[t] for t in kept], dtype=float)
    return {t: i for i, t in enumerate(kept)}, (np.log((len(counted) + 1) / (counts + 1)) + 1).astype(
        np.float32
    )


def _rows(
    counted: Sequence[Sequence[str]], vocabulary: Mapping[str, int], idf: NDArray[np.float32]
) -> sp.csr_matrix:
    """Sublinear tf-idf rows of unit length, (texts, terms)."""
    ids, values, ends = [], [], [0]
    for found in counted:
        known, tf = np.unique([vocabulary[t] for t in found if t in vocabulary], return_counts=True)
        known = known.astype(np.int32)
        row = (1 + np.log(tf)) * idf[known]
        ids.append(known)
        values.append((row / max(float(np.linalg.norm(row)), 1e-9)).astype(np.float32))
        ends.append(ends[-1] + len(known))
    return sp.csr_matrix((np.concatenate(values), np.concatenate(ids), ends), shape=(len(counted), len(idf)))


def _fit(
    x: sp.csr_matrix, y: NDArray[np.int64], n: int, c: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One linear machine per code against the rest."""
    from sklearn.svm import LinearSVC  # half a second to import, and only learning needs it

    weights, intercepts = np.zeros((x.shape[1], n), np.float32), np.full(n, -2.0, np.float32)
    for k in range(n):
        if 0 < (y == k).sum() < len(y):
            machine = LinearSVC(C=c, random_state=0).fit(x, y == k)
            weights[:, k], intercepts[k] = machine.coef_[0], machine.intercept_[0]
    return weights, intercepts


def _honest(x: sp.csr_matrix, y: NDArray[np.int64], n: int, c: float, correct: float) -> tuple[float, float]:
    """Temperature and threshold from predictions out of sample; cautious defaults with too few examples."""
    from sklearn.model_selection import StratifiedKFold

    if len(y) < 60:
        return 2.0, 0.8
    raw = np.zeros((len(y), n))
    for train, test in StratifiedKFold(3, shuffle=True, random_state=0).split(x, np.minimum(y, n)):
        weights, intercepts = _fit(x[train], y[train], n, c)
        raw[test] = x[test] @ weights + intercepts

    def loss(sharpness: float) -> float:
        return -float(np.mean(np.log(_softmax(sharpness * raw)[np.arange(len(y)), y] + 1e-12)))

    sharpness = float(minimize_scalar(loss, bounds=(0.1, 20), method="bounded").x)
    p = _softmax(sharpness * raw)
    return sharpness, _threshold(p.max(axis=1), p.argmax(axis=1) == y, correct)


def _threshold(top: NDArray[np.float64], right: NDArray[np.bool_], correct: float) -> float:
    """Lowest probability above which the share of right suggestions reaches `correct`; 1 when none does."""
    order = np.argsort(-top, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(top) + 1)
    reached = np.flatnonzero(share >= correct)
    return float(top[order][reached[-1]]) if len(reached) else 1.0


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
        w: float(model.weights[i, k] * model.idf[i])
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
