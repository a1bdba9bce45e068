"""Views of contrasts: with what the measure is, whether the arms are there, and what was counted and measured in them."""

from __future__ import annotations

from validation.views.view import ARM_SIZES, COUNTED, Scope, View, agreed, day

__all__ = ["CONTRASTS"]

_SETTING = ("study_id", "arm_id", "definition_id", "day", "timepoint_anchor", "analysis_set", "missing_data")

_KEY = (
    *("study_id", "arm_id", "other_arm_id", "definition_id", "instrument_id", "day"),
    *("timepoint_anchor", "analysis_set", "missing_data", "measure", "adjusted"),
)

_COUNTS = agreed(
    f"(SELECT o.*, {day('o')} AS day FROM outcomes o WHERE {COUNTED})",
    _SETTING,
    "n_analysed",
    "events",
)


_OF_MEANS = ("study_id", "arm_id", "instrument_id", "day", "timepoint_anchor", "analysis_set", "missing_data")


def _means(statistic: str) -> str:
    """SQL: the arms' own means of a statistic; those of a model are none."""
    rows = (
        f"(SELECT s.*, {day('s')} AS day FROM scores s WHERE statistic = '{statistic}' AND estimate IS DISTINCT FROM 'adjusted')"
    )
    return agreed(rows, _OF_MEANS, "n", "mean", "sd", "mean_reported")


def _of_means(means: str, arm: str) -> str:
    """SQL: whether means are those of the contrast's arm, in the contrast's setting."""
    same = " AND ".join(f"{means}.{name} = c.{name}" for name in _OF_MEANS if name not in ("arm_id", "day"))
    return f"{means}._package = c._package AND {means}.arm_id = c.{arm} AND {means}.day = {day('c')} AND {same}"


def _measured(x: str, y: str) -> str:
    """SQL: what two arms' means give, how far rounding may put it off, and both in words."""
    spread = f"sqrt((({x}.n - 1) * {x}.sd * {x}.sd + ({y}.n - 1) * {y}.sd * {y}.sd) / ({x}.n + {y}.n - 2))"
    scale = f"CASE c.measure WHEN 'mean-difference' THEN 1.0 WHEN 'smd' THEN CASE WHEN {x}.n + {y}.n > 2 AND {x}.sd + {y}.sd > 0 THEN {spread} END END"
    half = " + ".join(
        f"0.5 * pow(10, -length(split_part(coalesce({m}.mean_reported, {m}.mean::VARCHAR), '.', 2)))" for m in (x, y)
    )
    return f"""({x}.mean - {y}.mean) / ({scale}) AS {x}_effect, ({half}) / ({scale}) AS {x}_slack,
                {x}.mean || ' and ' || {y}.mean AS {x}_means"""


def _beside(counts: str, arm: str) -> str:
    """SQL: whether counts are those of the contrast's arm, in the contrast's setting."""
    same = " AND ".join(f"{counts}.{name} = c.{name}" for name in _SETTING if name not in ("arm_id", "day"))
    return f"{counts}._package = c._package AND {counts}.arm_id = c.{arm} AND {counts}.day = {day('c')} AND {same}"


CONTRASTS = (
    View(
        "contrasts_in_context",
        place="contrasts",
        scope=Scope.STUDY,
        needs=("contrasts",),
        whole=True,
        # `counted` is the effect that the arms' own counts give, where both are known and neither makes it undefined.
        query=f"""
            WITH beside AS (
              SELECT c.*, m.ratio, m.of_means, o.study_id IS NOT NULL AS other_arm_known, o.arm_id = c.arm_id AS same_arm,
                TRY_CAST(x.events AS DOUBLE) AS e1, TRY_CAST(x.n_analysed AS DOUBLE) AS n1,
                TRY_CAST(y.events AS DOUBLE) AS e2, TRY_CAST(y.n_analysed AS DOUBLE) AS n2,
                {_measured("change", "other_change")}, {_measured("endpoint", "other_endpoint")}
              FROM contrasts c
              LEFT JOIN vocabulary.effect_measures m ON m.term = c.measure
              LEFT JOIN {ARM_SIZES} o ON o._package = c._package AND o.study_id = c.study_id AND o.arm_id = c.other_arm_id
              LEFT JOIN {_COUNTS} x ON {_beside("x", "arm_id")}
              LEFT JOIN {_COUNTS} y ON {_beside("y", "other_arm_id")}
              LEFT JOIN {_means("change")} change ON {_of_means("change", "arm_id")}
              LEFT JOIN {_means("change")} other_change ON {_of_means("other_change", "other_arm_id")}
              LEFT JOIN {_means("endpoint")} endpoint ON {_of_means("endpoint", "arm_id")}
              LEFT JOIN {_means("endpoint")} other_endpoint ON {_of_means("other_endpoint", "other_arm_id")}
            )
            SELECT * EXCLUDE (e1, n1, e2, n2), study_id AS _study,
              CASE WHEN least(n1, n2) > 0 AND e1 BETWEEN 0 AND n1 AND e2 BETWEEN 0 AND n2 THEN CASE measure
                WHEN 'risk-difference' THEN e1 / n1 - e2 / n2
                WHEN 'risk-ratio' THEN CASE WHEN e2 > 0 THEN (e1 / n1) / (e2 / n2) END
                WHEN 'odds-ratio' THEN CASE WHEN e2 > 0 AND e1 < n1 AND e2 < n2 THEN (e1 / (n1 - e1)) / (e2 / (n2 - e2)) END
              END END AS counted,
              round(coalesce(change_effect, endpoint_effect), 3) AS measured, coalesce(change_means, endpoint_means) AS means,
              format('{{:.0f}}/{{:.0f}} and {{:.0f}}/{{:.0f}}', e1, n1, e2, n2) AS counts
            FROM beside
        """,
    ),
    View(
        "contrasts_both_ways",
        place="contrasts",
        scope=Scope.STUDY,
        needs=("contrasts",),
        # `reverse` is the value of the same contrast the other way round, given with one of the two.
        query=f"""
            SELECT c.*, c.study_id AS _study, CASE WHEN c.arm_id < c.other_arm_id THEN r.value END AS reverse
            FROM contrasts c
            LEFT JOIN {agreed(f"(SELECT r.*, {day('r')} AS day FROM contrasts r)", _KEY, "value")} r
              ON r._package = c._package AND r.arm_id = c.other_arm_id AND r.other_arm_id = c.arm_id AND r.day = {day("c")}
              AND {" AND ".join(f"r.{name} IS NOT DISTINCT FROM c.{name}" for name in _KEY if name not in ("arm_id", "other_arm_id", "day"))}
        """,
    ),
)
