"""违法迹象 (station-day 6): words in a report that hint at one. A hint is shown; a person confirms or dismisses it.

The lexicon reads what was reported about *this* quarrel. It knows no one's past.
"""

import re
from collections.abc import Iterable

WORDS = {
    "injury": r"受伤|打伤|咬伤|砍伤|烫伤|抓伤|轻微伤|轻伤|重伤|流血|出血|骨折|淤青|瘀青|住院|送医|缝了?[一二三四五六七八九十\d]+针",
    "damage": r"打砸|砸[坏烂碎毁了]|毁坏|损毁|损坏财物|划[坏花伤].{0,3}车|车.{0,3}被划|剪断|推倒|烧毁|撬[坏开锁]",
    "threat": r"扬言|威胁|恐吓|要报复|[要会](?:杀|砍死?|弄死|打死|灭)|弄死|打死你|不会放过",
    "weapon": r"菜刀|砍刀|匕首|棍棒|木棍|铁棍|钢管|斧头|汽油|[持拿举用挥抄提](?:着|了|起)?[^，。；！]{0,4}(?:刀|斧|棍|锄头?|铁锹|砖头?|镰)",
    "minor": r"未成年|小学生|中学生|初中生|高中生|幼儿园|儿童|婴儿|(?<!\d)(?:1[0-7]|[1-9])周?岁",
    "repeated": r"(?:又|再次|多次|屡次|反复|经常|长期|第[二三四五六]次)[^，。；！]{0,4}(?:动手|殴打|打人|打架|打骂|被打|打了|打伤)",
}
DENIED = re.compile(r"(?:没有?|未|无人?|并未|未曾|不曾|否认|不是)[^，。；！\s]{0,2}$")
_FOUND = {sign: re.compile(pattern) for sign, pattern in WORDS.items()}


def hints(texts: Iterable[str]) -> dict[str, str]:
    """Violation signs the words hint at: code (vocabulary violation_signs) → the words found. Denials do not count."""
    found: dict[str, str] = {}
    for text in texts:
        for sign, pattern in _FOUND.items():
            for hit in pattern.finditer(text):
                if sign not in found and not DENIED.search(text[: hit.start()][-8:]):
                    found[sign] = hit[0]
    return found
