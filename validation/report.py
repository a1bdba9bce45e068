"""What a validation found: findings, the outcome of each rule, and the verdict on each package."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from validation.rule import Severity

if TYPE_CHECKING:
    import pandas
    import polars as pl

__all__ = [
    "NO_DESCRIPTOR",
    "THE_REGISTRY",
    "Finding",
    "Outcome",
    "PackageReport",
    "Report",
    "Result",
    "Ruleset",
    "Summary",
    "Validity",
    "Waiver",
]


NO_DESCRIPTOR = "the package has no readable descriptor"
"""Why nearly every rule is skipped, unlike for want of something to check."""

THE_REGISTRY = "registry"
"""The name that means all packages together."""


class Result(StrEnum):
    """The outcome of a rule. A rule with nothing to check has not passed: it is ``not applicable``."""

    PASSED = "passed"
    VIOLATED = "violated"
    WAIVED = "waived"
    NOT_APPLICABLE = "not applicable"
    SKIPPED = "skipped"
    ERRORED = "errored"


class Validity(StrEnum):
    """Whether a package may enter the registry: every finding of severity ``error`` has a waiver."""

    VALID = "valid"
    INVALID = "invalid"


@dataclass(frozen=True)
class Waiver:
    """A reasoned exception that a package carries: findings of ``rule`` whose key, file and column match ``where``."""

    rule: str
    where: Mapping[str, Any]
    reason: str
    approver: str
    until: str


@dataclass(frozen=True)
class Finding:
    """One place where a rule is broken. ``file`` is relative to the package; ``line`` is 1-based and counts the header; of a Parquet file it is the row. ``key`` names
    the row, by the text of its key's cells. ``new`` says whether the version that the package is compared with lacked it; None where it is
    compared with none.
    """

    rule: str
    severity: Severity
    package: str
    message: str
    file: str | None = None
    line: int | None = None
    column: str | None = None
    key: Mapping[str, Any] = field(default_factory=dict)
    waived: Waiver | None = None
    new: bool | None = None

    @property
    def label(self) -> str:
        """What a line about it begins with: how grave it is, or that it is waived, and its rule."""
        return f"{self.severity if self.waived is None else 'waived'}[{self.rule}]"

    @property
    def order(self) -> tuple[Any, ...]:
        """Findings are listed gravest first, then by rule and place: the same order every time."""
        return (self.severity.rank, self.rule, self.file or "", self.line or 0, self.column or "", self.message)


@dataclass(frozen=True)
class Outcome:
    """The outcome of one rule in one package.

    ``checked`` counts the rows (or other subjects) that the rule checked, ``violations`` those that break it, of which
    ``waived`` are covered by a waiver. ``reason`` says why a rule was skipped, was not applicable or went wrong.
    """

    rule: str
    result: Result
    checked: int = 0
    violations: int = 0
    waived: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Summary:
    """How many violations have no waiver, by severity, and how many are waived."""

    packages: int
    errors: int
    warnings: int
    notes: int
    waived: int
    bugs: int


@dataclass(frozen=True)
class Ruleset:
    """Which rules were applied: the distribution's version and a digest of every declaration and vocabulary."""

    version: str
    digest: str


@dataclass(frozen=True)
class PackageReport:
    """Everything that was found for one package. ``findings`` lists at most so many a rule, in :attr:`Finding.order` however they were given;
    ``outcomes`` counts all. ``waivers`` are those that cover a violation, each with how many it covers. ``flagged`` are, by table, the lines of the rows
    that break a rule over it that isn't a note, listed or not, waived or not.
    """

    name: str
    version: str | None
    path: str
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    severities: Mapping[str, Severity] = field(repr=False, default_factory=dict)
    waivers: tuple[tuple[Waiver, int], ...] = ()
    flagged: Mapping[str, Collection[int]] = field(repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "findings", tuple(sorted(self.findings, key=lambda f: f.order)))

    @property
    def verdict(self) -> Validity:
        return Validity.INVALID if self.standing(Severity.ERROR) or self.bugs else Validity.VALID

    @cached_property
    def bugs(self) -> int:
        """Rules that could not be run because of a bug in outcomes."""
        return sum(o.result is Result.ERRORED for o in self.outcomes)

    def waived(self, severity: Severity) -> list[tuple[Waiver, int]]:
        """The waivers that cover violations of the severity, each with how many."""
        return [(waiver, covers) for waiver, covers in self.waivers if self.severities[waiver.rule] is severity]

    def standing(self, severity: Severity) -> int:
        """Violations of the severity that no waiver covers."""
        return self._standing[severity]

    @cached_property
    def _standing(self) -> Mapping[Severity, int]:
        found = dict.fromkeys(Severity, 0)
        for outcome in self.outcomes:
            if outcome.violations:
                found[self.severities[outcome.rule]] += outcome.violations - outcome.waived
        return found


@dataclass(frozen=True, repr=False)
class Report:
    """The result of a validation."""

    ruleset: Ruleset
    packages: tuple[PackageReport, ...]

    @property
    def summary(self) -> Summary:
        return Summary(
            packages=len(self.packages),
            errors=sum(p.standing(Severity.ERROR) for p in self.packages),
            warnings=sum(p.standing(Severity.WARNING) for p in self.packages),
            notes=sum(p.standing(Severity.NOTE) for p in self.packages),
            waived=sum(o.waived for p in self.packages for o in p.outcomes),
            bugs=sum(p.bugs for p in self.packages),
        )

    def __repr__(self) -> str:
        return "\n".join(_notebook().lines(self))

    def _repr_html_(self) -> str:
        found = _notebook()
        return str(found.as_html(found.lines(self), found.frame(self)))

    def to_polars(self) -> pl.DataFrame:
        """The findings as a frame, a row each."""
        frame: pl.DataFrame = _notebook().frame(self)
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """The same as a pandas frame. Raises ``ModuleNotFoundError`` where pandas isn't installed."""
        if find_spec("pandas") is None:
            raise ModuleNotFoundError("pandas isn't installed: install it, or use to_polars()", name="pandas")
        return self.to_polars().to_pandas()

    def reaches(self, severity: Severity) -> bool:
        """Whether any violation without a waiver has this severity or a higher one."""
        return any(p.standing(s) for p in self.packages for s in Severity if s.rank <= severity.rank)


def _notebook() -> Any:
    """How a report is shown in a notebook, which is above it in the order of imports."""
    return import_module(".formats.notebook", __package__)
