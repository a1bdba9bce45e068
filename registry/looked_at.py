"""What was found in the packages of a registry when a build looked at them last, with the rows that they had.

Both are kept together, since what was validated is what is loaded: a file for each registry in the user's cache folder
(:mod:`registry.recalled`). It begins with the SHA-256 of the rest: a line of JSON, with the report on each package, and the database as it was when it had
the rows of all packages and nothing yet that follows from them.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.ledger.records import digest_of
from registry.packages.descriptor import path_of, resources
from registry.packages.finding import DESCRIPTOR, Entry
from registry.recalled import place_of, put, usable
from validation.catalogue import catalogue, is_extended
from validation.engine import Granted
from validation.report import Finding, Outcome, PackageReport, Result, Waiver

__all__ = ["LookedAt", "depends_on", "keep_looked_at", "place_for", "recall_looked_at"]

_FOLDER = "looked-at"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class LookedAt:
    """What was found in a package, as JSON, under the digest of all that it depends on; that is None where it is to be looked at again."""

    digest: str | None
    found: Any

    @classmethod
    def of(cls, report: PackageReport, digest: str | None) -> LookedAt:
        """What is kept of a report."""
        waivers = [waiver for waiver, _ in report.waivers]
        found = {
            "called": report.name,
            "version": report.version,
            "outcomes": [[o.rule, o.result, o.checked, o.violations, o.waived, o.reason] for o in report.outcomes],
            "findings": [
                [f.rule, f.message, f.file, f.line, f.column, f.key, None if f.waived is None else waivers.index(f.waived)]
                for f in report.findings
            ],
            "waivers": [[w.rule, w.where, w.reason, w.approver, w.until, covers] for w, covers in report.waivers],
        }
        return cls(digest, found)

    def report(self, entry: Entry) -> PackageReport:
        """The report on the package, which is there now."""
        severities = {rule.id: rule.severity for rule in catalogue().values()}
        called, found = self.found["called"], self.found
        waivers = tuple((Waiver(*said), covers) for *said, covers in found["waivers"])
        outcomes = (Outcome(rule, Result(result), *counts) for rule, result, *counts in found["outcomes"])
        findings = (
            Finding(rule, severities[rule], called, message, file, line, column, key, None if n is None else waivers[n][0])
            for rule, message, file, line, column, key, n in found["findings"]
        )
        return PackageReport(
            entry.name, found["version"], str(entry.folder), tuple(outcomes), tuple(findings), severities, waivers
        )


def place_for(root: Path, max_findings: int) -> Path | None:
    """Where it is kept of the registry in that folder; None where nothing may be."""
    # Rules of other distributions can change without a trace in this software.
    return None if is_extended() else place_of(_FOLDER, os.path.realpath(root), str(max_findings))


def depends_on(entry: Entry, files: Mapping[str, str], granted: Granted, today: datetime.date) -> str | None:
    """The digest of all that the report on a package and its rows depend on, save the software, given those of its ``files`` by path; None where
    one that counts couldn't be read.
    """
    listed = resources(entry.descriptor)
    beside = (said for resource in listed if isinstance(said := resource.get("parquet"), dict))
    if not {DESCRIPTOR, *map(path_of, listed), *map(path_of, beside)} <= files.keys():
        return None
    called = entry.folder.resolve().name
    told = [today.isoformat(), called, files, list(granted(called, entry.version))]
    return digest_of(json.dumps(told, sort_keys=True).encode())


def recall_looked_at(place: Path | None, draft: Path) -> dict[str, LookedAt]:
    """Write the database that is kept there to ``draft``. What was found in its packages, in the order of their rows; nothing, and no database,
    where none is as it was kept.
    """
    if (kept := usable(place)) is None:
        return {}
    with contextlib.suppress(OSError):
        with kept.open("rb") as file, draft.open("xb") as database:
            digest, line = file.readline(), file.readline()
            told = hashlib.sha256(line)
            while chunk := file.read(_CHUNK):
                told.update(chunk)
                database.write(chunk)
        if digest == f"{told.hexdigest()}\n".encode():
            return {name: LookedAt(*said) for name, said in json.loads(line).items()}
    draft.unlink(missing_ok=True)
    return {}


def keep_looked_at(place: Path | None, draft: Path, looked: Mapping[str, LookedAt]) -> None:
    """Keep the database at ``draft`` and what was found in the packages whose rows it has, in their order."""
    line = json.dumps({name: [of.digest, of.found] for name, of in looked.items()}).encode() + b"\n"

    def write(file: Path) -> None:
        with draft.open("rb") as database, file.open("wb") as kept:
            told = hashlib.file_digest(database, lambda: hashlib.sha256(line))
            kept.write(f"{told.hexdigest()}\n".encode() + line)
            database.seek(0)
            shutil.copyfileobj(database, kept)

    put(place, write)
