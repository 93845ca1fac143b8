"""docs/law.md says the same as the table the engine reads. `write()` brings it back into step."""

from collections import Counter
from datetime import date
from pathlib import Path

from fengqiao.core.rules.deadlines import UNITS, Rule, rules

PAGE = Path(__file__).parents[4] / "docs" / "law.md"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
KINDS = {"limit": "期限", "gate": "程序要求", "fact": "说明"}


def span(rule: Rule) -> str:
    first, last = (day.isoformat() if day else "" for day in (rule.valid_from, rule.valid_to))
    return f"{first} – {last}".strip() if first or last else "不限"


def extension(rule: Rule) -> str:
    if rule.extension == 0:
        return ""
    amount = "约定" if rule.extension is None else f"+{rule.extension}{UNITS[rule.unit]}"
    return f"{amount}，{rule.extension_by}"


def table() -> str:
    """The table of docs/law.md as deadlines.csv has it now."""
    head = (
        "| 编号 | 步骤 | 性质 | 期限 | 延长 | 扣除 | 遇假日 | 依据 | 版本 | 适用 | 标记 | 状态 | 可拦截 |\n"
        + "|---" * 13
        + "|\n"
    )
    lines = []
    for r in rules():
        basis = f"{r.law} {r.article}".strip()
        version = f"{r.edition}（按{'行为' if r.basis == 'conduct' else '步骤'}日）" if r.edition else ""
        rolls = "" if r.limit is None else "顺延" if r.rolls else "不顺延"
        cells = [
            f"`{r.id}`",
            r.step,
            KINDS[r.kind],
            r.limit_words,
            extension(r),
            r.pauses,
            rolls,
            basis,
            version,
            span(r),
        ]
        lines.append("| " + " | ".join([*cells, r.mark, r.state, "是" if r.may_block else ""]) + " |\n")
    return head + "".join(lines)


def write() -> None:
    """Put the table into docs/law.md."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.split(END)[1], encoding="utf-8")


def test_the_page_on_law_shows_the_table_the_engine_reads():
    page = PAGE.read_text(encoding="utf-8")
    assert page.split(BEGIN)[1].split(END)[0] == table(), (
        "docs/law.md is out of step: run write() of this module"
    )


def test_the_page_counts_right():
    counts = Counter(r.state for r in rules())
    assert f"{len(rules())} 行：已核 {counts['已核']} 行，待核 {counts['待核']} 行" in PAGE.read_text(
        encoding="utf-8"
    )


def test_every_rule_that_rests_on_the_2025_law_is_explained_on_the_page():
    page = PAGE.read_text(encoding="utf-8").split(BEGIN)[0]
    for r in rules():
        if r.law == "治安管理处罚法" and (r.valid_from or date.min) >= date(2026, 1, 1):
            assert f"`{r.id}`" in page
