"""The rows of ``comparable_rates`` as the comparison works with them, and the variants of a pooling that show how far it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from registry.strata.comparable import NOT_INDEPENDENT, NOT_RANDOMISED, is_after_response
from registry.strata.subjects import subjects_of
from schemas.outcome_words import IMPUTED

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "ALL_RANDOMISED",
    "BASES",
    "CONTEXT",
    "EITHER",
    "IN_OPEN_CONTEXT",
    "LADDER",
    "MAIN",
    "SHORT",
    "THOSE_ANALYSED",
    "VARIANTS",
    "WITHOUT_FLAGGED",
    "WITH_IMPUTED",
    "WITH_UNSTATED",
    "Row",
    "base_of",
    "cited",
    "leading_variants",
    "one_an_arm",
    "read_as",
    "read_others",
    "read_rows",
    "rows_of",
    "share_a_trial",
    "study_of",
    "taken_in",
    "variant",
]

MAIN = "main"
"""The main pooling: rows with everything stated, and figures as reported. A count that was worked out from a mean is none of people."""


ALL_RANDOMISED = "all-randomised"
"""The pooling in which all who were randomised are below the line."""

THOSE_ANALYSED = "those-analysed"
"""The pooling in which only those who were analysed are below the line."""

IN_OPEN_CONTEXT = "with-unstated-context"
"""The pooling that takes in rows whose source leaves their context open, and nothing else."""

CONTEXT = ("anchor", "phase", "background")
"""What days count from, the phase of treatment, and what all were given besides: what many reviews leave unsaid of every trial."""

WITH_UNSTATED = "with-unstated"
"""The pooling that takes in rows whatever their source leaves unstated."""

WITH_IMPUTED = "with-imputed"
"""The pooling that takes in counts that were worked out from means."""

WITHOUT_FLAGGED = "without-flagged"
"""The pooling without figures that have a finding."""

EITHER = "either-denominator"
"""The pooling of rates that holds denominators of both kinds, all randomised and those analysed."""


class _Stating(Protocol):
    """A row of rates or of means."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def unstated(self) -> tuple[str, ...]: ...


Kind = TypeVar("Kind", bound=_Stating)


@dataclass(frozen=True)
class Row:
    """One arm in one stratum. ``unstated`` names the words that its source doesn't state."""

    outcome: str
    stratum: str
    comparability_class: str
    population: str
    window: str
    counted_from: str
    strategy: str
    arm_kind: str
    trial: str
    package: str
    study_id: str
    study: str
    arm_id: str
    arm: str
    treatment: str
    node: str
    class_: str
    route: str
    role: str
    definition: str
    day: float | None
    anchor: str
    analysis_set: str
    missing_data: str
    n: int
    events: int
    rate: float
    low: float
    high: float
    n_randomised: int | None
    unstated: tuple[str, ...]
    value_origin: str
    extractions: int | None
    flagged: bool
    source: str | None
    locator: str | None
    publication: str = "unstated"
    rob_overall: str = "unstated"
    year: int | None = None
    standing: str = "accepted"

    @property
    def subjects(self) -> frozenset[str]:
        """Whatever the arm may be asked for by: its treatment, its class and those above."""
        return subjects_of(self.node, self.class_)

    @property
    def setting(self) -> tuple[str, float | None, str, str, str]:
        """What two arms of a study must share to be compared: definition, visit, what it is counted from, set, missing data."""
        return self.definition, self.day, self.anchor, self.analysis_set, self.missing_data

    @property
    def arm_in_stratum(self) -> tuple[str, str, str, str, str]:
        """What has one row in ``comparable_rates``, and the others of its results in ``other_rates``."""
        return self.package, self.study_id, self.arm_id, self.outcome, self.stratum

    @property
    def independent(self) -> bool:
        """Whether its people are others than those of the trial's other arms, and independent of one another."""
        return self.arm_kind not in NOT_INDEPENDENT

    @property
    def after_response(self) -> bool:
        """Whether its people were chosen by how they had done on a treatment before."""
        return is_after_response(self.strategy.partition(", ")[0], self.arm_kind)

    @property
    def of_all_randomised(self) -> bool:
        """Whether the denominator is everybody randomised, rather than those who were analysed."""
        return self.analysis_set == "randomised"

    @property
    def imputed(self) -> bool:
        """Whether the count was worked out from a mean, and isn't one of people."""
        return self.value_origin == IMPUTED

    @property
    def not_randomised(self) -> bool:
        """Whether people came to the arm otherwise than by chance: a single arm, or one of a cohort."""
        return self.arm_kind == NOT_RANDOMISED


