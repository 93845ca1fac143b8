"""Pages of disputes: each view calls one act or one query."""
