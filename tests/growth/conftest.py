"""What the tests of growth begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from validation import workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "datapackages").mkdir()
    return tmp_path


@pytest.fixture(autouse=True)
def fresh_rooms() -> None:
    """No room of earlier tests, which after so many uses would be made anew in the midst of counting."""
    workspace._leave()
