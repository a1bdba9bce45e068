"""The tables of a data package, in the order in which they depend on one another."""

from __future__ import annotations

from schemas.table import Table
from schemas.tables.arms import Arms
from schemas.tables.claims import Claims
from schemas.tables.harms import Harms
from schemas.tables.outcomes import Outcomes
from schemas.tables.participants import Participants
from schemas.tables.profiles import Profiles
from schemas.tables.scores import Scores
from schemas.tables.sources import Sources
from schemas.tables.studies import Studies
from schemas.tables.visits import Visits

__all__ = [
    "TABLES",
    "Arms",
    "Claims",
    "Harms",
    "Outcomes",
    "Participants",
    "Profiles",
    "Scores",
    "Sources",
    "Studies",
    "Visits",
]

TABLES: dict[str, type[Table]] = {
    model.table_name(): model
    for model in (Sources, Studies, Arms, Outcomes, Scores, Harms, Participants, Visits, Profiles, Claims)
}
