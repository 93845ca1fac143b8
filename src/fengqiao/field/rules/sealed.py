"""Whose words never lie on a phone: violence at home, the young. When nobody has sorted a report yet, its words decide."""

import re
from collections.abc import Iterable

KINDS = frozenset({"D01V"})
_HOME = re.compile(
    r"家暴|家庭暴力|人身安全保护令|告诫书"
    r"|(?:丈夫|老公|妻子|老婆|前夫|前妻|男友|女友|父亲|母亲|爸爸|妈妈|儿子|女儿|儿媳|女婿|公公|婆婆)[^，。；！]{0,10}(?:打|殴|掐|砍|踢|虐)"
)


def hinted(texts: Iterable[str]) -> bool:
    """Do the words tell of violence at home? Rather once too often: the record itself stays at the station."""
    return any(_HOME.search(text) for text in texts)
