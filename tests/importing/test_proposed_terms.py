"""A mapping and a workbook may bring terms of the package's own."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from registry.importing.problems import MappingError
from tests.cli.invoking import outcomes
from tests.entry.filling import TRIAL, fill
from tests.importing.conftest import Small
from tests.registry.proposals import DRUG
from validation.engine import validate_package

PROPOSED = """\
  terms:
    rows:
      - {vocabulary: treatments, id: x.mono, label: Monoxetine, class_id: ssri, routes: oral, description: A drug., source: 10.1000/xyz123}
"""


def test_a_mapping_makes_terms_and_uses_them(small: Small) -> None:
    small.replace("map: {SSRI: ssri.unspecified, ", "map: {SSRI: x.mono, ")
    small.text += PROPOSED
    small.run()
    assert "x.mono" in small.column("arms", "treatment_id")
    found = {f.rule for f in validate_package(small.to).findings}
    assert not found & {"PKG032", "TRM001", "TRM004"}


def test_a_term_that_a_mapping_does_not_propose_is_found(small: Small) -> None:
    small.replace("map: {SSRI: ssri.unspecified, ", "map: {SSRI: x.mono, ")
    small.run()
    assert "PKG032" in {f.rule for f in validate_package(small.to).findings}


def test_a_vocabulary_that_takes_no_proposals_takes_none(small: Small) -> None:
    small.replace("setting: {value: unstated}", "setting: {value: x.farm}")
    with pytest.raises(MappingError, match=r"`x\.farm` is not a term of the vocabulary `settings`"):
        small.run()


def test_a_workbook_has_a_sheet_for_terms(tmp_path: Path) -> None:
    asked = ("--licence", "CC-BY-4.0", "--title", "A trial", "--contributor", "A. Reader")
    assert outcomes("init", "my-trial", "--xlsx", "--table", "terms", *asked, cwd=tmp_path).returncode == 0
    tables = copy.deepcopy(TRIAL)
    tables["arms"][0]["treatment_id"] = DRUG["id"]
    fill(tmp_path / "my-trial.xlsx", {**tables, "terms": [DRUG]})
    done = outcomes("import", "my-trial.xlsx", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "x.mono" in (tmp_path / "datapackages" / "my-trial" / "data" / "terms.csv").read_text()
    assert "PKG032" not in done.stdout
