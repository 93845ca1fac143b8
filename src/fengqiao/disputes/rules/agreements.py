"""Pure rules of an agreement (协议): what must be in it, what it comes to, what follows when it is not kept.

The law stands in core/data/deadlines.csv (oral_agreement, on_the_spot_mediation, judicial_confirmation_apply); the
articles below are those of its rows marked 已核.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

FORMS = ("written", "oral", "on_the_spot")  # vocabulary agreement_forms
SELF = "self"  # 自行和解: no mediation at all; beside the codes of vocabulary mediation_kinds
STATES = {"pending": "待履行", "partly": "部分履行", "performed": "已履行", "overdue": "逾期未履行", "waived": "对方免除"}
OPEN = frozenset({"pending", "partly", "overdue"})
DONE = frozenset({"performed", "waived"})
YEARS = 10  # a due date further away is a slip of the pen
ZERO = Decimal("0.00")

ORAL_LAW = "人民调解法第二十八条、第三十条"
SPOT_LAW = "公安机关办理行政案件程序规定第一百七十八条第三款"
CONFIRM_LAW = "人民调解法第三十三条"
STATUS_LAW = "最高人民法院关于人民调解协议司法确认程序的若干规定第四条"


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to be performed: who owes whom what by when. `done`: performed on the spot, when they agreed."""

    debtor: UUID
    creditor: UUID
    kind: str  # vocabulary obligation_kinds; "money" has an amount
    amount: Decimal | None = None  # 元
    text: str = ""
    due_on: date | None = None
    done: bool = False


def yuan(amount: Decimal) -> str:
    """690,000 or 300.50: no 分 where there are none."""
    return f"{amount:,.2f}".removesuffix(".00")


def problems(
    form: str, total: Decimal, owed: Sequence[Owed], content: str, parties: Iterable[UUID], kinds: Iterable[str], today: date
) -> dict[str, str]:
    """What keeps an agreement from being taken: field → what is wrong and what to do. Empty when it can be.

    parties  those of the dispute; kinds: codes of obligation_kinds
    """
    found: dict[str, str] = {}
    if form not in FORMS:
        found["form"] = "请选择协议形式。"
    known, allowed = set(parties), set(kinds)
    for one in owed:
        if wrong := _problem(one, known, allowed, today):
            found.setdefault(wrong[0], wrong[1])
    split = sum((one.amount or ZERO for one in owed if one.kind == "money"), ZERO)
    if split != total:
        more = "多" if split > total else "少"
        found.setdefault("total", f"各期合计 {yuan(split)} 元，协议总额 {yuan(total)} 元，{more} {yuan(abs(split - total))} 元，请核对。")
    if form == "oral":
        if not content.strip():
            found["content"] = f"口头协议须记录协议内容（{ORAL_LAW}）。"
        if not owed:
            found.setdefault("due_on", "口头协议须写明由谁在何时前履行什么；当场履行的也请登记。")
    if form == "on_the_spot" and not all(one.done for one in owed):
        found.setdefault("form", f"当场调解须当场履行（{SPOT_LAW}）；另定期限的请选书面或口头协议。")
    if form == "written" and not owed and not content.strip():
        found["content"] = "协议没有履行事项的，请写明约定的内容。"
    return found


def _problem(one: Owed, parties: set[UUID], kinds: set[str], today: date) -> tuple[str, str] | None:
    if one.kind not in kinds:
        return "kind", "请选择履行事项的种类。"
    if one.debtor not in parties or one.creditor not in parties:
        return "debtor", "请在本纠纷当事人中选择履行人和对方。"
    if one.debtor == one.creditor:
        return "creditor", "履行人和对方不能是同一人。"
    if one.kind == "money" and (one.amount is None or one.amount <= 0):
        return "amount", "请填写金额，金额须大于零。"
    if one.kind != "money" and one.amount is not None:
        return "amount", "只有给付金钱填写金额。"
    if one.kind != "money" and not one.text.strip():
        return "text", "请写明要做什么。"
    if one.done:
        return None
    if one.due_on is None:
        return "due_on", "请填写履行期限；已经当场履行的，请勾选当场履行。"
    if one.due_on < today:
        return "due_on", "履行期限已过，请填今天或以后的日期；已经履行的，请勾选当场履行。"
    if one.due_on.year > today.year + YEARS:
        return "due_on", f"履行期限超过 {YEARS} 年，请核对年份。"
    return None


