"""What was accepted, when, by whom and from what: an append-only ledger over a store of content-addressed files."""
