"""The table ``contrasts``."""

from __future__ import annotations

from schemas import field, grammar
from schemas.model import Model

__all__ = ["Contrasts"]


class Contrasts(Model):
    """An effect that a source prints in place of the arms' own figures, or with them: one arm of a trial compared with another."""

    study_id: str = field.reference("arms", "Study", "The trial.", key=True)
    arm_id: str = field.reference("arms", "Arm", "The arm that the effect is of.", key=True)
    other_arm_id: str = field.text(
        "Other arm", "The arm that it is compared with, of the same study.", key=True, required=True, pattern=grammar.IDENTIFIER
    )
    definition_id: str = field.term(
        "definitions", "Definition", "What was counted, if the effect is of counts.", key=True, required=False
    )
    instrument_id: str = field.term(
        "instruments", "Instrument", "The scale, if the effect is of means.", key=True, required=False
    )
    timepoint_days: float = field.number("Time point", "Days from the anchor; empty means unstated.", "days", key=True)
    timepoint_anchor: str = field.term("timepoint_anchors", "Anchor", "What the days are counted from.", key=True)
    analysis_set: str = field.term("analysis_sets", "Analysis set", "Who was analysed.", key=True)
    missing_data: str = field.term("missing_data", "Missing data", "How participants not observed were counted.", key=True)
    measure: str = field.term("effect_measures", "Measure", "What compares the two arms.", key=True)
    adjusted: bool = field.flag("Adjusted", "Whether the effect is from a model with covariates; empty means unstated.", key=True)
    value: float = field.number(
        "Value",
        "The effect: of the arm divided by the other one, or minus it. A risk difference is a share, from -1 to 1.",
        "effect",
    )
    se: float = field.number("Standard error", "Of the value; of a ratio, of its logarithm.", "effect", minimum=0)
    low: float = field.number("Lower limit", "Of the interval.", "effect")
    high: float = field.number("Upper limit", "Of the interval.", "effect")
    level: float = field.number("Level", "The interval's confidence level.", "%", minimum=50, maximum=99.99)
    p: float = field.number("p value", "Two-sided; if only a bound is printed, that bound.", "probability", minimum=0, maximum=1)
    value_reported: str = field.verbatim("Value as printed", "Digit for digit; a risk difference may be in per cent.", "effect")
    se_reported: str = field.verbatim("Standard error as printed", "Digit for digit.", "effect")
    low_reported: str = field.verbatim("Lower limit as printed", "Digit for digit.", "effect")
    high_reported: str = field.verbatim("Upper limit as printed", "Digit for digit.", "effect")
    p_reported: str = field.text(
        "p value as printed", "Digit for digit, with its sign, such as `<0.001`.", pattern=grammar.PRINTED_P
    )
    value_origin: str = field.term("value_origins", "Origin of the value", "How the figure was obtained.")
    source_id: str = field.reference("sources", "Source", "The document with the figure.", required=False)
    source_locator: str = field.text("Place in the source", "Table, figure or page.")
    extractions: int = field.count("Extractions", "How many people extracted the figure independently.", "people", minimum=1)
