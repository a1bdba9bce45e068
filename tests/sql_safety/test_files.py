"""What `--files`, and `files` in Python, let a query read, and that it stays at that."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from registry.errors import RequestError
from tests.cli.invoking import outcomes
from tests.sql_safety.conftest import ELSEWHERE, Place

JOIN = "SELECT label, weight FROM arms JOIN '{mine}' USING (arm_id) ORDER BY weight"
BEFORE_1_5 = tuple(int(part) for part in duckdb.__version__.split(".")[:2]) < (1, 5)


def test_the_files_of_a_folder_can_be_read(place: Place, tmp_path: Path) -> None:
    before = place.hashes()
    query = place.fill(JOIN)
    assert place.registry.sql(query, files=[place.mine])["weight"].to_list() == [2, 3]
    for form in ("table", "csv", "json"):
        assert outcomes("sql", query, "--format", form, "--files", str(place.mine), cwd=place.root).returncode == 0
    to = tmp_path / "weights.parquet"
    done = outcomes("sql", query, "--format", "parquet", "-o", str(to), "--files", "../mine", cwd=place.root)
    assert done.returncode == 0, done.stderr
    assert pl.read_parquet(to)["weight"].to_list() == [2, 3]
    assert list(tmp_path.iterdir()) == [to]
    assert place.hashes() == before


@pytest.mark.skipif(BEFORE_1_5, reason="DuckDB before 1.5 wants the path in full")
def test_a_path_may_begin_where_one_is(place: Place) -> None:
    assert place.registry.sql("FROM '../mine/weights.csv'", files=["../mine"]).height == 2
    assert place.registry.sql("FROM '../mine/*.csv'", files=["../mine"]).height == 2


def test_folders_are_told_one_by_one(place: Place, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("arm_id,colour\ndrug,red\n", encoding="utf-8")
    query = place.fill("FROM '{mine}' JOIN '%s' USING (arm_id)" % (tmp_path / "more.csv"))
    done = outcomes("sql", query, "--format", "json", "--files", str(place.mine), "--files", str(tmp_path), cwd=place.root)
    assert json.loads(done.stdout) == [{"arm_id": "drug", "weight": 2, "colour": "red"}]


@pytest.mark.parametrize(
    "path", ["{folder}/mine/../secret.csv", "{folder}/mine-more/x.csv", "{folder}/secret.csv", "../secret.csv"]
)
def test_nothing_beside_the_folder_is_read(copied: Place, path: str) -> None:
    (copied.folder / "mine-more").mkdir()
    (copied.folder / "mine-more" / "x.csv").write_text(f"word\n{ELSEWHERE}\n", encoding="utf-8")
    done = outcomes("sql", f"FROM '{path.format(folder=copied.folder)}'", "--files", str(copied.mine), cwd=copied.root)
    assert done.returncode == 2
    assert ELSEWHERE not in done.stdout + done.stderr
    assert "--files DIR" in done.stderr


@pytest.mark.parametrize("link", ["link.csv", "folder"])
def test_a_link_leads_nowhere_else(copied: Place, link: str) -> None:
    (copied.mine / link).symlink_to(copied.folder if link == "folder" else copied.folder / "secret.csv")
    path = copied.mine / link / "secret.csv" if link == "folder" else copied.mine / link
    done = outcomes("sql", f"FROM '{path}'", "--files", str(copied.mine), cwd=copied.root)
    assert done.returncode == 2
    assert ELSEWHERE not in done.stdout + done.stderr


def test_a_folder_that_is_none_is_said(place: Place) -> None:
    with pytest.raises(RequestError, match="nowhere is not a folder"):
        place.registry.sql("SELECT 1", files=["nowhere"])
    with pytest.raises(RequestError, match="is not a folder"):
        place.registry.connect(files=[place.mine / "weights.csv"])
    assert outcomes("sql", "SELECT 1", "--files", "nowhere", cwd=place.root).returncode == 2


def test_several_connections_stand_side_by_side(place: Place) -> None:
    reg = place.registry
    with reg.connect() as one, reg.connect(files=[place.mine]) as two:
        assert one.execute("SELECT count(*) FROM arms").fetchall() == two.execute("SELECT count(*) FROM arms").fetchall()
        assert reg.sql(place.fill(JOIN), files=[place.mine]).height == 2
        with pytest.raises(duckdb.Error):
            one.execute(place.fill("FROM '{mine}'"))


def test_a_connection_is_locked_and_changes_nothing(place: Place) -> None:
    before = place.hashes()
    frame = pl.DataFrame({"n": [1]})
    with place.registry.connect() as con:
        for statement in (
            "SET enable_external_access = true",
            "SET temp_directory = 'spilt'",
            "SET python_enable_replacements = true",
            "DELETE FROM arms",
            "CREATE TABLE t AS SELECT 1",
            f"COPY arms TO '{place.mine / 'new'}'",
            f"ATTACH '{place.mine / 'new'}'",
            "LOAD httpfs",
            "INSTALL httpfs",
            "FROM frame",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(statement)
        con.register("mine", frame)
        assert con.sql("FROM mine").fetchall() == [(1,)]
    assert place.hashes() == before


def test_what_memory_does_not_hold_goes_to_no_disk(copied: Place) -> None:
    before = copied.hashes()
    from registry.database import open_database

    with open_database(copied.registry.database) as con:
        assert con.execute("SELECT current_setting('temp_directory')").fetchall() == [("",)]
    assert copied.hashes() == before
