"""A claim that one treatment does better than another: only strata that have both can bear it out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.auditing.claims import Claim
from registry.auditing.comparisons import judged_comparison
from registry.auditing.contrasting import Stand
from registry.auditing.grounds import Word
from registry.auditing.knowledge import Definition
from registry.strata.rows import Row
from tests.auditing.arguing import DEFINITIONS, KETAMINE, PLACEBO, WHOLE, claim, knowing, verdicts
from tests.comparing.rows import row

BETTER = {"attribute": "superiority", "subject": "nmda-antagonist", "comparator": "ssri", "unit": None, "definition": None}
TRD = {"population": "trd"}


def better(**members: Any) -> Claim:
    return claim(**{**BETTER, **members})


def head_to_head(ketamine: int, ssri: int, k: int = 6, n: int = 100, **members: Any) -> list[Row]:
    """Trials that agree with each other; events in per cent."""
    return [
        one
        for number in range(k)
        for one in (
            row(f"t{number}", ketamine * n // 100, n, **{**KETAMINE, **members}),
            row(f"t{number}", ssri * n // 100, n, **members),
        )
    ]


APART = [row("k", 60, 100, **KETAMINE, **TRD, window="days 21-41"), row("s", 45, 100)]


def test_rates_of_different_people_on_different_days_are_not_comparable_and_it_is_said_in_what_they_differ() -> None:
    (found,) = verdicts(better(**TRD), known=knowing(*APART)).values()
    assert found.word is Word.NOT_COMPARABLE
    assert found.differing["population"] == ("trd", "mdd")
    assert found.differing["window"] == ("days 21-41", "days 42-70")
    assert "the registry has such rates in 1 trial of nmda-antagonist and no trials of ssri" in found.reasoning


def test_rates_that_are_missing_are_said_to_be_those_of_the_claim() -> None:
    """By its rule and on its days: the registry has trials of both by another rule."""
    about = {"definition": "response.madrs.ge50pct", "day": 7.0, **TRD}
    (found,) = verdicts(better(**about), known=knowing(*APART)).values()
    said = "No stratum by “MADRS reduced ≥ 50%” on days 5-10 in trd has response rates of both treatments: the registry has such rates in no"
    assert found.reasoning.startswith(said)


CGI = {"definition": "response.cgi-i.le2", "comparability_class": "response.cgi-i.le2"}


@pytest.mark.parametrize(
    ("stated", "rows", "meant"),
    [
        ("response.unstated.ge50pct", {}, True),
        ("response.unstated.ge50pct", CGI, False),  # another rule
        ("response.bdi.unstated.ge50pct", {}, False),  # another scale
        (
            "response.bdi.unstated.ge50pct",
            {"definition": "response.bdi2.ge50pct", "comparability_class": "response.bdi2.ge50pct"},
            True,
        ),
        ("response.hamd.unstated.ge50pct", {}, True),  # whose class a HAM-D of stated version is of, too
        ("response.hamd.unstated.ge50pct", CGI, False),
        ("response.unstated", CGI, True),
    ],
)
def test_rates_by_another_rule_or_scale_bear_out_no_comparison(stated: str, rows: dict[str, str], meant: bool) -> None:
    clinician = "response.ge50pct.clinician"
    more = {
        "response.cgi-i.le2": Definition("CGI-I ≤ 2", "response.cgi-i.le2", "cgi-i", True, "le2"),
        "response.hamd17.ge50pct": Definition("HAM-D17 reduced ≥ 50%", clinician, "hamd17", True, "ge50"),
        "response.hamd.unstated.ge50pct": Definition(
            "HAM-D reduced ≥ 50%", "response.hamd.unstated.ge50pct", "hamd.unstated", True, "ge50"
        ),
        "response.bdi2.ge50pct": Definition("BDI-II reduced ≥ 50%", "response.bdi2.ge50pct", "bdi2", True, "ge50"),
        "response.bdi.unstated.ge50pct": Definition(
            "BDI reduced ≥ 50%", "response.bdi.unstated.ge50pct", "bdi.unstated", True, "ge50"
        ),
    }
    known = replace(knowing(*head_to_head(80, 30, **rows)), definitions={**DEFINITIONS, **more})
    (found,) = verdicts(better(definition=stated, population="mdd"), known=known).values()
    assert (found.word is Word.SUPPORTED) is meant


def test_a_factor_of_one_trial_is_judged_by_the_interval_for_a_new_one() -> None:
    """The standard is that of averages: however large, one trial doesn't say how far another may differ."""
    claimed = better(low=2.0, bound="exact", unit="times", **TRD)
    (one,) = verdicts(claimed, known=knowing(*head_to_head(60, 30, k=1, n=20_000, **TRD))).values()
    assert (one.word, "as so few leave possible" in one.would_change) == (Word.UNDECIDED, True)
    (six,) = verdicts(claimed, known=knowing(*head_to_head(60, 30, k=6, **TRD))).values()
    assert (six.word, "the 95% interval lies within it and its margin" in six.reasoning) == (Word.SUPPORTED, True)
    (better_alone,) = verdicts(better(**TRD), known=knowing(*head_to_head(50, 48, k=1, **TRD))).values()
    assert (
        "hundreds of trials like that one would decide it: if trials differed as much as so few leave possible"
        in better_alone.would_change
    )


