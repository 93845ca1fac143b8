"""Pages of the front door: each view calls one act or one query."""
