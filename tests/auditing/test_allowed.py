"""A claim is the set of figures that it allows, whatever its unit: a wider one is never less supported, a narrower one never less contradicted.

A single figure, and one that is "about" so much, allows those near it. What is said and what is allowed are worked out here by themselves.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from registry.auditing.claims import Claim
from registry.auditing.grounds import Verdict, Word
from registry.auditing.knowledge import Knowledge
from tests.auditing.arguing import WHOLE, claim, knowing, trials, verdicts
from tests.auditing.test_factors import FIRMNESS, HELD, figures
from tests.auditing.test_factors import word as factor_s
from tests.auditing.test_statements import course, said, twice

Figure = dict[str, Any]
Ends = tuple[float, float]

many = settings(deadline=None, max_examples=max(300, settings.default.max_examples))

RATES = [
    trials([(events, n)] * k)
    for events, n, k in ((156, 400, 8), (620, 1000, 6), (300, 1000, 5), (2, 100, 6), (99, 100, 6), (45, 100, 2), (40, 100, 1))
] + [trials([(20, 100), (35, 100), (50, 100), (65, 100)])]

LABELS: list[list[Figure]] = [
    [{"low": 9, "high": 11}],
    [{"low": 10}],
    [{"low": 8, "high": 12}, {"low": 10, "bound": "at-least"}],
    [{"low": 0, "high": 6}],
    [{"high": 12, "bound": "up-to"}, {"low": 3}],
    [{"low": 30, "bound": "at-least"}],
]


def of(values: st.SearchStrategy[float]) -> st.SearchStrategy[Figure]:
    two = st.tuples(values, values).map(sorted)
    return st.one_of(
        st.tuples(values, st.sampled_from([None, "exact", "about"])).map(lambda p: {"low": p[0], "bound": p[1]}),
        values.map(lambda x: {"low": x, "bound": "at-least"}),
        values.map(lambda x: {"high": x, "bound": "up-to"}),
        values.map(lambda x: {"low": 0, "high": x}),
        st.tuples(two, st.sampled_from([None, "exact", "about"])).map(lambda p: {"low": p[0][0], "high": p[0][1], "bound": p[1]}),
    )


shares = of(st.integers(0, 40).map(lambda x: 2.5 * x))
numbers = of(st.sampled_from([0.5, 3, 5, 6, 7.5, 8, 9, 10, 11, 12, 12.5, 14, 15, 20, 30, 40]))


def said_by(figure: Figure, top: float) -> Ends:
    """From where to where a figure reaches as it is written."""
    low, high = figure.get("low"), figure.get("high")
    if figure.get("bound") == "at-least":
        return (low or 0), top
    if low is None:
        return 0, (high or 0)
    return low, (low if high is None else high)


def _nearby(ends: Ends, *, is_rate: bool) -> Ends:
    low, high = ends
    if not is_rate:
        return low / 1.25, high * 1.25

    def times(share: float, odds: float) -> float:
        return 100 * share * odds / (100 - share + share * odds)

    return max(min(times(low, 1 / 1.5), low - 1), 0), min(max(times(high, 1.5), high + 1), 100)


def allowed_by(figure: Figure, top: float) -> Ends:
    """And to where it reaches with what it stands for."""
    ends = said_by(figure, top)
    near = figure.get("bound") == "about" or ends[0] == ends[1]
    return _nearby(ends, is_rate=top == 100) if near else ends


def _within(one: Figure, other: Figure, top: float) -> bool:
    return all(
        b <= a + 1e-9 and c <= d + 1e-9 for (a, c), (b, d) in ((by(one, top), by(other, top)) for by in (said_by, allowed_by))
    )


def consistent(one: Figure, other: Figure, found: list[Word], top: float) -> None:
    """The verdicts on two figures are in the order of what they allow, and one if they allow the same."""
    assume(Word.NOT_JUDGED not in found)
    first, second = (FIRMNESS.index(word) for word in found)
    if _within(one, other, top):
        assert first <= second, found
    if _within(other, one, top):
        assert second <= first, found


@cache
def _rates(number: int) -> Knowledge:
    return knowing(*RATES[number])


def _verdict(claimed: Claim, known: Knowledge) -> Verdict:
    (found,) = verdicts(claimed, known=known).values()
    assert found.would_change
    return found


@many
@given(st.integers(0, len(RATES) - 1), shares, shares)
def test_rates(number: int, one: Figure, other: Figure) -> None:
    found = [_verdict(claim(**WHOLE, **figure), _rates(number)).word for figure in (one, other)]
    consistent(one, other, found, 100)


def _label(number: int) -> Knowledge:
    return knowing(statements=twice(*(said(**{"unit": "sessions", **figure}) for figure in LABELS[number])))


@many
@given(st.integers(0, len(LABELS) - 1), numbers, numbers)
def test_durations_and_numbers_of_times(number: int, one: Figure, other: Figure) -> None:
    found = [_verdict(course(**figure), _label(number)).word for figure in (one, other)]
    consistent(one, other, found, math.inf)


@many
@given(st.integers(0, len(HELD) - 1), figures, figures)
def test_ratios(number: int, one: Figure, other: Figure) -> None:
    """A single ratio's margin ends at no effect, as a range's does, so what it allows there is less: it is compared with bounds and ranges that hold all."""
    found = [factor_s(number, figure) for figure in (one, other)]
    consistent(one, other, found, math.inf)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"low": 0, "high": 60}, {"high": 60, "bound": "up-to"}),
        ({"low": 0, "high": 60, "bound": "exact"}, {"high": 60}),
        ({"low": 55, "high": 100}, {"low": 55, "bound": "at-least"}),
        ({"low": 60}, {"low": 60, "high": 60, "bound": "exact"}),
        ({"low": 60}, {"low": 60, "bound": "about"}),
    ],
)
@pytest.mark.parametrize("number", range(len(RATES)))
def test_what_allows_the_same_has_one_verdict_and_one_reason(number: int, one: Figure, other: Figure) -> None:
    found = [_verdict(claim(**WHOLE, **figure), _rates(number)) for figure in (one, other)]
    assert found[0].word is found[1].word
    assert found[0].would_change == found[1].would_change


def test_a_range_that_does_not_hold_the_average_is_not_supported() -> None:
    for figure in ({"low": 50, "high": 60}, {"low": 0, "high": 60}, {"high": 60, "bound": "up-to"}):
        assert _verdict(claim(**WHOLE, **figure), _rates(1)).word is Word.UNDECIDED
    assert _verdict(course(low=10, high=12), _label(0)).word is Word.UNDECIDED
    assert _verdict(course(low=8, high=12), _label(0)).word is Word.SUPPORTED


@many
@given(st.integers(0, len(RATES) - 1), shares)
def test_the_bound_or_range_that_is_said_to_be_supported_is(number: int, figure: Figure) -> None:
    told = _verdict(claim(**WHOLE, **figure), _rates(number)).would_change
    forms = {
        r"At least ([\d.]+)%, or any lower": lambda x: {"low": x, "bound": "at-least"},
        r"Up to ([\d.]+)%, or any higher": lambda x: {"high": x, "bound": "up-to"},
        r"A range from ([\d.]+) to ([\d.]+)%, or any": lambda x, y: {"low": x, "high": y},
    }
    for form, made in forms.items():
        if shown := re.search(form, told):
            instead = made(*map(float, shown.groups()))
            assert _verdict(claim(**WHOLE, **instead), _rates(number)).word is Word.SUPPORTED, told
