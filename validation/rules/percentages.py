"""OUT: printed percentages, and counts calculated from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.outcome_words import IMPUTED
from validation.lazily import pl
from validation.printed import count_cut_off, counts_giving, denominators_giving, percent_of, quotient_fits, whole_between
from validation.rule import Severity, rule


def _counted() -> pl.Expr:
    """Whether the count is a real count: one imputed from a mean and a standard deviation is an estimate, and isn't checked."""
    return pl.col("value_origin").ne_missing(IMPUTED)


def _some_count_gives(n: str) -> pl.Expr:
    """Whether some whole number of people, from none to all, gives the printed percentage."""
    lowest, highest = whole_between(pl.col("percent_reported"), pl.col(n), 100)
    return lowest.clip(lower_bound=0) <= pl.min_horizontal(highest, n)


def _observed() -> pl.Expr:
    """Whether a percentage is of people: averaged over data sets in which missing values were filled in, or worked out by a model, it is a share of
    no whole number.
    """
    return pl.col("missing_data").ne_missing("multiple-imputation") & pl.col("missing_data").ne_missing("mmrm")


def _what_would_fit(row: Mapping[str, Any], n: str) -> dict[str, str]:
    near = row[n]
    most = min(max(row["arm_n_randomised"] or near + 20, near), near + 500)
    fitting = denominators_giving(row["percent_reported"], near, most)
    found = f"but is of {_any_of(fitting)}" if fitting else f"nor of any number near it, up to {most}"
    if (count := count_cut_off(row["percent_reported"], near)) is not None:
        found += f"; cut off and not rounded, it is {count} ({percent_of(count, near, row['percent_reported'])})"
    return {"fitting": found}


def _what_it_gives(row: Mapping[str, Any], n: str) -> dict[str, str]:
    text, events, randomised = row["percent_reported"], row["events"], row["arm_n_randomised"]
    given = f"{percent_of(events, row[n], text)}; {text}% would be {_any_of(counts_giving(text, row[n]))}"
    if randomised and randomised != row[n] and events in counts_giving(text, randomised):
        given += f", or {events} of the {randomised} randomised"
    return {"given": given}


def _any_of(numbers: Sequence[int]) -> str:
    if isinstance(numbers, range) and len(numbers) > 5:
        return f"anything from {numbers[0]} to {numbers[-1]}"
    *others, last = map(str, numbers)
    return f"{', '.join(others)} or {last}" if others else last


_MISPRINT = "Read the cell and its denominator again. Keep a misprint of the source as printed, and add a waiver."


@rule(
    "OUT003",
    table="outcomes_in_context",
    severity=Severity.ERROR,
    fix=_MISPRINT,
    source="Brown & Heathers 2017 (GRIM); PMC5838571 table 2",
    columns=("percent_reported", "events", "n_analysed"),
    inspect_sr="results",
    message="`percent_reported` ({percent_reported}) must be what `events` ({events}) of `n_analysed` ({n_analysed}) give:"
    " {given}",
    details=lambda row: _what_it_gives(row, "n_analysed"),
    breaks=[
        {"percent_reported": "61.4", "events": 70, "n_analysed": 101},
        {"percent_reported": "60.0", "events": 121, "n_analysed": 200},
        {"percent_reported": "59.405940594059405", "events": 70, "n_analysed": 101},
    ],
    keeps=[
        {"percent_reported": "69.3", "events": 70, "n_analysed": 101},
        {"percent_reported": "59.405940594059405", "events": 60, "n_analysed": 101},
        {"percent_reported": "12", "events": 1, "n_analysed": 8},
        {"percent_reported": "13", "events": 1, "n_analysed": 8},
        {"percent_reported": "100", "events": 40, "n_analysed": 40},
    ],
)
def percent_not_given_by_events() -> pl.Expr:
    """A printed percentage must be what events and analysed give, at the printed precision.

    A half may be rounded up or to the even digit. A percentage of other people, such as those randomised, belongs in
    another row. If no count gives the percentage, another rule reports it.
    """
    fits = quotient_fits(pl.col("percent_reported"), pl.col("events"), pl.col("n_analysed"))
    return pl.when(_counted() & _observed() & _some_count_gives("n_analysed")).then(fits)


@rule(
    "OUT004",
    table="outcomes_in_context",
    severity=Severity.ERROR,
    fix=_MISPRINT,
    source="Brown & Heathers 2017 (GRIM); NCT03113968: 41.1% of 170 is printed",
    columns=("percent_reported", "n_analysed"),
    inspect_sr="results",
    message="`percent_reported` ({percent_reported}) isn't a whole number of people out of `n_analysed` ({n_analysed}), {fitting}",
    details=lambda row: _what_would_fit(row, "n_analysed"),
    breaks=[
        {"percent_reported": "41.1", "n_analysed": 170},
        {"percent_reported": "42", "n_analysed": 41},
        {"percent_reported": "101", "n_analysed": 400},
        {"percent_reported": "-5.0", "n_analysed": 40},
        {"percent_reported": "66.6", "n_analysed": 30},
        {"percent_reported": "59.405940594059405", "n_analysed": 100},
    ],
    keeps=[
        {"percent_reported": "41.2", "n_analysed": 170},
        {"percent_reported": "41", "n_analysed": 41},
        {"percent_reported": "0.0", "n_analysed": 40},
        {"percent_reported": "41.1", "n_analysed": 2000},
        {"percent_reported": "100.00000000000000", "n_analysed": 40},
    ],
)
def percent_no_count_gives() -> pl.Expr:
    """A printed percentage must be one that some whole number of the participants analysed can give.

    With few people only few percentages are possible. An impossible one has another denominator, or a wrong digit. An average over multiple
    imputations, or a mixed model's percentage, is of no whole number, and isn't judged.
    """
    return pl.when(_counted() & _observed()).then(_some_count_gives("n_analysed"))