def test_a_factor_that_is_too_large_is_not_said_to_be_the_wrong_way_round() -> None:
    known = knowing(*head_to_head(36, 30, k=6, n=2000, **TRD))
    (found,) = verdicts(better(low=2.0, bound="exact", unit="times", **TRD), known=known).values()
    assert found.word is Word.CONTRADICTED
    assert "the interval for a new trial misses that and its margin" in found.reasoning
    assert "opposite" not in found.reasoning


def test_no_rate_of_one_side_but_those_worked_out_from_means() -> None:
    rows = [row("k", 60, 100, **KETAMINE, **TRD), row("s", 45, 100, value_origin="imputed-from-mean", **TRD)]
    (found,) = verdicts(better(**TRD), known=knowing(*rows)).values()
    assert "no other trials of ssri" in found.reasoning
    assert "1 rate worked out from means is left out" in found.reasoning


def test_trials_of_both_in_those_people_turn_it_into_support() -> None:
    """The same claim, with six more trials in the registry."""
    known = knowing(*APART, *head_to_head(60, 30, **TRD))
    (found,) = verdicts(better(**TRD), known=known).values()
    assert found.word is Word.SUPPORTED
    assert "head to head: risk ratio 2.00" in found.reasoning


def test_or_into_contradiction_if_the_other_does_better() -> None:
    (found,) = verdicts(better(**TRD), known=knowing(*APART, *head_to_head(30, 60, **TRD))).values()
    assert found.word is Word.CONTRADICTED


def test_or_leaves_it_open_if_neither_does() -> None:
    (found,) = verdicts(better(**TRD), known=knowing(*head_to_head(50, 48, **TRD))).values()
    assert found.word is Word.UNDECIDED


def test_one_small_trial_does_not_bear_out_superiority() -> None:
    rows = [row("t1", 8, 12, **KETAMINE, **TRD), row("t1", 3, 11, **TRD)]
    (found,) = verdicts(better(**TRD), known=knowing(*rows)).values()
    assert found.word is Word.UNDECIDED


def test_double_takes_more_than_better() -> None:
    twice = better(**TRD, low=2.0, unit="times the response rate")
    words = [
        verdicts(twice, known=knowing(*head_to_head(a, b, **TRD)))["c1"].word for a, b in ((60, 30), (60, 48), (50, 48), (45, 30))
    ]
    assert words == [Word.SUPPORTED, Word.CONTRADICTED, Word.CONTRADICTED, Word.UNDECIDED]


@pytest.mark.parametrize("figure", [{"low": 1.1}, {"low": 1.0, "high": 1.2}])
def test_a_margin_does_not_turn_better_into_worse(figure: dict[str, Any]) -> None:
    """A claim that says by how much says more than one that says better: it can't be borne out where that is contradicted."""
    claimed, plain = better(**TRD, unit="times", **figure), better(**TRD)
    for rows in (head_to_head(45, 50, n=2_000, **TRD), head_to_head(49, 50, n=20_000, **TRD)):
        found, without = (verdicts(one, known=knowing(*rows))["c1"].word for one in (claimed, plain))
        assert without is Word.CONTRADICTED
        assert found is not Word.SUPPORTED
    (found,) = verdicts(claimed, known=knowing(*head_to_head(45, 50, n=20_000, **TRD))).values()
    assert found.word is Word.CONTRADICTED
    assert found.would_change == "The opposite would be supported: ssri does better than nmda-antagonist."
    (found,) = verdicts(claimed, known=knowing(*head_to_head(55, 50, n=20_000, **TRD))).values()
    assert found.word is Word.SUPPORTED


@pytest.mark.parametrize(
    ("figure", "word"),
    [
        ({"low": 0.7}, Word.SUPPORTED),
        ({"high": 0.8, "bound": "up-to"}, Word.SUPPORTED),
        ({"high": 0.6, "bound": "up-to"}, Word.UNDECIDED),
        ({"high": 0.5, "bound": "up-to"}, Word.CONTRADICTED),
        ({"low": 0.6, "bound": "at-least"}, Word.SUPPORTED),
        ({"low": 1.0, "bound": "at-least"}, Word.CONTRADICTED),
        ({"high": 1.0, "bound": "up-to"}, Word.SUPPORTED),
    ],
)
def test_a_factor_below_once_is_judged_as_it_stands(figure: dict[str, Any], word: Word) -> None:
    (found,) = verdicts(better(**TRD, unit="times", **figure), known=knowing(*head_to_head(35, 50, n=20_000, **TRD))).values()
    assert found.word is word


