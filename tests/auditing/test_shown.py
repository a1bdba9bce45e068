"""What is shown with a verdict is what it stands by, and what is said to be missing is missing."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.auditing.grounds import Verdict, Word
from registry.auditing.knowledge import Knowledge, Separation
from tests.auditing.arguing import PLACEBO, WHOLE, claim, knowing, trials, verdicts
from tests.auditing.test_comparisons import TRD, a_network, better, far_apart, head_to_head
from tests.auditing.test_statements import base
from tests.comparing.rows import row

Figure = dict[str, Any]

many = settings(deadline=None, max_examples=max(60, settings.default.max_examples))
WINDOWS = ("days 5-10", "days 21-41", "days 42-70")

HELD = [
    head_to_head(62, 50, n=2_000), head_to_head(52, 50, n=2_000), head_to_head(20, 60), head_to_head(60, 30, k=2), far_apart(),
    a_network(60), a_network(20), [],
]  # fmt: skip

IN_TIMES = st.sampled_from(
    [
        {},
        *({"unit": "times", **one} for one in ({"low": 1.2}, {"low": 2.0}, {"low": 1.1, "bound": "at-least"}, {"low": 0.8})),
        *({"unit": "times", **one} for one in ({"high": 2.0, "bound": "up-to"}, {"low": 1.0, "high": 1.6}, {"high": 1.2})),
    ]
)
OTHERS: list[tuple[Figure, Figure]] = [
    ({"low": 1.5, "unit": "odds ratio"}, {}),
    ({"low": 15.0, "unit": "percentage points"}, {}),
    ({"low": 7.0, "unit": "number needed to treat"}, {}),
    ({"low": 1.2, "high": 3.0, "bound": "about", "unit": "times the odds of response"}, {}),
    ({"low": 0.6, "unit": "odds ratio"}, {"subject": "ssri", "comparator": "nmda-antagonist"}),
    ({"low": -15.0, "unit": "percentage points"}, {"subject": "ssri", "comparator": "nmda-antagonist"}),
]
"""A figure in which nothing is compared, and the same claim of which does better without it."""


@cache
def known(held: tuple[int, ...]) -> Knowledge:
    """Each stratum with trials of its own, all of one size or not."""
    return knowing(
        *(
            row(f"{window}{one.trial}", one.events, one.n, **_same(one), window=window)
            for window, number in zip(WINDOWS, held, strict=True)
            for one in HELD[number]
        )
    )


def _same(one: Any) -> Figure:
    return {"treatment": one.treatment, "class_": one.class_, "role": one.role}


held = st.tuples(*(st.integers(0, len(HELD) - 1) for _ in WINDOWS)).filter(lambda some: any(HELD[number] for number in some))


def _shown(found: Verdict) -> list[bool | None]:
    """What the strata that the reason shows say of the claim."""
    return [item.agrees for item in found.evidence if item.kind == "contrast" and item.text in found.brief]


@many
@given(held, IN_TIMES)
def test_the_stratum_that_is_shown_is_one_by_which_the_verdict_stands(some: tuple[int, ...], figure: Figure) -> None:
    (found,) = verdicts(better(**figure), known=known(some)).values()
    views = {
        Word.UNDECIDED: [None],
        Word.SUPPORTED: [True],
        Word.CONTRADICTED: [False],
        Word.UNVERIFIABLE: [True, False],
    }
    shown = _shown(found)
    if found.evidence and found.evidence[0].kind == "contrast":
        assert sorted(map(str, shown)) == sorted(map(str, views[found.word])), found.brief
    if found.word is Word.UNDECIDED and (place := re.search("“(.*?)”", found.would_change)):
        assert place[1] in found.brief, found.would_change


def test_a_supported_claim_shows_the_stratum_that_comes_nearest_to_undoing_it() -> None:
    (found,) = verdicts(better(), known=known((3, 0, 7))).values()
    near = float(re.search(r"its nearer end is ([\d.]+)[.]$", found.would_change)[1])  # type: ignore[index]
    assert f"in another trial {near:.2f} to" in found.brief


@many
@given(held, st.sampled_from(OTHERS))
def test_a_figure_that_isnt_compared_never_hides_what_is_known_of_the_direction(
    some: tuple[int, ...], pair: tuple[Figure, Figure]
) -> None:
    figure, alone = pair
    (plain,) = verdicts(better(**alone), known=known(some)).values()
    (found,) = verdicts(better(**figure), known=known(some)).values()
    assert found.word is (Word.NOT_JUDGED if plain.word is Word.SUPPORTED else plain.word)
    assert "support it" not in found.would_change
    assert "be supported if" not in found.would_change


def test_trials_that_would_show_the_direction_are_not_said_to_support_the_figure() -> None:
    (found,) = verdicts(better(low=7.0, unit="number needed to treat"), known=known((1, 7, 7))).values()
    assert found.word is Word.UNDECIDED
    assert re.match(
        "About .* would show first that it does better, .* only a figure in times could then be judged by how much",
        found.would_change,
    )


@pytest.mark.parametrize("unit", ["trials", "randomised trials", "reviews"])
@pytest.mark.parametrize("held_", [0, 1, 15])
@pytest.mark.parametrize(
    "figure",
    [
        {"low": 16, "bound": "about"}, {"low": 20, "bound": "about"}, {"low": 500, "bound": "about"}, {"low": 18, "high": 20},
        {"low": 18, "high": 20, "bound": "about"}, {"low": 30, "bound": "at-least"}, {"low": 17}, {"low": 17.5, "bound": "exact"},
    ],
)  # fmt: skip
def test_so_many_more_lead_where_it_says(unit: str, held_: int, figure: Figure) -> None:
    """With one fewer they don't."""
    mine = base(subject="ssri", unit=unit, **figure)
    told = verdicts(mine, known=_holding(held_, unit))["c1"].would_change
    more = int(re.search(r"(\d+) (?:more|documents)", told)[1])  # type: ignore[index]
    least = base(subject="ssri", unit=unit, low=figure["low"], bound="at-least")
    for number, word in ((held_ + more, Word.SUPPORTED), (held_ + more - 1, Word.UNVERIFIABLE)):
        assert verdicts(least, known=_holding(number, unit))["c1"].word is word, told


