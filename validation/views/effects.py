"""The effect that the arms' own counts or means give, beside the one that a source prints for the two arms."""

from __future__ import annotations

from validation.views.groups import COUNTS_TOGETHER, IN_FULL, MEANS_TOGETHER
from validation.views.spreads import SPREADS
from validation.views.view import COUNTED, agreed, day

__all__ = ["COUNTS", "OWN", "SCORED"]

COUNTS = f"""(SELECT * FROM (SELECT _package, study_id, arm_id, definition_id, {day("o")} AS day, timepoint_anchor, analysis_set, missing_data, n_analysed, events
               FROM outcomes o WHERE {COUNTED}) UNION ALL BY NAME FROM {COUNTS_TOGETHER})"""
"""SQL: the counts of arms, and of groups without one those of their arms together."""

SCORED = f"""(SELECT * FROM (SELECT _package, study_id, arm_id, instrument_id, {day("s")} AS day, timepoint_anchor, analysis_set, missing_data, statistic, estimate,
                 n, mean, mean_reported, CASE WHEN possible THEN sd END AS sd, fits FROM {SPREADS} s WHERE statistic <> 'baseline') UNION ALL BY NAME FROM {MEANS_TOGETHER})"""
"""SQL: the means of arms after treatment began, and of groups without one those of their arms together; without standard deviations that the scale rules out."""

_SETTING = ("timepoint_anchor", "analysis_set", "missing_data")
_COUNTS = agreed(COUNTS, ("study_id", "arm_id", "definition_id", "day", *_SETTING), "n_analysed", "events")
_MEANS = agreed(
    f"(SELECT * REPLACE (CASE WHEN estimate = 'adjusted' THEN 'adjusted' ELSE 'raw' END AS estimate) FROM {SCORED})",
    ("study_id", "arm_id", "instrument_id", "day", *_SETTING, "statistic", "estimate"),
    *("n", "mean", "sd", "fits"),
)

# Of counts: shares with their variances and, for ratios, those of their logarithms: by Katz, Woolf, and of log(-log(1 - share)).
_OF_COUNTS = """CASE WHEN least(n1, n2) > 0 AND e1 BETWEEN 0 AND n1 AND e2 BETWEEN 0 AND n2 THEN CASE
                  WHEN measure = 'risk-difference' THEN {difference}
                  WHEN measure = 'risk-ratio' AND least(e1, e2) > 0 THEN {ratio}
                  WHEN measure = 'odds-ratio' AND least(e1, e2, n1 - e1, n2 - e2) > 0 THEN {odds}
                  WHEN measure = 'hazard-ratio' AND least(e1, e2, n1 - e1, n2 - e2) > 0 THEN {hazards} END END"""
_EFFECT_OF_COUNTS = _OF_COUNTS.format(
    difference="e1 / n1 - e2 / n2",
    ratio="ln(e1 / n1) - ln(e2 / n2)",
    odds="ln(e1 / (n1 - e1)) - ln(e2 / (n2 - e2))",
    hazards="ln(-ln(1 - e1 / n1)) - ln(-ln(1 - e2 / n2))",
)
_ERROR_OF_COUNTS = _OF_COUNTS.format(
    difference="nullif(sqrt(e1 * (n1 - e1) / pow(n1, 3) + e2 * (n2 - e2) / pow(n2, 3)), 0)",
    ratio="nullif(sqrt(1 / e1 - 1 / n1 + 1 / e2 - 1 / n2), 0)",
    odds="sqrt(1 / e1 + 1 / (n1 - e1) + 1 / e2 + 1 / (n2 - e2))",
    hazards="sqrt(e1 / (n1 * (n1 - e1) * pow(ln(1 - e1 / n1), 2)) + e2 / (n2 * (n2 - e2) * pow(ln(1 - e2 / n2), 2)))",
)
_POOLED = "sqrt(((x.n - 1) * x.sd * x.sd + (y.n - 1) * y.sd * y.sd) / (x.n + y.n - 2))"


def _of_means(difference: str, standardised: str) -> str:
    """SQL: a figure of two means, of their difference or of it over the pooled standard deviation."""
    return f"""CASE WHEN c.measure = 'mean-difference' THEN {difference}
                  WHEN c.measure = 'smd' AND x.sd + y.sd > 0 AND least(x.n, y.n) >= 2 THEN {standardised} END"""


