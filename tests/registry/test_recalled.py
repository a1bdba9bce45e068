"""What was pooled before is recalled where every row is the same, and never where one isn't."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest

from registry import building, recalled
from registry.building import build
from registry.form import attach, make_database
from registry.packages.finding import DATABASE
from tests import sample
from tests.conftest import Once
from tests.registry.spoiling import spoil

TABLES = ("pooled_rates", "pooled_contrasts", "ladder")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def pooled() -> Iterator[list[int]]:
    """Grows by one whenever rates are pooled."""
    calls: list[int] = []

    def counted(con: duckdb.DuckDBPyConnection) -> None:
        calls.append(1)
        store(con)

    store = building.store
    with patch.object(building, "store", counted):
        yield calls


def answers(root: Path, **asked: bool) -> list[list[tuple[object, ...]]]:
    made = build(root, today=sample.TODAY, drafts=True, **asked)
    assert made.database is not None
    return kept_in(made.database)


def kept_in(database: Path) -> list[list[tuple[object, ...]]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return [con.execute(f"FROM {table}").fetchall() for table in TABLES]


@pytest.fixture(scope="session")
def _built(once: Once) -> Path:
    def fill(folder: Path) -> None:
        sample.write(folder / "registry" / "datapackages" / "sample")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OUTCOMES_CACHE", str(folder / "cache"))
            answers(folder / "registry")

    return once("recalled", fill)


@pytest.fixture
def built(_built: Path, tmp_path: Path, cache: Path) -> Path:
    """A registry that was built with nothing kept; what it kept is in ``cache``."""
    shutil.copytree(_built / "cache", cache)
    return Path(shutil.copytree(_built / "registry", tmp_path / "registry"))


def test_the_same_rows_are_pooled_once(tmp_path: Path, cache: Path, pooled: list[int]) -> None:
    for name in ("one", "another"):
        sample.write(tmp_path / name / "datapackages" / "sample")
    first = answers(tmp_path / "one")
    assert first[0]
    assert answers(tmp_path / "one") == first
    assert answers(tmp_path / "another") == first
    assert len(pooled) == 1
    assert answers(tmp_path / "one", full=True) == first
    assert len(pooled) == 2
    assert len(list((cache / "worked-out").iterdir())) == 1


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("studies", "year", "2021"), ("outcomes", "source_locator", "Table 3")],
)
def test_a_row_that_differs_is_pooled(table: str, column: str, value: str, built: Path, pooled: list[int]) -> None:
    answers(built)
    assert pooled == []
    shutil.rmtree(built / "datapackages")
    sample.write(built / "datapackages" / "sample", sample.cell(table, column, value))
    answers(built)
    assert len(pooled) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE outcomes SET events = events + 1 WHERE rowid = 0",
        "UPDATE outcomes SET percent_reported = 0.1 + 0.2 WHERE rowid = 0",
        "UPDATE studies SET label = label || ' '",
        "DELETE FROM outcomes WHERE rowid = 0",
        "INSERT INTO outcomes FROM outcomes LIMIT 1",
        "INSERT INTO lineage BY NAME SELECT 'a' AS package",
        "UPDATE vocabulary.definitions SET label = 'another' WHERE rowid = 0",
    ],
)
def test_the_name_is_of_every_row(change: str, built: Path) -> None:
    with duckdb.connect() as con:
        attach(con, built / DATABASE)
        con.execute("USE registry")
        before = recalled.named(con, apart=["build"])
        con.execute("UPDATE build SET built_on = '2030-01-01'")
        assert recalled.named(con, apart=["build"]) == before
        con.execute(change)
        assert recalled.named(con, apart=["build"]) != before


def test_other_software_pools_again(built: Path, pooled: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalled, "_software", lambda: "another version")
    answers(built)
    assert len(pooled) == 1


def test_every_file_of_the_software_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("registry", "validation", "schemas"):
        (tmp_path / part).mkdir()
    monkeypatch.setattr(recalled, "__file__", str(tmp_path / "registry" / "recalled.py"))
    told = set()
    for path in ("registry/a.py", "validation/a.py", "schemas/words.csv", "registry/b/a.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        for content in ("one", "another"):
            (tmp_path / path).write_text(content, encoding="utf-8")
            told.add(recalled._software.__wrapped__())
    assert len(told) == 8


@pytest.mark.parametrize("damage", ["cut", "text", "folder", "link", "other table"])
def test_a_file_that_is_not_as_it_was_kept_is_pooled_again(
    damage: str, built: Path, tmp_path: Path, cache: Path, pooled: list[int]
) -> None:
    first = kept_in(built / DATABASE)
    (kept,) = (cache / "worked-out").iterdir()
    content = kept.read_bytes()
    if damage == "other table":
        kept.unlink()
        with duckdb.connect(str(kept)) as con:
            con.execute("CREATE TABLE pooled_rates (outcome INTEGER)")
    else:
        spoil(kept, damage, tmp_path / "elsewhere")
    assert answers(built) == first
    assert len(pooled) == 1
    if damage == "link":
        assert (tmp_path / "elsewhere").read_bytes() == content


def test_without_a_place_for_it_everything_is_pooled(tmp_path: Path, pooled: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / "a file"))
    sample.write(tmp_path / "datapackages" / "sample")
    assert answers(tmp_path) == answers(tmp_path)
    assert len(pooled) == 2


def test_only_what_was_used_last_is_kept(tmp_path: Path, cache: Path) -> None:
    folder = cache / "worked-out"
    folder.mkdir(parents=True)
    for n in range(20):
        (folder / f"{n}.duckdb").touch()
    sample.write(tmp_path / "datapackages" / "sample")
    answers(tmp_path)
    assert len(list(folder.iterdir())) == 8


@pytest.fixture
def begun() -> Iterator[list[Path]]:
    """Grows by one whenever a database without rows is made by its statements."""
    calls: list[Path] = []

    def counted(file: Path) -> None:
        calls.append(file)
        make(file)

    make = recalled.make_database
    with patch.object(recalled, "make_database", counted):
        yield calls


def held(file: Path) -> list[tuple[object, ...]]:
    """What a database without rows has: columns and their comments, views, and the vocabularies' rows."""
    with duckdb.connect(str(file), read_only=True) as con:
        columns = con.execute("SELECT table_name, column_name, data_type, comment FROM duckdb_columns() ORDER BY ALL").fetchall()
        views = con.execute("SELECT view_name, sql, comment, NULL FROM duckdb_views() WHERE NOT internal ORDER BY ALL").fetchall()
        return [*columns, *views, *con.execute("FROM vocabulary.treatments ORDER BY ALL").fetchall()]


