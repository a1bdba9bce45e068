"""What a package must have before it is accepted, besides being valid: who made it, what it is called, what it is, and something to answer with."""

from __future__ import annotations

from collections.abc import Mapping

from registry.packages.descriptor import objects
from registry.packages.finding import Entry
from registry.packages.initialising import is_template

__all__ = ["ANSWERING", "lack_of"]

ANSWERING = ("outcomes", "scores", "harms", "contrasts", "profiles", "claims")
"""The tables of which one at least must have a row."""


def lack_of(entry: Entry, rows: Mapping[str, int]) -> str | None:
    """The first thing that a package lacks, and what to do; None if it lacks nothing. ``rows`` is how many each table has."""
    if not entry.title.strip():
        return "it has no title; give it one in datapackage.json"
    if not any(str(person.get("title", "")).strip() for person in objects(entry.descriptor.get("contributors"))):
        return 'it names no contributors; add "contributors": [{"title": "NAME"}] to datapackage.json'
    readme = entry.folder / "README.md"
    written = readme.read_bytes().strip() if readme.is_file() else b""
    if not written or is_template(written, entry.name):
        fault = "its README.md is as `outcomes init` wrote it" if written else "it has no README.md, or an empty one"
        return f"{fault}; write which trials these are and where the figures come from"
    if not any(rows.get(name) for name in ANSWERING):
        return f"it has nothing to answer with: not one row of {', '.join(ANSWERING[:-1])} or {ANSWERING[-1]}"
    return None
