"""The registry itself, and a copy of it that a test may change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest


@pytest.fixture
def built(real_registry: Path) -> Path:
    """A folder with the registry's packages and the database built from them."""
    return real_registry


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
