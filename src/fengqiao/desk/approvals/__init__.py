"""审批 at the desk: what waits for me, calls to be signed in the morning, the table of who decides what."""
