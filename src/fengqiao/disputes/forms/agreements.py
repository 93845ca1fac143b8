"""Forms of agreements, performance, revisits and reviews. They parse what was typed; what may be taken is decided by the acts."""

import uuid
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms

from fengqiao.core import clock
from fengqiao.core.forms import offer
from fengqiao.core.rules import BadInput
from fengqiao.disputes.forms.groups import grouped
from fengqiao.disputes.rules import agreements, amounts
from fengqiao.disputes.rules.agreements import Owed
from fengqiao.intake.forms import StepForm, codes


class Money(forms.CharField):
    """An amount as people write it: 69万, 六十九万, 690,000.00 元. Cleans to Decimal 元, or None when left empty."""

    def __init__(self, **given: Any):
        given.setdefault("widget", forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}))
        super().__init__(max_length=40, **given)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return amounts.amount(text)
        except BadInput as error:
            raise forms.ValidationError(str(error)) from error


class Day(forms.DateField):
    """A day, by the browser's own calendar."""

    def __init__(self, **given: Any):
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


def words(label: str, *, required: bool = True, limit: int = 5000, hint: str = "", rows: int = 3) -> forms.CharField:
    """A field of free words."""
    return forms.CharField(
        label=label, required=required, max_length=limit, help_text=hint, error_messages={"required": "请填写。"},
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class MoveForm(StepForm):
    """A step that moves the dispute: it carries the version its page showed, so that the second of two is told. `around`: page."""

    def __init__(self, *args: Any, around: dict[str, Any], **given: Any):
        super().__init__(*args, around=around, **given)
        self.fields["version"] = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=around["page"].version)



def sides(page: Any) -> list[tuple[str, str]]:
    """Parties of a dispute as choices; names as masked as on its page."""
    found = [p for p in page.parties if p.role != "联系人"]
    return [(str(p.id), f"{p.name or '未留姓名'}（{p.role}）") for p in found]


PERIODS = [("month", "每月"), ("week", "每周"), ("quarter", "每季度"), ("half_year", "每半年"), ("year", "每年")]


