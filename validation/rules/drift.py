"""REG, third part: what has changed since the last release, the latest accepted version of each package that isn't retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validation.expectations import expect
from validation.rule import Severity, rule

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

CHANGED = 5
"""Percent of a package's figures that may have other values. A correction touches a few; a slip in a mapping touches a column."""

FALL = 5
"""Percentage points by which the share of a stated word may fall: what a few new studies with unstated words do to a package."""

_RELEASE = {"package": "review-a", "version": "1.2.0"}
_APPEND = "registry convention: what was accepted is never deleted, only retracted, with a reason"
_SIGNS = "a living database of psychotherapy trials once had 200 of 201 effect sizes change sign in a patch release"


@rule(
    "REG040",
    relation="packages-since",
    severity=Severity.ERROR,
    message="`{package}` {version} was accepted and is not retracted, and in the registry it is {state}",
    fix="Put the package back, or mend it; if it is to go, retract it with a reason: `outcomes retract PACKAGE --reason …`.",
    source=_APPEND,
    breaks=[{**_RELEASE, "state": "gone", "kept": False}, {**_RELEASE, "state": "invalid", "kept": False}],
    keeps=[{**_RELEASE, "state": "valid", "kept": True}],
)
def package_lost() -> Expectation:
    """Every package of the last release that isn't retracted must be in the registry.

    Somebody's analysis stands on it. A registry that is built without it answers the same query with other trials, and says nothing.
    """
    return expect.ExpectColumnValuesToBeInSet(column="kept", value_set=[True])


@rule(
    "REG041",
    relation="studies-since",
    severity=Severity.WARNING,
    message="{gone} of the {studies} studies of `{package}` {version} are gone: {which}",
    fix="If they were left out on purpose, say so in the package's changes and accept it as a new major version; else put them back.",
    source=_APPEND,
    breaks=[{**_RELEASE, "studies": 43, "gone": 1, "which": "burke-2002"}],
    keeps=[{**_RELEASE, "studies": 43, "gone": 0}],
)
def studies_lost() -> Expectation:
    """Every study of the last release should still be in its package.

    A study that is renamed or left out takes its arms and results along, and a filter that has dropped one too many looks like this.
    """
    return expect.ExpectColumnValuesToBeBetween(column="gone", max_value=0)


@rule(
    "REG042",
    relation="rows-since",
    severity=Severity.WARNING,
    message="`{table_name}` of `{package}` had {before} rows in {version} and has {now}",
    fix="See what is missing: `outcomes diff PACKAGE@VERSION PACKAGE` lists it. If it is meant, accept the package as a new version.",
    source=_APPEND,
    breaks=[{**_RELEASE, "table_name": "outcomes", "before": 486, "now": 485}],
    keeps=[
        {**_RELEASE, "table_name": "outcomes", "before": 486, "now": 486},
        {**_RELEASE, "table_name": "outcomes", "before": 486, "now": 500},
    ],
)
def rows_lost() -> Expectation:
    """No table of a package should have fewer rows than in the last release.

    Figures are corrected and added. Fewer of them means that some can't be found any more by whoever cited them.
    """
    return expect.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="now", column_B="before", or_equal=True, ignore_row_if="either_value_is_missing"
    )


@rule(
    "REG043",
    relation="figures-since",
    severity=Severity.WARNING,
    message="{changed} of {figures} figures in `{table_name}` of `{package}` have other values than in {version}",
    fix="Look at the pattern: `outcomes diff PACKAGE@VERSION PACKAGE` tells signs that turned, arms that were swapped and units that changed.",
    source=f"{_SIGNS}; 5%, since a correction touches a few figures and a slip in a mapping touches a column",
    inspect_sr="results",
    breaks=[{**_RELEASE, "table_name": "scores", "figures": 201, "changed": 200, "percent": 99.5}],
    keeps=[
        {**_RELEASE, "table_name": "scores", "figures": 201, "changed": 2, "percent": 1.0},
        {**_RELEASE, "table_name": "scores", "figures": 6, "changed": 2},
    ],
)
def figures_changed() -> Expectation:
    """Of the counts and means that were in the last release, at most 5% should have other values.

    What a source prints doesn't change. Where many figures did at once, something was read, joined or signed in another way. Packages
    with fewer than twenty such figures are not looked at.
    """
    return expect.ExpectColumnValuesToBeBetween(column="percent", max_value=CHANGED)


@rule(
    "REG044",
    relation="coverage-since",
    severity=Severity.WARNING,
    message="the {word} was stated of {before}% of the counts of `{package}` {version}, and is of {now}%",
    fix="See which rows lost the word, and whether the rows that came in must be without it.",
    source="10.2147/CLEP.S242080; 5 points, since a few new studies with unstated words lower a share a little",
    breaks=[{**_RELEASE, "word": "definition", "before": 92.7, "now": 48.2, "fall": 44.5}],
    keeps=[
        {**_RELEASE, "word": "definition", "before": 92.7, "now": 90.1, "fall": 2.6},
        {**_RELEASE, "word": "definition", "before": 48.2, "now": 92.7, "fall": -44.5},
    ],
)
def coverage_fell() -> Expectation:
    """The share of counts of which a word is stated should not fall by more than 5 points since the last release.

    Words are lost where a column is renamed in a source or a mapping no longer meets it: everything still validates, and less of it can be
    compared.
    """
    return expect.ExpectColumnValuesToBeBetween(column="fall", max_value=FALL)


@rule(
    "REG045",
    relation="rates-since",
    severity=Severity.WARNING,
    message="the rates of {outcome} in `{package}` have moved since {version}: the two distributions ({before} and {now} rates) are {distance} "
    "apart, and chance would leave them within {most}",
    fix="Compare the rates then and now, by `outcomes diff PACKAGE@VERSION PACKAGE`: were the new rows read as the old ones were?",
    source="Smirnov 1948, 10.1214/aoms/1177730256: the distance of two empirical distributions, its critical value at 1%",
    inspect_sr="results",
    breaks=[{**_RELEASE, "outcome": "response", "before": 102, "now": 102, "distance": 0.588, "most": 0.228}],
    keeps=[{**_RELEASE, "outcome": "response", "before": 102, "now": 120, "distance": 0.05, "most": 0.219}],
)
def rates_moved() -> Expectation:
    """The rates of an outcome in a package should be distributed as they were in the last release.

    Most of the rates are the same as before, so that a distance which even two independent samples would rarely have means that a good part
    of them is of another kind: other events, other denominators, another unit.
    """
    return expect.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="most", column_B="distance", or_equal=True, ignore_row_if="either_value_is_missing"
    )