def test_a_comparator_whose_people_are_not_stated_is_of_the_subject_s() -> None:
    others = [claim("o1", subject="ssri", population="trd", low=30), claim("o2", subject="ssri", population="mdd", low=60)]
    mine = claim("c", subject="nmda-antagonist", comparator="ssri", population="trd", low=45)
    found = judged_comparison(mine, [*others, mine], knowing(*head_to_head(60, 30, n=2_000, **TRD)))
    assert found.word is Word.SUPPORTED


def test_groups_that_nobody_was_randomised_to_bear_out_nothing_and_stand_in_no_trial_s_way() -> None:
    cohorts = head_to_head(60, 30, n=2_000, **TRD, arm_kind="not-randomised")
    (found,) = verdicts(better(**TRD), known=knowing(*cohorts)).values()
    assert found.word is Word.UNDECIDED
    assert found.reasoning.startswith("Nobody was randomised to one or the other")
    assert found.would_change == "Trials that randomise people to nmda-antagonist or ssri would."
    trials_too = [replace(one, trial=f"r{one.trial}", study_id="r", arm_kind="randomised") for one in head_to_head(60, 30, **TRD)]
    (found,) = verdicts(better(**TRD), known=knowing(*cohorts, *trials_too)).values()
    assert found.word is Word.SUPPORTED


def test_a_claim_of_one_rate_of_both_is_supported_where_the_mean_is_near_no_effect() -> None:
    said = claim("s", subject="ssri", **TRD, low=45)
    mine = claim("c", **RATE, low=45)
    for ketamine, word in ((50, Word.SUPPORTED), (52, Word.SUPPORTED), (56, Word.SUPPORTED), (70, Word.CONTRADICTED)):
        found = judged_comparison(mine, [said, mine], knowing(*head_to_head(ketamine, 50, n=20_000, **TRD)))
        assert found.word is word, ketamine


@pytest.mark.parametrize(
    ("ketamine", "word"),
    [
        (45, Word.SUPPORTED),
        (49, Word.SUPPORTED),
        (52, Word.UNDECIDED),
        (60, Word.UNDECIDED),
        (70, Word.CONTRADICTED),
        (20, Word.CONTRADICTED),
    ],
)
def test_a_claim_of_one_range_of_both_is_one_of_no_more_difference_than_it_leaves_room_for(ketamine: int, word: Word) -> None:
    """From 40% to 50% either may be 1.25 times the other. A ratio beyond that is wrong from 1.56 on, with the margin of a ratio."""
    figure: dict[str, Any] = {"low": 40, "high": 50}
    said, mine = claim("s", subject="ssri", **TRD, **figure), claim("c", **RATE, **figure)
    found = judged_comparison(mine, [said, mine], knowing(*head_to_head(ketamine, 40, n=20_000, **TRD)))
    assert found.word is word
    assert "rates in one range, a ratio of 0.80 to 1.25" in found.because[0]
    assert found.change


@pytest.mark.parametrize("figure", [{"low": 40, "bound": "at-least"}, {"high": 40, "bound": "up-to"}, {"low": 1, "high": 99}])
def test_one_bound_of_both_says_nothing_about_which_is_higher(figure: dict[str, Any]) -> None:
    said, mine = claim("s", subject="ssri", **TRD, **figure), claim("c", **RATE, **figure)
    found = judged_comparison(mine, [said, mine], knowing(*head_to_head(45, 45, n=20_000, **TRD)))
    assert found.word is Word.UNVERIFIABLE


shares = st.integers(0, 20).map(lambda twentieth: 5.0 * twentieth)
claimed_rates = st.one_of(
    shares.map(lambda x: {"low": x}),
    shares.map(lambda x: {"low": x, "bound": "at-least"}),
    shares.map(lambda x: {"high": x, "bound": "up-to"}),
    st.tuples(shares, shares).map(sorted).map(lambda ends: {"low": ends[0], "high": ends[1]}),
)


def _allowed(figure: dict[str, Any]) -> list[int]:
    """The whole per cents that a claimed rate allows."""
    low, high = figure.get("low", 0), figure.get("high", figure.get("low"))
    return list(range(int(low), 101 if figure.get("bound") == "at-least" else int(high) + 1))


