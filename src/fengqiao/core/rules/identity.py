"""身份与联系方式: reading what people type as id number, telephone, name or credit code.

Every function returns one canonical form or raises BadInput with a Chinese reason. Nothing here tells sex, birth
date or region from an id number: the specification forbids deriving them (domain 2.3, S2).
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import phonenumbers
from opencc import OpenCC
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError

from fengqiao.core.rules import BadInput

NAME_LIMIT = 100


def citizen_id(text: str, *, today: date | None = None) -> str:
    """公民身份号码 (GB 11643-1999): eighteen characters, digits and a final digit or X.

    Full width, spaces, hyphens and a small x are accepted. The region is not looked up: codes of abolished counties
    are valid for life, and the demo county's 999999 exists nowhere. With `today`, births after it are refused.
    """
    number = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if re.fullmatch(r"\d{15}", number):
        raise BadInput("这是15位旧号码，已停止使用，请按居民身份证填写18位公民身份号码")
    if len(number) != 18:
        raise BadInput(f"公民身份号码应为18位，现为{len(number)}位")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise BadInput("公民身份号码只能是数字，末位可以是X")
    if ric.calc_check_digit(number) != number[-1]:
        raise BadInput("公民身份号码校验位不符，请核对是否抄错")
    try:
        born = ric.get_birth_date(number)
    except InvalidComponent:
        raise BadInput("公民身份号码中的出生日期不存在") from None
    if today and born > today:
        raise BadInput("公民身份号码中的出生日期晚于今天")
    return number


def credit_code(text: str) -> str:
    """统一社会信用代码 (GB 32100-2015), eighteen characters."""
    try:
        return uscc.validate(unicodedata.normalize("NFKC", text))
    except InvalidLength:
        raise BadInput("统一社会信用代码应为18位") from None
    except InvalidChecksum:
        raise BadInput("统一社会信用代码校验位不符，请核对是否抄错") from None
    except ValidationError:
        raise BadInput("统一社会信用代码含有不允许的字符") from None


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone. `canonical` is what is stored and matched: E.164 (+8613800001234), or the short code itself.
    `kind`: mobile 手机, fixed 固定电话, short 短号, foreign 境外号码."""

    canonical: str
    kind: str
    display: str


_SHORT_CODE = re.compile(r"1[12][0-9]|100\d{2,3}|12[0-9]{3}|9[56]\d{3,4}")


def phone(text: str, *, area: str = "") -> Phone:
    """Read a telephone number: mobile, fixed line (0 + area code, or the district's own `area`), short code or foreign.

    Accepts +86, 0086, spaces, hyphens, brackets, full width, 转 or 分机 before an extension.
    """
    clean = unicodedata.normalize("NFKC", text).strip()
    clean = re.sub(r"[转轉]|分机", "ext", clean)
    digits = re.sub(r"[\s\-()]", "", clean)
    if not digits:
        raise BadInput("请填写电话号码")
    if _SHORT_CODE.fullmatch(digits):
        return Phone(digits, "short", digits)
    if area and re.fullmatch(r"[2-8]\d{6,7}(ext\d+)?", digits):
        clean = area + digits
    try:
        number = phonenumbers.parse(clean, "CN")
    except phonenumbers.NumberParseException:
        raise BadInput("电话号码格式不对") from None
    foreign = number.country_code != 86
    national = phonenumbers.national_significant_number(number)
    mobile = not foreign and re.fullmatch(r"1[3-9]\d{9}", national) is not None
    if not mobile and not phonenumbers.is_valid_number(number):
        if re.fullmatch(r"[2-8]\d{6,7}", digits):
            raise BadInput("固定电话请加区号")
        raise BadInput("电话号码位数或号段不对")
    kind = "mobile" if mobile else "foreign" if foreign else "fixed"
    style = (
        phonenumbers.PhoneNumberFormat.INTERNATIONAL if foreign else phonenumbers.PhoneNumberFormat.NATIONAL
    )
    display = (
        f"{national[:3]} {national[3:7]} {national[7:]}"
        if mobile
        else phonenumbers.format_number(number, style)
    )
    canonical = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension:
        canonical += f";ext={number.extension}"
        display = display.replace("ext.", "转") if "ext." in display else display
    return Phone(canonical, kind, display)


# What keyboards produce for the separator in 阿卜杜拉·买买提.
MIDDLE_DOTS = "·•‧∙⋅・･᛫●．.﹒。"
# Symbols that do occur in names: description characters and radicals for unencoded characters, □ and 〓 for "missing".
_NAME_SYMBOLS = re.compile(r"[\u2e80-\u2fff\u25a1\u3013\u31c0-\u31ef]")
_JOINERS = "\u180e\u200c\u200d"  # Mongolian vowel separator, (non-)joiner
_EMOJI_PARTS = "\ufe0f\u20e3"


def person_name(text: str) -> str:
    """A person's name as typed, only trimmed: any script, any length up to 100, no split into surname and given name.

    Rare characters (CJK extensions, private use of old cards) and · stay. Emoji, other symbols and control
    characters are refused (free text elsewhere keeps them).
    """
    name = text.strip()
    if not name:
        raise BadInput("请填写姓名")
    if len(name) > NAME_LIMIT:
        raise BadInput(f"姓名不能超过{NAME_LIMIT}个字，现为{len(name)}个字")
    for char in name:
        category = unicodedata.category(char)
        if char in _EMOJI_PARTS or (
            category in {"So", "Sk", "Sm"} and not _NAME_SYMBOLS.match(char) and char not in MIDDLE_DOTS
        ):
            raise BadInput("姓名中不能有表情或图形符号，请按证件填写")
        if category in {"Cc", "Cs", "Cn", "Zl", "Zp"} or (category == "Cf" and char not in _JOINERS):
            raise BadInput("姓名中有看不见的控制字符，请重新输入")
    return name


@functools.cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


_NAME_NOISE = re.compile(rf"[\s{re.escape(MIDDLE_DOTS)}'’\-‐\u180e\u200c\u200d]")


def simplified(text: str) -> str:
    """Traditional characters to simplified ones (吳忠 → 吴忠), width folded: for comparison and search only."""
    return _simplifier().convert(unicodedata.normalize("NFKC", text))


def name_key(text: str) -> str:
    """The key under which two spellings of one name meet: width, script variant, case, spaces and separators folded.

    For comparison only; what is shown is always what was typed. Different people share keys: a key suggests, never proves.
    """
    return simplified(_NAME_NOISE.sub("", unicodedata.normalize("NFKC", text))).casefold()


def spoken(number: str) -> str:
    """A kept telephone as it is dialled and read: 138 0000 1234; what cannot be read stays as it is."""
    try:
        return phone(number).display if number else ""
    except BadInput:
        return number
