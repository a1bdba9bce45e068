"""A seeded package of participants and their visits, of any size and without findings: trials of two arms of a hundred, four visits each.

``python -m tests.benchmarks.visits FOLDER VISITS`` writes one, in a process of its own as the generator of outcomes.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import duckdb

from tests.benchmarks.generator import SEED, write_package

__all__ = ["PEOPLE_OF_A_TRIAL", "VISITS_OF_EACH", "make_visits"]

PEOPLE_OF_A_TRIAL = 200
VISITS_OF_EACH = 4

_STUDY = "format('study-{:07d}', s)"
_TABLES = {
    "sources": """
        SELECT 'report' AS source_id, 'data-set' AS kind, 'Participants of trials that nobody ran' AS title,
          '10.1000/participants' AS doi, $today - 30 AS accessed, 'CC0-1.0' AS licence, 'none-found' AS correction_status,
          $today - 30 AS checked_on
    """,
    "studies": f"""
        SELECT {_STUDY} AS study_id, 'Trial ' || s AS label, format('NCT{{:08d}}', s) AS registration_id, 2000 AS year,
          'parallel' AS design, 'true' AS randomised, 'double' AS masking, 'mdd' AS population_id, 'hamd17' AS entry_instrument_id,
          14 AS entry_score_min, 18 AS age_min, 65 AS age_max, 'outpatient' AS setting, {PEOPLE_OF_A_TRIAL} AS n_randomised,
          'report' AS source_id
        FROM range($trials) r(s)
    """,
    # No two trials have the same dose: trials whose arms are alike are asked about.
    "arms": f"""
        SELECT {_STUDY} AS study_id, format('arm-{{}}', arm) AS arm_id, drug AS label, drug AS treatment_id,
          if(arm = 1, 'placebo', 'experimental') AS role, 'oral' AS route, if(arm = 2, 25 + s, NULL) AS dose,
          if(arm = 2, 'mg', NULL) AS dose_unit, {PEOPLE_OF_A_TRIAL // 2} AS n_randomised, 'report' AS source_id
        FROM range($trials) r(s), (VALUES (1, 'placebo'), (2, 'sertraline')) a(arm, drug) ORDER BY s, arm
    """,
    "participants": f"""
        SELECT format('p{{:09d}}', p) AS participant_id, format('study-{{:07d}}', p // {PEOPLE_OF_A_TRIAL}) AS study_id,
          format('arm-{{}}', 1 + p % 2) AS arm_id, 18 + (hash(p, $seed) % 47)::BIGINT AS age, if(p % 3 = 0, 'male', 'female') AS sex,
          'hamd17' AS baseline_instrument_id, 16 + (hash(p, $seed, 'baseline') % 20)::BIGINT AS baseline_total, 'report' AS source_id
        FROM range($trials * {PEOPLE_OF_A_TRIAL}) r(p)
    """,
    "visits": f"""
        SELECT format('p{{:09d}}', v // {VISITS_OF_EACH}) AS participant_id, 14 * (1 + v % {VISITS_OF_EACH}) AS visit_day,
          'hamd17' AS instrument_id, (hash(v, $seed) % 30)::BIGINT AS total
        FROM range($trials * {PEOPLE_OF_A_TRIAL * VISITS_OF_EACH}) r(v)
    """,
}


def make_visits(folder: Path, visits: int, *, today: datetime.date | None = None) -> Path:
    """Write a package with so many visits, to the next whole trial."""
    trials = -(-visits // (PEOPLE_OF_A_TRIAL * VISITS_OF_EACH))
    given = {"seed": SEED, "trials": trials, "today": today or datetime.datetime.now(datetime.UTC).date()}
    with duckdb.connect() as con:
        return write_package(con, folder, _TABLES, given)


if __name__ == "__main__":
    make_visits(Path(sys.argv[1]), int(sys.argv[2]))
