"""Tables in Parquet: the same findings as of CSV, with the row's number in place of the line; and files that are no table."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.tables import TABLES
from tests import fixed, sample
from tests.bad_input.packages import checked, of, rules, small
from tests.catalogue.examples import as_parquet, seal
from tests.corpus.mutations import MUTATIONS
from tests.corpus.packages import bases
from tests.corpus.test_corpus import spoilt
from validation import parquet, validate
from validation.catalogue import catalogue
from validation.opening import Within
from validation.report import PackageReport, Validity

ABOUT_TEXT = {f"PKG{n:03}" for n in (*range(1, 15), *range(20, 26), 29, 30)}
"""Rules about descriptors and about the bytes and lines of CSV: of Parquet they have another thing to say, or nothing."""

UNREAD = {f"PKG{n:03}" for n in (*range(1, 10), 22, 23, 24, 29, 30)}
"""Rules about files that aren't read, or not as a whole, and are whole once they have been written as Parquet."""

NUMBER = r"(?!-0(\.0*)?$)-?(0|[1-9]\d{0,14})(\.\d{1,15})?"


# -- the same findings as of CSV -----------------------------------------------------------------------------------------------


def _lines(folder: Path) -> dict[str, dict[int, int]]:
    """By file, the number of the row that begins on each line."""
    found = {}
    for path in folder.glob("data/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            next(reader, None)
            begins, rows = reader.line_num + 1, {}
            for number, _ in enumerate(reader, 1):
                rows[begins] = number
                begins = reader.line_num + 1
        found[f"data/{path.name}"] = rows
    return found


def _has_one_form(folder: Path) -> bool:
    """Whether every cell of the CSV files is written in the form that its value has in Parquet, but for zeros at a number's end."""
    forms: Mapping[str, Callable[[str], bool]] = {
        "BIGINT": lambda c: str(int(c)) == c and abs(int(c)) < 1 << 63,
        "DOUBLE": lambda c: re.fullmatch(NUMBER, c) is not None and Decimal(repr(float(c))) == Decimal(c),
        "BOOLEAN": lambda c: c in {"true", "false"},
        "DATE": lambda c: re.fullmatch(r"\d{4}-\d{2}-\d{2}", c) is not None,
        "VARCHAR": lambda c: "\0" not in c and len(c) < 1_000,
    }
    for path in folder.glob("data/*.csv"):
        if path.is_symlink() or not path.is_file() or path.stem not in TABLES:
            return False
        kinds = {f.name: f.duckdb_type for f in TABLES[path.stem].fields()}
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            names = list(reader.fieldnames or [])
            if not names or len(set(names)) < len(names) or not set(names) <= kinds.keys():
                return False
            for row in reader:
                if None in row or None in row.values() or not all(forms[kinds[n]](c) for n, c in row.items() if c):
                    return False
    return True


def _in_parquet(folder: Path, to: Path) -> Path | None:
    """A copy of the package with every table in Parquet; None where a cell can't be."""
    try:
        if not _has_one_form(folder):
            return None
        shutil.copytree(folder, to)
        for path in sorted(folder.glob("data/*.csv")):
            as_parquet(to, path.stem)
    except (ValueError, ArithmeticError, KeyError, TypeError, StopIteration, OSError, csv.Error, pa.ArrowException):
        shutil.rmtree(to, ignore_errors=True)
        return None
    return to


def _told(report: PackageReport, rows: Mapping[str, Mapping[int, int]]) -> list[tuple[Any, ...]]:
    """The findings of rules about tables, in words that fit either form."""
    found = []
    for f in report.findings:
        if f.rule in ABOUT_TEXT:
            continue
        at = rows.get(str(f.file), {})
        place = at.get(f.line) if f.file in rows else f.line
        message = re.sub(r" on line (\d+)", lambda said, at=at: f" in row {at[int(said[1])]}", f.message)
        found.append((f.rule, str(f.file).replace(".csv", ".parquet"), place, f.column, sorted(f.key.items()), message))
    return sorted(found, key=repr)


def _tallies(report: PackageReport) -> dict[str, tuple[Any, ...]]:
    kept = (o for o in report.outcomes if o.rule not in ABOUT_TEXT and catalogue()[o.rule].stage not in {"folder", "descriptor"})
    return {o.rule: (o.result, o.checked, o.violations, o.waived) for o in kept}


def _is_the_same(folder: Path, to: Path) -> int | None:
    """How many findings there are of a package's tables, the same in either form; None where they can't be in Parquet."""
    made = _in_parquet(folder, to)
    if made is None:
        return None
    text, columnar = validate([folder, made], today=sample.TODAY, max_findings=1_000_000).packages
    if UNREAD & {f.rule for f in text.findings}:
        return None
    assert _told(columnar, {}) == _told(text, _lines(folder)), folder
    assert _tallies(columnar) == _tallies(text), folder
    return len(_told(columnar, {}))


@pytest.mark.parametrize("folder", sorted((fixed.registry() / "datapackages").iterdir()), ids=lambda p: p.name)
def test_of_a_real_package_the_same_is_found(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    descriptor = copy / "datapackage.json"
    data = json.loads(descriptor.read_text(encoding="utf-8"))
    data.pop("waivers", None)  # what they lift would hide whether it is found
    descriptor.write_text(json.dumps(data), encoding="utf-8")
    assert _is_the_same(copy, tmp_path / "parquet" / folder.name) is not None


def _mutated(numbers: range, root: Path) -> tuple[int, int]:
    """Of spoilt packages, how many can be in Parquet, and how many findings these have."""
    found = [_is_the_same(spoilt(n, root / "csv").folder, root / "parquet" / str(n) / "p") for n in numbers]
    counts = [count for count in found if count is not None]
    return len(counts), sum(counts)


def test_of_packages_spoilt_in_every_way_the_same_is_found(tmp_path: Path) -> None:
    compared, findings = _mutated(range(0, len(MUTATIONS), 3), tmp_path)
    assert compared > 10
    assert findings > 20


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(10))
def test_of_three_hundred_spoilt_packages_the_same_is_found(chunk: int, tmp_path: Path) -> None:
    compared, findings = _mutated(range(chunk * 30, chunk * 30 + 30), tmp_path)
    assert compared > 5
    assert findings > 5


def test_proposed_terms_are_terms_in_parquet_too(tmp_path: Path) -> None:
    term = {"vocabulary": "treatments", "id": "x.arketamine", "label": "Arketamine", "description": "A drug.", "source": "a"}
    arms = [{**row, "treatment_id": "x.arketamine"} for row in sample.TABLES["arms"]]
    folder = sample.write(tmp_path / "sample", {**sample.TABLES, "arms": arms, "terms": [term]})
    before = [(f.rule, f.column) for f in checked(folder).findings]
    for table in ("terms", "arms"):
        as_parquet(folder, table)
    assert [(f.rule, f.column) for f in checked(folder).findings] == before
    assert not {rule for rule, _ in before} & {"PKG032", "PKG036"}


def test_more_rows_than_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS", 3)
    monkeypatch.setattr(parquet, "_TEXT", 10)
    rows = [{**sample.TABLES["sources"][0], "source_id": f"s{n}", "title": "x" * n} for n in range(1, 11)]
    rows[7]["kind"] = "song"
    folder = sample.write(tmp_path / "sample", {**sample.TABLES, "sources": [*sample.TABLES["sources"], *rows]})
    as_parquet(folder, "sources")
    (finding,) = of(checked(folder), "PKG032")
    assert (finding.file, finding.line, dict(finding.key)) == ("data/sources.parquet", 10, {"source_id": "s8"})


def test_a_row_is_named_by_its_number_where_another_is_named(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample", {**sample.TABLES, "sources": [*sample.TABLES["sources"]] * 2})
    as_parquet(folder, "sources")
    (finding,) = of(checked(folder), "PKG034")
    assert (finding.line, finding.message) == (2, "the key (`source_id` 'report') is already in row 1")


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_by_the_fewest_digits_that_mean_it(number: float) -> None:
    (cell,) = parquet._written(pa.array([number])).to_pylist()
    assert float(cell) == number
    assert re.fullmatch(r"-?\d+(\.\d+)?", cell)
    assert Decimal(cell) == Decimal(repr(number))


# -- columns ------------------------------------------------------------------------------------------------------------------


def _sources(change: Callable[[pa.Table], pa.Table], folder: Path, **how: Any) -> Path:
    """The small package with its sources as Parquet, as pyarrow writes the changed table."""
    as_parquet(small(folder), "sources")
    path = folder / "data/sources.parquet"
    pq.write_table(change(pq.read_table(path)), path, **how)
    return _sealed(folder)


def _sealed(folder: Path) -> Path:
    descriptor = folder / "datapackage.json"
    data = json.loads(descriptor.read_text(encoding="utf-8"))
    for resource in data["resources"]:
        seal(folder, resource)
    descriptor.write_text(json.dumps(data), encoding="utf-8")
    return folder


def _cast(name: str, kind: pa.DataType) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.set_column(table.column_names.index(name), name, table[name].cast(kind))


def _put(name: str, cells: pa.Array) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.set_column(table.column_names.index(name), name, cells)


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string(), pa.dictionary(pa.int8(), pa.string())], ids=str)
def test_text_in_any_form(kind: pa.DataType, tmp_path: Path) -> None:
    assert rules(_sources(_cast("title", kind), tmp_path / "sample")) == set()


