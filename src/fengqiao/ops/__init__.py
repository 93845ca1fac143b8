"""Processes: the command line, the embedded database, serving, backup and restore, checks."""
