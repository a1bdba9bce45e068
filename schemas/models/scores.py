"""The table ``scores``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model

__all__ = ["Scores"]


class Scores(Model):
    """A mean on a scale in one arm at one time."""

    study_id: str = field.reference("arms", "Study", "The trial.", key=True)
    arm_id: str = field.reference("arms", "Arm", "The arm.", key=True)
    instrument_id: str = field.term("instruments", "Instrument", "The scale, with its version.", key=True)
    timepoint_days: float = field.number("Time point", "Days from the anchor; empty means unstated.", "days", key=True)
    statistic: str = field.term("statistics", "Statistic", "A mean before, after, or of the change.", key=True)
    timepoint_anchor: str = field.term("timepoint_anchors", "Anchor", "What the days are counted from.", joined_key=True)
    analysis_set: str = field.term("analysis_sets", "Analysis set", "Who the mean is of.", joined_key=True)
    missing_data: str = field.term("missing_data", "Missing data", "How participants not observed were counted.", joined_key=True)
    estimate: str = field.term("estimates", "Estimate", "Whether the mean is of the scores or of a model.")
    n: int = field.count("Participants", "Participants whose scores the mean is of.", "participants")
    mean: float = field.number("Mean", "The mean; a change is after minus before.", "score")
    sd: float = field.number("Standard deviation", "Of the scores, not of the mean.", "score")
    mean_reported: str = field.verbatim("Mean as printed", "Digit for digit.", "score")
    sd_reported: str = field.verbatim("Standard deviation as printed", "Digit for digit.", "score")
    value_origin: str = field.term("value_origins", "Origin of the value", "How the mean was obtained.")
    source_id: str = field.reference("sources", "Source", "The document with the figure.", required=False)
    source_locator: str = field.text("Place in the source", "Table, figure or page.")
    extractions: int = field.count("Extractions", "How many people extracted the figure independently.", "people", minimum=1)
