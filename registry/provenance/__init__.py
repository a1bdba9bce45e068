"""Provenance: where a package's tables come from, and who and what made them, as W3C PROV.

Things that are files have their hash for a name (``urn:sha256:…``), documents their DOI or PubMed number; everything else is named in
``urn:x-trial-outcomes:``. docs/store.md says how.
"""

from __future__ import annotations

from registry.provenance.documents import UnreadableTableError
from registry.provenance.telling import provenance

__all__ = ["UnreadableTableError", "provenance"]
