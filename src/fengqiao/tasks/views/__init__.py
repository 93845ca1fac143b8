"""Pages of tasks, meetings and findings."""
