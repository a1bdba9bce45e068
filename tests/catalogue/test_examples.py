"""The examples of every rule: what breaks it is found, what keeps it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl
import pytest
from pandera.constants import CHECK_OUTPUT_KEY

from schemas.tables import TABLES
from tests import sample
from tests.catalogue.examples import as_rows, as_texts, found, line_of, looked_at, together, written
from tests.lots import by_lots
from validation import validate
from validation.catalogue import catalogue
from validation.meaning import check_for, schema
from validation.report import PackageReport, Result
from validation.rule import Rule
from validation.testing import row_of as frame

RULES = list(catalogue().values())


def _examples(rules: list[Rule], which: str) -> list[Any]:
    return [pytest.param(rule, example, id=f"{rule.id}-{i}") for rule in rules for i, example in enumerate(getattr(rule, which))]


def _sound(report: PackageReport) -> PackageReport:
    assert [o for o in report.outcomes if o.result is Result.ERRORED] == []
    return report


STAGED = [r for r in RULES if r.stage]
TABLED = [r for r in RULES if r.table]
ON_ITS_OWN_TABLE = [r for r in TABLED if r.table in sample.TABLES]


def _lots(which: str) -> list[tuple[str, Rule, int, list[Any]]]:
    return [(which, rule, i, lot) for rule in STAGED for i, lot in enumerate(together(rule, getattr(rule, which)))]


LOTS = [*_lots("breaks"), *_lots("keeps")]
"""Examples that are in one package."""

Checked = Callable[[int], tuple[Path, PackageReport]]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """The package of the examples of a number, and the report on it."""

    def look(lots: Sequence[Any]) -> Sequence[tuple[Path, PackageReport]]:
        root, folders = tmp_path_factory.mktemp("examples"), []
        for number, (_, rule, _, lot) in enumerate(lots):
            folder = root / str(number) / "sample"
            folders.append(as_rows(folder, lot) if len(lot) > 1 else written(folder, rule, lot[0]))
        reports = validate(folders, today=sample.TODAY, max_findings=100).packages
        return list(zip(folders, reports, strict=True))

    return by_lots(LOTS, look)


def _numbers(which: str) -> list[Any]:
    return [pytest.param(n, id=f"{rule.id}-{i}") for n, (side, rule, i, _) in enumerate(LOTS) if side == which]


@pytest.mark.parametrize("number", _numbers("breaks"))
def test_engine_finds_what_breaks(number: int, checked: Checked) -> None:
    _, rule, _, lot = LOTS[number]
    folder, report = checked(number)
    if len(lot) > 1:
        broken = {line_of(folder / f"data/{table}.csv", cells) for example in lot for table, cells in example.items()}
        assert {f.line for f in _sound(report).findings if f.rule == rule.id} == broken
    else:
        assert rule.id in found(_sound(report))
    assert all(f.message.isprintable() for f in report.findings if f.rule == rule.id)


@pytest.mark.parametrize("number", _numbers("keeps"))
def test_engine_passes_what_keeps(number: int, checked: Checked) -> None:
    _, report = checked(number)
    assert [f for f in _sound(report).findings if f.rule == LOTS[number][1].id] == []


def test_every_example_is_in_a_lot() -> None:
    for rule in STAGED:
        for examples in (rule.breaks, rule.keeps):
            assert sorted(map(repr, chain.from_iterable(together(rule, examples)))) == sorted(map(repr, examples)), rule.id


@pytest.mark.parametrize(("rule", "example"), _examples(TABLED, "breaks"))
def test_expression_is_false_for_what_breaks(rule: Rule, example: Any) -> None:
    assert frame(rule.over, example).select(rule.expression()).item() is False


@pytest.mark.parametrize(("rule", "example"), _examples(TABLED, "keeps"))
def test_expression_is_not_false_for_what_keeps(rule: Rule, example: Any) -> None:
    assert frame(rule.over, example).select(rule.expression()).item() is not False


def _about_what_is_absent(rule: Rule) -> bool:
    read = rule.expression().meta.root_names()
    return any(all(example.get(name) is None for name in read) for example in rule.breaks)


@pytest.mark.parametrize("rule", [r for r in TABLED if not _about_what_is_absent(r)], ids=lambda r: r.id)
def test_a_row_of_nulls_is_passed_over(rule: Rule) -> None:
    assert frame(rule.over, {}).select(rule.expression()).item() is not False


@pytest.mark.parametrize(("rule", "example"), _examples(TABLED, "breaks"))
def test_pandera_alone_finds_what_breaks(rule: Rule, example: Any) -> None:
    row = frame(rule.over, example)
    checks = pa.DataFrameSchema(checks=[check_for(rule)])
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        checks.validate(row, lazy=True)
    assert {e.check.name for e in caught.value.schema_errors} == {rule.id}


@pytest.mark.parametrize("table", sample.TABLES)
def test_engine_and_pandera_alone_find_the_same(table: str, tmp_path: Path) -> None:
    """Each example of the table's rules is laid over a row of the sample package: both find it, and as many rows by each rule."""
    empty = dict.fromkeys((f.name for f in TABLES[table].fields()), "")
    first = empty | sample.TABLES[table][0]
    laid = [(r, first | as_texts(r, example)) for r in ON_ITS_OWN_TABLE if r.table == table for example in r.breaks]
    rows = [*sample.TABLES[table], *({tuple(row.items()): row for _, row in laid}.values())]
    folder = sample.write(tmp_path / "sample", {**sample.part(table), table: rows})
    ((report, typed),) = looked_at(folder)
    lines = {(f.rule, f.line) for f in _sound(report).findings}
    assert [(r.id, row) for r, row in laid if (r.id, line_of(folder / f"data/{table}.csv", row)) not in lines] == []
    by_engine = {o.rule: o.violations for o in report.outcomes if o.violations and catalogue()[o.rule].table == table}
    assert _found_by_pandera(table, typed[table]) == by_engine


