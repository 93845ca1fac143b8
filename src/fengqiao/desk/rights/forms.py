"""Forms of the rights desk and of the module switches. Their notices come from the collection list."""

from typing import Any

from django import forms

from fengqiao.core import collection
from fengqiao.core.acts.rights import REFUSALS
from fengqiao.core.queries.rights import ASKS, CHECKS

PURPOSES = ("name", "phone", "id_number", "text")


class Told(forms.Form):
    """A form that shows beside each personal field what it is collected for."""

    def lines(self) -> list[dict[str, Any]]:
        """The fields with their notices, in order."""
        fills = {"id_number": "id_sealed", "answer": "answer"}
        return [
            {
                "field": self[name],
                "purpose": collection.notice("core.RightsRequest", fills.get(name, name))
                if name in PURPOSES
                else None,
            }
            for name in self.fields
        ]



class RequestForm(Told):
    asks = forms.ChoiceField(label="请求事项", choices=list(ASKS.items()), widget=forms.RadioSelect)
    name = forms.CharField(label="姓名", max_length=100)
    phone = forms.CharField(label="电话", max_length=40, required=False)
    id_number = forms.CharField(
        label="公民身份号码", max_length=24, required=False, help_text="电话和公民身份号码至少填写一项。"
    )
    checked = forms.ChoiceField(label="身份核验方式", choices=[("", "请选择"), *CHECKS.items()])
    text = forms.CharField(
        label="请求说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class IdentityForm(Told):
    checked = forms.ChoiceField(label="身份核验方式", choices=[("", "请选择"), *CHECKS.items()])
    id_number = forms.CharField(label="公民身份号码", max_length=24, required=False)


class RefuseForm(Told):
    reason = forms.ChoiceField(
        label="理由", choices=[(k, f"{words}（{article}）") for k, (words, article) in REFUSALS.items()]
    )
    text = forms.CharField(
        label="补充说明", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(Told):
    collects = {"text": "answer"}
    text = forms.CharField(label="答复内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class CorrectForm(Told):
    collects = {"value": "name", "reason": "body"}
    row = forms.CharField(widget=forms.HiddenInput)
    column = forms.ChoiceField(label="更正项目", choices=[("name", "姓名"), ("phone", "电话")])
    value = forms.CharField(label="更正为", max_length=100)
    reason = forms.CharField(label="更正依据", max_length=200)

    impersonal = {"row": "a record's id"}


class AssessmentForm(Told):
    impersonal = {"purposes": "of a module", "risks": "of a module", "measures": "of a module"}
    purposes = forms.CharField(
        label="处理目的、方式及必要性",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一项，每项最多 100 字。",
    )
    risks = forms.CharField(label="对个人权益的影响及安全风险", widget=forms.Textarea(attrs={"rows": 4}))
    measures = forms.CharField(label="保护措施及其与风险是否相适应", widget=forms.Textarea(attrs={"rows": 4}))
