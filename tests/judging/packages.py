"""Packages as Arrow tables, with what `validate` finds in them by the rules that ``judge_studies`` knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests import sample
from validation import validate
from validation.catalogue import catalogue
from validation.judging import StudyContext, StudyFindings
from validation.meaning import view_of
from validation.report import PackageReport, Result
from validation.subjects import LoadedTable

EVERY = 1_000_000


@dataclass(frozen=True)
class Read:
    """A package as it was read, what the rules are told besides, and what `validate` finds."""

    folder: Path
    tables: dict[str, pa.Table]
    context: StudyContext
    findings: list[dict[str, Any]]
    tallies: list[tuple[Any, ...]]


def read(folders: Sequence[Path]) -> list[Read]:
    """Those of the packages whose descriptor can be read."""
    held: dict[str, tuple[dict[str, pa.Table], dict[str, str]]] = {}

    def take(con: Any, packages: Sequence[tuple[PackageReport, Mapping[str, LoadedTable]]]) -> None:
        for found, tables in packages:
            rows = {n: con.sql(f"SELECT * EXCLUDE (_package, _unread) FROM {t.rows}").to_arrow_table() for n, t in tables.items()}
            kept = {n: rows[n].select(["_line", *sorted(t.present)]) for n, t in tables.items()}
            held[found.path] = kept, {n: t.file for n, t in tables.items()}

    report = validate(folders, today=sample.TODAY, max_findings=EVERY, sink=take)
    return [_read(found, *held[found.path]) for found in report.packages if found.path in held]


def _read(found: PackageReport, tables: dict[str, pa.Table], files: dict[str, str]) -> Read:
    asked = {r.id: view_of(r.table).place for r in catalogue().values() if r.table is not None}
    assert all(f.file == files[asked[f.rule]] for f in found.findings if f.rule in asked)
    listed = [
        {
            "rule": f.rule,
            "severity": str(f.severity),
            "table": asked[f.rule],
            "file": f.file,
            "line": f.line,
            "column": f.column,
            "key": list(f.key.items()),
            "message": f.message,
            "waived": f.waived is not None,
        }
        for f in found.findings
        if f.rule in asked
    ]
    counted = [
        (o.rule, o.checked, o.violations, o.waived, o.reason if o.result is Result.SKIPPED else None)
        for o in found.outcomes
        if o.rule in asked
    ]
    waivers = tuple(waiver for waiver, _ in found.waivers)
    context = StudyContext(today=sample.TODAY, waivers=waivers, files=files)
    return Read(Path(found.path), tables, context, in_order(listed), sorted(counted))


def in_order(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(findings, key=repr)


def told(found: StudyFindings) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    """What was found, as it is in :class:`Read`."""
    counted = [(t["rule"], t["checked"], t["violations"], t["waived"], t["skipped"]) for t in found.tallies.to_pylist()]
    assert found.tallies["fault"].null_count == len(found.tallies)
    return in_order(found.findings.to_pylist()), sorted(counted)
