"""What a comparison answers, and what it refuses."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.answers import comparison_html, comparison_text
from registry.answers.ladder_words import bottom_line, silent_words
from registry.comparing.compare import compare_rows
from registry.comparing.comparison import OutcomeAnswer
from registry.forest.plotting import save
from registry.pooling.by_subject import contrast, pairs_of, pooled_rate
from registry.pooling.measures import MEASURES
from registry.strata.rows import EITHER, THOSE_ANALYSED, Row, variant
from registry.strata.stratum import DIMENSIONS
from tests.comparing.rows import KETAMINE, PLACEBO, row
from tests.comparing.test_json_answer import checked


def response(rows: list[Row], a: str = "ssri", b: str = "ketamine", **how: object) -> OutcomeAnswer:
    (answer,) = compare_rows(rows, a, b, outcomes=["response"], **how).outcomes  # type: ignore[arg-type]
    return answer


def test_trials_that_had_both_are_compared_head_to_head() -> None:
    answer = response([row(), row(**KETAMINE, events=60), row("t2"), row("t2", **KETAMINE, events=70)])
    (shared,) = answer.shared
    assert shared.contrast is not None
    assert shared.contrast.is_direct
    assert shared.contrast.effects["risk ratio"].estimate < 1
    assert shared.a.pooled.k == shared.b.pooled.k == 2
    assert "head to head" in answer.summary


def test_arms_without_randomisation_are_compared_with_a_warning() -> None:
    both = [row("t1", 50, 100, arm_kind="not-randomised"), row("t1", 30, 100, arm_kind="not-randomised", **KETAMINE)]
    (warning,) = compare_rows(both, "ssri", "ketamine").warnings
    assert "without randomisation" in warning
    apart = [both[0], row("t2", 30, 100, arm_kind="not-randomised", **KETAMINE)]
    assert compare_rows(apart, "ssri", "ketamine").warnings == ()


def test_like_with_like_alone_compares_no_arms_without_randomisation() -> None:
    cohort = {"arm_kind": "not-randomised"}
    both = [row("t1", 50, 100, **cohort), row("t1", 30, 100, **cohort, **KETAMINE)]
    through = [row("t1", 50, 100, **cohort), row("t1", 30, 100, **cohort, **PLACEBO), row("t2", 40, 100, **cohort, **KETAMINE), row("t2", 20, 100, **cohort, **PLACEBO)]  # fmt: skip
    for cohorts in (both, through):
        strict = compare_rows(cohorts, "ssri", "ketamine", outcomes=["response"], strict=True)
        (answer,) = strict.outcomes
        (shared,) = answer.shared
        assert (answer.rungs, shared.contrast, shared.network, dict(shared.contrasts)) == ((), None, None, {})
        assert "compared head to head" not in answer.summary
        assert "Without an assumption, nothing is compared" in answer.summary
        assert "Leave out --strict" in answer.summary
        assert "that groups that weren't randomised differ in nothing but the treatment" in answer.summary
        for verbose in (False, True):
            assert "atio" not in comparison_text.render(strict, verbose=verbose)
        assert "Without an assumption" in comparison_html.render(strict)
    chance = [row("t3", 50, 100), row("t3", 30, 100, **KETAMINE)]
    (answer,) = compare_rows([*both, *chance], "ssri", "ketamine", outcomes=["response"], strict=True).outcomes
    assert [one.contrast is not None for one in answer.shared] == [one.stratum.by_chance for one in answer.shared]
    assert answer.summary.startswith("1 stratum with trials that had both")
    assert "Leave out" not in answer.summary


def test_like_with_like_alone_shows_the_figures_that_it_says_compare_the_two() -> None:
    analysed = {"analysis_set": "full-analysis"}
    rows = [row("t1", 50, 100), row("t1", 30, 100, **PLACEBO), row("t2", 60, 100, **analysed, **KETAMINE), row("t2", 30, 100, **analysed, **PLACEBO)]  # fmt: skip
    strict = compare_rows(rows, "ssri", "ketamine", outcomes=["response"], strict=True)
    assert strict.outcomes[0].rungs == ()
    for verbose in (False, True):
        told = comparison_text.render(strict, verbose=verbose)
        assert told.count("an indirect comparison") == 1
        assert "Risk ratio, ssri vs ketamine" in told


def test_a_warning_about_randomisation_is_beside_the_figures_that_need_it(tmp_path: Path) -> None:
    cohort = {"arm_kind": "not-randomised"}
    both = [row("t1", 50, 100, **cohort), row("t1", 30, 100, **cohort, **KETAMINE)]
    chance = [row("t2", 50, 100), row("t2", 30, 100, **KETAMINE)]
    found = compare_rows([*both, *chance], "ssri", "ketamine", outcomes=["response"])
    assert found.warnings == ()
    assert "randomised to these arms" not in comparison_text.render(found)
    for whole in (comparison_text.render(found, verbose=True), comparison_html.render(found)):
        assert whole.count("Nobody was randomised to these arms") == 1
    save(found, tmp_path / "plot.html")
    assert (tmp_path / "plot.html").read_text("utf-8").count("Warning: Nobody was randomised") == 1
    of_strata = [(one["stratum"]["arm-kind"], one["warning"]) for one in checked(found)["outcomes"][0]["shared"]]
    assert sorted(of_strata) == [("not-randomised", found.outcomes[0].shared[0].warning), ("randomised", None)]
    across = compare_rows(both, "ssri", "ketamine", across=["arm-kind"], reason="to see")
    assert any("without randomisation" in one for one in across.warnings)
    assert compare_rows(both, "ssri", "ketamine", outcomes=["response"]).outcomes[0].summary.endswith("Nobody was randomised.")


def test_an_indirect_comparison_points_in_one_direction() -> None:
    """As ratios of rates of 5% and of 60%, one side does better; as differences, the other."""

    def sides(events: int, n: int = 1000) -> list[Row]:
        return [
            row("t1", 80, n), row("t1", 50, n, **PLACEBO), row("t2", events, n, **KETAMINE), row("t2", 600, n, **PLACEBO),
        ]  # fmt: skip

    found = contrast(sides(700), "ssri", "ketamine")
    assert found is not None
    assert (list(found.effects), found.via) == (["odds ratio"], "placebo")
    assert "point in different directions" in silent_words(found, str)
    alike = contrast(sides(500), "ssri", "ketamine")
    assert alike is not None
    assert list(alike.effects) == list(MEASURES)
    assert silent_words(alike, str) == ""


def test_through_a_third_they_are_compared_indirectly() -> None:
    answer = response([row(), row(**PLACEBO, events=30), row("t2", **KETAMINE, events=60), row("t2", **PLACEBO, events=30)])
    (shared,) = answer.shared
    assert shared.contrast is not None
    assert shared.contrast.via == "placebo"
    assert "an indirect comparison" in answer.summary


@pytest.mark.parametrize(
    ("sizes", "via"),
    [
        ((50, 50, 50, 50), "placebo"),  # nothing to choose by but the name
        ((50, 50, 60, 60), "tca"),
        ((80, 80, 70, 70), "placebo"),
        ((100, 30, 60, 60), "tca"),  # more participants, but hardly any on one side
    ],
)
def test_of_two_thirds_with_as_many_trials_the_one_with_most_to_say_is_taken(sizes: tuple[int, ...], via: str) -> None:
    tricyclic = {"treatment": "imipramine", "class_": "tca"}
    rows = [
        row(f"t{number}", n // 3, n, **arm)
        for number, (n, third, drug) in enumerate(
            zip(sizes, (PLACEBO, PLACEBO, tricyclic, tricyclic), ({}, KETAMINE) * 2, strict=True)
        )
        for arm in (third, drug)
    ]
    for order in (rows, rows[::-1]):
        (shared,) = response(order).shared
        assert shared.contrast is not None
        assert shared.contrast.via == via


def test_without_anything_in_common_there_is_no_contrast() -> None:
    answer = response([row(), row("t2", **KETAMINE)])
    assert answer.shared[0].contrast is None
    assert "share no comparator" in answer.summary


@pytest.mark.parametrize(
    ("dimension", "change"),
    [
        ("definition", {"comparability_class": "response.ge50pct.qids-sr16"}),
        ("population", {"population": "trd"}),
        ("window", {"window": "day 1", "day": 1.0}),
        ("arm-kind", {"arm_kind": "crossover"}),
        ("arm-kind", {"arm_kind": "not-randomised"}),  # a single-arm study
    ],
)
def test_what_differs_in_a_dimension_stands_apart_and_the_dimension_is_named(dimension: str, change: dict[str, object]) -> None:
    answer = response([row(), row("t2", **KETAMINE, **change)])
    assert not answer.shared
    assert [(one.side.subject, list(one.nearest[0].differences)) for one in answer.apart] == [
        ("ssri", [dimension]),
        ("ketamine", [dimension]),
    ]
    assert "shown separately and not compared" in answer.summary


def test_analysis_sets_that_have_nothing_in_common_are_named_too() -> None:
    answer = response([row(), row("t2", **KETAMINE, population="trd", analysis_set="observed-cases")])
    assert answer.apart[0].nearest[0].sets == (("randomised",), ("observed-cases",))


def test_a_word_that_is_not_stated_keeps_a_rate_out_until_somebody_asks() -> None:
    rows = [row(), row("t2", **KETAMINE, unstated=("analysis set",), analysis_set="unstated")]
    answer = response(rows)
    assert not answer.shared
    assert answer.unpooled[0].words == ("analysis set",)
    assert answer.summary.endswith("every response rate for ketamine leaves something unstated (analysis set).")
    assert response(rows, with_unstated=True).shared


def test_why_a_rate_is_kept_out_is_its_own_reason() -> None:
    imputed = row("t2", **KETAMINE, value_origin="imputed-from-mean")
    assert response([row(), imputed]).summary.endswith("every response rate for ketamine was worked out from means.")
    both = [row(), imputed, row("t3", **KETAMINE, unstated=("day", "background"))]
    why = "leaves something unstated (background, day) or was worked out from means."
    assert response(both).summary.endswith(f"every response rate for ketamine {why}")


def test_nothing_is_an_answer_with_why() -> None:
    assert response([row()]).summary == "Nothing is compared: the registry has no response rate for ketamine."
    assert response([]).summary == "Nothing is compared: the registry has no response rate for ssri or ketamine."
    assert not response([]).apart


def test_to_cross_a_dimension_needs_a_reason_which_stands_beside() -> None:
    rows = [row(), row("t2", **KETAMINE, population="trd")]
    with pytest.raises(ValueError, match="needs a reason"):
        compare_rows(rows, "ssri", "ketamine", across=["population"], reason=" ")
    with pytest.raises(ValueError, match="is not a dimension"):
        compare_rows(rows, "ssri", "ketamine", across=["colour"], reason="why not")
    crossed = compare_rows(rows, "ssri", "ketamine", outcomes=["response"], across=["population"], reason="To show it")
    assert crossed.outcomes[0].shared[0].stratum.population == "any"
    assert "not a comparison of like with like" in crossed.warnings[0]
    assert crossed.reason == "To show it"


def test_what_is_crossed_is_not_said_to_differ() -> None:
    rows = [row(), row("t2", **KETAMINE, population="trd", window="day 1", counted_from="last-dose")]
    for across, differs in (
        ([], "definition, population, day, what days count from, strategy or kind of arm"),
        (["population", "window"], "definition, what days count from, strategy or kind of arm"),
        ([name for name in DIMENSIONS if name != "anchor"], "what days count from"),
    ):
        reason = "To show it" if across else None
        assert f" rates differ in {differs}, so " in response(rows, across=across, reason=reason).summary
    proposed = [row(), row("t2", **KETAMINE, population="x.named@p")]
    assert " rates differ in population, so " in response(proposed, across=list(DIMENSIONS), reason="To show it").summary


def test_who_is_in_two_strata_is_counted_once_where_they_are_crossed() -> None:
    rows = [row(), row(window="days 21-41", day=28.0, events=40), row(comparability_class="response.ge50pct.qids-sr16")]
    answer = response([*rows, row("t2", **KETAMINE)], across=["window", "definition"], reason="To show it")
    assert answer.shared[0].a.pooled.n == 100
    assert answer.shared[0].a.pooled.events == 50  # the latest day's


@pytest.mark.parametrize(("a", "b"), [("ssri", "sertraline"), ("ssri", "ssri")])
def test_two_that_hold_one_another_are_not_compared(a: str, b: str) -> None:
    with pytest.raises(ValueError, match="overlap"):
        compare_rows([row()], a, b)


def test_three_arms_count_a_shared_comparator_once() -> None:
    rows = [row(arm_id="low", events=40), row(arm_id="high", events=60), row(**PLACEBO, events=30)]
    (pair,) = pairs_of(rows, "ssri", "placebo")
    assert (pair.events_a, pair.n_a, pair.events_b, pair.n_b) == (100, 200, 30, 100)
    assert pooled_rate(rows, "ssri").k == 1  # type: ignore[union-attr]


def test_a_single_trial_has_its_own_interval_and_no_spread() -> None:
    pooled = pooled_rate([row(events=12, n=40)], "ssri")
    assert pooled is not None
    assert (pooled.tau2, pooled.i2, pooled.common) == (None, None, None)
    assert 0.18 < pooled.low < 0.30 < pooled.high < 0.46


@pytest.mark.parametrize("events", [0, 20])
def test_none_and_all_are_rates_like_any_other(events: int) -> None:
    rows = [row("t1", events, 20), row("t2", events, 20), row("t3", 10, 20)]
    pooled = pooled_rate(rows, "ssri")
    assert pooled is not None
    assert 0 < pooled.low < pooled.estimate < pooled.high < 1
    found = contrast([*rows, *(row(t, **PLACEBO, events=5, n=20) for t in ("t1", "t2", "t3"))], "ssri", "placebo")
    assert found is not None
    assert set(found.effects) == set(MEASURES)
    for effect in found.effects.values():
        assert effect.low < effect.estimate < effect.high


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("without-flagged", {"flagged": True}),
        ("with-imputed", {"value_origin": "imputed-from-mean"}),
        ("without-derived", {"value_origin": "derived-from-percent"}),
        ("without-single-extraction", {"extractions": 1}),
        ("all-randomised", {"analysis_set": "observed-cases", "missing_data": "observed", "n_randomised": 150}),
    ],
)
def test_sensitivity_is_shown_where_it_differs(name: str, change: dict[str, object]) -> None:
    answer = response([row(), row("t2", events=20, **change), row("t3", **KETAMINE)])
    side = answer.shared[0].a
    assert set(side.variants) - {EITHER, THOSE_ANALYSED} == {name}
    assert name != "with-imputed" or (side.pooled.k, side.variants[name].k) == (1, 2)
    assert side.variants[name].estimate != side.pooled.estimate
    assert not answer.shared[0].b.variants


def test_a_count_worked_out_from_means_is_pooled_by_request_only() -> None:
    """Not even rows with something unstated bring it in; a stratum with nothing else shows it, and pools nothing."""
    imputed = {"value_origin": "imputed-from-mean"}
    rows = [row(), row("t2", **imputed), row("t3", **imputed, unstated=("anchor",)), row("t4", **imputed, population="trd")]
    assert [r.trial for r in variant(rows, "main")] == [r.trial for r in variant(rows, "with-unstated")] == ["t1"]
    assert [r.trial for r in variant(rows, "with-imputed")] == ["t1", "t2", "t4"]
    assert len(variant(rows, "with-imputed", "with-unstated-context")) == 4
    answer = response([*rows, row("t5", **KETAMINE)])
    assert {(one.rows[0].population, one.words[-1]) for one in answer.unpooled} == {
        ("mdd", "count of people (worked out from means)"),
        ("trd", "count of people (worked out from means)"),
    }


def test_everybody_randomised_is_the_denominator_where_both_are_known() -> None:
    """70 of 101 seen responded, 69.3%; of the 114 who were randomised, 61.4%."""
    seen = row(events=70, n=101, n_randomised=114, analysis_set="observed-cases", missing_data="observed")
    side = response([seen, row("t2", **KETAMINE)]).shared[0].a
    assert round(side.pooled.estimate, 3) == 0.693
    assert round(side.variants["all-randomised"].estimate, 3) == 0.614


def test_a_treatment_given_as_a_control_is_not_said_to_be_missing() -> None:
    midazolam = {"treatment": "midazolam", "node": "active-placebo", "class_": "active-placebo", "role": "active-placebo"}
    answer = response([row(**KETAMINE), row(**midazolam)], "ketamine", "midazolam")
    said = "registry has no response rate for midazolam except as a control (`active-placebo`)."
    assert answer.summary == f"Nothing is compared: the {said}"
    assert bottom_line(answer.rungs, "ketamine", "midazolam", "response", str, without=answer.without) == [f"The {said}"]
    assert "for midazolam." in response([row(**KETAMINE)], "ketamine", "midazolam").summary


def test_nobody_is_all_randomised_where_their_number_is_not_known() -> None:
    """Those seen of an unknown number, or of fewer than were seen, aren't pooled with all randomised as if they were."""
    seen = {"analysis_set": "observed-cases", "missing_data": "observed"}
    rows = [
        row("t1", n_randomised=150, **seen),
        row("t2", n_randomised=None, **seen),
        row("t3", n_randomised=90, **seen),
        row("t4"),
    ]
    assert [(r.trial, r.n) for r in variant(rows, "all-randomised")] == [("t1", 150), ("t4", 100)]


