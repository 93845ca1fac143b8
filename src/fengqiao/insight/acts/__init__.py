"""Writes of insight."""

from fengqiao.insight.acts.filings import ask, decided, draft, freeze, send, take_back, void
from fengqiao.insight.acts.forms import end_form, keep_examples, keep_form

__all__ = ["ask", "decided", "draft", "end_form", "freeze", "keep_examples", "keep_form", "send", "take_back", "void"]
