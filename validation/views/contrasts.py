"""Views of contrasts: with what the measure is, whether the arms are there, and what was counted and measured in them."""

from __future__ import annotations

from validation.views.effects import COUNTS, OWN, SCORED
from validation.views.view import ARM_SIZES, Scope, View, agreed, day

__all__ = ["CONTRASTS"]

_SETTING = ("study_id", "arm_id", "definition_id", "day", "timepoint_anchor", "analysis_set", "missing_data")

_KEY = (
    *("study_id", "arm_id", "other_arm_id", "definition_id", "instrument_id", "day"),
    *("timepoint_anchor", "analysis_set", "missing_data", "measure", "adjusted"),
)

_COUNTS = agreed(COUNTS, _SETTING, "n_analysed", "events")

_OF_MEANS = ("study_id", "arm_id", "instrument_id", "day", "timepoint_anchor", "analysis_set", "missing_data")


_KINDS = {
    "change": "statistic = 'change' AND estimate IS DISTINCT FROM 'adjusted'",
    "endpoint": "statistic = 'endpoint' AND estimate IS DISTINCT FROM 'adjusted'",
    "model_change": "statistic = 'change' AND estimate = 'adjusted'",
    "model_endpoint": "statistic = 'endpoint' AND estimate = 'adjusted'",
}
"""The kinds of means that a mean difference may be of; those of a model are apart from the arms' own."""

_FIGURES = ("n", "mean", "sd", "mean_reported")
_OF_KINDS = [f"{kind}_{figure}" for kind in _KINDS for figure in _FIGURES]
_BY_KIND = ", ".join(
    f"CASE WHEN {which} THEN {figure} END AS {kind}_{figure}" for kind, which in _KINDS.items() for figure in _FIGURES
)
_MEANS = agreed(f"(SELECT *, {_BY_KIND} FROM {SCORED})", _OF_MEANS, *_OF_KINDS)
"""SQL: the arms' means after treatment began, by kind."""


def _of_means(means: str, arm: str) -> str:
    """SQL: whether means are those of the contrast's arm, in the contrast's setting."""
    same = " AND ".join(f"{means}.{name} = c.{name}" for name in _OF_MEANS if name not in ("arm_id", "day"))
    return f"{means}._package = c._package AND {means}.arm_id = c.{arm} AND {means}.day = {day('c')} AND {same}"


def _measured(kind: str) -> str:
    """SQL: what two arms' means of a kind give, how far rounding may put it off, and both in words."""
    n, sd, mean = ([f"{arm}.{kind}_{figure}" for arm in ("mine", "others")] for figure in ("n", "sd", "mean"))
    spread = f"sqrt((({n[0]} - 1) * {sd[0]} * {sd[0]} + ({n[1]} - 1) * {sd[1]} * {sd[1]}) / ({n[0]} + {n[1]} - 2))"
    scale = f"CASE c.measure WHEN 'mean-difference' THEN 1.0 WHEN 'smd' THEN CASE WHEN {n[0]} + {n[1]} > 2 AND {sd[0]} + {sd[1]} > 0 THEN {spread} END END"
    half = " + ".join(f"0.5 * pow(10, -length(split_part(coalesce({m}_reported, {m}::VARCHAR), '.', 2)))" for m in mean)
    return f"""({mean[0]} - {mean[1]}) / ({scale}) AS {kind}_effect, ({half}) / ({scale}) AS {kind}_slack,
                {mean[0]} || ' and ' || {mean[1]} AS {kind}_means"""


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
                {", ".join(map(_measured, _KINDS))}, t.design AS study_design,
                own.effect AS own_effect, own.error AS own_error, own.pooled AS own_pooled, own.words AS own_words, own.exact AS own_exact, own.cell AS own_cell,
                own.n AS own_n, own.modelled AS own_modelled, w.arms.error AS arms_error, w.arms.fits AS arms_fit, w.exact_error
              FROM contrasts c
              LEFT JOIN vocabulary.effect_measures m ON m.term = c.measure
              LEFT JOIN {OWN} w ON w._package = c._package AND w.study_id = c.study_id AND w._line = c._line
              LEFT JOIN {agreed("studies", ("study_id",), "design", table="studies")} t ON t._package = c._package AND t.study_id = c.study_id
              LEFT JOIN {ARM_SIZES} o ON o._package = c._package AND o.study_id = c.study_id AND o.arm_id = c.other_arm_id
              LEFT JOIN {_COUNTS} x ON {_beside("x", "arm_id")}
              LEFT JOIN {_COUNTS} y ON {_beside("y", "other_arm_id")}
              LEFT JOIN {_MEANS} mine ON {_of_means("mine", "arm_id")}
              LEFT JOIN {_MEANS} others ON {_of_means("others", "other_arm_id")}
            )
            SELECT * EXCLUDE (e1, n1, e2, n2), study_id AS _study,
              CASE WHEN least(n1, n2) > 0 AND e1 BETWEEN 0 AND n1 AND e2 BETWEEN 0 AND n2 THEN CASE measure
                WHEN 'risk-difference' THEN e1 / n1 - e2 / n2
                WHEN 'risk-ratio' THEN CASE WHEN e2 > 0 THEN (e1 / n1) / (e2 / n2) END
                WHEN 'odds-ratio' THEN CASE WHEN e2 > 0 AND e1 < n1 AND e2 < n2 THEN (e1 / (n1 - e1)) / (e2 / (n2 - e2)) END
              END END AS counted,
              round(coalesce(change_effect, endpoint_effect), 3) AS measured, coalesce(change_means, endpoint_means) AS means,
              coalesce(model_change_effect, model_endpoint_effect) AS modelled, coalesce(model_change_means, model_endpoint_means) AS model_means,
              CASE WHEN model_change_effect IS NULL THEN model_endpoint_slack ELSE model_change_slack END AS model_slack,
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