def state_after(amount: Decimal | None, paid: Decimal, *, overdue: bool) -> str:
    """An obligation's state once `paid` of it was performed; one without an amount is performed at once."""
    if amount is None or paid >= amount:
        return "performed"
    return "overdue" if overdue else "partly" if paid else "pending"


def performance_of(states: Sequence[str]) -> str:
    """How far the whole is performed, from its obligations' states: a code of performance_states, or "none"."""
    if not states:
        return "none"
    if "overdue" in states:
        return "not_performed"
    if all(one in DONE for one in states):
        return "performed"
    return "partly" if "partly" in states or any(one in DONE for one in states) else "pending"


# kind of organisation whose people settled it → where that lies (ND-26); a mediator's office stands beside the station
TIER_OF = {"bureau": "county", "county": "county", "centre": "county", "squad": "county", "village": "village", "grid": "grid"}


def tier_of(org_kind: str, *, grid_worker: bool = False) -> str:
    """At which level it was settled, by the kind of organisation: a code of vocabulary resolution_tiers."""
    return "grid" if grid_worker else TIER_OF.get(org_kind, "station")


def not_confirmable(kind: str, *, status: bool) -> tuple[str, str] | None:
    """Why an agreement cannot go to court for 司法确认: (reason, article); None when it can.

    status  does it confirm an identity, adoption or marriage?
    """
    if kind != "people":
        return "只有经人民调解委员会调解达成的协议可以申请司法确认。", CONFIRM_LAW
    if status:
        return "涉及确认身份关系、收养关系、婚姻关系的，人民法院不予受理。", STATUS_LAW
    return None


def after_breach(kind: str, *, confirmed: bool) -> tuple[str, str]:
    """What comes next when it is not kept: (words, article)."""
    if confirmed:
        return "已司法确认，可以告知对方当事人向人民法院申请强制执行。", CONFIRM_LAW
    if kind == "people":
        return "由调解委员会督促履行；就协议的履行或内容有争议的，告知可以向人民法院起诉。", "人民调解法第三十一条、第三十二条"
    if kind == "security":
        words = "治安调解协议不履行，办案期限自不履行之日起计算，应当依法处理；并告知可以就民事争议起诉。"
        return words, "公安机关办理行政案件程序规定第一百八十五条"
    return "督促履行；仍不履行的，重新调解，或告知可以申请仲裁、向人民法院起诉。", "人民调解法第二十六条"


def due_reminder(due_on: date, today: date, before: Sequence[int], after: Sequence[int]) -> str:
    """Which reminder is due today: "before-3", "due", "after-7"; empty for none. A missed day is made up for.

    before, after  days ahead of and past the due date. The nearest stage that has begun counts: a reminder of three
    days ahead is still sent two days ahead when the job did not run.
    """
    left = (due_on - today).days
    if left >= 0:
        begun = [days for days in before if left <= days]
        return "" if not begun else "due" if min(begun) == 0 else f"before-{min(begun)}"
    begun = [days for days in after if -left >= days]
    return f"after-{max(begun)}" if begun else ""


def words_of(stage: str, what: str, due_on: date, number: str, *, owes: bool, org: str) -> str:
    """The message to one side. No name of the other side, so that a lost telephone tells nothing of them."""
    day = f"{due_on.year}年{due_on.month}月{due_on.day}日"
    if owes:
        ask = f"履行期限{day}已过，请您尽快履行" if stage.startswith("after") else f"请您于{day}前履行"
        return f"【{org}】您在纠纷 {number} 协议中约定：{what}。{ask}，履行后请告知办理人。"
    told = f"对方应于{day}前履行" if not stage.startswith("after") else f"对方应于{day}前履行，现已逾期"
    return f"【{org}】您在纠纷 {number} 协议中：{what}，{told}。如已履行或有变化，请告知办理人。"

