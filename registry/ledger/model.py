"""What is stored, member by member: a record of the ledger, and a release's descriptor.

Members that later versions add are ignored, so that an older version reads what a newer one wrote; one that an older version
didn't write must be a :class:`Maybe` here. A kind of record that isn't known is refused: it may take back what came before.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from registry.ledger.forms import Each, Leaf, Maybe, fault_of, text_of
from registry.packages.finding import DESCRIPTOR

__all__ = [
    "COUNT",
    "DIGEST",
    "MOMENT",
    "NAME",
    "VERSION",
    "fault_of_record",
    "fault_of_release",
    "is_stored",
    "object_path",
    "release_path",
]

_LARGEST = 1 << 53
"""The largest number that every JSON reader reads exactly."""

# Loading imports nothing of `schemas`; a test holds the two grammars together. A name may be one that was accepted by older rules.
_NUMBER = "(0|[1-9][0-9]*)"
_BEFORE = "(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_BEFORE}(\.{_BEFORE})*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
_SHORT = ".{1,64}"
_NAME = "[a-z0-9][a-z0-9._-]*"
_OBJECT = r"objects/[0-9a-f]{64}"
_STORED = re.compile(rf"{_OBJECT}(\.[^./\\\x00-\x1f\x7f]+)?|{_NAME}@[0-9A-Za-z.+-]{{1,64}}\.json")

DIGEST = text_of("sha256:[0-9a-f]{64}", "a digest, `sha256:` and 64 hexadecimal digits")
NAME = text_of(_NAME, "the name of a package, lower-case letters, digits, `.`, `_` and `-`")
VERSION = text_of(rf"(?={_SHORT}$){_SEMVER}", "a semantic version of at most 64 characters, such as 1.0.0")
COUNT = Leaf("a whole number that isn't negative", lambda v: type(v) is int and 0 <= v < _LARGEST)

_WORDS = Leaf("a text that isn't empty", lambda v: isinstance(v, str) and bool(v.strip()))
_TEXT = Leaf("a text", lambda v: isinstance(v, str))
_TABLE = text_of("[a-z][a-z0-9_-]*", "the name of a table")
_LABEL = text_of(rf"{_NAME}@(?={_SHORT}$){_SEMVER}", "a package and its version, NAME@VERSION")
_ANYTHING = Leaf("an object", lambda v: isinstance(v, dict))


def _is_time(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value, re.ASCII):
        return False
    try:
        datetime.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


MOMENT = Leaf("a time in UTC, such as 2026-01-31T12:00:00Z", _is_time)


@lru_cache
def _is_inside(name: str) -> bool:
    if not name or re.search(r"[\\\x00-\x1f\x7f]", name):
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.name)


_INSIDE = Leaf("the path of a file inside the package", lambda v: isinstance(v, str) and _is_inside(v))
_PARQUET = {
    "path": text_of(rf"{_OBJECT}\.parquet", "`objects/`, a digest's digits and `.parquet`"),
    "hash": DIGEST,
    "bytes": COUNT,
}
_REPORT = text_of(rf"{_OBJECT}\.json", "`objects/`, a digest's digits and `.json`")
_FILE = {"path": _INSIDE, "hash": DIGEST, "bytes": COUNT}
_SAID = {"rows": COUNT, "digest": DIGEST, "parquet": _PARQUET}

_ANY_RECORD = {
    "sequence": COUNT,
    "previous": DIGEST,
    "hash": DIGEST,
    "package": NAME,
    "at": MOMENT,
    "by": _WORDS,
}
_RECORDS: dict[str, dict[str, Any]] = {
    "accept": {
        **_ANY_RECORD,
        "version": VERSION,
        "since": Maybe(VERSION),
        "note": Maybe(_TEXT),
        "content": DIGEST,
        "release": {"path": _TEXT, "hash": DIGEST, "bytes": COUNT},
        "files": [_FILE],
        "tables": Each(_TABLE, _SAID),
        "ruleset": {"version": _WORDS, "digest": DIGEST},
        "report": _REPORT,
        "summary": dict.fromkeys(("errors", "warnings", "notes", "waived"), COUNT),
        "findings": Each(_WORDS, COUNT),
        "waivers": [_ANYTHING],
    },
    "retract": {
        **_ANY_RECORD,
        "version": Maybe(VERSION),
        "versions": [VERSION],
        "reason": _WORDS,
        "superseded_by": Maybe(_LABEL),
    },
}
_RELEASE: dict[str, Any] = {
    "version": VERSION,
    "resources": [{"name": _TABLE, "path": _TEXT, "hash": DIGEST, "bytes": COUNT, **_SAID}],
    "files": [{**_FILE, "object": _TEXT}],
    "report": _REPORT,
}


def object_path(digest: str, name: str) -> str:
    """Where the file of that digest is in the store. ``name`` gives the suffix, by which tools tell what a file is."""
    return f"objects/{digest.removeprefix('sha256:')}{_suffix(name)}"


@lru_cache  # packages call their files alike
def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def release_path(package: str, version: str) -> str:
    """Where the descriptor of a release is in the store."""
    return f"{package}@{version}.json"


def is_stored(path: str) -> bool:
    """Whether this is the path of a file of a store: an object or a release. It names nothing outside, wherever the store lies."""
    return _STORED.fullmatch(path) is not None


def fault_of_record(data: Mapping[str, Any]) -> str | None:
    """Why this isn't a valid record, member by member and member against member; or None."""
    kind = data.get("kind")
    form = _RECORDS.get(kind) if isinstance(kind, str) else None
    if form is None:
        return fault_of(kind, Leaf(f"one of {', '.join(_RECORDS)}", lambda _: False), "kind")
    return fault_of(data, form) or (_fault_of_acceptance(data) if kind == "accept" else _fault_of_retraction(data))


