"""The table `sources` of a draft: read as text, and written again with the descriptor's sizes and hashes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from registry.errors import RequestError
from registry.ledger.refreshing import refresh, require_draft
from registry.packages.atomic import write_whole
from registry.packages.descriptor import as_bytes, as_parquet, path_of, resource_of
from registry.packages.finding import DESCRIPTOR, Entry, read_entry
from registry.packages.opening import opened

__all__ = ["read_sources", "write_sources"]


def _place(entry: Entry) -> str:
    there = resource_of(entry.descriptor, "sources") or {}
    path = path_of(there)
    if path is None:
        raise RequestError(f"{entry.name} has no table `sources`")
    if parquet := as_parquet(there):
        raise RequestError(f"{entry.folder / parquet} is Parquet, and only CSV is rewritten; write the table as CSV alone first")
    return path


def read_sources(entry: Entry) -> tuple[list[str], list[dict[str, str]]]:
    """The columns and rows of a package's table `sources`. Raises ``RequestError`` where it has none, or it can't be read."""
    path = _place(entry)
    try:
        with opened(entry.folder, path) as file:
            text = file.read().decode("utf-8")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        columns, rows = list(reader.fieldnames or []), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RequestError(
            f"{entry.folder / path} can't be read ({error}); `outcomes validate {entry.name}` says more"
        ) from error
    if "source_id" not in columns or any(None in row or None in row.values() for row in rows):
        raise RequestError(
            f"{entry.folder / path} has rows of another length than its header; `outcomes validate {entry.name}` says more"
        )
    return columns, rows


def write_sources(
    root: Path,
    entry: Entry,
    columns: list[str],
    rows: Sequence[Mapping[str, str]],
    consulted: Sequence[Mapping[str, object]] = (),
    *,
    kept: bool = True,
) -> None:
    """Write a draft's sources, in the order of their names, and into its descriptor, as `corrections`, which files were consulted; those of earlier checks
    are ``kept`` as long as a row rests on them. Raises ``RequestError`` for an accepted version; then nothing is written.
    """
    require_draft(root, entry)
    to = io.StringIO(newline="")
    writer = csv.DictWriter(to, columns, lineterminator="\n", extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: row["source_id"]))
    write_whole(entry.folder / _place(entry), to.getvalue().encode(), named=False)
    if consulted:
        before, now = entry.descriptor.get("corrections"), [one["sha256"] for one in consulted]
        earlier = (
            [one for one in before if not (isinstance(one, dict) and one.get("sha256") in now)]
            if kept and isinstance(before, list)
            else []
        )
        write_whole(entry.folder / DESCRIPTOR, as_bytes({**entry.descriptor, "corrections": [*earlier, *consulted]}), named=False)
    refresh(root, read_entry(entry.folder))
