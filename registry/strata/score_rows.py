"""Means on scales by stratum: the view ``comparable_scores``, and its rows as the comparison works with them.

The rules are those of ``comparable_rates``, with an instrument and a statistic (change, or endpoint) in place of a class of definitions: a change
and an endpoint are never in one stratum, nor are two instruments. A mean needs its standard deviation and n, and a scale: of none nobody knows which
way is better. Points of a scale whose version isn't stated aren't points of one scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.strata.comparable import (
    ARM_COLUMNS,
    ARM_KIND,
    FOUND_COLUMNS,
    INCLUDES,
    PLACE_COLUMNS,
    STANDING,
    STUDIES,
    TESTED,
    control_class,
    counted,
    flagged,
    is_told_elsewhere,
    part_order,
    placed,
    unstated,
    used_first,
)
from registry.strata.rows import read_as
from registry.strata.subjects import subjects_of
from registry.strata.views import RegistryView
from schemas.windows import in_window, is_baseline

if TYPE_CHECKING:
    import duckdb

__all__ = ["ScoreRow", "read_scores", "scale_of", "score_views"]

_COLUMNS: Mapping[str, tuple[str, str]] = {
    "stratum": ("stratum", "The stratum's name: its seven dimensions."),
    "instrument": ("instrument", "The scale (vocabulary.instruments)."),
    "statistic": ("statistic", "Whether the mean is of the change from baseline, or at the visit."),
    **PLACE_COLUMNS,
    **ARM_COLUMNS,
    "node": ("node", "What the arm counts as in a comparison."),
    "class": ('"class"', "The treatment's class; of a control, the class of its role."),
    "day": ("day", "The visit; null means unstated."),
    "anchor": ("anchor", "What the day counts from (vocabulary.timepoint_anchors)."),
    "analysis_set": ("analysis_set", "Who was analysed."),
    "missing_data": ("missing_data", "How participants not observed were counted."),
    "estimate": ("estimate", "Whether the mean is the data's or a model's (vocabulary.estimates)."),
    "n": ("n", "Participants analysed."),
    "mean": ("mean", "Their mean."),
    "sd": ("sd", "Its standard deviation between participants."),
    "unstated": unstated("scale (its version)"),
    **FOUND_COLUMNS,
    "year": ('"year"', "Year of the trial's main report; null means unstated."),
    "standing": STANDING,
}


def scale_of(row: str) -> str:
    """SQL: what a mean is a result of."""
    return f"{row}.instrument_id"


_SETTING = "day, anchor, analysis_set, missing_data, estimate"

_PLACED = f"""WITH tested AS (
  {TESTED}
), result AS (
  SELECT o.package, o.study_id, o.arm_id, a.label AS arm, s."year", p.standing, o.instrument_id AS instrument, o.statistic, o.timepoint_days AS day,
    coalesce(o.timepoint_anchor, 'unstated') AS anchor, o.analysis_set, o.missing_data, o.estimate, o.n, o.mean, o.sd,
    coalesce(l.trial_id, o.package || '/' || o.study_id) AS trial, coalesce(s.label, o.study_id) AS study, s.population_id AS population,
    coalesce({control_class("a.role")}, t.class_id) AS "class",
    coalesce(CASE WHEN y.treatment IS NOT NULL THEN {control_class("a.role")} END, a.treatment_id) AS node,
    coalesce(s.phase, 'unstated') AS phase, coalesce(a.background_id, 'unstated') AS background,
    coalesce(w.label, CASE WHEN o.timepoint_days IS NULL THEN 'unstated' ELSE 'day ' || printf('%g', o.timepoint_days) END) AS "window",
    coalesce(w.nominal_day, o.timepoint_days) AS nominal_day, coalesce(k.counted_from, 'unstated') AS counted_from, {ARM_KIND} AS arm_kind,
    {INCLUDES} AS includes,
    coalesce('doi:' || r.doi, r.url, r.title) AS source, o.source_locator AS locator,
    dense_rank() OVER (PARTITION BY coalesce(l.trial_id, o.package || '/' || o.study_id), o.package ORDER BY {part_order("s")}) AS part
  FROM scores o
  JOIN {STUDIES} s USING (package, study_id)
  JOIN packages p ON p.name = o.package
  JOIN arms a USING (package, study_id, arm_id)
  JOIN vocabulary.treatments t ON t.treatment_id = a.treatment_id
  LEFT JOIN sources r ON r.package = o.package AND r.source_id = o.source_id
  LEFT JOIN trials l ON l.package = o.package AND l.study_id = o.study_id
  LEFT JOIN vocabulary.timepoint_anchors k ON k.term = o.timepoint_anchor
  LEFT JOIN vocabulary.windows w ON {in_window("o.timepoint_days")}
  LEFT JOIN tested y ON y.treatment = a.treatment_id
  WHERE o.statistic IN ('change', 'endpoint') AND o.instrument_id <> 'unstated' AND o.n > 1 AND o.sd > 0 AND o.mean IS NOT NULL
    AND NOT ({is_baseline("o.timepoint_days", "o.timepoint_anchor")}) AND NOT {is_told_elsewhere("scores", "o", scale_of)}
), {placed("instrument, statistic", "CASE WHEN ends_with(instrument, '.unstated') THEN 'scale' END")}, whole AS (
  FROM placed QUALIFY part = min(part) OVER (PARTITION BY trial, package, stratum)
    AND dense_rank() OVER (PARTITION BY trial, stratum ORDER BY package) = 1
), {counted("stratum", _SETTING, treatment="node")}"""


def score_views() -> list[RegistryView]:
    """``comparable_scores``."""
    names = ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in _COLUMNS.items())
    chosen = (
        f"SELECT *, {flagged('scores', instrument_id='instrument', statistic='statistic')} AS flagged FROM ("
        "FROM counted QUALIFY row_number() OVER (PARTITION BY package, study_id, arm_id, stratum "
        f"ORDER BY {used_first(_SETTING)}) = 1) c"
    )
    return [
        RegistryView(
            "comparable_scores",
            f"{_PLACED}\nSELECT {names}\nFROM ({chosen})",
            "Means on scales by stratum, one row per arm and stratum, chosen as in comparable_rates.",
            _COLUMNS,
            kept="stratum, package, study_id, arm_id",
        )
    ]


@dataclass(frozen=True)
class ScoreRow:
    """One arm's mean in one stratum. ``unstated`` names the words that its source doesn't state."""

    stratum: str
    instrument: str
    statistic: str
    population: str
    window: str
    counted_from: str
    strategy: str
    arm_kind: str
    trial: str
    package: str
    study_id: str
    study: str
    arm_id: str
    arm: str | None
    node: str
    class_: str
    day: float | None
    anchor: str
    analysis_set: str
    missing_data: str
    estimate: str
    n: int
    mean: float
    sd: float
    unstated: tuple[str, ...]
    flagged: bool
    source: str | None
    locator: str | None
    year: int | None = None
    standing: str = "accepted"

    @property
    def subjects(self) -> frozenset[str]:
        """Whatever the arm may be asked for by: its treatment, its class and those above."""
        return subjects_of(self.node, self.class_)

    @property
    def setting(self) -> tuple[float | None, str, str, str, str]:
        """What two arms of a study must share to be compared: visit, what it is counted from, set, missing data, estimate."""
        return self.day, self.anchor, self.analysis_set, self.missing_data, self.estimate


def read_scores(con: duckdb.DuckDBPyConnection) -> list[ScoreRow]:
    """Every row of ``comparable_scores``, in an order that doesn't change."""
    return read_as(ScoreRow, con, "comparable_scores ORDER BY stratum, package, study_id, arm_id")
