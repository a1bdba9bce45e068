"""A claimed rate is held against rates of the same thing, and against nothing else."""

from __future__ import annotations

import pytest

from registry.auditing.grounds import Word
from tests.auditing.arguing import WHOLE, claim, knowing, trials, verdicts

AGREEING = [(45, 100), (48, 100), (44, 100), (46, 100), (47, 100)]
SPREAD = [(20, 100), (35, 100), (50, 100), (65, 100), (45, 100), (55, 100)]


def test_45_percent_of_nobody_in_particular_is_unverifiable_though_the_registry_has_rates_beside_it() -> None:
    (found,) = verdicts(claim(low=45, bound="about"), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.UNVERIFIABLE
    assert found.missing == ("population", "definition", "time point")
    assert "about 45% is inside the 95% interval of 1 of them" in found.reasoning
    assert [item.kind for item in found.evidence] == ["rate"]


def test_the_same_45_percent_is_supported_once_it_says_of_whom_by_which_rule_and_when() -> None:
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.SUPPORTED
    assert not found.missing


def test_70_percent_is_contradicted_where_no_such_trial_would_show_it() -> None:
    (found,) = verdicts(claim(low=70, **WHOLE), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.CONTRADICTED
    assert "outside the prediction interval" in found.reasoning


def test_a_rate_beyond_the_mean_that_another_trial_could_show_is_not_settled() -> None:
    (found,) = verdicts(claim(low=70, **WHOLE), known=knowing(*trials(SPREAD))).values()
    assert found.word is Word.UNVERIFIABLE
    assert "neither confirms the claim nor rules it out" in found.reasoning


def test_an_interval_that_holds_nearly_any_rate_supports_none() -> None:
    (found,) = verdicts(claim(low=70, **WHOLE), known=knowing(*trials([(30, 100), (55, 100)]))).values()
    assert found.word is Word.UNVERIFIABLE


def test_up_to_70_percent_is_judged_at_70() -> None:
    (found,) = verdicts(claim(high=70, bound="up-to", **WHOLE), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.CONTRADICTED


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"population": "trd"},
        {"window": "days 21-41"},
        {"comparability_class": "response.ge50pct.qids-sr16"},
        {"class_": "snri", "treatment": "x"},
    ],
)
def test_rates_of_other_people_days_rules_or_treatments_are_no_evidence(elsewhere: dict[str, str]) -> None:
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING, **elsewhere))).values()
    assert found.word is Word.UNVERIFIABLE
    assert found.missing == ("a rate to compare it with",)


def test_part_of_a_population_is_of_it() -> None:
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING, population="mdd.primary-care"))).values()
    assert found.word is Word.SUPPORTED


def test_a_row_that_lacks_a_word_decides_nothing() -> None:
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING, unstated=("analysis set",)))).values()
    assert found.word is Word.UNVERIFIABLE