@settings(deadline=None, max_examples=max(200, settings.default.max_examples))
@given(claimed_rates, claimed_rates)
def test_two_rates_have_a_direction_only_if_every_pair_that_they_allow_has_it(
    mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    pairs = {(a > b) - (a < b) for a in _allowed(mine) for b in _allowed(theirs)}
    one, other = claim("c", **RATE, **mine), claim("s", subject="ssri", **TRD, **theirs)
    sign = Stand.of(one, [one, other]).sign
    assert (sign if sign else 0) == (pairs.pop() if len(pairs) == 1 else 0)
    turned = Stand.of(replace(other, comparator="nmda-antagonist"), [one, other]).sign
    assert turned == (None if sign is None else -sign)


@pytest.mark.parametrize(
    ("mine", "theirs", "sign"),
    [
        # Each may be from 35% to 55%, or near that.
        ({"low": 45, "bound": "about"}, {"low": 46, "bound": "about"}, None),
        ({"low": 45, "bound": "about"}, {"low": 46}, None),
        ({"low": 45, "bound": "about"}, {"low": 50, "high": 60}, None),
        ({"low": 45, "bound": "about"}, {"low": 60, "bound": "at-least"}, -1),
        ({"low": 45, "bound": "about"}, {"low": 70, "bound": "about"}, -1),
        ({"low": 45, "bound": "about"}, {"low": 45, "bound": "about"}, 0),
        ({"low": 45}, {"low": 46}, -1),
    ],
)
def test_two_rates_that_are_about_so_much_have_a_direction_only_if_all_that_they_allow_has_it(
    mine: dict[str, Any], theirs: dict[str, Any], sign: int | None
) -> None:
    one, other = claim("c", **RATE, **mine), claim("s", subject="ssri", **TRD, **theirs)
    assert Stand.of(one, [one, other]).sign == sign
    assert Stand.of(replace(other, comparator="nmda-antagonist"), [one, other]).sign == (None if sign is None else -sign)


def test_no_factor_is_said_to_be_supported_where_the_mean_reaches_no_effect() -> None:
    (found,) = verdicts(better(**TRD, low=3.0, unit="times"), known=knowing(*head_to_head(51, 50, n=200, **TRD))).values()
    assert found.word is Word.CONTRADICTED
    assert found.would_change == "No factor by which it does better would be supported: an interval of the mean reaches 1."


RATE = {"subject": "nmda-antagonist", "comparator": "ssri", **TRD, "comparator_population": "trd"}


@pytest.mark.parametrize(
    ("others", "word"),
    [
        ([{"low": 30}], Word.SUPPORTED),
        ([{"low": 60}], Word.CONTRADICTED),
        # What the source says of other days, rules and people sets nothing beside this rate, in whichever order it comes.
        ([{"low": 60, "day": 56.0}, {"low": 30, "day": 7.0}], Word.SUPPORTED),
        ([{"low": 60, "definition": "response.madrs.ge50pct"}, {"low": 30}], Word.SUPPORTED),
        ([{"low": 60, "population": "mdd"}, {"low": 30}], Word.SUPPORTED),
        ([{"low": 60, "day": 56.0}], Word.NOT_JUDGED),
        ([{"low": 60, "day": 9.0}, {"low": 30, "day": 7.0}], Word.SUPPORTED),
        ([{"low": 60, "population": "mdd"}], Word.NOT_JUDGED),
        ([], Word.NOT_JUDGED),
        # One that states nothing else is the one meant; of two that point to either side, neither is.
        ([{"low": 30, "population": None}], Word.SUPPORTED),
        ([{"low": 30}, {"low": 60}], Word.UNVERIFIABLE),
        # One figure of both is a claim of no difference, with the margin of a ratio.
        ([{"low": 45}], Word.CONTRADICTED),
        # Of a range it is the range that must be above or below.
        ([{"low": 40, "high": 50}], Word.UNVERIFIABLE),
        ([{"low": 20, "high": 40}], Word.SUPPORTED),
    ],
)
def test_a_rate_has_the_direction_of_its_like(others: list[dict[str, Any]], word: Word) -> None:
    plain = {"population": "trd", "day": 7.0, "subject": "ssri"}
    said = [claim(f"o{i}", **{**plain, **other}) for i, other in enumerate(others)]
    rows = head_to_head(60, 30, n=2_000, **TRD, window="days 5-10", day=7.0)
    mine = claim("c", **RATE, day=7.0, low=45)
    assert judged_comparison(mine, [*said, mine], knowing(*rows)).word is word


@pytest.mark.parametrize(
    "unit",
    [
        "times",
        "times as likely",
        "Times as likely",
        "times the rate",
        "times the response rate",
        "fold",
        "risk ratio",
        "Relative risk",
        "RR",
        "x",
        "×",
    ],
)
def test_a_figure_in_times_is_the_ratio_of_two_rates(unit: str) -> None:
    (found,) = verdicts(better(**TRD, low=2.0, unit=unit), known=knowing(*head_to_head(60, 30, **TRD))).values()
    assert found.word is Word.SUPPORTED
    assert re.match(r"The strata with both agree with the claim, 2 ?(times|fold)", found.reasoning, re.IGNORECASE)


def test_a_figure_of_one_outcome_is_not_borne_out_by_another() -> None:
    known = knowing(*head_to_head(60, 30, **TRD))
    (found,) = verdicts(better(**TRD, low=2.0, unit="times the remission rate"), known=known).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "no-rate")
    assert "no remission rate" in found.reasoning


