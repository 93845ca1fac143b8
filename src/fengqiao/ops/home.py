"""Moved to the ground floor, ``fengqiao.home``, because settings need it."""

from fengqiao.home import *  # noqa: F403
