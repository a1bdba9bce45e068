"""What lies in a folder and steers a library changes nothing that we make of it."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from registry.forest.sheet import quietly


def test_settings_of_matplotlib_that_lie_about_count_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matplotlib reads ``matplotlibrc`` where the command is run; with ``text.usetex`` it would have LaTeX run on a package's words."""
    for name, value in {"text.usetex": True, "savefig.transparent": True, "lines.linewidth": 9.0}.items():
        monkeypatch.setitem(mpl.rcParams, name, value)
    with quietly():
        assert not mpl.rcParams["text.usetex"]
        assert not mpl.rcParams["savefig.transparent"]
        assert mpl.rcParams["lines.linewidth"] == mpl.rcParamsDefault["lines.linewidth"]
    assert mpl.rcParams["lines.linewidth"] == 9.0
