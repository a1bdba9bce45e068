"""Changing stored things member by member as somebody does who can compute every hash anew."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from registry.ledger.model import object_path
from registry.ledger.records import FIRST, canonical_json, digest_of

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 1e300, 10**30, "", "x", "\x1b[2J\u202e", "../../../etc/passwd", "/dev/zero", "1.0.0"),
    *("sha256:" + "0" * 64, [], [None], [[]], ["x"], {}, {"x": 1}, {"": {}}, json.loads("[" * 200 + "]" * 200)),
)
GONE = object()
"""Instead of a value: the member is taken out."""

Change = tuple[tuple[Any, ...], Any]
"""The path of a member, and what takes its place."""


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every part of a JSON value, nested ones too; of a list the first two and the last."""
    if at:
        yield at
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths(inner, (*at, name))
    elif isinstance(value, list):
        for number in sorted({0, 1, len(value) - 1} & set(range(len(value)))):
            yield from paths(value[number], (*at, number))


def changes(value: Any) -> list[Change]:
    return [(path, new) for path in paths(value) for new in (GONE, *VALUES)]


def changed(value: Any, change: Change) -> Any:
    """A copy in which one member is gone or another."""
    (*way, last), new = change
    made = part = copy.deepcopy(value)
    for step in way:
        part = part[step]
    if new is GONE:
        del part[last]
    else:
        part[last] = new
    return made


def records_of(store: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (store / "ledger.jsonl").read_bytes().splitlines()]


def chain(records: list[dict[str, Any]], untouched: tuple[str, ...] = ()) -> bytes:
    """The ledger with every hash computed anew, save for the members that are ``untouched``."""
    previous, lines = FIRST, []
    for number, record in enumerate(records, 1):
        new = {"sequence": number, "previous": previous}
        data = {**{k: v for k, v in record.items() if k != "hash"}, **{k: v for k, v in new.items() if k not in untouched}}
        previous = digest_of(canonical_json(data))
        lines.append(canonical_json({**data, "hash": previous}) + b"\n")
    return b"".join(lines)


def with_release(store: Path, number: int, mutate: Callable[[Any], bytes]) -> Iterator[tuple[Path, bytes]]:
    """The files to write where the descriptor of an accepted release is another one, for which the ledger vouches."""
    records = records_of(store)
    release = records[number]["release"]
    content = mutate(json.loads((store / release["path"]).read_bytes()))
    release |= {"hash": digest_of(content), "bytes": len(content)}
    yield store / release["path"], content
    yield store / "ledger.jsonl", chain(records)


def with_parquet(store: Path, number: int, table: str, mutate: Callable[[bytes], bytes]) -> Iterator[tuple[Path, bytes]]:
    """The files to write where the Parquet file of a table is another one, for which descriptor and ledger vouch."""
    records = records_of(store)
    said = records[number]["tables"][table]["parquet"]
    content = mutate((store / said["path"]).read_bytes())
    digest = digest_of(content)
    said |= {"path": object_path(digest, "x.parquet"), "hash": digest, "bytes": len(content)}
    yield store / said["path"], content
    release = records[number]["release"]
    descriptor = json.loads((store / release["path"]).read_bytes())
    next(r for r in descriptor["resources"] if r["name"] == table)["parquet"] = said
    words = json.dumps(descriptor).encode()
    release |= {"hash": digest_of(words), "bytes": len(words)}
    yield store / release["path"], words
    yield store / "ledger.jsonl", chain(records)
