"""The table ``participants``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model

__all__ = ["Participants"]


class Participants(Model):
    """A participant, under a pseudonym, where a licence allows it."""

    participant_id: str = field.identifier("Participant", "A pseudonym; never a name, number or date of the person.")
    study_id: str = field.reference("arms", "Study", "The trial.")
    arm_id: str = field.reference("arms", "Arm", "The arm the participant was randomised to.")
    age: int = field.count("Age", "Age at entry; above 89 it identifies a person and is left empty.", "years", maximum=120)
    sex: str = field.term("sexes", "Sex", "As recorded by the trial.", required=False)
    baseline_instrument_id: str = field.term("instruments", "Baseline instrument", "The scale of the baseline score.")
    baseline_total: float = field.number("Baseline score", "Total before treatment.", "score")
    source_id: str = field.reference("sources", "Source", "The document that the row was taken from.", required=False)
