"""The office's door: start page, search, notices, signing on, settings, the ledger's daily page."""
