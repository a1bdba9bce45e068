"""The registry itself, built once for every test of its verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from registry.building import build
from tests import sample

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the registry's packages and the database built from them."""
    root = tmp_path_factory.mktemp("registry")
    (root / "datapackages").symlink_to(ROOT / "datapackages", target_is_directory=True)
    assert build(root, today=sample.TODAY).database
    return root


@pytest.fixture
def registry(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built / "registry.duckdb"), read_only=True) as con:
        yield con


@pytest.fixture
def changing(built: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the registry's database that a test may change."""
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes((built / "registry.duckdb").read_bytes())
    with duckdb.connect(str(copy)) as con:
        yield con
