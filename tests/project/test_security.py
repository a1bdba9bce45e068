"""SECURITY.md promises nothing without a test, and each test that it names is there and is run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISES = [
    line.strip("| ").split(" | ")
    for line in PAGE.split("## What is promised")[1].split("\n## ")[0].splitlines()
    if line.startswith("|") and line not in {"| | held by |", "|---|---|"}
]
TEST = r"`(tests/[\w/]+\.py::\w+)`"


def test_there_are_promises() -> None:
    assert len(PROMISES) > 10


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: re.sub(r"\W+", "-", promise[0])[:50])
def test_each_promise_names_its_tests_and_nothing_else(promise: list[str]) -> None:
    said, held = promise
    assert said
    assert re.findall(TEST, held)
    assert re.sub(TEST, "", held).strip() == ""


def test_each_test_named_is_collected() -> None:
    named = sorted(set(re.findall(TEST, PAGE)))
    command = [sys.executable, "-m", "pytest", "--collect-only", "-n", "0", "-p", "no:cacheprovider", *named]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    collected = {line.split("[")[0] for line in done.stdout.splitlines()}
    assert set(named) <= collected


def test_each_file_named_is_there() -> None:
    for path in re.findall(r"`(tests/[\w/.]+)`|\]\(([\w/.]+)\)", PAGE):
        assert (ROOT / "".join(path)).exists(), path
