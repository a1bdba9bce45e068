"""Which definitions lie inside one another: everybody who meets the narrower one meets the wider one too, whatever their score."""

from __future__ import annotations

__all__ = ["FROM_BASELINE", "inside"]

FROM_BASELINE = "d.definition_id NOT LIKE '%-screening'"
"""SQL: whether the definition ``d`` is of the baseline: a few take the reduction from the score at screening, which no table has."""


def inside(definitions: str) -> str:
    """SQL: of some of the vocabulary's ``definitions`` every pair of which one lies inside the other, as ``definition_id`` and ``wider_definition_id``.

    A score of at most 10 is one of at most 12, and a fall by half is one by 30%: on one scale, of which more is worse, at one visit or over as many. Who
    meets a rule at a visit meets it at some visit. Scores are whole numbers: below 10 is at most 9, and either lies inside the other. A cut-off by itself is
    not one of a fall. Where a rule leaves open whether a fall by exactly half counts, it does in the wider one alone.
    """
    return f"""
        WITH ruled AS (
          SELECT *, concat_ws(' ', ascertainment, visits, days) AS looked,
            CASE comparator WHEN '<' THEN ceil(threshold) - 1 ELSE floor(threshold) END AS highest FROM ({definitions}) d
          WHERE ascertainment <> 'unstated' AND instrument_id NOT LIKE '%unstated' AND threshold_upper IS NULL AND coalesce(comparator, '<') IN ('<', '<=')
            AND (threshold IS NOT NULL OR percent_reduction IS NOT NULL) AND {FROM_BASELINE}
        ), compared AS (
          SELECT n.definition_id, w.definition_id AS wider_definition_id, coalesce(n.combine, '') AS narrow, coalesce(w.combine, '') AS wide,
            coalesce(n.highest <= w.highest, false) AS below,
            coalesce(n.percent_reduction > w.percent_reduction
              OR n.percent_reduction = w.percent_reduction AND (n.percent_comparator = '>' OR w.percent_comparator = '>='), false) AS reduced
          FROM ruled n JOIN ruled w USING (instrument_id)
          WHERE n.definition_id <> w.definition_id AND (n.looked = w.looked OR n.ascertainment = 'point' AND w.ascertainment = 'any-visit')
        )
        SELECT definition_id, wider_definition_id FROM compared
        WHERE CASE WHEN wide = 'and' THEN narrow = 'and' AND below AND reduced
          WHEN narrow = 'or' THEN wide = 'or' AND below AND reduced ELSE below OR reduced END
    """