@pytest.mark.parametrize("definition", ["dropout.any", "relapse.unstated", "improvement.madrs.ge30pct"])
def test_what_is_not_compared_is_not_judged_by_what_is(definition: str) -> None:
    known = knowing(*head_to_head(60, 30, **TRD))
    (found,) = verdicts(better(**TRD, definition=definition), known=known).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "nothing-to-count")
    assert "only rates of response and remission are compared" in found.reasoning


@pytest.mark.parametrize(
    "figure",
    [
        {"low": 500.0, "unit": "%"},
        {"low": 30.0, "high": 40.0, "unit": "percentage points"},
        {"low": 2.0, "unit": "times the odds of response"},
        {"low": 2.0, "unit": "times the hazard of response"},
        {"low": 2.0, "unit": "times more likely", "definition": WHOLE["definition"]},
    ],
)
def test_a_figure_that_is_no_ratio_is_never_borne_out_by_better_alone(figure: dict[str, Any]) -> None:
    (found,) = verdicts(better(**TRD, **figure), known=knowing(*head_to_head(60, 30, **TRD))).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "other-figure")
    assert "only a figure in times" in found.reasoning
    assert "figure in times" in found.would_change
    (worse,) = verdicts(better(**TRD, **figure), known=knowing(*head_to_head(30, 60, **TRD))).values()
    assert worse.word is Word.CONTRADICTED


RATIOS = [
    "odds ratio",
    "OR",
    "times the odds of response",
    "hazard ratio of response",
    "rate ratio",
    "Response rate ratio",
    "times the chance",
]
DIFFERENCES = [
    "points of response",
    "%",
    "percentage points",
    "risk difference",
    "NNT",
    "people to treat",
    "% of response higher",
]


@pytest.mark.parametrize("unit", [*RATIOS, *DIFFERENCES])
def test_which_does_better_is_said_by_the_side_of_no_difference_on_which_a_figure_is(unit: str) -> None:
    """Turned round, a ratio is its inverse and a difference the opposite; a bound that leaves room for either says nothing."""
    above, below, none = (2.0, 0.5, 1.0) if unit in RATIOS else (12.0, -12.0, 0.0)
    ahead, behind = knowing(*head_to_head(60, 30)), knowing(*head_to_head(30, 60))
    for low, high, bound, says in (
        (above, None, None, 1), (above, 2 * above, None, 1), (above, None, "at-least", 1), (above, None, "about", 1), (None, above, "at-least", 1),
        (below, None, None, -1), (None, below, "up-to", -1), (none, None, None, 0), (below, above, None, 0),
    ):  # fmt: skip
        figure = better(low=low, high=high, bound=bound, unit=unit)
        found = [verdicts(figure, known=known)["c1"] for known in (ahead, behind)]
        assert [one.word is Word.CONTRADICTED for one in found] == [says == -1, says == 1], (low, high, bound)
        assert {one.gap for one in found} <= {None, "other-figure"}
        assert all(one.would_change for one in found)


@pytest.mark.parametrize(
    "figure",
    [
        # On a scale, fewer may be better, as it is of dropouts and relapses; and half as much more may be half as much.
        *(
            {"low": value, "unit": unit}
            for value in (-5.0, 5.0)
            for unit in ("points", "point", "points lower", "% fewer", "% more")
        ),
        *({"low": value, "unit": unit} for value in (0.5, 2.0) for unit in ("hazard ratio", "HR", "IRR", "times the risk")),
        *({"low": value, "unit": unit} for value in (0.5, 2.0) for unit in ("incidence rate ratio", "times the hazard")),
        {"low": -5.0, "high": -3.0, "unit": "points", "definition": WHOLE["definition"]},
        {"low": 2.0, "unit": "times more likely"},
        {"low": 0.5, "unit": "odds ratio of relapse", "definition": WHOLE["definition"]},
        {"low": -3.0, "unit": "points on the MADRS"},
        {"low": 3.0, "unit": "MADRS points"},
        {"low": 0.5, "unit": "times more likely"},
        {"low": 30.0, "unit": "stars"},
    ],
)
def test_a_figure_of_which_it_is_not_known_what_it_says_is_never_contradicted(figure: dict[str, Any]) -> None:
    for rates in ((60, 30), (30, 60)):
        (found,) = verdicts(better(**figure), known=knowing(*head_to_head(*rates))).values()
        assert (found.word, found.gap) == (Word.NOT_JUDGED, "other-figure")


