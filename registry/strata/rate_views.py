"""The views that answer the registry's own question: the rates of each outcome, each rate with all that makes it comparable.

Each outcome that the vocabulary has for comparing has two, as ``response_rates`` and ``all_response_rates``: of a trial that several
packages report, the first keeps the results of one, the primary; the second keeps every result and says which is which.

A rate's 95% interval is Wilson's.
"""

from __future__ import annotations

from collections.abc import Mapping

from registry.strata.views import RegistryView, rates_of
from schemas.intervals import wilson
from schemas.outcome_words import COMPARED
from schemas.sql import identifier, literal
from schemas.windows import in_window, is_baseline

__all__ = ["rate_views", "rates_sql"]

_LOW, _HIGH = wilson("o.events", "o.n_analysed")

_COLUMNS = {
    "package": ("o.package", "The data package of the row."),
    "study_id": ("o.study_id", "The trial's name in its package."),
    "study": ("coalesce(s.label, o.study_id)", "How the trial is cited."),
    "arm_id": ("o.arm_id", "The arm's name within its trial."),
    "arm": ("a.label", "What the source calls the arm."),
    "population": ("s.population_id", "Who was eligible for the trial (vocabulary.populations)."),
    "treatment": ("a.treatment_id", "What was given in the arm (vocabulary.treatments)."),
    "class": ("t.class_id", "The treatment's class (vocabulary.treatment_classes)."),
    "phase": ("coalesce(s.phase, 'unstated')", "What the treatment was for (vocabulary.phases)."),
    "background": ("coalesce(a.background_id, 'unstated')", "What all in the arm were given besides (vocabulary.backgrounds)."),
    "role": ("a.role", "What the arm is for in its trial (vocabulary.arm_roles)."),
    "route": ("a.route", "How the treatment was given (vocabulary.routes)."),
    "definition": ("o.definition_id", "What counts as the outcome (vocabulary.definitions)."),
    "comparability_class": (
        "d.comparability_class",
        "Rates may be pooled within a class and never across (vocabulary.comparability_classes).",
    ),
    "day": ("o.timepoint_days", "Days from the anchor; null means unstated."),
    "anchor": ("o.timepoint_anchor", "What the days are counted from (vocabulary.timepoint_anchors)."),
    "analysis_set": ("o.analysis_set", "Who is in the denominator (vocabulary.analysis_sets)."),
    "missing_data": ("o.missing_data", "How participants not observed were counted (vocabulary.missing_data)."),
    "n": ("o.n_analysed", "Participants analysed: the denominator."),
    "events": ("o.events", "Participants who met the definition."),
    "rate": ("o.events / nullif(o.n_analysed, 0)", "events / n; null where either is unstated."),
    "low": (_LOW, "Lower end of the rate's 95% Wilson interval."),
    "high": (_HIGH, "Upper end of the rate's 95% Wilson interval."),
    "value_origin": ("o.value_origin", "How the count was obtained (vocabulary.value_origins)."),
    "extractions": ("o.extractions", "How many people extracted the figure independently; null means unstated."),
    "source": ("coalesce('doi:' || r.doi, r.url, r.title)", "The document with the figure."),
    "locator": ("o.source_locator", "Where in the document."),
    "trial": ("coalesce(l.trial_id, o.package || '/' || o.study_id)", "The trial's name in all packages (table trials)."),
}

_KEY = "package, study_id, arm_id, definition, day, anchor, analysis_set, missing_data"
"""What a row is of: no two have the same."""

_STANDING = {
    "primary": (
        "coalesce(p.place = 1 OR coalesce(list_contains(p.beside, w.label), false), true)",
        "Whether this package is the primary for the trial, or has results in a window of days in which none before it can have any "
        '(table primaries); write it as "primary" in a query.',
    ),
    "standing": ("k.standing", "Whether the package is a draft or accepted."),
}


def rate_views() -> list[RegistryView]:
    """The views of the rates of each outcome that is compared."""
    views = []
    for outcome in COMPARED:
        view = rates_of(outcome)
        told = (
            f"{outcome.capitalize()} rates: one row per arm, definition, day, anchor, analysis set and handling of missing data, "
            "with a 95% Wilson interval."
        )
        views.append(
            RegistryView(
                f"all_{view}",
                _select({**_COLUMNS, **_STANDING}, outcome),
                f"{told} A trial in several packages is here several times.",
                {**_COLUMNS, **_STANDING},
            )
        )
        own = {**_COLUMNS, "standing": _STANDING["standing"]}
        names = ", ".join(f'"{name}"' for name in own)
        views.append(
            RegistryView(
                view,
                f'SELECT {names} FROM {identifier(f"all_{view}")} WHERE "primary" AND NOT ({is_baseline("day", "anchor")})',
                f"{told} Of a trial in several packages, each rule and visit is here once; what is of day 0, before any treatment, is not.",
                own,
                kept=_KEY,
            )
        )
    return views


def rates_sql(outcome: str) -> str:
    """A query for the rates of an outcome that needn't be one that is compared, with the columns of the views whose names begin with ``all_``."""
    return _select({**_COLUMNS, **_STANDING}, outcome)


def _select(columns: Mapping[str, tuple[str, str]], outcome: str) -> str:
    listed = ",\n  ".join(f'{sql} AS "{name}"' for name, (sql, _) in columns.items())
    return (
        f"SELECT\n  {listed}\n"
        "FROM outcomes o\n"
        "JOIN vocabulary.definitions d USING (definition_id)\n"
        "JOIN packages k ON k.name = o.package\n"
        "LEFT JOIN arms a USING (package, study_id, arm_id)\n"
        "LEFT JOIN studies s USING (package, study_id)\n"
        "LEFT JOIN vocabulary.treatments t USING (treatment_id)\n"
        "LEFT JOIN sources r ON r.package = o.package AND r.source_id = o.source_id\n"
        "LEFT JOIN trials l ON l.package = o.package AND l.study_id = o.study_id\n"
        f"LEFT JOIN vocabulary.windows w ON {in_window('o.timepoint_days')}\n"
        "LEFT JOIN primaries p ON p.trial_id = l.trial_id AND p.outcome = d.outcome AND p.package = o.package\n"
        f"WHERE d.outcome = {literal(outcome)}"
    )
