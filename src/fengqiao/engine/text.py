"""Chinese free text made comparable: normal form, words, character n-grams, place names, search tokens.

Everything here is a pure function of its argument. Speeds are for messages of some 350 characters on
one core; `benchmarks/matching_quality.py` prints them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc
import rjieba

# Characters that print nothing and only break matching: controls, soft hyphen, zero-width marks,
# variation selectors, byte-order mark, private use. Line breaks and tabs become spaces instead.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ud800-\udfff\ue000-\uf8ff]"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_SPACE = re.compile(r"\s+")
_SPACE_IN_CHINESE = re.compile(rf"(?<=[{_HAN},.;:!?。、]) (?=[{_HAN}])|(?<=[{_HAN}]) (?=[,.;:!?。、])")
_RUN = re.compile(rf"[{_HAN}]+|[a-z]+|[0-9]+(?:\.[0-9]+)?|[^\W_{_HAN}a-z0-9]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_IS_WORD = re.compile(r"[^\W_]")

# What Chinese place and institution names end with. Longest first inside the alternation.
_PLACE_END = re.compile(
    r"(?:街道|社区|小区|花园|家园|公寓|大道|大厦|广场|市场|商场|超市|酒店|宾馆|学校|小学|中学|大学|学院|幼儿园|医院|卫生院"
    r"|公司|工厂|集团|派出所|居委会|村委会|地铁站|车站|公园|水库|新城|新村|安置区|工业园|产业园|别墅|公馆|名都|豪庭"
    r"|省|市|县|区|乡|镇|村|组|屯|路|街|巷|弄|桥|河|湖|山|港|站|苑|园|府|城|庭|湾|里|栋|幢|号|厂|店|楼|馆|院|校)$"
)
_NOT_NAME = re.compile(
    rf"^(?:[^{_HAN}a-z0-9]|的|在|是|和|与|及|或|对|向|被|把|将|从|到|由|给|就|也|都|又|还|很|请|我|我们|你|你们|他|他们|她|它"
    r"|了|着|过|有|没|没有|不|这|那|该|本|此|各|每|某|住|位于|关于|反映|投诉|咨询|建议|请求|希望|附近|旁边|旁|对面|整个|全|尊敬"
    r"|一个|一条|这个|那个|因|因为|为|为了|去|来|上|下|里|内|外|前|后|中|等|至|跟|之|以|于)$"
)


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def normalise(text: str) -> str:
    """One written form per text: NFKC, simplified characters, invisible characters gone, spaces single.

    Spaces and line breaks between Chinese characters are dropped (typing noise), elsewhere one space
    stays. Case is kept. Idempotent. Linear in the length; some 10 million characters a second.
    Sources: Unicode Annex 15 (NFKC); OpenCC `t2s`.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = unicodedata.normalize("NFKC", _simplifier().convert(text))
    text = _SPACE.sub(" ", text).strip()
    return _SPACE_IN_CHINESE.sub("", text)


def chargrams(text: str, sizes: tuple[int, ...] = (2, 3)) -> list[str]:
    """Character n-grams of the normalised, lower-cased text without its spaces, in order, with repeats."""
    text = normalise(text).lower().replace(" ", "")
    return [text[i : i + n] for n in sizes for i in range(len(text) - n + 1)]


def cut(text: str) -> list[str]:
    """Words of an already normalised text by the jieba dictionary, lower-cased, punctuation included."""
    return [word for word in rjieba.cut(text.lower()) if word != " "]


def words(text: str) -> list[str]:
    """Words of any text in order, with repeats; marks and single punctuation left out."""
    return [word for word in cut(normalise(text)) if _IS_WORD.search(word)]


def places(text: str) -> list[str]:
    """Names of places and institutions as the text writes them, by their endings (小区, 路, 镇, 学校 …).

    A word that ends like a place, with up to two words before it as long as they can be part of a name:
    泉塘街道 gives 泉塘街道; 万家丽南路丽发新城 gives both roads and estates. Names repeat as often as they
    stand in the text. Rule of thumb, not a gazetteer: matching weighs the result by rarity, so that 小区 alone
    counts for nothing.
    """
    return place_names(cut(normalise(text)))


def place_names(cut_words: list[str]) -> list[str]:
    """As `places`, for words already cut with `cut`."""
    found = []
    for i, word in enumerate(cut_words):
        if not _PLACE_END.search(word) or len(word) > 12:
            continue
        if len(word) >= 3:
            found.append(word)
        name = word
        for before in reversed(cut_words[max(0, i - 2) : i]):
            if _NOT_NAME.match(before) or len(name) + len(before) > 10:
                break
            name = before + name
            if len(name) >= 3:
                found.append(name)
    return found


def search_tokens(text: str) -> list[str]:
    """Tokens of a text for an inverted index: each once, in order of first appearance.

    Bigrams of every run of Chinese characters (a run of one gives that character), other words and
    numbers whole in lower case. 张三住A3区花园路12号 → 张三 三住 a 3 区花 花园 园路 12 号.
    """
    return list(dict.fromkeys(_runs(text)))


def query_tokens(query: str) -> list[str]:
    """Tokens that a text must all hold (AND) to be found by the query. Empty for an empty query.

    Words parted by spaces are looked for each by itself: 桂花社区 争吵 asks for no text where one follows the other.
    A Chinese character standing alone (张 三) is taken for a slip: then the whole query is read as one.

    The same tokens as `search_tokens`: what is in the text is found, whatever the words around it. A
    single Chinese character gives itself; in the index it stands alone only where a text has it alone,
    so look it up as the beginning of a token.
    """
    whole = search_tokens(query)
    parts = [token for part in re.split(r"[ \t\r\n\u3000]+", query) for token in search_tokens(part)]
    if any(len(token) == 1 and _IS_HAN.match(token) and token not in whole for token in parts):
        return whole
    return list(dict.fromkeys(parts))


def _runs(text: str) -> list[str]:
    tokens: list[str] = []
    for run in _RUN.findall(normalise(text).lower()):
        if len(run) > 1 and _IS_HAN.match(run):
            tokens.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            tokens.append(run)
    return tokens
