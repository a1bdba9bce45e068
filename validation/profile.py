"""Whether a descriptor keeps the Data Package profile: Frictionless is asked, unless the answer is known.

Only the descriptor is given to it, never a file. A profile or schema that would have to be fetched is taken out before: nothing
here opens an address.

Importing Frictionless takes longer than validating a small package, and nearly every descriptor has the form in which this
registry writes them. To one that has it in every part, Frictionless is known to object to nothing; a test asks it. Of anything
else, were it a single member more, it is asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from schemas.grammar import PRINTED, PRINTED_AT_FIRST, is_package_name
from schemas.rendering import table_schema
from schemas.tables import TABLES
from validation.hints import shortened, shown

__all__ = ["TABULAR", "objections", "profile_faults", "written_here"]

_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_TITLED = {"title": str, "path": str}
_WRITTEN = {
    "$schema": str,
    "name": str,
    "version": str,
    "title": str,
    "description": str,
    "homepage": str,
    "keywords": [str],
    "licenses": [{**_TITLED, "name": str}],
    "contributors": [{**_TITLED, "roles": [str]}],
    "sources": [{**_TITLED, **dict.fromkeys(("version", "file", "sha256", "licence", "note"), str)}],
    "resources": [dict],
    # The profile knows no such members.
    "mapping": str,
    "import": dict,
    "corrections": list,
    "lineage": list,
    "waivers": list,
}
"""What the registry writes: a type, a list of one form, or an object that has no members but these."""

TABULAR = "tabular-data-resource"
"""What a resource calls itself by the first version of the standard: R's frictionless reads no table without it."""

PROFILES = ("data-package", "tabular-data-package", "data-resource", TABULAR)


def profile_faults(data: Mapping[str, Any]) -> Iterator[str]:
    """What Frictionless objects to in the descriptor, each objection once, in its words."""
    return iter(()) if written_here(data) else objections(data)


_WORDS = ("title", "description")
"""What a field says to people."""


def written_here(data: Mapping[str, Any]) -> bool:
    """Whether the descriptor has, in every part, the form in which the registry writes descriptors."""
    if not _fits(data, _WRITTEN) or not {"$schema", "name", "resources"} <= data.keys():
        return False
    names = [resource.get("name") for resource in data["resources"]]
    return (
        data["$schema"] == _SCHEMA
        and is_package_name(data["name"])
        and all(licence.get("name") for licence in data.get("licenses", ()))
        and all(map(_is_of_a_table, data["resources"]))
        and len(set(names)) == len(names) > 0
    )


def _fits(value: object, form: Any) -> bool:
    if isinstance(form, dict):
        return isinstance(value, dict) and value.keys() <= form.keys() and all(_fits(v, form[k]) for k, v in value.items())
    if isinstance(form, list):
        return isinstance(value, list) and all(_fits(v, form[0]) for v in value)
    return isinstance(value, form)


def _is_of_a_table(resource: Mapping[str, Any]) -> bool:
    name, schema = resource.get("name"), resource.get("schema")
    if not isinstance(name, str) or name not in TABLES or not isinstance(schema, dict):
        return False
    fields = schema.get("fields")
    if not isinstance(fields, list) or not fields or not all(isinstance(field, dict) for field in fields):
        return False
    # A column that a key or a reference needs is never left out: Frictionless would object.
    needed = {f.name for f in TABLES[name].fields() if f.key or f.required or f.references}
    if not needed <= {str(field.get("name")) for field in fields}:
        return False
    unsealed = {member: value for member, value in resource.items() if member not in {"hash", "bytes", "profile", "parquet"}}
    return (
        all(isinstance(field.get(words, ""), str) for field in fields for words in _WORDS)
        and _in_other_words({**unsealed, "schema": schema}) in _written(name, tuple(str(field.get("name")) for field in fields))
        and resource.get("profile", TABULAR) == TABULAR
        and ("hash" not in resource or re.fullmatch(r"sha256:[0-9a-f]{64}", str(resource["hash"])) is not None)
        and ("bytes" not in resource or type(resource["bytes"]) is int)
        and isinstance(resource.get("parquet", {}), dict)  # which no profile knows
    )


@lru_cache(maxsize=100)
def _written(name: str, columns: tuple[str, ...]) -> list[str]:
    """What the registry writes of a table with these columns, by the key that it has and by the first that it had."""
    resource = {"name": name, "type": "table"}
    csv = {"path": f"data/{name}.csv", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    parquet = {"path": f"data/{name}.parquet", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    schemas = [table_schema(name, columns, first_key=first) for first in (False, True)]
    return [_in_other_words({**resource, **form, "schema": schema}) for schema in schemas for form in (csv, parquet)]


def _in_other_words(resource: Mapping[str, Any]) -> str:
    """A resource without the titles and descriptions of its fields, which are reworded from time to time, and with today's form of printed
    numbers; as JSON, where 1 is not `true`.
    """
    fields = [{name: value for name, value in field.items() if name not in _WORDS} for field in resource["schema"]["fields"]]
    for field in fields:
        if field.get("constraints") == {"pattern": PRINTED_AT_FIRST}:
            field["constraints"] = {"pattern": PRINTED}
    return json.dumps({**resource, "schema": {**resource["schema"], "fields": fields}}, sort_keys=True)


def objections(data: Mapping[str, Any]) -> Iterator[str]:
    """What Frictionless says when it is asked."""
    from frictionless import FrictionlessException, Package

    local = deepcopy(_unknown(data))
    faults = list(_unfit(local))
    try:
        faults += [error.note for error in Package.metadata_validate(local)]
    except FrictionlessException as error:
        # Some objections, such as one to a field's unknown type, it raises instead of listing.
        faults += [reason.note for reason in error.reasons or [error.error]]
    # An objection quotes what it objects to, however long that is.
    yield from dict.fromkeys(shortened(fault, 300) for fault in faults)


def _unknown(data: Mapping[str, Any]) -> dict[str, Any]:
    """The descriptor, its resources that have the registry's form without their schemas: nothing is objected to in one, and to look takes long."""
    listed = data.get("resources")
    if data.get("$schema") != _SCHEMA or not isinstance(listed, list):
        return dict(data)
    known = [isinstance(one, dict) and "profile" not in one and _is_of_a_table(one) for one in listed]
    bare = (
        {member: value for member, value in one.items() if member != "schema"} if k else one
        for one, k in zip(listed, known, strict=True)
    )
    return {**data, "resources": list(bare)}


def _unfit(local: dict[str, Any]) -> Iterator[str]:
    """Take out of the descriptor what Frictionless would fetch or stumble over, and say what was taken."""
    listed = local.get("resources")
    for part in [local, *(listed if isinstance(listed, list) else [])]:
        if not isinstance(part, dict):
            continue
        profile = part.get("profile")
        if profile is not None and profile not in PROFILES:
            yield f"`profile` is {shown(profile)}; it must be one of {', '.join(PROFILES)}, or be replaced by `$schema`"
            del part["profile"]
        if "profiles" in part:  # Frictionless would fetch the first one
            yield f"`profiles` is {shown(part.pop('profiles'))}; leave it out; `$schema` replaces it"
        for member in ("schema", "dialect"):
            if isinstance(part.get(member), str):
                yield f"`{member}` is {shown(part[member])}; it must be in the descriptor itself"
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
