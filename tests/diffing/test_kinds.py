"""What a change of a cell is called."""

from __future__ import annotations

import polars as pl
import pytest

from registry.diffing import Kind, difference
from tests.diffing.packages import InMemory, scores, small, typed


def kinds(old: InMemory, new: InMemory) -> list[tuple[str, str | None, str | None, str]]:
    return [(c.column, c.old, c.new, c.kind.value) for c in difference(old, new).changes()]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (-2.5, 2.5, Kind.SIGN),
        (2.5, -2.5, Kind.SIGN),
        (2.5, 25, Kind.TIMES_10),
        (2.5, 250, Kind.TIMES_100),
        (-2.5, -0.25, Kind.DIVIDED_BY_10),
        (63, 0.63, Kind.DIVIDED_BY_100),
        (0.07, 0.7, Kind.TIMES_10),
        (9.6163657, 9.62, Kind.LOST_PRECISION),
        (9.68, 9.6, Kind.LOST_PRECISION),
        (-9.68, -9.6, Kind.LOST_PRECISION),
        (7.39, 7.389999866485596, Kind.LOST_PRECISION),
        (9.62, 9.6163657, Kind.GAINED_PRECISION),
        (18, 18.4, Kind.GAINED_PRECISION),
        (9.61, 9.7, Kind.VALUE),
        (2.5, 2.6, Kind.VALUE),
        (0, 10, Kind.VALUE),
        (2.5, None, Kind.EMPTIED),
        (None, 2.5, Kind.STATED),
    ],
)
def test_numbers(before: float | None, after: float | None, kind: Kind) -> None:
    old = scores([1.0]).setting("scores", 0, mean=before)
    ((column, _, _, found),) = kinds(old, old.setting("scores", 0, mean=after))
    assert (column, found) == ("mean", kind.value)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("63.50", "63.5", Kind.LOST_PRECISION),
        ("60.0", "60", Kind.LOST_PRECISION),
        ("63.54", "63.5", Kind.LOST_PRECISION),
        ("60", "60.0", Kind.GAINED_PRECISION),
        ("-10.1", "10.1", Kind.SIGN),
        ("-10.1", "10.0", Kind.SIGN),
        ("-1.23", "1.2", Kind.SIGN),
        ("-1.2", "1.6", Kind.VALUE),
        ("0.635", "63.5", Kind.TIMES_100),
        ("0.635", "64", Kind.TIMES_100),
        ("63.5", "6.4", Kind.DIVIDED_BY_10),
        ("12.34", "123", Kind.TIMES_10),
        ("63.5", "6", Kind.VALUE),
        ("63.5", "36.5", Kind.VALUE),
    ],
)
def test_figures_as_printed(before: str, after: str, kind: Kind) -> None:
    old = scores([1.0]).setting("scores", 0, mean_reported=before)
    assert kinds(old, old.setting("scores", 0, mean_reported=after)) == [("mean_reported", before, after, kind.value)]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("Åberg café", "Ã…berg cafÃ©", Kind.ENCODING),
        ("Müller", "M\ufffdller", Kind.ENCODING),
        ("Müller", "M?ller", Kind.ENCODING),
        ("Müller", "M??ller", Kind.ENCODING),
        ("Müller", "Mller", Kind.ENCODING),
        ("Müller", "Muller", Kind.ENCODING),
        ("à propos", "Ã\u00a0 propos", Kind.ENCODING),
        ("MÃ¼ller", "Müller", Kind.ENCODING_REPAIRED),
        ("Muller", "Müller", Kind.ENCODING_REPAIRED),
        ("café", "cafe\u0301", Kind.NORMALISATION),
        ("Table 2, row 4", "Table 2", Kind.SHORTENED),
        ("Table 2", "Table 2, row 4", Kind.WORDS),
        ("Who?", "Who!", Kind.WORDS),
    ],
)
def test_words(before: str, after: str, kind: Kind) -> None:
    old = small().setting("arms", 0, label=before)
    assert [k for *_, k in kinds(old, old.setting("arms", 0, label=after))] == [kind.value]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("0123456", "123456", Kind.LOST_ZEROS),
        ("NCT01234567", "NCT1234567", Kind.LOST_ZEROS),
        ("NCT01234567", "NCT012345", Kind.LOST_CHARACTERS),
        ("NCT01234567", "1234567", Kind.LOST_CHARACTERS),
        ("EUCTR-2014-003", "EUCTR2014003", Kind.LOST_CHARACTERS),
        ("30000000123", "3.0E+10", Kind.LOST_CHARACTERS),
        ("NCT01234567", "NCT01234576", Kind.VALUE),
        ("nct01234567", "NCT01234567", Kind.WORDS),
    ],
)
def test_codes(before: str, after: str, kind: Kind) -> None:
    old = small().setting("studies", 0, registration_id=before)
    assert [k for *_, k in kinds(old, old.setting("studies", 0, registration_id=after))] == [kind.value]


