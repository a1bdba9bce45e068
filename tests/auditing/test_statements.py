"""Claims that are of no rate: held against sourced figures in the same unit, and read beside the rest."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.auditing.claims import Claim
from registry.auditing.grounds import Word
from registry.auditing.knowledge import ProfileStatement, Separation, Tried
from registry.auditing.spans import figure_in_words, span_of
from tests.auditing.arguing import KETAMINE, claim, knowing, verdicts
from tests.comparing.rows import row


def said(low: float | None = None, high: float | None = None, unit: str | None = None, **members: Any) -> ProfileStatement:
    plain = {
        "subject": "esketamine",
        "attribute": "course",
        "text": "So many sessions.",
        "source_id": "label",
        "cited": "The label",
    }
    return ProfileStatement(**{**plain, "low": low, "high": high, "unit": unit, **members})


def twice(*statements: ProfileStatement) -> tuple[ProfileStatement, ...]:
    """The statements, each by two sources: one settles nothing."""
    return tuple(replace(one, source=source) for one in statements for source in ("doi:10.1000/a", "doi:10.1000/b"))


def course(**members: Any) -> Claim:
    return claim(**{"attribute": "course", "subject": "esketamine", "unit": "sessions", "definition": None, **members})


def test_at_least_16_sessions_are_contradicted_by_a_label_of_8_to_12() -> None:
    (found,) = verdicts(course(low=16, bound="at-least"), known=knowing(statements=twice(said(8, 12, "sessions")))).values()
    assert found.word is Word.CONTRADICTED
    assert "8 to 12 sessions in “The label”" in found.reasoning
    assert found.would_change == "At least 8 sessions, or any lower bound, would be supported."


@pytest.mark.parametrize(("low", "word"), [(10, Word.SUPPORTED), (30, Word.CONTRADICTED)])
def test_one_source_settles_nothing_as_one_trial_does(low: float, word: Word) -> None:
    label = said(9, 11, "sessions")
    (found,) = verdicts(course(low=low), known=knowing(statements=twice(label))).values()
    assert found.word is word
    (found,) = verdicts(course(low=low), known=knowing(statements=(label,))).values()
    assert (found.word, found.missing) == (Word.UNDECIDED, ("a second source",))
    assert re.fullmatch(f"A second source that gave a figure .* would have it {word}[.]", found.would_change)


def test_what_a_claim_s_own_document_says_does_not_bear_it_out() -> None:
    label = twice(said(9, 11, "sessions"))
    (found,) = verdicts(course(low=10, source="doi:10.1000/a"), known=knowing(statements=label)).values()
    assert found.word is Word.UNDECIDED
    (found,) = verdicts(course(low=10, source="doi:10.1000/a"), known=knowing(statements=label[:1])).values()
    assert found.gap == "no-statement"


def test_a_range_that_reaches_the_claim_and_its_margin_decides_nothing() -> None:
    (found,) = verdicts(course(low=14, bound="at-least"), known=knowing(statements=(said(8, 12, "sessions"),))).values()
    assert found.word is Word.UNDECIDED
    # Others beside it don't undo that it is open: it would have to say so too.
    assert found.would_change.startswith(
        "At least two sources, this one among them, would have to give figures of 14 sessions or more"
    )
    others = twice(said(16, None, "sessions"))
    (found,) = verdicts(course(low=14, bound="at-least"), known=knowing(statements=(said(8, 12, "sessions"), *others))).values()
    assert found.word is Word.UNDECIDED


def test_and_supported_if_the_label_should_come_to_say_16() -> None:
    (found,) = verdicts(course(low=14, bound="at-least"), known=knowing(statements=twice(said(16, None, "sessions")))).values()
    assert found.word is Word.SUPPORTED


@pytest.mark.parametrize("low", [0.5, 1, 2, 100])
def test_a_bound_that_overlaps_supports_nothing(low: float) -> None:
    """“At least 2 hours” is as true of 100 hours as of 2."""
    about = course(low=low, bound="about", unit="hours a session")
    (found,) = verdicts(about, known=knowing(statements=twice(said(2, None, "hours a session", bound="at-least")))).values()
    assert found.word is (Word.CONTRADICTED if low * 1.25 < 2 else Word.UNDECIDED)


def test_shares_of_one_thing_do_not_bear_out_a_share_of_another() -> None:
    harms = {"attribute": "side-effects", "text": "20% have headaches."}
    known = knowing(statements=twice(said(20, unit="%", **harms)))
    (found,) = verdicts(course(attribute="side-effects", low=20, unit="%"), known=known).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "no-sourced-figure")
    known = knowing(statements=twice(said(20, unit="% with headaches", **harms)))
    (found,) = verdicts(course(attribute="side-effects", low=20, unit="% with headaches"), known=known).values()
    assert found.word is Word.SUPPORTED


def test_sources_that_disagree_settle_nothing() -> None:
    statements = (said(8, 12, "sessions"), said(14, 16, "sessions", cited="A clinic"))
    (found,) = verdicts(course(low=14), known=knowing(statements=statements)).values()
    assert found.word is Word.UNDECIDED
    assert (
        "within it: 14 to 16 sessions in “A clinic”; overlapping it, which decides nothing: 8 to 12 sessions in “The label”."
        in found.reasoning
    )


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        (said(), "a sourced figure"),
        (said(40, unit="minutes of infusion"), "a sourced figure"),
        (said(8, 12, "sessions", attribute="onset"), "a source"),
        (said(8, 12, "sessions", subject="ketamine"), "a source"),
    ],
)
def test_a_figure_of_something_else_is_none(statement: ProfileStatement, missing: str) -> None:
    (found,) = verdicts(course(low=14), known=knowing(statements=(statement,))).values()
    assert (found.word, found.missing) == (Word.NOT_JUDGED, (missing,))


def test_a_claim_without_a_figure_is_read_beside_the_statements_and_not_judged_by_them() -> None:
    (found,) = verdicts(course(unit=None), known=knowing(statements=(said(8, 12, "sessions"),))).values()
    assert (found.word, found.missing) == (Word.NOT_JUDGED, ("a figure in the claim",))
    assert len(found.evidence) == 1


def test_a_class_is_spoken_of_by_statements_on_its_treatments() -> None:
    (found,) = verdicts(
        course(subject="nmda-antagonist", low=8, high=12), known=knowing(statements=twice(said(8, 12, "sessions")))
    ).values()
    assert found.word is Word.SUPPORTED


@pytest.mark.parametrize(("unit", "low", "high"), [("week", 4, 6), ("Weeks", 4, 6), ("day", 28, 42), ("days", 28, 42)])
def test_a_unit_of_time_is_one_in_the_singular_and_in_capitals(unit: str, low: float, high: float) -> None:
    month = said(28, 42, "days", subject="ssri", attribute="onset")
    late = claim(attribute="onset", low=low, high=high, unit=unit, definition=None)
    (found,) = verdicts(late, known=knowing(statements=twice(month))).values()
    assert found.word is Word.SUPPORTED


def test_arms_that_part_in_other_people_are_no_evidence_of_how_soon_it_works_in_these() -> None:
    seen = Separation("sertraline", "ssri", "Trial 2020", "response", 7.0, population="mdd.primary-care")
    for population, number in ((None, 1), ("mdd", 1), ("mdd.primary-care", 1), ("trd", 0)):
        late = claim(attribute="onset", low=4, high=6, unit="weeks", definition=None, population=population)
        (found,) = verdicts(late, known=knowing(separations=(seen,))).values()
        assert len(found.evidence) == number


def test_arms_that_part_in_a_part_of_the_people_stand_back_behind_those_of_the_whole() -> None:
    seen = [
        Separation("sertraline", "ssri", "Part 2020", "response", 7.0, population="mdd.primary-care"),
        Separation("sertraline", "ssri", "Whole 2020", "response", 14.0, population="mdd"),
    ]
    late = claim(attribute="onset", low=4, high=6, unit="weeks", definition=None, population="mdd")
    (found,) = verdicts(late, known=knowing(separations=tuple(seen))).values()
    assert [item.figures["day"] for item in found.evidence] == [14.0]


def seen(trial: str, day: float, *, separate: bool = True, arm: str = "a") -> Separation:
    return Separation(
        "sertraline", "ssri", trial, "response", day, f"doi:10.1000/{trial}", trial=trial, arm=arm, separate=separate
    )


EARLY = (seen("t1", 5), seen("t2", 7, separate=False), seen("t2", 14))


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ((), Word.SUPPORTED),
        # Looked later and found it, or looked too early once and found it in time.
        ((seen("t3", 28),), Word.SUPPORTED),
        ((seen("t3", 1, separate=False), seen("t3", 14)), Word.SUPPORTED),
        # Looked in time and found nothing, ever or until later, in the trial or in one arm.
        ((seen("t3", 7, separate=False),), Word.UNDECIDED),
        ((seen("t3", 7, separate=False), seen("t3", 28)), Word.UNDECIDED),
        ((seen("t1", 5, separate=False, arm="b"),), Word.UNDECIDED),
        # What hadn't begun by a later day hadn't begun by then.
        ((seen("t3", 28, separate=False),), Word.UNDECIDED),
        ((seen("t3", 28, separate=False), seen("t3", 35)), Word.UNDECIDED),
        ((seen("t1", 28, separate=False, arm="b"),), Word.UNDECIDED),
    ],
)
def test_onset_is_judged_by_all_trials_that_looked_in_time(more: tuple[Separation, ...], word: Word) -> None:
    week = said(high=14, unit="days", bound="up-to", subject="ssri", attribute="onset")
    soon = claim(attribute="onset", high=2, bound="up-to", unit="weeks", definition=None)
    (found,) = verdicts(soon, known=knowing(statements=(week,), separations=(*EARLY, *more))).values()
    assert found.word is word, found.reasoning
    assert "that looked by day 14 every arm separated from placebo by then (the first by day 5, in t1)" in found.reasoning
    none = tuple(replace(one, separate=False) for one in EARLY)
    (found,) = verdicts(soon, known=knowing(statements=twice(week), separations=none)).values()
    assert found.word is Word.UNDECIDED
    assert "in none of 2 trials that looked" in found.reasoning


@pytest.mark.parametrize(
    ("more", "told"), [((), False), ((seen("t1", 5, separate=False),), True), ((seen("t1", 28, separate=False),), False)]
)
def test_that_an_arm_separated_by_one_scale_and_not_by_another_is_said(more: tuple[Separation, ...], told: bool) -> None:
    other = tuple(replace(one, measure="MADRS") for one in more)
    soon = claim(attribute="onset", high=2, bound="up-to", unit="weeks", definition=None)
    (found,) = verdicts(soon, known=knowing(separations=(*EARLY, *other))).values()
    assert ("by then, by some scale or rule if not by all (the first" in found.reasoning) == told


def test_a_late_onset_is_contradicted_where_every_trial_that_looked_earlier_found_it() -> None:
    week = said(high=7, unit="days", bound="up-to", subject="ssri", attribute="onset")
    late = claim(attribute="onset", low=4, bound="at-least", unit="weeks", definition=None)
    for more, word in (((), Word.CONTRADICTED), ((seen("t3", 7, separate=False),), Word.UNDECIDED)):
        (found,) = verdicts(late, known=knowing(statements=(week,), separations=(*EARLY, *more))).values()
        assert found.word is word, found.reasoning


def test_trials_are_as_many_sources_as_they_are() -> None:
    """Whether one document tells them all, or each has its own."""
    soon = claim(attribute="onset", high=2, bound="up-to", unit="weeks", definition=None)
    late = claim(attribute="onset", low=3, bound="at-least", unit="weeks", definition=None)
    ten = [seen(f"t{n}", 7) for n in range(10)]
    for visits in (ten, ten[:2], [replace(one, source="doi:10.1000/one") for one in ten]):
        for claimed, word in ((soon, Word.SUPPORTED), (late, Word.CONTRADICTED)):
            (found,) = verdicts(claimed, known=knowing(separations=tuple(visits))).values()
            assert found.word is word, found.reasoning
    for visits in (ten[:1], [*ten[:1], seen("t0", 14), seen("t0", 7, arm="b")]):
        (found,) = verdicts(soon, known=knowing(separations=tuple(visits))).values()
        assert (found.word, found.missing) == (Word.UNDECIDED, ("a second source",))


@pytest.mark.parametrize("unit", ["wk", "d", "days after the first dose", "months of treatment"])
def test_an_onset_in_another_unit_is_told_the_words_that_are_compared(unit: str) -> None:
    soon = claim(attribute="onset", high=2, bound="up-to", unit=unit, definition=None)
    (found,) = verdicts(soon, known=knowing(separations=EARLY)).values()
    assert found.gap == "no-sourced-figure"
    assert "Onset is compared in minutes, hours, days, weeks, months and years" in found.would_change


@pytest.mark.parametrize("figure", [{"low": 9, "high": 20}, {"low": 20}, {"high": 9.5}, {"low": 10, "bound": "at-least"}])
def test_where_one_source_speaks_no_figure_is_said_to_be_supported(figure: dict[str, Any]) -> None:
    (found,) = verdicts(course(**figure), known=knowing(statements=(said(9, 11, "sessions"),))).values()
    assert found.word is Word.UNDECIDED
    assert not re.search("(would be|any .* bound, would be) supported[.:;]", found.would_change), found.would_change


def test_no_bound_is_said_to_be_supported_that_nothing_could_miss() -> None:
    soon, open_ = said(0, 1, "weeks", attribute="onset"), said(2, None, "weeks", bound="at-least", attribute="onset")
    for figure in ({"low": 2}, {"low": 2, "high": 3}, {"low": 1, "bound": "at-least"}, {"high": 9, "bound": "up-to"}):
        claimed = course(attribute="onset", unit="weeks", **figure)
        (found,) = verdicts(claimed, known=knowing(statements=twice(soon, open_))).values()
        assert found.word is Word.UNDECIDED
        assert "At least" not in found.would_change
        assert "Up to" not in found.would_change


looks = st.lists(
    st.builds(
        lambda trial, arm, day, separate: seen(f"t{trial}", day, arm=str(arm), separate=separate),
        st.integers(1, 4), st.integers(1, 2), st.sampled_from([0.0833, 1, 2, 5, 7, 8, 10, 14, 28]), st.booleans() | st.just(True),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


def onset(visits: list[Separation], day: float, bound: str) -> Word:
    """The verdict on an onset by a day or from a day on, beside a source of which every onset by a day is true, or none from a day on is."""
    soon = said(high=0.001, unit="days", bound="up-to", subject="ssri", attribute="onset")
    claimed = claim(
        attribute="onset", unit="days", definition=None, bound=bound, **{"up-to": {"high": day}}.get(bound, {"low": day})
    )
    (found,) = verdicts(claimed, known=knowing(statements=(soon,), separations=tuple(visits))).values()
    assert found.would_change
    return found.word


days = st.sampled_from([0.05, 0.0833, 0.5, 1, 1.25, 2, 3, 5, 6.25, 7, 8, 10, 12.5, 14, 17.5, 20, 28, 35, 60])


@settings(deadline=None, max_examples=max(400, settings.default.max_examples))
@given(looks, days, days)
def test_what_had_begun_by_a_day_had_begun_by_every_later_one(visits: list[Separation], one: float, other: float) -> None:
    early, late = min(one, other), max(one, other)
    by, from_then = [Word.UNDECIDED, Word.SUPPORTED], [Word.UNDECIDED, Word.CONTRADICTED]
    assert by.index(onset(visits, early, "up-to")) <= by.index(onset(visits, late, "up-to"))
    assert from_then.index(onset(visits, early, "at-least")) <= from_then.index(onset(visits, late, "at-least"))
    # It can't have begun by a day and after that and its margin too.
    if early * 1.26 < late and onset(visits, early, "up-to") is Word.SUPPORTED:
        assert onset(visits, late, "at-least") is Word.CONTRADICTED
    # A trial more that found nothing supports nothing.
    more = onset([*visits, seen("t9", late, separate=False)], early, "up-to")
    assert more is Word.UNDECIDED


def test_weeks_are_held_against_days_and_visits() -> None:
    seen = Separation("sertraline", "ssri", "Trial 2020", "response", 42.0)
    late = claim(attribute="onset", low=4, high=6, unit="weeks", definition=None)
    (found,) = verdicts(late, known=knowing(separations=(seen,))).values()
    assert found.word is Word.UNDECIDED  # by day 42, and perhaps before
    week = said(high=7, unit="days", bound="up-to", subject="ssri", attribute="onset")
    (found,) = verdicts(late, known=knowing(statements=twice(week))).values()
    assert found.word is Word.CONTRADICTED
    month = said(28, 42, "days", subject="ssri", attribute="onset")
    (found,) = verdicts(late, known=knowing(statements=twice(month))).values()
    assert found.word is Word.SUPPORTED


@pytest.mark.parametrize(
    ("figure", "low", "high"),
    [
        ((4, 6, None, "weeks"), 28, 42),
        ((None, 70, "up-to", "%"), 0, 70),
        ((6, 12, "at-least", "months"), 182.625, float("inf")),
        ((60, None, "at-least", "%"), 60, 100),
        ((None, None, "up-to", "days"), 0, 7),
        # An upper end alone: the word for the bound says what it is.
        ((None, 70, None, "%"), 0, 70),
        ((None, 70, "about", "%"), 70, 70),
        ((None, 70, "exact", "%"), 70, 70),
        ((None, 70, "at-least", "%"), 70, 100),
        ((None, 1.2, "at-least", "times"), 1.2, float("inf")),
        ((None, None, None, "hours"), 0, 1),
        ((2, None, "about", "hours a session"), 2 / 24, 2 / 24),
    ],
)
def test_spans(figure: tuple[Any, ...], low: float, high: float) -> None:
    span = span_of(*figure)
    assert span is not None
    assert (span.low, span.high) == pytest.approx((low, high))


def test_figures_in_words() -> None:
    figures = [
        (45, None, "about", "%"),
        (None, 70, "up-to", "%"),
        (None, 70, None, "%"),
        (None, 70, "exact", "%"),
        (None, 70, "at-least", "%"),
        (6, 12, "at-least", "months"),
        (None, 1, "up-to", "weeks"),
        (None, None, None, "days"),
    ]
    assert [figure_in_words(*f) for f in figures] == [
        "about 45%",
        "up to 70%",
        "up to 70%",
        "70%",
        "at least 70%",
        "6 to 12 months or more",
        "up to 1 week",
        "within days",
    ]
    assert span_of(None, None, None, "sessions") is None


def base(**members: Any) -> Claim:
    return claim(**{"attribute": "evidence-base", "subject": "nmda-antagonist", "unit": None, "definition": None, **members})


@pytest.mark.parametrize("unit", ["review", "meta-analysis", "article", "trial", "study", "systematic review"])
def test_one_of_what_is_counted_is_judged_as_many_are(unit: str) -> None:
    known = knowing(*_twelve(), documents=("a review",))
    (found,) = verdicts(base(subject="ssri", low=1, bound="at-least", unit=unit), known=known).values()
    assert found.word is Word.SUPPORTED
    assert f"at least 1 {unit};" in found.reasoning


def test_documents_beyond_a_claimed_number_are_said_to_be_the_package_s() -> None:
    known = knowing(documents=("a", "b", "c"))
    for figure in ({"low": 0}, {"high": 2, "bound": "up-to"}, {"low": 2}):
        (found,) = verdicts(base(unit="reviews", **figure), known=known).values()
        assert (found.word, found.would_change) == (Word.UNVERIFIABLE, "A claim of at least 3 would be supported.")
        assert "which of those it means isn't stated" in found.reasoning


def test_large_figures_keep_their_digits() -> None:
    assert figure_in_words(1234567, None, None, "patients") == "1234567 patients"
    assert figure_in_words(1.2e6, 12_000_000, None, "patients") == "1200000 to 12000000 patients"
    assert figure_in_words(0.1 + 0.2, None, "about", "%") == "about 0.3%"


def test_thirty_reviews_that_nobody_names_can_not_be_looked_up() -> None:
    thirty = base(low=30, bound="at-least", unit="systematic reviews and meta-analyses")
    (found,) = verdicts(thirty).values()
    assert (found.word, found.missing) == (Word.UNVERIFIABLE, ("source",))
    (found,) = verdicts(thirty, known=knowing(documents=tuple(f"review {n}" for n in range(30)))).values()
    assert found.word is Word.SUPPORTED


@pytest.mark.parametrize(
    ("populations", "word"),
    [
        (["trd", "trd.late-life"], Word.SUPPORTED),
        (["trd", "mdd"], Word.UNVERIFIABLE),
        # People of a broader population, of another and of an unstated one may be these.
        (["mdd"], Word.UNDECIDED),
        (["unstated"] * 5, Word.UNDECIDED),
        (["trd", "unstated"], Word.UNVERIFIABLE),
        ([], Word.NOT_JUDGED),
    ],
)
def test_whom_the_trials_let_in_is_counted(populations: list[str], word: Word) -> None:
    rows = [row(f"t{n}", treatment="ketamine", class_="nmda-antagonist", population=p) for n, p in enumerate(populations)]
    (found,) = verdicts(base(population="trd"), known=knowing(*rows)).values()
    assert found.word is word


def _twelve(**members: Any) -> list[Any]:
    return [row(f"t{n}", population="mdd" if n else "mdd.primary-care", **members) for n in range(12)]


@pytest.mark.parametrize(
    ("figure", "word"),
    [
        ({"low": 0}, Word.CONTRADICTED),
        ({"low": 0, "bound": "exact"}, Word.CONTRADICTED),
        ({"low": 0, "unit": "randomised trials"}, Word.CONTRADICTED),
        ({"low": 0, "unit": "randomised controlled trials"}, Word.CONTRADICTED),
        ({"low": 12, "bound": "at-least", "unit": "RCTs"}, Word.SUPPORTED),
        ({"low": 12, "unit": "controlled trials"}, Word.UNVERIFIABLE),
        ({"high": 3, "bound": "up-to"}, Word.CONTRADICTED),
        ({"high": 12, "bound": "up-to"}, Word.UNVERIFIABLE),
        ({"low": 2, "bound": "exact"}, Word.UNVERIFIABLE),
        ({"low": 5, "bound": "exact"}, Word.UNVERIFIABLE),
        # A range says that there are no more, as a bound does; one number may mean those that were looked at.
        ({"low": 1, "high": 3}, Word.CONTRADICTED),
        ({"low": 0, "high": 3}, Word.CONTRADICTED),
        ({"low": 2, "high": 11.5}, Word.CONTRADICTED),
        ({"low": 2, "high": 3, "bound": "exact"}, Word.CONTRADICTED),
        # No registry shows that there are no more: so many exactly is never shown.
        ({"low": 12}, Word.UNVERIFIABLE),
        ({"low": 10, "bound": "about"}, Word.UNVERIFIABLE),
        ({"low": 10, "high": 15}, Word.UNVERIFIABLE),
        ({"low": 12, "bound": "at-least"}, Word.SUPPORTED),
        ({"low": 5, "bound": "at-least"}, Word.SUPPORTED),
        ({"low": 13}, Word.UNVERIFIABLE),
        ({"low": 13, "bound": "at-least"}, Word.UNVERIFIABLE),
        ({"low": 0, "bound": "at-least"}, Word.NOT_JUDGED),
        ({"low": 11, "population": "mdd.late-life"}, Word.UNVERIFIABLE),
        ({"low": 1, "bound": "at-least", "population": "mdd.primary-care"}, Word.SUPPORTED),
        ({"low": 12, "bound": "at-least", "population": "mdd"}, Word.SUPPORTED),
        ({"low": 0, "population": "trd"}, Word.UNVERIFIABLE),
        ({"low": 0, "comparator": "placebo"}, Word.UNVERIFIABLE),
        ({"low": 12, "unit": "placebo-controlled trials"}, Word.UNVERIFIABLE),
    ],
)
def test_a_number_of_trials_is_one_of_the_registry_s_and_not_of_documents(figure: dict[str, Any], word: Word) -> None:
    """Five documents are listed, which say nothing of how many trials there are."""
    known = knowing(*_twelve(), documents=tuple(f"trial {n}" for n in range(5)))
    (found,) = verdicts(base(**{"subject": "ssri", "unit": "trials", **figure}), known=known).values()
    assert found.word is word, found.reasoning
    assert found.would_change


counts = st.integers(0, 16)
numbers = st.one_of(
    counts.map(lambda n: {"low": n}),
    counts.map(lambda n: {"low": n, "bound": "about"}),
    counts.map(lambda n: {"low": n, "bound": "at-least"}),
    counts.map(lambda n: {"high": n, "bound": "up-to"}),
    st.tuples(counts, counts).map(sorted).map(lambda ends: {"low": ends[0], "high": ends[1]}),
)


def _numbers(figure: dict[str, Any]) -> set[int]:
    """The numbers that a claim allows."""
    low, high = figure.get("low", 0), figure.get("high", figure.get("low"))
    low, high = (low / 1.25, high * 1.25) if figure.get("bound") == "about" else (low, high)
    return {n for n in range(100) if low <= n <= (100 if figure.get("bound") == "at-least" else high)}


@settings(deadline=None, max_examples=max(300, settings.default.max_examples))
@given(st.integers(0, 16), st.sampled_from(["trials", "reviews"]), numbers, numbers)
def test_more_numbers_are_never_less_supported(held: int, unit: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    known = knowing(*(row(f"t{n}") for n in range(held)), documents=tuple(f"review {n}" for n in range(held)))
    found = [verdicts(base(subject="ssri", unit=unit, **figure), known=known)["c1"] for figure in (one, other)]
    assert all(verdict.would_change for verdict in found)
    if _numbers(one) <= _numbers(other) and found[0].word is Word.SUPPORTED:
        assert found[1].word in {Word.SUPPORTED, Word.NOT_JUDGED}  # any number would do
    is_one = one.get("low") == one.get("high", one.get("low")) != 0 and one.get("bound") != "at-least"
    if _numbers(one) <= _numbers(other) and found[1].word is Word.CONTRADICTED and not is_one:
        assert found[0].word is Word.CONTRADICTED


def test_one_trial_in_two_populations_is_one_trial_and_one_without_a_rate_is_a_trial() -> None:
    rows = [row("t1", **KETAMINE, population=people, study_id=people) for people in ("trd", "mdd")] + [row("t2", **KETAMINE)]
    (found,) = verdicts(base(population="trd"), known=knowing(*rows)).values()
    assert found.word is Word.UNVERIFIABLE
    assert found.reasoning.startswith("Of the registry's 2 trials of nmda-antagonist, 1 was in trd.")
    tried = Tried("t3", "ketamine", "nmda-antagonist", "trd", "randomised", "doi:10.1000/x")
    (found,) = verdicts(base(population="trd"), known=knowing(tried=(tried,))).values()
    assert (found.word, found.brief) == (Word.SUPPORTED, "Of the registry's 1 trial of nmda-antagonist, 1 was in trd.")
    (both,) = verdicts(base(population="trd"), known=knowing(*rows[:2])).values()
    assert both.word is Word.UNVERIFIABLE
    assert both.would_change == "It would be supported if it meant their people in trd alone: a list of its trials would tell."


def test_one_of_what_is_counted_is_in_the_singular() -> None:
    said = {
        "studies": "study",
        "randomized controlled trials": "randomized controlled trial",
        "randomised, controlled trials": "randomised, controlled trial",
        "double-blind trials": "double-blind trial",
        "randomised double-blind placebo-controlled trials": "randomised double-blind placebo-controlled trial",
        "meta-analyses": "meta-analysis",
        "RCTs": "RCT",
        "trials of ssri": "trial of ssri",
        "series": "series",
        "sessions a week": "session a week",
    }
    assert {unit: figure_in_words(1, None, None, unit) for unit in said} == {unit: f"1 {one}" for unit, one in said.items()}


def test_a_range_whose_bound_is_up_to_is_said_as_the_range_that_it_is() -> None:
    assert figure_in_words(1, 3, "up-to", "trials") == "1 to 3 trials"
    assert figure_in_words(3, 3, "up-to", "trials") == "up to 3 trials"


def test_one_of_a_kind_is_singular() -> None:
    words = [
        figure_in_words(1, None, None, unit) for unit in ("randomised trials", "clinical trials", "times a day", "odds ratio")
    ]
    assert words == ["1 randomised trial", "1 clinical trial", "1 time a day", "1 odds ratio"]


def test_none_is_borne_out_neither_by_an_empty_list_nor_by_an_empty_registry() -> None:
    for unit in ("trials", "reviews", "studies", "articles"):
        (found,) = verdicts(base(low=0, unit=unit)).values()
        assert found.word is Word.UNVERIFIABLE


def test_trials_with_means_alone_are_trials_and_cohorts_are_not_randomised_ones() -> None:
    tried = Tried("t1", "ketamine", "nmda-antagonist", "trd", "randomised", "doi:10.1000/x")
    (found,) = verdicts(base(low=0, unit="trials"), known=knowing(tried=(tried,))).values()
    assert found.word is Word.CONTRADICTED
    (found,) = verdicts(base(low=0, unit="trials", source="doi:10.1000/x"), known=knowing(tried=(tried,))).values()
    assert found.word is Word.UNVERIFIABLE
    cohorts = _twelve(arm_kind="not-randomised")
    for unit, word in (("trials", Word.CONTRADICTED), ("randomised trials", Word.UNVERIFIABLE)):
        (found,) = verdicts(base(subject="ssri", low=0, unit=unit), known=knowing(*cohorts)).values()
        assert found.word is word


@pytest.mark.parametrize(
    ("figure", "word"),
    [
        ({"low": 5}, Word.UNVERIFIABLE),
        ({"low": 5, "bound": "at-least"}, Word.SUPPORTED),
        ({"low": 4, "bound": "at-least"}, Word.SUPPORTED),
        ({"low": 2, "bound": "exact"}, Word.UNVERIFIABLE),
        ({"high": 3, "bound": "up-to"}, Word.UNVERIFIABLE),
        ({"high": 9, "bound": "up-to"}, Word.UNVERIFIABLE),
        ({"low": 6}, Word.UNVERIFIABLE),
    ],
)
def test_documents_bear_out_a_least_number_of_them(figure: dict[str, Any], word: Word) -> None:
    known = knowing(documents=tuple(f"review {n}" for n in range(5)))
    (found,) = verdicts(base(unit="systematic reviews", **figure), known=known).values()
    assert found.word is word, found.reasoning


def test_of_side_effects_it_is_said_that_counts_by_arm_are_not_looked_at() -> None:
    told = "Counts of adverse events by arm, which `compare` shows, are not compared with claims."
    nausea = said(text="Nausea is common.", attribute="side-effects")
    for statements in ((), (nausea,), twice(said(25, unit="% with nausea", attribute="side-effects"))):
        known = knowing(statements=statements)
        (found,) = verdicts(course(attribute="side-effects", low=25, unit="% with nausea"), known=known).values()
        assert told in found.reasoning
    (other,) = verdicts(course(low=14), known=knowing(statements=(said(),))).values()
    assert told not in other.reasoning
