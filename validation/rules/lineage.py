"""SRC: what a package says about its lineage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.grammar import is_package_name
from validation.hints import did_you_mean, shown
from validation.rule import Problem, Severity, rule
from validation.subjects import DESCRIPTOR, Descriptor

RELATIONS = ("derived-from", "same-trials")
"""What a package may be to another: made from it, or known to report some of its trials, read independently."""

_OTHER = {"lineage": [{"package": "another", "relation": "same-trials", "note": "Both hold Lepola 2003."}]}


@rule(
    "SRC014",
    stage="descriptor",
    severity=Severity.ERROR,
    fix="Write `lineage` as a list of objects with `package`, `relation` (derived-from or same-trials) and, if you like, `note`.",
    source="W3C PROV-DM, wasDerivedFrom; docs/lineage.md",
    breaks=[
        {"lineage": "another"},
        {"lineage": [{"package": "another"}]},
        {"lineage": [{"package": "another", "relation": "same trials"}]},
        {"lineage": [{"package": "another", "relation": "same-trials", "why": "both hold Lepola 2003"}]},
        {"lineage": [*_OTHER["lineage"], *_OTHER["lineage"]]},
    ],
    keeps=[_OTHER, {"lineage": [{"package": "another", "relation": "derived-from"}]}],
)
def lineage_not_understood(descriptor: Descriptor) -> Iterator[Problem]:
    """A package's lineage must be written in the documented form.

    A declaration that can't be read is ignored, and figures that come from another package would count twice.
    """
    stated = descriptor.data.get("lineage")
    if stated is None:
        return
    if not isinstance(stated, list):
        yield _problem(f"`lineage` is {shown(stated)}; it must be a list of objects")
        return
    seen = set()
    for number, entry in enumerate(stated, 1):
        for fault in _faults(entry, descriptor.data.get("name")):
            yield _problem(f"entry {number} of `lineage`: {fault}")
        pair = (str(entry.get("package")), str(entry.get("relation"))) if isinstance(entry, dict) else None
        if pair is not None and pair in seen:
            yield _problem(f"entry {number} of `lineage` repeats the relation to {pair[0]}; state each relation once")
        seen.add(pair)


def _faults(entry: Any, own: object) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"it is {shown(entry)}; it must be an object"
        return
    package, relation, note = (entry.get(name) for name in ("package", "relation", "note"))
    if not is_package_name(package):
        yield f"`package` is {shown(package)}; it must be a package's name"
    elif package == own:
        yield "`package` is this package itself; it must be another"
    if relation not in RELATIONS:
        hint = did_you_mean(relation, RELATIONS, lead="; ")
        yield f"`relation` is {shown(relation)}; it must be one of {', '.join(RELATIONS)}{hint}"
    if note is not None and (not isinstance(note, str) or not note.strip()):
        yield f"`note` is {shown(note)}; it must be a text, or left out"
    if more := sorted(entry.keys() - {"package", "relation", "note"}):
        yield f"it has {shown(more[0])}, which isn't part of the form; it may have only `package`, `relation` and `note`"


def _problem(message: str) -> Problem:
    return Problem(message, file=DESCRIPTOR, column="lineage")
