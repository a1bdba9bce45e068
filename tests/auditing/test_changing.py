"""What would change a verdict is true: figures that are said to be supported are, words that decide do, and trials come near to the number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.auditing.changing import supported_instead, undone
from registry.auditing.grounds import Word
from registry.auditing.knowledge import ProfileStatement
from registry.auditing.margins import around, view
from registry.auditing.spans import Span
from tests.auditing.arguing import KETAMINE, WHOLE, claim, knowing, trials, verdicts
from tests.auditing.test_comparisons import TRD, better, head_to_head

AGREEING = [(45, 100), (48, 100), (44, 100), (46, 100), (47, 100)]
SPREAD = [(20, 100), (35, 100), (50, 100), (65, 100), (45, 100), (55, 100)]
FAR = [(20, 100), (22, 100), (19, 100), (21, 100), (20, 100)]

spans = st.lists(
    st.tuples(st.floats(1, 60), st.floats(1, 1.4)).map(lambda ends: Span(ends[0], ends[0] * ends[1], "sessions")),
    min_size=1,
    max_size=4,
)


def one(figure: float) -> Span:
    return Span(figure, figure, "sessions", near=True)


def agree(said: Span, means: list[Span]) -> bool:
    return all(view(said, mean, None).agrees for mean in means)


@given(spans, st.floats(100, 200))
def test_what_is_said_to_be_supported_instead_is_and_nothing_beyond(means: list[Span], far: float) -> None:
    told = supported_instead(one(far), means, "sessions")
    single = re.match(
        r"A single figure from ([\d.]+) to ([\d.]+) sessions? would be supported; the nearest to the claim is ([\d.]+) ", told
    )
    if single:
        low, high, nearest = map(float, single.groups())
        assert all(agree(one(figure), means) for figure in (low, high) if low <= high)
        assert nearest == high
        assert not agree(one(high * 1.01), means)
        assert not agree(one(low / 1.01), means)
        return
    ranged = re.match(r"No single figure would be supported. A range from ([\d.]+) to ([\d.]+) ", told)
    assert ranged, told
    begins, ends = map(float, ranged.groups())
    assert agree(Span(begins, ends, "sessions"), means)
    assert not agree(Span(begins * 1.01, ends * 1.01, "sessions"), means)
    assert not agree(Span(begins / 1.01, ends / 1.01, "sessions"), means)


@given(spans)
def test_the_bound_that_would_be_supported_is(means: list[Span]) -> None:
    low = float(re.findall(r"[\d.]+", supported_instead(Span(500, float("inf"), "sessions"), means, "sessions"))[0])
    assert agree(Span(low, float("inf"), "sessions"), means)
    assert not agree(Span(low * 1.01, float("inf"), "sessions"), means)
    high = float(re.findall(r"[\d.]+", supported_instead(Span(0, 0.1, "sessions"), means, "sessions"))[0])
    assert agree(Span(0, high, "sessions"), means)
    assert not agree(Span(0, high / 1.01, "sessions"), means)


def test_how_far_a_supported_claim_is_from_being_undone() -> None:
    told = undone(Span(45, 45, "%", near=True), [Span(40, 50, "%")], "An interval")
    ends = around(Span(45, 45, "%"))
    assert told == f"An interval under {ends.low:.0f}% or over {ends.high:.0f}% would undo it. The nearest is 5 points away."


@pytest.mark.parametrize(
    "counts", [SPREAD, [(30, 100), (60, 100), (45, 100), (50, 100)], [(9, 30), (14, 30), (20, 30), (11, 30), (18, 30)]]
)
def test_about_as_many_more_trials_as_are_said_settle_it(counts: list[tuple[int, int]]) -> None:
    """Trials like those held: the same ones over again, which keep the mean and how much they differ."""
    middle = 100 * sum(events for events, _ in counts) / sum(n for _, n in counts)
    (found,) = verdicts(claim(low=middle, **WHOLE), known=knowing(*trials(counts))).values()
    assert found.word is Word.UNDECIDED
    needed = int(re.match(r"About ([\d,]+) more trials like those would bring the mean's interval within", found.would_change)[1])  # type: ignore[index]

    def after(more: int) -> Word:
        some = (counts * (2 + more // len(counts)))[: len(counts) + more]
        (later,) = verdicts(claim(low=middle, **WHOLE), known=knowing(*trials(some))).values()
        return later.word

    assert after(2 * needed + len(counts)) is Word.SUPPORTED
    assert after(needed // 3) is Word.UNDECIDED


def test_where_the_mean_is_elsewhere_trials_contradict_it_or_none_can() -> None:
    near = trials([(35, 60), (33, 60), (36, 60), (34, 60)])
    (found,) = verdicts(claim(low=35, **WHOLE), known=knowing(*near)).values()
    assert found.word is Word.UNDECIDED
    assert re.match(r"About \d+ more trials? like those would contradict it, if the average stayed at 57%", found.would_change)
    (found,) = verdicts(claim(low=70, **WHOLE), known=knowing(*trials(SPREAD))).values()
    assert found.would_change.startswith(
        "Not even 300 more trials like those would decide it, if the average stayed at 44%, outside 61 to 78%"
    )


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ({"high": 45, "bound": "up-to"}, "the average, 46%, is above 45% by less than the margin."),
        ({"high": 45.8, "bound": "up-to"}, "the average, 46%, is above 45.8% by less than the margin."),
        ({"low": 48, "bound": "at-least"}, "the average, 46%, is below 48% by less than the margin."),
    ],
)
def test_an_average_just_beyond_a_bound_is_decided_by_no_number_of_trials(figure: dict[str, float | str], told: str) -> None:
    (found,) = verdicts(claim(**figure, **WHOLE), known=knowing(*trials([(460, 1000)] * 8))).values()
    assert found.word is Word.UNDECIDED
    assert found.would_change == f"No number of such trials would decide it: {told}"


def test_of_one_trial_it_is_said_what_is_taken_for_how_trials_differ() -> None:
    (found,) = verdicts(claim(low=33, **WHOLE), known=knowing(*trials([(33, 100)]))).values()
    assert re.match(
        r"About \d+ more trials like that one would .*trials differed as much as so few leave possible",
        found.would_change,
    )


def test_the_words_that_would_decide_are_named_with_what_they_lead_to() -> None:
    known = knowing(*trials(AGREEING), *trials(FAR, population="trd"))
    (found,) = verdicts(claim(low=45), known=known).values()
    assert found.word is Word.UNVERIFIABLE
    assert found.would_change == "It would be supported if it stated “mdd”, and contradicted if it stated “trd”."
    for population, word in (("mdd", Word.SUPPORTED), ("trd", Word.CONTRADICTED)):
        (stated,) = verdicts(claim(low=45, population=population), known=known).values()
        assert stated.word is word


def test_two_words_are_named_where_one_would_not_do() -> None:
    wide = {"window": "days 21-41", "day": 28.0}
    known = knowing(*trials(AGREEING), *trials(SPREAD, population="trd"), *trials(SPREAD, **wide))
    (found,) = verdicts(claim(low=45, definition="response.madrs.ge50pct"), known=known).values()
    assert found.word is Word.UNDECIDED
    assert found.would_change == "It would be supported if it stated “mdd” and “days 42-70”."


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"strategy": "acute, lithium"}, "contradicted if it meant “acute, lithium”."),
        ({"arm_kind": "crossover"}, "contradicted if it meant “crossover”."),
        (
            {"strategy": "acute, lithium", "arm_kind": "crossover"},
            "contradicted if it meant “crossover” (one of 2 such ways).",
        ),
    ],
)
def test_of_a_claim_that_states_all_it_can_it_is_said_in_what_its_readings_differ(other: dict[str, str], told: str) -> None:
    known = knowing(*trials(AGREEING), *trials(FAR, **other), *trials([(33, 100)], counted_from="unstated", unstated=("anchor",)))
    (found,) = verdicts(claim(low=45, **WHOLE), known=known).values()
    assert found.word is Word.UNVERIFIABLE
    assert re.match("It would be supported if it meant “[^”]+”( .one of 2 such ways.)?, and ", found.would_change)
    assert found.would_change.endswith(told)


def test_the_nearest_figure_to_a_contradicted_rate_would_be_supported() -> None:
    known = knowing(*trials(AGREEING))
    (found,) = verdicts(claim(low=70, **WHOLE), known=known).values()
    nearest = float(re.search(r"the nearest to the claim is ([\d.]+)%", found.would_change)[1])  # type: ignore[index]
    (instead,) = verdicts(claim(low=nearest, **WHOLE), known=known).values()
    assert instead.word is Word.SUPPORTED
    (beyond,) = verdicts(claim(low=nearest + 0.2, **WHOLE), known=known).values()
    assert beyond.word is not Word.SUPPORTED


def test_the_rate_that_is_missing_is_named_and_one_that_leaves_a_word_open() -> None:
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing()).values()
    assert found.gap == "no-rate"
    assert found.would_change.startswith(
        "A response rate of ssri by “MADRS reduced ≥ 50%” on days 42-70 in mdd would be compared with it"
    )
    rows = trials(AGREEING, unstated=("analysis set", "background"))
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*rows)).values()
    assert found.would_change == (
        "5 of the 5 rates that it could mean would be compared with it if the source also stated the analysis set."
    )


def test_rates_of_the_document_that_makes_the_claim_do_not_bear_it_out() -> None:
    own = trials([(451, 1000)], source="doi:10.1000/own")
    said = claim(low=45, source="doi:10.1000/own", **WHOLE)
    (found,) = verdicts(said, known=knowing(*own)).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "own-source")
    assert "45.1% (451 of 1,000): that shows how it was read, not whether it is true" in found.reasoning
    (found,) = verdicts(said, known=knowing(*own, *trials(FAR))).values()
    assert found.word is Word.CONTRADICTED


def test_how_many_more_trials_would_settle_which_is_better() -> None:
    (found,) = verdicts(better(**TRD), known=knowing(*head_to_head(45, 35, 4, **TRD))).values()
    assert found.word is Word.UNDECIDED
    needed = int(re.match(r"About (\d+) more trials like those would support it", found.would_change)[1])  # type: ignore[index]
    (later,) = verdicts(better(**TRD), known=knowing(*head_to_head(45, 35, 4 + 2 * needed, **TRD))).values()
    assert later.word is Word.SUPPORTED
    assert "its nearer end is 1." in later.would_change


def test_a_trial_that_gives_both_would_settle_an_indirect_comparison() -> None:
    (found,) = verdicts(better(**TRD), known=knowing(*trials(AGREEING, **KETAMINE, **TRD))).values()
    assert found.word is Word.NOT_JUDGED
    assert found.would_change.startswith("A trial that randomises people in trd to nmda-antagonist and ssri and reports")
    assert "where the registry has 5 trials of nmda-antagonist" in found.would_change


VALUES = st.one_of(st.none(), st.sampled_from([0.0, 1e-9, 0.5, 1.0, 2.0, 45.0, 99.0, 99.99, 100.0, 1e12]), st.floats(0, 100))
UNITS = ["%", "sessions", "hours", "days", "hours a session", "times the response rate", "reviews", "participants", None]
ATTRIBUTES = [
    "response-rate", "remission-rate", "delivery", "course", "onset", "mechanism", "superiority", "evidence-base",
]  # fmt: skip
HELD = knowing(
    *trials(AGREEING, **TRD),
    *trials(SPREAD),
    *trials([(0, 20)], window="days 1", day=1.0),
    *trials([(20, 20), (19, 20)], window="days 2-4", day=3.0, outcome="remission", comparability_class="remission.madrs.le12"),
    *head_to_head(60, 30, 3, **TRD, window="days 21-41", day=28.0),
    *head_to_head(50, 48, 5, population="mdd.primary-care"),
    statements=tuple(
        ProfileStatement("nmda-antagonist", attribute, "Stated.", low, high, bound, unit, source=f"doi:10.1000/{i}")
        for attribute in ("delivery", "course", "onset")
        for i, (low, high, bound, unit) in enumerate(
            [
                (8, 12, None, "sessions"),
                (2, None, "at-least", "hours"),
                (None, 7, "up-to", "days"),
                (2, None, "at-least", "hours a session"),
            ]
        )
    ),
    documents=("a review",),
)


@settings(deadline=None)
@given(
    st.sampled_from(ATTRIBUTES), VALUES, VALUES, st.sampled_from([None, "exact", "about", "at-least", "up-to"]), st.sampled_from(UNITS),
    st.sampled_from(["ssri", "nmda-antagonist"]), st.sampled_from([None, "mdd", "trd"]), st.sampled_from([None, "ssri", "nmda-antagonist"]),
)  # fmt: skip
def test_of_any_claim_it_is_said_what_would_change_it(
    attribute: str, low: float | None, high: float | None, bound: str | None, unit: str | None, subject: str, people: str | None, other: str | None
) -> None:  # fmt: skip
    said = claim(
        attribute=attribute, low=low, high=high, bound=bound, unit=unit, subject=subject, population=people, comparator=other,
        definition=None,
    )  # fmt: skip
    (found,) = verdicts(said, known=HELD).values()
    for ground in found.grounds:
        assert re.fullmatch(r"[A-Z0-9].*\.", ground.change), ground.change
        assert not re.search(r"\b(inf|nan|None)\b", ground.change), ground.change
        assert (ground.gap is None) == (ground.word is not Word.NOT_JUDGED)
