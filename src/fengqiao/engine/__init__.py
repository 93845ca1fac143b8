"""Pure computation: never Django, the database, the clock or settings. A library on its own; see README.md."""
