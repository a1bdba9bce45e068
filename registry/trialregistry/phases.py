"""Which phase a text names, and whether everything that is said about a figure's time is understood.

A time counts from the start of the study unless something else is said, and what else may be said is endless: a discharge, a birth, the end of
a course, a stage, an extension. So the words of a time frame are understood only if each is a number, a unit of time, a visit, or one of those
that change nothing (of baseline, randomisation, the first dose or the double-blind phase), or names a phase that makes a part of the trial.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from registry.trialregistry.starts import NUMBERS, without_starts
from registry.trialregistry.texts import Text, listed_words, tokens, unknown_words
from registry.trialregistry.times import beside_days, has_several, undated_in
from registry.trialregistry.values import NotTakenError

__all__ = ["RUN_IN", "check_phase", "check_times", "is_double_blind", "mixes_phases", "phase_of"]

_PERIOD = re.compile(r"\b(?:period|phase) (\d(?:\s*(?:and|&|-)\s*\d)*)(?! (?:trial|study))", re.IGNORECASE)
RUN_IN = "run-in"
_PHASES = {
    RUN_IN: re.compile(r"(?P<past>\b(?:after|following|since|from|post|end of)[\s-]+(?:(?:an?|the|end of|completion of|\d+[\s-](?:days?|weeks?),?)[\s-]+)*)?(?:\b(?:single[- ]blind|placebo|open[- ]label|screening|prospective|drug)\s+)*(?:\b(?:run|lead)-?\s?in\b(?! (?:score|value|baseline))|\bscreening(?:/\w+)? (?:phase|period)|\bwash-?out (?:phase|period))", re.IGNORECASE),
    "follow-up": re.compile(r"\bfollow[\s-]?up (?:phase|period)|\bpost-?treatment (?:phase|period)|\bFU phase", re.IGNORECASE),
    "open-label": re.compile(r"\bopen[- ]label(?: \(OL\))?(?: \w+)? (?:phase|period|extension)|\bOL(?: \w+)? (?:phase|period)|(?:^|\[)OL\s*:", re.IGNORECASE),
    "maintenance": re.compile(r"\b(?:maintenance|optimi[sz]ation)(?: \(\w+\))?(?:/\w+)? (?:phase|period)|\b(?:OP/MA|MA|OP)(?: phase)?\b(?=\)|:| phase)", re.IGNORECASE),
    "extension": re.compile(r"\bextension (?:phase|period|study)|\b(?:long[- ]term|treatment|blind(?:ed)?) extension\b|\bcontinuation (?:phase|period)", re.IGNORECASE),
}  # fmt: skip
_DOUBLE_BLIND = re.compile(r"\b(?:double[- ]blind|DB|IND|induction|acute)\b", re.IGNORECASE)

_FIRST = re.compile(
    r"\b(?:period|phase|cycle|course) (?:1|one)\b|\blast post[\s-]?baseline (?:\w+ )?(?:assessment|observation)(?: value)?\b|\((?:final|last) (?:\w+ )?visit\)",
    re.IGNORECASE,
)

_KNOWN = f"""
    a about acute all an and approximately approx are as assessed assessment assessments at base baseline be been begin beginning blind both by change changes cfb collected compared
    continued d day days db dose dosed dosing double during each efficacy end endpoint endpoints entry evaluated every evaluation first for from h hour hours hr hrs in ind
    induction infusion initial initiation injection intervention is label later locf measured measurement measurements min mins minute minutes mmrm month months nd obtained of on once one only
    outcome over pahse period phase point points postbaseline postdose postinfusion pre predose preinfusion pretreatment primary prior randomisation randomised rd recorded reported s
    scheduled score scores secondary st start started starting study taken th the then through throughout thru time timepoint timepoints times to treatment trial until up versus vs
    visit visits was week weekly weeks were wk wks year years {" ".join(NUMBERS).replace("-", " ")}
"""
"""Words of a time frame that change nothing of what its days count from; one of them is a slip of the pen that an entry has (`pahse`)."""

_OPENS = "extension follow followup fu ma ol op open"
"""Words of a title or class by which its time may count from elsewhere, or be of another phase than the first, if they name none that is known."""


def phase_of(texts: Iterable[str]) -> str:
    """The phase that the first of the texts names; nothing for the first, double-blind or only one."""
    for text in texts:
        if match := _PERIOD.search(text):
            return f"period {' '.join(match[1].split())}"
        found = ((phase, pattern.search(text)) for phase, pattern in _PHASES.items())
        named = [phase for phase, match in found if match and not match.groupdict().get("past")]
        if named:
            return named[0]
        if is_double_blind(text):
            return ""
    return ""


def is_double_blind(title: str) -> bool:
    """Whether a title names the first phase, to which people were randomised."""
    return bool(_DOUBLE_BLIND.search(title))


def check_times(frame: Text, titles: Collection[Text], group: str, day: str, ordinary: Collection[str]) -> None:
    """Raise where the time frame has words that aren't understood, where which of its phases the figure is of isn't said, or where a title or class
    has words by which ``day`` may count from elsewhere.
    """
    known = listed_words(_KNOWN) | frozenset(ordinary)
    rest = without_starts(_without_phases(beside_days(frame)))
    if unread := unknown_words(rest, lambda word: word.isdigit() or word in known):
        raise _not_understood("the time frame", unread)
    check_phase(frame, [*(text.words for text in titles), group])
    for text in titles if day else ():
        left = set(tokens(_without_phases(text.words))) & listed_words(_OPENS) - set(ordinary)
        if opening := [*sorted(left), *(undated_in(text) if text.place == "title" else ())]:
            raise _not_understood(f"the {text.place}", opening)


def check_phase(frame: Text, told: Collection[str]) -> None:
    """Raise where a time frame names several phases, or one beside other times, and no title of the figure names its own."""
    if mixes_phases(frame.words) and not any(phase_of((words,)) or is_double_blind(words) for words in told):
        raise NotTakenError("the time frame names a phase beside other times, and whether the figure is of it isn't said")


_OF_PHASE = re.compile(rf"{_DOUBLE_BLIND.pattern}\s+;", re.IGNORECASE)
"""`Double-blind` before a later phase, after the phase is taken out."""


def _not_understood(where: str, words: Collection[str]) -> NotTakenError:
    return NotTakenError(
        f"{where} has words that aren't understood: `{', '.join(dict.fromkeys(words))}`. Its days may count from something else than the start, "
        "or be of another phase; if they don't, list these words under `words` in the mapping"
    )


def _without_phases(words: str) -> str:
    for pattern in (*_PHASES.values(), _PERIOD, _FIRST):
        words = pattern.sub(" ; ", words)
    return words


def mixes_phases(words: str) -> bool:
    """Whether a time frame names a later phase that isn't said to be of each of its times."""
    found = {
        phase: match
        for phase, pattern in _PHASES.items()
        if (match := pattern.search(words)) and not match.groupdict().get("past")
    }
    first = is_double_blind(_OF_PHASE.sub(" ", _without_phases(words)))
    led = any(match.start() == 0 for match in found.values())
    return bool(found) and (first or len(found) > 1 or (has_several(words) and not led))
