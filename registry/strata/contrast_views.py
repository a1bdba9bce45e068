"""Effects that sources print, next to what the registry computes from the same two arms: the view ``printed_contrasts``."""

from __future__ import annotations

from collections.abc import Mapping

from registry.strata.views import RegistryView

__all__ = ["contrast_views"]

_COLUMNS: Mapping[str, tuple[str, str]] = {
    "package": ("c.package", "The package."),
    "study_id": ("c.study_id", "The trial's name in it."),
    "arm_id": ("c.arm_id", "The arm that the effect is of."),
    "other_arm_id": ("c.other_arm_id", "The arm that it is compared with."),
    "of": ("coalesce(c.definition_id, c.instrument_id)", "The definition, or the scale."),
    "day": ("c.timepoint_days", "The visit; null means unstated."),
    "measure": ("c.measure", "What compares the two arms (vocabulary.effect_measures)."),
    "adjusted": ("c.adjusted", "Whether the effect is from a model with covariates; null means unstated."),
    "value": ("c.value", "The effect as it is printed."),
    "low": ("c.low", "Lower end of its interval."),
    "high": ("c.high", "Upper end of its interval."),
    "level": ("c.level", "The interval's level, in per cent."),
    "computed": (
        "k.computed",
        "The effect that the arms' own counts or means give, of changes and means at the visit the one nearer to the printed; Hedges' g of means. Null where the registry hasn't both arms, or it is undefined.",
    ),
    "computed_from": ("k.told", "The counts or means that it is computed from."),
    "same_side": (
        "CASE WHEN k.computed = k.none OR c.value = k.none THEN NULL ELSE (c.value > k.none) = (k.computed > k.none) END",
        "Whether both are on one side of no effect; null where one of the two shows none, or is missing.",
    ),
    "within": ("k.computed BETWEEN c.low AND c.high", "Whether the computed effect is within the printed interval."),
}

_SETTING = " AND ".join(
    f"{{0}}.{name} IS NOT DISTINCT FROM {{1}}.{name}"
    for name in ("package", "study_id", "timepoint_days", "timepoint_anchor", "analysis_set", "missing_data")
)

_OF_COUNTS = f"""
    SELECT c.package, c.study_id, c.arm_id, c.other_arm_id, c.definition_id AS "of", c.timepoint_days, c.timepoint_anchor, c.analysis_set,
      c.missing_data, c.measure, CASE c.measure WHEN 'risk-difference' THEN 0 ELSE 1 END AS none,
      CASE c.measure
        WHEN 'risk-difference' THEN x.events / x.n_analysed - y.events / y.n_analysed
        WHEN 'risk-ratio' THEN CASE WHEN y.events > 0 THEN (x.events / x.n_analysed) / (y.events / y.n_analysed) END
        WHEN 'odds-ratio' THEN CASE WHEN y.events > 0 AND x.events < x.n_analysed AND y.events < y.n_analysed
          THEN (x.events / (x.n_analysed - x.events)) / (y.events / (y.n_analysed - y.events)) END
      END AS computed,
      concat(x.events, '/', x.n_analysed, ' and ', y.events, '/', y.n_analysed) AS told
    FROM (SELECT DISTINCT ON (package, study_id, arm_id, other_arm_id, definition_id, timepoint_days, timepoint_anchor, analysis_set, missing_data, measure) * FROM contrasts) c
    JOIN outcomes x ON {_SETTING.format("x", "c")} AND x.arm_id = c.arm_id AND x.definition_id = c.definition_id
    JOIN outcomes y ON {_SETTING.format("y", "c")} AND y.arm_id = c.other_arm_id AND y.definition_id = c.definition_id
    WHERE x.n_analysed > 0 AND y.n_analysed > 0 AND x.events IS NOT NULL AND y.events IS NOT NULL
"""

_SPREAD = "sqrt(((x.n - 1) * x.sd * x.sd + (y.n - 1) * y.sd * y.sd) / nullif(x.n + y.n - 2, 0))"

_HEDGES = "(1 - 3 / (4 * (x.n + y.n - 2) - 1))"
"""SQL: Hedges' correction of a standardised difference for small samples."""

_OF_MEANS = f"""
    SELECT c.package, c.study_id, c.arm_id, c.other_arm_id, c.instrument_id AS "of", c.timepoint_days, c.timepoint_anchor, c.analysis_set,
      c.missing_data, c.measure, 0 AS none,
      (x.mean - y.mean) / CASE c.measure WHEN 'smd' THEN nullif({_SPREAD}, 0) / {_HEDGES} WHEN 'mean-difference' THEN 1 END AS computed,
      concat(x.mean, ' and ', y.mean, ' (', x.statistic, ')') AS told
    FROM (SELECT DISTINCT ON (package, study_id, arm_id, other_arm_id, instrument_id, timepoint_days, timepoint_anchor, analysis_set, missing_data, measure) * FROM contrasts) c
    JOIN scores x ON {_SETTING.format("x", "c")} AND x.arm_id = c.arm_id AND x.instrument_id = c.instrument_id
    JOIN scores y ON {_SETTING.format("y", "c")} AND y.arm_id = c.other_arm_id AND y.instrument_id = c.instrument_id AND y.statistic = x.statistic
    WHERE x.statistic <> 'baseline'
    QUALIFY row_number() OVER (PARTITION BY c.package, c.study_id, c.arm_id, c.other_arm_id, c.instrument_id, c.timepoint_days, c.timepoint_anchor,
      c.analysis_set, c.missing_data, c.measure ORDER BY abs(c.value - computed), x.statistic) = 1
"""


def contrast_views() -> list[RegistryView]:
    """``printed_contrasts``."""
    named = ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in _COLUMNS.items())
    query = f"""
    WITH known AS ({_OF_COUNTS} UNION ALL BY NAME {_OF_MEANS})
    SELECT {named}
    FROM contrasts c
    LEFT JOIN known k ON {_SETTING.format("k", "c")} AND k.arm_id = c.arm_id AND k.other_arm_id = c.other_arm_id
      AND k."of" = coalesce(c.definition_id, c.instrument_id) AND k.measure = c.measure"""
    about = "Effects that sources print, next to what the registry computes from the two arms' own counts or means, by the same day, set and handling of missing data."
    return [RegistryView("printed_contrasts", query, about, _COLUMNS)]
