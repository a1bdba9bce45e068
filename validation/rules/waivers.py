"""PKG, last part: the waivers that a package carries."""

from __future__ import annotations

from collections.abc import Iterator

from validation.rule import Problem, Severity, rule
from validation.subjects import DESCRIPTOR, WaiverBook

_SOURCE = "The registry's rules on waivers, docs/concepts.md"
_GOOD = {
    "rule": "OUT001",
    "where": {"study_id": "trial"},
    "reason": "The report prints it so, and its authors confirm it.",
    "approver": "A. Maintainer",
    "until": "2099-12-31",
}


@rule(
    "PKG040",
    stage="waivers",
    severity=Severity.ERROR,
    fix="Give the waiver `rule`, `where`, `reason`, `approver` and `until`.",
    source=_SOURCE,
    breaks=[
        {},
        "OUT001",
        {name: value for name, value in _GOOD.items() if name != "where"},
        {**_GOOD, "where": {}},
        {**_GOOD, "reason": ""},
        {**_GOOD, "until": "soon"},
        {**_GOOD, "rule": "PKG031"},
        {**_GOOD, "rule": "X"},
    ],
    keeps=[_GOOD],
)
def waiver_incomplete(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must say which rule it lifts, where, why, who approved it and until when.

    An exception without a reason is a rule that doesn't hold.
    """
    for i, fault in book.faults.items():
        yield Problem(f"waiver {i + 1}: {fault}", file=DESCRIPTOR, column="waivers")


@rule(
    "PKG041",
    stage="waivers",
    severity=Severity.WARNING,
    fix="Look at the finding again, and either mend it or renew the waiver.",
    source=_SOURCE,
    breaks=[{**_GOOD, "until": "2001-01-01"}],
    keeps=[_GOOD],
)
def waiver_expired(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must not be past its day.

    It was given for a time; what it covered stands again.
    """
    for i, waiver in book.understood.items():
        if book.expired(waiver):
            yield Problem(f"waiver {i + 1} ({waiver.rule}) ended on {waiver.until}", file=DESCRIPTOR, column="waivers")


@rule(
    "PKG042",
    stage="waivers",
    severity=Severity.WARNING,
    fix="Take the waiver out, or correct its `where`.",
    source=_SOURCE,
    breaks=[_GOOD],
    keeps=[{**_GOOD, "until": "2001-01-01"}],
)
def waiver_unused(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must cover at least one finding.

    One that covers nothing is left over, or misses what it was meant for.
    """
    for i, waiver in book.understood.items():
        if not book.used.get(i) and not book.expired(waiver):
            yield Problem(f"waiver {i + 1} ({waiver.rule}) covers no finding", file=DESCRIPTOR, column="waivers")
