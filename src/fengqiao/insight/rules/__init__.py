"""Pure rules of insight: marked cells of forms, and filling them. Bytes and words in, bytes out; no database, no clock."""
