"""How an entry's trial was done: who knew the treatment, the design of a part, and what part an arm plays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from registry.trialregistry.entries import RegistryEntry
from registry.trialregistry.given import Given
from registry.trialregistry.groups import group_key
from registry.trialregistry.phases import RUN_IN
from schemas.vocabulary import rows

__all__ = ["design_of", "masking_of", "role_of"]

_ROLES = {
    "EXPERIMENTAL": "experimental",
    "ACTIVE_COMPARATOR": "active-comparator",
    "PLACEBO_COMPARATOR": "placebo",
    "SHAM_COMPARATOR": "sham",
    "NO_INTERVENTION": "no-treatment",
}
_DESIGNS = {"PARALLEL": "parallel", "CROSSOVER": "crossover", "SINGLE_GROUP": "single-arm"}
_INERT = {"placebo", "sugar-alcohol", "usual-care", "no-treatment"}
_STAGE = re.compile(r"\b(?:phase|period|stage|IND|OL)\b", re.IGNORECASE)
_FELT = {"benzodiazepine", "vitamin"}
"""Classes of what is given for its sensations alone."""


def role_of(entry: RegistryEntry, title: str, treatment: str, given: Given, others: Iterable[Given]) -> str:
    """The role of an arm by its type in the entry. A drug that is typed as a placebo is an active one if it is given for its sensations, or
    in a lower dose than another arm's; of any other drug so typed, the role isn't clear.
    """
    if treatment == "placebo":
        return "placebo"
    types = {group_key(label): kind for label, kind in entry.arm_types.items()}
    role = _ROLES.get(types.get(group_key(title), ""), "unstated")
    kind = next((row["class_id"] for row in rows("treatments") if row["treatment_id"] == treatment), "")
    if role not in {"placebo", "no-treatment"} or kind in _INERT:
        return "waitlist" if role == "no-treatment" and treatment == "waitlist" else role
    lower = (
        other.treatments == given.treatments and other.unit == given.unit != "" and float(given.doses[-1]) < float(other.doses[0])
        for other in others
        if other.doses and given.doses
    )
    return "active-placebo" if role == "placebo" and (kind in _FELT or any(lower)) else "unstated"


def design_of(entry: RegistryEntry, phase: str, groups: Sequence[str]) -> tuple[str, str, str]:
    """The design of a part of a trial with these groups, whether its people were randomised, and the masking. Of a randomised trial
    one group alone is posted by itself, and was one of several; a phase of one group has one arm.
    """
    allocation = entry.allocation if phase != RUN_IN else ""  # that of the phase after it
    randomised = {"RANDOMIZED": "true", "NON_RANDOMIZED": "false", "NA": "false"}.get(allocation, "")
    if len(groups) == 1 and (phase or entry.allocation != "RANDOMIZED" or _STAGE.search(groups[0])):
        return "single-arm", "false", "unstated"
    return _DESIGNS.get(entry.model, "unstated"), randomised, "open-label" if phase == "open-label" else masking_of(entry)


def masking_of(entry: RegistryEntry) -> str:
    """Who didn't know the treatment, by the entry."""
    who = set(entry.masked)
    match entry.masking:
        case "NONE":
            return "open-label"
        case "SINGLE":
            return "assessor" if who == {"OUTCOMES_ASSESSOR"} else "single"
        case "QUADRUPLE":
            return "triple"
        case "TRIPLE" if {"PARTICIPANT", "CARE_PROVIDER"} <= who:
            return "triple"
        case "DOUBLE" | "TRIPLE" if "PARTICIPANT" in who:
            return "double"
    return "unstated"
