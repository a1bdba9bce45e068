"""The relations of the registry, by name. Here alone it is said what the tables of lineage and their columns are called."""

from __future__ import annotations

from validation.gate.relation import Relation
from validation.gate.relations.figures import FIGURES
from validation.gate.relations.sharing import SHARING
from validation.gate.relations.since import SINCE

__all__ = ["RELATIONS"]

RELATIONS: dict[str, Relation] = {**SHARING, **FIGURES, **SINCE}