class AgreeForm(MoveForm):
    """登记协议: money by instalments in one line, one thing beside it, what was said. `around`: page, sessions."""

    collects = {"amount": "", "paid_now": "", "content": "content", "other": "text"}
    way = forms.ChoiceField(label="协议形式", widget=forms.RadioSelect, initial="written")
    kind = forms.ChoiceField(label="经何种调解", initial="people")
    debtor = forms.TypedChoiceField(label="由谁履行", coerce=uuid.UUID, required=False, empty_value=None)
    creditor = forms.TypedChoiceField(label="向谁履行", coerce=uuid.UUID, required=False, empty_value=None)
    amount = Money(label="金额（元）", required=False, help_text="可写 69万、六十九万、690,000.00 元；没有金钱给付的留空")
    paid_now = Money(label="其中当场付清", required=False, help_text="当场已付的部分；全部付清的填同一金额")
    due_on = Day(label="履行期限", required=False, help_text="分期的填第一期")
    number = forms.IntegerField(label="期数", min_value=1, max_value=amounts.INSTALMENTS, initial=1, required=False)
    interval = forms.ChoiceField(label="间隔", choices=PERIODS, initial="month", required=False)
    other_kind = forms.ChoiceField(label="约定种类", required=False)
    other_debtor = forms.TypedChoiceField(label="由谁履行该约定", coerce=uuid.UUID, required=False, empty_value=None)
    other = forms.CharField(label="约定做什么", required=False, max_length=300)
    other_due_on = Day(label="该约定的期限", required=False)
    other_done = forms.BooleanField(label="该约定已当场履行", required=False)
    content = words("协议内容", required=False, hint="口头协议必填；书面协议可写要点")
    agreed_on = Day(label="达成日期", required=False, help_text="不填为今天")
    tier = forms.ChoiceField(label="化解层级", required=False)
    _plan: list[Owed] | None = None  # reckoned once, so that what is wrong is said once
    status = forms.BooleanField(label="涉及确认身份关系、收养关系、婚姻关系（不得申请司法确认）", required=False)

    def fill(self) -> None:
        page = self.around["page"]
        offer(self, "way", codes("agreement_forms"))
        offer(self, "kind", [*codes("mediation_kinds"), (agreements.SELF, "自行和解")])
        both = sides(page)
        # who pays is never proposed: a wrong debtor would print and remind; of two sides the other one follows
        for name, empty in (("debtor", "请选择"), ("creditor", "另一方" if len(both) == 2 else "请选择"), ("other_debtor", "请选择")):
            offer(self, name, [("", empty), *both])
        offer(self, "other_kind", [("", "没有"), *(one for one in codes("obligation_kinds") if one[0] != "money")])
        offer(self, "tier", codes("resolution_tiers", empty="按主办单位"))
        self.fields["due_on"].widget.attrs["min"] = clock.today().isoformat()
        if page.kind not in ("D01", "D15"):
            del self.fields["status"]
        session = next(iter(self.around.get("sessions", [])), None)
        if session is not None:
            self.initial = {"kind": session.kind, **self.initial}

    def groups(self) -> list[dict[str, Any]]:
        """What was agreed on, the money, anything else, the words."""
        groups = (
            ("怎样达成", ("way", "kind", "agreed_on", "tier", "version")),
            ("给付金钱", ("debtor", "creditor", "amount", "paid_now", "due_on", "number", "interval")),
            ("另有约定", ("other_kind", "other_debtor", "other", "other_due_on", "other_done")),
            ("", ("content", "status")),
        )
        return grouped(self, groups, lambda name: True)

    def clean(self) -> dict[str, Any]:
        """Whose sides, and what of the money is paid when."""
        given = super().clean() or {}
        if given.get("amount") and given.get("paid_now") and given["paid_now"] > given["amount"]:
            self.add_error("paid_now", "当场付清的不能超过总金额。")
        return given

    def plan(self) -> list[Owed]:
        """What is owed, line by line; call after the form was found valid. Adds an error and returns [] when it cannot be split."""
        if self._plan is None:
            self._plan = self._lines()
        return self._plan

    def _lines(self) -> list[Owed]:
        given = self.cleaned_data
        debtor, creditor = given.get("debtor"), given.get("creditor")
        lines: list[Owed] = []
        total, paid = given.get("amount"), given.get("paid_now") or agreements.ZERO
        if total:
            creditor = creditor or self._other(debtor)
            if not (debtor and creditor):
                self.add_error("debtor" if debtor is None else "creditor", "请选择由谁向谁履行。")
                return []
            if paid:
                lines.append(Owed(debtor, creditor, "money", paid, done=True))
            if total > paid:
                lines += self._later(debtor, creditor, total - paid)
        if given.get("other_kind"):
            who = given.get("other_debtor") or debtor
            other = creditor if who == debtor else debtor if who == creditor else None
            other = other or next((uuid.UUID(value) for value, _ in sides(self.around["page"]) if uuid.UUID(value) != who), None)
            if who is None or other is None:
                self.add_error("other_debtor", "请选择由谁履行该约定。")
                return []
            lines.append(
                Owed(who, other, given["other_kind"], None, given.get("other", ""), given.get("other_due_on"), given.get("other_done", False))
            )
        return lines

    def _other(self, who: uuid.UUID | None) -> uuid.UUID | None:
        """The other side, when there are two."""
        ids = [uuid.UUID(value) for value, _ in sides(self.around["page"])]
        return next((one for one in ids if one != who), None) if who and len(ids) == 2 else None

    def _later(self, debtor: uuid.UUID, creditor: uuid.UUID, rest: Decimal) -> list[Owed]:
        given = self.cleaned_data
        if given.get("due_on") is None:
            return [Owed(debtor, creditor, "money", rest)]
        try:
            parts = amounts.instalments(rest, given.get("number") or 1, given["due_on"], given.get("interval") or "month")
        except BadInput as error:
            self.add_error("number", str(error))
            return []
        return [Owed(debtor, creditor, "money", part, due_on=day) for day, part in parts]

    def effective_at(self) -> datetime | None:
        """Since when it holds: noon of the day given, or now."""
        day: date | None = self.cleaned_data.get("agreed_on")
        if day is None or day == clock.today():
            return None
        return datetime.combine(day, time(12), clock.SHANGHAI)


