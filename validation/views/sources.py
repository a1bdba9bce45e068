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

_CORRECTION = r"'^(author |publisher |published )?(correction|erratum|errata|corrigendum|corrigenda)\b( to| for|:)*'"
"""How the title of a correction begins."""
_OF_CORRECTION = f"regexp_replace(lower(trim(title)), {_CORRECTION}, '')"
_WORDS = "trim(regexp_replace(lower({}), '[^\\pL\\pN]+', ' ', 'g'))"
"""SQL: the words of a title, without case and punctuation."""

SOURCES = (
    View(
        "sources_in_use",
        place="sources",
        scope=Scope.PACKAGE,
        needs=("sources",),
        whole=True,
        gathers=(_FIGURES,),
        query=f"""
            SELECT s.*, CAST(NULL AS VARCHAR) AS _study, run.today, coalesce(u.figures, 0) AS figures, e.source_id AS correction
            FROM sources s
            CROSS JOIN run
            LEFT JOIN (
              SELECT _package, source_id, sum(figures)::BIGINT AS figures FROM ({_FIGURES.query}) GROUP BY _package, source_id
            ) u USING (_package, source_id)
            LEFT JOIN (
              SELECT a._package, a.source_id AS corrected, min(c.source_id) AS source_id
              FROM (SELECT *, lower(trim(doi)) AS id, {_WORDS.format("title")} AS words FROM sources WHERE kind IS DISTINCT FROM 'erratum') a
              JOIN (
                SELECT *, lower(trim(doi)) AS id, {_WORDS.format(_OF_CORRECTION)} AS words FROM sources
                WHERE kind = 'erratum' OR regexp_matches(lower(title), {_CORRECTION})
              ) c ON c._package = a._package AND c.source_id <> a.source_id
                AND (c.id = a.id OR (length(c.words) >= 20 AND starts_with(a.words, c.words)) OR (length(a.words) >= 20 AND starts_with(c.words, a.words)))
              GROUP BY ALL
            ) e ON e._package = s._package AND e.corrected = s.source_id
        """,
    ),
)
