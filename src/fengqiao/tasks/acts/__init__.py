"""Acts of tasks, meetings and findings."""

from fengqiao.tasks.acts.findings import decide_finding, find
from fengqiao.tasks.acts.giving import Given, agree, cancel, create, finish, reassign, sign
from fengqiao.tasks.acts.meetings import Action, hold_meeting

__all__ = ["Action", "Given", "agree", "cancel", "create", "decide_finding", "find", "finish", "hold_meeting", "reassign", "sign"]
