"""How often lineage finds a trial by its arms alone, and how often it takes two trials for one.

    python -m tests.registry.lineage_rates [DATABASE]

*Recall*: the pairs of the database that a name or an identifier joins, once both are taken away. *False*: pairs of two made-up packages that
share no trial.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from registry.form import make_database
from registry.lineage import work_out
from schemas.sql import literal

DRUGS = ("sertraline", "fluoxetine", "paroxetine", "citalopram", "venlafaxine", "amitriptyline")
SIZES = ((8, 20), (20, 50), (50, 200))
TRIALS, TRIES = 300, 3

_KNOWN = "joined AND regexp_matches(evidence, 'label|doi|pmid|registration-id')"
_TABLES = ("packages", "studies", "arms", "outcomes", "lineage")
_PAIR = "package, study_id, other_package, other_study_id"


@dataclass(frozen=True)
class Recall:
    """Of ``known`` pairs, ``alike`` have equal counts in two arms; ``found`` are joined by their arms alone, ``wrong`` others with them."""

    known: int
    alike: int
    found: int
    wrong: int


def without_names(database: Path, to: Path) -> duckdb.DuckDBPyConnection:
    """The trials of a database with their arms and counts, and nothing that says which they are."""
    make_database(to)
    con = duckdb.connect(to)
    con.execute(f"ATTACH {literal(str(database))} AS whole (READ_ONLY)")
    for table in _TABLES:
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM whole.{table}")
    con.execute("UPDATE studies SET label = NULL, year = NULL, doi = NULL, pmid = NULL, registration_id = NULL")
    work_out(con)
    return con


def recall(database: Path) -> Recall:
    """What the arms alone find of the pairs that names and identifiers join."""
    with tempfile.TemporaryDirectory() as folder, without_names(database, Path(folder) / "bare.duckdb") as con:
        known, alike, found = con.execute(f"""
            WITH known AS (SELECT {_PAIR} FROM whole.same_trials WHERE {_KNOWN}),
            alike AS (
              SELECT {_PAIR} FROM whole.same_figures WHERE agree GROUP BY ALL HAVING count(DISTINCT arm_id) > 1
            ),
            found AS (SELECT {_PAIR} FROM same_trials WHERE joined)
            SELECT count(*), count(*) FILTER (k IN (SELECT (a) FROM alike a)), count(*) FILTER (k IN (SELECT (f) FROM found f))
            FROM known k
        """).fetchall()[0]
        (wrong,) = con.execute(f"""
            SELECT count(*) FROM (SELECT {_PAIR} FROM same_trials WHERE joined) ANTI JOIN (SELECT {_PAIR} FROM whole.same_trials WHERE joined) USING ({_PAIR})
        """).fetchall()[0]
    return Recall(known, alike, found, wrong)


def made_up(folder: Path, size: tuple[int, int], seed: int, trials: int = TRIALS) -> tuple[int, int]:
    """Two packages of different trials with arms of that size: how many pairs are joined, and how many are in doubt."""
    at_random = np.random.default_rng(seed)
    file = folder / f"{size[0]}-{seed}.duckdb"
    make_database(file)
    studies = 2 * trials
    planned = at_random.integers(size[0], size[1] + 1, studies).repeat(2)
    arms = pl.DataFrame(
        {
            "package": np.repeat(["one", "two"], 2 * trials),
            "study_id": [f"trial-{n}" for n in range(studies) for _ in range(2)],
            "arm_id": ["0", "1"] * studies,
            "treatment_id": [drug for n in at_random.integers(len(DRUGS), size=studies) for drug in ("placebo", DRUGS[n])],
            "n_randomised": np.maximum(size[0], planned + at_random.integers(-2, 3, 2 * studies)),
        }
    )
    rates = np.clip(at_random.normal(np.tile([0.38, 0.5], studies), 0.12), 0.1, 0.9)
    counts = arms.with_columns(events=at_random.binomial(arms["n_randomised"].to_numpy(), rates))
    with duckdb.connect(file) as con:
        con.register("_arms_made", counts.to_arrow())
        con.execute("INSERT INTO packages (name) VALUES ('one'), ('two')")
        con.execute("INSERT INTO studies (package, study_id) SELECT DISTINCT package, study_id FROM _arms_made")
        con.execute("INSERT INTO arms BY NAME SELECT * EXCLUDE (events) FROM _arms_made")
        con.execute("""
            INSERT INTO outcomes BY NAME
            SELECT package, study_id, arm_id, 'response.hamd17.ge50pct' AS definition_id, 56 AS timepoint_days, events, n_randomised AS n_analysed
            FROM _arms_made
        """)
        con.unregister("_arms_made")
        work_out(con)
        (told,) = con.execute("SELECT (count(*) FILTER (joined), count(*) FILTER (NOT joined)) FROM same_trials").fetchall()[0]
    return tuple(told.values()) if isinstance(told, dict) else told


def lines(database: Path | None) -> Iterator[str]:
    """What was found, a line each."""
    if database is not None:
        r = recall(database)
        yield (
            f"{r.known} pairs by a name or an identifier, {r.alike} of them with equal counts in two arms: {r.found} found by their arms alone"
            f" ({100 * r.found / max(r.alike, 1):.0f}% of those); {r.wrong} joined that weren't before"
        )
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            joined, doubted = zip(*(made_up(Path(folder), size, seed) for seed in range(TRIES)), strict=True)
            pairs = TRIES * TRIALS * TRIALS
            yield f"arms of {size[0]} to {size[1]}: {sum(joined)} of {pairs:,} pairs joined by chance, {sum(doubted)} in doubt"


if __name__ == "__main__":
    print(*lines(Path(sys.argv[1]) if len(sys.argv) > 1 else None), sep="\n")
