"""`outcomes import --preset clinicaltrials` on the command line: what it says and its exit codes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli.invoking import outcomes
from tests.trialregistry.entries import measure, put, study
from tests.trialregistry.test_drafting import MAPPING

RESPONSE = measure("Response", description="At least a 50% reduction in the MADRS.", groups=("Esketamine 56 mg", "Placebo"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    put(tmp_path, study(RESPONSE, measure("Time to Relapse", param="MEDIAN", unit="Days")))
    put(tmp_path, "{", "broken.json")
    return tmp_path


def test_entry_becomes_a_package_and_what_is_left_out_is_said(place: Path) -> None:
    done = outcomes("import", "NCT01234567.json", "--preset", "clinicaltrials", "--to", "made", cwd=place, one_stream=True)
    assert done.returncode == 0, done.stdout
    assert "made: 1 source, 1 study, 2 arms, 2 outcomes" in done.stdout
    assert "2 dropped, a median is neither a count nor a mean (rows 3-4)" in done.stdout
    assert "valid  made" in done.stdout
    again = outcomes("import", "NCT01234567.json", "--mapping", "made/mapping.yaml", "--to", "made", cwd=place)
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("NCT01234567.json", "--preset", "clinicaltrial", "--to", "made"), 2, "is not one of clinicaltrials"),
        (("NCT01234567.json", "--preset", "clinicaltrials"), 2, "name the package to make"),
        (("nowhere.json", "--preset", "clinicaltrials", "--to", "made"), 2, "there is no such file"),
        (("NCT01234567.json", "--preset", "clinicaltrials", "--to", "Made It"), 2, "Made It"),
        (("broken.json", "--preset", "clinicaltrials", "--to", "made"), 1, "this isn't JSON"),
        (("NCT01234567.json", "--preset", "clinicaltrials", "--suggest", "--to", "made"), 2, "no --mapping or --to"),
        (("broken.json", "--preset", "clinicaltrials", "--suggest"), 1, "this isn't JSON"),
    ],
)
def test_what_cannot_be_done_changes_nothing(place: Path, words: tuple[str, ...], code: int, said: str) -> None:
    before = sorted(place.rglob("*"))
    done = outcomes("import", *words, cwd=place)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert sorted(place.rglob("*")) == before


def test_a_mapping_can_be_had_before_the_package(place: Path) -> None:
    before = sorted(place.rglob("*"))
    done = outcomes("import", "NCT01234567.json", "--preset", "clinicaltrials", "--suggest", cwd=place)
    assert done.returncode == 0, done.stderr
    assert sorted(place.rglob("*")) == before
    (place / "mapping.yaml").write_text(done.stdout, encoding="utf-8")
    made = outcomes("import", "NCT01234567.json", "--mapping", "mapping.yaml", "--to", "my-trials", cwd=place)
    assert made.returncode == 0, made.stderr


def test_package_that_is_not_valid_says_what_is_wrong_and_what_to_do(place: Path) -> None:
    path = place / "NCT01234567.json"
    said = MAPPING.format(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), said="study: {doi: nonsense}")
    (place / "m.yaml").write_text(said)
    done = outcomes("import", path.name, "--mapping", "m.yaml", "--to", "drafted", cwd=place, one_stream=True)
    assert done.returncode == 1
    assert "error[STU002]" in done.stdout
    assert "invalid  drafted" in done.stdout
    assert "or waive what the source prints so" in done.stdout
