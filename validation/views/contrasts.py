"""Views of contrasts: with what the measure is, whether the arms are there, and what was counted and measured in them."""

from __future__ import annotations

from validation.views.effects import OWN
from validation.views.view import ARM_SIZES, Scope, View, agreed, day

__all__ = ["CONTRASTS"]

_KEY = (
    *("study_id", "arm_id", "other_arm_id", "definition_id", "instrument_id", "day"),
    *("timepoint_anchor", "analysis_set", "missing_data", "measure", "adjusted"),
)

CONTRASTS = (
    View(
        "contrasts_in_context",
        place="contrasts",
        scope=Scope.STUDY,
        needs=("contrasts",),
        whole=True,
        # `counted` and `measured` are the effects that the arms' own counts and means give, `modelled` that of a model's means.
        query=f"""
            SELECT c.*, c.study_id AS _study, m.ratio, m.of_means, CASE WHEN t.study_id IS NOT NULL THEN o.study_id IS NOT NULL END AS other_arm_known, o.arm_id = c.arm_id AS same_arm, t.design AS study_design,
              own.effect AS own_effect, own.error AS own_error, own.pooled AS own_pooled, own.words AS own_words, own.exact AS own_exact, own.cell AS own_cell,
              own.n AS own_n, own.modelled AS own_modelled, w.arms.error AS arms_error, w.arms.fits AS arms_fit, w.exact_error,
              CASE WHEN m.ratio THEN exp(w.counts_effect) ELSE w.counts_effect END AS counted, w.counts_means AS counts,
              w.change_effect, w.change_slack, w.endpoint_effect, w.endpoint_slack,
              round(coalesce(w.change_effect, w.endpoint_effect), 3) AS measured, coalesce(w.change_means, w.endpoint_means) AS means,
              w.model_effect AS modelled, w.model_slack, w.model_means
            FROM contrasts c
            LEFT JOIN vocabulary.effect_measures m ON m.term = c.measure
            LEFT JOIN {OWN} w ON w._package = c._package AND w.study_id = c.study_id AND w._line = c._line
            LEFT JOIN {agreed("studies", ("study_id",), "design", table="studies")} t ON t._package = c._package AND t.study_id = c.study_id
            LEFT JOIN {ARM_SIZES} o ON o._package = c._package AND o.study_id = c.study_id AND o.arm_id = c.other_arm_id
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
