"""The table ``sources``."""

from __future__ import annotations

import datetime

from schemas import field, grammar
from schemas.model import Model

__all__ = ["Sources"]


class Sources(Model):
    """A document or record that figures were taken from."""

    source_id: str = field.identifier("Source", "The source's name in this package.")
    kind: str = field.term("source_kinds", "Kind", "What kind of document or record it is.")
    title: str = field.text("Title", "Its title.", required=True)
    doi: str = field.text("DOI", "Digital object identifier, without a resolver's address.")
    pmid: str = field.text("PubMed identifier", "Digits only.")
    url: str = field.text("Address", "Where it can be opened.", pattern=grammar.URL)
    accessed: datetime.date = field.date("Accessed", "The day on which it was read.")
    sha256: str = field.text("SHA-256", "Digest of the file that was read, if it was a file.", pattern=grammar.SHA256)
    licence: str = field.text("Licence", "The licence that it was published under, or `unstated`.")
    correction_status: str = field.term(
        "correction_statuses", "Correction status", "Whether a correction or retraction is known."
    )
    checked_on: datetime.date = field.date("Checked on", "The day on which its correction status was checked.")
    accessed_at: str = field.text(
        "Accessed at",
        "Where it was read, if that was a copy: a mirror or a server for tests. The address is the original's.",
        pattern=grammar.URL,
    )
