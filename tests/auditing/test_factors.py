"""A claimed ratio is a set of ratios: turned round, or made wider, it is judged by the same figures. What must hold is worked out here ratio by ratio."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.auditing.contrasting import Stand, side_shown
from registry.auditing.grounds import Word
from registry.auditing.knowledge import Knowledge
from registry.auditing.settling import settling
from registry.pooling.random_effects import Pooled
from registry.strata.rows import Row
from tests.auditing.arguing import claim, knowing, verdicts
from tests.auditing.test_comparisons import RATE, TRD, a_network, better, far_apart, head_to_head

Figure = dict[str, Any]

TURNED = {"subject": "ssri", "comparator": "nmda-antagonist"}
many = settings(deadline=None, max_examples=max(40, settings.default.max_examples))
FIRMNESS = [Word.CONTRADICTED, Word.UNDECIDED, Word.SUPPORTED]

HELD: list[list[Row]] = [
    *(head_to_head(a, b, n=2_000) for a, b in ((68, 50), (62, 50), (55, 50), (52, 50), (50, 50), (49, 50), (40, 50), (20, 60))),
    head_to_head(60, 30, k=1, n=20_000),
    head_to_head(58, 50, k=2),
    head_to_head(50, 48, k=12),
    far_apart(),
]
NETWORKS = [a_network(20), a_network(60), a_network(75)]


@cache
def known(number: int) -> Knowledge:
    return knowing(*[*HELD, *NETWORKS][number])


def word(number: int, figure: Figure, **members: Any) -> Word:
    (found,) = verdicts(better(unit="times", **figure, **members), known=known(number)).values()
    assert found.would_change
    return found.word


ratios = st.one_of(
    st.floats(math.log(0.2), math.log(5)).filter(lambda x: abs(x) > 1e-6).map(math.exp),
    st.sampled_from([0.5, 0.8, 1.0, 1.25, 2.0]),
)
ranges = st.tuples(ratios, ratios).map(sorted).filter(lambda ends: ends[1] > ends[0] * 1.001)
bounds = st.one_of(
    ratios.map(lambda x: {"low": x, "bound": "at-least"}),
    ratios.map(lambda x: {"high": x, "bound": "up-to"}),
    ranges.map(lambda ends: {"low": ends[0], "high": ends[1]}),
)
figures = st.one_of(
    bounds, st.tuples(ratios, st.sampled_from([None, "about", "exact"])).map(lambda p: {"low": p[0], "bound": p[1]})
)


def turned(figure: Figure) -> Figure:
    """The same of the comparator: at least x times is at most 1/x times."""
    low, high, bound = figure.get("low"), figure.get("high"), figure.get("bound")
    if bound in {"at-least", "up-to"}:
        return {"high": 1 / low, "bound": "up-to"} if low is not None else {"low": 1 / figure["high"], "bound": "at-least"}
    return {"low": 1 / low, "bound": bound} if high is None else {"low": 1 / high, "high": 1 / low}  # type: ignore[operator]


@many
@given(st.integers(0, len(HELD) + len(NETWORKS) - 1), figures)
def test_a_claim_turned_round_has_the_same_verdict(number: int, figure: Figure) -> None:
    assert word(number, figure) is word(number, turned(figure), **TURNED)


def _ends(figure: Figure) -> tuple[float, float]:
    if figure.get("bound") == "at-least":
        return figure["low"], math.inf
    if figure.get("bound") == "up-to":
        return 0, figure["high"]
    return figure["low"], figure.get("high", figure["low"])


@many
@given(st.integers(0, len(HELD) - 1), bounds, bounds)
def test_a_wider_claim_is_never_less_supported(number: int, one: Figure, other: Figure) -> None:
    (low, high), (below, above) = _ends(one), _ends(other)
    if below <= low and high <= above:
        assert FIRMNESS.index(word(number, one)) <= FIRMNESS.index(word(number, other))


@dataclass(frozen=True)
class Shown:
    """What a stratum shows: the ratio of rates with the interval for a new trial, if it has any, and a network's interval for a new trial, if it has one."""

    mean: tuple[float, float] | None
    new: tuple[float, float] | None
    network: tuple[float, float] | None

    def turned(self) -> Shown:
        return Shown(*(None if ends is None else (1 / ends[1], 1 / ends[0]) for ends in (self.mean, self.new, self.network)))

    def says(self, figure: Figure) -> Word:
        found: dict[str, Any] = dict.fromkeys(Pooled.__dataclass_fields__)
        if self.mean is not None and self.new is not None:
            found |= {"k": 5, "low": self.mean[0], "high": self.mean[1]}
            found |= {"prediction_low": self.new[0], "prediction_high": self.new[1]}
        effects = {} if self.mean is None else {"risk ratio": Pooled(**found)}
        network = None
        if self.network is not None:
            low, high = self.network
            network = SimpleNamespace(
                k_direct=5, direct=None, indirect=None, disagrees=False, prediction_low=low, prediction_high=high
            )
        shared: Any = SimpleNamespace(
            stratum=SimpleNamespace(by_chance=True), network=network, contrast=SimpleNamespace(is_direct=True, effects=effects)
        )
        agrees = Stand.of(better(unit="times", **figure), []).agrees(shared)
        return Word.UNDECIDED if agrees is None else Word.SUPPORTED if agrees else Word.CONTRADICTED