_LEAST_N = "least(x.n, y.n) >= 2 AND greatest(x.n, y.n) <= 1e9 AND x.sd > 0 AND y.sd > 0"
_STANDARDISED = f"sqrt(1 / x.n + 1 / y.n + pow((x.mean - y.mean) / {_POOLED}, 2) / (2 * (x.n + y.n)))"


def _pair(rows: str, of: tuple[str, ...], figures: str, fits: str = "true") -> str:
    """SQL: each printed effect beside the figures of its two arms, of one setting, day and kind; ``exact`` where these are the effect's own."""
    both = " AND ".join(f"y.{name} = x.{name}" for name in ("_package", "study_id", *of, "day", *_SETTING))
    sets = f"""x.analysis_set = c.analysis_set OR 'unstated' IN (x.analysis_set, c.analysis_set) OR c.analysis_set = 'randomised'
                  OR c.analysis_set = 'full-analysis' AND x.analysis_set IN {IN_FULL}"""
    return f"""
              SELECT c._package, c.study_id, c._line, c.stated, c.measure, {fits} AS fits, {figures},
                {" AND ".join(f"x.{name} = c.{name}" for name in _SETTING)} AND x.day = c.day AS exact, ({sets}) AS within
              FROM effect c JOIN {rows} x ON x._package = c._package AND x.study_id = c.study_id AND x.arm_id = c.arm_id AND x.{of[0]} = c.{of[0]}
                AND (x.day = c.day AND x.timepoint_anchor = c.timepoint_anchor OR c.timepoint_days IS NULL)
              JOIN {rows} y ON y.arm_id = c.other_arm_id AND {both}"""


OWN = f"""(
            WITH effect AS (
              SELECT c.*, {day("c")} AS day, CASE WHEN NOT m.ratio THEN value WHEN value > 0 THEN ln(value) END AS stated
              FROM contrasts c JOIN vocabulary.effect_measures m ON m.term = c.measure
            ), counted AS ({
    _pair(
        _COUNTS,
        ("definition_id",),
        "x.events::DOUBLE AS e1, x.n_analysed::DOUBLE AS n1, y.events::DOUBLE AS e2, y.n_analysed::DOUBLE AS n2",
    )
}
            ), pair AS (
              SELECT _package, study_id, _line, stated, exact, within, fits, {_EFFECT_OF_COUNTS} AS effect, {
    _ERROR_OF_COUNTS
} AS error, error AS pooled,
                format('{{:.0f}}/{{:.0f}} and {{:.0f}}/{{:.0f}}', e1, n1, e2, n2) AS words, least(e1, e2, n1 - e1, n2 - e2) AS cell, least(n1, n2) AS n FROM counted
              UNION ALL BY NAME {
    _pair(
        _MEANS,
        ("instrument_id", "statistic", "estimate"),
        f"{_of_means('x.mean - y.mean', f'(x.mean - y.mean) / nullif({_POOLED}, 0)')} AS effect,"
        f"CASE WHEN {_LEAST_N} THEN {_of_means('sqrt(x.sd * x.sd / x.n + y.sd * y.sd / y.n)', _STANDARDISED)} END AS error,"
        f"CASE WHEN {_LEAST_N} THEN {_of_means(f'{_POOLED} * sqrt(1 / x.n + 1 / y.n)', _STANDARDISED)} END AS pooled,"
        "x.mean || ' and ' || y.mean AS words, least(x.n, y.n)::DOUBLE AS n, x.estimate = 'adjusted' AS modelled",
        "x.fits AND y.fits",
    )
}
            )
            SELECT _package, study_id, _line, arg_min({{effect: effect, error: CASE WHEN fits THEN error END, pooled: CASE WHEN fits THEN pooled END, words: words,
                exact: exact, cell: cell, n: n, modelled: modelled}}, (NOT exact, modelled, abs(stated - effect), words)) AS own,
              arg_min({{error: error, fits: fits}}, (error, NOT fits)) FILTER (within AND error > 0) AS arms, min(error) FILTER (exact AND error > 0 AND fits) AS exact_error
            FROM pair WHERE effect IS NOT NULL GROUP BY ALL
          )"""
"""SQL: for each printed effect what its arms' own figures give, on the scale on which it is pooled: the effect ``own``, of its very setting or else of whichever is nearest
to it, with its standard error where the standard deviations are likely ones; and the smallest standard error of people who are among the effect's, ``arms``.
"""
