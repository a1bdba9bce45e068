"""What lies in ``datapackages/`` now: the only tests that look at it. They are of the data, by the product's own commands."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from registry.ledger.refreshing import refreshed
from registry.ledger.standing import Standing, standing
from registry.ledger.store import STORE, FolderStore, ledger_of
from registry.packages.finding import Entry, entries
from tests.cli.invoking import outcomes

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.data


def test_the_packages_are_valid_and_the_ledger_is_whole() -> None:
    for command in ("validate", "verify"):
        done = outcomes(command, cwd=ROOT)
        assert done.returncode == 0, done


@pytest.mark.parametrize("entry", entries(ROOT), ids=lambda e: e.name)
def test_drafts_carry_the_present_schemas(entry: Entry) -> None:
    store = FolderStore(ROOT / STORE)
    if standing(store, ledger_of(store), entry) is not Standing.DRAFT:
        return  # it keeps the schema that it was accepted with
    descriptor = json.loads((entry.folder / "datapackage.json").read_text(encoding="utf-8"))
    assert refreshed(descriptor) == descriptor, "`make refresh` writes it anew"


@pytest.mark.parametrize("entry", entries(ROOT), ids=lambda e: e.name)
def test_it_comes_with_what_makes_it_trustworthy(entry: Entry) -> None:
    readme = (entry.folder / "README.md").read_text(encoding="utf-8")
    assert "unstated" in readme.casefold()
    assert "waive" in readme.casefold()
    if not (entry.folder / "mapping.yaml").exists():
        # Somebody wrote it from documents, figure by figure: there is no table to map, and every source is in the data.
        with (entry.folder / "data" / "sources.csv").open(encoding="utf-8", newline="") as file:
            assert all(row["doi"] or row["pmid"] or row["url"] for row in csv.DictReader(file))
        return
    mapping = (entry.folder / "mapping.yaml").read_text(encoding="utf-8")
    for source in entry.descriptor["sources"]:
        assert len(source["sha256"]) == 64
        assert source["sha256"] in mapping
        assert source["path"].startswith("https://")
