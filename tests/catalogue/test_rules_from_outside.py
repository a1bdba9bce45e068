"""Rules that somebody wrote outside the project: found by their entry point, run like ours, tested by ``validation.testing``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import sample

_RULE = '''
import polars as pl
from validation.rule import Severity, rule

@rule("{id}", table="arms", severity=Severity.WARNING, fix="Write the dose.", source="Our own handbook",
      breaks=[{{"dose": 5.0}}], keeps=[{{"dose": 20.0}}])
def dose_very_low() -> pl.Expr:
    """A dose must be at least 10.

    In our field lower ones are misprints.
    """
    return pl.col("dose") >= 10
'''
_TESTED = """
from validation.catalogue import catalogue
from validation.testing import examples, verdict
rules = [r for r in catalogue().values() if r.id.startswith("X")]
print([verdict(rule, example) is holds for rule, example, holds in examples(rules)])
"""


def _installed(folder: Path, module: str) -> dict[str, str]:
    """An environment in which a package with that module of rules is installed."""
    (folder / "made_up_rules.py").write_text(module, encoding="utf-8")
    about = folder / "made_up_rules-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: made-up-rules\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[trial_outcomes.rules]\nmade-up = made_up_rules\n", encoding="utf-8")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parents[2])])}


def _run(words: list[str], environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_a_rule_from_outside_is_found_explained_and_tested(tmp_path: Path) -> None:
    environment = _installed(tmp_path, _RULE.format(id="XDO001"))
    sample.write(tmp_path / "sample", sample.cell("arms", "dose", "5"))
    found = _run(["-m", "registry", "validate", "./sample"], environment, tmp_path)
    assert "warning[XDO001] dose-very-low" in found.stdout, found.stdout + found.stderr
    assert "A dose must be at least 10." in _run(["-m", "registry", "explain", "XDO001"], environment, tmp_path).stdout
    assert _run(["-c", _TESTED], environment, tmp_path).stdout.strip() == "[True, True]"


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (_RULE.format(id="OUT900"), "its id must begin with X"),
        (_RULE.format(id="OUT001"), "made_up_rules can't be loaded"),
        ("import nowhere_to_be_found", "made_up_rules can't be loaded (ModuleNotFoundError"),
    ],
)
def test_rules_from_outside_that_are_broken_are_told_as_theirs(module: str, said: str, tmp_path: Path) -> None:
    done = _run(["-m", "registry", "rules"], _installed(tmp_path, module), tmp_path)
    assert (done.returncode, said in done.stderr) == (3, True), done.stderr
