"""Asking Frictionless whether a descriptor keeps the Data Package profile.

Only the descriptor is given to it, never a file. A profile or schema that would have to be fetched is taken out before: nothing
here opens an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["profile_faults"]

PROFILES = ("data-package", "tabular-data-package", "data-resource", "tabular-data-resource")


def profile_faults(data: Mapping[str, Any]) -> Iterator[str]:
    """What Frictionless objects to in the descriptor, each objection once, in its words."""
    from frictionless import FrictionlessException, Package

    local, faults = _local(data)
    try:
        faults += [error.note for error in Package.metadata_validate(local)]
    except FrictionlessException as error:
        # Some objections, such as one to a field's unknown type, it raises instead of listing.
        faults += [reason.note for reason in error.reasons or [error.error]]
    yield from dict.fromkeys(faults)


def _local(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The descriptor without what would be fetched, and what is to be said of that."""
    local, faults = dict(data), []
    listed = local.get("resources")
    parts = [local, *(dict(r) if isinstance(r, dict) else r for r in listed)] if isinstance(listed, list) else [local]
    for part in parts:
        if not isinstance(part, dict):
            continue
        profile = part.get("profile")
        if profile is not None and profile not in PROFILES:
            faults.append(f"`profile` is {profile!r}; it must be one of {', '.join(PROFILES)}, or `$schema` take its place")
            del part["profile"]
        for member in ("schema", "dialect"):
            if isinstance(part.get(member), str):
                faults.append(f"`{member}` is {part[member]!r}; it must stand in the descriptor itself")
                del part[member]
    if isinstance(listed, list):
        local["resources"] = parts[1:]
    return local, faults