def test_an_effect_says_what_each_kind_of_denominator_gives() -> None:
    """Two trials count all randomised and one those analysed: the effect mixes them, and either kind alone is next to it."""
    rows = []
    for trial, analysis_set, events in (("t1", "randomised", 40), ("t2", "randomised", 42), ("t3", "observed-cases", 80)):
        own = {"analysis_set": analysis_set, "n_randomised": 120}
        rows += [row(trial, events, 100, **own), row(trial, 30, 100, **PLACEBO, **own)]
    (shared,) = response(rows, "ssri", "placebo").shared
    assert shared.contrast is not None
    k = {name: next(iter(found.effects.values())).trials for name, found in shared.contrasts.items()}
    assert [t.label for t in k["those-analysed"]] == ["t3"]
    assert {t.n for t in k["all-randomised"]} == {200, 240}


rows_at_random = st.lists(
    st.builds(
        row,
        trial=st.sampled_from(["t1", "t2", "t3"]),
        events=st.integers(0, 20),
        n=st.just(20),
        treatment=st.sampled_from(["sertraline", "ketamine", "placebo"]),
        class_=st.just("x"),
        population=st.sampled_from(["mdd", "trd"]),
        window=st.sampled_from(["day 1", "days 42-70"]),
        unstated=st.sampled_from([(), ("day",)]),
        arm_id=st.sampled_from(["1", "2"]),
    ),
    max_size=8,
)


