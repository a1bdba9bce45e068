"""The fixed packages, against themselves and against copies in which something was done to them."""

from __future__ import annotations

import polars as pl
import pytest

from registry.diffing import Bump, Kind, difference, sufficient
from registry.packages.finding import entries
from tests import fixed
from tests.diffing.packages import copied, real

NAMES = [e.name for e in entries(fixed.registry())]
OF_TRIALS = [e.name for e in entries(fixed.registry()) if "outcomes" in e.tables]


@pytest.mark.parametrize("name", NAMES)
def test_a_package_differs_in_nothing_from_itself(name: str) -> None:
    package = real(name)
    assert difference(package, package).empty
    shuffled = copied(package)
    for table, frame in shuffled.frames.items():
        shuffled = shuffled.having(table, frame.sample(fraction=1, shuffle=True, seed=5).select(reversed(frame.columns)))
    assert difference(package, shuffled).empty


@pytest.mark.parametrize("name", OF_TRIALS)
def test_one_correction_is_a_patch_a_study_less_is_major_and_one_more_is_minor(name: str) -> None:
    whole = copied(real(name))
    count = whole.frames["outcomes"]["events"].drop_nulls()[0]
    row = whole.frames["outcomes"]["events"].to_list().index(count)
    corrected = difference(whole, whole.setting("outcomes", row, events=count + 1))
    assert [(c.column, c.old, c.new) for c in corrected.changes()] == [("events", str(count), str(count + 1))]
    assert corrected.owed is Bump.PATCH
    study = whole.frames["studies"]["study_id"][0]
    less = whole
    for table, frame in whole.frames.items():
        if "study_id" in frame.columns:
            less = less.having(table, frame.filter(pl.col("study_id") != study))
    gone = difference(whole, less)
    assert gone.owed is Bump.MAJOR
    assert {r.rule.id for r in gone.reasons} == {"rows-removed"}
    come = difference(less, whole)
    assert come.owed is Bump.MINOR
    assert {r.rule.id for r in come.reasons} == {"rows-added"}


@pytest.mark.parametrize("name", OF_TRIALS)
def test_a_renamed_study_is_one_change(name: str) -> None:
    old = copied(real(name))
    study = old.frames["studies"]["study_id"][0]
    new = old
    for table, frame in old.frames.items():
        if "study_id" in frame.columns:
            new = new.with_columns(table, study_id=pl.col("study_id").replace(study, "entirely-other"))
    found = difference(old, new)
    assert [(c.table, c.column, c.old, c.new, c.kind) for c in found.changes()] == [
        ("studies", "study_id", study, "entirely-other", Kind.RENAMED)
    ]


@pytest.mark.parametrize("name", OF_TRIALS)
@pytest.mark.parametrize("change", ["completers", "day"])
def test_another_set_or_day_throughout_is_a_change_of_every_row_and_no_removal(name: str, change: str) -> None:
    old = copied(real(name))
    if change == "day":
        new = old.with_columns("outcomes", timepoint_days=pl.col("timepoint_days").fill_null(0) + 1000)
    else:
        new = old.with_columns("outcomes", analysis_set=pl.col("analysis_set") + "-x")
    found = difference(old, new)
    table = found.table("outcomes")
    stated = (
        old.frames["outcomes"].select(pl.any_horizontal("n_analysed", "events", pl.col("percent_reported").is_not_null())).height
    )
    assert table.removed.height == table.added.height
    assert table.rows_changed == stated - table.removed.height
    assert found.owed is Bump.MAJOR


@pytest.mark.parametrize("name", [n for n in NAMES if "scores" in real(n).tables])
def test_a_patch_in_which_nearly_every_effect_changed_sign_is_refused(name: str) -> None:
    old = copied(real(name))
    new = old.with_columns("scores", mean=pl.when(pl.int_range(pl.len()) > 0).then(-pl.col("mean")).otherwise("mean"))
    found = difference(old, new)
    assert [p.kind for p in found.systematic] == [Kind.SIGN]
    refused = sufficient(found, "1.0.0", "1.0.1")
    assert refused is not None
    assert "changed sign" in str(refused)
    assert refused.smallest == "2.0.0"
    assert sufficient(found, "1.0.0", "2.0.0") is None


def test_arms_and_outcomes_of_a_package_whose_labels_were_damaged() -> None:
    old = copied(real("ketamine-esketamine"))
    damaged = old.with_columns("arms", label=pl.col("label") + " – Größe")
    broken = damaged.with_columns("arms", label=pl.col("label").str.replace("–", "â€“").str.replace("öß", "Ã¶ÃŸ"))
    found = difference(damaged, broken)
    assert [(p.column, p.kind, p.count) for p in found.systematic] == [("label", Kind.ENCODING, old.frames["arms"].height)]
    assert found.owed is Bump.MAJOR
