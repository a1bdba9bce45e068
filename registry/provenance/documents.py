"""What is known about a package for its provenance: an accepted release with its record, or a draft as it is in its folder."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from registry.access import Registry, RetractedWarning
from registry.errors import OutcomesError
from registry.ledger.records import Ledger, Record, canonical_json, digest_of
from registry.ledger.store import DamagedError, checked, object_path
from registry.packages.descriptor import path_of, resources
from registry.packages.finding import DESCRIPTOR, MAPPING, find_entry
from registry.packages.frozen import digests
from registry.packages.opening import opened
from registry.packages.package import Package

if TYPE_CHECKING:
    import polars as pl

    from registry.importing.nodes import Node

__all__ = ["LITERAL", "Subject", "UnreadableTableError", "subject", "text"]

LITERAL = ""
"""Represents the mapping among a table's inputs, for rows written in it."""


class UnreadableTableError(OutcomesError, ValueError):
    """A table of a draft can't be read. The message says which, and why; ``outcomes validate`` says where."""


def text(value: object) -> str | None:
    """A text that says something."""
    return value.strip() or None if isinstance(value, str) else None


@dataclass(frozen=True)
class Subject:
    """A package: ``files`` are the digests of its files by their path, ``read`` gives one's bytes, ``record`` is None for a draft."""

    package: Package
    files: Mapping[str, str]
    read: Callable[[str], bytes]
    ledger: Ledger
    record: Record | None = None

    @property
    def name(self) -> str:
        return self.package.name

    @property
    def digest(self) -> str:
        """What the package itself is named by: of a draft the digest of its files' paths and digests."""
        return self.package.digest or digest_of(canonical_json(dict(self.files)))

    @property
    def label(self) -> str:
        """What the steps of its making are named after: no two packages have the same."""
        version = self.package.version if self.record else f"draft:{self.digest.removeprefix('sha256:')}"
        return f"{self.name}@{version}"

    @property
    def mapping(self) -> str | None:
        """The path of the mapping that the tables were made by, where there is one."""
        path = text(self.package.descriptor.get("mapping"))
        return path if path in self.files else None

    def tables(self) -> Iterator[tuple[str, str, str]]:
        """Name, path and digest of each table's file."""
        paths = {digest: path for path, digest in self.files.items()}
        for resource in resources(self.package.descriptor):
            digest = resource.get("hash") if self.record else self.files.get(path_of(resource) or "")
            if isinstance(digest, str) and isinstance(resource.get("name"), str):
                yield resource["name"], paths[digest], digest

    def table(self, name: str) -> pl.DataFrame:
        """A table as a frame. Raises :class:`UnreadableTableError` where it can't be read, and ``DamagedError`` where it was changed."""
        from polars.exceptions import PolarsError

        try:
            return self.package.table(name)
        except DamagedError:
            raise
        except (ValueError, PolarsError) as error:
            why = str(error).partition("\n")[0]
            raise UnreadableTableError(f"{name} can't be read: {why}; `outcomes validate {self.name}` shows more") from error

    @cached_property
    def inputs(self) -> Mapping[str, set[str]] | None:
        """By table the SHA-256 of the original files that its rows are made from, by the mapping; :data:`LITERAL` for the mapping's own
        rows. None where there is no mapping, or none that can be read.
        """
        from registry.importing import ImportProblem, MappingError
        from registry.importing.nodes import read_nodes

        if self.mapping is None:
            return None
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / MAPPING
            copy.write_bytes(self.read(self.mapping))
            try:
                root = read_nodes(copy)
            except (MappingError, ImportProblem):
                return None
        # Not judged by the tables of today: a mapping that has been accepted stays what it was.
        parts = {name: root.entries[name].entries for name in ("inputs", "tables") if name in root.entries}
        digests = {name: _text(node, "sha256") for name, node in parts.get("inputs", {}).items()}
        return {table: _read_by(node, digests) for table, node in parts.get("tables", {}).items()}


def _read_by(table: Node, digests: Mapping[str, str | None]) -> set[str]:
    """The digests of the inputs that a table's blocks are made from."""
    found = set()
    for block in table.items or [table]:
        join = block.entries.get("join")
        joined = [] if join is None else [_text(one, "input") for one in join.items or [join]]
        used = {digests.get(name or "") for name in [_text(block, "from"), *joined]} - {None}
        found |= used or {LITERAL}
    return {digest for digest in found if digest is not None}


def _text(node: Node, name: str) -> str | None:
    return node.entries[name].text if name in node.entries else None


def subject(registry: Registry, name: str, version: str | None = None) -> Subject:
    """The package, found as :meth:`registry.access.Registry.load` finds it. Raises what that raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RetractedWarning)  # that it was retracted is part of what is told
        package = registry.load(name, version)
    if registry.root is None or package.digest is not None:
        record = registry.ledger.accepted(name)[str(package.version)]
        files = {f["path"]: f for f in record.data["files"]}

        def read(path: str) -> bytes:
            digest = files[path]["hash"]
            return checked(registry.store, object_path(digest, path), digest, files[path]["bytes"])

        return Subject(package, {path: f["hash"] for path, f in files.items()}, read, registry.ledger, record)
    folder = find_entry(registry.root, name).folder
    paths = [DESCRIPTOR, *map(path_of, resources(package.descriptor)), text(package.descriptor.get("mapping")), "README.md"]
    files = digests(folder, (path for path in paths if path is not None))
    return Subject(package, files, lambda p: _read(folder, p), registry.ledger)


def _read(folder: Path, path: str) -> bytes:
    with opened(folder, path) as file:
        return file.read()
