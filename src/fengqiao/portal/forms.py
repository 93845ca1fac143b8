"""What a resident types. Each field carries its notice from the collection list (PIPL 17)."""

from typing import Any

from django import forms

from fengqiao.core import collection
from fengqiao.core.forms import offer
from fengqiao.core.queries.rights import ASKS

COLUMNS = {"name": "name", "phone": "phone", "text": "text"}


class AskForm(forms.Form):
    asks = forms.ChoiceField(label="您的请求", choices=list(ASKS.items()), widget=forms.RadioSelect)
    name = forms.CharField(label="您的姓名", max_length=100)
    phone = forms.CharField(label="您的电话", max_length=40, help_text="用于联系您到所核对身份。")
    text = forms.CharField(
        label="说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="可写明大致时间、地点或回执编号，便于查找。请勿填写身份证号码，核对身份时出示即可。",
    )  # fmt: skip
    org = forms.TypedChoiceField(label="受理单位", coerce=int)

    def __init__(self, *args: Any, desks: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "org", desks)
        if len(desks) == 1:
            self.fields["org"].initial = desks[0][0]
            self.fields["org"].widget = forms.HiddenInput()

    def lines(self) -> list[dict[str, Any]]:
        """The fields with their notices, in order."""
        return [
            {
                "field": self[name],
                "purpose": collection.notice("core.RightsRequest", COLUMNS[name])
                if name in COLUMNS
                else None,
            }
            for name in self.fields
        ]

