"""Forms of 办理依据 and of domestic violence: ticks and days, in the words of the articles."""

from datetime import date
from typing import Any

from django import forms

from fengqiao.disputes.forms.groups import grouped
from fengqiao.disputes.rules import situation, violence
from fengqiao.disputes.rules.due import EACH
from fengqiao.intake.forms import StepForm


def _day(label: str, hint: str = "") -> forms.DateField:
    return forms.DateField(label=label, required=False, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}))


def _one(label: str, choices: dict[str, str], empty: str = "未填") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", empty), *choices.items()])


def _many(label: str, choices: dict[str, str], hint: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=list(choices.items()), widget=forms.CheckboxSelectMultiple, help_text=hint
    )


def _tick(name: str) -> forms.BooleanField:
    return forms.BooleanField(label=situation.TICKS[name], required=False)


class FactsForm(StepForm):
    """办理依据: the conditions of 程序规定 178 and 179 and what else the routes turn on. Begins with what was stated last."""

    conduct = _day("行为日", "留空按最近一次发生的日期")
    violation = _one("性质", situation.VIOLATIONS, "尚未判断")
    civil = _tick("civil")
    acts = _many("行为", situation.ACTS, "程序规定第一百七十八条所列")
    slight = _tick("slight")
    grounds = _many("调解事由", situation.GROUNDS, "三项之一")
    exclusions = _many("不适用调解的情形", situation.EXCLUSIONS, "程序规定第一百七十九条")
    injury = _one("伤情", situation.INJURIES)
    death = _tick("death")
    violence = _tick("violence")
    accepted = _tick("accepted")
    accepted_on = _day("受案日")
    decided = _tick("decided")
    tries = forms.CharField(
        label="治安调解未成的日期", required=False, max_length=60, help_text="例如 2026-03-02；多次用逗号分开"
    )
    again = _tick("again")
    spot = _many("当场调解条件", situation.SPOT)
    age = _one("未成年人", situation.AGES, "没有")
    guardian = _one("监护人", situation.GUARDIANS, "未通知")
    proxy = _one("委托", situation.PROXIES, "没有")
    officers = forms.IntegerField(label="主持民警人数", required=False, min_value=1, max_value=99, initial=2)
    recorded = _tick("recorded")
    case_place = _tick("case_place")
    drunk = _tick("drunk")
    recusal_on = _day("申请回避日", "未决定的填写")
    refused = _tick("refused")
    people_since = _day("人民调解受理日")
    people_extended = _tick("people_extended")
    people_failed = _tick("people_failed")
    status = _tick("status")
    land = _one("土地", situation.LANDS, "不涉及")
    petition = _one("信访", situation.PETITIONS, "不涉及")
    petition_on = _day("信访日")
    agreement = _one("协议", situation.FORMS, "没有")
    host = _one("协议由谁主持", situation.HOSTS, "没有")
    agreed_on = _day("协议日")
    amount = forms.IntegerField(label="协议金额（元）", required=False, min_value=0)
    performance = _one("履行", situation.PERFORMANCE, "没有")
    broken_on = _day("不履行日")
    joint = _tick("joint")
    consent = _tick("consent")

    impersonal = {"tries": "days on which a mediation failed"}
    GROUPS = (
        ("违法与治安调解条件", ("conduct", "violation", "civil", "acts", "slight", "grounds", "exclusions", "injury", "violence")),
        ("受案与处理", ("accepted", "accepted_on", "decided", "death", "tries", "again", "spot")),
        ("参加人与主持", ("age", "guardian", "proxy", "officers", "recorded", "case_place", "drunk", "recusal_on")),
        ("人民调解与其他途径", ("refused", "people_since", "people_extended", "people_failed", "status", "land", "petition", "petition_on")),
        ("协议与履行", ("agreement", "host", "agreed_on", "amount", "performance", "broken_on", "joint", "consent")),
    )

    def groups(self) -> list[dict[str, Any]]:
        """The fields as a page shows them: {"title", "fields", "open"}; the first group, and those with something in them, open."""
        return grouped(self, self.GROUPS, lambda name: self[name].value() not in (None, "", [], False, 2))

    def fill(self) -> None:
        last = dict(self.around.get("facts") or {})
        if "tries" in last:
            last["tries"] = ", ".join(last["tries"])
        self.initial = {**last, **self.initial}

    def clean(self) -> dict[str, Any]:
        """{"facts": what was stated, open points left out}: what acts.state_facts takes."""
        super().clean()
        facts: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if value in ("", None, False, []):
                continue
            facts[name] = value
        if text := facts.get("tries"):
            facts["tries"] = self._days(text)
        return {"facts": facts}

    def _days(self, text: str) -> list[date]:
        days = []
        for part in text.replace("，", ",").replace("、", ",").split(","):
            try:
                days.append(date.fromisoformat(part.strip()))
            except ValueError:
                self.add_error("tries", "请填写日期，例如 2026-03-02；多次用逗号分开。")
                break
        return days


class SafetyForm(StepForm):
    """家庭暴力安全核查: every question answered yes or no; those that follow only when the first is yes."""

    def fill(self) -> None:
        last = self.around.get("answers") or {}
        for name, words in violence.ANSWERS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=words, required=False, choices=[("yes", "是"), ("no", "否")], coerce=lambda said: said == "yes",
                empty_value=None, widget=forms.RadioSelect, help_text=FOLLOWS.get(name, ""),
                initial=None if name not in last else "yes" if last[name] else "no",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """{"answers": question → yes or no}: what acts.check_safety takes."""
        super().clean()
        return {"answers": {name: said for name, said in self.cleaned_data.items() if said is not None}}


FOLLOWS = {then: f"“{violence.QUESTIONS[first]}”选“是”的须填" for first, (then, _) in violence.FOLLOWING.items()}


class ExtendForm(StepForm):
    """延长期限: how many days, why."""

    collects = {"text": "body"}
    days = forms.IntegerField(label="延长几日", min_value=1, max_value=EACH, initial=EACH, error_messages={"required": "请填写日数。"})
    text = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "请写明延长的理由。"})


class WarningForm(StepForm):
    """告诫书: given or not, to whom when, the committee told when."""

    decision = forms.ChoiceField(label="告诫书", choices=list(violence.DECISIONS.items()), widget=forms.RadioSelect)
    why_not = _one("不出具的理由", violence.WHY_NOT, "已出具的不填")
    offender_on = _day("送交加害人日期")
    victim_on = _day("送交受害人日期")
    committee = forms.CharField(label="居（村）委会名称", required=False, max_length=60)
    committee_on = _day("通知居（村）委会日期")

    impersonal = {"committee": "name of a residents' or villagers' committee"}

    def fill(self) -> None:
        self.initial = {**(self.around.get("warned") or {}), **self.initial}
