"""旧台账: the station's own Excel of past years, taken in as history (station-day 9).

Registers have a sheet per month or year, titles and merged cells, dates as text and often without the year, 同上,
totals and section lines, and headings repeated in the middle. Their lines become candidates with `history=True`,
from which no reminder, deadline or notice may follow.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from fengqiao.core.rules.identity import simplified
from fengqiao.intake.tabular.columns import Header, Mapping, guess_sheet, text_of
from fengqiao.intake.tabular.positions import Bounds
from fengqiao.intake.tabular.reading import Row, Table
from fengqiao.intake.tabular.results import Candidate, Refused, Result
from fengqiao.intake.tabular.rows import Repeats, Settings, lines

STATES = (
    ("reopened", re.compile("(?<![未无没])(?<!没有)(反弹|再次发生|重新激化)|反复(?!做)")),
    ("open", re.compile("未(化解|办结|调解|结|成(?!年)|处理|解决|履行)|待(化解|调解|处理|办|核实|履行|定)|正在|(调解|化解|办理|处理|跟进)中|在办|跟进|稳控|^否$|^×$|^no?$|^open")),
    ("referred", re.compile("移交|移送|流转|转(交|办|至|送|到|由|村|镇|社区|司法|法院|法庭|信访)|引导.{0,6}(诉讼|起诉)|告知.{0,6}(诉讼|起诉)|向法院|走诉讼")),
    ("failed", re.compile("不成功|调解不成|失败|未果|无法调解|终止|未达成|拒绝调解|不予")),
    ("performed", re.compile("已?履行(完毕|到位)|^已?履行|已兑现|付清|赔偿到位")),
    ("resolved", re.compile("化解|成功|达成.{0,8}(协议|一致|和解)|和解|和好|谅解|调结|调解结案|已调解|已解决|握手言和|^是$|^√$|^y(es)?$|resolved")),
    ("closed", re.compile("办结|结案|结警|处理完|已处理|已办|已回复|完成|现场(处置|处理)|撤销|close|done")),
)
"""Words for how a matter ended, in the order they are looked for: 未化解 before 化解, 不成功 before 成功."""

_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)|(?<!\d)(\d\d)\s*年")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_TELLING = 60  # a longer account tells a story, of which single words prove nothing


def state_of(*words: str | None) -> str | None:
    """The state that register words mean (已化解, 调解成功 → resolved; 移交司法所 → referred …); None if none is known.

    The first text that says anything decides: the state column before the result column. The words themselves stay
    with the candidate.
    """
    for text in words:
        plain = simplified(text or "").strip().lower()
        for state, pattern in STATES:
            if plain and len(plain) <= _TELLING and pattern.search(plain):
                return state
    return None


def year_of(*texts: str) -> int | None:
    """The year a sheet's name or title states (2023年台账, 23年3月, 二〇二三年), None if it states none or several."""
    for text in (text.translate(_DIGITS) for text in texts):
        found = {int(full) if full else 2000 + int(short) for full, short in _YEAR.findall(text)}
        if len(found) == 1:
            return found.pop()
        if found:
            return None
    return None


def history(table: Table, now: datetime, county_bounds: Bounds | tuple | None = None, *, mapping: Mapping | None = None,
            result: Result | None = None, coord_system: str = "WGS84", area_code: str = "",
            ) -> Iterator[Candidate | Refused]:  # fmt: skip
    """Every line of an old register as a history candidate, sheet by sheet, or refused with its reason.

    A sheet that is no register (explanation, summary) is left out with a warning in `result`. `mapping` is used for
    the columns it knows; the rest is guessed per sheet. `state` of a candidate is one of STATES' codes where the words
    are known, else None with the words kept in `outcome`.
    """
    result = result if result is not None else Result()
    repeats = Repeats()
    for sheet in table.sheets:
        header, used = guess_sheet(sheet)
        if not header.headings:
            continue
        if mapping:
            used = _preferring(mapping, used, header)
        if not header.line or not (used.columns("text") or used.columns("title")):
            result.warnings.append(f"工作表“{sheet.name}”不像台账（没有内容列），未导入。")
            continue
        settings = Settings(now, Bounds(*county_bounds) if county_bounds else None, coord_system, area_code,
                            history=True, year=year_of(sheet.name, header.title, table.filename))  # fmt: skip
        for item in lines(sheet, header, used, settings, result, repeats, is_section=_section):
            yield _told(item) if isinstance(item, Candidate) else item


def _told(candidate: Candidate) -> Candidate:
    """The candidate with its state as a code and the register's own words in the outcome."""
    words = list(dict.fromkeys(filter(None, (candidate.state, candidate.outcome))))
    return replace(candidate, state=state_of(candidate.state, candidate.outcome), outcome="；".join(words) or None)


def _preferring(mapping: Mapping, guessed: Mapping, header: Header) -> Mapping:
    """`mapping` where it knows the heading; the guess for headings it has never seen."""
    applied = mapping.onto(header.headings)
    known = {choice.field for choice in applied.choices if choice.field}
    new = {g.column: g.field for a, g in zip(applied.choices, guessed.choices, strict=False)
           if a.why == "新出现的列" and g.field and g.field not in known and not a.dropped}  # fmt: skip
    return applied.corrected(new) if new else applied


def _section(row: Row, mapping: Mapping) -> bool:
    """A line between the entries: one text over the whole width (二、邻里纠纷), a signature line or a note below."""
    words = [(i, text) for i, cell in enumerate(row) if (text := text_of(cell))]
    if len({text for _, text in words}) == 1:
        telling = {*mapping.columns("text"), *mapping.columns("title")}
        return (len(words) > 1 or words[0][0] not in telling) and not re.fullmatch(r"[\d.]+", words[0][1])
    return bool(re.match(r"(填表|制表|审核|填报|报送|统计)(人|单位|日期|时间)[:：]|(备注|说明|注)[:：]", words[0][1]))
