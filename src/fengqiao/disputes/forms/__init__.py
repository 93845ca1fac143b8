"""Forms of disputes, by subject."""

from fengqiao.disputes.forms.agreements import (
    AgreeForm,
    ConfirmForm,
    CourtForm,
    DoneForm,
    HandPlanForm,
    PerformForm,
    ReviewForm,
    WaiveForm,
)
from fengqiao.disputes.forms.flow import (
    CloseForm,
    NextForm,
    OpenForm,
    ReopenForm,
    RevisitForm,
    SettleForm,
    WithdrawForm,
)
from fengqiao.disputes.forms.law import ExtendForm, FactsForm, SafetyForm, WarningForm
from fengqiao.disputes.forms.mediation import (
    AdviseForm,
    AssignForm,
    CommitteeForm,
    CooperateForm,
    DecideRecusalForm,
    DepartForm,
    HoldForm,
    MemberForm,
    MethodForm,
    PlanForm,
    RecuseForm,
    RoomForm,
    SlotForm,
    StopForm,
)

__all__ = [
    "AdviseForm", "AgreeForm", "AssignForm", "CloseForm", "CommitteeForm", "ConfirmForm", "CooperateForm", "CourtForm",
    "DecideRecusalForm", "DepartForm", "DoneForm", "FactsForm", "HandPlanForm", "HoldForm", "MemberForm", "MethodForm",
    "OpenForm", "PerformForm", "PlanForm", "RecuseForm", "ReopenForm", "ReviewForm", "RevisitForm", "RoomForm",
    "ExtendForm", "NextForm", "SafetyForm", "SettleForm", "SlotForm", "StopForm", "WaiveForm", "WarningForm", "WithdrawForm",
]  # fmt: skip
