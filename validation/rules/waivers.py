"""PKG: the waivers that a package carries."""

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
    "timepoint_anchor": "randomisation",
    "analysis_set": "randomised",
    "missing_data": "non-responder",
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
    """A waiver must state its rule, where it applies, why, who approved it and until when.

    An exception without a reason makes the rule meaningless.
    """
    for i, fault in book.faults.items():
        yield Problem(f"waiver {i + 1}: {fault}", file=DESCRIPTOR, column="waivers")


@rule(
    "PKG041",
    stage="waivers",
    severity=Severity.WARNING,
    fix="Look at the finding again, and either fix it or renew the waiver.",
    source=_SOURCE,
    breaks=[{**_GOOD, "until": "2001-01-01"}],
    keeps=[_GOOD],
)
def waiver_expired(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must not have expired.

    It was approved for a limited time; its findings now count again.
    """
    for i, waiver in book.understood.items():
        if book.expired(waiver):
            yield Problem(f"waiver {i + 1} ({waiver.rule}) ended on {waiver.until}", file=DESCRIPTOR, column="waivers")


@rule(
    "PKG042",
    stage="waivers",
    severity=Severity.WARNING,
    fix="Remove the waiver, or correct its `where`.",
    source=_SOURCE,
    breaks=[_GOOD],
    keeps=[{**_GOOD, "until": "2001-01-01"}],
)
def waiver_unused(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must cover at least one finding.

    A waiver that covers nothing is left over, or doesn't match what it was meant for.
    """
    for i, waiver in book.understood.items():
        if not book.used.get(i) and not book.expired(waiver):
            yield Problem(f"waiver {i + 1} ({waiver.rule}) covers no finding", file=DESCRIPTOR, column="waivers")


@rule(
    "PKG043",
    stage="waivers",
    severity=Severity.ERROR,
    fix="Write a waiver for each row, with a value for every column of its key; `null` means an empty cell.",
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

    A waiver for a whole study or file would also cover figures that nobody has checked, and figures added later; so would one without the anchor or the handling of
    missing data, which may be left out only while it covers one row. Waivers that were accepted with this version stay as they are.
    """
    for i, waiver in book.to_be_granted.items():
        for fault in book.too_broad(i, waiver):
            yield Problem(f"waiver {i + 1} ({waiver.rule}): {fault}", file=DESCRIPTOR, column="waivers")


@rule(
    "PKG044",
    stage="waivers",
    severity=Severity.ERROR,
    fix=f"Set `until` to within {YEARS} years; look at the finding again when you renew the waiver.",
    source=_SOURCE,
    breaks=[{**_GOOD, "until": "9999-12-31"}],
    keeps=[_GOOD],
)
def waiver_too_long(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must end within two years.

    Sources are corrected and rules become more exact, so somebody must look at each exception again. Waivers that were
    accepted with this version stay until they expire.
    """
    last = horizon(book.today)
    for i, waiver in book.to_be_granted.items():
        if datetime.date.fromisoformat(waiver.until) > last:
            what = f"waiver {i + 1} ({waiver.rule}) ends on {waiver.until}; it must end by {last}, {YEARS} years from now"
            yield Problem(what, file=DESCRIPTOR, column="waivers")


@rule(
    "PKG045",
    stage="waivers",
    severity=Severity.ERROR,
    fix="Give the name of the person or group that checked the finding and approved the waiver.",
    source=_SOURCE,
    breaks=[{**_GOOD, "approver": approver} for approver in ("me", "Myself", "I", "x", "n/a", "M.E.", "--")],
    keeps=[{**_GOOD, "approver": approver} for approver in ("A. Maintainer", "jdoe", "trial-outcomes maintainers")],
)
def waiver_approved_by_nobody(book: WaiverBook) -> Iterator[Problem]:
    """A waiver must name who approved it: no pronoun, no placeholder, no single letter.

    Readers of the figure may want to ask. The person who accepts the package checks that the name is real and isn't the
    submitter's. Waivers that were accepted with this version stay as they are.
    """
    for i, waiver in book.to_be_granted.items():
        if is_nobody(waiver.approver):
            what = f"waiver {i + 1} ({waiver.rule}) was approved by {shown(waiver.approver)}, which isn't a name"
            yield Problem(what, file=DESCRIPTOR, column="waivers")
