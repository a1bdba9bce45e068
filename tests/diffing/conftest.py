"""The command among the others, at a terminal of known width."""

from __future__ import annotations

import pytest
import typer

from registry.cli.app import app
from registry.cli.diffing import diff


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"COLUMNS": "110", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OUTCOMES_ROOT", raising=False)
    if "diff" not in typer.main.get_group(app).commands:  # type: ignore[attr-defined]
        monkeypatch.setattr(app, "registered_commands", [*app.registered_commands])
        app.command()(diff)