class PerformForm(StepForm):
    """登记履行. `around`: owed (queries.Owed)."""

    collects = {"amount": "", "text": "text", "file": "name"}
    amount = Money(label="本次履行金额（元）", required=False)
    on = Day(label="履行日期", required=False)
    proof = forms.ChoiceField(label="凭证", widget=forms.RadioSelect, initial="receipt")
    file = forms.FileField(label="凭证照片或扫描件", required=False)
    text = words("说明", required=False, rows=2)

    def fill(self) -> None:
        owed = self.around["owed"]
        offer(self, "proof", codes("performance_proofs"))
        if owed.rest is None:
            del self.fields["amount"]
        else:
            self.fields["amount"].help_text = f"不填为未履行的全部 {agreements.yuan(owed.rest)} 元"
        self.initial = {"on": clock.today(), **self.initial}


class WaiveForm(StepForm):
    """免除履行. `around`: page."""

    collects = {"reason": "text"}
    obligation_id = forms.TypedChoiceField(label="哪一项", coerce=uuid.UUID)
    reason = words("对方如何表示免除", limit=500)

    def fill(self) -> None:
        offer(self, "obligation_id", open_items(self.around["page"]))


def open_items(page: Any) -> list[tuple[str, str]]:
    """What is still to be performed, as choices."""
    held = page.agreement.owed if page.agreement else ()
    return [(str(one.id), f"第 {one.seq} 项 {one.what}（{one.due_on:%m月%d日}前）") for one in held if one.open]


class HandPlanForm(MoveForm):
    """移交履行计划. `around`: page, owners, receivers."""

    to_account_id = forms.TypedChoiceField(label="跟进人", required=False, coerce=int, empty_value=None)
    to_org_id = forms.TypedChoiceField(label="或接收单位", required=False, coerce=int, empty_value=None)
    text = words("交代", required=False)

    def fill(self) -> None:
        offer(self, "to_account_id", [("", "不指定"), *self.around["owners"]])
        offer(self, "to_org_id", [("", "本单位"), *self.around["receivers"]])


class ConfirmForm(StepForm):
    """申请司法确认. `around`: page."""

    impersonal = {"court_name": "name of a court"}
    court_name = forms.CharField(label="人民法院", max_length=100)
    applied_on = Day(label="申请日期", required=False)
    joint = forms.BooleanField(label="双方当事人共同申请", required=False)

    def fill(self) -> None:
        self.initial = {"applied_on": clock.today(), **self.initial}


class CourtForm(StepForm):
    """法院的受理和裁定. `around`: page."""

    impersonal = {"number": "number of a court's document"}
    accepted_on = Day(label="受理日期", required=False)
    decided_on = Day(label="裁定日期", required=False)
    result = forms.ChoiceField(label="结果", required=False)
    number = forms.CharField(label="文书编号", required=False, max_length=60)

    def fill(self) -> None:
        offer(self, "result", [("", "尚无"), *codes("confirmation_results")])


class ReviewForm(StepForm):
    """复盘. `around`: page, owners, review."""

    collects = {"happened": "happened", "missed": "missed", "change": "change"}
    happened = words("发生了什么")
    missed = words("错过了哪一步", required=False)
    change = words("改进措施")
    owner_id = forms.TypedChoiceField(label="负责人", coerce=int)
    due_on = Day(label="完成期限")

    def fill(self) -> None:
        offer(self, "owner_id", [("", "请选择"), *self.around["owners"]])
        held = self.around["review"]
        if held is not None and held.written:
            self.initial = {
                "happened": held.happened, "missed": held.missed, "change": held.change, "owner_id": held.owner_id,
                "due_on": held.due_on, **self.initial,
            }  # fmt: skip


class DoneForm(StepForm):
    """完成改进."""

    text = words("完成情况", required=False)