def _holding(number: int, unit: str) -> Knowledge:
    if unit == "reviews":
        return knowing(documents=tuple(f"review {n}" for n in range(number)))
    return knowing(*(row(f"t{n}") for n in range(number)))


def test_what_isnt_counted_is_not_said_to_be_countable() -> None:
    (found,) = verdicts(base(low=1_000, bound="at-least", unit="participants"), known=knowing(*trials([(5, 10)]))).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "nothing-to-count")
    assert found.would_change == "A number of documents, or of trials, would be one to judge."


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"value_origin": "imputed-from-mean"}, "rates worked out from means are left out"),
        ({"strategy": "relapse-prevention, none"}, "rates of people chosen by how they had done"),
    ],
)
@pytest.mark.parametrize("figure", [{"low": 45}, {"high": 60, "bound": "up-to"}, {"low": 40, "high": 60}])
def test_no_rate_but_those_left_out_is_said_in_the_reason(members: Figure, told: str, figure: Figure) -> None:
    """Also where others, of another rule, are held and counted."""
    aside = trials([(70, 100), (72, 100)], **members)
    others = [row(f"o{n}", definition="remission.madrs.le12", outcome="remission") for n in range(3)]
    late = trials([(60, 100)], window="days 71-154", day=84.0)
    for rows in (aside, [*aside, *others], [*aside, *late]):
        (found,) = verdicts(claim(**figure, **WHOLE), known=knowing(*rows)).values()
        assert found.brief.startswith("The registry has no other response rate of ssri")
        assert f"2 {told}" in found.brief


def test_no_rate_of_a_side_in_any_people_is_not_said_of_one_whose_rates_are_left_out() -> None:
    """Those that are left out may be of other people, who are "any people" too."""
    mine = [row(f"k{n}", 60, 100, treatment="ketamine", class_="nmda-antagonist", **TRD) for n in range(3)]
    left = trials([(45, 100)], value_origin="imputed-from-mean")
    counted = trials([(45, 100)])
    imputed = [row("x", 45, 100, value_origin="imputed-from-mean", **TRD)]
    for rows in ([*mine, *left], [*mine, *imputed, *counted]):
        (found,) = verdicts(better(**TRD), known=knowing(*rows)).values()
        assert "1 rate worked out from means is left out" in found.brief
        assert re.search("no other (trials|response or remission rate) of ssri", found.brief)
    (found,) = verdicts(claim(low=45, population="trd"), known=knowing(*left)).values()
    assert "no response rate for ssri in any people" not in found.reasoning


def test_one_trial_is_told_as_one() -> None:
    def visit(separate: bool) -> Separation:
        return Separation("sertraline", "ssri", "s", "MADRS", 1.0, "a source", trial="t", arm="a", separate=separate)

    soon = claim(attribute="onset", high=1, bound="up-to", unit="days", definition=None)
    for separate, told in (
        (False, "in the one trial that looked by day 1 not every arm"),
        (True, "in the one trial that looked by day 1 every arm"),
    ):
        assert told in verdicts(soon, known=knowing(separations=(visit(separate),)))["c1"].reasoning


def test_trials_of_a_placebo_alone_are_no_stratum_of_both() -> None:
    rows = [row("s", 45, 100), row("k", 60, 100, treatment="ketamine", class_="nmda-antagonist"), row("p", 30, 100, **PLACEBO)]
    (found,) = verdicts(better(), known=knowing(*rows)).values()
    assert "none of these gives such rates of both" in found.reasoning
