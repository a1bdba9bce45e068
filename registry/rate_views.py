"""The views that answer the registry's own question: response and remission rates, each with all that makes it comparable.

A rate's 95% interval is Wilson's (10.1080/01621459.1927.10502953): it stays within 0 and 1 and holds its level at small counts.
"""

from __future__ import annotations

__all__ = ["rate_views"]

_Z = 1.959963984540054

_COLUMNS = {
    "package": ("o.package", "The data package that the row came in."),
    "study_id": ("o.study_id", "The trial's name in its package."),
    "study": ("coalesce(s.label, o.study_id)", "How the trial is cited."),
    "arm_id": ("o.arm_id", "The arm's name within its trial."),
    "arm": ("a.label", "What the source calls the arm."),
    "population": ("s.population_id", "Whom the trial let in (vocabulary.populations)."),
    "treatment": ("a.treatment_id", "What was given in the arm (vocabulary.treatments)."),
    "class": ("t.class_id", "The treatment's class (vocabulary.treatment_classes)."),
    "role": ("a.role", "What the arm is for in its trial (vocabulary.arm_roles)."),
    "route": ("a.route", "How the treatment was given (vocabulary.routes)."),
    "definition": ("o.definition_id", "What a participant had to meet (vocabulary.definitions)."),
    "comparability_class": (
        "d.comparability_class",
        "Rates may be pooled within a class and never across (vocabulary.comparability_classes).",
    ),
    "day": ("o.timepoint_days", "Days from the anchor; null means unstated."),
    "anchor": ("o.timepoint_anchor", "What the days are counted from (vocabulary.timepoint_anchors)."),
    "analysis_set": ("o.analysis_set", "Whom the denominator holds (vocabulary.analysis_sets)."),
    "missing_data": ("o.missing_data", "What became of participants not seen (vocabulary.missing_data)."),
    "n": ("o.n_analysed", "Participants analysed: the denominator."),
    "events": ("o.events", "Participants who met the definition."),
    "rate": ("o.events / nullif(o.n_analysed, 0)", "events / n; null where either is unstated."),
    "low": (
        "greatest(0, (2 * o.events + zz - spread) / (2 * (o.n_analysed + zz)))",
        "Lower end of the rate's 95% Wilson interval.",
    ),
    "high": (
        "least(1, (2 * o.events + zz + spread) / (2 * (o.n_analysed + zz)))",
        "Upper end of the rate's 95% Wilson interval.",
    ),
    "value_origin": ("o.value_origin", "How the count was come by (vocabulary.value_origins)."),
    "extractions": ("o.extractions", "How many people read the figure independently; null means unstated."),
    "source": ("coalesce('doi:' || r.doi, r.url, r.title)", "The document that the figure was read in."),
    "locator": ("o.source_locator", "Where in the document."),
}


def rate_views() -> list[str]:
    """The SQL statements that make and explain ``response_rates`` and ``remission_rates``."""
    statements = []
    for outcome in ("response", "remission"):
        view = f"{outcome}_rates"
        columns = ",\n  ".join(f'{sql} AS "{name}"' for name, (sql, _) in _COLUMNS.items())
        statements.append(
            f"CREATE VIEW {view} AS\nSELECT\n  {columns}\n"
            "FROM (\n"
            f"  SELECT *, {_Z} ** 2 AS zz,\n"
            f"    {_Z} * sqrt({_Z} ** 2 + 4 * events * (1 - events / nullif(n_analysed, 0))) AS spread\n"
            "  FROM outcomes\n) o\n"
            "JOIN vocabulary.definitions d USING (definition_id)\n"
            "LEFT JOIN arms a USING (package, study_id, arm_id)\n"
            "LEFT JOIN studies s USING (package, study_id)\n"
            "LEFT JOIN vocabulary.treatments t USING (treatment_id)\n"
            "LEFT JOIN sources r ON r.package = o.package AND r.source_id = o.source_id\n"
            f"WHERE d.outcome = '{outcome}'"
        )
        about = f"{outcome.capitalize()} rates: one row an arm, definition, day and analysis set, with a 95% Wilson interval."
        statements.append(f"COMMENT ON VIEW {view} IS '{about}'")
        for name, (_, comment) in _COLUMNS.items():
            words = comment.replace("'", "''")
            statements.append(f"COMMENT ON COLUMN {view}.\"{name}\" IS '{words}'")
    return statements
