"""The table ``terms``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model
from schemas.proposing import ONE_PROPOSABLE, PROPOSABLE, PROPOSED

__all__ = ["Terms"]


class Terms(Model):
    """A term that the package proposes to a vocabulary, and uses until it is adopted."""

    vocabulary: str = field.text(
        "Vocabulary", f"The vocabulary: {', '.join(PROPOSABLE)}.", key=True, required=True, pattern=ONE_PROPOSABLE
    )
    id: str = field.text(
        "Proposed term",
        "The term, as the package's cells have it; it begins with `x.`.",
        key=True,
        required=True,
        pattern=PROPOSED,
    )
    label: str = field.text("Label", "The term in words.", required=True)
    outcome: str = field.term("outcome_words", "Outcome", "Of a definition: the word for the outcome.", required=False)
    instrument_id: str = field.term("instruments", "Instrument", "Of a definition: the scale.", required=False)
    comparator: str = field.text("Comparator", "Of a definition: the sign of the score rule, `<=`, `<`, `=`, `>=` or `>`.")
    threshold: float = field.number("Threshold", "Of a definition: the score of the score rule.", "points")
    threshold_upper: float = field.number(
        "Threshold, at most",
        "Of a definition: the highest score of the score rule, where the source leaves it between this and `threshold`.",
        "points",
    )
    percent_comparator: str = field.text("Percent comparator", "Of a definition: the sign of the reduction rule, `>=` or `>`.")
    percent_reduction: float = field.number("Percent reduction", "Of a definition: the percentage of the reduction rule.", "%")
    combine: str = field.text("Combination", "Of a definition with both rules: `and` or `or`.")
    ascertainment: str = field.text("Ascertainment", "Of a definition: `point`, `any-visit`, `sustained` or `unstated`.")
    visits: int = field.count("Visits", "Of a definition: visits over which it must hold.", "visits")
    days: float = field.number("Days", "Of a definition: days over which it must hold.", "days")
    items: int = field.count("Items", "Of an instrument: how many items are scored.", "items")
    minimum: float = field.number("Minimum", "Of an instrument: the lowest total.", "points")
    maximum: float = field.number(
        "Maximum", "Of an instrument: the highest total; the widest where authorities differ.", "points"
    )
    whole_numbers: bool = field.flag("Whole numbers", "Of an instrument: whether totals are whole numbers.")
    direction: str = field.text("Direction", "Of an instrument: `higher-is-worse`, `higher-is-better` or `unstated`.")
    rater: str = field.text("Rater", "Of an instrument: who rates, `clinician`, `self` or `unstated`.")
    percentages: bool = field.flag("Percentages", "Of an instrument: whether a percentage of the baseline total means anything.")
    class_id: str = field.term("treatment_classes", "Class", "Of a treatment: the class it belongs to.", required=False)
    routes: str = field.text("Routes", "Of a treatment: the routes it has, separated by semicolons; empty means any.")
    parent_id: str = field.term("populations", "Wider population", "Of a population: the wider one.", required=False)
    prior_failures_min: int = field.count("Failures, at least", "Of a population: fewest failed treatments.", "treatments")
    prior_failures_window: str = field.term(
        "failure_windows", "Failures counted over", "Of a population: the time over which failures count.", required=False
    )
    prior_failures_max: int = field.count("Failures, at most", "Of a population: most failed treatments.", "treatments")
    failure_improvement_below: float = field.number(
        "Failure, improvement below", "Of a population: improvement below which a treatment counts as failed.", "%"
    )
    failure_prospective: bool = field.flag("Failure observed", "Of a population: whether the trial itself observed one failure.")
    psychotic_allowed: bool = field.flag("Psychosis", "Of a population: whether people with psychotic features were eligible.")
    bipolar_allowed: bool = field.flag("Bipolar disorder", "Of a population: whether people with bipolar disorder were eligible.")
    age_min: int = field.count("Age, at least", "Of a population: the lowest age.", "years")
    age_max: int = field.count("Age, at most", "Of a population: the highest age.", "years")
    description: str = field.text("Description", "What the term means.", required=True)
    source: str = field.text("Source", "Where the meaning was read: a DOI, a PMID, a registration or a page.", required=True)
