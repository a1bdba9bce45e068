"""A seeded package of any size in which every figure agrees with every other: no rule has anything to say of it.

``python -m tests.benchmarks.generator FOLDER ROWS`` writes one. The harness runs it as a process of its own, for the memory that a
process once had is told of its children too.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

from registry.packages.writing import DESCRIPTOR, PROFILE
from schemas.rendering import table_schema
from schemas.tables import TABLES

__all__ = ["make_package", "write_package"]

SEED = 20261123

_SIZES = 380
_STUDIES = f"""
    CREATE TABLE studies AS
    SELECT s AS study, format('study-{{:07d}}', s) AS study_id, 2 + s % 3 AS arms, 4 - s % 3 AS visits,
      -- A step through every pair of sizes before one comes again, so that no two trials have the same arms.
      s // 3 * 104729 % {_SIZES * _SIZES} AS sizes, s // 3 // {_SIZES * _SIZES} AS turn,
      ['madrs', 'hamd17'][1 + s % 2] AS instrument,
      ['randomised', 'full-analysis', 'observed-cases'][1 + (hash(s, $seed, 'set') % 3)::BIGINT] AS analysis_set
    FROM range($first, $first + $rows // 16 + 1) r(s)
"""
_ARMS = f"""
    CREATE TABLE arms AS
    SELECT s.*, arm, 20 + CASE arm WHEN 0 THEN sizes % {_SIZES} WHEN 1 THEN sizes // {_SIZES} ELSE hash(study, arm, $seed) % {_SIZES}
      END::BIGINT AS n_randomised,
      [NULL, 'sertraline', 'escitalopram', 'venlafaxine'][arm + 1] AS drug
    FROM studies s, range(4) r(arm) WHERE arm < s.arms
"""
_RESULTS = """
    CREATE TABLE results AS
    WITH visited AS (
      SELECT a.*, 14 * visit AS day,
        CASE analysis_set WHEN 'randomised' THEN n_randomised
          WHEN 'full-analysis' THEN n_randomised - n_randomised // 20
          ELSE n_randomised - n_randomised // 20 * visit END AS n_analysed
      FROM arms a, range(1, 5) r(visit) WHERE visit <= a.visits
    ), responded AS (
      SELECT *, (n_analysed * (20 + (hash(study, arm, day, $seed) % 50)::BIGINT) // 100) AS responders FROM visited
    )
    SELECT *, responders * (30 + (hash(study, arm, day, $seed, 'remission') % 50)::BIGINT) // 100 AS remitters FROM responded
    ORDER BY study, arm, day LIMIT $rows
"""
_WRITTEN = {
    "sources": """
        SELECT format('report-{:07d}', study) AS source_id, 'journal-article' AS kind, 'Report of trial ' || study AS title,
          format('10.1000/trial.{:07d}', study) AS doi, $today - 30 AS accessed, 'CC-BY-4.0' AS licence,
          'none-found' AS correction_status, $today - 30 AS checked_on
        FROM studies ORDER BY study
    """,
    "studies": """
        SELECT study_id, 'Trial ' || study AS label, format('NCT{:08d}', study) AS registration_id, 1990 + study % 36 AS year,
          'parallel' AS design, 'true' AS randomised, 'double' AS masking, 'mdd' AS population_id,
          instrument AS entry_instrument_id, 26 AS entry_score_min, 18 AS age_min, 65 AS age_max, 'outpatient' AS setting,
          total AS n_randomised, format('report-{:07d}', study) AS source_id
        FROM studies JOIN (SELECT study, sum(n_randomised)::BIGINT AS total FROM arms GROUP BY study) USING (study)
        ORDER BY study
    """,
    "arms": """
        SELECT study_id, format('arm-{}', arm + 1) AS arm_id, coalesce(drug, 'placebo') AS label,
          coalesce(drug, 'placebo') AS treatment_id, CASE WHEN drug IS NULL THEN 'placebo' ELSE 'experimental' END AS role,
          'oral' AS route, CASE WHEN drug IS NOT NULL THEN 25 * arm + turn END AS dose,
          CASE WHEN drug IS NOT NULL THEN 'mg' END AS dose_unit, n_randomised, n_randomised - n_randomised // 50 AS n_treated,
          n_randomised - n_randomised // 4 AS n_completed, format('report-{:07d}', study) AS source_id
        FROM arms ORDER BY study, arm
    """,
    "outcomes": """
        SELECT study_id, format('arm-{}', arm + 1) AS arm_id,
          CASE WHEN response THEN CASE instrument WHEN 'madrs' THEN 'response.madrs.ge50pct' ELSE 'response.hamd17.ge50pct' END
            ELSE CASE instrument WHEN 'madrs' THEN 'remission.madrs.le12' ELSE 'remission.hamd17.le7' END END AS definition_id,
          day AS timepoint_days, 'randomisation' AS timepoint_anchor, analysis_set,
          CASE analysis_set WHEN 'randomised' THEN 'non-responder' WHEN 'full-analysis' THEN 'locf' ELSE 'observed' END
            AS missing_data,
          n_analysed, if(response, responders, remitters) AS events,
          printf('%.1f', round(100 * if(response, responders, remitters) / n_analysed, 1)) AS percent_reported,
          'reported' AS value_origin, format('report-{:07d}', study) AS source_id, 'Table 2' AS source_locator, 2 AS extractions
        FROM results, (VALUES (true), (false)) d(response)
        ORDER BY study, arm, NOT response, day LIMIT $rows
    """,
}


def make_package(folder: Path, rows: int, *, first: int = 0, seed: int = SEED, today: datetime.date | None = None) -> Path:
    """Write a package with so many rows of outcomes, a sixteenth as many studies, and the arms and sources that belong to them.

    The trials are numbered from ``first`` on, so that packages of one registry need not have the same.
    ``today`` is the day before which the sources were read and looked up: a package is without findings for a year.
    """
    given = {"seed": seed, "rows": rows, "first": first, "today": today or datetime.datetime.now(datetime.UTC).date()}
    with duckdb.connect() as con:
        for statement in (_STUDIES, _ARMS, _RESULTS):
            con.execute(statement, _used(statement, given))
        return write_package(con, folder, _WRITTEN, given)


def write_package(con: duckdb.DuckDBPyConnection, folder: Path, tables: Mapping[str, str], given: Mapping[str, object]) -> Path:
    """Write a package of what queries give, by table, with the parameters of those ``given`` that they name."""
    data = folder / "data"
    data.mkdir(parents=True)
    descriptor = {
        "$schema": PROFILE,
        "name": folder.name,
        "version": "1.0.0",
        "title": "Trials that nobody ran",
        "licenses": [{"name": "CC0-1.0"}],
        "resources": [_write(con, name, query, data / f"{name}.csv", given) for name, query in tables.items()],
    }
    (folder / DESCRIPTOR).write_text(json.dumps(descriptor, indent=2), encoding="utf-8")
    return folder


def _used(statement: str, given: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in given.items() if f"${name}" in statement}


def _write(con: duckdb.DuckDBPyConnection, table: str, query: str, path: Path, given: Mapping[str, object]) -> dict[str, object]:
    con.execute(f"CREATE TABLE _written AS {query}", _used(query, given))
    there = {name for name, *_ in con.execute("DESCRIBE _written").fetchall()}
    columns = ", ".join(f.name if f.name in there else f"NULL AS {f.name}" for f in TABLES[table].fields())
    con.execute(f"COPY (SELECT {columns} FROM _written) TO '{path}' (FORMAT csv, HEADER)")
    con.execute("DROP TABLE _written")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": table,
        "type": "table",
        "path": f"data/{table}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": f"sha256:{digest}",
        "bytes": path.stat().st_size,
        "schema": table_schema(table),
    }


if __name__ == "__main__":
    make_package(Path(sys.argv[1]), int(sys.argv[2]))
