"""What a workbook to fill in looks like, for the two that have to agree on it: who writes it and who takes it back."""

from __future__ import annotations

__all__ = ["ABOUT", "LISTS", "MARK", "METADATA", "REQUIRED", "WORDS"]

ABOUT, WORDS, LISTS = "package", "words", "vocabulary"
"""The sheets besides those of the tables: what the package is and what to do, the terms with their meanings, and the lists (hidden)."""

MARK = "trial-outcomes workbook 1"
"""In the first cell of the hidden sheet: the file is one of ours."""

REQUIRED = " *"
"""After the name of a column, or of a line about the package, that must be filled."""

METADATA = {
    "name": "Small letters, digits and hyphens. It is the name of the package's folder.",
    "version": "0.1.0 for a first draft.",
    "title": "What the package is called in lists and answers.",
    "licence": "Under which the package may be used, by its SPDX identifier: choose one.",
    "contributors": "Who read the figures and made the package. Several names: with semicolons between them.",
    "description": "Optional: a sentence or two.",
}
"""The lines of the first sheet: the first column has the name, the second what is filled in."""
