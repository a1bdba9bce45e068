"""REG: how much is stated about a package's figures, and whether its rates are in the usual range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validation.expectations import expect
from validation.rule import Severity, rule

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

MOST = 50
"""Percentage of a package's figures that must state a property. Below it, most of the package can't enter a pooled comparison."""

_CONVENTION = "registry convention: `unstated` is allowed, counted, shown, and kept out of pooled comparisons"
_STATED = {"package": "review-a", "figures": 200, "definition": 92.6, "population": 100.0, "analysis_set": 68.0, "source": 100.0}
_LIE = {
    "package": "review-a",
    "outcome": "response",
    "given": "treatment",
    "others": 407,
    "rates": 91,
    "least": 3.2,
    "most": 96.8,
}


@rule(
    "REG020",
    relation="coverage",
    severity=Severity.ERROR,
    message="{source}% of the figures of `{package}` ({figures}) have a source that can be found",
    fix="Give every figure a source, and every source a DOI, a PubMed number, an address, or the SHA-256 of the file that was read.",
    source="registry convention: no figure without a source",
    breaks=[{**_STATED, "source": 99.5}],
    keeps=[_STATED],
)
def counts_without_source() -> Expectation:
    """Every figure must have a source that can be found.

    Validation checks each package. This rule checks the database: it notices rows that lost their source on the way
    in.
    """
    return expect.ExpectColumnValuesToBeBetween(column="source", min_value=100)


@rule(
    "REG021",
    relation="coverage",
    severity=Severity.NOTE,
    message="`{package}` states the definition of {definition}% of its counts",
    fix="Look up the cut-off and the version of the scale in the trials' reports; add a new definition to the vocabulary, with its source.",
    source=f"10.1002/da.23200: 98 trials had 53 definitions of response and 47 of remission. {_CONVENTION}",
    breaks=[{**_STATED, "definition": 48.2}],
    keeps=[_STATED, {**_STATED, "definition": MOST}],
)
def definitions_mostly_unstated() -> Expectation:
    """A package should state the definition of at least half of its counts.

    For the others, what counted as response or remission is unknown, so they are never pooled. A package that consists mostly of such
    counts can be read, but not compared.
    """
    return expect.ExpectColumnValuesToBeBetween(column="definition", min_value=MOST)


@rule(
    "REG022",
    relation="coverage",
    severity=Severity.NOTE,
    message="`{package}` states the population of {population}% of its figures ({figures})",
    fix="Look up who was eligible for the trials, and choose the nearest population in the vocabulary.",
    source=f"10.1002/wps.21120, on what treatment-resistant is taken to mean. {_CONVENTION}",
    breaks=[{**_STATED, "population": 30.0}],
    keeps=[_STATED, {**_STATED, "population": MOST}],
)
def populations_mostly_unstated() -> Expectation:
    """A package should state the population of at least half of its figures.

    Rates from trials that exclude treatment-resistant patients can't be compared with rates from trials that require them. If the population
    is unstated, nobody can tell which kind a figure is.
    """
    return expect.ExpectColumnValuesToBeBetween(column="population", min_value=MOST)


@rule(
    "REG023",
    relation="coverage",
    severity=Severity.NOTE,
    message="`{package}` states the analysis set of {analysis_set}% of its figures ({figures})",
    fix="Compare the denominators with the numbers randomised, treated and observed, and look up the set in the trials' reports.",
    source=f"10.2147/CLEP.S242080: of 638 trials in 100 reviews, 397 didn't tell how missing data were handled. {_CONVENTION}",
    inspect_sr="results",
    breaks=[{**_STATED, "analysis_set": 0.0}],
    keeps=[_STATED, {**_STATED, "analysis_set": MOST}],
)
def analysis_sets_mostly_unstated() -> Expectation:
    """A package should state the analysis set of at least half of its figures; adverse events have none.

    One trial's response is 69.3% of those observed and 61.4% of those randomised. A denominator without an analysis set may be
    either.
    """
    return expect.ExpectColumnValuesToBeBetween(column="analysis_set", min_value=MOST)


@rule(
    "REG030",
    relation="rates",
    severity=Severity.WARNING,
    message="`{package}`: {beyond} of {rates} rates of {outcome} under {given} are beyond {least}% to {most}%, the outer fences of "
    "the registry's {others} rates; the most extreme is {farthest}",
    fix="Look up the count in the source: were events and participants swapped, a percentage entered as a count, or those without the "
    "event counted instead of those with it?",
    source="Tukey 1977, Exploratory Data Analysis: outer fences, three interquartile ranges from the quartiles; 10.1080/01621459.1927.10502953",
    inspect_sr="results",
    breaks=[{**_LIE, "beyond": 1, "farthest": "170/170 (100%) in trial-1, drug, response.madrs.ge50pct, day 56"}],
    keeps=[{**_LIE, "beyond": 0, "farthest": "158/177 (89.3%) in trial-2, drug, response.madrs.ge50pct, day 168"}],
)
def rates_out_of_range() -> Expectation:
    """No rate may be, with its whole 95% interval, beyond the outer fences of the registry's rates of that outcome.

    The fences are computed from the registry, on the logit scale, for placebo and for everything else, where there are
    at least twenty rates. A small arm may have any rate, as its wide interval shows; a large arm beyond the fences is nearly always a mistake.
    """
    return expect.ExpectColumnValuesToBeBetween(column="beyond", max_value=0)


_SPREAD = {
    "package": "review-a",
    "study_id": "trial-1",
    "instrument_id": "hamd17",
    "statistic": "endpoint",
    "means": 2,
    "scaled": 7.4,
    "looks": "standard errors: times √n",
    "usual": 7.5,
    "others": 300,
}


@rule(
    "REG031",
    relation="spreads",
    severity=Severity.WARNING,
    message="`{package}`, `{study_id}`: all {means} standard deviations of {instrument_id} ({statistic}; median {sd}) look like {looks} they "
    "are {scaled}, and the usual one of {others} other studies is {usual}",
    fix="Check whether the source says SE, SEM or 95% CI in every arm. The standard deviation is the standard error times √n.",
    source="Cochrane Handbook 6.4, sections 6.5.2.2 and 6.5.2.3",
    inspect_sr="results",
    breaks=[{**_SPREAD, "sd": 0.74, "errors": 1}],
    keeps=[{**_SPREAD, "sd": 6.8, "scaled": 68.0, "errors": 0}],
)
def spreads_are_standard_errors() -> Expectation:
    """The standard deviations of a study must not all be standard errors, nor halves of confidence intervals.

    SCR007 sees one among others of its study. Where every arm has one, only other studies of the scale tell: all are below a third of what is usual, and
    times √n like it. So are halves of 95% intervals, times √n / 1.96.
    """
    return expect.ExpectColumnValuesToBeBetween(column="errors", max_value=0)
