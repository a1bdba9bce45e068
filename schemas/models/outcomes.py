"""The table ``outcomes``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model

__all__ = ["Outcomes"]


class Outcomes(Model):
    """A count of participants in one arm who met one definition at one time, out of one set of them."""

    study_id: str = field.reference("arms", "Study", "The trial.", key=True)
    arm_id: str = field.reference("arms", "Arm", "The arm.", key=True)
    definition_id: str = field.term("definitions", "Definition", "What a participant had to meet.", key=True)
    timepoint_days: float = field.number("Time point", "Days from the anchor; empty means unstated.", "days", key=True)
    timepoint_anchor: str = field.term("timepoint_anchors", "Anchor", "What the days are counted from.", joined_key=True)
    analysis_set: str = field.term("analysis_sets", "Analysis set", "Who is in the denominator.", key=True)
    missing_data: str = field.term("missing_data", "Missing data", "How participants not observed were counted.", joined_key=True)
    n_analysed: int = field.count("Analysed", "The denominator.", "participants")
    events: int = field.count("Events", "Participants who met the definition.", "participants")
    percent_reported: str = field.verbatim("Percentage as printed", "Digit for digit, so that `60.0` stays `60.0`.", "%")
    value_origin: str = field.term("value_origins", "Origin of the value", "How the count was obtained.")
    source_id: str = field.reference("sources", "Source", "The document with the figure.", required=False)
    source_locator: str = field.text("Place in the source", "Table, figure or page.")
    extractions: int = field.count("Extractions", "How many people extracted the figure independently.", "people", minimum=1)
