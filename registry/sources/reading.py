"""Read files with notices, each by what is in it.

Two kinds: a *list* of notices (Retraction Watch's CSV, whole or with fewer columns), in which a paper that isn't there has none that the list knows; and
*records* of papers (PubMed, Europe PMC, Crossref or another CSL-JSON), which say something about those papers only.
"""

from __future__ import annotations

import re
from pathlib import Path

from registry.sources.formats import CitationError, text_of
from registry.sources.lists import read_list
from registry.sources.notices import Notices
from registry.sources.records import read_json, read_nbib, read_xml

__all__ = ["read_notices"]


def read_notices(path: Path) -> Notices:
    """The notices in a file, by what is in it. Raises ``CitationError``."""
    text = text_of(path).replace("\r\n", "\n")
    head = text.lstrip()[:2_000]
    if path.suffix.lower() == ".csv":
        return read_list(path, text)
    if head.startswith(("{", "[")):
        return read_json(path, text)
    if head.startswith("<"):
        return read_xml(path, text)
    if re.search(r"(?m)^PMID ?-", text[:10_000]):
        return read_nbib(path, text)
    raise CitationError(
        f"{path}: this isn't a file that lists corrections: Retraction Watch's list (.csv), records of PubMed (.nbib, .xml) or "
        "Europe PMC (.json), or CSL-JSON such as Crossref's"
    )
