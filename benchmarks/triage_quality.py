"""How well does the engine's learned model tell the kind of a real message?

Data: 8,166 labelled messages to a city government, seven kinds, already cut into words
(`text/messages_labelled_segmented.csv`), and 456 of them as written (`messages_labelled_raw.csv`); found through
FENGQIAO_SHARED or ../shared/data, never part of the project. The 456 are looked up among the cut ones (nine in
ten of a line's words stand in the raw text), taken out before anything is learned and opened
once, at the end. On the rest: five folds, repeated, the regularisation chosen inside each training part; once
with messages drawn freely and once with copies of a message kept in one fold.

    python benchmarks/triage_quality.py
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter, defaultdict
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

import numpy as np
from scipy.stats import t as student
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, train_test_split
from sklearn.svm import LinearSVC

from fengqiao.engine import text as texts
from fengqiao.engine.triage import learn, load_lexicon, suggest, terms

DATA = Path(os.environ.get("FENGQIAO_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "text"
FOLDS, REPEATS, CHOICES = 5, 2, (1.0, 2.0)


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def also_raw(lines: list[tuple[list[str], str]], raw: list[tuple[str, str]]) -> dict[int, set[int]]:
    """Which cut lines are the same message as which raw text, whatever their label: nine in ten words stand in it."""
    found: dict[int, set[int]] = defaultdict(set)
    lowered = [[w.lower() for w in words] for words, _ in lines]
    for r, (text, _) in enumerate(raw):
        plain = text.lower()
        for i, words in enumerate(lowered):
            if sum(w in plain for w in words[:10]) >= 5 and sum(w in plain for w in words) >= 0.9 * len(
                words
            ):
                found[r].add(i)
    return found


def engine(
    train: list[tuple[dict[str, float], str]], test: list[dict[str, float]]
) -> tuple[list[str], float]:
    """Predicted codes, with the regularisation chosen on a fifth of the training part."""
    inner, check = train_test_split(train, test_size=0.2, random_state=0, stratify=[y for _, y in train])
    answers = [y for _, y in check]
    scored = {}
    for choice in CHOICES:
        model = learn(inner, c=choice, honest=False)
        best = model.decide_all([x for x, _ in check]).argmax(axis=1)
        scored[choice] = mean(model.codes[k] == a for k, a in zip(best, answers, strict=True))
    c = max(scored, key=lambda k: (scored[k], -k))
    model = learn(train, c=c, honest=False)
    return [model.codes[k] for k in model.decide_all(test).argmax(axis=1)], c


def baseline(train: list[tuple[list[str], str]], test: list[list[str]]) -> list[str]:
    """Word tf-idf and a linear support vector machine."""
    v = TfidfVectorizer(analyzer=lambda words: words, sublinear_tf=True)
    machine = LinearSVC().fit(v.fit_transform([x for x, _ in train]), [y for _, y in train])
    return machine.predict(v.transform(test)).tolist()


def interval(values: list[float], tested: float) -> float:
    """Half width of the 95 % interval of a repeated cross-validation (corrected t of Nadeau and Bengio 2003)."""
    k = len(values)
    return float(student.ppf(0.975, k - 1)) * stdev(values) * sqrt(1 / k + tested / (1 - tested))


def cross_validated(
    name: str, held: list[tuple[list[str], str]], groups: list[str] | None, repeats: int
) -> None:
    counted = [terms(words) for words, _ in held]
    labels = [y for _, y in held]
    ours, theirs, macro, macro_base, chosen = [], [], [], [], Counter()
    for seed in range(repeats):
        if groups is None:
            folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(labels, labels)
        else:
            folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(labels, labels, groups)
        for train, test in folds:
            known, asked, answers = (
                [held[i] for i in train],
                [held[i][0] for i in test],
                [labels[i] for i in test],
            )
            said, c = engine([(counted[i], labels[i]) for i in train], [counted[i] for i in test])
            chosen[c] += 1
            simple = baseline(known, asked)
            ours.append(mean(a == b for a, b in zip(said, answers, strict=True)))
            theirs.append(mean(a == b for a, b in zip(simple, answers, strict=True)))
            macro.append(f1_score(answers, said, average="macro"))
            macro_base.append(f1_score(answers, simple, average="macro"))
    print(name)
    print(
        f"  tf-idf + linear SVM (baseline)  accuracy {mean(theirs):.4f} ± {interval(theirs, 1 / FOLDS):.4f}   macro F1 {mean(macro_base):.4f}"
    )
    print(
        f"  engine                          accuracy {mean(ours):.4f} ± {interval(ours, 1 / FOLDS):.4f}   macro F1 {mean(macro):.4f}"
        f"   (×{mean(ours) / mean(theirs):.4f}; errors ×{(1 - mean(ours)) / (1 - mean(theirs)):.2f}; C chosen {dict(chosen)})",
        flush=True,
    )


def main() -> None:
    if not (DATA / "messages_labelled_segmented.csv").exists():
        print(f"triage_quality: no data in {DATA}; set FENGQIAO_SHARED. Nothing measured.")
        sys.exit(0)
    lines = [(r["tokens"].split(), r["label"]) for r in read("messages_labelled_segmented.csv")]
    raw = [(r["title"] + "\n" + r["body"], r["label"]) for r in read("messages_labelled_raw.csv")]
    same = also_raw(lines, raw)
    out = {i for found in same.values() for i in found}
    rest = [pair for i, pair in enumerate(lines) if i not in out]
    copies = [" ".join(sorted(set(words))) for words, _ in rest]
    print(
        f"{len(lines)} messages; {len(same)} of {len(raw)} raw ones found as {len(out)} lines and put aside; {len(rest)} left, {len(rest) - len(set(copies))} of them copies"
    )

    cross_validated(f"drawn freely, {FOLDS} folds × {REPEATS}", rest, None, REPEATS)
    cross_validated(f"copies kept together, {FOLDS} folds", rest, copies, 1)
    opened_once(rest, lines, raw, same)


def opened_once(
    rest: list[tuple[list[str], str]],
    lines: list[tuple[list[str], str]],
    raw: list[tuple[str, str]],
    same: dict[int, set[int]],
) -> None:
    """The raw messages put aside, with a model learned on all the rest."""
    model = learn(rest)
    asked, answers = [text for text, _ in raw], [y for _, y in raw]
    simple = baseline(rest, [[w for w in texts.words(t)] for t in asked])
    scores = model.decide_all(asked)
    said = [model.codes[k] for k in scores.argmax(axis=1)]
    right = np.array([a == b for a, b in zip(said, answers, strict=True)])
    base = mean(a == b for a, b in zip(simple, answers, strict=True))
    print(f"the {len(raw)} raw messages, opened once, cut by the engine")
    print(
        f"  tf-idf + linear SVM (baseline)  accuracy {base:.4f}   macro F1 {f1_score(answers, simple, average='macro'):.4f}"
    )
    print(
        f"  engine                          accuracy {right.mean():.4f}   macro F1 {f1_score(answers, said, average='macro'):.4f}   (×{right.mean() / base:.4f})"
    )
    sure = np.array([max(model.probabilities(t).values()) >= model.sure_above for t in asked])
    print(
        f"  left unmarked {sure.mean():.3f} of them (probability ≥ {model.sure_above:.2f}), of which right {right[sure].mean():.4f} (aim 0.95); marked 存疑: right {right[~sure].mean():.4f}"
    )
    line_of = {r: max(found, key=lambda i: len(lines[i][0])) for r, found in same.items()}
    cut = [model.codes[k] for k in model.decide_all([lines[i][0] for i in line_of.values()]).argmax(axis=1)]
    print(
        f"  their {len(cut)} cut lines: accuracy {mean(c == answers[r] for c, r in zip(cut, line_of, strict=True)):.4f};"
        f" the same answer from line and raw text {mean(c == said[r] for c, r in zip(cut, line_of, strict=True)):.4f}"
    )
    print(f"  model: {len(model.vocabulary)} terms, {len(model.to_bytes()) / 1e6:.1f} MB stored")

    disputes = load_lexicon("disputes")
    suggested = [suggest(text, disputes) for text in asked]
    print(
        f"dispute lexicon alone on the same messages: {mean(not s.unsure for s in suggested):.3f} left unmarked (no truth to hold it against)"
    )


if __name__ == "__main__":
    main()