def test_less_is_worse_and_a_unit_names_its_outcome() -> None:
    words = [
        verdicts(better(low=2.0, unit=unit, definition=WHOLE["definition"]), known=knowing(*head_to_head(60, 30)))["c1"]
        for unit in ("times less likely", "% lower", "points of response lower")
    ]
    assert {one.word for one in words} == {Word.CONTRADICTED}
    assert words[0].reasoning.startswith("The claim says worse (2 times less likely); a new trial")
    for unit in ("hazard ratio", "IRR", "times the risk"):
        (found,) = verdicts(
            better(low=0.5, unit=unit, definition=WHOLE["definition"]), known=knowing(*head_to_head(60, 30))
        ).values()
        assert found.word is Word.CONTRADICTED
    for unit in ("times the dropout rate", "times the hazard of relapse", "% dropouts"):
        (found,) = verdicts(better(low=0.5, unit=unit), known=knowing(*head_to_head(60, 30))).values()
        assert (found.word, found.gap) == (Word.NOT_JUDGED, "nothing-to-count")


@pytest.mark.parametrize(
    ("rows", "word", "why"),
    [
        (
            [row("t1", 60, 100, **KETAMINE), row("t1", 30, 100, day=57.0)],
            Word.NOT_COMPARABLE,
            "at different visits, by different rules or in different sets",
        ),
        (
            [row("t1", 60, 100, **KETAMINE, arm_kind="crossover"), row("t1", 30, 100, arm_kind="crossover")],
            Word.UNDECIDED,
            "the same people",
        ),
    ],
)
def test_of_a_trial_of_both_it_isnt_said_that_no_trial_had_both(rows: list[Row], word: Word, why: str) -> None:
    (found,) = verdicts(better(), known=knowing(*rows)).values()
    assert found.word is word
    assert why in found.reasoning
    assert "no trial had" not in found.reasoning


def test_through_a_common_comparator_it_is_said_that_it_is_indirect() -> None:
    rows = [
        row("t1", 60, 100, **KETAMINE), row("t1", 20, 100, **PLACEBO),
        row("t2", 30, 100), row("t2", 25, 100, **PLACEBO),
    ]  # fmt: skip
    (found,) = verdicts(better(), known=knowing(*rows)).values()
    assert found.word is Word.UNDECIDED
    assert "indirectly, through placebo" in found.reasoning


def test_side_by_side_in_one_stratum_without_a_common_comparator_is_no_comparison() -> None:
    rows = [row("t1", 60, 100, **KETAMINE), row("t2", 30, 100)]
    (found,) = verdicts(better(), known=knowing(*rows)).values()
    assert found.word is Word.NOT_COMPARABLE
    assert list(found.differing) == ["trial"]


def test_a_claim_that_itself_names_two_populations_is_not_comparable_whatever_the_registry_holds() -> None:
    (found,) = verdicts(better(**TRD, comparator_population="mdd"), known=knowing(*head_to_head(60, 30))).values()
    assert found.word is Word.NOT_COMPARABLE
    assert found.differing == {"population": ("trd", "mdd")}


def test_one_treatment_in_two_populations_is_not_comparable() -> None:
    (found,) = verdicts(better(comparator="nmda-antagonist", comparator_population="trd"), known=knowing(*APART)).values()
    assert (found.word, found.missing) == (Word.NOT_COMPARABLE, ("population",))


def test_one_treatment_in_one_population_is_compared_with_itself() -> None:
    within = better(comparator="nmda-antagonist", population="trd", comparator_population="trd")
    (found,) = verdicts(within, known=knowing(*APART)).values()
    assert (found.word, found.missing) == (Word.NOT_COMPARABLE, ("two treatments",))
    assert "with itself" in found.reasoning


def test_of_several_strata_it_is_said_which_would_settle_a_factor_and_each_begins_a_sentence() -> None:
    earlier = head_to_head(45, 30, k=2, **TRD, window="days 21-41")
    known = knowing(*head_to_head(45, 30, **TRD), *earlier, labels={"nmda-antagonist": "Ketamine and its like"})
    (found,) = verdicts(better(**TRD, low=2.0, unit="times"), known=known).values()
    assert found.word is Word.UNDECIDED
    assert re.search(r"if the average stayed at .* They are of .*days 42-70", found.would_change)
    assert found.reasoning.count(" Ketamine and its like versus ssri") == 2


def test_without_any_rate_of_the_comparator_there_is_nothing_to_compare() -> None:
    (found,) = verdicts(better(), known=knowing(APART[0])).values()
    assert (found.word, found.missing) == (Word.NOT_JUDGED, ("rates of ssri",))


def test_where_every_rate_of_one_side_lacks_a_word_the_dimensions_are_those_in_which_nothing_is_stated_to_be_alike() -> None:
    unstated = row("s", 45, 100, unstated=("definition", "day"), window="unstated")
    (found,) = verdicts(better(**TRD), known=knowing(APART[0], unstated)).values()
    assert found.word is Word.NOT_COMPARABLE
    assert set(found.differing) == {"population", "definition", "window"}


