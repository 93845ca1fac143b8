"""Reads of the office's door. Records of the trade come from the queries of their apps."""

from fengqiao.desk.queries.accounts import (
    Demo,
    PostChoice,
    account_named,
    accounts_here,
    demo_accounts,
    org_of_post,
    posts_of,
)
from fengqiao.desk.queries.frame import Counts, counts
from fengqiao.desk.queries.ledger import Checked, Link, check, head, link, machine, unsealed_since
from fengqiao.desk.queries.numbers import address_of, is_number
from fengqiao.desk.queries.today import Item, Section, Today, captures, tasks_of, today
from fengqiao.desk.queries.views import drop_view, keep_view, views_of, views_on

__all__ = [
    "Checked", "Counts", "Demo", "Item", "Link", "PostChoice", "Section", "Today", "account_named", "accounts_here", "address_of", "captures", "check", "counts",
    "demo_accounts", "drop_view", "head", "is_number", "keep_view", "link", "machine", "org_of_post", "posts_of", "tasks_of", "today", "unsealed_since",
    "views_of", "views_on",
]  # fmt: skip
