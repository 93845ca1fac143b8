"""队伍: who serves where, in which grid, by which formula; which desk answers for whom."""