@pytest.mark.parametrize(("ssri", "word"), [(45, Word.SUPPORTED), (65, Word.CONTRADICTED)])
def test_a_rate_with_a_comparator_goes_the_way_in_which_its_source_has_the_other(ssri: int, word: Word) -> None:
    """55% beside 45% says more, beside 65% less; the trial has ketamine ahead."""
    mine = claim("k", subject="nmda-antagonist", low=55, comparator="ssri", population="mdd")
    known = knowing(*head_to_head(60, 30))
    grounds = verdicts(mine, claim("s", low=ssri), known=known)["k"].grounds
    assert word in {ground.word for ground in grounds}


def a_network(ketamine_ssri: int) -> list[Row]:
    """Ten trials of either treatment against placebo that put ketamine ahead, and trials of both by another rate of ketamine."""
    rows = []
    for number in range(10):
        rows += [row(f"k{number}", 60, 100, **KETAMINE), row(f"k{number}", 30, 100, **PLACEBO)]
        rows += [row(f"s{number}", 40, 100), row(f"s{number}", 30, 100, **PLACEBO)]
    for number in range(3):
        rows += [row(f"d{number}", ketamine_ssri, 100, **KETAMINE), row(f"d{number}", 40, 100)]
    return rows


def test_superiority_is_judged_by_the_network_where_direct_and_indirect_evidence_agree() -> None:
    (found,) = verdicts(better(), known=knowing(*a_network(60))).values()
    assert found.word is Word.SUPPORTED
    assert "by a network of 23 trials" in found.reasoning
    (found,) = verdicts(better(subject="ssri", comparator="nmda-antagonist"), known=knowing(*a_network(60))).values()
    assert found.word is Word.CONTRADICTED


def test_where_direct_and_indirect_evidence_disagree_both_are_shown_and_nothing_is_decided() -> None:
    (found,) = verdicts(better(), known=knowing(*a_network(20))).values()
    assert found.word is Word.UNDECIDED
    assert found.brief.startswith("Direct and indirect evidence disagree, so the registry can't decide. ")
    assert "evidence disagree (p < 0.001)" in found.reasoning
    assert found.would_change == (
        "Direct and indirect evidence would have to agree first: p < 0.001, and must be 0.10 or more, unless both and the interval for a new trial lie on one side of 1."
    )


FACTORS = [{"low": low} for low in (1.05, 1.1, 1.25, 1.5, 2.0)] + [
    {"low": low, "bound": "at-least"} for low in (1.05, 1.1, 1.25, 1.5, 2.0)
]


def far_apart() -> list[Row]:
    """Trials whose mean is clear and which differ so much that the next one could show the opposite."""
    counts = [(60, 40), (75, 30), (52, 48), (66, 28), (45, 44), (62, 35), (50, 47), (80, 30)]
    return [
        one
        for number, (ketamine, ssri) in enumerate(counts)
        for one in (row(f"t{number}", ketamine, 100, **KETAMINE), row(f"t{number}", ssri, 100))
    ]


def _firmness(rows: list[Row]) -> tuple[Word, set[Word]]:
    """What is said of better, and of every factor by which it is better."""
    known = knowing(*rows)
    (plain,) = verdicts(better(), known=known).values()
    found = [verdicts(better(unit="times", **figure), known=known)["c1"] for figure in FACTORS]
    assert all(one.would_change for one in found)
    return plain.word, {one.word for one in found}


def test_no_factor_is_firmer_than_the_direction_that_it_implies() -> None:
    rows = far_apart()
    plain, factors = _firmness(rows)
    assert plain is Word.UNDECIDED
    assert Word.SUPPORTED not in factors
    (found,) = verdicts(better(unit="times", low=1.1, bound="at-least"), known=knowing(*rows)).values()
    assert found.reasoning.startswith("The mean is as claimed, at least 1.1 times, but a new trial could show the opposite")
    for ketamine in (20, 80):
        plain, factors = _firmness(a_network(ketamine))
        assert (Word.SUPPORTED in factors) <= (plain is Word.SUPPORTED)
        assert plain is not Word.CONTRADICTED or factors == {Word.CONTRADICTED}


def test_evidence_that_disagrees_in_size_alone_decides_which_is_better() -> None:
    """Placebo is at 30% in all; head to head ketamine is further ahead than through placebo, and ahead in both."""
    rows = a_network(75)
    for number in range(3, 12):
        rows += [row(f"d{number}", 300, 400, **KETAMINE), row(f"d{number}", 160, 400)]
    (found,) = verdicts(better(), known=knowing(*rows)).values()
    assert "evidence disagree in size alone (p" in found.reasoning
    assert found.word is Word.SUPPORTED
    (found,) = verdicts(better(subject="ssri", comparator="nmda-antagonist"), known=knowing(*rows)).values()
    assert found.word is Word.CONTRADICTED


def through_placebo(k: int = 10) -> list[Row]:
    """Trials of either treatment against placebo, whose baselines differ, and none of both."""
    rows = []
    for number in range(k):
        rows += [row(f"k{number}", 200, 400, **KETAMINE), row(f"k{number}", 40, 400, **PLACEBO)]
        rows += [row(f"s{number}", 360, 400), row(f"s{number}", 320, 400, **PLACEBO)]
    return rows


