"""Views of the figures behind two of the respects in which treatments are compared: adverse events, and how soon arms separate."""

from __future__ import annotations

from collections.abc import Mapping

from registry.strata.comparable import (
    INCLUDES,
    NOT_INDEPENDENT,
    STUDIES,
    TESTED,
    control_class,
    is_told_elsewhere,
    part_order,
    people_once,
)
from registry.strata.score_rows import scale_of
from registry.strata.views import RegistryView, every_rate
from schemas.intervals import Z
from schemas.outcome_words import COMPARED, IMPUTED
from schemas.roles import is_placebo
from schemas.sql import folded, literal

__all__ = ["figure_views"]

_SOURCE = "coalesce('doi:' || r.doi, r.url, r.title)"

_HARMS: Mapping[str, tuple[str, str]] = {
    "package": ("h.package", "The data package of the row."),
    "trial": ("h.trial", "The trial's name in all packages."),
    "study": ("coalesce(h.study, h.study_id)", "How the trial is cited."),
    "arm_id": ("h.arm_id", "The arm's name within its trial."),
    "arm": ("h.arm", "What the source calls the arm."),
    "treatment": ("h.treatment_id", "What was given in the arm."),
    "node": (
        "coalesce(CASE WHEN y.treatment IS NOT NULL THEN h.control END, h.treatment_id)",
        "What the arm counts as in a comparison.",
    ),
    "class": ("coalesce(h.control, t.class_id)", "The treatment's class; of a control, the class of its role."),
    "route": ("h.route", "How it was given."),
    "role": ("h.role", "What the arm is for in its trial."),
    "population": ("h.population_id", "Who was eligible for the trial."),
    "phase": ("h.phase", "What the treatment was for."),
    "term": ("h.term", "The event, in the source's term."),
    "event": ("h.event", "The term in lower case with single spaces: spellings that differ only so are one event."),
    "serious": (
        "h.serious",
        "Whether only serious events count; where it is false, others do, with the serious ones or without; null means unstated.",
    ),
    "n": ("h.n_at_risk", "Participants at risk."),
    "events": ("h.events", "Participants with the event."),
    "rate": ("h.events / nullif(h.n_at_risk, 0)", "events / n."),
    "source": (_SOURCE, "The document with the figure."),
    "locator": ("h.source_locator", "Where in the document."),
}

_SEPARATIONS: Mapping[str, tuple[str, str]] = {
    "trial": ("trial", "The trial's name in all packages."),
    "package": ("package", "The data package of the rows."),
    "study": ("study", "How the trial is cited."),
    "population": ("population", "Who was eligible for the trial."),
    "measure": ("measure", f"{', '.join(COMPARED)}, or the mean on a scale."),
    "definition": ("definition", "What counts as the outcome; for a mean, the scale."),
    "day": ("day", "The visit; of a rule that holds over several, the last of them."),
    "analysis_set": ("analysis_set", "Who is in both figures."),
    "missing_data": ("missing_data", "How missing data were handled."),
    "arm": ("arm", "The arm that is compared with the control."),
    "treatment": ("treatment", "What was given in it."),
    "class": ('"class"', "The treatment's class."),
    "control": ("control", "What was given in the control arm."),
    "control_role": ("control_role", "What the control is for: the role of its arm."),
    "difference": ("difference", "For rates, arm minus control; for means, control minus arm: above 0 the arm did better."),
    "low": ("low", "Lower end of its 95% interval: Newcombe's for rates, the normal one for means."),
    "high": ("high", "Upper end."),
    "separate": ("low > 0", "Whether the interval is above 0: the arm did better than the control at this visit."),
    "source": ("source", "The document with the figures."),
    "locator": ("locator", "Where in the document."),
}


def figure_views() -> list[RegistryView]:
    """``adverse_event_rates`` and ``separations``."""
    harms = ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in _HARMS.items())
    separations = ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in _SEPARATIONS.items())
    return [
        RegistryView(
            "adverse_event_rates",
            f"SELECT {harms}\n{_FROM_HARMS}",
            "Shares of participants with an adverse event, one row per arm and term, serious events separately. If a trial is in several packages, or "
            "has several parts in one phase, each term comes from one of them. A group of arms has the terms that they don't.",
            _HARMS,
            kept="ALL",
        ),
        RegistryView(
            "separations",
            f"SELECT {separations}\nFROM (\n{_RATES}\nUNION ALL BY NAME\n{_MEANS}\n)",
            "Arms compared with the placebo or sham of their own trial, visit by visit since the start: how soon they separate once treatment begins. No crossovers, no clusters, no phases but the acute one, no "
            "counts that were worked out from means. An arm has a row for each analysis set and handling of missing data. Of packages with the same trial's figures of a visit, one is used.",
            _SEPARATIONS,
            kept="ALL",
        ),
    ]


def _only_serious(row: str) -> str:
    return f"({row}.serious IS NOT DISTINCT FROM true)"


def _event(row: str) -> str:
    return folded(f"{row}.term")


