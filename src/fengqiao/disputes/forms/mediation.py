"""Forms of mediation: plan a session in one form, hold it, recusals; rooms, committees, methods, co-operation; the lawyers."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms

from fengqiao.core import clock
from fengqiao.core.forms import offer
from fengqiao.disputes.forms.groups import grouped
from fengqiao.disputes.rules import NOTHING_DUE
from fengqiao.disputes.rules import mediation as rules
from fengqiao.intake.forms import StepForm, codes

Choices = list[tuple[Any, str]]


def _words(label: str, *, required: bool = True, limit: int = 500, rows: int = 3, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=limit, help_text=hint, error_messages={"required": "请填写。"},
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def _line(label: str, *, required: bool = True, limit: int = 60, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=limit, help_text=hint, error_messages={"required": "请填写。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


def _row(label: str, *, required: bool = False, hint: str = "") -> forms.TypedChoiceField:
    """A choice among rows, by id."""
    return forms.TypedChoiceField(label=label, required=required, coerce=uuid.UUID, empty_value=None, help_text=hint)


def _who(label: str, *, required: bool = True) -> forms.TypedChoiceField:
    """A choice among accounts or organisations."""
    return forms.TypedChoiceField(label=label, required=required, coerce=int, empty_value=None)


def _day(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择日期。", "invalid": "请选择日期。"},
    )  # fmt: skip


def _moment(label: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": "请选择时间。", "invalid": "请选择时间。"},
    )  # fmt: skip



def next_appointment() -> datetime:
    """What a form proposes: tomorrow at three in the afternoon (约定次日)."""
    return (clock.local(clock.now()) + timedelta(days=1)).replace(hour=15, minute=0, second=0, microsecond=0)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class PlanForm(StepForm):
    """约定调解, in one form. `around`: page (a dispute), planning (queries.mediation.planning)."""

    impersonal = {"also": "numbers of disputes"}
    kind = forms.ChoiceField(label="调解种类")
    mediator = forms.ChoiceField(label="调解员")
    second = forms.ChoiceField(label="另一名调解员", required=False)
    start = _moment("时间")
    minutes = forms.TypedChoiceField(label="时长", coerce=int, choices=[(30, "半小时"), (60, "一小时"), (90, "一个半小时"), (120, "两小时"), (180, "三小时")])
    way = forms.ChoiceField(label="方式", choices=list(rules.AGREED_WAYS.items()), help_text="文字、电话只记录过程，不存音视频")
    room_id = _row("调解室")
    agreed = forms.ChoiceField(label="是否同意调解")
    drunk = forms.BooleanField(label="当事人醉酒（只能约定次日）", required=False)
    tier = forms.ChoiceField(label="层级", required=False)
    origin = forms.ChoiceField(label="来由")
    slot_id = _row("值班律师")
    method_id = _row("工作法")
    language = forms.ChoiceField(label="翻译", required=False, help_text="按当事人自选的服务语言")
    also = _words("一并调解的纠纷编号", required=False, rows=2, hint="每行一个；须有共同的当事人，结果分别登记")

    def fill(self) -> None:
        page, offers = self.around["page"], self.around["planning"]
        offer(self, "kind", [("", "请选择"), *offers["kinds"]])
        mediators = [(one.key, one.words) for one in offers["mediators"]]
        offer(self, "mediator", [("", "请选择"), *mediators])
        offer(self, "second", [("", "没有"), *mediators])
        offer(self, "room_id", [("", "不用调解室"), *offers["rooms"]])
        offer(self, "tier", [("", "不定"), *offers["tiers"]])
        offer(self, "origin", codes("dispute_origins"))
        offer(self, "slot_id", [("", "没有"), *offers["slots"]])
        offer(self, "method_id", [("", "没有"), *offers["methods"]])
        offer(self, "language", codes("languages", empty="不需要"))
        sides = [one for one in page.parties if one.role != "联系人"]
        asked = [(str(one.id), f"{one.name or '未留姓名的一方'}提出，待征求他方") for one in sides]
        offer(self, "agreed", [("both", "各方都同意"), *asked, ("none", "主动调解，待征求各方")])
        for one in sides:
            name = one.name or "未留姓名的一方"
            self.fields[f"age_{one.id}"] = forms.ChoiceField(label=f"{name}：年龄", required=False, choices=list(rules.AGES.items()))
            others = [(str(o.id), f"{o.name}（{o.role}）作为监护人到场") for o in page.parties if o.id != one.id and o.name]
            self.fields[f"guardian_{one.id}"] = forms.ChoiceField(
                label=f"{name}：监护人", required=False, choices=[("", "成年，不涉及"), *others, *list(rules.GUARDIANS.items())[1:]]
            )
            self.fields[f"guardian_name_{one.id}"] = forms.CharField(label=f"{name}：监护人姓名", required=False, max_length=60, help_text="已登记的在上面选，不再填写")
        online = offers["departs_on"] is not None
        # people's mediation is a committee's: its only mediator is proposed, never the officer
        fits = [one for one in offers["mediators"] if (one.capacity == "committee") == (offers["kind"] == "people")]
        mine = next((one.key for one in fits if one.account_id == self.around["actor"].account_id), fits[0].key if len(fits) == 1 else "")
        self.initial = {
            "start": next_appointment(), "minutes": 60, "way": "online" if online else "room", "agreed": "both", "origin": "active",
            "room_id": offers["rooms"][0][0] if offers["rooms"] and not online else "", "mediator": mine, "kind": offers["kind"],
            **self.initial,
        }  # fmt: skip

    def groups(self) -> list[dict[str, Any]]:
        """What every session needs; what some need; the young and their guardians. A group with something in it is open."""
        young = [name for name in self.fields if name.startswith(("age_", "guardian_"))]
        first = ("kind", "mediator", "start", "minutes", "way", "room_id", "agreed", "drunk")
        more = ("second", "tier", "origin", "slot_id", "method_id", "language", "also")
        groups = (("时间、地点、调解员", first), ("层级、律师、工作法、翻译、并案", more), ("当事人未成年的：年龄、监护人", young))
        asked = self.around["planning"]["young"]  # a young party was seen: nobody has to look for the fields
        return grouped(self, groups, lambda name: (asked and name in young) or (self[name].value() or "") not in ("", self.initial.get(name, "")))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        parties = [name.removeprefix("guardian_name_") for name in self.fields if name.startswith("guardian_name_")]
        present = {uuid.UUID(one): self._present(*(given.pop(f"{field}_{one}", "") for field in ("age", "guardian", "guardian_name"))) for one in parties}
        if given.get("way") in ("phone", "text"):
            given["room_id"] = None  # nobody sits there: the room stays free
        mediators = [key for key in (given.pop("mediator", ""), given.pop("second", "")) if key]
        return given | {"mediators": mediators, "also": _lines(given.get("also", "")), "present": present}

    @staticmethod
    def _present(age: str, guardian: str, name: str) -> rules.Present:
        known = guardian not in rules.GUARDIANS  # a party of this dispute
        return rules.Present(age, "with", "", uuid.UUID(guardian)) if known else rules.Present(age, guardian, name)


class HoldForm(StepForm):
    """登记调解. `around`: sitting (queries.mediation.Sitting), methods. One outcome for each dispute heard."""

    came = forms.TypedMultipleChoiceField(label="到场", coerce=uuid.UUID, widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选择到场的当事人。"})
    text = _words("调解笔录", limit=20_000, rows=8)
    method_id = _row("工作法")
    used = forms.TypedMultipleChoiceField(label="用到的方法", coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    recorded = forms.BooleanField(label="已全程录音录像", required=False)
    drunk = forms.BooleanField(label="有当事人醉酒", required=False)

    def fill(self) -> None:
        sitting = self.around["sitting"]
        offer(self, "came", [(one.party_id, one.name) for one in sitting.sides])
        method = next((one for one in self.around["methods"] if one["id"] == sitting.method_id), None)
        offer(self, "method_id", [("", "没有"), *((one["id"], one["name"]) for one in self.around["methods"])])
        if method and method["methods"]:
            offer(self, "used", list(enumerate(method["methods"], 1)))
        else:
            del self.fields["used"]
        performance = [("", "不涉及"), *codes("performance_states"), (NOTHING_DUE, "无履行内容")]
        for n, one in enumerate(sitting.heard, 1):
            which = f"{one.number} " if len(sitting.heard) > 1 else ""
            self.fields[f"outcome_{n}"] = forms.ChoiceField(label=f"{which}调解结果", choices=[("", "请选择"), *rules.OUTCOMES.items()])
            self.fields[f"performance_{n}"] = forms.ChoiceField(label=f"{which}履行情况", required=False, choices=performance, help_text="调解成功而不选的，按待履行，随后登记协议")
        self.initial = {"came": [one.party_id for one in sitting.sides], "method_id": sitting.method_id, **self.initial}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        outcomes = {}
        for n, one in enumerate(self.around["sitting"].heard, 1):
            outcome, performance = given.pop(f"outcome_{n}", ""), given.pop(f"performance_{n}", "")
            outcomes[one.dispute_id] = (outcome, performance or ("pending" if outcome == "settled" else ""))
        return given | {"outcomes": outcomes, "used": given.get("used") or []}


class StopForm(StepForm):
    """终止、取消调解."""

    collects = {"reason": "text"}
    reason = _words("原因")


class RecuseForm(StepForm):
    """提出回避. `around`: page (a dispute), planning."""

    account_id = _who("回避的调解员")
    ground = forms.ChoiceField(label="事由", widget=forms.RadioSelect)
    asked_by = forms.ChoiceField(label="由谁提出", choices=[("party", "当事人申请"), ("mediator", "本人自行回避"), ("noticed", "发现应当回避")])
    party_id = _row("涉及的当事人")
    text = _words("说明", required=False)

    def fill(self) -> None:
        seen = {one.account_id: one.words for one in self.around["planning"]["mediators"]}
        offer(self, "account_id", [("", "请选择"), *seen.items()])
        offer(self, "ground", codes("recusal_grounds"))
        offer(self, "party_id", [("", "不指定"), *((one.id, one.name or "未留姓名") for one in self.around["page"].parties)])


class DecideRecusalForm(StepForm):
    """决定回避. `around`: mediators."""

    collects = {"reason": "text"}
    granted = forms.TypedChoiceField(label="决定", choices=[("yes", "回避"), ("no", "不予回避")], coerce=lambda v: v == "yes", widget=forms.RadioSelect)
    substitute = forms.ChoiceField(label="接替的调解员", required=False, help_text="已约定的调解由其主持")
    reason = _words("理由", required=False, hint="不予回避的须写明")

    def fill(self) -> None:
        offer(self, "substitute", [("", "另行安排"), *((one.key, one.words) for one in self.around["mediators"])])


class DepartForm(StepForm):
    """登记离开日期 (KZ-17)."""

    departs_on = _day("当事人离开日期", required=False, hint="外来旅游、务工的当事人离开前优先办理；留空即取消")


# --- registers ---------------------------------------------------------------------------------------------------------


class RoomForm(StepForm):
    """登记调解室. `around`: offices."""

    impersonal = {"name": "name of a room", "brand": "a house brand"}
    name = _line("名称")
    kind = forms.ChoiceField(label="种类")
    brand = _line("品牌", required=False, hint="如：白茶调解")
    agencies = forms.TypedMultipleChoiceField(label="合署单位", coerce=int, required=False, widget=forms.CheckboxSelectMultiple)

    def fill(self) -> None:
        offer(self, "kind", codes("room_kinds"))
        offer(self, "agencies", self.around["offices"])


class CommitteeForm(StepForm):
    """登记调解委员会."""

    impersonal = {"name": "name of a committee", "number": "registered number"}
    number = _line("登记编号", limit=40)
    name = _line("名称", limit=100)
    kind = forms.ChoiceField(label="种类")
    since = _day("自")
    until = _day("至（不含当日）", required=False)

    def fill(self) -> None:
        offer(self, "kind", codes("committee_kinds"))


class MemberForm(StepForm):
    """登记成员. `around`: committees, people."""

    committee_id = _row("调解委员会", required=True)
    account_id = _who("人民调解员")
    since = _day("任期自")
    until = _day("任期至（不含当日）")

    def fill(self) -> None:
        offer(self, "committee_id", [("", "请选择"), *((one["id"], one["name"]) for one in self.around["committees"] if one["own"])])
        offer(self, "account_id", [("", "请选择"), *self.around["people"]])


class MethodForm(StepForm):
    """登记工作法."""

    impersonal = {"name": "name of a method", "steps": "wording of a method", "methods": "wording of a method"}
    name = _line("名称")
    way = forms.ChoiceField(label="形式", choices=list(rules.FORMS.items()), help_text="三步十法写三步、十法；五心写五条；品牌工作法不限")
    steps = _words("步骤", required=False, limit=4000, hint="每行一步")
    methods = _words("方法", required=False, limit=4000, rows=10, hint="每行一法")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        return given | {"form": given.pop("way", ""), "steps": _lines(given.get("steps", "")), "methods": _lines(given.get("methods", ""))}


class CooperateForm(StepForm):
    """登记两所联动. `around`: areas, offices."""

    impersonal = {"dispute_number": "number of a dispute"}
    partner_id = _who("联动单位")
    area = forms.ChoiceField(label="内容")
    day = _day("日期")
    dispute_number = _line("相关纠纷编号", required=False, limit=20)
    text = _words("做了什么")

    def fill(self) -> None:
        offer(self, "partner_id", [("", "请选择"), *self.around["offices"]])
        offer(self, "area", self.around["areas"])
        self.initial = {"day": clock.today(), **self.initial}


class SlotForm(StepForm):
    """安排律师值班. `around`: rooms, lawyers."""

    start = _moment("开始")
    minutes = forms.TypedChoiceField(label="时长", coerce=int, choices=[(120, "两小时"), (180, "半天（三小时）"), (480, "一天（八小时）")], initial=180)
    room_id = _row("地点")
    lawyer_id = _who("律师", required=False)

    def fill(self) -> None:
        offer(self, "room_id", [("", "不指定"), *self.around["rooms"]])
        offer(self, "lawyer_id", [("", "待定"), *self.around["lawyers"]])
        self.initial = {"start": next_appointment().replace(hour=9), **self.initial}


class AssignForm(StepForm):
    """安排值班律师. `around`: lawyers."""

    lawyer_id = _who("律师", required=False)

    def fill(self) -> None:
        offer(self, "lawyer_id", [("", "待定"), *self.around["lawyers"]])


class AdviseForm(StepForm):
    """登记咨询."""

    topic = forms.ChoiceField(label="事项")
    outcome = forms.ChoiceField(label="结果")
    text = _words("咨询记录", required=False, limit=5000, rows=6, hint="只有律师本所可读，公安机关任何岗位都读不到")

    def fill(self) -> None:
        offer(self, "topic", codes("advice_topics", empty="请选择"))
        offer(self, "outcome", codes("advice_outcomes", empty="请选择"))
