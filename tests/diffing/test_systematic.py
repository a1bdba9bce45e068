"""What happens to a column and not to a cell, and what that owes."""

from __future__ import annotations

import polars as pl
import pytest

from registry.diffing import Bump, Kind, difference
from registry.diffing.rules import FEWEST, LEAST_SHARE
from tests.diffing.packages import InMemory, scores, small, typed


def flipped(count: int, of: int) -> tuple[InMemory, InMemory]:
    old = scores([-(i + 1.5) for i in range(of)])
    first = pl.int_range(pl.len()) < count
    return old, old.with_columns("scores", mean=pl.when(first).then(-pl.col("mean")).otherwise("mean"))


@pytest.mark.parametrize(
    ("count", "of", "owed"),
    [
        (1, 40, Bump.PATCH),
        (2, 40, Bump.PATCH),
        (3, 40, Bump.PATCH),
        (4, 40, Bump.MAJOR),
        (40, 40, Bump.MAJOR),
        (2, 2, Bump.PATCH),
        (3, 3, Bump.MAJOR),
        (3, 30, Bump.MAJOR),
        (3, 31, Bump.PATCH),
        (200, 201, Bump.MAJOR),
    ],
)
def test_a_tenth_of_the_cells_and_no_less_than_three(count: int, of: int, owed: Bump) -> None:
    assert (FEWEST, LEAST_SHARE) == (3, 0.1)
    found = difference(*flipped(count, of))
    assert found.owed is owed
    assert [(p.kind, p.count, p.possible) for p in found.systematic] == ([(Kind.SIGN, count, of)] if owed is Bump.MAJOR else [])


def test_cells_that_could_not_have_changed_so_do_not_count() -> None:
    old = scores([0.0] * 100 + [-2.5] * 3)
    found = difference(old, old.with_columns("scores", mean=-pl.col("mean")))
    assert [(p.count, p.possible) for p in found.systematic] == [(3, 3)]
    assert found.owed is Bump.MAJOR


def test_a_mean_of_another_statistic_could_not_have_changed_so() -> None:
    old = scores([-2.5] * 4 + [28.5] * 60).with_columns(
        "scores", statistic=pl.when(pl.col("mean") < 0).then(pl.lit("change")).otherwise(pl.lit("baseline"))
    )
    changes = pl.col("statistic") == "change"
    found = difference(old, old.with_columns("scores", mean=pl.when(changes).then(-pl.col("mean")).otherwise("mean")))
    assert [(p.count, p.possible) for p in found.systematic] == [(4, 4)]


def test_a_column_wide_change_is_told_once() -> None:
    old, new = flipped(20, 20)
    assert [str(r) for r in difference(old, new).reasons] == ["`scores.mean`: 20 of 20 cells changed sign"]
    more = new.setting("scores", 0, mean=3.25)
    assert [(r.rule.id, r.count) for r in difference(old, more).reasons] == [("column-wide", 19), ("data-corrected", 1)]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (pl.col("mean") * 10, Kind.TIMES_10),
        (pl.col("mean") / 100, Kind.DIVIDED_BY_100),
        (pl.col("mean").round(0), Kind.LOST_PRECISION),
        (pl.lit(None, dtype=pl.Float64), Kind.EMPTIED),
        (pl.col("mean").shift(1, fill_value=-99.5), Kind.SHIFTED_ROWS),
    ],
)
def test_damage_throughout_a_column_is_major(change: pl.Expr, kind: Kind) -> None:
    old = scores([-(i * 1.3 + 1.27) for i in range(20)])
    found = difference(old, old.with_columns("scores", mean=change))
    assert [p.kind for p in found.systematic] == [kind]
    assert found.owed is Bump.MAJOR


