"""Pairs of commands that take minutes, for the page alone: what grows to millions of rows, what pools, and the registry's gate.

``python -m tests.benchmarks.larger`` measures them and prints the table. ``python -m tests.benchmarks.larger parquet FOLDER ROWS`` writes a generated package twice,
as CSV and as Parquet.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.contenders import OUTCOMES, table
from tests.benchmarks.ratios import Ratio, anew, floor, made, measured, script
from tests.benchmarks.ratios import table as table_of

__all__ = ["LARGER", "built", "in_parquet"]

_IN_PARQUET = 200_000
_POOLED = 100_000
_PACKAGES = 100


def _visits(millions: int) -> Ratio:
    return Ratio(
        f"`validate`, {millions},000,000 visits",
        "DuckDB alone, four checks",
        lambda folder: [script("visits", str(folder), str(millions * 1_000_000))],
        lambda folder: [OUTCOMES, "validate", str(folder)],
        floor("visits"),
        rounds=1,
    )


_BUILT = "pooled"


def built(work: Path) -> Path:
    """The database of the pair that pools, where all was measured in that folder."""
    return made(work, _BUILT) / "registry.duckdb"


LARGER: Mapping[str, Ratio] = {
    _BUILT: Ratio(
        f"`build --drafts --full`, {_POOLED:,} outcomes: all is pooled again",
        "`build --drafts`: what was found and pooled is recalled",
        lambda folder: [script("generator", str(folder / "datapackages" / "trials"), str(_POOLED))],
        lambda folder: [OUTCOMES, "build", "--drafts", "--full", "--root", str(folder)],
        lambda folder: [OUTCOMES, "build", "--drafts", "--root", str(folder)],
        rounds=1,
    ),
    "gate": Ratio(
        f"`validate --registry`, {_PACKAGES} packages",
        "importing Great Expectations and pandas",
        lambda folder: [script("registries", str(folder), str(_PACKAGES), "0")],
        lambda folder: anew([OUTCOMES, "validate", "--registry", "--root", str(folder)]),
        floor("gate"),
    ),
    "parquet": Ratio(
        f"`validate`, {_IN_PARQUET:,} outcomes in Parquet",
        "`validate` of the same in CSV",
        lambda folder: [script("larger", "parquet", str(folder), str(_IN_PARQUET))],
        lambda folder: [OUTCOMES, "validate", str(folder / "parquet" / "trials")],
        lambda folder: [OUTCOMES, "validate", str(folder / "csv" / "trials")],
    ),
    "visits-1": _visits(1),
    "visits-4": _visits(4),
    "visits-10": _visits(10),
    "visits-50": _visits(50),
}
"""By name."""


def in_parquet(folder: Path, rows: int) -> None:
    """A generated package in ``csv`` and in ``parquet``, below the folder."""
    import shutil

    from tests.benchmarks.generator import make_package
    from tests.catalogue.examples import as_parquet

    package = make_package(folder / "csv" / "trials", rows)
    copy = shutil.copytree(package, folder / "parquet" / "trials")
    for path in sorted(table(copy).parent.glob("*.csv")):
        as_parquet(copy, path.stem)


def main() -> None:
    if sys.argv[1:2] == ["parquet"]:
        in_parquet(Path(sys.argv[2]), int(sys.argv[3]))
        return
    with tempfile.TemporaryDirectory(prefix="outcomes-bench-") as scratch:
        os.environ["OUTCOMES_CACHE"] = str(Path(scratch) / "cache")
        among = {name: LARGER[name] for name in sys.argv[1:] or LARGER}
        sys.stdout.write(table_of(measured(Path(scratch), among=among), among) + "\n")


if __name__ == "__main__":
    main()