@rule(
    "OUT005",
    table="outcomes_in_context",
    severity=Severity.WARNING,
    fix="Look for the count itself; a registry record often has it. Until then, say in a waiver why you chose this one.",
    source="registry convention",
    columns=("events", "percent_reported", "n_analysed"),
    message="`percent_reported` ({percent_reported}) of `n_analysed` ({n_analysed}) may be {counts}; `events` ({events}) was"
    " calculated from it",
    details=lambda row: {"counts": _any_of(counts_giving(row["percent_reported"], row["n_analysed"]))},
    breaks=[
        {"value_origin": "derived-from-percent", "percent_reported": "41", "n_analysed": 200, "events": 82},
        {"value_origin": "derived-from-percent", "percent_reported": "1", "n_analysed": 150, "events": 2},
    ],
    keeps=[
        {"value_origin": "derived-from-percent", "percent_reported": "69.3", "n_analysed": 101, "events": 70},
        {"value_origin": "derived-from-percent", "percent_reported": "41", "n_analysed": 100, "events": 41},
    ],
)
def derived_count_ambiguous() -> pl.Expr:
    """A count calculated from a percentage must be the only whole number that gives it.

    With many people several counts give the same printed percentage. The count is then a guess, and nothing marks it as one.
    """
    lowest, highest = whole_between(pl.col("percent_reported"), pl.col("n_analysed"), 100)
    lowest, highest = lowest.clip(lower_bound=0), pl.min_horizontal(highest, "n_analysed")
    derived = (pl.col("value_origin") == "derived-from-percent") & pl.col("events").is_not_null()
    return pl.when(derived & (lowest <= highest)).then(lowest == highest)


@rule(
    "OUT012",
    table="outcomes",
    severity=Severity.WARNING,
    fix="Enter the percentage as printed, in `percent_reported`.",
    source="registry convention",
    columns=("percent_reported", "value_origin"),
    breaks=[{"value_origin": "derived-from-percent", "events": 70, "n_analysed": 101}],
    keeps=[
        {"value_origin": "derived-from-percent", "events": 70, "n_analysed": 101, "percent_reported": "69.3"},
        {"value_origin": "derived-from-percent", "percent_reported": "69"},
    ],
)
def derived_count_without_percent() -> pl.Expr:
    """A count calculated from a percentage must have the percentage next to it.

    Without it nobody can recalculate the count.
    """
    return pl.when(pl.col("value_origin") == "derived-from-percent").then(pl.col("percent_reported").is_not_null())


@rule(
    "OUT014",
    table="harms_in_context",
    severity=Severity.ERROR,
    fix=_MISPRINT,
    source="Brown & Heathers 2017 (GRIM)",
    columns=("percent_reported", "events", "n_at_risk"),
    inspect_sr="results",
    message="`percent_reported` ({percent_reported}) must be what `events` ({events}) of `n_at_risk` ({n_at_risk}) give: {given}",
    details=lambda row: _what_it_gives(row, "n_at_risk"),
    breaks=[{"percent_reported": "26.1", "events": 24, "n_at_risk": 115}],
    keeps=[
        {"percent_reported": "20.9", "events": 24, "n_at_risk": 115},
        {"percent_reported": "0", "events": 0, "n_at_risk": 115},
    ],
)
def harm_percent_not_given_by_events() -> pl.Expr:
    """A printed percentage with an adverse event must be what events and at risk give, at the printed precision.

    Tables of harms are long and copied by hand; the percentage next to the count shows when a line slipped.
    """
    fits = quotient_fits(pl.col("percent_reported"), pl.col("events"), pl.col("n_at_risk"))
    return pl.when(_counted() & _some_count_gives("n_at_risk")).then(fits)


@rule(
    "OUT015",
    table="harms_in_context",
    severity=Severity.ERROR,
    fix=_MISPRINT,
    source="Brown & Heathers 2017 (GRIM)",
    columns=("percent_reported", "n_at_risk"),
    inspect_sr="results",
    message="`percent_reported` ({percent_reported}) isn't a whole number of people out of `n_at_risk` ({n_at_risk}), {fitting}",
    details=lambda row: _what_would_fit(row, "n_at_risk"),
    breaks=[{"percent_reported": "41.1", "n_at_risk": 170}],
    keeps=[{"percent_reported": "41.2", "n_at_risk": 170}, {"percent_reported": "100.0", "n_at_risk": 170}],
)
def harm_percent_no_count_gives() -> pl.Expr:
    """A printed percentage with an adverse event must be one that some whole number of those at risk can give.

    An impossible one has another denominator, or a wrong digit.
    """
    return pl.when(_counted()).then(_some_count_gives("n_at_risk"))