def test_the_database_without_rows_is_made_once(tmp_path: Path, cache: Path, begun: list[Path]) -> None:
    for name in ("one", "another"):
        recalled.begin(tmp_path / name)
    assert len(begun) == 1
    assert (tmp_path / "one").read_bytes() == (tmp_path / "another").read_bytes()
    make_database(tmp_path / "third")
    assert held(tmp_path / "another") == held(tmp_path / "third")
    assert len(list((cache / "begun").iterdir())) == 1


def test_other_software_begins_again(tmp_path: Path, cache: Path, begun: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("a", "b", "c"):
        monkeypatch.setattr(recalled, "_software", lambda version=version: version)
        recalled.begin(tmp_path / version)
    assert len(begun) == 3
    assert len(list((cache / "begun").iterdir())) == 2


@pytest.mark.parametrize("damage", ["cut", "changed", "text", "folder", "link"])
def test_a_beginning_that_is_not_as_it_was_kept_is_made_again(
    damage: str, tmp_path: Path, cache: Path, begun: list[Path]
) -> None:
    recalled.begin(tmp_path / "first")
    (kept,) = (cache / "begun").iterdir()
    content = kept.read_bytes()
    if damage == "changed":
        # Many bytes: by chance, another single one may lead to the same.
        kept.write_bytes(bytes(byte ^ (at % 1000 == 500) for at, byte in enumerate(content)))
    else:
        spoil(kept, damage, tmp_path / "elsewhere")
    recalled.begin(tmp_path / "second")
    assert len(begun) == 2
    assert held(tmp_path / "second") == held(tmp_path / "first")
    if damage == "link":
        assert (tmp_path / "elsewhere").read_bytes() == content