anywhere = st.tuples(ratios, ratios).map(lambda ends: (min(ends), max(ends)))
shown = st.one_of(
    st.builds(Shown, st.none(), st.none(), anywhere),
    st.builds(
        lambda one, by, network: Shown(one, (one[0] / by, one[1] * by), network), anywhere, st.floats(1, 2), st.none() | anywhere
    ),
)
from_none = st.one_of(figures, ratios.map(lambda x: {"low": 0.0, "high": x}))


def _meant(figure: Figure) -> tuple[float, float]:
    """The ratios that a claim stands for: of a single figure those within its margin, which ends at no effect."""
    low, high = _ends(figure)
    if low < high:
        return low, high
    return (low / 1.25 if low <= 1 else max(1, low / 1.25)), (high * 1.25 if high >= 1 else min(1, high * 1.25))


@settings(deadline=None, max_examples=max(1_000, settings.default.max_examples))
@given(shown, from_none, from_none)
def test_a_set_that_holds_another_is_never_less_supported_by_any_evidence(found: Shown, one: Figure, other: Figure) -> None:
    (low, high), (below, above) = _meant(one), _meant(other)
    if below <= low and high <= above and not (other.get("high") is None and other.get("bound") != "at-least"):
        assert FIRMNESS.index(found.says(one)) <= FIRMNESS.index(found.says(other))
    if high < below:
        assert {found.says(one), found.says(other)} != {Word.SUPPORTED}


@settings(deadline=None, max_examples=max(300, settings.default.max_examples))
@given(shown, from_none)
def test_a_claim_turned_round_has_the_same_verdict_by_any_evidence_turned_round(found: Shown, figure: Figure) -> None:
    if figure.get("low") != 0.0:
        assert found.says(figure) is found.turned().says(turned(figure))
    once = [found.says({"low": 1.0, "bound": "at-least"}), found.says({"high": 1.0, "bound": "up-to"})]
    assert once in ([Word.SUPPORTED, Word.CONTRADICTED], [Word.CONTRADICTED, Word.SUPPORTED], [Word.UNDECIDED] * 2)


def test_what_is_shown_of_the_direction_alone_bears_out_every_bound_beyond_it() -> None:
    for high in (1.0, 1.2, 2.0, 10.0):
        assert Shown(None, None, (0.4, 0.8)).says({"high": high, "bound": "up-to"}) is Word.SUPPORTED
        assert Shown(None, None, (0.4, 0.8)).says({"low": 0.0, "high": high}) is Word.SUPPORTED
    assert Shown(None, None, (0.4, 0.8)).says({"high": 0.9, "bound": "up-to"}) is Word.UNDECIDED
    assert Shown(None, None, (0.4, 0.8)).says({"low": 1.0, "high": 1.5}) is Word.CONTRADICTED


def stands_for(ratio: float, figure: Figure, beyond: float = 1.0) -> bool:
    """Whether a ratio is one that the claim means, or is at most a factor ``beyond`` from one and on the side of no effect where all of them are."""
    low, high = _ends(figure)
    if low == 1 == high:
        return 1 / 1.25 <= ratio <= 1.25
    if (low >= 1 and ratio < 1) or (high <= 1 and ratio > 1):
        return False
    beyond = 1.25 if low == high else beyond
    return low / beyond <= ratio <= high * beyond


