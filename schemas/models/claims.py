"""The table ``claims``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model

__all__ = ["Claims"]


class Claims(Model):
    """Something that somebody published, to be put to the test."""

    claim_id: str = field.identifier("Claim", "The claim's name in this package.")
    statement: str = field.text("Statement", "What is claimed, in our words.", required=True)
    source_id: str = field.reference("sources", "Source", "Where it was published.", required=False)
    locator: str = field.text("Place in the source", "Section, table or page.")
    subject: str = field.term("subjects", "Subject", "The treatment or class that the claim is about.")
    attribute: str = field.term("claim_attributes", "Attribute", "What is claimed of the subject.")
    value_low: float = field.number("Value, low", "The value, or the lower end of its range.", "unit")
    value_high: float = field.number("Value, high", "The upper end of the range; empty where it is one value.", "unit")
    value_bound: str = field.term(
        "value_bounds", "Bound", "Whether the value is meant as it stands, roughly, or as a bound.", required=False
    )
    unit: str = field.text("Unit", "Unit of the value. Without a value, its order: `hours` for `within hours`.")
    population_id: str = field.term("populations", "Population", "Of whom it is claimed.")
    definition_id: str = field.term(
        "definitions", "Definition", "What the claimed rate is a rate of; empty where no rate is claimed.", required=False
    )
    timepoint_days: float = field.number("Time point", "Days of treatment; empty means unstated.", "days")
    n_analysed: int = field.count(
        "Analysed", "Participants behind the value, as the source states them.", "participants", minimum=1
    )
    comparator: str = field.term("subjects", "Comparator", "What the subject is compared with.", required=False)
    comparator_population_id: str = field.term(
        "populations", "Comparator's population", "Of whom the comparator's value is claimed.", required=False
    )
    relation: str = field.term("claim_relations", "Relation", "What the claim is to another claim.", required=False)
    related_claim_id: str = field.text("Related claim", "That other claim, in the same package.", pattern=field.IDENTIFIER)
