"""Pages of the office's door: each view calls one act or one query."""
