"""Adverse events as rows: those of the groups that are arms of one part of a trial, and of its phase."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from registry.trialregistry.arms import TrialPart
from registry.trialregistry.entries import Harm, RegistryEntry
from registry.trialregistry.groups import group_key
from registry.trialregistry.histories import in_another_phase
from registry.trialregistry.phases import is_double_blind, phase_of
from registry.trialregistry.texts import Text, clean, sentences
from schemas.sql import folded_text

__all__ = ["harms_of"]

Row = dict[str, str]

_UNTIL = re.compile(
    r"\b(?:up to|through(?:out)?|thru|until|till?|to|including|plus|and)\s+(?:[\w-]+\s+){0,6}?(?:follow-?\s?up|post-?treatment)\b[^.;]*",
    re.IGNORECASE,
)
"""That events were counted until after the treatment, too: the arms' people are the same."""


def harms_of(entry: RegistryEntry, parts: Sequence[TrialPart]) -> tuple[list[Row], dict[int, str]]:
    """The rows of ``harms``, and why the other events aren't taken, by their numbers: nothing says which part a group was in that is not an arm of exactly one."""
    terms = Counter((group_key(harm.group), folded_text(harm.term), harm.serious) for harm in entry.harms)
    rows: list[Row] = []
    reasons: dict[int, str] = {}
    for number, harm in enumerate(entry.harms, 1):
        key = group_key(harm.group)
        mine = [part for part in parts if key in part.arms]
        if len(mine) != 1:
            why = f"`{harm.group}` of the adverse events is {'no arm' if not mine else 'an arm of several parts'}"
        elif terms[key, folded_text(harm.term), harm.serious] > 1:
            why = f"`{harm.term}` is listed more than once for the group"
        elif harm.events is None or not harm.n_at_risk:
            why = "how many participants had the event isn't given" if harm.n_at_risk != 0 else "nobody was at risk"
        else:
            why = _otherwise(harm, mine[0])
        if why:
            reasons[number] = why
            continue
        rows.append(
            {
                "study_id": mine[0].study_id,
                "arm_id": mine[0].arms[key],
                "term": harm.term,
                "serious": "true" if harm.serious else "false",
                "n_at_risk": str(harm.n_at_risk),
                "events": str(harm.events),
                "value_origin": "reported",
                "source_id": entry.registration.lower(),
                "source_locator": harm.place,
            }
        )
    return rows, reasons


def _otherwise(harm: Harm, part: TrialPart) -> str:
    """Why an event may have been counted in another phase than its group's figures are of: by its own words, its group's, or those of all events."""
    own, described = part.key.phase, clean(harm.description)
    if other := in_another_phase(described, part.arms[group_key(harm.group)], own):
        return f"the group's description in the adverse events says `{other}`, and its figures are of another phase"
    for text in (harm.term, harm.group, described):
        if phase_of([text]) not in {"", own}:
            return f"`{text}` names the {phase_of([text])} phase, and the group's figures are of another"
    if any(is_double_blind(text) or (own and phase_of([text]) == own) for text in (harm.group, described)):
        return ""
    for text in (harm.time_frame, harm.about):
        told = _UNTIL.sub(" ", clean(text))
        named = {phase_of([sentence.words]) for sentence in sentences(Text("", told))} - {"", own}
        if named or (not own and re.search(r"\bopen[- ]label\b", told, re.IGNORECASE) and not is_double_blind(told)):
            return f"the adverse events are those of the {' and '.join(sorted(named)) or 'open-label'} phase, and whether those of the group are isn't said"
    return ""
