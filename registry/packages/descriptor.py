"""What a package's descriptor says, read in one place: its resources, licences and waivers, and which of it is about bytes alone.

A descriptor that hasn't been validated may hold anything. What isn't of the form that is read here is passed over; validation has
a word for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = [
    "MOST_RESOURCES",
    "OF_BYTES",
    "as_bytes",
    "as_parquet",
    "beside",
    "is_parquet",
    "licences",
    "objects",
    "path_of",
    "resource_of",
    "resources",
    "table_names",
    "waivers",
    "without_bytes",
]

OF_BYTES = frozenset({
    "hash", "bytes", "path", "format", "mediatype", "encoding", "dialect", "rows", "digest", "parquet", "$schema", "profile",
})  # fmt: skip
"""Members of a resource about its file's bytes and form, not their meaning: changing them changes no content."""


MOST_RESOURCES = 100
"""As many as validation checks."""


def objects(listed: object) -> list[dict[str, Any]]:
    """The objects of a list in a descriptor; none where it isn't a list."""
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def resources(descriptor: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The resources, in the order of the descriptor: as many as a descriptor may have, since each leads to a file."""
    return objects(descriptor.get("resources"))[:MOST_RESOURCES]


def resource_of(descriptor: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The first resource of that name, if there is one."""
    return next((r for r in resources(descriptor) if r.get("name") == name), None)


def table_names(descriptor: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the tables, in the order of the descriptor."""
    return tuple(r["name"] for r in resources(descriptor) if isinstance(r.get("name"), str))


def path_of(resource: Mapping[str, Any]) -> str | None:
    """The path of a resource's file; a list of one path is that path, since Data Package allows both."""
    path = resource.get("path")
    if isinstance(path, list) and len(path) == 1:
        path = path[0]
    return path if isinstance(path, str) else None


def is_parquet(resource: Mapping[str, Any]) -> bool:
    """Whether a resource's file is Parquet: as it says, or else by its ending."""
    # As validation.subjects has it: to load a package needs neither that nor `schemas`, beside which a module of that name may lie.
    stated = resource.get("format")
    return stated == "parquet" or (stated is None and str(path_of(resource)).casefold().endswith(".parquet"))


def beside(resource: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is stated about the Parquet file beside a table's CSV file, if there is one."""
    said = resource.get("parquet")
    return said if isinstance(said, dict) and isinstance(path_of(said), str) else None


def as_parquet(resource: Mapping[str, Any]) -> str | None:
    """The Parquet file in which the resource's table is, in its place or beside its CSV file; None where there is none."""
    said = resource if is_parquet(resource) else beside(resource)
    return None if said is None else path_of(said)


def without_bytes(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What a resource says about its content: the members that aren't in :data:`OF_BYTES`."""
    return {name: value for name, value in resource.items() if name not in OF_BYTES}


def licences(descriptor: Mapping[str, Any]) -> list[str]:
    """The licences, each by its name, or by its address where it has none."""
    named = (entry.get("name") or entry.get("path") for entry in objects(descriptor.get("licenses")))
    return [str(name) for name in named if name]


def waivers(descriptor: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The waivers, as they are in the descriptor."""
    return objects(descriptor.get("waivers"))


def as_bytes(descriptor: Mapping[str, Any]) -> bytes:
    """A descriptor as it is in its file."""
    return (json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n").encode()
