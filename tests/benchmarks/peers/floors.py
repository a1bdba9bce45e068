"""What a command can't go below: ``python -m tests.benchmarks.peers.floors WHAT FOLDER`` does that and no more.

``libraries`` imports what a comparison needs; ``packages`` reads and hashes every file below the folder and separates its cells;
``gate`` imports what the registry's gate is written in; ``visits`` reads both tables of participants and counts what is out of range, doubled, or without its participant.
"""

from __future__ import annotations

import csv
import hashlib
import importlib
import io
import json
import sys
from pathlib import Path

__all__ = ["FLOORS"]


def _libraries(_: Path) -> None:
    for name in ("typer", "rich.console", "duckdb", "numpy", "scipy.special"):
        importlib.import_module(name)


def _gate(_: Path) -> None:
    for name in ("great_expectations", "pandas"):
        importlib.import_module(name)


def _packages(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".csv", ".json"}:
            content = path.read_bytes()
            hashlib.sha256(content).hexdigest()
            text = content.decode()
            list(csv.reader(io.StringIO(text), strict=True)) if path.suffix == ".csv" else json.loads(text)


def _visits(folder: Path) -> None:
    import duckdb

    con = duckdb.connect()
    for name in ("participants", "visits"):
        con.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv(?, header = true, all_varchar = true)",
            [str(folder / "data" / f"{name}.csv")],
        )
    con.sql(
        "SELECT count(*) FILTER (TRY_CAST(total AS DOUBLE) NOT BETWEEN 0 AND 52), count(*) FILTER (TRY_CAST(visit_day AS DOUBLE) < 0) FROM visits"
    ).fetchall()
    con.sql(
        "SELECT count(*) FROM (FROM visits SELECT participant_id, visit_day, instrument_id GROUP BY ALL HAVING count(*) > 1)"
    ).fetchall()
    con.sql("SELECT count(*) FROM visits ANTI JOIN participants USING (participant_id)").fetchall()


FLOORS = {"gate": _gate, "libraries": _libraries, "packages": _packages, "visits": _visits}


if __name__ == "__main__":
    FLOORS[sys.argv[1]](Path(sys.argv[2]))
