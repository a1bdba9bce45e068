"""Packages whose tables are Parquet: accepted, verified, loaded, compared, deposited and refreshed like any other."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

import registry
from registry.ledger.accepting import Answer
from registry.ledger.standing import Standing
from registry.ledger.verifying import verify
from tests import sample
from tests.catalogue.examples import as_parquet
from tests.cli.invoking import outcomes
from tests.ledger.conftest import Place
from tests.sources.test_notices import watch


def columnar(place: Place, *, beside: bool = False) -> Path:
    """The sample with every table in Parquet."""
    for table in sample.TABLES:
        as_parquet(place.folder("sample"), table, beside=beside)
    return place.folder("sample")


def changed(folder: Path, events: int) -> None:
    """Other events in the first row of the outcomes in Parquet."""
    path = folder / "data/outcomes.parquet"
    table = pq.read_table(path)
    at = table.column_names.index("events")
    cells = table["events"].to_pylist()
    percent = [f"{100 * events / 40:.1f}", *table["percent_reported"].to_pylist()[1:]]
    table = table.set_column(at, "events", [[events, *cells[1:]]])
    pq.write_table(table.set_column(table.column_names.index("percent_reported"), "percent_reported", [percent]), path)


def test_a_package_in_parquet_is_accepted_and_verified(place: Place) -> None:
    columnar(place)
    done = place.accept("sample")
    assert done.answer is Answer.ACCEPTED
    assert done.record is not None
    assert {f["path"] for f in done.record.data["files"]} == {
        "datapackage.json",
        "README.md",
        *(f"data/{t}.parquet" for t in sample.TABLES),
    }
    assert verify(place.store).damages == ()
    assert place.standing("sample") is Standing.ACCEPTED
    assert place.accept("sample").answer is Answer.ALREADY


@pytest.mark.parametrize("beside", [False, True])
def test_draft_and_release_are_what_they_are_in_csv(place: Place, tmp_path: Path, beside: bool) -> None:
    reg = registry.open(place.root)
    text = {table: reg.load("sample", "draft").table(table) for table in sample.TABLES}
    columnar(place, beside=beside)
    assert place.accept("sample").answer is Answer.ACCEPTED
    reg = registry.open(place.root)
    for version in ("draft", "1.0.0"):
        package = reg.load("sample", version)
        for table in package.tables:
            assert package.table(table).equals(text[table]), (version, table)
            assert package.table(table).schema == text[table].schema, (version, table)
    assert outcomes("deposit", "sample", "--to", str(tmp_path / "to/sample"), cwd=place.root).returncode == 0
    assert (tmp_path / "to/sample/data/outcomes.parquet").read_bytes() == (
        place.folder("sample") / "data/outcomes.parquet"
    ).read_bytes()
    assert outcomes("validate", str(tmp_path / "to/sample"), cwd=place.root).returncode == 0


def test_another_form_of_the_same_table_is_no_other_content(accepted: Place) -> None:
    columnar(accepted)
    assert accepted.standing("sample") is Standing.ACCEPTED
    done = accepted.accept("sample")
    assert done.answer is Answer.ALREADY, done
    changed(accepted.folder("sample"), 19)
    assert accepted.standing("sample") is Standing.DRAFT


def test_a_difference_is_told_row_by_row(accepted: Place) -> None:
    changed(columnar(accepted), 19)
    told = outcomes("diff", "sample@1.0.0", "sample", cwd=accepted.root)
    assert told.returncode == 0, told
    assert "events" in told.stdout
    assert "12 → 19" in told.stdout


def test_a_build_has_the_rows_and_flags_what_is_found(place: Place) -> None:
    columnar(place)
    assert place.accept("sample").answer is Answer.ACCEPTED
    assert outcomes("build", cwd=place.root).returncode == 0
    rows = outcomes("sql", "SELECT count(*) AS n, sum(events)::INT AS events FROM outcomes", "--format", "json", cwd=place.root)
    assert json.loads(rows.stdout) == [{"n": 4, "events": 55}]


def test_what_is_beside_is_frozen_with_the_package_and_a_change_of_it_is_one(place: Place) -> None:
    folder = columnar(place, beside=True)
    done = place.accept("sample")
    assert done.record is not None
    assert {f"data/{t}.parquet" for t in sample.TABLES} <= {f["path"] for f in done.record.data["files"]}
    assert verify(place.store).damages == ()
    path = folder / "data/outcomes.parquet"
    pq.write_table(pq.read_table(path), path, compression="gzip")
    assert place.standing("sample") is Standing.DRAFT


def test_a_link_beside_is_refused(place: Place) -> None:
    folder = columnar(place, beside=True)
    path = folder / "data/outcomes.parquet"
    outside = place.root / "outside.parquet"
    path.rename(outside)
    path.symlink_to(outside)
    assert place.accept("sample").answer is Answer.INVALID
    assert not (place.store / "ledger.jsonl").exists()


def test_a_correction_is_refreshed(place: Place) -> None:
    folder = columnar(place)
    changed(folder, 19)
    assert outcomes("validate", "sample", cwd=place.root).returncode == 1
    done = outcomes("refresh", "sample", cwd=place.root)
    assert (done.returncode, done.stdout.startswith("data/outcomes.parquet: ")) == (0, True), done
    assert outcomes("validate", "sample", cwd=place.root).returncode == 0
    assert "nothing to do" in outcomes("refresh", "sample", cwd=place.root).stdout


def test_what_is_beside_is_refreshed_too(place: Place) -> None:
    folder = columnar(place, beside=True)
    path = folder / "data/outcomes.parquet"
    pq.write_table(pq.read_table(path), path, compression="gzip")
    done = outcomes("refresh", "sample", cwd=place.root)
    assert (done.returncode, done.stdout.startswith("data/outcomes.parquet: ")) == (0, True), done
    assert outcomes("validate", "sample", cwd=place.root).returncode == 0


def test_what_writes_csv_refuses_parquet_and_changes_nothing(place: Place) -> None:
    columnar(place)
    (place.root / "list.csv").write_text(
        watch("1,a,5/21/2019 0:00,10.1000/notice,0,https://doi.org/10.1000/abc,0,Retraction"), encoding="utf-8"
    )
    before = place.files()
    for command in (["vocab", "adopt", "sample", "x.a"], ["sources", "check", "sample", "--retractions", "list.csv"]):
        done = outcomes(*command, cwd=place.root)
        assert (done.returncode, "is Parquet, and only CSV is rewritten" in done.stderr) == (2, True), done
    assert place.files() == before


def test_a_damaged_draft_says_where_and_why(place: Place) -> None:
    folder = columnar(place)
    path = folder / "data/outcomes.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError, match=r"outcomes\.parquet can't be read as Parquet: .*`outcomes validate sample`"):
        registry.open(place.root).load("sample", "draft").table("outcomes")


def test_importing_over_it_leaves_no_table_behind(place: Place) -> None:
    folder = columnar(place)
    sample.write(folder)
    assert sorted(p.name for p in (folder / "data").iterdir()) == sorted(f"{t}.csv" for t in sample.TABLES)


def test_categories_and_empty_texts_are_cells_as_in_csv(place: Place) -> None:
    folder = columnar(place)
    path = folder / "data/sources.parquet"
    frame = pl.read_parquet(path)
    pq.write_table(frame.with_columns(pl.col("kind").cast(pl.Categorical), url=pl.lit("")).to_arrow(), path)
    assert outcomes("refresh", "sample", cwd=place.root).returncode == 0
    table = registry.open(place.root).load("sample", "draft").table("sources")
    assert table["kind"].to_list() == ["journal-article"]
    assert table["url"].to_list() == [None]