def test_engine_and_pandera_agree_on_the_sample(tmp_path: Path) -> None:
    ((report, typed),) = looked_at(sample.write(tmp_path / "sample"))
    assert found(_sound(report)) == set()
    for table, rows in typed.items():
        assert _found_by_pandera(table, rows) == {}, table


_schema = cache(schema)


def _found_by_pandera(table: str, rows: Any) -> dict[str, int]:
    """The rules of which pandera alone finds anything, each with how many rows break it."""
    try:
        _schema(table).validate(rows, lazy=True)
    except pa.errors.SchemaErrors as errors:
        broken = [e for e in errors.schema_errors if e.check is not None and e.check.name in catalogue()]
        return {e.check.name: (~e.check_output[CHECK_OUTPUT_KEY]).sum() for e in broken}
    return {}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_rows_breaks_nothing(table: str) -> None:
    rows = frame(table, {}).select(f.name for f in TABLES[table].fields()).clear()
    assert _found_by_pandera(table, rows.cast({pl.Categorical: pl.String})) == {}


FIELD_EXAMPLES = [
    ("outcomes", "events", "-1", "PKG036"),
    ("outcomes", "events", "0", None),
    ("outcomes", "extractions", "0", "PKG036"),
    ("outcomes", "percent_reported", "60%", "PKG036"),
    ("outcomes", "percent_reported", "60.0", None),
    ("outcomes", "percent_reported", "-60.0", None),
    ("outcomes", "percent_reported", ".", "PKG036"),
    ("studies", "year", "1899", "PKG036"),
    ("studies", "year", "2100", None),
    ("studies", "age_max", "121", "PKG036"),
    ("sources", "source_id", "a b", "PKG036"),
    ("sources", "url", "example.org", "PKG036"),
    ("sources", "url", "https://example.org/a?b=c", None),
    ("sources", "sha256", "A" * 64, "PKG036"),
    ("sources", "sha256", "a" * 64, None),
    ("outcomes", "analysis_set", "", "PKG033"),
    ("arms", "label", "", "PKG033"),
    ("sources", "title", "", "PKG033"),
    ("outcomes", "timepoint_days", "", None),
]


@pytest.fixture(scope="module")
def of_a_field(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[tuple[str, str, str], tuple[PackageReport, dict[str, pl.DataFrame]]]:
    """The sample with each example in its field, all looked at together."""
    root, folders = tmp_path_factory.mktemp("fields"), {}
    for number, (table, column, value, _) in enumerate(FIELD_EXAMPLES):
        tables = {name: rows for name, rows in sample.cell(table, column, value).items() if name in sample.part(table)}
        folders[table, column, value] = sample.write(root / str(number) / "sample", tables)
    return dict(zip(folders, looked_at(*folders.values()), strict=True))


@pytest.mark.parametrize(("table", "column", "value", "rule"), FIELD_EXAMPLES)
def test_model_and_engine_agree_on_a_field(
    table: str, column: str, value: str, rule: str | None, of_a_field: dict[Any, Any]
) -> None:
    """Bounds, forms and required cells are declared once, in the model; DuckDB's look at the cells and pandera's must agree."""
    report, typed = of_a_field[table, column, value]
    by_engine, rows = found(_sound(report)) & {"PKG033", "PKG036"}, typed[table]
    if rows.schema[column] == pl.String:  # as it was written, since a printed number of another form isn't loaded
        rows = rows.with_columns(pl.Series(column, [value or None, *rows[column][1:]], pl.String))
    try:
        TABLES[table].to_schema().validate(rows, lazy=True)
        columns = set()
    except pa.errors.SchemaErrors as errors:
        columns = {e.schema.name for e in errors.schema_errors}
    assert by_engine == ({rule} if rule else set())
    assert columns == ({column} if rule else set())
