"""REG, second part: how much is stated of a package's figures, and whether its rates lie where rates lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validation.expectations import expect
from validation.rule import Severity, rule

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

MOST = 50
"""Percentage of a package's figures of which a word must be stated. Below it, most of the package can't enter a pooled comparison."""

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
    message="`{package}` has {figures} figures, and {source}% of them have a source that can be found",
    fix="Give every figure a source, and every source a DOI, a PubMed number, an address, or the SHA-256 of the file that was read.",
    source="registry convention: no figure without a source",
    breaks=[{**_STATED, "source": 99.5}],
    keeps=[_STATED],
)
def counts_without_source() -> Expectation:
    """Every figure must have a source that can be found.

    Each package is held to it by itself. This holds the database to it: a row that lost its source on the way in would otherwise be taken
    for one that has it.
    """
    return expect.ExpectColumnValuesToBeBetween(column="source", min_value=100)


@rule(
    "REG021",
    relation="coverage",
    severity=Severity.NOTE,
    message="`{package}` states the definition of {definition}% of its counts",
    fix="Look the cut-off and the version of the scale up in the trials' reports; a new definition goes into the vocabulary, with its source.",
    source=f"10.1002/da.23200: 98 trials had 53 definitions of response and 47 of remission. {_CONVENTION}",
    breaks=[{**_STATED, "definition": 48.2}],
    keeps=[_STATED, {**_STATED, "definition": MOST}],
)
def definitions_mostly_unstated() -> Expectation:
    """A package should state the definition of at least half of its counts.

    What counted as response or remission is unknown of the others, so that they are pooled with nothing. A package that consists of such
    counts for the most part can be looked at, and not compared.
    """
    return expect.ExpectColumnValuesToBeBetween(column="definition", min_value=MOST)


@rule(
    "REG022",
    relation="coverage",
    severity=Severity.NOTE,
    message="`{package}` states the population of {population}% of its {figures} figures",
    fix="Look up whom the trials let in, and file them under the nearest population of the vocabulary.",
    source=f"10.1002/wps.21120, on what treatment-resistant is taken to mean. {_CONVENTION}",
    breaks=[{**_STATED, "population": 30.0}],
    keeps=[_STATED, {**_STATED, "population": MOST}],
)
def populations_mostly_unstated() -> Expectation:
    """A package should state the population of at least half of its figures.

    Rates of trials that exclude treatment-resistant patients and of trials that require them meet in no common population. Without the word
    nobody can tell which of them a figure is of.
    """
    return expect.ExpectColumnValuesToBeBetween(column="population", min_value=MOST)


@rule(
    "REG023",
    relation="coverage",
    severity=Severity.NOTE,
    message="`{package}` states the analysis set of {analysis_set}% of its {figures} figures",
    fix="Compare the denominators with the numbers randomised, treated and seen, and look the set up in the trials' reports.",
    source=f"10.2147/CLEP.S242080: of 638 trials in 100 reviews, 397 didn't tell how missing data were handled. {_CONVENTION}",
    inspect_sr="results",
    breaks=[{**_STATED, "analysis_set": 0.0}],
    keeps=[_STATED, {**_STATED, "analysis_set": MOST}],
)
def analysis_sets_mostly_unstated() -> Expectation:
    """A package should state the analysis set of at least half of its figures; adverse events have none.

    One trial's response is 69.3% of those observed and 61.4% of those randomised. A denominator of which nobody says whom it holds may be
    either.
    """
    return expect.ExpectColumnValuesToBeBetween(column="analysis_set", min_value=MOST)


@rule(
    "REG030",
    relation="rates",
    severity=Severity.WARNING,
    message="of `{package}`, {beyond} of {rates} rates of {outcome} under {given} lie beyond {least}% to {most}%, where the outer fences of "
    "the registry's {others} are; the farthest is {farthest}",
    fix="Look the count up in the source: were events and participants swapped, was a percentage taken for a count, or those without the "
    "event for those with it?",
    source="Tukey 1977, Exploratory Data Analysis: outer fences, three interquartile ranges from the quartiles; 10.1080/01621459.1927.10502953",
    inspect_sr="results",
    breaks=[{**_LIE, "beyond": 1, "farthest": "170/170 (100%) in trial-1, drug, response.madrs.ge50pct, day 56"}],
    keeps=[{**_LIE, "beyond": 0, "farthest": "158/177 (89.3%) in trial-2, drug, response.madrs.ge50pct, day 168"}],
)
def rates_out_of_range() -> Expectation:
    """No rate may lie, with its whole 95% interval, beyond the outer fences of the registry's rates of that outcome.

    The range is not made up: it is the registry's own, on the scale of the logit, for placebo and for everything else, where there are
    twenty rates or more. A small arm may have any rate, and its interval says so; a large one beyond the fences is nearly always a slip.
    """
    return expect.ExpectColumnValuesToBeBetween(column="beyond", max_value=0)
