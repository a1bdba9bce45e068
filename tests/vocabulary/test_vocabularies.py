"""The vocabularies obey their models, and a spoilt one is told by name when it is rendered."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import schemas
from schemas.vocabulary import VOCABULARIES
from schemas.vocabulary_frames import faults

HOME = Path(schemas.__file__).parent


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_vocabulary_obeys_its_model(name: str) -> None:
    assert faults(name) == []


def test_every_file_is_a_vocabulary_and_the_other_way_round() -> None:
    files = {path.stem for path in (HOME / "vocabularies").glob("*.csv")}
    assert files == {name for name, v in VOCABULARIES.items() if not v.union_of}, "a file without an entry, or the reverse"


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("routes", "oral,Oral again,A second time,somewhere", "routes.csv, line"),
        ("routes", "rectal,,Given so,somewhere", "`label` is None; the cell must be filled"),
        ("routes", "rectal,Rectal,Given so,", "`source` is None; the cell must be filled"),
        (
            "treatments",
            "made-up,Made up,no-such-class,,What it is,somewhere",
            "`class_id` is 'no-such-class'; it must be a term of treatment_classes.csv",
        ),
        ("treatment_classes", "ring,Ring,ring,What it is,somewhere", "it must hold that no class is above itself"),
        ("comparability_classes", "ring,Ring,ring,What it is,somewhere", "it must hold that no class is above itself"),
        ("routes", "rectal,Rectal", "the columns must be term, label, description, source"),
    ],
)
def test_a_spoilt_vocabulary_is_told_by_name_when_it_is_rendered(name: str, row: str, said: str, tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "schemas" / "vocabularies" / f"{name}.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "schemas"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr


def test_a_package_stays_valid_where_an_optional_column_is_new(tmp_path: Path) -> None:
    """A column that is optional stands in no file that is older than it: neither the file nor its schema need it."""
    import json

    from registry.ledger.refreshing import refreshed
    from tests import sample
    from validation.engine import validate_package
    from validation.profile import written_here
    from validation.report import Validity

    folder = sample.write(tmp_path / "sample")
    descriptor = json.loads((folder / "datapackage.json").read_text())
    (resource,) = (r for r in descriptor["resources"] if r["name"] == "arms")
    path = folder / resource["path"]
    header, *lines = path.read_text().splitlines()
    at = header.split(",").index("schedule")
    path.write_text("".join(",".join([*row[:at], *row[at + 1 :]]) + "\n" for row in (x.split(",") for x in [header, *lines])))
    resource["schema"]["fields"] = [f for f in resource["schema"]["fields"] if f["name"] != "schedule"]
    for seal in ("hash", "bytes"):
        resource.pop(seal, None)
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    assert refreshed(descriptor) == descriptor
    assert written_here(descriptor)
    report = validate_package(folder, today=sample.TODAY)
    assert report.verdict is Validity.VALID, report.findings
