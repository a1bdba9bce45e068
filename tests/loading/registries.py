"""A registry with a bit of everything that can be loaded."""

from __future__ import annotations

import datetime
from pathlib import Path

import registry
from registry.ledger.accepting import accept
from registry.ledger.retracting import retract
from registry.packages.finding import find_entry
from tests import sample

NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


def make(root: Path) -> Path:
    """``sample`` has 1.0.0, 2.0.0 (a figure was corrected) and a draft of 3.0.0; ``withdrawn`` has 1.0.0 and is retracted; ``unseen`` is
    a draft.
    """
    _accept(root, "sample", "1.0.0")
    _accept(root, "sample", "2.0.0", events="19", percent_reported="47.5")
    _write(root, "sample", "3.0.0", events="18", percent_reported="45.0")
    _accept(root, "withdrawn", "1.0.0")
    retract(root, "withdrawn", None, reason="a mix-up", by="tester", now=NOW)
    _write(root, "unseen", "1.0.0")
    return root


def responders(package: registry.Package) -> int:
    """How many responded to the drug: by this the versions of the sample are told apart."""
    rows = package.outcomes.filter(arm_id="drug", definition_id="response.madrs.ge50pct")
    return int(rows["events"].item())


def _accept(root: Path, name: str, version: str, **cells: str) -> None:
    _write(root, name, version, **cells)
    done = accept(root, find_entry(root, name), by="tester", today=sample.TODAY, now=NOW)
    assert done.record is not None, done.reason


def _write(root: Path, name: str, version: str, **cells: str) -> None:
    """The sample, with other cells in the row of the responders to the drug."""
    tables = {table: [dict(r) for r in rows] for table, rows in sample.TABLES.items()}
    tables["outcomes"][0].update(cells)
    sample.write(root / "datapackages" / name, tables, {"version": version})
