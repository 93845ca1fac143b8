"""Forms of level and violation signs. What may be set and who signs it is decided by the acts."""


from django import forms

from fengqiao.core.forms import offer
from fengqiao.disputes.queries import levels
from fengqiao.disputes.rules.levels import LEVELS, WORDS, rank
from fengqiao.intake.forms import StepForm, codes

NONE = "none"  # no level at all, as a choice


def _many(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选择一项。"})


def _words(label: str, hint: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=500, help_text=hint, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写。"},
    )  # fmt: skip



def _brings(terms: levels.Terms) -> str:
    """What comes with a level, in words."""
    return f"{terms.owner_word}，化解后第 {'、'.join(map(str, terms.revisits))} 天回访"


class RaiseForm(StepForm):
    """定级、升级. `around`: page, leaders, owners, terms (of each level)."""

    level = forms.ChoiceField(label="风险等级", widget=forms.RadioSelect)
    reasons = _many("理由")
    lead_id = forms.TypedChoiceField(label="包案领导", required=False, coerce=int, empty_value=None, help_text="红色、橙色须有包案领导")
    owner_id = forms.TypedChoiceField(label="主办人", required=False, coerce=int, empty_value=None)
    text = _words("说明")

    def fill(self) -> None:
        now, terms = self.around["page"].level, self.around["terms"]
        offer(self, "level", [(one, f"{WORDS[one]}（{_brings(terms[one])}）") for one in reversed(LEVELS) if rank(one) > rank(now)])
        offer(self, "owner_id", [("", "按等级规定"), *self.around["owners"]])
        offer(self, "reasons", levels.reasons("up").items())
        offer(self, "lead_id", [("", "按等级规定，没有规定的由审批人包案"), *self.around["leaders"]])


class LowerForm(StepForm):
    """降级. `around`: page."""

    level = forms.ChoiceField(label="降为", widget=forms.RadioSelect)
    reasons = _many("理由")
    text = _words("说明")

    def fill(self) -> None:
        now = self.around["page"].level
        lower = [(one, WORDS[one]) for one in reversed(LEVELS) if rank(one) < rank(now)]
        offer(self, "level", [*lower, (NONE, "不再定级")] if now else [])
        offer(self, "reasons", levels.reasons("down").items())

    def clean_level(self) -> str:
        chosen: str = self.cleaned_data["level"]
        return "" if chosen == NONE else chosen


class LeadForm(StepForm):
    """指定包案领导. `around`: page, leaders."""

    lead_id = forms.TypedChoiceField(label="包案领导", coerce=int)

    def fill(self) -> None:
        offer(self, "lead_id", [("", "请选择"), *self.around["leaders"]])


class AskCloseForm(StepForm):
    """提请结案审批."""

    text = _words("提请说明")


class SignsForm(StepForm):
    """登记违法迹象."""

    signs = _many("违法迹象")
    text = _words("所见所闻")

    def fill(self) -> None:
        offer(self, "signs", codes("violation_signs"))


class _OfSigns(StepForm):
    """Something done with signs of one of these states; all of them are ticked from the start."""

    states: tuple[str, ...] = ()
    signs = _many("违法迹象")

    def fill(self) -> None:
        mine = [one for one in self.around["signs"] if one.state in self.states]
        offer(self, "signs", [(one.sign, one.word) for one in mine])
        self.initial = {"signs": [one.sign for one in mine], **self.initial}


class CaseForm(_OfSigns):
    """填案件编号. `around`: signs, case_number (the matter's, when it has one)."""

    states = ("open", "suggested")
    impersonal = {"case_number": "number of a case in the case system"}
    case_number = forms.CharField(label="案件编号", max_length=40, error_messages={"required": "请填写办案系统的案件编号。"})

    def fill(self) -> None:
        super().fill()
        self.initial = {"case_number": self.around["case_number"], **self.initial}


class NotAcceptedForm(_OfSigns):
    """不予受案. `around`: signs."""

    states = ("open",)
    text = _words("不予受案的理由", "所领导审签后生效", required=True)


class ConfirmSignsForm(_OfSigns):
    """确认. `around`: signs."""

    states = ("suggested",)


class DismissSignsForm(_OfSigns):
    """排除. `around`: signs."""

    states = ("suggested",)
    text = _words("核实的情况", required=True)
