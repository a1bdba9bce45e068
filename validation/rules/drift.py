"""REG: what has changed since the last release, the latest accepted version of each package that isn't retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validation.expectations import expect
from validation.rule import Severity, rule

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

CHANGED = 5
"""Percent of a package's figures that may have other values. A correction touches a few; a slip in a mapping touches a column."""

FALL = 5
"""Percentage points by which the share that states a property may fall: the effect of a few new studies that leave it unstated."""

_RELEASE = {"package": "review-a", "version": "1.2.0"}
_APPEND = "registry convention: what was accepted is never deleted, only retracted, with a reason"
_SIGNS = "a living database of psychotherapy trials once had 200 of 201 effect sizes change sign in a patch release"


@rule(
    "REG040",
    relation="packages-since",
    severity=Severity.ERROR,
    message="`{package}` {version} was accepted and not retracted, but in the registry it is {state}",
    fix="Restore the package, or fix it; to remove it, retract it with a reason: `outcomes retract PACKAGE --reason …`.",
    source=_APPEND,
    breaks=[{**_RELEASE, "state": "gone", "kept": False}, {**_RELEASE, "state": "invalid", "kept": False}],
    keeps=[{**_RELEASE, "state": "valid", "kept": True}],
)
def package_lost() -> Expectation:
    """Every package of the last release that isn't retracted must be in the registry.

    Somebody's analysis depends on it. A registry built without it answers the same query with other trials, without a warning.
    """
    return expect.ExpectColumnValuesToBeInSet(column="kept", value_set=[True])


@rule(
    "REG041",
    relation="studies-since",
    severity=Severity.WARNING,
    message="`{package}` {version} had studies that are gone ({gone} of {studies}): {which}",
    fix="If they were left out on purpose, say so in the package's changes and accept it as a new major version; otherwise put them back.",
    source=_APPEND,
    breaks=[{**_RELEASE, "studies": 43, "gone": 1, "which": "burke-2002"}],
    keeps=[{**_RELEASE, "studies": 43, "gone": 0}],
)
def studies_lost() -> Expectation:
    """Every study of the last release should still be in its package.

    A study that is renamed or left out takes its arms and results with it. A filter that drops too much has the same effect.
    """
    return expect.ExpectColumnValuesToBeBetween(column="gone", max_value=0)


@rule(
    "REG042",
    relation="rows-since",
    severity=Severity.WARNING,
    message="rows of `{table_name}` of `{package}`: {before} in {version}, {now} now",
    fix="See what is missing: `outcomes diff PACKAGE@VERSION PACKAGE` lists it. If it is intended, accept the package as a new version.",
    source=_APPEND,
    breaks=[{**_RELEASE, "table_name": "outcomes", "before": 486, "now": 485}],
    keeps=[
        {**_RELEASE, "table_name": "outcomes", "before": 486, "now": 486},
        {**_RELEASE, "table_name": "outcomes", "before": 486, "now": 500},
    ],
)
def rows_lost() -> Expectation:
    """No table of a package should have fewer rows than in the last release.

    Figures may be corrected and added. If there are fewer, people who cited the missing ones can't find them any more.
    """
    return expect.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="now", column_B="before", or_equal=True, ignore_row_if="either_value_is_missing"
    )


@rule(
    "REG043",
    relation="figures-since",
    severity=Severity.WARNING,
    message="figures in `{table_name}` of `{package}` with other values than in {version}: {changed} of {figures}",
    fix="Look at the pattern: `outcomes diff PACKAGE@VERSION PACKAGE` shows flipped signs, swapped arms and changed units.",
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

    What a source prints doesn't change. If many figures changed at once, something was read, joined or signed differently. Packages
    with fewer than twenty such figures aren't checked.
    """
    return expect.ExpectColumnValuesToBeBetween(column="percent", max_value=CHANGED)


@rule(
    "REG044",
    relation="coverage-since",
    severity=Severity.WARNING,
    message="`{package}`: {before}% of the counts stated the {word} in {version}, and {now}% do now",
    fix="See which rows lost it, and whether the new rows really can't state it.",
    source="10.2147/CLEP.S242080; 5 points, since a few new studies that leave something unstated lower a share a little",
    breaks=[{**_RELEASE, "word": "definition", "before": 92.7, "now": 48.2, "fall": 44.5}],
    keeps=[
        {**_RELEASE, "word": "definition", "before": 92.7, "now": 90.1, "fall": 2.6},
        {**_RELEASE, "word": "definition", "before": 48.2, "now": 92.7, "fall": -44.5},
    ],
)
def coverage_fell() -> Expectation:
    """The share of counts that state a property should not fall by more than 5 points since the last release.

    A property is lost when a source renames a column or a mapping no longer matches it: everything still validates, but less of it can be
    compared.
    """
    return expect.ExpectColumnValuesToBeBetween(column="fall", max_value=FALL)


@rule(
    "REG045",
    relation="rates-since",
    severity=Severity.WARNING,
    message="the rates of {outcome} in `{package}` have shifted since {version}: the two distributions ({before} and {now} rates) are {distance} "
    "apart; chance alone would keep them within {most}",
    fix="Compare the rates then and now with `outcomes diff PACKAGE@VERSION PACKAGE`: were the new rows read like the old ones?",
    source="Smirnov 1948, 10.1214/aoms/1177730256: the distance of two empirical distributions, its critical value at 1%",
    inspect_sr="results",
    breaks=[{**_RELEASE, "outcome": "response", "before": 102, "now": 102, "distance": 0.588, "most": 0.228}],
    keeps=[{**_RELEASE, "outcome": "response", "before": 102, "now": 120, "distance": 0.05, "most": 0.219}],
)
def rates_moved() -> Expectation:
    """The rates of an outcome in a package should be distributed as they were in the last release.

    Most rates should be the same as before. If they differ more than two independent samples usually would, a good part
    of them is of another kind: other events, other denominators, another unit.
    """
    return expect.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="most", column_B="distance", or_equal=True, ignore_row_if="either_value_is_missing"
    )
