"""Forms of approvals. What may be decided is decided by the acts."""

from typing import Any

from django import forms

from fengqiao.core import clock
from fengqiao.core.forms import offer
from fengqiao.core.queries.organisations import ROLE_WORDS
from fengqiao.core.rules import approvals as rules
from fengqiao.intake.forms import When

LONG = {"rows": 3}
POSTS = {rules.DUTY: "值班领导"} | {str(role): word for role, word in ROLE_WORDS.items() if role in rules.ROLES}


class Decide(forms.Form):
    """同意 or 不同意; a refusal says why."""

    collects = {"reason": "body"}
    granted = forms.TypedChoiceField(
        label="审批意见", choices=[("yes", "同意"), ("no", "不同意")], coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        error_messages={"required": "请选择同意或不同意。"},
    )  # fmt: skip
    reason = forms.CharField(label="理由", required=False, max_length=500, help_text="不同意的必填", widget=forms.Textarea(attrs=LONG))


class Telephone(forms.Form):
    """Whom, when, in which words."""

    collects = {"words": "body"}
    by_account_id = forms.TypedChoiceField(label="请示了谁", coerce=int, error_messages={"required": "请选择接电话的审批人。"})
    at = When(label="何时通话", help_text="可写：刚才、凌晨一点二十；不填为现在")
    granted = forms.TypedChoiceField(
        label="意见", choices=[("yes", "同意"), ("no", "不同意")], coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        error_messages={"required": "请选择同意或不同意。"},
    )  # fmt: skip
    words = forms.CharField(
        label="通话内容", max_length=500, widget=forms.Textarea(attrs=LONG), error_messages={"required": "请记下通话内容。"}
    )

    def __init__(self, people: list[tuple[int, str]], *args: Any, **given: Any):
        super().__init__(*args, **given)
        offer(self, "by_account_id", [("", "请选择"), *people])

    def given(self) -> dict[str, Any]:
        """As the act takes it; a call told with a span was made when the span began."""
        got = dict(self.cleaned_data)
        return got | {"at": min(got["at"].start, clock.now()) if got["at"] else clock.now()}


class Sign(forms.Form):
    """补签: it was said so, or it was not."""

    collects = {"reason": "body"}
    stands = forms.TypedChoiceField(
        label="与通话是否相符", choices=[("yes", "相符，补签"), ("no", "不符")], coerce=lambda value: value == "yes", initial="yes",
        widget=forms.RadioSelect, error_messages={"required": "请选择是否相符。"},
    )  # fmt: skip
    reason = forms.CharField(label="实际意见", required=False, max_length=500, help_text="不符的必填", widget=forms.Textarea(attrs=LONG))


class Look(forms.Form):
    """抽查: in order, or what is to be put right."""

    collects = {"text": "body"}
    found = forms.ChoiceField(
        label="抽查结果", choices=list(rules.FOUND.items()), widget=forms.RadioSelect, error_messages={"required": "请选择抽查结果。"}
    )
    text = forms.CharField(label="说明", required=False, max_length=500, help_text="须改正的必填", widget=forms.Textarea(attrs=LONG))


class Line(forms.Form):
    """One line of the table: which posts decide, whether whoever asked may, how much of a month is looked through again."""

    impersonal = {"titles": "words of a post's title"}
    roles = forms.MultipleChoiceField(
        label="审批岗位", choices=list(POSTS.items()), help_text="值班领导：正在当班的带班领导；没有开班的，任一所领导",
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选择一个审批岗位。"},
    )  # fmt: skip
    titles = forms.CharField(label="职务含有", required=False, max_length=60, help_text="用顿号隔开，如：所长、教导员；不填为不限")
    above = forms.BooleanField(label="由上级机关审批", required=False)
    free = forms.BooleanField(label="不需审批，提出即生效", required=False)
    own = forms.BooleanField(label="本人提请的可由本人决定", required=False)
    sample = forms.IntegerField(label="每月抽查比例", min_value=0, max_value=100, initial=0, help_text="百分之几，由所领导再看")

    def __init__(self, *args: Any, kind: str = "", **given: Any):
        super().__init__(*args, **given)
        if kind not in rules.MAY_BE_FREE:
            del self.fields["free"]

    @staticmethod
    def shown(rule: rules.Rule) -> dict[str, Any]:
        """The rule as first values."""
        titles = dict.fromkeys(word for one in rule.approvers for word in one.titles)
        return {
            "roles": [one.role for one in rule.approvers], "titles": "、".join(titles), "own": rule.own, "sample": rule.sample,
            "above": any(one.above for one in rule.approvers), "free": rule.free,
        }  # fmt: skip

    def given(self) -> dict[str, Any]:
        """As the setting holds it."""
        got = self.cleaned_data
        titles = [word.strip() for word in got["titles"].replace("，", "、").replace(",", "、").split("、") if word.strip()]
        approvers = [{"role": role, "titles": titles, "above": got["above"]} for role in got["roles"]]
        return {"approvers": approvers, "own": got["own"], "sample": got["sample"], "free": got.get("free", False)}
