"""Packages that somebody spoilt, and looking at them without changing a byte."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import sample
from tests.catalogue.examples import seal
from validation import validate
from validation.report import Finding, PackageReport, Result

DESCRIPTOR = "datapackage.json"
HEADER = "source_id,kind,title,doi,pmid,url,accessed,sha256,licence,correction_status,checked_on,accessed_at"
ROW = "report,journal-article,A trial of this against that,10.1000/xyz123,,,2026-11-01,,CC-BY-4.0,none-found,2026-11-01,"


def checked(folder: Path, **options: Any) -> PackageReport:
    """The report on the folder. Nothing is a bug of ours, and nothing on disk is changed by looking at it."""
    (report,) = checked_together([folder], **options)
    return report


def checked_together(folders: Sequence[Path], **options: Any) -> Sequence[PackageReport]:
    """The reports on folders that are looked at together."""
    before = [fingerprint(folder) for folder in folders]
    reports = validate(folders, today=sample.TODAY, **options).packages
    assert [fingerprint(folder) for folder in folders] == before
    for report in reports:
        bugs = [o for o in report.outcomes if o.result is Result.ERRORED]
        assert not bugs, bugs
        assert all(len(f.message) < 500 for f in report.findings if f.rule.startswith("PKG"))
        assert all(f.message.isprintable() for f in report.findings)
    return reports


def rules(folder: Path) -> set[str]:
    """The rules that the folder breaks."""
    return {f.rule for f in checked(folder).findings}


def of(report: PackageReport, rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [f for f in report.findings if f.rule == rule]


def fingerprint(folder: Path) -> dict[str, str]:
    """What every entry under the folder is and holds. Links aren't followed and FIFOs not opened."""
    seen = {}
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(root) / name
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                seen[str(path)] = f"link to {path.readlink()}"
            elif stat.S_ISREG(mode):
                seen[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                seen[str(path)] = f"mode {mode:o}"
    return seen


def small(folder: Path) -> Path:
    """Two tables of the sample package, one of which refers to the other: enough for what is about files."""
    return sample.write(folder, {name: sample.TABLES[name] for name in ("sources", "studies")})


def with_file(folder: Path, content: str | bytes, *, table: str = "sources") -> Path:
    """A small package with other bytes for a table, and the descriptor's hash and size made to fit."""
    small(folder)
    (folder / f"data/{table}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return sealed(folder)


def sealed(folder: Path, changes: Mapping[int, Mapping[str, Any]] | None = None) -> Path:
    """Lay members over resources, by number, and state the present hash and size of every file that is there."""
    path = folder / DESCRIPTOR
    data = json.loads(path.read_text(encoding="utf-8"))
    present = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and not p.is_symlink()}
    for i, resource in enumerate(data["resources"]):
        resource.update((changes or {}).get(i, {}))
        if str(resource["path"]) in present:
            seal(folder, resource)
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")
    return folder


def with_resource(folder: Path, **members: Any) -> Path:
    """A small package with members laid over the resource ``sources``."""
    return sealed(small(folder), {0: members})
