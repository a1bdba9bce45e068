"""A ``registry.duckdb`` that a stranger made: its views call what they like, and nothing comes of it."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl
import pytest

from tests.cli.invoking import outcomes
from tests.sql_safety.conftest import ELSEWHERE, Place

COMMANDS: Sequence[Sequence[str]] = [
    ("compare", "ssri", "placebo"),
    ("compare", "ssri", "placebo", "--format", "json"),
    ("audit", "sample"),
    ("export", "--csv", "--stratum", "response"),
    ("export", "--metafor", "--stratum", "response"),
    ("docs",),
    ("sql", "FROM response_rates"),
    ("sql", "FROM arms", "--format", "csv"),
    ("sql", 'PIVOT arms ON "role" USING count(*)', "--format", "json"),
    ("doctor",),
    ("list",),
]

BEFORE_2 = int(duckdb.__version__.partition(".")[0]) < 2


def _spoil(place: Place, *statements: str) -> None:
    with duckdb.connect(str(place.root / "registry.duckdb")) as con:
        for statement in statements:
            con.execute(place.fill(statement))


def _as_view(place: Place, name: str, words: str) -> str:
    """A view in the place of a table or view, with its columns, the first text among them taken from elsewhere."""
    with duckdb.connect(str(place.root / "registry.duckdb")) as con:
        columns = con.execute(f'DESCRIBE "{name}"').fetchall()
        kind = con.execute("SELECT table_type FROM information_schema.tables WHERE table_name = ?", [name]).fetchall()[0][0]
        con.execute(f'CREATE TABLE "kept_{name}" AS FROM "{name}"')
        con.execute(f'DROP {"VIEW" if kind == "VIEW" else "TABLE"} "{name}" CASCADE')
    text = next(column for column, form, *_ in columns if form == "VARCHAR" and column != "package")
    return f'CREATE VIEW "{name}" AS SELECT * REPLACE (({words}) AS "{text}") FROM "kept_{name}"'


@pytest.mark.parametrize(
    "name", ["response_rates", "comparable_rates", "strata", "arms", "studies", "findings", "packages", "claims"]
)
def test_no_view_reads_a_file(copied: Place, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    _spoil(copied, _as_view(copied, name, "SELECT content FROM read_text('{secret}')"))
    before = copied.hashes()
    for command in COMMANDS:
        done = outcomes(*command, cwd=copied.root)
        assert ELSEWHERE not in done.stdout + done.stderr, command
        assert done.returncode != 4, (command, done.stderr)
    assert ELSEWHERE not in "".join(capfd.readouterr())
    assert {k: v for k, v in copied.hashes().items() if not k.startswith(("root/gate", "root/site"))} == before


@pytest.mark.parametrize(
    "words",
    [
        "SELECT content FROM read_text('/etc/passwd')",
        "SELECT word FROM read_csv('{secret}')",
        "SELECT string_agg(file) FROM glob('/*')",
        "FROM elsewhere()",
        "SELECT aside()",
    ],
)
def test_it_is_said_that_no_build_made_it(copied: Place, words: str) -> None:
    _spoil(
        copied,
        "CREATE MACRO elsewhere() AS TABLE SELECT content FROM read_text('{secret}')",
        "CREATE MACRO aside() AS (SELECT content FROM read_text('{secret}'))",
        _as_view(copied, "comparable_rates", words),
    )
    done = outcomes("compare", "ssri", "placebo", cwd=copied.root)
    assert done.returncode == 3
    assert "wasn't made by" in done.stderr
    assert "run `outcomes build` again" in done.stderr
    with pytest.raises(duckdb.PermissionException):
        copied.registry.compare("ssri", "placebo")


def test_no_view_finds_a_variable_of_ours(copied: Place) -> None:
    _spoil(copied, "CREATE TABLE frame (word VARCHAR)", "CREATE VIEW seen AS FROM frame", "DROP TABLE frame")
    frame = pl.DataFrame({"word": [ELSEWHERE]})
    with pytest.raises(duckdb.CatalogException):
        copied.registry.sql("FROM seen")
    assert frame.height == 1


@pytest.mark.parametrize(
    "called",
    [
        "enable_logging('QueryLog', storage = 'file', storage_path = '{new}')",
        "enable_logging('QueryLog', storage = 'file', storage_path = '{out}')",
        "query('FROM arms')",
    ],
)
def test_no_view_switches_a_log_on(copied: Place, called: str) -> None:
    """DuckDB before 2.0 would let it, locked or not, and end the process where it may not write the log."""
    _spoil(copied, f"CREATE MACRO aside() AS TABLE FROM {called}", "CREATE VIEW seen AS FROM aside()")
    before = copied.hashes()
    for command in (("sql", "FROM seen", "--files", str(copied.mine)), ("compare", "ssri", "placebo")):
        done = outcomes(*command, cwd=copied.root)
        if BEFORE_2:
            assert done.returncode == 3, done.stderr
            assert "`aside` calls" in done.stderr
    assert copied.hashes() == before


def test_a_function_of_its_own_under_a_known_name_is_only_its_own(copied: Place) -> None:
    """What looks through the views is DuckDB's own function."""
    _spoil(
        copied,
        "CREATE MACRO duckdb_views() AS TABLE SELECT 'v' AS view_name, 'SELECT 1' AS sql, false AS internal",
        "CREATE MACRO round(x, d := 0) AS (SELECT content FROM read_text('{secret}'))",
    )
    done = outcomes("compare", "ssri", "placebo", cwd=copied.root)
    assert ELSEWHERE not in done.stdout + done.stderr
    assert done.returncode != 4
