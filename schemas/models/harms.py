"""The table ``harms``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model

__all__ = ["Harms"]


class Harms(Model):
    """A count of participants of one arm who had an adverse event."""

    study_id: str = field.reference("arms", "Study", "The trial.", key=True)
    arm_id: str = field.reference("arms", "Arm", "The arm.", key=True)
    term: str = field.text("Term", "The event, in the source's term.", key=True, required=True)
    serious: bool = field.flag(
        "Serious",
        "Whether only serious events count. Where it is false, others do: with the serious ones, or without them, as in a trial registry's "
        "list of other events. Empty means unstated.",
        key=True,
    )
    n_at_risk: int = field.count("At risk", "Participants in the safety population.", "participants")
    events: int = field.count("Events", "Participants with the event, each once.", "participants")
    percent_reported: str = field.verbatim("Percentage as printed", "Digit for digit.", "%")
    value_origin: str = field.term("value_origins", "Origin of the value", "How the count was obtained.")
    source_id: str = field.reference("sources", "Source", "The document with the figure.", required=False)
    source_locator: str = field.text("Place in the source", "Table, figure or page.")
    extractions: int = field.count("Extractions", "How many people extracted the figure independently.", "people", minimum=1)
