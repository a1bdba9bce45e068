"""The named views that rules are declared over: rows of the tables, joined once.

A view is SQL over the typed tables of one package (each with ``_line``, its row's line in its file) and the vocabularies (in the
schema ``vocabulary``). Each view has ``_line``, the line a finding points at in the file of ``place``, and ``_study``, by which
the work is cut into batches. What must be compared across the studies of a package is computed inside the view by a window or a
subquery, so that every batch holds all it needs.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["VIEWS", "View"]


@dataclass(frozen=True)
class View:
    """A named view: the table whose rows its findings point at, and the tables it has nothing to say without."""

    name: str
    place: str
    needs: tuple[str, ...]
    query: str


_ALL = (
    View(
        "outcomes_in_context",
        place="outcomes",
        needs=("outcomes",),
        query="""
            SELECT
              o.*, o.study_id AS _study,
              a.n_randomised AS arm_n_randomised,
              a.n_treated AS arm_n_treated,
              s.population_id AS population_id,
              d.outcome AS outcome,
              d.instrument_id AS instrument_id,
              d.comparator AS comparator,
              d.threshold AS threshold,
              d.ascertainment AS ascertainment,
              i.minimum AS instrument_minimum,
              i.maximum AS instrument_maximum
            FROM outcomes o
            LEFT JOIN arms a USING (study_id, arm_id)
            LEFT JOIN studies s USING (study_id)
            LEFT JOIN vocabulary.definitions d USING (definition_id)
            LEFT JOIN vocabulary.instruments i USING (instrument_id)
        """,
    ),
)

VIEWS: dict[str, View] = {view.name: view for view in _ALL}
