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

from .differences import Span, mark_differences
from .pairs import FEATURES, features, metres_between, seconds_between
from .profiles import GROWN, YOUNG, Idf, Profile, Signal, headline, lookup_keys, lookup_tokens, profile
from .ranking import Hit, Reasons, Weights, explain, learn, rank, score

__all__ = [
    "FEATURES",
    "GROWN",
    "YOUNG",
    "Hit",
    "Idf",
    "Profile",
    "Reasons",
    "Signal",
    "Span",
    "Weights",
    "explain",
    "features",
    "headline",
    "learn",
    "lookup_keys",
    "lookup_tokens",
    "mark_differences",
    "metres_between",
    "profile",
    "rank",
    "score",
    "seconds_between",
]
