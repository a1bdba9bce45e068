"""A registry without a package."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "datapackages").mkdir()
    return tmp_path
