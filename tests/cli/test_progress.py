"""Work that takes longer than a second is shown, on a terminal alone."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
import time

import pytest

from registry.cli import progress as module
from registry.cli.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, patience: float, seconds: float) -> str:
    monkeypatch.setattr(module, "PATIENCE", patience)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with progress(3) as step:
        step("first[bold]\x1b")
        time.sleep(seconds)
        step("second")
    return stream.getvalue()


def test_one_long_step_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, Terminal(), patience=0.01, seconds=0.4)
    assert "first[bold]\\x1b" in told


def test_quick_work_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), patience=5, seconds=0) == ""


def test_nothing_is_shown_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), patience=0.0, seconds=0.1) == ""


def test_work_that_fails_clears_its_bar_away(monkeypatch: pytest.MonkeyPatch) -> None:
    before = threading.active_count()
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    monkeypatch.setattr(sys, "stderr", Terminal())
    with contextlib.suppress(ZeroDivisionError), progress() as step:
        step("first")
        time.sleep(0.2)
        step(str(1 / 0))
    assert "first" in sys.stderr.getvalue()
    time.sleep(0.3)  # the bar's own thread wakes up a few times a second
    assert threading.active_count() == before
