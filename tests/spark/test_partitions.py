"""``validate_partitions`` finds what one machine finds, wherever it is read from and however it is split."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests import fixed, sample
from tests.corpus.mutations import MUTATIONS
from tests.corpus.test_corpus import spoilt
from tests.judging.packages import Read, in_order, read, told
from tests.judging.test_judging import table, tables
from validation.judging import StudyContext, StudyFindings, judge_studies

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")

CONTEXT = StudyContext(today=sample.TODAY)
FEW = 3


def validated(spark: Any, paths: dict[str, str], context: StudyContext, parts: int = 3) -> StudyFindings:
    from validation.spark import validate_partitions

    return validate_partitions(spark, paths, context, parts=parts)


def nowhere(found: tuple[list[dict[str, Any]], list[tuple[Any, ...]]]) -> tuple[object, object]:
    """What was found, whatever the files are called."""
    return in_order([{**finding, "file": None} for finding in found[0]]), found[1]


def written(some: dict[str, pa.Table], folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in some.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    return {name: str(folder / f"{name}.parquet") for name in some}


def by_study(some: dict[str, pa.Table], folder: Path) -> dict[str, str]:
    """The tables in a folder for each study, as far as their rows have one, and then without the column."""
    from pyarrow import dataset

    for name, rows in some.items():
        split = ["study_id"] if "study_id" in rows.column_names else None
        dataset.write_dataset(
            rows, folder / name, format="parquet", partitioning=split, partitioning_flavor="hive" if split else None
        )
    return {name: str(folder / name) for name in some}


def check(spark: Any, packages: Sequence[Read], folder: Path) -> int:
    for package in packages:
        paths = written(package.tables, folder / package.folder.name)
        if not paths:  # no table of it can be read
            assert not package.findings
            with pytest.raises(ValueError, match="there are no tables"):
                validated(spark, paths, package.context)
            continue
        if missing := [
            n for n, t in package.tables.items() if not {"study_id", "participant_id"} & {*t.column_names} and n in OF_STUDIES
        ]:
            with pytest.raises(ValueError, match=f"`({'|'.join(missing)})` has no"):
                validated(spark, paths, package.context)
            continue
        found = nowhere(told(validated(spark, paths, package.context)))
        assert found == nowhere((package.findings, package.tallies)), package.folder
    return sum(len(package.findings) for package in packages)


OF_STUDIES = {"studies", "arms", "outcomes", "scores", "harms", "contrasts", "participants", "visits"}


def linde() -> Read:
    (package,) = read([fixed.registry() / "datapackages" / "linde-2015"])
    return package


def test_the_files_of_a_real_package_as_they_are(spark: Any) -> None:
    package = linde()
    assert package.context.files is not None
    paths = {name: str(package.folder / file) for name, file in package.context.files.items()}
    findings, tallies = told(validated(spark, paths, package.context))
    ends = [
        {**f, "file": next(file for file in package.context.files.values() if f["file"].endswith(f"/{file}"))} for f in findings
    ]
    assert (in_order(ends), tallies) == (package.findings, package.tallies)
    assert len(findings) > 100


def test_registrations_that_studies_in_other_parts_share_are_found(spark: Any, tmp_path: Path) -> None:
    package = linde()
    studies = package.tables["studies"]
    shared = [f"NCT{10_000_000 + n // 2}" for n in range(len(studies))]
    at = studies.schema.get_field_index("registration_id")
    some = {**package.tables, "studies": studies.set_column(at, "registration_id", pa.array(shared))}
    alone = judge_studies(some, package.context)
    found = validated(spark, by_study(some, tmp_path), package.context, parts=8)
    assert nowhere(told(found)) == nowhere(told(alone))
    asked = {t["rule"]: t["violations"] for t in alone.tallies.to_pylist()}
    assert asked["STU009"] == len(studies)
    places = {f["file"] for f in found.findings.to_pylist() if f["rule"] == "STU009"}
    assert len(places) == asked["STU009"]
    assert all("/studies/study_id=" in place for place in places)


def test_some_spoilt_packages(spark: Any, tmp_path: Path) -> None:
    step = max(len(MUTATIONS) // FEW, 1)
    assert check(spark, read([spoilt(n, tmp_path).folder for n in range(0, FEW * step, step)]), tmp_path / "parquet") > FEW


@pytest.mark.slow
def test_real_packages(spark: Any, tmp_path: Path) -> None:
    packages = read(sorted((fixed.registry() / "datapackages").iterdir()))
    assert check(spark, packages, tmp_path) > 100


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(10))
def test_three_hundred_spoilt_packages(spark: Any, chunk: int, tmp_path: Path) -> None:
    check(spark, read([spoilt(n, tmp_path).folder for n in range(chunk * 30, (chunk + 1) * 30)]), tmp_path / "parquet")


def digest(found: StudyFindings) -> str:
    """Of what was found and where, in whatever order."""
    rows = sorted((f["rule"], f["table"], f["line"], f["column"], f["message"]) for f in found.findings.to_pylist())
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.mark.slow
def test_a_million_rows_of_which_one_in_a_hundred_is_in_breach(spark: Any, tmp_path: Path) -> None:
    from tests.spark.many import trials

    some = trials(1_000_000)
    assert len(some["outcomes"]) == 1_000_000
    alone = judge_studies(some, CONTEXT)
    found = validated(spark, written(some, tmp_path), CONTEXT, parts=16)
    assert nowhere(([], told(found)[1])) == nowhere(([], told(alone)[1]))
    assert digest(found) == digest(alone)
    breaches = {t["rule"]: t["violations"] for t in found.tallies.to_pylist()}
    assert breaches["OUT001"] == 10_000


# -- how tables are read -----------------------------------------------------------------------------------------------------


def test_a_study_is_called_as_its_folder_is_and_a_column_of_some_is_a_column_of_all(spark: Any, tmp_path: Path) -> None:
    some = tables()
    for number, more in (("007", {}), ("7", {"events": pa.array([41], pa.int64())})):
        folder = tmp_path / "outcomes" / f"study_id={number}"
        folder.mkdir(parents=True)
        row = some["outcomes"].slice(1, 1).drop_columns(["study_id", "events"])
        for name, column in more.items():
            row = row.append_column(name, column)
        pq.write_table(row, folder / "part.parquet")
    found = validated(spark, {"outcomes": str(tmp_path / "outcomes")}, CONTEXT)
    (finding,) = [f for f in found.findings.to_pylist() if f["rule"] == "OUT001"]
    assert dict(finding["key"])["study_id"] == "7"
    assert finding["file"].endswith("/study_id=7/part.parquet")
    assert finding["line"] == 1
    assert spark.conf.get("spark.sql.sources.partitionColumnTypeInference.enabled") == "true"


def test_visits_go_with_their_participant_and_studies_that_share_one_stay_together(spark: Any, tmp_path: Path) -> None:
    from validation.spark.parting import NUMBER, numbered_by_part

    people = [("p", "a"), ("p", "b"), ("q", "b"), ("r", "c"), *((f"s{n}", f"d{n}") for n in range(9))]
    visits = ["p", "q", "r", "nobody", *(f"s{n}" for n in range(9))]
    frames = {
        "participants": spark.createDataFrame(people, "participant_id string, study_id string"),
        "visits": spark.createDataFrame([(v,) for v in visits], "participant_id string"),
        "claims": spark.createDataFrame([("x",)], "claim_id string"),
    }
    found = numbered_by_part(frames, 6)
    assert set(found) == {"participants", "visits"}
    at = {row.study_id: row[NUMBER] for row in found["participants"].collect()}
    assert at["a"] == at["b"]
    assert len(set(at.values())) > 2
    mine = {row.participant_id: row[NUMBER] for row in found["visits"].collect()}
    assert {person: mine[person] for person, _ in people} == {person: at[study] for person, study in people}
    assert len(mine) == len(visits)


def test_tables_without_rows_or_without_studies_are_judged(spark: Any, tmp_path: Path) -> None:
    some = {name: rows.slice(0, 0) for name, rows in tables().items()}
    assert nowhere(told(validated(spark, written(some, tmp_path / "none"), CONTEXT))) == nowhere(
        told(judge_studies(some, CONTEXT))
    )
    alone = {"sources": tables()["sources"]}
    assert nowhere(told(validated(spark, written(alone, tmp_path), CONTEXT))) == nowhere(told(judge_studies(alone, CONTEXT)))


def test_of_each_rule_the_first_findings_are_listed(spark: Any, tmp_path: Path) -> None:
    rows = [{**row, "study_id": f"trial-{n}", "events": "41"} for n in range(5) for row in sample.TABLES["outcomes"]]
    some = {"outcomes": table("outcomes", *rows)}
    context = StudyContext(today=sample.TODAY, max_findings=2)
    assert nowhere(told(validated(spark, written(some, tmp_path), context))) == nowhere(told(judge_studies(some, context)))


# -- what is refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "columns", "says"),
    [
        ("outcome", {"study_id": ["a"]}, "no table `outcome`"),
        ("outcomes", {"events": [1]}, "`outcomes` has no column `study_id`"),
        ("visits", {"participant_id": ["p"]}, "`visits` has no `participants` beside it"),
        ("outcomes", {"study_id": ["a"], "events": [1.5]}, "`outcomes.events` is double; it must be int64"),
        ("outcomes", {"study_id": ["a"], "timepoint_days": [float("nan")]}, "isn't finite"),
        ("outcomes", {"study_id": ["a", "a"], "_line": [3, 3]}, "number each row once"),
    ],
)
def test_tables_that_cant_be_judged_are_refused(
    spark: Any, tmp_path: Path, name: str, columns: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        validated(spark, written({name: pa.table(columns)}, tmp_path), CONTEXT)


def test_files_that_cant_be_read_are_refused(spark: Any, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"`outcomes`.*nothing.parquet"):
        validated(spark, {"outcomes": str(tmp_path / "nothing.parquet")}, CONTEXT)
    with pytest.raises(ValueError, match="there are no tables"):
        validated(spark, {}, CONTEXT)
    mixed = tmp_path / "mixed"
    shutil.copytree(Path(written({"outcomes": tables()["outcomes"]}, tmp_path)["outcomes"]).parent, mixed)
    (mixed / "outcomes.csv").write_text("study_id,events\na,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"end in \.csv, \.parquet; they must all be"):
        validated(spark, {"outcomes": str(mixed)}, CONTEXT)
    (mixed / "outcomes.csv").write_text("study_id,events\na,1\nb,one\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"outcomes\.csv:3: events is 'one', which is not a count$"):
        validated(spark, {"outcomes": str(mixed / "outcomes.csv")}, CONTEXT)