@given(rows_at_random)
def test_no_pooling_ever_holds_two_strata_or_a_word_unstated(rows: list[Row]) -> None:
    both = [row("both", 10, 20, class_="x", treatment=name) for name in ("sertraline", "ketamine")]
    answer = response(
        [*rows, *both, replace(both[0], study_id="silent", trial="silent", unstated=("day",))], "sertraline", "ketamine"
    )
    assert answer.shared
    for side in [s for shared in answer.shared for s in (shared.a, shared.b)] + [one.side for one in answer.apart]:
        assert len({r.stratum for r in side.rows}) == 1
        assert not any(r.unstated for r in side.rows)
        assert side.pooled.n == sum(r.n for r in side.rows)
        assert side.pooled.k == len({r.trial for r in side.rows})


SILENT = [
    ("said", 50, 15, 100),
    ("none", 0, 0, 60),
    ("all", 60, 60, 60),
]


def of_both(*trials: tuple[str, int, int, int]) -> list[Row]:
    return [one for name, a, b, n in trials for one in (row(name, a, n), row(name, b, n, **PLACEBO))]


@pytest.mark.parametrize("measure", MEASURES)
def test_trials_that_say_nothing_of_a_ratio_are_counted_and_named(measure: str) -> None:
    """Which measure leads changes nothing about how many trials had both."""
    found = compare_rows(of_both(*SILENT), "ssri", "placebo", outcomes=["response"])
    text = " ".join(comparison_text.render(found, measure=measure, verbose=True).split())
    page = " ".join(re.sub("<[^>]+>", " ", comparison_html.render(found, measure=measure)).split())
    why = "say nothing about a ratio, since on both sides all or none met the definition"
    assert text.count(f"; 3 trials had both; all, none {why}") == 2
    assert f"; head to head, 3 trials; all, none {why}." in text
    assert f"3 trials that had both; all, none {why}" in page


