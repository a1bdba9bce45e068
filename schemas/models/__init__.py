"""The pandera models of the tables, in the order in which the tables depend on one another."""

from __future__ import annotations

import json
from dataclasses import asdict

from schemas.model import Model
from schemas.models.arms import Arms
from schemas.models.claims import Claims
from schemas.models.contrasts import Contrasts
from schemas.models.harms import Harms
from schemas.models.outcomes import Outcomes
from schemas.models.participants import Participants
from schemas.models.profiles import Profiles
from schemas.models.scores import Scores
from schemas.models.sources import Sources
from schemas.models.studies import Studies
from schemas.models.terms import Terms
from schemas.models.visits import Visits

__all__ = [
    "MODELS",
    "Arms",
    "Claims",
    "Contrasts",
    "Harms",
    "Outcomes",
    "Participants",
    "Profiles",
    "Scores",
    "Sources",
    "Studies",
    "Terms",
    "Visits",
    "rendered",
]

MODELS: dict[str, type[Model]] = {
    model.table().name: model
    for model in (Sources, Studies, Arms, Outcomes, Scores, Contrasts, Harms, Participants, Visits, Profiles, Claims, Terms)
}


def rendered() -> str:
    """What :mod:`schemas.tables` reads: every table with its fields, without empty members."""
    tables = [asdict(model.table()) for model in MODELS.values()]
    for table in tables:
        table["columns"] = [{name: value for name, value in column.items() if value is not None} for column in table["columns"]]
    return json.dumps(tables, indent=2, ensure_ascii=False) + "\n"
