"""How large a package is decides how it is looked at: the report is the same every way."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests import fixed, sample
from validation import meaning, reading, workspace
from validation.engine import validate_package
from validation.report import PackageReport

PACKAGES = fixed.registry() / "datapackages"
NAMES = ("dia-duloxetine", "ketamine-esketamine", "linde-2015", "sypres-psilocybin")
"""Packages in which something is found, among them one with participants."""


def _in_a_file(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(workspace, "_IN_MEMORY", 0)
    patch.setattr(workspace, "_SMALL", -1)


def _study_by_study(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(meaning, "BATCH_ROWS", 3)


def _planned_by_many_threads(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(workspace, "_SMALL", -1)
    patch.setattr(workspace, "_BY_ONE_THREAD", 0)


def _unplanned(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(workspace, "_SMALL", 1 << 40)


def _read_by_duckdb(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "_SHORT", 0)


def _shared_parts_found(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(meaning, "_FEW_ROWS", 0)


@cache
def _as_it_comes(name: str) -> PackageReport:
    return validate_package(PACKAGES / name, today=sample.TODAY)


WAYS = [_in_a_file, _study_by_study, _planned_by_many_threads, _unplanned, _read_by_duckdb, _shared_parts_found]


BY_TURNS = [
    pytest.param(name, way, id=f"{way.__name__.strip('_')}-{name}", marks=pytest.mark.slow if (w + n) % 2 else ())
    for w, way in enumerate(WAYS)
    for n, name in enumerate(NAMES)
]
"""Each way with each package: by default every other of them, so that each way and each package is among them."""


@pytest.mark.parametrize(("name", "way"), BY_TURNS)
def test_report_is_the_same(name: str, way: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _as_it_comes(name)
    assert expected.findings
    way(monkeypatch)
    assert validate_package(PACKAGES / name, today=sample.TODAY) == expected


def test_report_is_the_same_the_third_time() -> None:
    """What was asked of the packages before has a plan by then, which knows nothing of them."""
    for _ in range(3):
        for name in NAMES[::2]:
            assert validate_package(PACKAGES / name, today=sample.TODAY) == _as_it_comes(name)
