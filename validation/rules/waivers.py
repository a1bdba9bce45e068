"""PKG, last part: the waivers that a package carries."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from validation.hints import shown
from validation.rule import Problem, Severity, rule
from validation.subjects import DESCRIPTOR
from validation.waiving import YEARS, WaiverBook, horizon, is_nobody

_SOURCE = "The registry's rules on waivers, docs/concepts.md"
_WHERE = {
    "study_id": "trial",
    "arm_id": "drug",
    "definition_id": "response.madrs.ge50pct",
    "timepoint_days": "56",
    "analysis_set": "randomised",
}
_GOOD = {
    "rule": "OUT001",
    "where": _WHERE,
    "reason": "The report prints it so, and its authors confirm it.",
    "approver": "A. Maintainer",
    "until": "2027-12-31",
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


@rule(
    "PKG043",
    stage="waivers",
    severity=Severity.ERROR,
    fix="Write a waiver for each row, with a value for every column of its key; `null` stands for an empty cell.",
    source=_SOURCE,
    breaks=[
        {**_GOOD, "where": {"study_id": "trial"}},
        {**_GOOD, "where": {"file": "data/outcomes.csv"}},
        {**_GOOD, "where": {**_WHERE, "label": "Drug"}},
        {**_GOOD, "where": {**_WHERE, "arm_id": ["drug", "placebo"]}},
    ],
    keeps=[_GOOD, {**_GOOD, "where": {**_WHERE, "timepoint_days": None}}, {**_GOOD, "where": {**_WHERE, "column": "events"}}],
)
def waiver_too_broad(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must name one row, by its whole key.

    One that names a study or a file lifts the rule for figures that nobody has looked at, and for those that are added later. Waivers
    that were accepted with this version stay as they are.
    """
    for i, waiver in book.to_be_granted.items():
        for fault in book.too_broad(waiver):
            yield Problem(f"waiver {i + 1} ({waiver.rule}): {fault}", file=DESCRIPTOR, column="waivers")


@rule(
    "PKG044",
    stage="waivers",
    severity=Severity.ERROR,
    fix=f"Let the waiver end within {YEARS} years; whoever renews it then looks at the finding again.",
    source=_SOURCE,
    breaks=[{**_GOOD, "until": "9999-12-31"}],
    keeps=[_GOOD],
)
def waiver_too_long(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must end within two years.

    Sources are corrected and rules grow more exact: what nobody has looked at for years is no exception but a hole. Waivers that were
    accepted with this version stay until their day.
    """
    last = horizon(book.today)
    for i, waiver in book.to_be_granted.items():
        if datetime.date.fromisoformat(waiver.until) > last:
            what = f"waiver {i + 1} ({waiver.rule}) is given until {waiver.until}; it may be until {last}, {YEARS} years from now"
            yield Problem(what, file=DESCRIPTOR, column="waivers")


@rule(
    "PKG045",
    stage="waivers",
    severity=Severity.ERROR,
    fix="Write the name of the person or the group that looked at the finding and approved the waiver.",
    source=_SOURCE,
    breaks=[{**_GOOD, "approver": approver} for approver in ("me", "Myself", "I", "x", "n/a", "M.E.", "--")],
    keeps=[{**_GOOD, "approver": approver} for approver in ("A. Maintainer", "jdoe", "trial-outcomes maintainers")],
)
def waiver_approved_by_nobody(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must name who approved it: no pronoun, no placeholder, no single letter.

    Whoever reads the figure may want to ask. That the name is true, and another's than the submitter's, is for whoever accepts the
    package to see to. Waivers that were accepted with this version stay as they are.
    """
    for i, waiver in book.to_be_granted.items():
        if is_nobody(waiver.approver):
            what = f"waiver {i + 1} ({waiver.rule}) was approved by {shown(waiver.approver)}, which names nobody"
            yield Problem(what, file=DESCRIPTOR, column="waivers")
