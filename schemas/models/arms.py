"""The table ``arms``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model

__all__ = ["Arms"]


class Arms(Model):
    """An arm of a trial: what its participants were given, and how many there were."""

    study_id: str = field.reference("studies", "Study", "The trial that the arm belongs to.", key=True)
    arm_id: str = field.identifier("Arm", "The arm's name within its trial.")
    label: str = field.text("Label", "What the source calls the arm.", required=True)
    treatment_id: str = field.term("treatments", "Treatment", "What was tested in this arm.")
    role: str = field.term("arm_roles", "Role", "What the arm is for in the trial's comparison.")
    route: str = field.term("routes", "Route", "How the treatment was given.")
    dose: float = field.number("Dose", "Dose of one administration; the lowest if it was flexible.", "dose_unit", minimum=0)
    dose_max: float = field.number("Dose, at most", "Highest dose, if it was flexible.", "dose_unit", minimum=0)
    dose_unit: str = field.term("dose_units", "Dose unit", "Unit of the dose.", required=False)
    schedule: str = field.text("Schedule", "How often the treatment was given.")
    sessions: int = field.count("Sessions", "Number of administrations planned, if stated.", "sessions")
    background_id: str = field.term(
        "backgrounds",
        "Background, as a term",
        "What every participant of the arm was also given, as a term of the registry.",
        required=False,
    )
    background: str = field.text("Background", "What every participant of the arm was also given, in the source's words.")
    includes: str = field.text(
        "Includes", "Other arms of the study whose participants this group contains, by `arm_id`, separated by semicolons."
    )
    n_randomised: int = field.count("Randomised", "Participants randomised to the arm.", "participants")
    n_treated: int = field.count("Treated", "Participants who received at least one dose.", "participants")
    n_completed: int = field.count("Completed", "Participants who completed the treatment period.", "participants")
    source_id: str = field.reference("sources", "Source", "The document that this row was taken from.", required=False)
