"""How well does the engine find reports of the same issue among real messages?

Data: 2,184 anonymised messages to a city government and the pairs of them that are about the same issue
(`text/messages_stream.csv`, `text/message_pairs.csv`; found through FENGQIAO_SHARED or ../shared/data, never
part of the project). Figure: R-precision over the messages that have a partner: of a message's n partners,
the share among the n best when it is ranked against all others. Mean per message, and mean per group (connected
messages count together). The weights are learned on four fifths of the *groups* and tested on the rest, five
folds, three repeats; they start from a flat prior, not from the shipped weights.

    python benchmarks/matching_quality.py
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections import defaultdict
from datetime import datetime
from math import log
from pathlib import Path
from statistics import mean, median, stdev
from zoneinfo import ZoneInfo

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from fengqiao.engine import text as texts
from fengqiao.engine.matching import (
    FEATURES,
    YOUNG,
    Idf,
    Profile,
    Signal,
    Weights,
    features,
    learn,
    lookup_keys,
    profile,
    rank,
    score,
)

DATA = Path(os.environ.get("FENGQIAO_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "text"
FOLDS, REPEATS, TRAINED_ON, FETCHED = 5, 3, 250, 300
FLAT = Weights((5.0, 5.0, 5.0, 5.0, 5.0, 1.0, 2.0, -1.5, 0.5, 0.5), -9.0)


def read() -> tuple[list[Signal], list[tuple[int, int, str]]]:
    shanghai = ZoneInfo("Asia/Shanghai")
    signals = []
    with (DATA / "messages_stream.csv").open(encoding="utf-8-sig", newline="") as lines:
        for r in csv.DictReader(lines):
            layout = "%Y/%m/%d %H:%M:%S" if "/" in r["time"] else "%Y-%m-%d %H:%M:%S"
            at = datetime.strptime(r["time"], layout).replace(tzinfo=shanghai)
            signals.append(Signal(r["id"], r["title"], r["body"], at, party_keys=frozenset([r["user"]])))
    place = {s.id: i for i, s in enumerate(signals)}
    with (DATA / "message_pairs.csv").open(encoding="utf-8-sig", newline="") as lines:
        pairs = [(place[r["id1"]], place[r["id2"]], r["kind"]) for r in csv.DictReader(lines)]
    return signals, pairs


class Truth:
    """Partners of each message, and the group (connected component) it belongs to."""

    def __init__(self, pairs: list[tuple[int, int, str]], n: int) -> None:
        self.kinds: dict[int, dict[int, str]] = defaultdict(dict)
        root = list(range(n))

        def find(i: int) -> int:
            while root[i] != i:
                i = root[i]
            return i

        for a, b, kind in pairs:
            self.kinds[a][b] = self.kinds[b][a] = kind
            root[find(a)] = find(b)
        self.queries = sorted(self.kinds)
        self.group = {q: find(q) for q in self.queries}

    def precision(self, order: dict[int, list[int]], exact: bool = True) -> tuple[float, float]:
        """R-precision of rankings, per message and per group; without `exact` those partners are taken out."""
        per_group = defaultdict(list)
        for q, ranked in order.items():
            out = set() if exact else {p for p, kind in self.kinds[q].items() if kind == "exact"}
            partners = set(self.kinds[q]) - out
            if partners:
                best = [c for c in ranked if c not in out][: len(partners)]
                per_group[self.group[q]].append(len(partners & set(best)) / len(partners))
        return mean(v for vs in per_group.values() for v in vs), mean(map(mean, per_group.values()))


def by_characters(signals: list[Signal], truth: Truth) -> dict[int, list[int]]:
    """The baseline: cosine of character 2-3-gram tf-idf of title and text together."""
    x = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(
        ["".join(texts.normalise(f"{s.title} {s.text}").split()) for s in signals]
    )
    likeness = (x[truth.queries] @ x.T).toarray()
    return {
        q: [int(c) for c in np.argsort(-row, kind="stable") if c != q]
        for q, row in zip(truth.queries, likeness, strict=True)
    }


def cross_validated(
    rows: dict[int, np.ndarray], of: dict[int, np.ndarray], truth: Truth, seed: int
) -> dict[int, list[int]]:
    """Rankings of every message by weights learned on other groups. rows: features of candidates `of` each query."""
    groups = np.array(sorted(set(truth.group.values())))
    np.random.default_rng(seed).shuffle(groups)
    order = {}
    for fold in range(FOLDS):
        held_out = set(groups[fold::FOLDS].tolist())
        x, y, asked = [], [], []
        for q in truth.queries:
            if truth.group[q] not in held_out and len(of[q]):
                known = np.isin(of[q], list(truth.kinds[q]))
                near = np.argsort(-rows[q][:, :5].sum(axis=1), kind="stable")[:TRAINED_ON]
                used = np.union1d(near, np.flatnonzero(known))
                x.append(rows[q][used])
                y.append(known[used])
                asked += [q] * len(used)
        learned = np.array(learn(np.concatenate(x), np.concatenate(y), asked, FLAT).coefficients)
        for q in truth.queries:
            if truth.group[q] in held_out:
                order[q] = of[q][np.argsort(-(rows[q] @ learned), kind="stable")].tolist()
    return order


def fetched(signals: list[Signal], idf: Idf, truth: Truth) -> dict[int, np.ndarray]:
    """What a database would give: messages sharing a look-up key, most shared rarity first."""
    keys = [lookup_keys(s, idf) for s in signals]
    holders = defaultdict(list)
    for i, words in enumerate(keys):
        for w in words:
            holders[w].append(i)
    found = {}
    for q in truth.queries:
        shared: dict[int, float] = defaultdict(float)
        for w in keys[q]:
            for i in holders[w]:
                shared[i] += log(len(signals) / len(holders[w]))
        shared.pop(q, None)
        found[q] = np.array(sorted(shared, key=lambda i: (-shared[i], i))[:FETCHED], dtype=int)
    return found


def young(signals: list[Signal], profiles: list[Profile], truth: Truth) -> None:
    """A station's first reports, with and without the prior of `Idf`: what the shipped weights suggest at 0.35."""
    print("a young station, shipped weights, suggested at a score of 0.35 (means of eight draws)")
    members = defaultdict(list)
    for q in truth.queries:
        members[truth.group[q]].append(q)
    alone = [i for i in range(len(signals)) if i not in truth.group]
    for size, counted in ((50, 0), (50, 50), (150, 150), (300, 300)):
        for name, prior in (("own count", 0), ("with the prior", YOUNG)):
            found, false, paraphrased = [], [], []
            for seed in range(8):
                dice = np.random.default_rng(seed)
                groups = dice.permutation(sorted(members))[: max(2, size // 15)]
                asked = [q for g in groups for q in members[int(g)][:3]]
                held = asked + [int(i) for i in dice.permutation(alone)[: size - len(asked)]]
                idf = Idf(prior)
                for i in held[:counted]:
                    idf.add(profiles[i])
                for q in held[: len(asked) + 20]:
                    others = [i for i in held if i != q]
                    scores = score(features(profiles[q], [profiles[i] for i in others], idf), Weights())
                    hit = {i for i, s in zip(others, scores, strict=True) if s >= 0.35}
                    partners = {i: kind for i, kind in truth.kinds.get(q, {}).items() if i in others}
                    found += [i in hit for i in partners]
                    paraphrased += [i in hit for i, kind in partners.items() if kind != "exact"]
                    false.append(len(hit - set(partners)))
            print(
                f"  {size:>5} reports, {counted:>4} counted, {name:<15} found {mean(found):.3f}, of those in other words"
                f" {mean(paraphrased):.3f}; suggested for nothing {mean(false):.3f} a report"
            )


def line(name: str, results: list[tuple[float, float]], base: tuple[float, float]) -> None:
    message, group = (mean(r[i] for r in results) for i in (0, 1))
    spread = f" ± {stdev(r[0] for r in results):.3f}" if len(results) > 1 else "        "
    print(
        f"  {name:<44} {message:.3f}{spread} (×{message / base[0]:.3f})   per group {group:.3f} (×{group / base[1]:.3f})"
    )


def milliseconds(work: object, times: int = 30) -> tuple[float, float]:
    took = []
    for _ in range(times):
        start = time.process_time()
        work()  # type: ignore[operator]
        took.append((time.process_time() - start) * 1000)
    return min(took), median(took)


def main() -> None:
    if not (DATA / "message_pairs.csv").exists():
        print(f"matching_quality: no data in {DATA}; set FENGQIAO_SHARED. Nothing measured.")
        sys.exit(0)
    signals, pairs = read()
    truth = Truth(pairs, len(signals))
    n = len(signals)
    idf = Idf()
    profiles = [profile(s) for s in signals]
    for p in profiles:
        idf.add(p)

    base = by_characters(signals, truth)
    everyone = {q: np.array([i for i in range(n) if i != q]) for q in truth.queries}
    rows = {q: features(profiles[q], [profiles[i] for i in everyone[q]], idf) for q in truth.queries}
    found = fetched(signals, idf, truth)
    found_rows = {q: features(profiles[q], [profiles[i] for i in found[q]], idf) for q in truth.queries}
    whole = [cross_validated(rows, everyone, truth, seed) for seed in range(REPEATS)]
    staged = [cross_validated(found_rows, found, truth, seed) for seed in range(REPEATS)]

    print(
        f"R-precision, {len(truth.queries)} messages with a partner among {n}, {len(set(truth.group.values()))} groups"
    )
    for exact in (True, False):
        print("with exact repeats" if exact else "without exact repeats")
        reference = truth.precision(base, exact)
        line("character tf-idf (baseline)", [reference], reference)
        line(
            "engine, against all, weights of other groups",
            [truth.precision(o, exact) for o in whole],
            reference,
        )
        line(
            f"engine, ≤ {FETCHED} fetched by their keys",
            [truth.precision(o, exact) for o in staged],
            reference,
        )
    covered = mean(
        len(set(truth.kinds[q]) & set(found[q].tolist())) / len(truth.kinds[q]) for q in truth.queries
    )
    sizes = [len(found[q]) for q in truth.queries]
    print(
        f"fetched candidates hold {covered:.3f} of the partners; {mean(sizes):.0f} candidates on average, {max(sizes)} at most"
    )

    young(signals, profiles, truth)

    near = np.concatenate(
        [np.argsort(-rows[q][:, :5].sum(axis=1), kind="stable")[:TRAINED_ON] for q in truth.queries]
    )
    x = np.concatenate(
        [rows[q][near[i * TRAINED_ON : (i + 1) * TRAINED_ON]] for i, q in enumerate(truth.queries)]
    )
    picked = [everyone[q][near[i * TRAINED_ON : (i + 1) * TRAINED_ON]] for i, q in enumerate(truth.queries)]
    y = np.concatenate([np.isin(c, list(truth.kinds[q])) for c, q in zip(picked, truth.queries, strict=True)])
    every = learn(x, y, np.repeat(truth.queries, TRAINED_ON), FLAT)
    print("weights learned on everything (these are shipped, rounded):")
    print(
        "  " + ", ".join(f"{f} {c:.2f}" for f, c in zip(FEATURES, every.coefficients, strict=True)),
        f"intercept {every.intercept:.2f}",
    )

    some = [profiles[i] for i in np.random.default_rng(0).choice(n, 200, replace=False)]
    low, mid = milliseconds(lambda: features(profiles[0], some, idf))
    print(f"comparing with 200 prepared candidates: {low:.1f} ms processor time at best, {mid:.1f} ms median")
    low, mid = milliseconds(lambda: rank(profiles[0], some, idf, limit=5))
    print(f"the same with the reasons of the five best: {low:.1f} ms at best, {mid:.1f} ms median")
    low, mid = milliseconds(lambda: [profile(s) for s in signals[:200]], 5)
    print(f"preparing 200 messages: {low:.0f} ms at best, {mid:.0f} ms median")
    low, _ = milliseconds(lambda: [texts.search_tokens(s.text) for s in signals], 3)
    print(f"search tokens: {1000 * n / low:.0f} messages a second")


if __name__ == "__main__":
    main()
