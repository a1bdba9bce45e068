"""The view of sources with what rests on them."""

from __future__ import annotations

from validation.views.view import FromStudies, Scope, View

__all__ = ["SOURCES"]

_FIGURES = FromStudies(
    "figures_of_sources",
    """
        SELECT _package, source_id, count(*) AS figures
        FROM (
          SELECT _package, source_id FROM outcomes UNION ALL SELECT _package, source_id FROM scores UNION ALL SELECT _package, source_id FROM harms
          UNION ALL SELECT _package, source_id FROM contrasts
          UNION ALL SELECT _package, source_id FROM arms UNION ALL SELECT _package, source_id FROM studies
          UNION ALL SELECT _package, source_id FROM participants
        )
        GROUP BY _package, source_id
    """,
)

SOURCES = (
    View(
        "sources_in_use",
        place="sources",
        scope=Scope.PACKAGE,
        needs=("sources",),
        whole=True,
        gathers=(_FIGURES,),
        query=f"""
            SELECT s.*, CAST(NULL AS VARCHAR) AS _study, run.today, coalesce(u.figures, 0) AS figures
            FROM sources s
            CROSS JOIN run
            LEFT JOIN (
              SELECT _package, source_id, sum(figures)::BIGINT AS figures FROM ({_FIGURES.query}) GROUP BY _package, source_id
            ) u USING (_package, source_id)
        """,
    ),
)
