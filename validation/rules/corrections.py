"""SRC: whether a source was corrected or retracted, and when somebody looked."""

from __future__ import annotations

from datetime import date

from validation.lazily import pl
from validation.rule import INSPECT_SR, Severity, rule

_LOOKED_UP = ["none-found", "erratum", "expression-of-concern", "reinstated"]
"""What was found by a search that has to be made again."""


@rule(
    "SRC005",
    table="sources_in_use",
    severity=Severity.ERROR,
    fix="Remove the rows; the source itself may stay, so that nobody enters it again.",
    source=INSPECT_SR,
    columns=("correction_status",),
    inspect_sr="post-publication notices",
    message="`{source_id}` is retracted; rows that use it: {figures}",
    breaks=[{"correction_status": "retracted", "figures": 1}],
    keeps=[
        {"correction_status": "retracted", "figures": 0},
        {"correction_status": "none-found", "figures": 12},
    ],
)
def retracted_source_in_use() -> pl.Expr:
    """No figure may come from a retracted source.

    Retracted trials are pooled for years, because nobody checks again.
    """
    status = pl.col("correction_status")
    return pl.when(status == "retracted").then(pl.col("figures") == 0).when(status.is_not_null()).then(pl.lit(True))


_WITHOUT_NOTICES = (
    "registry-record",
    "data-set",
    "regulatory-document",
    "web-page",
    "personal-communication",
    "conference-poster",
)


@rule(
    "SRC006",
    table="sources",
    severity=Severity.WARNING,
    fix="Search for corrections and retractions, and enter the result with the date.",
    source=INSPECT_SR,
    columns=("correction_status",),
    inspect_sr="post-publication notices",
    breaks=[
        {"correction_status": "unchecked", "kind": "journal-article"},
        {"correction_status": "unchecked", "kind": "data-set", "doi": "10.1000/xyz123"},
    ],
    keeps=[
        {"correction_status": "none-found", "kind": "journal-article"},
        {"correction_status": "erratum", "kind": "journal-article"},
    ],
)
def corrections_unchecked() -> pl.Expr:
    """Somebody must have looked for corrections to a source.

    Some reviews and trials of antidepressants have errata that change their figures. Pages, records, data sets and documents of authorities
    that have neither DOI nor PubMed number are changed in place, and posters without them are shown once: nothing is published that could
    be looked for.
    """
    unpublished = pl.col("kind").is_in(_WITHOUT_NOTICES) & pl.col("doi").is_null() & pl.col("pmid").is_null()
    return pl.when(~unpublished.fill_null(value=False)).then(pl.col("correction_status") != "unchecked")


@rule(
    "SRC007",
    table="sources_in_use",
    severity=Severity.WARNING,
    fix="Search again, and enter the date.",
    source=INSPECT_SR,
    columns=("checked_on",),
    inspect_sr="post-publication notices",
    message="corrections to `{source_id}` must have been looked up within the last year; the last search was on {checked_on}",
    breaks=[{"correction_status": "none-found", "checked_on": date(2025, 1, 1), "today": date(2026, 1, 2)}],
    keeps=[
        {"correction_status": "none-found", "checked_on": date(2025, 1, 1), "today": date(2026, 1, 1)},
        {"correction_status": "erratum", "checked_on": date(2026, 1, 1), "today": date(2026, 1, 1)},
    ],
)
def corrections_checked_long_ago() -> pl.Expr:
    """Somebody must have looked for corrections to a source within the last year.

    Most retractions come years after the report.
    """
    looked_up = pl.col("correction_status").is_in(_LOOKED_UP)
    return pl.when(looked_up).then(pl.col("today") <= pl.col("checked_on").dt.offset_by("1y"))


@rule(
    "SRC008",
    table="sources",
    severity=Severity.WARNING,
    fix="Enter the date of the search.",
    source=INSPECT_SR,
    columns=("checked_on", "correction_status"),
    inspect_sr="post-publication notices",
    breaks=[{"correction_status": "none-found"}],
    keeps=[
        {"correction_status": "none-found", "checked_on": date(2026, 1, 1)},
        {"correction_status": "erratum", "checked_on": date(2026, 1, 1)},
    ],
)
def corrections_checked_on_no_day() -> pl.Expr:
    """A search for corrections must have a date.

    "None found" is true only up to the day of the search.
    """
    looked_up = pl.col("correction_status").is_in(_LOOKED_UP)
    return pl.when(looked_up).then(pl.col("checked_on").is_not_null())


@rule(
    "SRC012",
    table="sources_in_use",
    severity=Severity.NOTE,
    fix="Read the correction. If it changes a figure, enter the corrected one with the correction as its source.",
    source="10.1101/2025.09.03.25334905 (INSPECT-SR); 10.1016/j.jad.2020.11.103 is an erratum to a meta-analysis of ketamine",
    columns=("correction_status",),
    inspect_sr="post-publication notices",
    message="`{source_id}` has an erratum; rows that use it: {figures}",
    breaks=[{"correction_status": "erratum", "figures": 12}],
    keeps=[
        {"correction_status": "none-found", "figures": 12},
        {"correction_status": "erratum", "figures": 0},
    ],
)
def corrected_source_in_use() -> pl.Expr:
    """Figures should not come from a corrected report unless somebody has read the correction.

    People keep reading the report as first printed.
    """
    status = pl.col("correction_status")
    return pl.when(status == "erratum").then(pl.col("figures") == 0).when(status.is_not_null()).then(pl.lit(True))