def cited(study: str, trial: str) -> str:
    """How a trial is named where its trials are listed: as it is cited, with its name in all packages if that is another."""
    return f"{study} ({trial})" if study != trial else study


def study_of(rows: Iterable[Row], label: str) -> str:
    """How a trial is cited, by its label in the poolings: the label itself where no row has it."""
    return next((row.study for row in rows if cited(row.study, row.trial) == label), label)


def read_rows(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Every row of ``comparable_rates``, in an order that doesn't change."""
    return read_as(Row, con, "comparable_rates ORDER BY outcome, stratum, package, study_id, arm_id")


def read_others(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Every row of ``other_rates``, of an arm in a stratum the next to be used first."""
    return read_as(Row, con, "other_rates ORDER BY outcome, stratum, package, study_id, arm_id, place")


def read_as(kind: type[Kind], con: duckdb.DuckDBPyConnection, source: str) -> list[Kind]:
    """The rows of a view, each as a dataclass whose fields are named as its columns are."""
    columns = [field.name.removesuffix("_") for field in fields(kind)]
    listed = ", ".join(f'"{name}"' for name in columns)
    found = con.execute(f"SELECT {listed} FROM {source}").fetchall()
    place = columns.index("unstated")
    return [kind(*values[:place], tuple(values[place]), *values[place + 1 :]) for values in found]  # type: ignore[call-arg]


_TAKEN: Mapping[str, Callable[[_Stating], bool]] = {
    MAIN: lambda row: not row.unstated,
    IN_OPEN_CONTEXT: lambda row: set(row.unstated) <= set(CONTEXT),
    WITH_UNSTATED: lambda _: True,
}
"""Which rows each of ``BASES`` takes, by what they leave unstated."""


def taken_in(rows: Iterable[Kind], base: str) -> list[Kind]:
    """The rows, of rates or of means, that one of ``BASES`` takes."""
    return [row for row in rows if _TAKEN[base](row)]


def rows_of(rows: Iterable[Row], subject: str) -> list[Row]:
    """The rows of a treatment, or of a class of treatments. An arm that is a control is of its control's class, whatever it contains."""
    return [row for row in rows if subject in row.subjects]


def share_a_trial(rows: Iterable[Row], others: Iterable[Row]) -> bool:
    """Whether a trial is among both, at one visit or not."""
    return not {row.trial for row in rows}.isdisjoint(row.trial for row in others)


def one_an_arm(rows: Iterable[Row]) -> Iterator[Row]:
    """One row an arm, of one part of each trial: of several strata its people would else be counted in each.

    Its arms are taken at the setting that most of them have, then the one with the most stated, the latest day and most people. What an arm hasn't there
    is taken from the next that it has.
    """
    trials: dict[str, dict[tuple[str, str, object], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        trials[row.trial][row.package, row.study_id, row.setting].append(row)

    def order(some: Sequence[Row]) -> tuple[int, int, float, int]:
        return len(some), -sum(len(row.unstated) for row in some), some[0].day or 0.0, sum(row.n for row in some)

    for _, settings in sorted(trials.items()):
        preferred = sorted(settings.values(), key=order, reverse=True)
        part = preferred[0][0].package, preferred[0][0].study_id
        arms: dict[str, Row] = {}
        for row in (row for some in preferred for row in some if (row.package, row.study_id) == part):
            arms.setdefault(row.arm_id, row)
        yield from arms.values()


def _of_all_randomised(row: Row) -> Row | None:
    """The row with everyone randomised in the denominator: participants not observed have not met the definition. None where their number isn't known."""
    if row.of_all_randomised:
        return row
    if row.n_randomised is None or row.n_randomised < row.n:
        return None
    return replace(
        row, n=row.n_randomised, analysis_set="randomised", missing_data="non-responder", rate=row.events / row.n_randomised
    )


def _base(name: str) -> Callable[[Row], Row | None]:
    taken = _TAKEN[name]
    return lambda row: row if taken(row) else None


def _without(broken: Callable[[Row], bool]) -> Callable[[Row], Row | None]:
    return lambda row: None if broken(row) else row


VARIANTS: Mapping[str, tuple[Callable[[Row], Row | None], str]] = {
    MAIN: (_base(MAIN), "everything stated, figures as reported"),
    IN_OPEN_CONTEXT: (_base(IN_OPEN_CONTEXT), "including rows whose anchor, phase or background is unstated"),
    WITH_UNSTATED: (_base(WITH_UNSTATED), "including rows with something unstated"),
    EITHER: (lambda row: row, "denominators of both kinds, all randomised and those analysed"),
    ALL_RANDOMISED: (
        _of_all_randomised,
        "all randomised, missing = no event",
    ),
    THOSE_ANALYSED: (_without(lambda row: row.of_all_randomised), "those analysed only"),
    WITHOUT_FLAGGED: (_without(lambda row: row.flagged), "excluding figures with a finding"),
    WITH_IMPUTED: (lambda row: row, "including counts worked out from means"),
    "without-derived": (
        _without(lambda row: row.value_origin in {"derived-from-percent", "digitised"}),
        "excluding counts derived from a percentage or a picture",
    ),
    "without-single-extraction": (_without(lambda row: row.extractions == 1), "excluding figures extracted by one person only"),
    "without-unpublished": (_without(lambda row: row.publication == "unpublished"), "excluding unpublished trials"),
    "without-high-risk": (_without(lambda row: row.rob_overall == "high"), "excluding trials judged at high risk of bias"),
}
"""Each variant of a pooling: how it treats a row, and its description."""


SHORT: Mapping[str, str] = {
    ALL_RANDOMISED: "all randomised",
    THOSE_ANALYSED: "those analysed",
    WITHOUT_FLAGGED: "no findings",
    "without-derived": "no derived counts",
    "without-single-extraction": "no single readings",
    "without-unpublished": "no unpublished trials",
    "without-high-risk": "no high risk of bias",
}
"""Names for a narrow table, of the variants that change or leave out some rows."""


LADDER = (MAIN, IN_OPEN_CONTEXT)
"""The variants that lead where they have anything, in that order."""


def leading_variants(*, with_unstated: bool = False, strict: bool = False) -> tuple[str, ...]:
    """The variants that may lead, in that order: rows with something unstated if they are asked for, those with everything stated if only these are."""
    return (WITH_UNSTATED,) if with_unstated else (MAIN,) if strict else LADDER


BASES = tuple(_TAKEN)
"""The variants that decide which rows are pooled at all; every other one changes or leaves out some of these."""


def variant(rows: Sequence[Row], name: str, base: str = MAIN) -> list[Row]:
    """The rows as they go into the pooling of that variant; ``base`` is the variant that leads."""
    if name == WITH_IMPUTED:
        taken, some = VARIANTS[base][0], rows
    else:
        taken, some = VARIANTS[name][0], [row for row in rows if not row.imputed] if name in BASES else variant(rows, base)
    return [kept for row in some if (kept := taken(row)) is not None]


def base_of(rows: Sequence[Row]) -> str:
    """The variant that leads in a stratum: what is left open of one of its rows is left open of all."""
    return MAIN if variant(rows, MAIN) else IN_OPEN_CONTEXT
