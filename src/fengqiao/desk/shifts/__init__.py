"""交接班与值班日志: who is on duty, what a shift hands to the next, and whose the night's quarrels are by ten o'clock."""