def every(low: float, high: float) -> list[float]:
    return [math.exp(math.log(low) + (math.log(high) - math.log(low)) * step / 500) for step in range(501)]


@many
@given(st.integers(0, len(HELD) - 1), figures)
def test_what_is_said_is_true_of_every_ratio_in_the_intervals(number: int, figure: Figure) -> None:
    (answer,) = known(number).compared(HELD[number], "nmda-antagonist", "ssri", ["response"]).outcomes
    (shared,) = answer.shared
    assert shared.contrast is not None
    assert shared.network is None
    found: Any = shared.contrast.effects["risk ratio"]
    new = every(found.prediction_low, found.prediction_high)
    mean = new if found.k == 1 else every(found.low, found.high)
    meant = [ratio for ratio in every(0.01, 100) if stands_for(ratio, figure)]
    sides = [side for side, there in ((1, min(meant) >= 1), (-1, max(meant) <= 1)) if there]
    shown = 1 if min(new) > 1 else -1 if max(new) < 1 else 0
    expected = Word.UNDECIDED
    if sides == [-shown] or not any(stands_for(ratio, figure, 1.25) for ratio in new):
        expected = Word.CONTRADICTED
    elif all(stands_for(ratio, figure) for ratio in mean) and (not sides or sides == [shown]):
        expected = Word.SUPPORTED
    if _ends(figure) in {(1, math.inf), (0, 1)}:  # better, and worse, without a factor
        expected = Word.SUPPORTED if sides == [shown] else Word.CONTRADICTED if sides == [-shown] else Word.UNDECIDED
    assert word(number, figure) is expected


AHEAD, FAR, LEVEL, BEHIND = 1, 0, 4, 6
"""Trials with ratios of 1.24, 1.36, 1.00 and 0.80."""


@pytest.mark.parametrize(
    ("number", "figure", "expected"),
    [
        # An average beyond a bound never bears it out.
        (FAR, {"high": 1.25, "bound": "up-to"}, Word.UNDECIDED),
        (AHEAD, {"high": 1.2, "bound": "up-to"}, Word.UNDECIDED),
        (AHEAD, {"high": 1.3, "bound": "up-to"}, Word.SUPPORTED),
        # "At most 1.2 times" is true of something that does worse.
        (BEHIND, {"high": 1.2, "bound": "up-to"}, Word.SUPPORTED),
        (LEVEL, {"high": 1.2, "bound": "up-to"}, Word.SUPPORTED),
        # Once is as far from more as from less.
        (AHEAD, {"low": 1.0}, Word.UNDECIDED),
        (FAR, {"low": 1.0, "bound": "about"}, Word.CONTRADICTED),
        (LEVEL, {"low": 1.0}, Word.SUPPORTED),
        # A range that holds once is itself the margin.
        (FAR, {"low": 0.8, "high": 1.25}, Word.UNDECIDED),
        (FAR, {"low": 0.95, "high": 1.3}, Word.UNDECIDED),
        (LEVEL, {"low": 0.8, "high": 1.25}, Word.SUPPORTED),
        (BEHIND, {"low": 0.9, "high": 1.1}, Word.UNDECIDED),
    ],
)
def test_a_bound_and_a_range_have_no_margin_and_once_has_one_on_either_side(number: int, figure: Figure, expected: Word) -> None:
    assert word(number, figure) is expected


def test_once_at_least_or_at_most_is_about_the_direction_alone() -> None:
    (found,) = verdicts(better(unit="times", high=1.0, bound="up-to"), known=known(FAR)).values()
    assert found.reasoning.startswith("The claim says worse; a new trial would be expected to show the opposite.")
    assert found.would_change == "The opposite would be supported: nmda-antagonist does better than ssri."


def test_any_ratio_at_all_is_no_claim() -> None:
    (found,) = verdicts(better(unit="times", low=0.0, bound="at-least"), known=known(FAR)).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "any-value")


def test_what_would_change_it_keeps_to_the_claim_s_own_room() -> None:
    (found,) = verdicts(better(unit="times", low=0.8, high=1.25), known=known(LEVEL)).values()
    assert "lies within it." in found.reasoning
    assert "under 0.8 times or over 1.25 times would undo it" in found.would_change
    (found,) = verdicts(better(unit="times", low=0.8, high=1.0), known=known(AHEAD)).values()
    assert found.would_change == "The opposite would be supported: nmda-antagonist does better than ssri."
    (found,) = verdicts(better(unit="times", low=0.5, high=1.02), known=known(FAR)).values()
    assert found.word is Word.CONTRADICTED
    low, high = (float(part) for part in found.would_change.split()[3:6:2])
    assert word(FAR, {"low": low, "high": high}) is Word.SUPPORTED


