"""The table ``claims``."""

from __future__ import annotations

from schemas import field, grammar
from schemas.model import Model

__all__ = ["Claims"]


class Claims(Model):
    """A published claim, to be checked."""

    claim_id: str = field.identifier("Claim", "The claim's name in this package.")
    statement: str = field.text("Statement", "What is claimed, in our words.", required=True)
    source_id: str = field.reference("sources", "Source", "Where it was published.", required=False)
    locator: str = field.text("Place in the source", "Section, table or page.")
    subject: str = field.term("subjects", "Subject", "The treatment or class that the claim is about.")
    attribute: str = field.term("claim_attributes", "Attribute", "What is claimed of the subject.")
    value_low: float = field.number("Value, low", "The value, or the lower end of its range.", "unit")
    value_high: float = field.number("Value, high", "The upper end of the range; empty for a single value.", "unit")
    value_bound: str = field.term("value_bounds", "Bound", "Whether the value is exact, approximate or a bound.", required=False)
    unit: str = field.text("Unit", "Unit of the value. Without a value, its order: `hours` for `within hours`.")
    population_id: str = field.term("populations", "Population", "The people that the claim is about.")
    definition_id: str = field.term(
        "definitions", "Definition", "What the claimed rate is a rate of; empty if the claim isn't about a rate.", required=False
    )
    timepoint_days: float = field.number("Time point", "Days of treatment; empty means unstated.", "days")
    timepoint_anchor: str = field.term(
        "timepoint_anchors",
        "Anchor",
        "What the time point is counted from. `study-exit` needs no days: each participant's last visit.",
        required=False,
    )
    n_analysed: int = field.count(
        "Analysed", "Participants behind the value, as the source states them.", "participants", minimum=1
    )
    comparator: str = field.term("subjects", "Comparator", "What the subject is compared with.", required=False)
    comparator_population_id: str = field.term(
        "populations", "Comparator's population", "The people that the comparator's value is about.", required=False
    )
    relation: str = field.term("claim_relations", "Relation", "How the claim is related to another one.", required=False)
    related_claim_id: str = field.text("Related claim", "That other claim, in the same package.", pattern=grammar.IDENTIFIER)
