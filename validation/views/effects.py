"""The effect that the arms' own counts or means give, beside the one that a source prints for the two arms."""

from __future__ import annotations

from validation.views.groups import COUNTS_TOGETHER, IN_FULL, MEANS_TOGETHER
from validation.views.spreads import SPREADS
from validation.views.view import COUNTED, day

__all__ = ["OWN"]

_COUNTS = f"""(SELECT * FROM (SELECT _package, study_id, arm_id, definition_id, {day("o")} AS day, timepoint_anchor, analysis_set, missing_data, n_analysed, events
               FROM outcomes o WHERE {COUNTED}) UNION ALL BY NAME FROM {COUNTS_TOGETHER})"""
"""SQL: the counts of arms, and of groups without one those of their arms together."""

_MEANS = f"""(SELECT * FROM (SELECT _package, study_id, arm_id, instrument_id, {day("s")} AS day, timepoint_anchor, analysis_set, missing_data, statistic, estimate,
                 n, mean, mean_half, CASE WHEN possible THEN sd END AS sd, fits FROM {SPREADS} s WHERE statistic <> 'baseline') UNION ALL BY NAME FROM {MEANS_TOGETHER})"""
"""SQL: the means of arms after treatment began, and of groups without one those of their arms together; without standard deviations that the scale rules out."""

_SETTING = ("timepoint_anchor", "analysis_set", "missing_data")

# Of counts: shares with their variances and, for ratios, those of their logarithms: by Katz, Woolf, and of log(-log(1 - share)).
_OF_COUNTS = """CASE WHEN least(n1, n2) > 0 AND greatest(n1, n2) <= 1e9 AND e1 BETWEEN 0 AND n1 AND e2 BETWEEN 0 AND n2 THEN CASE
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
    difference="sqrt(e1 * (n1 - e1) / pow(n1, 3) + e2 * (n2 - e2) / pow(n2, 3))",
    ratio="sqrt(1 / e1 - 1 / n1 + 1 / e2 - 1 / n2)",
    odds="sqrt(1 / e1 + 1 / (n1 - e1) + 1 / e2 + 1 / (n2 - e2))",
    hazards="sqrt(e1 / (n1 * (n1 - e1) * pow(ln(1 - e1 / n1), 2)) + e2 / (n2 * (n2 - e2) * pow(ln(1 - e2 / n2), 2)))",
)


def _of_each(*figures: str) -> str:
    """SQL: a figure of either arm; null where rows of one key disagree."""
    sides = [(of, f"FILTER (side = {side})", side) for side in (1, 2) for of in figures]
    return ", ".join(
        f"CASE WHEN min({of}) {of_it} = max({of}) {of_it} THEN min({of}) {of_it} END AS {of}{side}" for of, of_it, side in sides
    )


def _pair(rows: str, of: str, kind: str, figures: str) -> str:
    """SQL: each printed effect beside the figures of its two arms, of one setting, day and kind; ``exact`` where these are the effect's own."""
    same = " AND ".join(f"x.{name} = c.{name}" for name in _SETTING)
    within = f"""x.analysis_set = c.analysis_set OR 'unstated' IN (x.analysis_set, c.analysis_set) OR c.analysis_set = 'randomised'
                  OR c.analysis_set = 'full-analysis' AND x.analysis_set IN {IN_FULL}"""
    return f"""(
              SELECT c._package, c.study_id, c._line, c.stated, c.measure, {same} AND x.day = c.day AS exact, {within} AS within,
                x.day, {", ".join(f"x.{name}" for name in _SETTING)}, {kind}, {figures}
              FROM side c JOIN {rows} x ON x._package = c._package AND x.study_id = c.study_id AND x.arm_id = c.arm AND x.{of} = c.{of}
                AND (x.day = c.day AND x.timepoint_anchor = c.timepoint_anchor OR c.timepoint_days IS NULL)
              GROUP BY ALL HAVING count(DISTINCT side) = 2
            )"""


def _given(kind: str, figures: str) -> str:
    """SQL: of one kind of figures of the effect's very setting, what they give, how far rounding may put it off, and both in words."""
    of = {"effect": "effect", "slack": "slack", "means": "words"}
    return ", ".join(
        f"arg_min({figure}, (statistic, words)) FILTER (exact AND {figures}) AS {kind}_{name}" for name, figure in of.items()
    )


