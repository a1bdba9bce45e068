"""The command at a terminal of known width."""

from __future__ import annotations

import pytest


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"COLUMNS": "110", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OUTCOMES_ROOT", raising=False)