def test_codes_and_words() -> None:
    rows = [
        {"study_id": f"s{i:02}", "label": f"Müller {i}", "registration_id": f"NCT0{i:04}x", "pmid": f"00{i + 10}"}
        for i in range(20)
    ]
    old = InMemory({"studies": typed("studies", rows)})
    pmid = difference(old, old.with_columns("studies", pmid=pl.col("pmid").str.strip_chars_start("0")))
    assert [(p.kind, pmid.owed) for p in pmid.systematic] == [(Kind.LOST_ZEROS, Bump.MAJOR)]
    code = difference(old, old.with_columns("studies", registration_id=pl.col("registration_id").str.slice(0, 8)))
    assert [(p.kind, code.owed) for p in code.systematic] == [(Kind.LOST_CHARACTERS, Bump.MAJOR)]
    damaged = old.with_columns("studies", label=pl.col("label").str.replace("ü", "Ã¼"))
    label = difference(old, damaged)
    assert [(p.kind, label.owed) for p in label.systematic] == [(Kind.ENCODING, Bump.MAJOR)]
    repaired = difference(damaged, old)
    assert [(p.kind, repaired.owed) for p in repaired.systematic] == [(Kind.ENCODING_REPAIRED, Bump.PATCH)]
    composed = difference(old, old.with_columns("studies", label=pl.col("label").str.normalize("NFD")))
    assert [(p.kind, composed.owed) for p in composed.systematic] == [(Kind.NORMALISATION, Bump.PATCH)]
    reworded = difference(old, old.with_columns("studies", label=pl.col("label") + " et al"))
    assert [(p.kind, reworded.owed) for p in reworded.systematic] == [(Kind.WORDS, Bump.PATCH)]


def test_half_of_the_figures_rewritten_without_a_pattern() -> None:
    old = scores([1.0] * 20)
    new = old.with_columns("scores", sd=(pl.col("sd") / pl.col("n").sqrt()).round(2))
    found = difference(old, new)
    assert [(p.column, p.kind, p.count) for p in found.systematic] == [("sd", Kind.REWRITTEN, 20)]
    assert [r.rule.id for r in found.reasons] == ["column-rewritten", "data-corrected"]
    fewer = old.with_columns("scores", sd=pl.when(pl.int_range(pl.len()) < 9).then(new.frames["scores"]["sd"]).otherwise("sd"))
    assert difference(old, fewer).owed is Bump.PATCH


@pytest.mark.parametrize(
    ("table", "cells", "rule", "owed"),
    [
        ("outcomes", {"events": 21}, "data-corrected", Bump.PATCH),
        ("outcomes", {"percent_reported": None}, "data-corrected", Bump.PATCH),
        ("outcomes", {"source_id": "other"}, "data-corrected", Bump.PATCH),
        ("sources", {"correction_status": "erratum"}, "data-corrected", Bump.PATCH),
        ("participants", {"sex": "male"}, "data-corrected", Bump.PATCH),
        ("arms", {"label": "Zoloft"}, "words-changed", Bump.PATCH),
        ("studies", {"prior_failures_window": "lifetime"}, "term-stated", Bump.MINOR),
        ("studies", {"population_id": "trd"}, "term-changed", Bump.MAJOR),
        ("studies", {"population_id": "unstated"}, "term-withdrawn", Bump.MAJOR),
        ("studies", {"masking": "open-label"}, "term-changed", Bump.MAJOR),
        ("arms", {"role": "active-comparator"}, "term-changed", Bump.MAJOR),
        ("arms", {"route": "intravenous"}, "term-changed", Bump.MAJOR),
        ("arms", {"treatment_id": "paroxetine"}, "term-changed", Bump.MAJOR),
        ("outcomes", {"missing_data": "locf"}, "key-changed", Bump.MAJOR),
        ("outcomes", {"timepoint_anchor": "first-dose"}, "key-changed", Bump.MAJOR),
        ("outcomes", {"value_origin": "imputed-from-mean"}, "term-changed", Bump.MAJOR),
        ("participants", {"arm_id": "placebo"}, "row-moved", Bump.MAJOR),
        ("outcomes", {"analysis_set": "completers"}, "key-changed", Bump.MAJOR),
    ],
)
def test_what_one_cell_owes(table: str, cells: dict[str, object], rule: str, owed: Bump) -> None:
    old = small()
    found = difference(old, old.setting(table, 0, **cells))
    assert [(r.rule.id, r.table, r.count) for r in found.reasons] == [(rule, table, 1)]
    assert found.owed is owed


def test_claims() -> None:
    row = {"claim_id": "c1", "statement": "70% remit.", "value_low": "70", "unit": "%", "population_id": "unstated"}
    old = InMemory({"claims": typed("claims", [row])})
    for cells, rule in (
        ({"unit": "per 100"}, "term-changed"),
        ({"timepoint_days": 28.0}, "term-stated"),
        ({"population_id": "trd"}, "term-stated"),
        ({"value_low": 69.0}, "data-corrected"),
    ):
        assert [r.rule.id for r in difference(old, old.setting("claims", 0, **cells)).reasons] == [rule]