OWN = f"""(
            WITH effect AS (
              SELECT c.*, {day("c")} AS day, CASE WHEN NOT m.ratio THEN value WHEN value > 0 THEN ln(value) END AS stated
              FROM contrasts c JOIN vocabulary.effect_measures m ON m.term = c.measure
            ), side AS (
              SELECT *, arm_id AS arm, 1 AS side FROM effect UNION ALL SELECT *, other_arm_id, 2 FROM effect WHERE other_arm_id <> arm_id
            ), counted AS (
              SELECT * REPLACE (e1::DOUBLE AS e1, e2::DOUBLE AS e2, n1::DOUBLE AS n1, n2::DOUBLE AS n2)
              FROM {_pair("(SELECT * RENAME (events AS e, n_analysed AS n) FROM " + _COUNTS + ")", "definition_id", "NULL::VARCHAR AS kind, NULL::VARCHAR AS statistic", _of_each("e", "n"))}
            ), measured AS (
              SELECT *, CASE WHEN least(n1, n2) >= 2 AND greatest(n1, n2) <= 1e9 AND sd1 > 0 AND sd2 > 0
                THEN sqrt(((n1 - 1) * sd1 * sd1 + (n2 - 1) * sd2 * sd2) / (n1 + n2 - 2)) END AS spread
              FROM {_pair(_MEANS, "instrument_id", "CASE WHEN estimate = 'adjusted' THEN 'model' ELSE statistic::VARCHAR END AS kind, statistic", _of_each("n", "mean", "sd", "mean_half") + ", bool_and(fits) AS fits")}
            ), pair AS (
              SELECT _package, study_id, _line, stated, exact, within, true AS fits, {_EFFECT_OF_COUNTS} AS effect, {_ERROR_OF_COUNTS} AS error, error AS pooled,
                format('{{:.0f}}/{{:.0f}} and {{:.0f}}/{{:.0f}}', e1, n1, e2, n2) AS words, least(e1, e2, n1 - e1, n2 - e2) AS cell, least(n1, n2) AS n, kind, statistic FROM counted
              UNION ALL BY NAME
              SELECT _package, study_id, _line, stated, exact, within, fits, (mean1 - mean2) / scale AS effect, (mean_half1 + mean_half2) / scale AS slack, least(n1, n2)::DOUBLE AS n, kind, statistic::VARCHAR AS statistic,
                mean1 || ' and ' || mean2 AS words, CASE WHEN measure = 'smd' THEN standard ELSE sqrt(sd1 * sd1 / n1 + sd2 * sd2 / n2) END AS error,
                CASE WHEN measure = 'smd' THEN standard ELSE spread * sqrt(1 / n1 + 1 / n2) END AS pooled
              FROM (
                SELECT *, CASE measure WHEN 'mean-difference' THEN 1.0 WHEN 'smd' THEN spread END AS scale,
                  CASE WHEN spread IS NOT NULL THEN sqrt(1 / n1 + 1 / n2 + pow((mean1 - mean2) / spread, 2) / (2 * (n1 + n2))) END AS standard
                FROM measured
              )
            )
            SELECT _package, study_id, _line, arg_min({{effect: effect, error: CASE WHEN fits AND error > 0 THEN error END, pooled: CASE WHEN fits AND error > 0 THEN pooled END,
                words: words, exact: exact, cell: cell, n: n, modelled: kind = 'model'}}, (NOT exact, kind = 'model', abs(stated - effect), words)) AS own,
              arg_min({{error: error, fits: fits}}, (error, NOT fits)) FILTER (within AND error > 0) AS arms, min(error) FILTER (exact AND error > 0 AND fits) AS exact_error,
              {_given("counts", "kind IS NULL")}, {", ".join(_given(kind, f"kind = '{kind}'") for kind in ("change", "endpoint", "model"))}
            FROM pair WHERE effect IS NOT NULL GROUP BY ALL
          )"""
"""SQL: for each printed effect what its arms' own figures give, on the scale on which it is pooled: the effect ``own``, of its very setting or else of whichever is nearest
to it, with its standard error where the standard deviations are likely ones; the smallest standard error of people who are among the effect's, ``arms``; and, by kind of
figure, what those of its very setting give.
"""
