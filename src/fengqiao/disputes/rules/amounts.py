"""Amounts of money as people write them (69万, 六十九万, 690,000.00 元), and a total split into instalments.

Money is Decimal in 元 with at most two places (分). What can be read two ways is not guessed: it is refused with the
question how it is meant.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import cn2an

from fengqiao.core.rules import BadInput

MOST = Decimal("999999999999.99")
INSTALMENTS = 120  # at most: ten years by the month
INTERVALS = {"month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年", "week": "每周"}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}

_UNITS = {"亿": 8, "万": 4, "千": 3, "百": 2}
_SAME = str.maketrans({"两": "二", "〇": "零", "萬": "万", "億": "亿", "仟": "千", "佰": "百", "拾": "十", "圆": "元", "块": "元", "毛": "角",
                       "W": "万", "w": "万", "壹": "一", "贰": "二", "叁": "三", "肆": "四", "伍": "五", "陆": "六", "柒": "七", "捌": "八", "玖": "九"})
_HAN = re.compile("[零一二三四五六七八九十百千万亿]+")
_PLAIN = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_UNCLEAR = "金额可以有两种读法，请写全，例如 23000。"
_WRONG = "金额读不出来，请写成 690000、69万 或六十九万元。"


def amount(text: str) -> Decimal:
    """The amount in 元: 69万 → 690000, 六十九万 → 690000, 690,000.00 元 → 690000.00, 三百元五角 → 300.50.

    Raises BadInput for what is no amount, is not above zero, has more than two places, or can be read two ways.
    """
    text = unicodedata.normalize("NFKC", text).translate(_SAME)
    text = re.sub(r"\s|^人民币|^RMB|^[¥￥]|钱$|整$|正$", "", re.sub(r"\s", "", text))
    whole, _, rest = text.partition("元")
    value = (_number(whole) if whole else Decimal(0)) + _parts(rest) if whole or rest else None
    if value is None:
        raise BadInput(_WRONG)
    if value <= 0:
        raise BadInput("金额须大于零。")
    if value > MOST:
        raise BadInput("金额过大，请核对。")
    if value != value.quantize(Decimal("0.01")):
        raise BadInput("金额最多精确到分。")
    return value.quantize(Decimal("0.01"))


def _parts(text: str) -> Decimal:
    """角 and 分 after 元."""
    if not text:
        return Decimal(0)
    found = re.fullmatch(r"零?(?:([\d零一二三四五六七八九])角)?零?(?:([\d零一二三四五六七八九])分)?", text)
    if found is None or not any(found.groups()):
        raise BadInput(_WRONG)
    tenths, cents = (_digit(one) if one else 0 for one in found.groups())
    return Decimal(tenths * 10 + cents) / 100


def _digit(text: str) -> int:
    return int(text) if text.isdecimal() else "零一二三四五六七八九".index(text)


def _number(text: str) -> Decimal:
    if whole := _PLAIN.fullmatch(text):
        return Decimal(whole[0].replace(",", ""))
    if _HAN.fullmatch(text):
        return _han(text)
    if point := re.fullmatch("([零一二三四五六七八九十百千]+)点([零一二三四五六七八九]+)([千万亿]?)", text):
        digits = "".join(str(_digit(one)) for one in point[2])
        return Decimal(f"{int(_han(point[1]))}.{digits}") * 10 ** _UNITS.get(point[3], 0)
    return _mixed(text)


def _han(text: str) -> Decimal:
    try:
        value = int(cn2an.cn2an(text, "normal"))
        again = cn2an.an2cn(value)
    except (ValueError, KeyError, IndexError) as error:
        raise BadInput(_WRONG) from error
    tail = re.search("[亿万千百][一二三四五六七八九]$", text)  # 二万三: twenty-three thousand, or twenty thousand and three?
    if tail and value % 10 == 0:
        raise BadInput(_UNCLEAR)
    if _bare(again) != _bare(text):
        raise BadInput(_WRONG)
    return Decimal(value)


def _bare(text: str) -> str:
    """Without the zeros people leave out, 十五 as 一十五."""
    return re.sub("(?<![一二三四五六七八九])十", "一十", text.replace("零", ""))


def _mixed(text: str) -> Decimal:
    """1.5万, 1万5千, 69万5000, 3百万."""
    if big := re.fullmatch(r"(\d+(?:\.\d+)?)([百千])万", text):
        return Decimal(big[1]) * 10 ** (_UNITS[big[2]] + 4)
    found = re.fullmatch(r"(?:([\d.]+)亿)?(?:([\d.]+)万)?(?:([\d.]+)千)?(?:([\d.]+)百)?(\d*)", text)
    if found is None or not any(found.groups()):
        raise BadInput(_WRONG)
    *given, bare = found.groups()
    total, last = Decimal(0), 0
    for number, (_, power) in zip(given, _UNITS.items(), strict=True):
        if number is None:
            continue
        if not re.fullmatch(r"\d+(\.\d+)?", number) or (last and Decimal(number) >= 10 ** (last - power)):
            raise BadInput(_WRONG)
        total, last = total + Decimal(number) * 10**power, power
    if bare and last and len(bare) != last:
        raise BadInput(_UNCLEAR)
    return total + Decimal(bare or 0)


def instalments(total: Decimal, number: int, first: date, interval: str) -> list[tuple[date, Decimal]]:
    """`total` in `number` parts from `first` on: (due, amount) each; the parts add up to the total to the last 分.

    interval  key of INTERVALS; a month without that day ends on its last (31 January, 28 February, 31 March)
    What does not divide goes to the last part. Whole 元 stay whole. Raises BadInput when a part would be nothing.
    """
    if not 1 <= number <= INSTALMENTS:
        raise BadInput(f"期数须为 1 至 {INSTALMENTS}。")
    if interval not in INTERVALS:
        raise BadInput("请选择间隔。")
    step = Decimal(1) if total == total.to_integral_value() and total >= number else Decimal("0.01")
    part = (total / number // step) * step
    if part <= 0:
        raise BadInput("期数太多，每期不足一分。")
    days = _dates(first, interval)
    return [(next(days), part if n < number else total - part * (number - 1)) for n in range(1, number + 1)]


def _dates(first: date, interval: str) -> Iterator[date]:
    for n in range(INSTALMENTS):
        if interval == "week":
            yield first + timedelta(weeks=n)
            continue
        month = first.month - 1 + n * _MONTHS[interval]
        year, month = first.year + month // 12, month % 12 + 1
        yield date(year, month, min(first.day, monthrange(year, month)[1]))
