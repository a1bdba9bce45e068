"""``outcomes sql``: what it writes in each form, and that it writes nowhere else."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests import sample
from tests.cli.invoking import outcomes

RATES = "SELECT arm, events, rate FROM response_rates ORDER BY events DESC"

ODD = r"""
    SELECT [1, 2] AS list, {'n': 'nan'::DOUBLE, 'i': INTERVAL 3 MONTHS} AS struct, 'x\xAA'::BLOB AS blob,
        1.10::DECIMAL(9, 2) AS dec, DATE '2020-01-01' AS day, INTERVAL 3 MONTHS AS span, 'inf'::DOUBLE AS inf,
        TIMESTAMPTZ '2020-01-01 10:00:00Z' AS at, true AS yes, NULL AS nothing,
        12345678901234567890123456789::HUGEINT AS huge, 'é"' || chr(10) AS text, 1 AS a, 2 AS a
"""


def test_every_form(root: Path, tmp_path: Path) -> None:
    assert "Sertraline" in outcomes("sql", RATES, cwd=root).stdout
    read = list(csv.DictReader(io.StringIO(outcomes("sql", RATES, "--format", "csv", cwd=root).stdout)))
    assert read[0] == {"arm": "Sertraline", "events": "20", "rate": "0.5"}
    assert json.loads(outcomes("sql", "-", "--format", "json", cwd=root, stdin=f"\ufeff{RATES};\n").stdout)[1]["events"] == 14
    path = tmp_path / "rates.parquet"
    assert outcomes("sql", RATES, "--format", "parquet", "-o", str(path), cwd=root).returncode == 0
    assert pl.read_parquet(path).height == 2
    assert [p.name for p in tmp_path.iterdir()] == ["rates.parquet"]


def test_values_that_a_form_has_no_notation_for(root: Path, tmp_path: Path) -> None:
    (row,) = json.loads(outcomes("sql", ODD, "--format", "json", cwd=root).stdout)
    assert row == {
        **{"list": [1, 2], "struct": {"n": None, "i": "3 months"}, "blob": "x\\xAA", "dec": 1.1, "day": "2020-01-01"},
        **{"span": "3 months", "inf": None, "at": row["at"], "yes": True, "nothing": None},
        **{"huge": 12345678901234567890123456789, "text": 'é"\n', "a": 1, "a_1": 2},
    }
    header, cells = csv.reader(io.StringIO(outcomes("sql", ODD, "--format", "csv", cwd=root).stdout))
    assert header[-2:] == ["a", "a_1"]
    assert cells[:2] == ["[1, 2]", "{'n': nan, 'i': 3 months}"]
    assert cells[3:6] == ["1.10", "2020-01-01", "3 months"]
    assert outcomes("sql", ODD, "--format", "parquet", "-o", str(tmp_path / "odd.parquet"), cwd=root).returncode == 0
    assert "3 months" in outcomes("sql", ODD, cwd=root).stdout


def test_a_result_without_rows_has_its_form(root: Path) -> None:
    query = "SELECT arm FROM response_rates WHERE false"
    assert outcomes("sql", query, "--format", "csv", cwd=root).stdout == "arm\n"
    assert json.loads(outcomes("sql", query, "--format", "json", cwd=root).stdout) == []
    assert "0 rows" in outcomes("sql", query, cwd=root).stdout


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize(
    "query", ["SHOW TABLES", "DESCRIBE arms", "PIVOT outcomes ON arm_id USING count(*)", "WITH x AS (FROM arms) FROM x"]
)
def test_all_that_asks_is_a_query(root: Path, query: str, form: str) -> None:
    assert outcomes("sql", query, "--format", form, cwd=root).returncode == 0


PAINT = "\x1b[31mred \x9b2J \u202egnp \u200b\ufeff \U000e0041"


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_data_do_not_paint_the_terminal(root: Path, form: str) -> None:
    """Nor do they in lists, in what a blob is shown as, and in columns that are named after data."""
    query = f"SELECT '{PAINT}' AS x, ['{PAINT}'] AS l, {{'{PAINT}': '{PAINT}'}} AS s, 1 AS \"{PAINT}\""
    done = outcomes("sql", query, "--format", form, cwd=root)
    assert "red" in done.stdout
    assert not {c for c in done.stdout if not c.isprintable()} - {"\n"}
    if form == "json":
        (row,) = json.loads(done.stdout)
        assert row == {"x": PAINT, "l": [PAINT], "s": {PAINT: PAINT}, PAINT: 1}
    error = outcomes("sql", f'SELECT "{PAINT}x"', cwd=root)
    assert (error.returncode, [c for c in error.stderr if not c.isprintable() and c != "\n"]) == (2, [])


def test_a_spreadsheet_runs_no_cell(root: Path) -> None:
    query = "SELECT '=1+1' AS a, '@SUM(A1)' AS b, '-x' AS c, '-1.5' AS d, -1.5 AS e, INTERVAL '-3 days' AS f, '=1'::BLOB AS g, '+1' AS \"=2\""
    header, cells = csv.reader(io.StringIO(outcomes("sql", query, "--format", "csv", cwd=root).stdout))
    assert header == [*"abcdefg", "'=2"]
    assert cells == ["'=1+1", "'@SUM(A1)", "'-x", "-1.5", "-1.5", "-3 days", "'=1", "+1"]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_large_result_is_written_as_it_is_read(root: Path, form: str) -> None:
    script = (
        "import resource\nresource.setrlimit(resource.RLIMIT_DATA, (600 << 20, 600 << 20))\nfrom registry.cli import main\nmain()"
    )
    query = "SELECT i, repeat('x', 1000) AS x FROM range(1_000_000) r(i)"
    with subprocess.Popen(
        [sys.executable, "-c", script, "sql", query, "--format", form], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        size = sum(len(chunk) for chunk in iter(lambda: process.stdout.read(1 << 20), b""))  # type: ignore[union-attr]
        assert process.wait() == 0, process.stderr.read()
    assert size > 1_000_000_000


def test_a_database_that_is_open_elsewhere_is_said_to_be(tmp_path: Path) -> None:
    """Another process that has it open for writing is named, and nobody is told to build it again."""
    sample.write(tmp_path / "datapackages" / "sample")
    assert outcomes("build", "--drafts", cwd=tmp_path).returncode == 0
    hold = "import duckdb, sys; con = duckdb.connect('registry.duckdb'); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        done = outcomes("sql", "SELECT 1", cwd=tmp_path)
        other.communicate("")
    assert (done.returncode, "is open for writing in another process" in done.stderr) == (3, True), done
    assert os.name == "nt" or f"PID {other.pid}" in done.stderr
    assert outcomes("sql", "SELECT 1", cwd=tmp_path).returncode == 0
