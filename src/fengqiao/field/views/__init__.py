"""The phones' pages: the app itself, and what the office sees of phones."""
