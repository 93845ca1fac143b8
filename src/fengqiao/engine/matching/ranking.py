"""Ranks reports against a query, says why, and learns from what users confirmed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fengqiao.engine import text as texts

from .pairs import FEATURES, features, metres_between, seconds_between
from .profiles import LONGEST, Idf, Profile, Signal, headline, ready, tokens


@dataclass(frozen=True, slots=True)
class Weights:
    """Logistic weighing of the features: score = 1 / (1 + exp(-(intercept + Σ coefficient · feature))).

    The shipped weights of the text features were learned on public messages (benchmarks/matching_quality.py);
    those of party, place, time and kind are set by hand, as those messages do not tell them.
    """

    coefficients: tuple[float, ...] = (8.0, 0.0, 7.8, 5.3, 3.8, 1.5, 3.0, -1.5, 0.5, 0.5)
    intercept: float = -10.3

    def to_dict(self) -> dict[str, object]:
        """JSON values; the names of the features go along so that a later version can tell."""
        return {
            "features": list(FEATURES),
            "coefficients": list(self.coefficients),
            "intercept": self.intercept,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Weights:
        """The Weights that `to_dict` wrote. ValueError when the features have changed since."""
        if tuple(stored["features"]) != FEATURES:
            raise ValueError("weights were learned on other features: learn them again")
        return cls(tuple(map(float, stored["coefficients"])), float(stored["intercept"]))


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
    q = ready(query)
    held = [p for p in map(ready, candidates) if p.signal.id != q.signal.id]
    scores = score(features(q, held, idf), weights)
    order = sorted(range(len(held)), key=lambda i: (-round(float(scores[i]), 9), str(held[i].signal.id)))
    return [Hit(held[i].signal.id, float(scores[i]), explain(q, held[i], idf)) for i in order[:limit]]


def score(rows: NDArray[np.float64], weights: Weights) -> NDArray[np.float64]:
    """Logistic score in 0…1 of rows of features."""
    return 1 / (1 + np.exp(-(rows @ np.array(weights.coefficients) + weights.intercept)))


def explain(query: Profile | Signal, candidate: Profile | Signal, idf: Idf, most: int = 5) -> Reasons:
    """The reasons two reports look alike, at most `most` shared words.

    Words of both headlines or addresses come first, then those of one, then of the texts; rarest first.
    """
    a = query.signal if isinstance(query, Profile) else query
    b = candidate.signal if isinstance(candidate, Profile) else candidate
    heads = [{*tokens(headline(s)), *tokens(s.place_text)} for s in (a, b)]
    every = [
        heads[i] | {w for w in texts.words(s.text[:LONGEST]) if len(w) > 1} for i, s in enumerate((a, b))
    ]
    ordered = sorted(
        every[0] & every[1], key=lambda w: (-(w in heads[0]) - (w in heads[1]), -idf.weight(w), -len(w), w)
    )
    kept: list[str] = []
    for word in ordered:
        if len(kept) < most and not any(word in other or other in word for other in kept):
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
    rows: NDArray[np.float64],
    same: Sequence[bool],
    asked: Sequence[Hashable] | None = None,
    prior: Weights | None = None,
    strength: float = 3.0,
) -> Weights:
    """Weights fitted to confirmed pairs, held to `prior` where there is little evidence.

    rows: `features` of each pair, (pairs, features). same: what users confirmed. asked: which query each pair
    answers (its id); without it all pairs are taken as answers to one query. ValueError when lengths differ.

    Two steps. First the direction: every confirmed pair should stand before the refused ones *of the same
    query*: Σ ln(1 + Σ exp(refused - confirmed)) over confirmed pairs (conditional logit, McFadden 1974), a query
    with n confirmed pairs counted n^-1.5 per pair because its partners ask the same again, plus strength/2 ·
    (change of a coefficient · spread of its feature)². No coefficient changes its sign. Then scale and intercept
    by logistic regression on all pairs (Platt 1999), so that the score is a probability among such pairs.
    """
    from scipy.optimize import minimize  # 30 MB, and only learning needs it

    prior = prior or Weights()
    y = np.asarray(same, dtype=bool)
    queries = np.unique(np.zeros(len(y)) if asked is None else [str(a) for a in asked], return_inverse=True)[
        1
    ]
    if not len(rows) == len(y) == len(queries):
        raise ValueError(f"{len(rows)} pairs, {len(y)} answers and {len(queries)} queries do not fit")
    if not len(y):
        return prior
    before = np.array(prior.coefficients)
    spread = np.maximum(rows.std(axis=0), 0.05)
    count = queries.max() + 1
    yeses = np.bincount(queries, y, minlength=count)
    counted = y & (np.bincount(queries, ~y, minlength=count) > 0)[queries]
    weight = np.where(counted, yeses[queries].clip(1) ** -1.5, 0.0)
    weight *= len(np.unique(queries[counted])) / max(weight.sum(), 1e-9)

    def misplaced(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = rows @ w
        highest = np.full(count, -np.inf)
        np.maximum.at(highest, queries, z)
        e = np.exp(z - highest[queries])
        refused = np.bincount(queries, e * ~y, minlength=count)[queries]
        share = weight * refused / (e + refused + 1e-300)
        value = float((weight * np.log1p(refused / np.maximum(e, 1e-300))).sum())
        per_refused = np.bincount(queries, weight / (e + refused + 1e-300), minlength=count)[queries]
        slope = rows.T @ (e * ~y * per_refused - share)
        off = (w - before) * spread
        return value + strength / 2 * float(off @ off), slope + strength * off * spread

    bounds = [(None, 0) if name == "far" else (0, None) for name in FEATURES]
    direction = minimize(misplaced, before, jac=True, method="L-BFGS-B", bounds=bounds).x
    z = rows @ direction

    def dishonest(ab: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        t = ab[0] * z + ab[1]
        off = ab - [1.0, prior.intercept]
        wrong = 1 / (1 + np.exp(-np.clip(t, -50, 50))) - y
        value = np.logaddexp(0, t).sum() - t[y].sum() + off @ off / 2
        return float(value), np.array([wrong @ z, wrong.sum()]) + off

    scale, intercept = minimize(
        dishonest, [1.0, prior.intercept], jac=True, method="L-BFGS-B", bounds=[(0.05, 20), (None, None)]
    ).x
    return Weights(tuple(map(float, scale * direction)), float(intercept))