SPREAD = [
    row for low in (0, 1) for row in head_to_head(66 - 18 * low, 50, k=6, n=2_000, window=("days 42-70", "days 21-41")[low])
]
"""Two strata with ratios of 1.32 and 0.96, which no single figure is within the margin of."""


@many
@given(st.integers(0, len(HELD) + len(NETWORKS)), figures)
def test_what_is_said_to_be_supported_instead_is(number: int, figure: Figure) -> None:
    rows = [*HELD, *NETWORKS, SPREAD][number]
    this = known(number) if number < len(HELD) + len(NETWORKS) else knowing(*rows)
    (found,) = verdicts(better(unit="times", **figure), known=this).values()
    told = found.would_change
    if found.word is not Word.CONTRADICTED:
        return
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?(?!\d)", told)]
    instead: list[Figure] = []
    if told.startswith("A single figure"):
        instead = [{"low": n} for n in numbers]
    elif "range from" in told:
        low, high = numbers
        instead = [{"low": low, "high": high}, {"low": low / 2, "high": high * 2}]
    elif told.startswith("Up to"):
        instead = [{"high": numbers[0], "bound": "up-to"}]
    elif told.startswith("At least"):
        instead = [{"low": numbers[0], "bound": "at-least"}]
    elif told.startswith("The opposite"):
        side = 1 if told.endswith("nmda-antagonist does better than ssri.") else -1
        instead = [{"low": 1.0, "bound": "at-least"}] if side > 0 else [{"high": 1.0, "bound": "up-to"}]
    else:
        assert re.match(r"No (factor by which it does|such bound)", told), told
    for one in instead:
        assert verdicts(better(unit="times", **one), known=this)["c1"].word is Word.SUPPORTED, (figure, told, one)


def test_a_range_that_would_be_supported_has_no_margin() -> None:
    rows = [one for k in (0, 1) for one in head_to_head(64 - 32 * k, 20, n=20_000, window=("days 42-70", "days 21-41")[k])]
    (found,) = verdicts(better(unit="times", low=9.0), known=knowing(*rows)).values()
    assert found.would_change.startswith("No single figure would be supported. A range from 1.5"), found.would_change


@pytest.mark.parametrize("figure", [{"low": 3.0, "bound": "at-least"}, {"low": 3.0}, {"low": 1.0}, {"low": 0.9, "high": 3.0}])
def test_where_the_direction_is_shown_and_no_ratio_of_rates_more_trials_are_not_said_to_show_it(figure: Figure) -> None:
    number = len(HELD) + 1
    (answer,) = known(number).compared(NETWORKS[1], "nmda-antagonist", "ssri", ["response"]).outcomes
    (held,) = (one for one in answer.shared if one.network is not None)
    assert held.contrast is not None
    without = replace(held, contrast=replace(held.contrast, effects={}))
    stand = Stand.of(better(unit="times", **figure), [])
    assert (side_shown(without), stand.agrees(without)) == (1, None)
    told = settling(Word.UNDECIDED, [(without, None)], stand, known(number))
    assert told.startswith("No ratio of the rates shows by how much: trials that give both nmda-antagonist and ssri"), told
    assert held.network is not None
    open_ = replace(without, network=replace(held.network, prediction_low=0.9))
    for bound, way in (("at-least", "support it"), ("up-to", "show one. They")):
        stand = Stand.of(better(unit="times", low=0.9 if bound == "at-least" else 1.1, bound=bound), [])
        told = settling(Word.UNDECIDED, [(open_, None)], stand, known(number))
        assert way in told


def test_one_rate_of_both_is_judged_as_once_is() -> None:
    said, mine = claim("s", subject="ssri", **TRD, low=50), claim("c", **RATE, low=50)
    for rows in (head_to_head(a, 50, n=2_000, **TRD) for a in (40, 50, 55, 68)):
        both = verdicts(said, mine, known=knowing(*rows))["c"].grounds
        (once,) = verdicts(better(unit="times", low=1.0, **TRD), known=knowing(*rows)).values()
        assert once.word in {ground.word for ground in both}
