"""Strata: the rows of the rates that may be set side by side, and what each lacks to be pooled.

A stratum is a comparability class of definitions × a population × a window of days × a kind of arm. Within one, rates of the same thing in
the same sort of people are pooled; across two, never. A word that isn't stated makes a stratum too, so that what is in it can be shown, and
keeps it from being pooled unless somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from registry.strata.views import every_rate, explained, outcomes_in_words
from schemas.sql import literal

__all__ = ["ARM_KINDS", "WINDOWS", "strata_views"]

WINDOWS: Mapping[int, float] = {1: 0.5, 7: 2, 28: 7, 56: 14}
"""Days after the first dose or randomisation, each with its tolerance in days. A visit outside them is a window of its own."""

ARM_KINDS: Mapping[str, str] = {
    "randomised": "an arm of a randomised comparison of groups",
    "crossover": "a period of a crossover: the same people are in the other arm too",
    "withdrawal": "an arm of people who did well on the treatment before, randomised to continue or stop",
    "not-randomised": "a single arm, or arms without randomisation",
    "unstated": "the source doesn't say how participants were allocated to the arm",
}

_SETS = ("randomised", "full-analysis", "modified-itt", "observed-cases", "completers", "per-protocol", "safety", "unstated")
"""If an arm has several results in one stratum, the first of these is used: the nearest to all randomised."""

_COLUMNS: Mapping[str, tuple[str, str]] = {
    "outcome": ("outcome", f"{outcomes_in_words('or')}."),
    "stratum": ("stratum", "The stratum's name: its four dimensions."),
    "comparability_class": ("comparability_class", "Definitions whose rates may be pooled (vocabulary.comparability_classes)."),
    "population": ("population", "Who was eligible for the trial (vocabulary.populations)."),
    "window": ('"window"', "The window of days of the visit: `day 28` means 28 days ± 7."),
    "arm_kind": ("arm_kind", "How participants were allocated to the arm."),
    "trial": ("trial", "The trial's name in all packages."),
    "package": ("package", "The package of the row."),
    "study_id": ("study_id", "The trial's name in its package."),
    "study": ("study", "How the trial is cited."),
    "arm_id": ("arm_id", "The arm's name within its trial."),
    "arm": ("arm", "What the source calls the arm."),
    "treatment": ("treatment", "What was given in the arm."),
    "class": ('"class"', "The treatment's class."),
    "route": ("route", "How it was given."),
    "role": ("role", "What the arm is for in its trial."),
    "definition": ("definition", "What counts as the outcome."),
    "day": ("day", "The visit; null means unstated."),
    "analysis_set": ("analysis_set", "Who is in the denominator."),
    "missing_data": ("missing_data", "How participants not observed were counted."),
    "n": ("n", "Participants analysed."),
    "events": ("events", "Participants who met the definition."),
    "rate": ("rate", "events / n."),
    "low": ("low", "Lower end of its 95% Wilson interval."),
    "high": ("high", "Upper end of its 95% Wilson interval."),
    "n_randomised": ("n_randomised", "Participants randomised to the arm; null means unstated."),
    "unstated": ("unstated", "Which of definition, population, day, analysis set and arm kind are not stated."),
    "value_origin": ("value_origin", "How the count was obtained."),
    "extractions": ("extractions", "How many people extracted it independently; null means unstated."),
    "flagged": ("flagged", "Whether the row has a finding of severity error or warning, waived or not."),
    "source": ("source", "The document with the figure."),
    "locator": ("locator", "Where in the document."),
}

_STRATA: Mapping[str, tuple[str, str]] = {
    "outcome": ("outcome", f"{outcomes_in_words('or')}."),
    "stratum": ("stratum", "The stratum's name."),
    "comparability_class": ("comparability_class", "Its definitions."),
    "population": ("population", "Its population."),
    "window": ('"window"', "Its window of days."),
    "arm_kind": ("arm_kind", "Its kind of arm."),
    "trials": ("count(DISTINCT trial)", "Trials in it."),
    "arms": ("count(*)", "Arms in it."),
    "n": ("sum(n)", "Participants in it."),
    "classes": ('list(DISTINCT "class" ORDER BY "class")', "Classes of treatment in it."),
    "treatments": ("list(DISTINCT treatment ORDER BY treatment)", "Treatments in it."),
    "sets": ("list(DISTINCT analysis_set ORDER BY analysis_set)", "Analysis sets in it."),
    "poolable_arms": ("count(*) FILTER (len(unstated) = 0)", "Arms with everything stated."),
}


def strata_views() -> list[str]:
    """The SQL statements that make and explain ``comparable_rates`` and ``strata``."""
    names = ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in _COLUMNS.items())
    groups = ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in _STRATA.items())
    return [
        *explained(
            "comparable_rates",
            f"SELECT {names}\n{_CHOSEN}",
            f"{outcomes_in_words('and').capitalize()} rates by stratum, one row per arm and stratum: if an arm has several results, the one nearest to the "
            "window's day, and of those the one nearest to all randomised.",
            _COLUMNS,
        ),
        *explained(
            "strata",
            f"SELECT {groups}\nFROM comparable_rates\nGROUP BY ALL",
            "The strata with any rate: a comparability class of definitions, a population, a window of days and a kind of arm.",
            _STRATA,
        ),
    ]


def _window() -> str:
    near = " ".join(f"WHEN abs(r.day - {day}) <= {off} THEN 'day {day}'" for day, off in WINDOWS.items())
    # Days are counted alike from the first dose and from randomisation, which lie a day or two apart; from the last dose they are not.
    day = "'day ' || CASE WHEN r.day = floor(r.day) THEN r.day::BIGINT::VARCHAR ELSE r.day::VARCHAR END"
    return f"CASE WHEN r.day IS NULL THEN 'unstated' WHEN r.anchor = 'last-dose' THEN {day} || ' after the last dose' {near} ELSE {day} END"


def _off() -> str:
    return "least(" + ", ".join(f"abs(r.day - {day})" for day in WINDOWS) + ")"


_KIND = """CASE
      WHEN s.design = 'single-arm' OR s.randomised = false THEN 'not-randomised'
      WHEN s.design = 'randomised-withdrawal' THEN 'withdrawal'
      WHEN s.design = 'crossover' THEN 'crossover'
      WHEN s.randomised THEN 'randomised'
      ELSE 'unstated' END"""

_CHOSEN = f"""FROM (
  SELECT *, comparability_class || ' | ' || population || ' | ' || "window" || ' | ' || arm_kind AS stratum,
    list_filter([
      CASE WHEN NOT rule_stated THEN 'definition' END, CASE WHEN population = 'unstated' THEN 'population' END,
      CASE WHEN "window" = 'unstated' THEN 'day' END, CASE WHEN analysis_set = 'unstated' THEN 'analysis set' END,
      CASE WHEN arm_kind = 'unstated' THEN 'arm kind' END], lambda word: word IS NOT NULL) AS unstated
  FROM (
    SELECT r.*, {_window()} AS "window", {_off()} AS off, {_KIND} AS arm_kind, a.n_randomised,
      d.threshold IS NOT NULL OR d.percent_reduction IS NOT NULL AS rule_stated,
      EXISTS (
        FROM findings f WHERE f.package = r.package AND f.severity IN ('error', 'warning') AND f.file = 'data/outcomes.csv'
          AND json_extract_string(f.key, 'study_id') = r.study_id AND json_extract_string(f.key, 'arm_id') = r.arm_id AND json_extract_string(f.key, 'definition_id') = r.definition
          AND json_extract_string(f.key, 'analysis_set') = r.analysis_set
          AND try_cast(json_extract_string(f.key, 'timepoint_days') AS DOUBLE) IS NOT DISTINCT FROM r.day
      ) AS flagged
    FROM (
      {every_rate("outcome")}
    ) r
    JOIN studies s USING (package, study_id)
    JOIN arms a USING (package, study_id, arm_id)
    JOIN vocabulary.definitions d ON d.definition_id = r.definition
    WHERE r.n > 0 AND r.events BETWEEN 0 AND r.n
  )
)
QUALIFY row_number() OVER (
  PARTITION BY package, study_id, arm_id, outcome, stratum
  ORDER BY off, list_position([{", ".join(literal(word) for word in _SETS)}], analysis_set), definition, day
) = 1"""
