"""The registry's answers and those of Cipriani 2018: what makes them differ is known."""

from __future__ import annotations

import shutil
from math import log
from pathlib import Path

import duckdb
import pytest

from registry.building import build
from registry.ledger.store import STORE
from tests.comparing import cipriani
from tests.fixed import registry

WITH_GRISELDA = 16
"""Records of the ledger, the last of which is that of the package."""


def test_the_re_analysis_is_that_of_the_article() -> None:
    abstract, again = cipriani.published()
    assert len(again) == 21
    assert all(abs(log(again[drug] / there)) < 0.02 for drug, there in abstract.items())


@pytest.mark.slow
def test_every_difference_is_explained(tmp_path: Path) -> None:
    for part in ("datapackages", STORE):
        shutil.copytree(registry(WITH_GRISELDA) / part, tmp_path / part)
    assert build(tmp_path).database
    with duckdb.connect(str(tmp_path / "registry.duckdb"), read_only=True) as con:
        made = cipriani.table(con)
    assert made in cipriani.PAGE.read_text(encoding="utf-8"), "python -m tests.comparing.cipriani DATABASE"
    assert "not explained" not in made
    *_, sheet, _, _ = zip(*(line.split(" | ") for line in made.splitlines()[2:]), strict=True)
    assert all("**" not in cell for cell in sheet)
