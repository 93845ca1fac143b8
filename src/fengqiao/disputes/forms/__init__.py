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

__all__ = ["FactsForm", "SafetyForm", "WarningForm", "CloseForm", "OpenForm", "ReopenForm", "RevisitForm", "SettleForm", "WithdrawForm"]
