"""脱敏: what a list or a public text may show of a person (NP-55: 王某, 邹某某, XX号).

Rules we decided where the seeds are silent:
- surname + 某 for one further character, 某某 for more; compound surnames stay whole (欧阳某某);
- names without a Chinese surname (巴特尔), with · (阿卜杜拉·买买提) or in other scripts: first character + 某某.
  The number of parts and characters is not shown, because rare long names would still point to one person;
- two different people whose masks would be equal in one text get 甲, 乙, 丙 …
"""

import re
import unicodedata
from collections.abc import Iterable

from fengqiao.core.rules.identity import MIDDLE_DOTS

_COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
    "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 "
    "拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 "
    "西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书 子桑 即墨 达奚 褚师 纳兰 归海 歐陽 司馬 諸葛 東方 尉遲"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_MASKED = re.compile(r".{1,2}某某?[甲乙丙丁戊己庚辛壬癸]?")


def mask_name(name: str) -> str:
    """王强 → 王某, 邹大山 → 邹某某, 欧阳修远 → 欧阳某某, 巴特尔 → 巴某某, 阿卜杜拉·买买提 → 阿某某. Idempotent."""
    name = name.strip()
    if not name or _MASKED.fullmatch(name):
        return name
    if any(dot in name for dot in MIDDLE_DOTS) or not _HAN.match(name):
        return f"{name[0]}某某"
    surname = name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[0]
    return surname + ("某" if len(name) - len(surname) <= 1 else "某某")


def mask_phone(number: str) -> str:
    """13812341234 → 138****1234; a fixed line keeps area code and last two digits; short codes (110, 12345) stay."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", number).split(";")[0])
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    if len(digits) <= 6:
        return digits
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    area = re.match(r"0(10|2\d|[3-9]\d\d)", digits)
    return f"{area[0] if area else ''}****{digits[-2:]}"


def mask_id(number: str) -> str:
    """Only the last four characters of an id number stay visible: **************0016."""
    number = number.strip()
    return "*" * max(len(number) - 4, 0) + number[-4:]


_N = "[0-9A-Za-z０-９〇零一二三四五六七八九十百千甲乙丙丁]"
_JOIN = "[-－—之]"
# A numeral before a door's word. Not a date (6月10号, 16号下午), a document (〔2026〕12号, 民初7326号), a metro line.
_DOOR = re.compile(
    rf"(?<!{_N})(?<![月年〕］\])）初终字]){_N}+(?:{_JOIN}{_N}+)*"
    r"(?=号[楼院]|栋|幢|单元|室|弄|号(?![线机码球令文]|地块|通知|公告|上午|下午|晚|早|凌晨|中午|之?[前后]|以[前后]|左右|开始|[那当]天))"
    rf"|(?<!{_N})[A-Za-z]\d*(?=座)"
)
_ROOM = re.compile(
    r"(?<=[栋幢座楼元])[-－]?\d{3,4}(?![0-9户人元年平米块])|(?<![\d-])\d{1,3}[-－]\d{1,2}[-－]\d{3,4}(?![\d-])"
)


def mask_address(address: str) -> str:
    """城南路12号3栋2单元501室 → 城南路XX号XX栋XX单元XX室, 3栋501 → XX栋XX. Road, village and community stay.

    In free text a count may be masked with the doors (建了3栋楼): a lost number does less harm than a door shown.
    """
    return _ROOM.sub("XX", _DOOR.sub("XX", address))


_ID = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{9}[0-9Xx](?![0-9A-Za-z])")
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)|(?<!\d)0(?:10|2\d|[3-9]\d\d)[-－ ]?\d{7,8}(?!\d)"
)


def _pattern(name: str) -> str:
    """A regular expression finding the name with whatever dot or spaces were typed between its characters."""
    letters = [char for char in name if char not in MIDDLE_DOTS and not char.isspace()]
    return rf"[\s{re.escape(MIDDLE_DOTS)}]{{0,2}}".join(re.escape(char) for char in letters)


def public_text(text: str, names: Iterable[str]) -> str:
    """`text` fit for the public: listed names, id numbers, telephones and door numbers masked, in one pass.

    Longer names are tried first (欧阳修远 before 阳修); a name of one character is left, it would hit everywhere.
    Left to others: names nobody listed are not found here (there is no name recognition), car plates, account
    numbers and rare circumstances that point to a person are not recognised, and whether somebody may print full
    names with a reason is the caller's policy. A person reads every public text before it leaves.
    """
    masks: dict[str, str] = {}
    taken: dict[str, int] = {}
    wanted = [n for n in dict.fromkeys(n.strip() for n in names) if len(n) > 1 and not _MASKED.fullmatch(n)]
    shared = {m for m in map(mask_name, wanted) if [mask_name(n) for n in wanted].count(m) > 1}
    for name in wanted:
        mask = mask_name(name)
        if mask in shared:
            order = taken[mask] = taken.get(mask, -1) + 1
            mask += _STEMS[order] if order < len(_STEMS) else str(order + 1)
        masks[name] = mask
    longest_first = sorted(masks, key=len, reverse=True)
    groups = {f"n{i}": masks[name] for i, name in enumerate(longest_first)}
    parts = [f"(?P<n{i}>{_pattern(name)})" for i, name in enumerate(longest_first)]
    if parts:
        text = re.sub("|".join(parts), lambda hit: groups[hit.lastgroup or ""], text, flags=re.IGNORECASE)
    text = _ID.sub(lambda hit: mask_id(hit[0]), text)
    text = _PHONE.sub(lambda hit: mask_phone(hit[0]), text)
    return mask_address(text)
