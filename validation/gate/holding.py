"""Holding the rules of the registry: each relation is a batch, its rules a suite, and what isn't as expected a finding."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from validation.catalogue import catalogue, rules_over
from validation.expectations import load
from validation.gate.relation import Relation
from validation.gate.relations import RELATIONS
from validation.listing import in_words
from validation.report import THE_REGISTRY, Finding, Outcome, PackageReport, Result
from validation.rule import Rule

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
    from great_expectations.expectations.expectation import Expectation

__all__ = ["MAX_FINDINGS", "hold"]

MAX_FINDINGS = 20

NO_RELEASE = "nothing is accepted yet, so there is no last release"

_ROW = "row"
"""The column that says which row of a relation an unexpected value is in."""


def hold(
    con: duckdb.DuckDBPyConnection,
    *,
    path: str,
    version: str | None = None,
    max_findings: int = MAX_FINDINGS,
    about: Collection[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> PackageReport:
    """Check every rule of the registry on the database that is attached to the connection as ``registry``.

    A schema ``released`` next to it has the tables of the last release; without it, the rules on drift are not applicable. ``path`` and
    ``version`` are what the report calls the database. With ``about``, of findings that
    name packages only those that name one of these are reported. ``progress`` gets the name of each relation. Raises ``ModuleNotFoundError`` where Great Expectations isn't installed.
    """
    run = _Run(con, max_findings, about)
    for name, relation in RELATIONS.items():
        if progress is not None:
            progress(name)
        run.hold(name, relation)
    order = list(catalogue())
    return PackageReport(
        name=THE_REGISTRY,
        version=version,
        path=path,
        outcomes=tuple(sorted(run.outcomes, key=lambda o: order.index(o.rule))),
        findings=tuple(run.findings),
        severities={o.rule: catalogue()[o.rule].severity for o in run.outcomes},
    )


class _Run:
    """One run of the gate: a context of the library's that lives in memory, and what was found so far."""

    def __init__(self, con: duckdb.DuckDBPyConnection, limit: int, about: Collection[str] | None = None) -> None:
        self.con, self.limit, self.about = con, limit, about
        self.outcomes: list[Outcome] = []
        self.findings: list[Finding] = []
        self.released = bool(con.execute("FROM duckdb_schemas() WHERE schema_name = 'released'").fetchall())
        library = load()
        self.context: EphemeralDataContext = library.get_context(mode="ephemeral")
        self.context.variables.progress_bars = {"globally": False}
        self.source = self.context.data_sources.add_pandas(THE_REGISTRY)

    def hold(self, name: str, relation: Relation) -> None:
        """Hold the rules declared over a relation."""
        rules = rules_over(name)
        if relation.since_release and not self.released:
            self.outcomes += [Outcome(r.id, Result.NOT_APPLICABLE, reason=NO_RELEASE) for r in rules]
            return
        frame = self.con.sql(relation.query).df()
        if frame.empty:
            self.outcomes += [Outcome(r.id, Result.NOT_APPLICABLE, reason=relation.empty) for r in rules]
            return
        validated = self.validate(name, relation, rules, frame)
        results = {str(r.expectation_config.meta["rule"]): r for r in validated.results if r.expectation_config is not None}
        for rule in rules:
            self.tell(rule, relation, frame, results[rule.id])

    def validate(
        self, name: str, relation: Relation, rules: Sequence[Rule], frame: pd.DataFrame
    ) -> ExpectationSuiteValidationResult:
        """Have the library validate the relation's rows, numbered, against a suite of the rules."""
        library = load()
        suite = self.context.suites.add(library.ExpectationSuite(name=name, meta={"about": relation.about}))
        for rule in rules:
            suite.add_expectation(_named(rule))
        rows = self.source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("rows")
        definition = self.context.validation_definitions.add(library.ValidationDefinition(name=name, data=rows, suite=suite))
        return definition.run(
            batch_parameters={"dataframe": frame.assign(**{_ROW: range(len(frame))})},
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [*relation.key, _ROW]},
        )

    def tell(self, rule: Rule, relation: Relation, frame: pd.DataFrame, result: Any) -> None:
        """Turn what the library says about one expectation into an outcome and findings."""
        found = result.result
        fault = next(_faults(result.exception_info), None)
        if fault is None and not result.success and not found.get("unexpected_index_list"):
            fault = "the expectation was not met, but no row was named"
        if fault is not None:
            self.outcomes.append(Outcome(rule.id, Result.ERRORED, reason=fault))
            return
        checked = found["element_count"] - (found.get("missing_count") or 0)
        broken = sorted({int(entry[_ROW]) for entry in found.get("unexpected_index_list") or ()})
        broken = [row for row in broken if self.concerns(frame, row)]
        outcome = Result.VIOLATED if broken else Result.PASSED if checked else Result.NOT_APPLICABLE
        reason = None if checked else "no row has the values it compares"
        self.outcomes.append(Outcome(rule.id, outcome, checked, len(broken), reason=reason))
        self.findings += [_finding(rule, relation, _plain(frame, row)) for row in broken[: self.limit]]

    def concerns(self, frame: pd.DataFrame, row: int) -> bool:
        """Whether the row names a package that is asked about, or none."""
        named = [frame[name].iloc[row] for name in ("package", "other_package") if name in frame.columns]
        return self.about is None or not named or not set(self.about).isdisjoint(named)


def _named(rule: Rule) -> Expectation:
    """The rule's expectation, with the name of the rule, by which its result is known."""
    expectation = rule.expectation()
    expectation.meta = {"rule": rule.id}
    return expectation


def _faults(info: Mapping[str, Any] | None) -> Iterator[str]:
    """The exceptions behind a result: the library keeps one, or one for each metric that could not be computed."""
    entries = [info, *info.values()] if info else []
    for entry in entries:
        if isinstance(entry, Mapping) and entry.get("raised_exception"):
            yield str(entry.get("exception_message") or "an exception without a message")


def _plain(frame: pd.DataFrame, row: int) -> dict[str, Any]:
    """A row as Python's own values, with None for what is missing."""
    values = frame.iloc[[row]].astype(object)
    (cells,) = values.where(values.notna(), None).to_dict("records")
    return {str(name): cell.item() if hasattr(cell, "item") else cell for name, cell in cells.items()}


def _finding(rule: Rule, relation: Relation, row: Mapping[str, Any]) -> Finding:
    words = {name: in_words(value) for name, value in row.items()}
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        package=THE_REGISTRY,
        message=(rule.message or rule.must).format_map(words),
        key={name: words[name] for name in relation.key if row[name] is not None},
    )
