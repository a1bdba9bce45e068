"""Asking Frictionless whether a descriptor keeps the Data Package profile.

Only the descriptor is given to it, never a file. A profile or schema that would have to be fetched is taken out before: nothing
here opens an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from validation.hints import shortened, shown

__all__ = ["profile_faults"]

PROFILES = ("data-package", "tabular-data-package", "data-resource", "tabular-data-resource")


def profile_faults(data: Mapping[str, Any]) -> Iterator[str]:
    """What Frictionless objects to in the descriptor, each objection once, in its words."""
    from frictionless import FrictionlessException, Package

    local = deepcopy(dict(data))
    faults = list(_unfit(local))
    try:
        faults += [error.note for error in Package.metadata_validate(local)]
    except FrictionlessException as error:
        # Some objections, such as one to a field's unknown type, it raises instead of listing.
        faults += [reason.note for reason in error.reasons or [error.error]]
    # An objection quotes what it objects to, however long that is.
    yield from dict.fromkeys(shortened(fault, 300) for fault in faults)


def _unfit(local: dict[str, Any]) -> Iterator[str]:
    """Take out of the descriptor what Frictionless would fetch or stumble over, and say what was taken."""
    listed = local.get("resources")
    for part in [local, *(listed if isinstance(listed, list) else [])]:
        if not isinstance(part, dict):
            continue
        profile = part.get("profile")
        if profile is not None and profile not in PROFILES:
            yield f"`profile` is {shown(profile)}; it must be one of {', '.join(PROFILES)}, or `$schema` take its place"
            del part["profile"]
        for member in ("schema", "dialect"):
            if isinstance(part.get(member), str):
                yield f"`{member}` is {shown(part[member])}; it must stand in the descriptor itself"
                del part[member]
            elif isinstance(part.get(member), dict):
                yield from _unfit_address(part[member])
        yield from _unfit_address(part)
        if isinstance(part.get("schema"), dict):
            yield from _unfit_members(part["schema"])


def _unfit_address(part: dict[str, Any]) -> Iterator[str]:
    if not isinstance(part.get("$schema", ""), str):
        yield f"`$schema` is {shown(part['$schema'])}; it must be an address"
        del part["$schema"]


def _unfit_members(schema: dict[str, Any]) -> Iterator[str]:
    """Entries of a schema's lists that Frictionless takes for what they must be, without looking."""
    fields, keys = schema.get("fields"), schema.get("foreignKeys")
    if isinstance(fields, list):
        for entry in fields:
            if not isinstance(entry, dict):
                yield f"an entry of `fields` is {shown(entry)}; it must be an object"
        schema["fields"] = [entry for entry in fields if isinstance(entry, dict)]
    if isinstance(keys, list):
        for entry in keys:
            if isinstance(entry, dict) and not {"fields", "reference"} <= entry.keys():
                yield f"an entry of `foreignKeys` is {shown(entry)}; it must have `fields` and `reference`"
        schema["foreignKeys"] = [k for k in keys if not isinstance(k, dict) or {"fields", "reference"} <= k.keys()]
