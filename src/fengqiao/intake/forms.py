"""Forms of the front door. They parse what was typed; what may be taken is decided by the acts."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms

from fengqiao.core import clock
from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.forms import offer
from fengqiao.core.rules import BadInput, identity, intervals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.intake.forms_places import FIELDS as PLACE
from fengqiao.intake.forms_places import Placed, position
from fengqiao.intake.rules import MANNERS, PartyIn, PlaceIn, ReportIn
from fengqiao.intake.tabular.positions import BadPosition
from fengqiao.promises.rules import CHANNELS, KINDS

ROWS = 8  # parties one report names; further ones are told in its text
SHOWN = 2  # rows open from the start: the two sides of a quarrel
PARTY_ROLES = [("caller", "报警人"), ("party", "当事人"), ("contact", "联系人")]

# Which channel a post takes reports by; the first is its default.
CHANNELS_OF: list[tuple[frozenset[str], tuple[str, ...]]] = [
    (frozenset({Role.GRID}), ("grid",)),
    (frozenset({Role.VOLUNTEER}), ("volunteer",)),
    (frozenset({Role.PARTNER}), ("department", "petition", "court", "procuratorate")),
    (frozenset({Role.MEDIATOR}), ("visit", "department")),
    (frozenset({Role.DESK, Role.CENTRE}), ("110", "12345", "phone", "window", "visit", "patrol", "online", "grid", "volunteer",
                                           "petition", "court", "procuratorate", "department")),
    (frozenset({Role.WINDOW}), ("window", "phone", "visit", "110", "12345", "department", "petition", "court", "procuratorate")),
    (POLICE, ("window", "110", "phone", "visit", "patrol", "12345", "grid", "volunteer", "department", "petition", "court",
              "procuratorate")),
]  # fmt: skip


def codes(table: str, only: Iterable[str] | None = None, *, empty: str = "") -> list[tuple[str, str]]:
    """Choices of a code table that are valid today; `empty` is the word of the choice that leaves it open."""
    known, day = vocabulary(table), clock.today()
    chosen = [
        known[code] for code in (known if only is None else only) if code in known and known[code].valid(day)
    ]
    return ([("", empty)] if empty else []) + [(one.code, one.name) for one in chosen]


def kinds(empty: str = "") -> list[tuple[str, Any]]:
    """Dispute types and alarm kinds, grouped."""
    first = [("", empty)] if empty else []
    return [*first, ("纠纷", codes("dispute_types")), ("警情", codes("alarm_kinds"))]


def channels_of(actor: Actor) -> tuple[str, ...]:
    """Channels the actor's post takes reports by, the usual one first."""
    return next((channels for roles, channels in CHANNELS_OF if actor.has(*roles)), ("window",))



class When(forms.CharField):
    """A time as people say it: 昨晚八点左右. Cleans to intervals.Occurred, or None when left empty."""

    def __init__(self, *, future: bool = False, **given: Any):
        self.future = future
        super().__init__(required=False, max_length=60, **given)

    def clean(self, value: Any) -> intervals.Occurred | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return intervals.occurred(text, clock.now(), allow_future=self.future)
        except BadInput as error:
            raise forms.ValidationError(str(error)) from error


class ReportForm(Placed):
    """接报 in a minute: what happened, where, when, of what kind."""

    field_order = ("text", *PLACE, "occurred", "kind", "channel", "org")

    text = forms.CharField(
        label="发生了什么", max_length=20_000, error_messages={"required": "请写一句话说明发生了什么。"},
        widget=forms.Textarea(attrs={"rows": 3, "data-focus": True, "autocomplete": "off"}),
    )  # fmt: skip
    occurred = When(
        label="何时发生", help_text="可写：刚才、昨晚八点左右、11月3日上午；不填为现在",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label="类别", required=False)
    channel = forms.ChoiceField(label="来源", error_messages={"required": "请选择来源渠道。"})
    org = forms.TypedChoiceField(label="发往单位", coerce=int, empty_value=None)

    def __init__(self, *args: Any, actor: Actor, units: list[tuple[int, str]] = (), **given: Any):  # type: ignore[assignment]
        super().__init__(*args, **given)
        channels = channels_of(actor)
        offer(self, "channel", codes("channels", channels))
        self.fields["channel"].initial = channels[0]
        offer(self, "kind", kinds("不确定，由分流时定"))
        if len(channels) == 1:
            self.fields["channel"].widget = forms.HiddenInput()
        if actor.has(Role.VOLUNTEER):
            del self.fields["kind"]
        if units:
            offer(self, "org", [("", "请选择"), *units])
        else:
            del self.fields["org"]


