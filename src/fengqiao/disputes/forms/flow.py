"""Forms of a dispute's steps. They parse what was typed; what may be taken is decided by the acts."""

import uuid

from django import forms

from fengqiao.core.forms import offer
from fengqiao.disputes import rules
from fengqiao.disputes.forms.agreements import MoveForm, sides
from fengqiao.intake.forms import StepForm, codes


def _words(label: str, *, required: bool = True, limit: int = 5000, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=limit, help_text=hint, error_messages={"required": "请填写。"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


def _how_far(empty: str) -> list[tuple[str, str]]:
    return [("", empty), *codes("performance_states"), (rules.NOTHING_DUE, "无履行内容")]



class OpenForm(StepForm):
    """立为纠纷. `around`: actor, page (a matter), owners."""

    kind = forms.ChoiceField(label="纠纷类别")
    owner_id = forms.TypedChoiceField(label="主办人", required=False, coerce=int, empty_value=None)

    def fill(self) -> None:
        page = self.around["page"]
        offer(self, "kind", codes("dispute_types", empty="请选择"))
        offer(self, "owner_id", [("", "暂不指定"), *self.around["owners"]])
        self.initial = {"kind": page.kind, "owner_id": page.owner_id or self.around["actor"].account_id, **self.initial}


class SettleForm(MoveForm):
    """登记结果. `around`: page (a dispute). What the law forbids for its kind is not offered."""

    outcome = forms.ChoiceField(label="结果", widget=forms.RadioSelect)
    performance = forms.ChoiceField(label="履行情况", required=False, help_text="调解成功、自行和解的须选；还有约定没有履行的，请用“登记协议”")
    tier = forms.ChoiceField(label="化解层级", required=False)
    text = _words("经过和约定", required=False)

    def fill(self) -> None:
        page = self.around["page"]
        kind = rules.VIOLENCE if page.violence else page.kind
        lawful = [one for one in codes("outcomes") if one[0] != "withdrawn" and not rules.forbidden_outcome(kind, one[0])]
        offer(self, "outcome", lawful)
        offer(self, "tier", codes("resolution_tiers", empty="按主办单位"))
        offer(self, "performance", [("", "不涉及"), ("performed", "已履行"), (rules.NOTHING_DUE, "无履行内容")])
        if page.violence or page.agreement is not None:
            del self.fields["performance"]


class RevisitForm(MoveForm):
    """登记回访. `around`: page (a dispute)."""

    manner = forms.ChoiceField(label="方式", choices=list(rules.MANNERS.items()), widget=forms.RadioSelect, initial="phone")
    result = forms.ChoiceField(label="结果", widget=forms.RadioSelect, help_text="选“反弹”即重新办理")
    party_id = forms.TypedChoiceField(label="回访何人", required=False, coerce=uuid.UUID, empty_value=None)
    asked_name = forms.CharField(label="或其他知情人", required=False, max_length=100)
    performance = forms.ChoiceField(label="履行情况", required=False)
    text = _words("回访所知", required=False)

    def fill(self) -> None:
        page = self.around["page"]
        offer(self, "result", codes("revisit_results"))
        offer(self, "performance", _how_far(f"不变（{page.performance_name}）"))
        offer(self, "party_id", [("", "未指明"), *sides(page)])
        if page.outcome not in rules.RESOLVED or page.agreement is not None or page.state == "closed":
            del self.fields["performance"]


class CloseForm(MoveForm):
    """结案. `around`: page (a dispute). 其他纠纷 is given its kind here."""

    kind = forms.ChoiceField(label="改定类别", help_text="其他纠纷须在结案前改定类别")

    def fill(self) -> None:
        if self.around["page"].kind != rules.OTHER:
            del self.fields["kind"]
            return
        types = [(code, name) for code, name in codes("dispute_types") if code != rules.OTHER]
        offer(self, "kind", [("", "请选择"), *types])


class NextForm(StepForm):
    """下步措施, begun with what registers would print now."""

    collects = {"text": "next_step"}
    text = forms.CharField(label="下步措施", required=False, max_length=200, help_text="印入台账、周报、月报；留空用常用语", widget=forms.Textarea(attrs={"rows": 2}))

    def fill(self) -> None:
        self.initial = {"text": self.around["page"].next_step, **self.initial}


class WithdrawForm(StepForm):
    """撤回."""

    collects = {"reason": "text"}
    reason = _words("撤回的原因", limit=500)


class ReopenForm(MoveForm):
    """反弹重新办理."""

    collects = {"reason": "text"}
    reason = _words("重新办理的原因", limit=500)
