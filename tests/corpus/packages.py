"""Small packages cut out of the fixed ones: a few studies with everything that belongs to them."""

from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from schemas.table import Field
from schemas.tables import TABLES
from tests import fixed

DESCRIPTOR = "datapackage.json"
ROWS = 12
Row = dict[str, str]


@dataclass
class Package:
    """A package in memory.

    ``files`` are the bytes by path; ``raw`` is the descriptor's text where it isn't that of ``data``; ``late`` are changes made
    on disk after everything is written.
    """

    name: str
    data: dict[str, Any]
    files: dict[str, bytes]
    raw: bytes | None = None
    late: list[Callable[[Path], None]] = field(default_factory=list)
    sealed: bool = True

    def copy(self) -> Package:
        return Package(self.name, copy.deepcopy(self.data), dict(self.files))

    def resource(self, table: str) -> dict[str, Any]:
        found: dict[str, Any] = next(r for r in self.data["resources"] if r["name"] == table)
        return found

    @property
    def tables(self) -> list[str]:
        return [r["name"] for r in self.data["resources"]]

    def rows(self, table: str) -> list[Row]:
        # A cell that was spoilt may be long, and is read again to be spoilt once more; what is tested sets a limit of its own.
        before = csv.field_size_limit(2**31 - 1)
        try:
            return list(csv.DictReader(io.StringIO(self.files[f"data/{table}.csv"].decode(), newline="")))
        finally:
            csv.field_size_limit(before)

    def columns(self, table: str) -> list[Field]:
        """The table's columns that the package's schema has: it may be older than a column."""
        schema = self.resource(table).get("schema")
        stated = {f["name"] for f in schema["fields"]} if isinstance(schema, dict) else None
        return [f for f in TABLES[table].fields() if stated is None or f.name in stated]

    def put(self, table: str, rows: list[Row], header: list[str] | None = None) -> None:
        names = header or [f.name for f in self.columns(table)]
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([row.get(n, "") for n in names] for row in rows)
        self.files[f"data/{table}.csv"] = out.getvalue().encode()

    def seal(self) -> None:
        """State the hash and the size that every file has now."""
        for resource in self.data["resources"]:
            if isinstance(resource, dict) and isinstance(resource.get("path"), str):
                content = self.files.get(resource["path"])
                if content is not None and "hash" in resource:
                    resource["hash"], resource["bytes"] = f"sha256:{hashlib.sha256(content).hexdigest()}", len(content)

    def write(self, folder: Path) -> Path:
        for path, content in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        if self.sealed:
            self.seal()
        text = json.dumps(self.data, indent=1, ensure_ascii=False).encode() if self.raw is None else self.raw
        (folder / DESCRIPTOR).write_bytes(text)
        for change in self.late:
            change(folder)
        return folder


@cache
def bases() -> tuple[Package, ...]:
    """Cuttings from every fixed package."""
    return tuple(_read(path.parent) for path in sorted(fixed.registry().glob("datapackages/*/datapackage.json")))


def _read(folder: Path) -> Package:
    data = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    data.pop("waivers", None)  # what they cover may be cut away
    data["resources"] = [{**r, "path": f"data/{r['name']}.csv"} for r in data["resources"]]
    package = Package(folder.name, data, {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.glob("data/*.csv")})
    whole = {t: package.rows(t) for t in package.tables}
    studies = {r["study_id"] for r in whole.get("studies", [])[:3]}
    cut = {
        t: [r for r in rows if r.get("study_id", "") in studies | {""}][:ROWS]
        for t, rows in whole.items()
        if t not in {"sources", "visits"}
    }
    people = {r["participant_id"] for r in cut.get("participants", [])}
    if "visits" in whole:
        cut["visits"] = [r for r in whole["visits"] if r["participant_id"] in people][:ROWS]
    cited = {r["source_id"] for rows in cut.values() for r in rows if r.get("source_id")}
    cut["sources"] = [r for r in whole["sources"] if r["source_id"] in cited] or whole["sources"][:1]
    if "arms" in cut:  # the arms that the first rows of the other tables refer to, however many
        used = {(r["study_id"], r["arm_id"]) for t, rows in cut.items() if t != "arms" for r in rows if "arm_id" in r}
        cut["arms"] = [r for r in whole["arms"] if r["study_id"] in studies or (r["study_id"], r["arm_id"]) in used]
        cited = {r["source_id"] for rows in cut.values() for r in rows if r.get("source_id")}
        cut["sources"] = [r for r in whole["sources"] if r["source_id"] in cited]
    for table, rows in cut.items():
        package.put(table, rows)
    package.seal()
    return package


def some(rng: random.Random, package: Package, kinds: set[str], **wanted: Any) -> tuple[str, str, int] | None:
    """A table, a column of one of the kinds and a row's number, by chance."""
    places = [
        (table, f.name, len(package.rows(table)))
        for table in package.tables
        for f in package.columns(table)
        if f.kind in kinds and all(getattr(f, k) == v for k, v in wanted.items())
    ]
    places = [p for p in places if p[2]]
    if not places:
        return None
    table, column, count = rng.choice(places)
    return table, column, rng.randrange(count)


def fifo(path: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / path).unlink(missing_ok=True)
        os.mkfifo(folder / path)

    return make


def link(path: str, to: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / path).unlink(missing_ok=True)
        (folder / path).symlink_to(to)

    return make
