"""Which keys each map of a mapping has: for reading it, and for the schema by which an editor helps to write it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "BLOCK",
    "CHANGES",
    "CODED",
    "CONSULTED",
    "CONTRIBUTOR",
    "FILTER",
    "INPUT",
    "JOIN",
    "LICENCE",
    "LINEAGE",
    "LITERAL",
    "MAPPING",
    "ORIGIN",
    "PACKAGE",
    "WAIVER",
    "WAYS",
    "Keys",
]


class Keys(NamedTuple):
    """The keys that a map must have, and those that it may have besides."""

    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


WAYS = {"percent": ("fraction", "of-100"), "hidden": ("read",), "merged": ("repeat",)}
"""Keys of an input that say how a workbook's odd cells are read, with the words they take."""

CODED = {"labels": ("text", "codes"), "missing_codes": ("empty", "read")}
"""The same for files of statistical programs, whose values may have labels."""

MAPPING = Keys(("package", "inputs", "tables"), ("defaults",))
PACKAGE = Keys(
    ("name", "version", "title", "licenses"),
    ("description", "contributors", "keywords", "homepage", "lineage", "corrections", "waivers"),
)
LICENCE = Keys((), ("name", "path", "title"))
CONTRIBUTOR = Keys(("title",), ("path", "email", "givenName", "familyName", "roles", "organization"))
LINEAGE = Keys(("package", "relation"), ("note",))
CONSULTED = Keys(("file", "sha256", "on"), ("what", "records", "origin"))
WAIVER = Keys(("rule", "where", "reason", "approver", "until"))
INPUT = Keys(
    ("file", "sha256", "origin"),
    ("delimiter", "decimal", "encoding", "sheet", "header_row", *WAYS, "rows", "member", "object", *CODED, "missing"),
)
ORIGIN = Keys(("url", "licence"), ("title", "commit", "path", "note"))
LITERAL = Keys(("rows",))
BLOCK = Keys(("from", "fields"), ("join", "split", "keep", "drop", "unique"))
JOIN = Keys(("input", "on"), ("unmatched",))
FILTER = Keys(("where", "reason"), ("count",))
CHANGES = Keys(("column",), ("map", "otherwise", "times"))
