"""The named views that rules are declared over: rows of the tables, joined once.

A view is SQL over the typed tables of one package (each with ``_line``, its row's line in its file), the vocabularies (in the
schema ``vocabulary``) and ``run`` (one row, ``today``). Each view has ``_line``, the line a finding points at in the file of
``place``, the key of that table under its own names, and ``_study``, by which the work is cut into batches; it is null where a
row belongs to no study. A view's ``scope`` says whether it compares studies with each other: those views are worked out once for the
whole package; the others may be worked out for some studies at a time, on any machine.

How they are written. A join looks its row up by a key that is in :func:`~validation.views.view.agreed` form, so that a key given twice in a bad file
doesn't multiply the rows that refer to it. An empty day counts as a day of its own. No sum or product of counts is taken
without ``TRY_CAST``: a cell may hold any whole number of 64 bits.
"""

from __future__ import annotations

from validation.views.claims import CLAIMS
from validation.views.contrasts import CONTRASTS
from validation.views.definitions import DEFINITIONS
from validation.views.outcomes import OUTCOMES
from validation.views.participants import PARTICIPANTS_AND_VISITS
from validation.views.scores import SCORES
from validation.views.sets import SETS
from validation.views.sources import SOURCES
from validation.views.studies import ARMS, STUDIES
from validation.views.view import FromStudies, Scope, View

__all__ = ["GATHERED", "VIEWS", "FromStudies", "Scope", "View"]

VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        *STUDIES,
        *ARMS,
        *DEFINITIONS,
        *OUTCOMES,
        *SETS,
        *SCORES,
        *CONTRASTS,
        *PARTICIPANTS_AND_VISITS,
        *SOURCES,
        *CLAIMS,
    )
}

GATHERED: dict[str, FromStudies] = {gathered.name: gathered for view in VIEWS.values() for gathered in view.gathers}
