"""Forms of disputes, by subject."""

from fengqiao.disputes.forms.flow import (
    CloseForm,
    OpenForm,
    ReopenForm,
    RevisitForm,
    SettleForm,
    WithdrawForm,
)
from fengqiao.disputes.forms.law import FactsForm, SafetyForm, WarningForm
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
    "AdviseForm",
    "AssignForm",
    "CommitteeForm",
    "CooperateForm",
    "DecideRecusalForm",
    "DepartForm",
    "HoldForm",
    "MemberForm",
    "MethodForm",
    "PlanForm",
    "RecuseForm",
    "RoomForm",
    "SlotForm",
    "StopForm",
    "FactsForm",
    "SafetyForm",
    "WarningForm",
    "CloseForm",
    "OpenForm",
    "ReopenForm",
    "RevisitForm",
    "SettleForm",
    "WithdrawForm",
]