@pytest.mark.parametrize(
    "figure",
    [{}, {"low": 1.2}, {"low": 2.0, "bound": "at-least"}, {"low": 4.4}, {"low": 9.0}, {"low": 0.5}, {"low": 0.9, "high": 1.1}],
)
def test_an_indirect_comparison_decides_nothing_of_direction_or_factor(figure: dict[str, Any]) -> None:
    for rows in (
        through_placebo(),
        [*through_placebo(), row("x", 200, 400, treatment="x", class_="x"), row("x", 40, 400, **PLACEBO)],
    ):
        (found,) = verdicts(better(**figure, unit="times" if figure else None), known=knowing(*rows)).values()
        assert found.word is Word.UNDECIDED
        assert found.reasoning.startswith("No trial of this stratum had both, and an indirect comparison decides nothing")
        assert found.would_change.startswith("Trials that give both nmda-antagonist and ssri would.")


def test_rates_that_no_trial_ties_together_have_no_direction_either() -> None:
    said, mine = (
        claim("s", subject="ssri", population="mdd", low=90),
        claim("c", **{**RATE, "population": "mdd", "comparator_population": "mdd"}, low=50),
    )
    found = judged_comparison(mine, [said, mine], knowing(*through_placebo()))
    assert found.word is Word.UNDECIDED


def test_one_trial_of_both_beside_steps_of_one_trial_decides_nothing() -> None:
    one_each = [
        row("k", 900, 1000, **KETAMINE), row("k", 200, 1000, **PLACEBO),
        row("s", 220, 1000), row("s", 200, 1000, **PLACEBO),
        row("d", 900, 1000, **KETAMINE), row("d", 220, 1000),
    ]  # fmt: skip
    (found,) = verdicts(better(), known=knowing(*one_each)).values()
    assert found.word is Word.UNDECIDED
    assert found.reasoning.startswith("One trial had both, and every way round it has a step of one trial")
    assert found.would_change.startswith("A second trial that gives both")
    twice = [replace(one, trial=f"{one.trial}2", study_id=f"{one.study_id}2") for one in one_each if one.trial != "d"]
    (found,) = verdicts(better(), known=knowing(*one_each, *twice)).values()
    assert not found.reasoning.startswith("One trial had both")


def test_a_stratum_that_no_trial_ties_together_stands_in_no_other_s_way() -> None:
    elsewhere = [replace(one, window="days 21-41", stratum="early", trial=f"e{one.trial}") for one in through_placebo()]
    (found,) = verdicts(better(), known=knowing(*head_to_head(60, 30, n=1_000), *elsewhere)).values()
    assert found.word is Word.SUPPORTED


def test_of_strata_without_a_direction_no_factor_is_said_to_be_supported() -> None:
    rows = far_apart()
    (found,) = verdicts(better(unit="times", low=9.0), known=knowing(*rows)).values()
    assert found.word is Word.CONTRADICTED
    assert found.would_change.startswith("No factor by which it does better would be supported: a new trial could show")


def test_one_small_trial_of_a_part_of_the_people_undoes_nothing() -> None:
    whole = head_to_head(60, 30, k=12)
    part = [row("p", 5, 20, **KETAMINE, population="mdd.primary-care"), row("p", 5, 20, population="mdd.primary-care")]
    for figure in ({}, {"low": 2.0, "unit": "times"}):
        (found,) = verdicts(better(population="mdd", **figure), known=knowing(*whole, *part)).values()
        assert found.word is Word.SUPPORTED
    (found,) = verdicts(better(population="mdd"), known=knowing(*part)).values()
    assert found.word is Word.UNDECIDED


@pytest.mark.parametrize(
    ("kind", "missing", "wanted"),
    [
        ("crossover", "the pairing of the two counts", "A trial of two groups that gives nmda-antagonist and ssri"),
        ("cluster", "the design effect", "A trial that randomises people one by one to nmda-antagonist and ssri"),
    ],
)
def test_of_randomised_trials_whose_counts_are_not_independent_it_is_said_what_they_lack(
    kind: str, missing: str, wanted: str
) -> None:
    """Their groups differ in nothing but the treatment, and one more such trial would change nothing."""
    (found,) = verdicts(better(**TRD), known=knowing(*head_to_head(66, 10, arm_kind=kind, **TRD))).values()
    assert (found.word, found.missing, found.differing) == (Word.UNDECIDED, (missing,), {})
    assert found.would_change.startswith(wanted)
    assert "would make it one to judge. These are of “" in found.would_change
    parallel = [replace(one, trial=f"p{one.trial}", stratum="parallel") for one in head_to_head(66, 10, **TRD)]
    (found,) = verdicts(better(**TRD), known=knowing(*head_to_head(66, 10, arm_kind=kind, **TRD), *parallel)).values()
    assert found.word is Word.SUPPORTED
