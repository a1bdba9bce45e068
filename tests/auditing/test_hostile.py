"""Absurd claims about every attribute that has figures: none is ever supported, whatever its form, and near ones are told apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from registry.auditing.auditing import judge
from registry.auditing.claims import Claim
from registry.auditing.grounds import Word
from registry.auditing.knowledge import Knowledge, read_knowledge
from tests.auditing.arguing import claim


@pytest.fixture(scope="module")
def known(real_registry: Path) -> Knowledge:
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        return read_knowledge(con, "claims-ssri-vs-ketamine")


def said(known: Knowledge, one: Claim) -> Word:
    (verdict,) = judge([one], known)
    return verdict.word


SUBJECTS = ("ssri", "nmda-antagonist", "esketamine", "sertraline")
RATES = [
    {"low": 1}, {"low": 3}, {"low": 97}, {"low": 99}, {"low": 1, "high": 4}, {"low": 95, "high": 99},
    {"low": 0, "bound": "at-least"}, {"high": 100, "bound": "up-to"}, {"low": 95, "bound": "at-least"}, {"high": 3, "bound": "up-to"},
    {"low": 90, "bound": "about"}, {"low": 5, "bound": "about"},
]  # fmt: skip


@pytest.mark.parametrize("attribute", ["response-rate", "remission-rate"])
@pytest.mark.parametrize("figure", RATES, ids=str)
def test_absurd_rates(known: Knowledge, attribute: str, figure: dict[str, object]) -> None:
    """Of real trials some have rates of 5% or 90%; no claim of such a rate holds for a treatment in every reading."""
    definition = "response.unstated" if attribute == "response-rate" else "remission.unstated"
    words = {s: said(known, claim(attribute=attribute, subject=s, definition=definition, **figure)) for s in SUBJECTS}
    assert Word.SUPPORTED not in words.values(), words


UNITS = {
    "delivery": ("hours a session", "times a day"),
    "course": ("sessions", "months", "years"),
    "onset": ("hours", "days", "weeks"),
}
FIGURES = [
    {"low": 100_000}, {"low": 5_000, "high": 6_000}, {"low": 9_000, "bound": "about"}, {"low": 50_000, "bound": "at-least"},
    {"low": 0.0001}, {"high": 0.0001, "bound": "up-to"}, {"low": 0.0001, "high": 0.0002}, {"low": 0, "bound": "at-least"},
    {"low": 45_000, "high": 50_000, "bound": "at-least"}, {"low": 0.0005, "bound": "about"},
]  # fmt: skip


@pytest.mark.parametrize("attribute", UNITS)
@pytest.mark.parametrize("figure", FIGURES, ids=str)
def test_absurd_durations_and_numbers(known: Knowledge, attribute: str, figure: dict[str, object]) -> None:
    words = {
        (subject, unit): said(known, claim(attribute=attribute, subject=subject, unit=unit, definition=None, **figure))
        for subject in SUBJECTS
        for unit in UNITS[attribute]
    }
    assert Word.SUPPORTED not in words.values(), words


@pytest.mark.parametrize("low", [100, 50, 24, 10])
def test_a_session_of_many_hours(known: Knowledge, low: float) -> None:
    hours = claim(
        attribute="delivery", subject="nmda-antagonist", unit="hours a session", low=low, bound="about", definition=None
    )
    assert said(known, hours) is Word.UNDECIDED


def test_a_course_of_45_years(known: Knowledge) -> None:
    years = claim(attribute="course", subject="ssri", unit="years", low=45, high=50, definition=None)
    assert said(known, years) is Word.UNDECIDED
    assert said(known, replace(years, low=1, high=1, unit="weeks")) is Word.CONTRADICTED


@pytest.mark.parametrize(
    ("low", "word"), [(1, Word.SUPPORTED), (1.2, Word.SUPPORTED), (4, Word.CONTRADICTED), (100, Word.CONTRADICTED)]
)
def test_near_the_evidence_and_far_from_it(known: Knowledge, low: float, word: Word) -> None:
    daily = claim(attribute="delivery", subject="ssri", unit="times a day", low=low, definition=None)
    assert said(known, daily) is word


@pytest.mark.parametrize("times", [1.0, 1.1, 2.0, 5.0, 10.0])
def test_superiority_by_any_factor(known: Knowledge, times: float) -> None:
    better = claim(
        attribute="superiority",
        subject="nmda-antagonist",
        comparator="ssri",
        unit="times the remission rate",
        low=times,
        definition=None,
    )
    assert said(known, better) is not Word.SUPPORTED
