"""A query only asks: what writes is refused whatever it is wrapped in, and what lies elsewhere is out of reach."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from registry.errors import RequestError
from tests.cli.invoking import outcomes
from tests.sql_safety.conftest import ELSEWHERE, Ask, Place
from tests.sql_safety.statements import ASKING, READING, WRITING, lines


@pytest.fixture(scope="module", autouse=True)
def unchanged(place: Place) -> object:
    """Not a byte has changed when all is done; each test looks at what it would have made."""
    before = place.hashes()
    yield
    assert place.hashes() == before


@pytest.mark.parametrize("given", [False, True], ids=["no files", "files"])
@pytest.mark.parametrize("statement", lines(WRITING))
def test_what_writes_is_refused(place: Place, ask: Ask, statement: str, given: bool) -> None:
    before = place.state()
    with pytest.raises((RequestError, duckdb.Error)):
        ask(place.fill(statement), files=given)
    assert place.state() == before


@pytest.mark.parametrize("statement", lines(READING))
def test_what_lies_elsewhere_is_out_of_reach(place: Place, ask: Ask, statement: str, capfd: pytest.CaptureFixture[str]) -> None:
    frame = pl.DataFrame({"word": [ELSEWHERE]})
    for given in (False, True):
        with pytest.raises(duckdb.Error) as refused:
            ask(place.fill(statement), files=given)
        assert ELSEWHERE not in str(refused.value)
    assert ELSEWHERE not in "".join(capfd.readouterr())
    assert frame.height == 1


@pytest.mark.parametrize("statement", lines(ASKING))
def test_what_asks_is_answered(ask: Ask, statement: str) -> None:
    assert ask(statement).width


def test_the_answers_are_those_of_the_query(place: Place) -> None:
    sql = place.registry.sql
    assert sql("PIVOT arms ON arm_id USING count(*) GROUP BY study_id").rows() == [("trial", 1, 1)]
    assert sql("FROM range(5) t(n) ORDER BY n DESC LIMIT 2").rows() == [(4,), (3,)]
    assert sql("SELECT ? + ? AS sum", [1, 2]).rows() == [(3,)]
    assert sql("SELECT 1 AS a, 2 AS a").rows(named=True) == [{"a": 1, "a_1": 2}]
    assert sql("SELECT 'a;b--c' AS x; -- d").rows() == [("a;b--c",)]
    assert "arms" in sql("EXPLAIN ANALYZE FROM arms").rows()[0][1]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("", "the query is empty"),
        (" ;\n; -- nothing", "the query is empty"),
        ("SELECT 1; SELECT 2; SELECT 3", "give one query at a time; this has 3 statements"),
        ("COPY arms TO 'x'", "COPY is not a query: queries are read-only"),
        ("EXPLAIN ANALYZE COPY arms TO 'x'", "COPY is not a query: queries are read-only"),
        ("pragma version", "PRAGMA is not a query: queries are read-only"),
        ("FROM query('FROM arms')", "`query` does more than read"),
        ("SELECT 1 AS \ud800", "isn't text in UTF-8"),
    ],
)
def test_why_is_said(place: Place, statement: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        place.registry.sql(statement)


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
@pytest.mark.parametrize(
    "statement",
    [
        "WITH x AS (COPY (SELECT 'gone') TO '.registry/ledger.jsonl') SELECT * FROM x",
        "COPY (PIVOT arms ON role USING count(*)) TO '{new}'",
        "EXPLAIN ANALYZE COPY (PIVOT arms ON role USING count(*)) TO '{new}'",
        "WITH x AS (COPY (SELECT 1) TO '{new}') PIVOT x ON \"Count\" USING count(*)",
        "FROM enable_logging('QueryLog', storage = 'file', storage_path = '{new}')",
        "FROM '../secret.csv'",
        "FROM read_text('/etc/passwd')",
        "FROM asked",
        "SELECT * FROM con",
    ],
)
def test_the_command_refuses_it_too(place: Place, statement: str, form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    to = tmp_path_factory.mktemp("out") / "result"
    before = place.state()
    done = outcomes("sql", place.fill(statement), "--format", form, "-o", str(to), "--files", str(place.mine), cwd=place.root)
    assert done.returncode == 2
    assert ELSEWHERE not in done.stdout + done.stderr
    assert list(to.parent.iterdir()) == []
    assert place.state() == before
