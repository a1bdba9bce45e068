"""The table ``visits``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model

__all__ = ["Visits"]


class Visits(Model):
    """A participant's total on a scale at a visit."""

    participant_id: str = field.reference("participants", "Participant", "The participant.", key=True)
    visit_day: float = field.number("Visit day", "Days from the baseline visit, which is day 0.", "days", key=True, required=True)
    instrument_id: str = field.term("instruments", "Instrument", "The scale, with its version.", key=True)
    total: float = field.number("Total", "The total; empty if it was not recorded.", "score")
    response_stated: bool = field.flag("Response as stated", "Whether the source calls the participant a responder here.")
    remission_stated: bool = field.flag("Remission as stated", "Whether the source calls the participant a remitter here.")
    remission_definition_id: str = field.term(
        "definitions", "Definition of the stated remission", "The definition of remission that the source uses.", required=False
    )