def test_where_no_trial_says_anything_of_a_ratio_it_is_said() -> None:
    found = compare_rows(of_both(SILENT[1]), "ssri", "placebo", outcomes=["response"])
    text = " ".join(comparison_text.render(found).split())
    assert "1 trial had both; it says nothing about a ratio, since" in text
    none_left_out = compare_rows(of_both(SILENT[0]), "ssri", "placebo", outcomes=["response"])
    assert "of a ratio" not in comparison_text.render(none_left_out)


def test_a_trial_that_is_named_for_saying_nothing_is_shown_as_it_is_written() -> None:
    rows = [replace(one, study="[bold]Zero\x1b[31m") if one.trial == "none" else one for one in of_both(*SILENT)]
    found = compare_rows(rows, "ssri", "placebo", outcomes=["response"])
    for said in (comparison_text.render(found, verbose=True), comparison_html.render(found)):
        assert "\x1b[31m" not in said
        assert "all, [bold]Zero" in " ".join(said.split())


def test_a_rate_that_is_missing_is_said_to_be_missing_in_the_population_asked_for() -> None:
    found = compare_rows([row("one", 9, 30)], "ssri", "placebo", outcomes=["response"], population="trd")
    said = "the registry has no response rate for placebo in trd."
    assert found.outcomes[0].summary == f"Nothing is compared: {said}"
    assert f"{said[0].upper()}{said[1:]}" in " ".join(comparison_text.render(found).split())
    everywhere = compare_rows([row("one", 9, 30)], "ssri", "placebo", outcomes=["response"])
    assert everywhere.outcomes[0].summary.endswith("no response rate for placebo.")