class PartyForm(forms.Form):
    """One party of the report. Grid workers take no id number, volunteers no phone of others either (S8)."""

    role = forms.ChoiceField(label="身份", choices=PARTY_ROLES, required=False)
    name = forms.CharField(
        label="姓名", max_length=100, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label="电话",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    id_number = forms.CharField(
        label="公民身份号码", max_length=18, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-no-draft": True}),
    )  # fmt: skip
    language = forms.ChoiceField(label="服务语言", required=False)

    def __init__(self, *args: Any, actor: Actor, **given: Any):
        super().__init__(*args, **given)
        self.empty_permitted = True
        offer(self, "language", codes("languages", empty="未填"))
        if actor.has(Role.GRID, Role.VOLUNTEER):
            del self.fields["id_number"]
            del self.fields["language"]
        if actor.has(Role.VOLUNTEER):
            del self.fields["phone"]

    def clean_name(self) -> str:
        return self._read("name", identity.person_name)

    def clean_phone(self) -> str:
        return self._read("phone", identity.phone)

    def clean_id_number(self) -> str:
        return self._read("id_number", lambda text: identity.citizen_id(text, today=clock.today()))

    def _read(self, name: str, read: Callable[[str], Any]) -> str:
        """The text as typed, if it can be read; told here, so that everything wrong is told at once."""
        text: str = self.cleaned_data[name]
        try:
            if text:
                read(text)
        except BadInput as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def party(self) -> PartyIn | None:
        """The party typed into this row; None for an empty row."""
        got = {name: self.cleaned_data.get(name, "") for name in ("name", "phone", "id_number")}
        if not any(value.strip() for value in got.values()):
            return None
        return PartyIn(**got, role=self.cleaned_data["role"] or "party", language=self.cleaned_data.get("language", ""))


class Received:
    """The whole form of 接报: the report and its rows of parties. Row i carries the prefix `p<i>`."""

    def __init__(self, actor: Actor, data: Any = None, *, units: list[tuple[int, str]] = ()):  # type: ignore[assignment]
        self.actor = actor
        self.report = ReportForm(data, actor=actor, units=units)
        self.parties = [
            PartyForm(data, prefix=f"p{i}", actor=actor, initial={"role": "caller" if i == 0 else "party"})
            for i in range(ROWS)
        ]
        self._rows: list[int] = []

    def is_valid(self) -> bool:
        """Can everything typed be read? What may be taken is the act's to say."""
        return all([self.report.is_valid(), *[row.is_valid() for row in self.parties]])

    def given(self) -> ReportIn:
        """The report as read, of a valid form."""
        parties = [(i, row.party()) for i, row in enumerate(self.parties)]
        self._rows = [i for i, party in parties if party]
        said = self.report.cleaned_data
        when, place = said["occurred"], said["place"] or PlaceIn()
        return ReportIn(
            channel=said["channel"], text=said["text"], place_text=place.text, kind=said.get("kind", ""),
            lat=place.lat, lon=place.lon, given=place.given, outside=place.outside,
            occurred=(when.start, when.end) if when else None, precision=when.precision if when else "exact",
            parties=tuple(party for _, party in parties if party),
        )  # fmt: skip

    def refuse(self, fields: dict[str, str]) -> None:
        """Put what the act refused beside the fields it names ("parties.1.phone" is the second party that was given)."""
        for name, message in fields.items():
            if name.startswith("parties."):
                _, i, column = name.split(".")
                self.parties[self._rows[int(i)]].add_error(column, message)
            else:
                self.report.add_error(name if name in self.report.fields else None, message)

    @property
    def forms(self) -> list[forms.Form]:
        return [self.report, *self.parties]

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """Everything wrong as (id of the field, its label, what to do), first field first."""
        found = []
        for form in self.forms:
            found += [("id_text", "", str(error)) for error in form.non_field_errors()]
            found += [(field.id_for_label, str(field.label), str(error)) for field in form for error in field.errors]
        return found

    @property
    def shown(self) -> list[PartyForm]:
        return self.parties[:SHOWN]

    @property
    def folded(self) -> list[PartyForm]:
        return self.parties[SHOWN:]

    @property
    def unfold(self) -> bool:
        """Is something typed (or wrong) in the folded rows?"""
        return any(
            row.errors or row["name"].value() or "phone" in row.fields and row["phone"].value()
            for row in self.folded
        )


def sketch(actor: Actor, data: Any) -> tuple[ReportIn, str]:
    """What has been typed so far, for looking up what is similar: read as far as it can be; and how the time was read.

    Nothing is refused here. The second value is empty, the interval's words, or what is wrong with the time.
    """
    when, told = None, ""
    if said := str(data.get("occurred", "")).strip()[:60]:
        try:
            when = intervals.occurred(said, clock.now())
        except BadInput as error:
            told = str(error)
    column = (
        ["name", "phone"]
        if actor.has(Role.GRID)
        else ["name"]
        if actor.has(Role.VOLUNTEER)
        else ["name", "phone", "id_number"]
    )
    parties = tuple(
        PartyIn(**{name: str(data.get(f"p{i}-{name}", ""))[:100] for name in column}) for i in range(ROWS)
    )
    try:
        place = position(data)
    except BadPosition:
        place = None
    known = set(vocabulary("dispute_types")) | set(vocabulary("alarm_kinds"))
    report = ReportIn(
        channel=str(data.get("channel", "")), text=str(data.get("text", ""))[:5000], place_text=str(data.get("place_text", ""))[:200],
        kind=data.get("kind", "") if data.get("kind") in known else "", occurred=(when.start, when.end) if when else None,
        precision=when.precision if when else "exact", parties=parties, lat=place.lat if place else None,
        lon=place.lon if place else None,
    )  # fmt: skip
    return report, told


def read_card(text: str) -> tuple[str, str]:
    """Name and number out of what a card reader typed ("姓名|号码"); everything else it sent is dropped unread.

    Fields are separated by |, tab, comma or line end. BadInput says what is missing. See docs/decisions/card-reader.md.
    """
    parts = [
        part.strip()
        for part in text.replace("\t", "|").replace("，", "|").replace(",", "|").replace("\n", "|").split("|")
    ]
    number = next((part for part in parts if len(part) == 18 and part[:17].isdecimal()), "")
    if not number or not parts[0] or parts[0] == number:
        raise BadInput("没有读到姓名和号码，请重新放卡，或手工填写。")
    return identity.person_name(parts[0]), identity.citizen_id(number, today=clock.today())


# --- what is done with a matter ----------------------------------------------------------------------------------------


def _words(
    label: str, *, required: bool = True, limit: int = 5000, rows: int = 3, hint: str = ""
) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=limit, help_text=hint, error_messages={"required": "请填写。"},
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class StepForm(forms.Form):
    """A form of one step. `around` is what the page knows: owners, receivers, the matter as shown."""

    def __init__(self, *args: Any, around: dict[str, Any], **given: Any):
        super().__init__(*args, **given)
        self.around = around
        self.fill()
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["required"] = "请选择。"
            elif isinstance(field, forms.DateField | forms.DateTimeField):
                field.error_messages |= {"required": "请选择日期。", "invalid": "请选择日期。"}
        first = next((f for f in self.fields.values() if not f.widget.is_hidden), None)
        if first:
            first.widget.attrs["data-focus"] = True

    def fill(self) -> None:
        """Choices and first values that depend on the matter."""


class TriageForm(Placed, StepForm):
    """分流, with the place put right where the report did not tell it well."""

    field_order = ("kind", "unsure", "police", "owner_id", *PLACE)

    kind = forms.ChoiceField(label="类别")
    unsure = forms.BooleanField(label="存疑，办理中再定", required=False)
    police = forms.ChoiceField(
        label="是否属于公安机关职责",
        choices=[("yes", "属于"), ("no", "不属于"), ("unsure", "存疑")],
        widget=forms.RadioSelect,
    )
    owner_id = forms.TypedChoiceField(label="责任民警或主办人", required=False, coerce=int, empty_value=None)

    def fill(self) -> None:
        page, hint = self.around["page"], self.around["suggestion"]
        offer(self, "kind", kinds("请选择"))
        if hint["code"] and hint["code"] != page.kind:
            rests_on = f"，依据：{'、'.join(hint['words'])}" if hint["words"] else ""
            self.fields["kind"].help_text = f"建议：{hint['name']}{'（存疑）' if hint['unsure'] else ''}{rests_on}"
        offer(self, "owner_id", [("", "暂不指定"), *self.around["owners"]])
        self.initial = {
            "kind": page.kind, "unsure": False, "police": page.police if page.police != "unsure" or page.kind else "yes",
            "owner_id": page.owner_id or self.around["actor"].account_id, "place_text": page.place, "system": "WGS84",
            "lat": "" if page.lat is None else f"{page.lat:.6f}", "lon": "" if page.lon is None else f"{page.lon:.6f}",
        }  # fmt: skip
        self.bounds = self.around["bounds"]


class NoteForm(StepForm):
    """记录."""

    text = _words("记录内容")
    shared = forms.BooleanField(label="共享单位也可查看", required=False)


class SettleForm(StepForm):
    """登记化解."""

    outcome = forms.ChoiceField(label="结果")

    def fill(self) -> None:
        offer(self, "outcome", codes("outcomes", empty="请选择"))


class RevisitForm(StepForm):
    """登记回访."""

    manner = forms.ChoiceField(
        label="方式", choices=list(MANNERS.items()), widget=forms.RadioSelect, initial="phone"
    )
    result = forms.ChoiceField(label="结果", widget=forms.RadioSelect)
    text = _words("说明", required=False)

    def fill(self) -> None:
        offer(self, "result", codes("revisit_results"))


class CloseForm(StepForm):
    """结案."""

    outcome = forms.ChoiceField(label="结果", required=False)

    def fill(self) -> None:
        offer(self, "outcome", codes(
            "outcomes", empty="沿用已登记的结果" if self.around["page"].outcome else "请选择"
        ))


class ReopenForm(StepForm):
    """反弹重开."""

    reason = _words("重新办理的原因", limit=500)


class CaseForm(StepForm):
    """登记受案."""

    case_number = forms.CharField(
        label="案件编号",
        max_length=40,
        help_text="办案系统给出的编号；登记后才可打印受案回执",
        error_messages={"required": "请填写案件编号。"},
    )


class ElsewhereForm(StepForm):
    """告知去处."""

    where = forms.ChoiceField(label="应当前往", error_messages={"required": "请选择应当前往的单位。"})
    written = forms.TypedChoiceField(
        label="告知方式", choices=[("", "口头告知"), ("1", "书面告知")], coerce=bool, required=False, widget=forms.RadioSelect,
    )  # fmt: skip

    def fill(self) -> None:
        offer(self, "where", [("", "请选择")] + [
            (c.code, f"{c.name}：{c.more['office']}{' ' + c.more['phone'] if c.more['phone'] else ''}")
            for c in vocabulary("elsewhere").values()
        ])


class HandOverForm(StepForm):
    """流转."""

    kind = forms.ChoiceField(
        label="方式",
        choices=[(k, v) for k, v in KINDS.items() if k != "joint"],
        widget=forms.RadioSelect,
        initial="transfer",
    )
    channel = forms.ChoiceField(label="五调渠道", required=False, help_text="方式为五调对接时选择")
    to_org_id = forms.TypedChoiceField(label="去向单位", coerce=int)
    reason = _words("移送内容和理由", hint="对方打开时首先看到这段话")
    due_at = When(label="约定期限", future=True, help_text="可写：后天下午五点；不填按规定期限")

    def fill(self) -> None:
        offer(self, "channel", [("", "不适用"), *CHANNELS.items()])
        offer(self, "to_org_id", [("", "请选择"), *self.around["receivers"]])

    def clean_due_at(self) -> datetime | None:
        when = self.cleaned_data["due_at"]
        if when and when.end <= clock.now():
            raise forms.ValidationError("期限须在现在之后。")
        return when.end if when else None


class EditForm(StepForm):
    """修改事由、地点. `version` is the one the form was opened with."""

    title = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写。"})
    place_text = forms.CharField(label="地点", max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def fill(self) -> None:
        self.initial = self.around.get("editable", {})


class MergeForm(StepForm):
    """归并到另一事项."""

    number = forms.CharField(
        label="另一事项的编号", max_length=20, error_messages={"required": "请填写编号。"}
    )
    again = forms.BooleanField(label="是再次发生，单独算一次", required=False)


class PurposeForm(forms.Form):
    """Why names are shown in full: written to the access log before they are."""

    purpose = forms.CharField(
        label="查阅事由", max_length=200, error_messages={"required": "请写明查阅事由。"}
    )