@pytest.mark.parametrize(
    ("table", "column", "before", "after", "kind"),
    [
        ("studies", "population_id", "mdd", "trd", Kind.POPULATION),
        ("studies", "population_id", "unstated", "trd", Kind.STATED),
        ("studies", "population_id", "trd", "unstated", Kind.EMPTIED),
        ("arms", "treatment_id", "sertraline", "paroxetine", Kind.TERM),
        ("studies", "entry_instrument_id", "bdi.unstated", "bdi-1a", Kind.STATED),
        ("studies", "entry_instrument_id", "bdi-1a", "bdi.unstated", Kind.EMPTIED),
        ("studies", "entry_instrument_id", "bdi.unstated", "madrs", Kind.TERM),
        ("studies", "entry_instrument_id", "unstated", None, Kind.VALUE),
        ("outcomes", "missing_data", "locf", "observed", Kind.TERM),
        ("sources", "correction_status", "none-found", "retracted", Kind.VALUE),
        ("studies", "randomised", True, False, Kind.TERM),
        ("studies", "randomised", None, True, Kind.STATED),
        ("studies", "prior_failures_min", 2, 3, Kind.POPULATION),
        ("studies", "prior_failures_min", None, 2, Kind.STATED),
        ("studies", "age_min", 18, None, Kind.EMPTIED),
        ("outcomes", "source_id", "report", "another", Kind.REFERENCE),
        ("participants", "arm_id", "drug", "placebo", Kind.REFERENCE),
    ],
)
def test_terms_and_references(table: str, column: str, before: object, after: object, kind: Kind) -> None:
    old = small().setting(table, 0, **{column: before})
    assert [(c, k) for c, *_, k in kinds(old, old.setting(table, 0, **{column: after}))] == [(column, kind.value)]


def test_white_space_and_ways_of_writing_are_no_change() -> None:
    old = small().setting("arms", 0, label="Sertraline 50 mg", schedule=None)
    new = old.setting("arms", 0, label="  Sertraline\u00a0 50\n mg ", schedule=" ")
    assert difference(old, new).empty
    numbers = scores([1.5, -0.0])
    assert difference(numbers, numbers.with_columns("scores", n=pl.col("n").cast(pl.Int32), mean=pl.Series([1.50, 0.0]))).empty


def test_swapped_columns() -> None:
    old = small()
    new = old.setting("arms", 0, n_treated=36, n_completed=40)
    assert kinds(old, new) == [("n_treated", "40", "36", "swapped"), ("n_completed", "36", "40", "swapped")]


def test_a_column_moved_into_the_next() -> None:
    old = scores([-1.5, -2.5, -3.5, -4.5])
    frame = old.frames["scores"]
    moved = frame.with_columns(n=pl.lit(None, dtype=pl.Int64), mean=frame["n"].cast(pl.Float64), sd=frame["mean"])
    found = kinds(old, old.having("scores", moved))
    assert {(c, k) for c, *_, k in found} == {("n", "shifted-column"), ("mean", "shifted-column"), ("sd", "shifted-column")}
    single = kinds(old, old.setting("scores", 1, n=41, mean=41.0))
    assert [k for *_, k in single] == ["value"], "nothing left its place"


@pytest.mark.parametrize("step", [1, -1])
def test_values_moved_to_the_next_row(step: int) -> None:
    old = scores([-1.5, -2.5, -3.7, -4.9, -6.1, -2.2])
    new = old.with_columns("scores", mean=pl.col("mean").shift(step, fill_value=-9.9))
    found = kinds(old, new)
    assert [k for *_, k in found].count("shifted-rows") == 5
    (pattern,) = difference(old, new).systematic
    assert (pattern.kind, pattern.count, pattern.possible) == (Kind.SHIFTED_ROWS, 5, 6)
    assert kinds(old, new.having("scores", new.frames["scores"].sample(fraction=1, shuffle=True, seed=3))) != []


def test_corrections_that_happen_to_be_the_next_row_s_are_corrections() -> None:
    old = scores([float(i) for i in range(1, 21)])
    new = old
    for row in (2, 7, 12, 17):
        new = new.setting("scores", row, mean=float(row + 2))
    assert {k for *_, k in kinds(old, new)} == {"value"}


def test_a_table_that_the_registry_does_not_know_is_compared_by_its_descriptor() -> None:
    extra = pl.DataFrame({"id": [1, 2], "n": [5, 6], "note": ["a", "b"]})
    fields = [{"name": "id", "type": "integer"}, {"name": "n", "type": "integer"}, {"name": "note", "type": "string"}]
    schema = {"primaryKey": "id", "fields": fields}
    more = {"resources": [{"name": "extra", "schema": schema}]}
    old = InMemory({"extra": extra}, more=more)
    assert kinds(old, old.setting("extra", 0, n=50)) == [("n", "5", "50", "times-10")]
    keyless = InMemory({"extra": extra})
    found = difference(keyless, keyless.setting("extra", 0, n=50)).table("extra")
    assert (found.removed.height, found.added.height) == (1, 1)


def test_columns_of_other_types_are_compared_all_the_same() -> None:
    old = small()
    new = old.with_columns("arms", n_treated=pl.col("n_treated").cast(pl.String), n_completed=pl.col("n_completed") + 0.5)
    found = difference(old, new).table("arms")
    assert found.columns_retyped == (("n_treated", "integer", "string"), ("n_completed", "integer", "number"))
    assert set(found.changed) == {"n_completed"}
    assert typed("arms", []).height == 0
