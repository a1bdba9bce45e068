"""Originals and mappings of strangers: whatever they hold, an import ends with an error that says where, and changes nothing on disk.

Each runs as users run it, in a process that is held to its limits. What is refused before any of it is read or run is told apart
in ``tests/importing``.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

import pytest

from registry.importing import ImportProblem, MappingError, OutOfReachError, import_package
from registry.importing.bounds import Limits
from tests.importing.conftest import DATA, MAPPING
from tests.importing.works import aborts, panics, reads_address_0

LITTLE = Limits(memory=450_000_000, seconds=5)
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is held by the system on Linux alone")


def convert(folder: Path, content: bytes, *, name: str = "arms.csv", sql: str = "n", limits: Limits = LITTLE) -> None:
    (folder / name).write_bytes(content)
    mapping = folder / "mapping.yaml"
    text = MAPPING.replace("arms.csv", name).replace("SHA256", hashlib.sha256(content).hexdigest())
    mapping.write_text(text.replace("n_randomised: n", f"n_randomised: {{sql: {json.dumps(sql)}}}"))
    before = sorted(folder.rglob("*"))
    try:
        import_package([folder], mapping, folder / "small", limits=limits)
    finally:
        assert sorted(path for path in folder.rglob("*") if not path.is_relative_to(folder / "small")) == before
    assert (folder / "small" / "datapackage.json").is_file()


def test_an_import_within_the_limits_is_made(tmp_path) -> None:
    convert(tmp_path, DATA.encode(), limits=Limits())


LONG = b"id,drug,n,note\n" + b"".join(b"%d,SSRI,5,%s\n" % (n, b"SSRI" * 500) for n in range(1000))


def nested(function: str, arguments: str, times: int) -> str:
    return f"length({f'{function}(' * times}note{f', {arguments})' * times})"


@only_linux
@pytest.mark.parametrize(
    "sql",
    [
        nested("replace", "'S', 'SS'", 40),
        nested("regexp_replace", r"'.+', '\0\0'", 40),
        f"length(concat({', '.join(['note'] * 4000)}))",
        f"strftime(DATE '2015-01-31', '{'%A' * 100_000}')",
    ],
    ids=lambda sql: sql[:20],
)
def test_texts_without_end_are_an_error_of_the_mapping(tmp_path, sql) -> None:
    with pytest.raises(MappingError) as error:
        convert(tmp_path, LONG, sql=sql, limits=Limits(memory=450_000_000))
    assert "Out of Memory" in str(error.value) or "of memory that an import may use" in str(error.value)
    assert error.value.problems[0][:2] in {(31, 27), (23, 5)}
    assert not (tmp_path / "made").exists()


@only_linux
def test_memory_that_an_expression_takes_to_be_read_is_no_fault_of_its_words(tmp_path) -> None:
    with pytest.raises(MappingError, match=r":23:5: Making the rows of `arms` takes more than the 0\.4 GB of memory"):
        convert(tmp_path, DATA.encode(), sql=f"{'(' * 300_000}n{')' * 300_000}", limits=Limits(memory=400_000_000))


def test_an_expression_without_end_is_an_error_of_the_mapping(tmp_path) -> None:
    slow = nested("regexp_replace", r"'(.)(.)', '\2\1', 'g'", 90)
    with pytest.raises(MappingError, match=r":23:5: Making the rows of `arms` takes more than the 4 seconds"):
        convert(tmp_path, LONG, sql=slow, limits=Limits(seconds=4))


@only_linux
def test_a_file_that_is_too_much_to_read_is_out_of_reach(tmp_path) -> None:
    import polars as pl

    pl.DataFrame({"id": ["x" * 150_000_000], "drug": "SSRI", "n": 1}).write_parquet(tmp_path / "large.parquet")
    with pytest.raises(OutOfReachError, match=r"arms\.parquet: reading it as Parquet takes more than the 0\.4 GB of memory"):
        convert(tmp_path, (tmp_path / "large.parquet").read_bytes(), name="arms.parquet", limits=Limits(memory=400_000_000))


MAY_BE_MEMORY = "it may have asked for more than the 0.45 GB of memory that an import may use"


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (aborts, r"\(SIGABRT\)"),
        (panics, r"\(capacity overflow\)"),
        pytest.param(reads_address_0, rf"\(SIGSEGV; {re.escape(MAY_BE_MEMORY)}\)", marks=only_linux),
    ],
)
def test_a_reader_that_gives_up_is_a_problem_of_the_file(tmp_path, monkeypatch, work, said) -> None:
    def gives_up(_work, _arguments, **limits):
        return run(work, {"at": {"input": "arms.xlsx", "format": "an XLSX workbook"}}, **limits)

    from registry.importing.child import run

    monkeypatch.setattr("registry.importing.package.run", gives_up)
    with pytest.raises(
        ImportProblem, match=rf"arms\.xlsx: this can't be read as an XLSX workbook: its reader failed {said}"
    ) as error:
        convert(tmp_path, DATA.encode())
    assert type(error.value) is ImportProblem


@only_linux
def test_reading_at_no_address_may_be_of_memory(tmp_path, monkeypatch) -> None:
    def gives_up(_work, _arguments, **limits):
        return run(reads_address_0, {"at": {"table": "arms", "line": 23, "column": 5}}, **limits)

    from registry.importing.child import run

    monkeypatch.setattr("registry.importing.package.run", gives_up)
    with pytest.raises(
        MappingError, match=rf":23:5: Making the rows of `arms` ended DuckDB \(SIGSEGV; {re.escape(MAY_BE_MEMORY)}\)"
    ):
        convert(tmp_path, DATA.encode())
