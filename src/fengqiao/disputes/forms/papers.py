"""Forms of papers. Everything may stay open: what is left open is a blank on the paper, filled by hand."""

import uuid
from typing import Any

from django import forms

from fengqiao.core.forms import offer
from fengqiao.core.numbers import VOID_REASONS
from fengqiao.intake.forms import StepForm


class PaperForm(StepForm):
    """制作文书. `around`: asks {field: question}, given {field: text}, parties [(id, words)], chosen [id], one (bool)."""

    impersonal = {"party_id": "id of a party of this dispute", "chosen": "ids of parties of this dispute"}

    chosen = forms.MultipleChoiceField(
        label="写入文书的当事人", required=False, widget=forms.CheckboxSelectMultiple, help_text="联系人和只报警的人不必写入"
    )
    party_id = forms.ChoiceField(label="对象", required=False)

    def fill(self) -> None:
        parties = [(str(key), words) for key, words in self.around["parties"]]
        offer(self, "chosen", parties)
        offer(self, "party_id", [("", "不指定，留空"), *parties])
        self.initial = {"chosen": [str(one) for one in self.around["chosen"]], **self.initial}
        if not self.around["one"]:
            del self.fields["party_id"]
        for n, (field, question) in enumerate(self.around["asks"].items()):
            self.fields[f"ask{n}"] = forms.CharField(
                label=question, required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 3}),
                help_text="留空则用已登记的内容；没有登记的在文书上空出手写", initial=self.around["given"].get(field, ""),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        words = {field: given.pop(f"ask{n}", "") for n, field in enumerate(self.around["asks"])}
        one = given.pop("party_id", "")
        chosen = [uuid.UUID(key) for key in given.pop("chosen", [])]
        found: dict[str, Any] = {"words": {key: text for key, text in words.items() if text.strip()}, "chosen": chosen}
        if self.around["one"]:
            found["party_id"] = uuid.UUID(one) if one else None
        return found


class VoidForm(forms.Form):
    """作废."""

    reason = forms.ChoiceField(label="作废原因", choices=list(VOID_REASONS.items()), widget=forms.RadioSelect)


class FileForm(forms.Form):
    """上传: a signed scan, a paper edited in Word, a bureau's own template."""

    collects = {"file": "document_id"}
    impersonal = {"file": "checked and stored by core.documents"}

    file = forms.FileField(label="文件", error_messages={"required": "请选择文件。", "empty": "文件是空的，请重新选择。"})


class TemplateForm(FileForm):
    """文书模板."""

    kind = forms.ChoiceField(label="文书")

