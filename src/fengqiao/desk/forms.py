"""Forms of the office's door."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from fengqiao.core.errors import Invalid
from fengqiao.core.forms import offer
from fengqiao.core.queries import organisations as core
from fengqiao.disputes.rules import levels


class Pin(forms.Form):
    """快速口令: six digits, for changing user at a PC where the account signed on with its password before."""

    password = forms.CharField(
        label="登录密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    pin = forms.CharField(
        label="新的快速口令", help_text="6 位数字，不能全部相同或连号",
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "maxlength": 6, "autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label="再输一次",
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "maxlength": 6, "autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, str]:
        got = super().clean() or {}
        if got.get("pin") != got.get("again"):
            self.add_error("again", "两次输入不一致。")
        return got


PURPOSES = [
    ("", "请选择"),
    ("接报时核对是否同一事项", "接报时核对是否同一事项"),
    ("办理中查找当事人的在办事项", "办理中查找当事人的在办事项"),
    ("处警途中了解现场情况", "处警途中了解现场情况"),
    ("核对重复登记", "核对重复登记"),
    ("other", "其他（须写明）"),
]


class Key(forms.Form):
    """Search by a whole id number or telephone: never without saying why."""

    key = forms.CharField(
        label="公民身份号码或电话", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    why = forms.ChoiceField(label="查找事由", choices=PURPOSES)
    words = forms.CharField(label="事由说明", required=False, max_length=150, help_text="选“其他”时必填")

    def clean(self) -> dict[str, str]:
        got = super().clean() or {}
        words = got.get("words", "").strip()
        if got.get("why") == "other":
            if len(words) < 4:
                self.add_error("words", "请写明查找事由，至少四个字。")
            got["purpose"] = words
        else:
            got["purpose"] = " ".join(filter(None, [got.get("why", ""), words]))
        return got


def refuse(form: forms.Form, error: Invalid) -> None:
    """Put what an act found wrong beside the fields; what belongs to none stands on top."""
    for field, words in error.fields.items():
        name = next((one for one in (field, f"{field}_id") if one in form.fields), None)
        form.add_error(name, words)


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}), **options)


class Organisation(forms.Form):
    """设立机构: below one of the tree, or a partner beside it."""

    name = forms.CharField(label="机构名称", max_length=100)
    short = forms.CharField(label="简称", max_length=30, required=False)
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), *core.KINDS.items()])
    parent_id = forms.ChoiceField(label="上级机构", required=False, help_text="协作单位不设上级")
    mode = forms.ChoiceField(
        label="派出所模式", required=False, choices=[("", "不适用"), *core.MODES.items()]
    )
    valid_from = _day("生效日期", help_text="不填为今天")

    def __init__(self, parents: Iterable[tuple[int, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "parent_id", [("", "无（协作单位）"), *parents])

    def given(self) -> dict[str, Any]:
        """As the act takes it."""
        got = dict(self.cleaned_data)
        return got | {"parent_id": int(got["parent_id"]) if got["parent_id"] else None}


class Edition(forms.Form):
    """增加规则版本. What is left empty stays as in the edition before."""

    edition = forms.CharField(label="版本名称", max_length=20, help_text="例如 2026修订")
    valid_from = forms.DateField(label="生效日期", widget=forms.DateInput(attrs={"type": "date"}))
    valid_to = _day("失效日期", help_text="不填为长期有效")
    law_name = forms.CharField(label="法律名称", max_length=100, required=False, help_text="不填同前一版本")
    article = forms.CharField(label="条文", max_length=60, required=False, help_text="例如 118，多条用顿号分开；不填同前一版本")
    checked = forms.CharField(label="核对所据官方文本", max_length=200, required=False, help_text="填写即为“已核”")
    replaces = forms.ChoiceField(label="替换", required=False, help_text="核对待核的版本时选择，由新版本代替")
    limit = forms.IntegerField(label="期限", required=False, min_value=0, help_text="单位同原规则；不填不变")
    extension = forms.IntegerField(label="可延长", required=False, min_value=0, help_text="不填不变")
    blocks = forms.ChoiceField(label="不符合时", required=False, choices=[("", "同前一版本"), ("no", "只提醒"), ("yes", "拦截（须已核）")])

    impersonal = dict.fromkeys(("edition", "law_name", "article", "checked"), "words about a law")

    def __init__(self, editions: Iterable[Any], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = [(one.edition, one.edition) for one in editions if one.edition]
        offer(self, "replaces", [("", "不替换"), *names])

    def given(self) -> dict[str, Any]:
        """As the act takes it."""
        got = dict(self.cleaned_data)
        left_open = [name for name in ("limit", "extension") if got[name] is None]
        blocks = got.pop("blocks")
        changes = {"blocks": blocks == "yes"} if blocks else {}
        return {name: value for name, value in got.items() if name not in left_open} | changes


class Post(forms.Form):
    """设置岗位."""

    username = forms.CharField(label="登录名", max_length=60, help_text="账号须已开立")
    role = forms.ChoiceField(label="岗位类别", choices=[("", "请选择"), *core.ROLE_WORDS.items()])
    title = forms.CharField(label="职务", max_length=60, required=False)
    staff_kind = forms.CharField(label="人员类别", max_length=12, required=False, help_text="民警、辅警、警务助理等")
    valid_from = _day("开始日期", help_text="不填为今天")
    valid_to = _day("截止日期", help_text="协作单位、调解员、义警必填")


class Mode(forms.Form):
    """变更派出所模式: who commands for it, and its 片区刑警中队."""

    mode = forms.ChoiceField(label="模式", choices=core.MODES.items())
    desk_id = forms.ChoiceField(label="由谁指挥", required=False)
    squad_id = forms.ChoiceField(label="片区刑警中队", required=False)

    def __init__(self, units: Iterable[tuple[int, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("desk_id", "squad_id"):
            offer(self, name, [("", "无"), *units])

    def given(self) -> dict[str, Any]:
        """As the act takes it."""
        got = self.cleaned_data
        return {"mode": got["mode"]} | {k: int(got[k]) if got[k] else None for k in ("desk_id", "squad_id")}


class LevelTerms(forms.Form):
    """等级规定: whose a dispute of each level is, who is in charge, when it is asked again; when repeats raise it."""

    warn = forms.IntegerField(label="第几次发生时提醒", min_value=1, max_value=20)
    raises = forms.IntegerField(label="第几次发生时自动升级", min_value=2, max_value=20)
    days = forms.IntegerField(label="多少天内", min_value=1, max_value=365)
    impersonal = {f"leads_{one}": "titles of posts" for one in levels.SERIOUS} | {f"revisits_{one}": "numbers of days" for one in levels.LEVELS}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for level in reversed(levels.LEVELS):
            word = levels.WORDS[level]
            ways = [(code, name) for code, name in levels.OWNERS.items() if code != "lead" or level in levels.SERIOUS]
            self.fields[f"owners_{level}"] = forms.ChoiceField(label=f"{word}色主办人", choices=ways)
            if level in levels.SERIOUS:
                self.fields[f"leads_{level}"] = forms.CharField(
                    label=f"{word}色包案领导的职务", required=False, max_length=60, help_text="如：所长；不填的，由审批人包案"
                )
            self.fields[f"revisits_{level}"] = forms.CharField(
                label=f"{word}色回访", max_length=40, help_text="化解后第几天，用顿号隔开",
                error_messages={"required": "请填写化解后第几天回访，如：3、7、30。"},
            )  # fmt: skip

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What stands together on the page: each level, from red down, then the counting."""
        of = [(f"{levels.WORDS[one]}色", [self[name] for name in self.fields if name.endswith(f"_{one}")]) for one in reversed(levels.LEVELS)]
        return [*of, ("多次发生", [self[name] for name in ("warn", "raises", "days")])]

    @staticmethod
    def shown(held: Mapping[str, Any]) -> dict[str, Any]:
        """The settings in force (`levels.*`) as first values."""
        counting = levels.counting(held.get("levels.repeat"))
        found: dict[str, Any] = {"warn": counting.warn, "raises": counting.raises, "days": counting.days}
        for level in levels.LEVELS:
            found |= {
                f"owners_{level}": levels.owned_by(level, held.get("levels.owners")),
                f"leads_{level}": "、".join(levels.lead_titles(level, held.get("levels.leads"))),
                f"revisits_{level}": "、".join(map(str, levels.revisit_days(level, held.get("levels.revisits")))),
            }
        return found

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        for level in levels.LEVELS:
            days = _parts(got.get(f"revisits_{level}", ""))
            if f"revisits_{level}" in got and not (days and all(one.isdecimal() and 0 < int(one) <= 365 for one in days)):
                self.add_error(f"revisits_{level}", "请填写 1 至 365 之间的天数，用顿号隔开，如：3、7、30。")
        if got.get("warn") and got.get("raises") and got["warn"] > got["raises"]:
            self.add_error("warn", "提醒不应晚于升级。")
        return got

    def given(self) -> dict[str, Any]:
        """Setting → value."""
        got = self.cleaned_data
        return {
            "levels.owners": {one: got[f"owners_{one}"] for one in levels.LEVELS},
            "levels.leads": {one: _parts(got[f"leads_{one}"]) for one in levels.LEVELS if one in levels.SERIOUS},
            "levels.revisits": {one: sorted({int(day) for day in _parts(got[f"revisits_{one}"])}) for one in levels.LEVELS},
            "levels.repeat": {name: got[name] for name in ("warn", "raises", "days")},
        }


def _parts(text: str) -> list[str]:
    return [one.strip() for one in text.replace("，", "、").replace(",", "、").split("、") if one.strip()]


class Account(forms.Form):
    """开立账号."""

    username = forms.CharField(label="登录名", max_length=60, help_text="工号或其他字母、数字")
    name = forms.CharField(label="姓名", max_length=60)
    password = forms.CharField(
        label="初始密码", help_text="当面告知本人，由其登录后修改",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