def _fault_of_acceptance(data: Mapping[str, Any]) -> str | None:
    paths = [f["path"] for f in data["files"]]
    if data["release"]["path"] != (place := release_path(data["package"], data["version"])):
        return f"the member `release.path` must be {place!r}"
    if len(set(paths)) < len(paths) or DESCRIPTOR not in paths:
        return "the member `files` must name each file once, and `datapackage.json` among them"
    return next((fault for name, t in data["tables"].items() if (fault := _fault_of_parquet(t, f"tables.{name}"))), None)


def _fault_of_parquet(table: Mapping[str, Any], at: str) -> str | None:
    parquet = table["parquet"]
    same = parquet["path"] == object_path(parquet["hash"], "table.parquet")
    return None if same else f"the member `{at}.parquet.path` must be the path for the file's hash"


def _fault_of_retraction(data: Mapping[str, Any]) -> str | None:
    if not data["versions"] or data["version"] not in (None, *data["versions"]):
        return "the member `versions` must name the versions that are retracted"
    return None


def fault_of_release(descriptor: object, record: Mapping[str, Any]) -> str | None:
    """Why this isn't the descriptor of the release in the record; or None. It must agree with the record on files and tables."""
    fault = fault_of(descriptor, _RELEASE)
    if fault is not None or not isinstance(descriptor, dict):
        return fault
    resources = descriptor["resources"]
    objects = {object_path(f["hash"], f["path"]): (f["hash"], f["bytes"]) for f in record["files"]}
    agreeing = {
        "version": descriptor["version"] == record["version"],
        "report": descriptor["report"] == record["report"],
        "files": _files(descriptor) == _files(record)
        and all(f["object"] == object_path(f["hash"], f["path"]) for f in descriptor["files"]),
        "resources": sorted((r["name"], *_said(r)) for r in resources)
        == sorted((n, *_said(t)) for n, t in record["tables"].items())
        and all(objects.get(r["path"]) == (r["hash"], r["bytes"]) for r in resources),
    }
    return next((f"the member `{name}` differs from what the ledger says" for name, same in agreeing.items() if not same), None)


def _files(data: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    return [(f["path"], f["hash"], f["bytes"]) for f in data["files"]]


def _said(table: Mapping[str, Any]) -> tuple[Any, ...]:
    """What is said about a table, without what a later version may add."""
    return (table["rows"], table["digest"], *(table["parquet"][name] for name in _PARQUET))