def test_a_column_without_a_cell_is_of_any_type(tmp_path: Path) -> None:
    assert rules(_sources(_put("url", pa.nulls(1)), tmp_path / "sample")) == set()


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint16(), pa.int32()], ids=str)
def test_whole_numbers_of_any_size(kind: pa.DataType, tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    as_parquet(folder, "outcomes")
    path = folder / "data/outcomes.parquet"
    pq.write_table(_cast("timepoint_days", kind)(_cast("events", kind)(pq.read_table(path))), path)
    assert rules(_sealed(folder)) == set()


@pytest.mark.parametrize(
    ("column", "cells", "found", "wanted"),
    [
        ("title", pa.array([7]), "int64", "string"),
        ("title", pa.array([b"x"]), "binary", "string"),
        ("title", pa.array([["x"]]), "list<element: string>", "string"),
        ("title", pa.array([{"a": "x"}]), "struct<a: string>", "string"),
        ("accessed", pa.array(["2026-11-01"]), "string", "date32[day]"),
        ("accessed", pa.array([0], pa.timestamp("us")), "timestamp[us]", "date32[day]"),
    ],
)
def test_another_type_is_refused(column: str, cells: pa.Array, found: str, wanted: str, tmp_path: Path) -> None:
    report = checked(_sources(_put(column, cells), tmp_path / "sample"))
    assert report.verdict is Validity.INVALID
    (finding,) = of(report, "PKG052")
    assert (finding.file, finding.column) == ("data/sources.parquet", column)
    assert finding.message == f"`{column}` is {found}; it must be {wanted}"


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("events", pa.array([20.0, 12.0, 14.0, 9.0])),
        ("percent_reported", pa.array([50.0, 30.0, 35.0, 22.5])),
        ("timepoint_days", pa.array([56, 56, 56, 56])),
        ("timepoint_days", pa.array([56, 56, 56, 56], pa.float32())),
    ],
)
def test_numbers_of_another_kind_are_refused(column: str, cells: pa.Array, tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    as_parquet(folder, "outcomes")
    path = folder / "data/outcomes.parquet"
    pq.write_table(_put(column, cells)(pq.read_table(path)), path)
    assert [f.column for f in of(checked(_sealed(folder)), "PKG052")] == [column]


@pytest.mark.parametrize(
    ("day", "said"),
    [(float("nan"), "nan"), (float("inf"), "inf"), (-0.0, "-0"), (1e300, None), (0.1 + 0.2, "0.30000000000000004")],
)
def test_a_number_that_has_no_form_here_is_a_finding(day: float, said: str | None, tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    as_parquet(folder, "outcomes")
    path = folder / "data/outcomes.parquet"
    table = pq.read_table(path)
    days = pa.array([*table["timepoint_days"].to_pylist()[:-1], day])
    pq.write_table(_put("timepoint_days", days)(table), path)
    (finding,) = of(checked(_sealed(folder)), "PKG031")
    assert (finding.line, finding.column) == (4, "timepoint_days")
    assert said is None or f"`timepoint_days` is '{said}'" in finding.message


def test_a_small_number_needs_no_exponent(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    as_parquet(folder, "outcomes")
    path = folder / "data/outcomes.parquet"
    table = pq.read_table(path)
    pq.write_table(_put("timepoint_days", pa.array([1e-7, *table["timepoint_days"].to_pylist()[1:]]))(table), path)
    assert "PKG031" not in rules(_sealed(folder))


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    def doubled(table: pa.Table) -> pa.Table:
        return table.append_column("title", table["title"])

    (finding,) = of(checked(_sources(doubled, tmp_path / "sample")), "PKG026")
    assert (finding.file, finding.line, finding.column) == ("data/sources.parquet", None, "title")


def test_a_column_that_the_table_has_not(tmp_path: Path) -> None:
    def more(table: pa.Table) -> pa.Table:
        return table.append_column("colour", pa.array([[{"a": 1}]])).drop_columns(["kind"])

    found = of(checked(_sources(more, tmp_path / "sample")), "PKG027")
    assert [(f.line, f.column) for f in found] == [(None, "colour"), (None, "kind")]


def test_no_rows(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    as_parquet(folder, "participants")
    path = folder / "data/participants.parquet"
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    assert rules(_sealed(folder)) == set()


@pytest.mark.parametrize("codec", ["none", "gzip", "brotli", "zstd", "lz4", "snappy"])
def test_any_compression(codec: str, tmp_path: Path) -> None:
    assert rules(_sources(lambda table: table, tmp_path / "sample", compression=codec, row_group_size=1)) == set()


def test_hash_and_size_are_those_of_the_file(tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    as_parquet(folder, "sources")
    descriptor = folder / "datapackage.json"
    data = json.loads(descriptor.read_text(encoding="utf-8"))
    data["resources"][0] |= {"rows": 7, "fields": 3, "bytes": 1, "hash": "sha256:00"}
    descriptor.write_text(json.dumps(data), encoding="utf-8")
    assert {f.column for f in of(checked(folder), "PKG021")} == {"rows", "fields", "bytes", "hash"}


# -- files that are no table --------------------------------------------------------------------------------------------------


def _bytes(columns: Mapping[str, pa.Array], **how: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **how)
    return sink.getvalue()


def _text(content: bytes) -> pa.Array:
    """One cell of text with these bytes, whether or not they are UTF-8."""
    offsets = pa.array([0, len(content)], pa.int32()).buffers()[1]
    return pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(content)])


WHOLE = _bytes({"source_id": pa.array(["report"]), "title": pa.array(["A trial"])})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (WHOLE[:-20], "can't be read as Parquet"),
        (WHOLE[:40], "can't be read as Parquet"),
        (b"source_id,kind\n", "can't be read as Parquet"),
        (b"PAR1" + b"\0" * 40 + b"PAR1", "can't be read as Parquet"),
        (WHOLE[:-4] + b"PARE", "can't be read as Parquet"),
        (_bytes({"source_id": _text(b"\xff\xfe")}), "UTF8"),
        (_bytes({"source_id": _text(b"a\0b")}), "`source_id` has a text with a NUL"),
        (_bytes({"source_id": _text(b"a" * (1 << 20) + b"b")}), "`source_id` has a text of more than 1,048,576 bytes"),
        (_bytes({"accessed": pa.array([(1 << 31) - 1], pa.date32())}), "`accessed` has a date that no calendar has"),
        (_bytes({f"c{n}": pa.array([1]) for n in range(10_001)}), "it has 10,001 columns"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_is_no_table_is_one_finding(content: bytes, said: str, tmp_path: Path) -> None:
    as_parquet(small(tmp_path / "sample"), "sources")
    (tmp_path / "sample/data/sources.parquet").write_bytes(content)
    report = checked(_sealed(tmp_path / "sample"))
    (finding,) = of(report, "PKG051")
    assert finding.message.startswith("data/sources.parquet: ")
    assert said in finding.message
    assert {f.rule for f in report.findings if f.file == "data/sources.parquet"} == {"PKG051"}


def test_an_empty_file_and_a_pointer_have_their_own_words(tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    as_parquet(folder, "sources")
    for content, rule in ((b"", "PKG020"), (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "PKG029")):
        (folder / "data/sources.parquet").write_bytes(content)
        found = {f.rule: f.line for f in checked(_sealed(folder)).findings if f.file == "data/sources.parquet"}
        assert found == {rule: None}


def test_more_cells_than_a_file_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million rows of one word are a file of some kilobytes."""
    as_parquet(small(tmp_path / "sample"), "sources")
    path = tmp_path / "sample/data/sources.parquet"
    path.write_bytes(_bytes({"source_id": pa.repeat("x" * 100, 1_000_000)}))
    assert path.stat().st_size < 20_000
    _sealed(tmp_path / "sample")
    monkeypatch.setattr(parquet, "MOST_CELLS", 999_999)
    assert "at most 999,999 cells are allowed" in of(checked(tmp_path / "sample"), "PKG051")[0].message
    monkeypatch.undo()
    monkeypatch.setattr(parquet, "MOST_TEXT", 1_000_000)
    assert "it has more than 1,000,000 bytes of text" in of(checked(tmp_path / "sample"), "PKG051")[0].message


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_parquet(sample.write(tmp_path_factory.mktemp("spoiled") / "sample"), "outcomes")


@given(changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4), cut=st.floats(0, 1) | st.none())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_bytes_changed_by_chance_are_never_a_crash(
    spoiled: Path, changes: list[tuple[float, int]], cut: float | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray((spoiled / "data/outcomes.parquet").read_bytes())
    for where, value in changes:
        content[int(where * (len(content) - 1))] = value
    folder = tmp_path_factory.mktemp("changed") / "sample"
    shutil.copytree(spoiled, folder)
    (folder / "data/outcomes.parquet").write_bytes(bytes(content) if cut is None else content[: int(cut * len(content))])
    assert "PKG021" in rules(folder) or bytes(content) == (spoiled / "data/outcomes.parquet").read_bytes()


# -- beside a CSV file --------------------------------------------------------------------------------------------------------


def _beside(folder: Path, change: Callable[[pa.Table], pa.Table]) -> Path:
    """The sample with its outcomes in Parquet too, changed there."""
    as_parquet(sample.write(folder), "outcomes", beside=True)
    path = folder / "data/outcomes.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    descriptor = folder / "datapackage.json"
    data = json.loads(descriptor.read_text(encoding="utf-8"))
    seal(folder, next(r for r in data["resources"] if r["name"] == "outcomes")["parquet"])
    descriptor.write_text(json.dumps(data), encoding="utf-8")
    return folder


def test_the_same_table_beside_its_csv_file_is_fine(tmp_path: Path) -> None:
    report = checked(_beside(tmp_path / "sample", lambda table: table))
    assert report.findings == ()
    assert {o.rule: o.checked for o in report.outcomes}["PKG053"] > 0


def test_real_packages_beside_their_csv_files_are_fine(tmp_path: Path) -> None:
    for base in bases()[:4]:
        folder = tmp_path / base.name
        folder.mkdir()
        base.copy().write(folder)
        for table in base.tables:
            as_parquet(folder, table, beside=True)
        assert "PKG053" not in rules(folder)


@pytest.mark.parametrize(
    ("change", "line", "column", "said"),
    [
        (
            _put("events", pa.array([12, 20, 8, 13])),
            3,
            "events",
            "row 3: `events` is 8, but 9 on line 4 of data/outcomes.csv; 2 rows differ in all",
        ),
        (
            _put("percent_reported", pa.array(["30.0", "50.0", "22.5", "35"])),
            4,
            "percent_reported",
            "is '35', but '35.0' on line 5",
        ),
        (_put("source_locator", pa.nulls(4, pa.string())), 1, "source_locator", "is empty, but 'Table 2' on line 2"),
        (lambda t: t.slice(0, 3), 4, None, "row 4: data/outcomes.csv has it, but data/outcomes.parquet has 3 rows only"),
        (
            lambda t: pa.concat_tables([t, t.slice(0, 1)]),
            5,
            None,
            "data/outcomes.parquet has it, but data/outcomes.csv has 4 rows only",
        ),
        (lambda t: t.take(pa.array([1, 0, 2, 3])), 1, "definition_id", "2 rows differ in all"),
        (lambda t: t.drop_columns(["extractions"]), None, "extractions", "data/outcomes.parquet has no column `extractions`"),
    ],
)
def test_the_first_row_that_differs_is_named(
    change: Callable[[pa.Table], pa.Table], line: int | None, column: str | None, said: str, tmp_path: Path
) -> None:
    report = checked(_beside(tmp_path / "sample", change))
    (finding,) = of(report, "PKG053")
    assert (finding.file, finding.line, finding.column) == ("data/outcomes.parquet", line, column)
    assert said in finding.message
    assert report.verdict is Validity.INVALID


def test_a_damaged_file_beside_the_csv_file(tmp_path: Path) -> None:
    folder = _beside(tmp_path / "sample", lambda table: table)
    path = folder / "data/outcomes.parquet"
    path.write_bytes(path.read_bytes()[:-30])
    assert rules(folder) == {"PKG021", "PKG051"}
    path.unlink()
    assert rules(folder) == {"PKG004"}


@pytest.mark.parametrize("path", ["../outside.parquet", "data/outcomes.csv", "/etc/passwd"])
def test_a_path_beside_is_as_safe_as_any(path: str, tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    descriptor = folder / "datapackage.json"
    data = json.loads(descriptor.read_text(encoding="utf-8"))
    next(r for r in data["resources"] if r["name"] == "outcomes")["parquet"] = {"path": path}
    descriptor.write_text(json.dumps(data), encoding="utf-8")
    assert rules(folder) & {"PKG003", "PKG006", "PKG007"}


def test_what_is_read_is_what_was_looked_at(tmp_path: Path) -> None:
    folder = as_parquet(sample.write(tmp_path / "sample"), "sources")
    found = parquet.look(Within(folder, "data/sources.parquet"), "sources")
    assert (found.fault, found.unfit, found.rows) == (None, (), 1)
    assert list(parquet.first_rows(Within(folder, "data/sources.parquet"), ["source_id", "doi"], 5)) == [
        ["report", "10.1000/xyz123"]
    ]
