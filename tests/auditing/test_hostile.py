"""Absurd claims about every attribute that has figures: none is ever supported, whatever its form, and near ones are told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from registry.auditing.auditing import judge
from registry.auditing.claims import Claim
from registry.auditing.grounds import Word
from registry.auditing.knowledge import Knowledge, read_knowledge
from schemas.vocabulary import rows
from tests.auditing.arguing import claim, knowing, trials
from tests.auditing.test_comparisons import TRD, better, head_to_head
from tests.auditing.test_rates import AGREEING
from tests.auditing.test_statements import said as stated
from tests.auditing.test_statements import twice


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


OTHERS = {
    "mechanism": ("hours", "% of neurons", "days"),
    "experience": ("% of patients", "hours", "sessions"),
    "side-effects": ("% of patients", "days", "times"),
    "evidence-base": ("systematic reviews", "trials", "participants", "years"),
}


@pytest.mark.parametrize("attribute", OTHERS)
@pytest.mark.parametrize("figure", FIGURES, ids=str)
def test_absurd_figures_of_what_has_no_sourced_ones(known: Knowledge, attribute: str, figure: dict[str, object]) -> None:
    words = {
        (subject, unit): said(known, claim(attribute=attribute, subject=subject, unit=unit, definition=None, **figure))
        for subject in SUBJECTS
        for unit in OTHERS[attribute]
    }
    # The registry's own trials show that there are more than so few.
    is_most = figure.get("bound") == "up-to" or (figure.get("bound") is None and "high" in figure)
    few = {Word.CONTRADICTED} if attribute == "evidence-base" and is_most else set()
    assert set(words.values()) <= {Word.NOT_JUDGED, Word.UNVERIFIABLE, *few}, words


def test_the_hostile_set_is_about_every_attribute() -> None:
    tried = {"response-rate", "remission-rate", *UNITS, *OTHERS, "superiority"}
    assert tried == {row["term"] for row in rows("claim_attributes")}
    assert min(len(RATES), len(FIGURES), len(TIMES)) >= 10


@pytest.mark.parametrize("low", [100, 50, 24, 10])
def test_a_session_of_many_hours(known: Knowledge, low: float) -> None:
    hours = claim(
        attribute="delivery", subject="nmda-antagonist", unit="hours a session", low=low, bound="about", definition=None
    )
    assert said(known, hours) is Word.UNDECIDED


def test_a_course_of_45_years(known: Knowledge) -> None:
    years = claim(attribute="course", subject="ssri", unit="years", low=45, high=50, definition=None)
    assert said(known, years) is Word.UNDECIDED
    assert said(known, replace(years, low=1, high=1, unit="weeks")) is Word.UNDECIDED  # one source


@pytest.mark.parametrize(
    ("low", "word"), [(1, Word.SUPPORTED), (1.2, Word.SUPPORTED), (4, Word.CONTRADICTED), (100, Word.CONTRADICTED)]
)
def test_near_the_evidence_and_far_from_it(known: Knowledge, low: float, word: Word) -> None:
    daily = claim(attribute="delivery", subject="ssri", unit="times a day", low=low, definition=None)
    assert said(known, daily) is word


TIMES = [
    {"low": 1.0}, {"low": 1.1}, {"low": 2.0}, {"low": 5.0}, {"low": 10.0}, {"low": 1_000.0}, {"low": 0.01}, {"low": 0, "bound": "at-least"},
    {"low": 3.0, "bound": "at-least"}, {"high": 100, "bound": "up-to"}, {"low": 2, "high": 50}, {"low": 40, "bound": "about"},
]  # fmt: skip


@pytest.mark.parametrize("outcome", ["response", "remission"])
@pytest.mark.parametrize("times", TIMES, ids=str)
def test_superiority_by_any_factor(known: Knowledge, outcome: str, times: dict[str, object]) -> None:
    for subject, comparator in (("nmda-antagonist", "ssri"), ("ssri", "nmda-antagonist")):
        mine = {"subject": subject, "comparator": comparator, "unit": f"times the {outcome} rate", "definition": None}
        assert said(known, claim(attribute="superiority", **mine, **times)) is not Word.SUPPORTED


def _rate(outcome: str) -> Callable[[float], Word]:
    definition = {"response": "response.madrs.ge50pct", "remission": "remission.madrs.le12"}[outcome]
    class_ = {"response": "response.ge50pct.clinician", "remission": "remission.madrs.le12"}[outcome]
    held = knowing(*trials(AGREEING, outcome=outcome, definition=definition, comparability_class=class_))
    whole = {"attribute": f"{outcome}-rate", "population": "mdd", "definition": definition, "day": 56.0}
    return lambda low: said(held, claim(low=low, **whole))


def _statement(attribute: str) -> Callable[[float], Word]:
    held = knowing(statements=twice(stated(9.9, 10.1, "sessions", attribute=attribute)))
    return lambda low: said(held, claim(attribute=attribute, subject="esketamine", unit="sessions", definition=None, low=low))


def _times(low: float) -> Word:
    return said(knowing(*head_to_head(60, 30, 12, **TRD)), better(**TRD, low=low, unit="times the response rate"))


def _documents(low: float) -> Word:
    held = knowing(documents=tuple(f"review {n}" for n in range(30)))
    return said(
        held, claim(attribute="evidence-base", subject="ssri", unit="reviews", definition=None, low=low, bound="at-least")
    )


NEAR: dict[str, tuple[Callable[[float], Word], tuple[float, float], tuple[float, float], tuple[float, float], set[Word]]] = {
    "response-rate": (_rate("response"), (43, 49), (30, 42), (51, 64), {Word.UNDECIDED}),
    "remission-rate": (_rate("remission"), (43, 49), (30, 42), (51, 64), {Word.UNDECIDED}),
    **{
        attribute: (_statement(attribute), (8.1, 12.3), (5.0, 7.9), (12.7, 20), {Word.CONTRADICTED})
        for attribute in ("delivery", "mechanism", "experience", "course", "side-effects", "onset")
    },
    "superiority": (_times, (1.8, 2.2), (1.1, 1.75), (2.3, 3.2), {Word.UNDECIDED, Word.CONTRADICTED}),
    "evidence-base": (_documents, (1, 30), (1, 30), (31, 60), {Word.UNVERIFIABLE}),
}
"""By attribute the evidence, claims within it, and claims near it on either side; of a number of documents only more are on a side."""


@pytest.mark.parametrize("attribute", NEAR)
def test_ten_claims_near_the_evidence_on_each_side_are_told_from_those_within_it(attribute: str) -> None:
    judged, within, below, above, words = NEAR[attribute]
    assert {judged(low) for low in _ten(*within)} == {Word.SUPPORTED}
    for ends in {below, above} - {within}:
        assert {judged(low) for low in _ten(*ends)} <= words


def _ten(low: float, high: float) -> list[float]:
    return [low + (high - low) * i / 9 for i in range(10)]
