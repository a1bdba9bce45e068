"""Registries of a few invented trials, put straight into the tables of a database, with their lineage worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from registry.form import EVERY_TABLE, fill_views, make_database
from registry.lineage import work_out
from schemas.tables import TABLES

DEFINITIONS = {
    "response": "response.madrs.ge50pct",
    "unstated": "response.unstated",
    "hamd": "response.hamd17.ge50pct",
    "remission": "remission.madrs.le12",
    "below": "remission.madrs.lt12",
    "dropout": "dropout.any",
}


@dataclass(frozen=True)
class Arm:
    """An arm: what was given, and by a word of ``DEFINITIONS`` (events, analysed). Among ``more`` may be ``harms``, by a term
    (events, at risk), ``means``, by a scale (mean, standard deviation, participants), and ``visits``, by a day further counts.
    """

    treatment: str
    counts: Mapping[str, tuple[int, int]]
    dose: float | None = None
    name: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


_OF_THE_ARM = ("n_randomised", "includes")
_OF_IT = ("harms", "means", "visits")


def arm(treatment: str, *, dose: float | None = None, name: str | None = None, **counts: Any) -> Arm:
    keys = (
        *(
            "timepoint_days",
            "timepoint_anchor",
            "analysis_set",
            "missing_data",
            "extractions",
            "value_origin",
            "percent_reported",
        ),
        *(*_OF_THE_ARM, *_OF_IT),
    )
    more = {key: counts.pop(key) for key in keys if key in counts}
    return Arm(treatment, counts, dose, name, more)


@dataclass(frozen=True)
class Study:
    name: str
    arms: Sequence[Arm]
    more: Mapping[str, Any]


def study(name: str, *arms: Arm, **more: Any) -> Study:
    """A study; ``more`` are fields of the table ``studies``, such as ``doi``."""
    return Study(name, arms, more)


def registry_of(
    tmp_path: Path,
    *,
    lineage: Sequence[tuple[str, str, str]] = (),
    standing: Mapping[str, str] | None = None,
    **packages: Sequence[Study],
) -> duckdb.DuckDBPyConnection:
    """A database of the packages, by name, with all that lineage fills; ``lineage`` are rows of package, other, relation."""
    con = _traced(tmp_path, lineage, standing or {}, packages)
    fill_views(con)
    return con


def lineage_of(
    tmp_path: Path, *, lineage: Sequence[tuple[str, str, str]] = (), **packages: Sequence[Study]
) -> duckdb.DuckDBPyConnection:
    """The same without the views that are kept, which take as long as all the rest: to ask one of them is an error, and no answer without rows."""
    con = _traced(tmp_path, lineage, {}, packages)
    tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()
    for name in {name for (name,) in tables} - TABLES.keys() - EVERY_TABLE.keys():
        con.execute(f'DROP TABLE "{name}"')
    return con


def _traced(
    tmp_path: Path,
    lineage: Sequence[tuple[str, str, str]],
    standing: Mapping[str, str],
    packages: Mapping[str, Sequence[Study]],
) -> duckdb.DuckDBPyConnection:
    """A database of the packages with their lineage worked out, and no view that is kept."""
    file = tmp_path / "registry.duckdb"
    make_database(file)
    con = duckdb.connect(file, config={"threads": 1})  # of so few rows, threads wait for each other most of the time
    con.begin()  # else each row would be written to the disk by itself
    for package, studies in packages.items():
        insert(con, "packages", name=package, standing=standing.get(package, "draft"))
        for s in studies:
            insert(con, "studies", package=package, study_id=s.name, **{"population_id": "mdd", "phase": "acute", **s.more})
            for number, a in enumerate(s.arms):
                key = {"package": package, "study_id": s.name, "arm_id": a.name or f"{a.treatment}-{number}"}
                insert(
                    con,
                    "arms",
                    **key,
                    treatment_id=a.treatment,
                    background_id="none",
                    dose=a.dose,
                    dose_unit="mg" if a.dose else None,
                    **{name: a.more[name] for name in _OF_THE_ARM if name in a.more},
                )
                own = {key: value for key, value in a.more.items() if key not in (*_OF_THE_ARM, *_OF_IT)}
                said = {
                    "timepoint_days": 56,
                    "timepoint_anchor": "randomisation",
                    "analysis_set": "randomised",
                    "value_origin": "reported",
                    **own,
                }
                for term, (events, n) in a.more.get("harms", {}).items():
                    insert(con, "harms", **key, term=term, serious=False, events=events, n_at_risk=n)
                for scale, (mean, sd, n) in a.more.get("means", {}).items():
                    of = {"instrument_id": scale, "statistic": "change", "estimate": "raw", "mean": mean, "sd": sd, "n": n}
                    insert(
                        con, "scores", **key, **of, **{name: cell for name, cell in said.items() if name != "percent_reported"}
                    )
                for day, counts in {said["timepoint_days"]: a.counts, **a.more.get("visits", {})}.items():
                    for word, (events, n) in counts.items():
                        on = {**said, "timepoint_days": day}
                        insert(con, "outcomes", **key, definition_id=DEFINITIONS[word], events=events, n_analysed=n, **on)
    for package, other, relation in lineage:
        insert(con, "lineage", package=package, other=other, relation=relation)
    con.commit()
    work_out(con)
    return con


def insert(con: duckdb.DuckDBPyConnection, table: str, **cells: Any) -> None:
    names = ", ".join(f'"{name}"' for name in cells)
    con.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(cells))})', list(cells.values()))


def joined(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """The pairs that were taken for one trial, with the evidence."""
    return con.execute("SELECT study_id, other_study_id, evidence FROM same_trials WHERE joined ORDER BY ALL").fetchall()


def doubted(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """The pairs that weren't, with why."""
    return con.execute("SELECT study_id, other_study_id, doubt FROM same_trials WHERE NOT joined ORDER BY ALL").fetchall()