_FROM_HARMS = f"""FROM (
  FROM (
    WITH placed AS (
    SELECT h.*, coalesce(l.trial_id, h.package || '/' || h.study_id) AS trial, s.label AS study, s.population_id, coalesce(s.phase, 'unstated') AS phase,
      a.label AS arm, a.treatment_id, a.role, a.route, {control_class("a.role")} AS control,
      {_event("h")} AS event, {_only_serious("h")} AS only_serious,
      {INCLUDES} AS includes,
      dense_rank() OVER (
        PARTITION BY coalesce(l.trial_id, h.package || '/' || h.study_id), coalesce(s.phase, 'unstated') ORDER BY {part_order("s")}
      ) AS part
    FROM harms h
    LEFT JOIN arms a USING (package, study_id, arm_id)
    LEFT JOIN studies s USING (package, study_id)
    LEFT JOIN trials l ON l.package = h.package AND l.study_id = h.study_id
    WHERE NOT {is_told_elsewhere("harms", "h", _event)}
    ), {people_once("placed", ("package", "study_id", "event", "only_serious"), treatment="treatment_id")}
    FROM apart
  )
  QUALIFY dense_rank() OVER (PARTITION BY trial, phase, event, only_serious ORDER BY package, part) = 1
    AND row_number() OVER (PARTITION BY package, study_id, arm_id, event, only_serious ORDER BY serious NULLS LAST, n_at_risk DESC NULLS LAST, term) = 1
) h
LEFT JOIN vocabulary.treatments t USING (treatment_id)
LEFT JOIN ({TESTED}) y ON y.treatment = h.treatment_id
LEFT JOIN sources r ON r.package = h.package AND r.source_id = h.source_id"""

_SOON = f"""s.design NOT IN ({", ".join(map(literal, (*NOT_INDEPENDENT, "randomised-withdrawal")))}) AND s.allocated IS NULL AND coalesce(s.phase, 'unstated') IN ('acute', 'unstated') AND a.{{anchor}} IN (SELECT term FROM vocabulary.timepoint_anchors WHERE counted_from IN ('start', 'unstated'))"""
"""SQL: whether a figure ``a`` of a study ``s`` says how soon arms that hold different, independent people separate once treatment begins. Where it is
withdrawn, they do as those without it get worse."""

_RATES = f"""SELECT a.trial, a.package, a.study, s.population_id AS population, a.measure, a.definition, a.day, a.analysis_set, a.missing_data,
  a.arm, a.treatment, a."class", c.treatment AS control, c.role AS control_role,
  a.rate - c.rate AS difference,
  a.rate - c.rate - sqrt((a.rate - a.low) ** 2 + (c.high - c.rate) ** 2) AS low,
  a.rate - c.rate + sqrt((a.high - a.rate) ** 2 + (c.rate - c.low) ** 2) AS high, a.source, a.locator
FROM ({every_rate("measure")}) a
JOIN ({every_rate("measure")}) c
  ON c.measure = a.measure AND c.package = a.package AND c.study_id = a.study_id AND c.definition = a.definition AND c.day = a.day
  AND c.anchor = a.anchor AND c.analysis_set = a.analysis_set AND c.missing_data = a.missing_data
  AND {is_placebo("c.role")}
JOIN {STUDIES} s ON s.package = a.package AND s.study_id = a.study_id
WHERE {control_class("a.role")} IS NULL AND a.n > 0 AND c.n > 0 AND {_SOON.format(anchor="anchor")}
  AND a.value_origin IS DISTINCT FROM {literal(IMPUTED)} AND c.value_origin IS DISTINCT FROM {literal(IMPUTED)}"""

_MEANS = f"""SELECT coalesce(l.trial_id, a.package || '/' || a.study_id) AS trial, a.package, coalesce(s.label, a.study_id) AS study, s.population_id AS population,
  'mean ' || a.statistic AS measure, a.instrument_id AS definition, a.timepoint_days AS day, analysis_set, missing_data, x.label AS arm,
  x.treatment_id AS treatment,
  t.class_id AS "class", y.treatment_id AS control, y.role AS control_role, c.mean - a.mean AS difference,
  c.mean - a.mean - {Z} * sqrt(a.sd ** 2 / a.n + c.sd ** 2 / c.n) AS low,
  c.mean - a.mean + {Z} * sqrt(a.sd ** 2 / a.n + c.sd ** 2 / c.n) AS high, {_SOURCE} AS source, a.source_locator AS locator
FROM scores a
JOIN scores c USING (package, study_id, instrument_id, timepoint_days, statistic, timepoint_anchor, analysis_set, missing_data, estimate)
JOIN arms x ON x.package = a.package AND x.study_id = a.study_id AND x.arm_id = a.arm_id
  AND {control_class("x.role")} IS NULL
JOIN arms y ON y.package = c.package AND y.study_id = c.study_id AND y.arm_id = c.arm_id AND {is_placebo("y.role")}
JOIN {STUDIES} s ON s.package = a.package AND s.study_id = a.study_id
JOIN vocabulary.treatments t ON t.treatment_id = x.treatment_id
JOIN vocabulary.instruments i USING (instrument_id)
LEFT JOIN trials l ON l.package = a.package AND l.study_id = a.study_id
LEFT JOIN sources r ON r.package = a.package AND r.source_id = a.source_id
WHERE a.statistic IN ('change', 'endpoint') AND i.direction = 'higher-is-worse' AND a.n > 0 AND c.n > 0
  AND {_SOON.format(anchor="timepoint_anchor")} AND NOT {is_told_elsewhere("scores", "a", scale_of)}
QUALIFY dense_rank() OVER (PARTITION BY trial, a.instrument_id, a.statistic, a.timepoint_days, timepoint_anchor ORDER BY a.package) = 1"""
