"""Forms of disputes, by subject."""

from fengqiao.disputes.forms.flow import (
    CloseForm,
    OpenForm,
    ReopenForm,
    RevisitForm,
    SettleForm,
    WithdrawForm,
)

__all__ = ["CloseForm", "OpenForm", "ReopenForm", "RevisitForm", "SettleForm", "WithdrawForm"]
