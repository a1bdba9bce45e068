"""What has to be assumed before two treatments are set side by side: the fewest assumptions, and none that can be left out."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from registry.answers import comparison_text
from registry.answers.ladder_words import bottom_line, bounds_line, measure_of, sensitivity_words, unchanged_words
from registry.comparing.compare import compare_rows
from registry.comparing.ladder import _WORDS, _needed, _place, _Places, ladder
from registry.comparing.places import agree
from registry.comparing.rung import ALIKE, ASSUMPTIONS, SPREAD
from registry.comparing.sensitivity import ANOTHER_RULE
from registry.errors import RequestError
from registry.pooling.by_subject import Contrast, contrast, pooled_rate
from registry.pooling.network_rows import network_of
from registry.pooling.random_effects import Pooled
from registry.strata.rows import Row
from tests.comparing.rows import KETAMINE, PLACEBO, row
from tests.comparing.test_json_answer import checked


def assumed(rows: list[Row]) -> list[tuple[str, ...]]:
    return [rung.assumptions for rung in ladder(rows, "ssri", "ketamine")]


def test_like_with_like_needs_nothing_and_then_nothing_else_is_shown() -> None:
    rows = [row("t1", 40, 100), row("t1", 60, 100, **KETAMINE), row("t2", 50, 100, population="trd")]
    (rung,) = ladder(rows, "ssri", "ketamine")
    assert rung.assumptions == ()
    assert (rung.a.estimate, rung.b.estimate) == (0.4, 0.6)
    assert rung.effect is not None
    assert bottom_line([rung], "ssri", "ketamine", "response", str)[0] == "Like with like, with nothing assumed."


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({"arm_kind": "crossover"}, "arm_kind"),  # which have no contrast
        ({"population": "all"}, "population"),  # first by name
        ({"comparability_class": "response.bdi.all.ge50pct", "definition": "response.bdi.all.ge50pct"}, "comparability_class"),
    ],
)
def test_the_place_in_which_trials_compare_the_two_comes_first(other: dict[str, str], kind: str) -> None:
    compared = [row("t1", 40, 100), row("t1", 60, 100, **KETAMINE)]
    beside = [
        row(trial, 50, 100, **arm, **other) for trial, arm in (("t2", {}), ("t2" if kind == "arm_kind" else "t3", KETAMINE))
    ]
    # However many rates are beside one another elsewhere.
    more = [replace(one, trial=f"{one.trial}-too", study_id=f"{one.trial}-too") for one in beside]
    for some in (beside, [*beside, *more]):
        (rung,) = ladder([*some, *compared], "ssri", "ketamine")
        assert {getattr(one, kind) for one in rung.rows} == {getattr(compared[0], kind)}
        assert rung.effect is not None


def test_where_no_trial_had_both_trials_that_lead_from_one_to_the_other_come_first() -> None:
    joined = [row(trial, 40, 100, **arm) for trial, one in (("t1", {}), ("t2", KETAMINE)) for arm in (one, PLACEBO)]
    alone = [row(f"{of}{i}", 40, 100, population="trd", **one) for of, one in (("s", {}), ("k", KETAMINE)) for i in range(2)]
    (rung,) = ladder([*joined, *alone], "ssri", "ketamine")
    assert {one.population for one in rung.rows} == {"mdd"}
    assert rung.effect is not None
    assert rung.effect.via == "placebo"


@pytest.mark.parametrize("shared", ["placebo", None])
@pytest.mark.parametrize("third", [(), ("fluoxetine",)])
def test_where_no_trial_had_both_their_trials_are_assumed_to_be_alike(shared: str | None, third: tuple[str, ...]) -> None:
    """Through a third treatment, by a network, or side by side; in the short answer, and in JSON and under ``strict`` as well."""
    rows = [
        row(trial, events, 100, **arm)
        for trial, some in (("t1", [(40, {}), (20, PLACEBO)]), ("t2", [(60, KETAMINE), (20, PLACEBO if shared else {"treatment": "niacin", "class_": "niacin"})]))
        for events, arm in some
    ] + [row("t1", 30, 100, treatment=name, class_="snri") for name in third]  # fmt: skip
    assumed = [ALIKE, *([SPREAD] if shared else [])]
    for strict in (False, True):
        comparison = compare_rows(rows, "ssri", "ketamine", outcomes=["response"], strict=strict)
        (rung,) = comparison.outcomes[0].rungs
        first, figures, *_ = bottom_line([rung], "ssri", "ketamine", "response", str)
        assert first == f"Like with like, but not head to head: assumes that {' and that '.join(assumed)}."
        assert ("It need not follow the two rates, which aren't all of the same trials." in figures) == bool(shared)
        (told,) = checked(comparison)["outcomes"][0]["rungs"]
        assert (told["assumptions"], told["assumed"], told["head_to_head"]) == ([], assumed, False)
    both = [*rows, row("t3", 40, 100), row("t3", 60, 100, **KETAMINE)]
    (rung,) = ladder(both, "ssri", "ketamine")
    assert rung.assumed == (assumed if shared else [SPREAD]), "the network leans on the trials of placebo too"
    first, *_ = bottom_line([rung], "ssri", "ketamine", "response", str)
    assert first.startswith("Like with like, head to head in part:" if shared else f"Like with like: assumes that {SPREAD}.")


@pytest.mark.parametrize("more", [(), ("t2",)])
def test_two_rates_of_different_trials_are_told_of_beside_what_nothing_is_assumed_for(more: tuple[str, ...]) -> None:
    """Another trial has one of the two alone: the ratio is within the trial of both, and the rates aren't."""
    both = [row("t1", 60, 100), row("t1", 40, 100, **KETAMINE)]
    rows = [*both, *(row(trial, 10, 100) for trial in more)]
    comparison = compare_rows(rows, "ssri", "ketamine", outcomes=["response"])
    (rung,) = comparison.outcomes[0].rungs
    first, figures, *_ = bottom_line([rung], "ssri", "ketamine", "response", str)
    assert first == f"Like with like, with nothing assumed{' within trials' if more else ''}."
    assert ("It need not follow the two rates, which aren't all of the same trials." in figures) == bool(more)
    (told,) = checked(comparison)["outcomes"][0]["rungs"]
    assert (told["assumed"], told["same_trials"]) == ([], not more)


def test_of_other_populations_too_the_trials_are_assumed_to_be_alike() -> None:
    (rung,) = ladder([row("t1", 40, 100), row("t2", 60, 100, population="trd", **KETAMINE)], "ssri", "ketamine")
    assert rung.assumed == [ASSUMPTIONS["population"], ALIKE]


def test_trials_are_counted_and_not_their_arms() -> None:
    doses = [
        row("t1", 10, 20, arm_id=f"{of}{i}", population="trd", **one)
        for of, one in (("s", {}), ("k", KETAMINE))
        for i in range(3)
    ]
    trials = [row(trial, 250, 500, **one) for trial in ("t2", "t3") for one in ({}, KETAMINE)]
    (rung,) = ladder([*doses, *trials], "ssri", "ketamine")
    assert {one.trial for one in rung.rows} == {"t2", "t3"}


@pytest.mark.parametrize("later", ["response.madrs.ge50pct-sustained-day2", "response.madrs.ge50pct-any-visit"])
def test_of_as_many_trials_those_by_a_rule_of_one_visit_lead(later: str) -> None:
    rows = [
        row(trial, events, n, **arm, **rule)
        for n, rule in ((100, {}), (103, {"definition": later, "comparability_class": later}))
        for trial in ("t1", "t2")
        for events, arm in ((40, {}), (50, KETAMINE))
    ]
    (rung,) = ladder(rows, "ssri", "ketamine")
    assert {one.definition for one in rung.rows} == {"response.madrs.ge50pct"}
    # More trials by the other lead nonetheless.
    more = [replace(one, trial="t3", study_id="t3") for one in rows if one.definition == later and one.trial == "t2"]
    (rung,) = ladder([*rows, *more], "ssri", "ketamine")
    assert {one.definition for one in rung.rows} == {later}


def test_two_parts_of_a_trial_with_a_treatment_each_leave_the_rung_to_another_place() -> None:
    parts = [row("t1", 40, 100, study_id="t1a"), row("t1", 60, 100, **KETAMINE, study_id="t1b")]
    (rung,) = ladder(
        [*parts, row("t2", 40, 100, population="trd"), row("t2", 60, 100, **KETAMINE, population="trd")], "ssri", "ketamine"
    )
    assert {row.trial for row in rung.rows} == {"t2"}


def test_of_values_a_place_may_have_the_one_in_which_trials_compare_the_two_is_taken() -> None:
    """What is unstated agrees with a crossover and with a randomised trial, of which there are as many."""
    open_ = {"unstated": ("arm kind",), "arm_kind": "unstated"}
    rows = [
        row("t1", 40, 100, arm_kind="crossover"), row("t1", 60, 100, **KETAMINE, arm_kind="crossover"),
        row("t2", 40, 100), row("t2", 60, 100, **KETAMINE),
        row("t3", 40, 100, **open_), row("t4", 60, 100, **KETAMINE, **open_),
    ]  # fmt: skip
    places = _Places(rows)
    settled = places.settled(("unstated",), {of: places.under(("unstated",))[1][of] for of in ("ssri", "ketamine")}, (None,) * 8)
    assert {row.arm_kind for row in places.at(("unstated",), settled).rows} == {"randomised", "unstated"}


@pytest.mark.parametrize(
    ("other", "needed"),
    [
        ({"unstated": ("anchor",), "counted_from": "unstated"}, ("anchor",)),
        ({"value_origin": "imputed-from-mean"}, ("imputed",)),
        ({"comparability_class": "response.hamd.unstated.ge50pct"}, ("class",)),
        ({"window": "days 21-41"}, ("window",)),
        ({"analysis_set": "observed-cases"}, ("denominator",)),
        ({"unstated": ("background",), "strategy": "acute, unstated"}, ("unstated",)),
        ({"population": "trd"}, ("population",)),
        ({"population": "trd", "window": "days 21-41"}, ("window", "population")),
    ],
)
def test_each_difference_needs_its_own_assumption(other: dict[str, object], needed: tuple[str, ...]) -> None:
    assert assumed([row("t1", 40, 100), row("t2", 60, 100, **{**KETAMINE, **other})]) == [needed]


def test_counts_worked_out_from_means_are_no_evidence_until_they_are_assumed_to_be() -> None:
    rows = [
        row("t1", 40, 100), row("t2", 10, 100, value_origin="imputed-from-mean"),
        row("t3", 60, 100, **KETAMINE), row("t3", 20, 100, **PLACEBO),
    ]  # fmt: skip
    (rung,) = ladder(rows, "ssri", "ketamine")
    assert (rung.assumptions, rung.a.k) == ((), 1)
    (rung,) = ladder([r for r in rows if r.trial != "t1"], "ssri", "ketamine")
    assert (rung.assumptions, rung.changed()) == (("imputed",), {"imputed": (("imputed-from-mean",), ("reported",))})
    assert bottom_line([rung], "ssri", "ketamine", "response", str)[0] == (
        f"Not like with like: assumes that counts worked out from means are counts of people and that {ALIKE}."
    )


def test_groups_that_were_not_randomised_are_compared_only_under_an_assumption() -> None:
    cohort = {"arm_kind": "not-randomised"}
    cohorts = [row("t1", 40, 100, **cohort), row("t1", 60, 100, **KETAMINE, **cohort)]
    (rung,) = ladder(cohorts, "ssri", "ketamine")
    assert (rung.assumptions, rung.changed()) == (("allocation",), {"allocation": (("not-randomised",), ("not-randomised",))})
    assert bottom_line([rung], "ssri", "ketamine", "response", str)[0] == (
        "Not like with like: assumes that groups that weren't randomised differ in nothing but the treatment."
    )
    assert ladder(cohorts, "ssri", "ketamine", strict=True) == ()
    (rung,) = ladder([*cohorts, row("t2", 40, 100), row("t2", 60, 100, **KETAMINE)], "ssri", "ketamine")
    assert (rung.assumptions, {one.trial for one in rung.rows}) == ((), {"t2"})


def test_no_rate_joins_two_visits_of_a_trial() -> None:
    """Of a class of two drugs, one counted a week later than the other and placebo."""
    rows = [
        row("t1", 50, 100, day=56.0),
        row("t1", 60, 100, node="fluoxetine", treatment="fluoxetine", day=63.0),
        row("t1", 40, 100, **PLACEBO, day=56.0),
    ]
    (rung,) = ladder(rows, "ssri", "placebo")
    assert (rung.a.n, rung.a.estimate, rung.b.estimate) == (100, 0.5, 0.4)
    assert rung.effect is not None
    assert rung.effect.effects["risk ratio"].estimate == pytest.approx(rung.a.estimate / rung.b.estimate)
    assert [one.node for one in rung.elsewhere] == ["fluoxetine"]
    assert bottom_line([rung], "ssri", "placebo", "response", str)[2].startswith("Left out of the rates: fluoxetine in ")
    (shared,) = compare_rows(rows, "ssri", "placebo", outcomes=["response"]).outcomes[0].shared
    assert (shared.a.n, shared.a.pooled.n, shared.a.pooled.estimate) == (100, 100, 0.5)


def test_rates_are_those_that_both_sides_have_at_one_setting() -> None:
    """Of two drugs of a class the larger arm was counted otherwise than placebo: rates beside a ratio are of its arms."""
    rows = [
        row("t1", 50, 100), row("t1", 70, 120, node="fluoxetine", treatment="fluoxetine", missing_data="locf"),
        row("t1", 30, 90, **PLACEBO),
    ]  # fmt: skip
    (rung,) = ladder(rows, "ssri", "placebo")
    assert (rung.a.n, rung.a.estimate, [one.node for one in rung.elsewhere]) == (100, 0.5, ["fluoxetine"])
    assert rung.effect is not None
    assert rung.effect.effects["risk ratio"].estimate == pytest.approx(0.5 * 3)
    for a, b in (("ssri", "placebo"), ("placebo", "ssri")):
        (shared,) = compare_rows(rows, a, b, outcomes=["response"]).outcomes[0].shared
        sides = {side.subject: side for side in (shared.a, shared.b)}
        assert (sides["ssri"].pooled, [one.node for one in sides["ssri"].rows]) == (rung.a, ["sertraline"])
        assert not any(side.variants for side in sides.values()), "a variant of the other arm's rows"
    # By itself, or beside what no trial had with it, a class keeps the larger arm.
    (alone,) = compare_rows(rows, "ssri", "ketamine", outcomes=["response"]).outcomes[0].apart
    assert (alone.side.n, alone.side.pooled) == (120, pooled_rate(rows, "ssri"))


def test_another_rule_without_a_class_above_both_is_never_the_same() -> None:
    assert not assumed([row("t1", 40, 100), row("t2", 60, 100, **KETAMINE, comparability_class="response.cgi-i.le2")])


def test_every_minimal_set_is_shown_the_fewest_first_and_of_as_many_the_mildest() -> None:
    rows = [
        row("t1", 40, 100),
        row("t2", 60, 100, **KETAMINE, population="trd"),
        row("t3", 60, 100, **KETAMINE, window="days 21-41"),
        row("t4", 60, 100, **KETAMINE, unstated=("anchor", "phase"), counted_from="unstated", strategy="unstated, none"),
    ]
    assert assumed(rows) == [("window",), ("population",), ("anchor", "unstated")]


def test_an_arm_keeps_its_own_setting_where_it_has_not_that_of_the_others() -> None:
    """As it does in its stratum, whose rates a rung without assumptions tells; and nothing compares it with them."""
    placebo = [row("t1", 30, 100, **PLACEBO), row("t1", 31, 90, **PLACEBO, definition="response.hamd24.ge50pct")]
    rows = [*placebo, row("t1", 40, 100), row("t1", 60, 100, **KETAMINE, definition="response.hamd24.ge50pct", day=56.0)]
    (rung,) = ladder(rows, "ssri", "ketamine")
    assert (rung.assumptions, rung.effect) == ((), None)
    assert (rung.a.estimate, rung.b.estimate) == (0.4, 0.6)
    told = " ".join(bottom_line([rung], "ssri", "ketamine", "response", str))
    assert (
        "The trials that had both counted them at different visits, by different rules or in different sets, so the rates are side by side only."
        in told
    )
    (rung,) = ladder(rows, "ssri", "placebo")
    assert (rung.b.estimate, rung.b.k) == (0.3, 1)


def test_other_populations_are_side_by_side_with_an_unadjusted_difference_and_never_an_effect() -> None:
    rows = [
        row("t1", 40, 100), row("t1", 30, 100, **PLACEBO),
        row("t2", 60, 100, **KETAMINE, population="trd"), row("t2", 20, 100, **PLACEBO, population="trd"),
    ]  # fmt: skip
    (rung,) = ladder(rows, "ssri", "ketamine")
    assert (rung.assumptions, rung.effect) == (("population",), None)
    _, figures, settled = bottom_line([rung], "ssri", "ketamine", "response", str)
    assert "Difference −20 points, unadjusted." in figures
    assert settled == "What would settle it: trials of both in one population."


def test_what_would_settle_it_names_words_and_trials() -> None:
    rows = [row("t1", 40, 100), row("t2", 60, 100, **KETAMINE, unstated=("background", "phase"), strategy="unstated, unstated")]
    assert bottom_line(ladder(rows, "ssri", "ketamine"), "ssri", "ketamine", "response", str)[-1] == (
        "What would settle it: a statement of background and phase by t2."
    )


def test_without_a_rate_of_one_there_is_no_rung() -> None:
    (answer,) = compare_rows([row()], "ssri", "ketamine", outcomes=["response"]).outcomes
    assert (answer.rungs, answer.without) == ((), {"ketamine": None})
    assert bottom_line((), "ssri", "ketamine", "response", str.upper, without=answer.without) == [
        "The registry has no response rate for KETAMINE."
    ]


def test_rates_that_no_assumption_brings_together_are_not_said_to_be_missing() -> None:
    rows = [row(), row("t2", **KETAMINE, strategy="acute, antidepressant-new")]
    (answer,) = compare_rows(rows, "ssri", "ketamine", outcomes=["response"]).outcomes
    assert (answer.rungs, answer.without) == ((), {})
    (said,) = bottom_line(answer.rungs, "ssri", "ketamine", "response", str, without=answer.without)
    assert "no assumption" in said.casefold()
    assert "phase, background" in said


def test_a_rule_that_is_not_stated_may_be_any_of_its_scale_and_no_other() -> None:
    said = {
        "unstated": ("definition",),
        "comparability_class": "remission.hamd.unstated",
        "definition": "remission.hamd.unstated",
    }
    ssri = row("t1", 40, 100, **said)

    def under(rule: str) -> list[tuple[str, ...]]:
        return assumed([ssri, row("t2", 60, 100, **KETAMINE, definition=rule, comparability_class=rule)])

    assert under("remission.hamd17.le7") == [("unstated",)]
    assert under("remission.hamd24.le7") == [("unstated",)]
    assert under("remission.madrs.le10") == [("class", "unstated")], "not without one more assumption"
    assert under("remission.hamd17.le7-120-days") == [], "a rule over many days is judged at another kind of visit"


@pytest.mark.parametrize("background", ["antidepressant-new", "antidepressant-continued", "standard-care"])
def test_a_trial_of_an_antidepressant_is_never_taken_to_have_added_it_to_another(background: str) -> None:
    """Sertraline, of which nothing more is said, isn't like ketamine added to sertraline, whatever is assumed of unstated words."""
    open_ = {"unstated": ("background",), "strategy": "acute, unstated"}
    beside = {"strategy": f"acute, {background}"}
    ssri = [row("t1", 40, 100, **open_), row("t1", 30, 100, **PLACEBO, **open_)]
    assert assumed([*ssri, row("t2", 60, 100, **KETAMINE, **beside)]) == []
    # its placebo arm belongs where the trial does, and doesn't connect ketamine either
    ketamine = [row("t2", 60, 100, **KETAMINE, **beside), row("t2", 30, 100, **PLACEBO, **beside)]
    assert ladder([*ssri, *ketamine], "placebo", "ketamine")[0].a.k == 1
    # ketamine of which nothing is said may have been added to anything
    (rung,) = ladder([row("t1", 40, 100), row("t2", 60, 100, **KETAMINE, **open_)], "ssri", "ketamine")
    assert rung.assumptions == ("unstated",)
    (rung,) = ladder([row("t1", 40, 100, **beside), row("t2", 60, 100, **KETAMINE, **open_)], "ssri", "ketamine")
    assert rung.assumptions == ("unstated",)


def test_rates_that_state_several_values_are_not_pooled_by_one_that_states_none() -> None:
    open_ = {"unstated": ("population",), "population": "unstated"}
    rows = [
        row("t1", 40, 100, **open_), row("t2", 10, 100, population="mdd"), row("t3", 90, 100, population="trd"),
        row("t4", 20, 100, population="mdd"), row("t5", 60, 100, **KETAMINE, **open_),
    ]  # fmt: skip
    (rung,) = ladder(rows, "ssri", "ketamine")
    assert {one.trial for one in rung.rows_a} == {"t1", "t2", "t4"}, "mdd has the most; trd isn't mdd"


def test_a_rung_says_what_changed_who_is_counted_and_how_far_the_open_trials_move_it() -> None:
    rows = [
        row("t1", 40, 100), row("t2", 20, 100, unstated=("background",), strategy="acute, unstated"),
        row("t3", 60, 100, **KETAMINE, population="trd", analysis_set="observed-cases"),
    ]  # fmt: skip
    rung = next(one for one in ladder(rows, "ssri", "ketamine") if one.assumptions == ("denominator", "population"))
    assert rung.changed() == {"denominator": (("randomised",), ("observed-cases",)), "population": (("mdd",), ("trd",))}
    assert rung.sets == (("randomised",), ("observed-cases",))
    assert (rung.bounds_a, rung.bounds_b) == (None, None), "everything of this rung is stated"
    background = [
        row("t1", 40, 100),
        rows[1],
        row("t3", 60, 100, **KETAMINE, unstated=("background",), strategy="acute, unstated"),
    ]
    (open_,) = ladder(background, "ssri", "ketamine")
    assert open_.assumptions == ("unstated",)
    assert open_.bounds_a is not None
    assert open_.bounds_b is None, "of one trial there is nothing to leave out"
    assert open_.bounds_a.open_ == ("t2",)
    assert open_.bounds_a.highest.taken == ()
    assert open_.bounds_a.highest.estimate == pytest.approx(0.4, abs=0.01)
    assert open_.bounds_a.lowest.taken == ("t2",)
    assert "SSRI" not in bounds_line(open_, "ssri", "ketamine", str)[0]
    assert "ssri 29" in bounds_line(open_, "ssri", "ketamine", str)[0]


def test_bounds_that_are_one_figure_are_told_as_one() -> None:
    unstated = {"unstated": ("background",), "strategy": "acute, unstated"}
    rows = [row("t1", 50, 100), row("t2", 50, 100, **unstated), row("t3", 60, 100, **KETAMINE, **unstated)]
    (rung,) = ladder(rows, "ssri", "ketamine")
    assert bounds_line(rung, "ssri", "ketamine", str) == [
        "Depending on which trials with something unstated belong: ssri 50.0% either way."
    ]


def test_trials_by_a_band_are_in_the_bounds_and_not_in_the_rate() -> None:
    exact = {"definition": "remission.hamd17.le7", "comparability_class": "remission.hamd17.le7", "outcome": "remission"}
    band = {**exact, "definition": "remission.hamd17.le7-or-8", "comparability_class": "remission.hamd17.le7-or-8"}
    rows = [
        row("t1", 30, 100, **exact),
        row("t2", 60, 100, **band),
        row("t3", 50, 100, **KETAMINE, **exact),
        row("t4", 9, 100, **band),
        row("t1", 33, 100, **band, arm_id="again"),
    ]
    rung = ladder(rows, "ssri", "ketamine")[0]
    assert rung.assumptions == ()
    assert (rung.a.k, rung.a.estimate) == (1, 0.3)
    assert rung.bounds_a is not None
    assert rung.bounds_a.open_ == ("t2", "t4")
    assert (rung.bounds_a.lowest.taken, rung.bounds_a.highest.taken) == (("t4",), ("t2",))


def test_sensitivity_says_what_changes_a_figure_and_what_does_not() -> None:
    rows = [
        row("t1", 40, 80, analysis_set="full-analysis", n_randomised=100), row("t2", 30, 90, publication="unpublished"),
        row("t3", 60, 100, **KETAMINE, rob_overall="high"),
    ]  # fmt: skip
    answer = compare_rows([*rows], "ssri", "ketamine", outcomes=["response"]).outcomes[0]
    lines = {one.variant: one for one in answer.sensitivity}
    assert answer.rungs[0].rows_a == (rows[1],), "one kind of denominator"
    assert lines["without-unpublished"].a is None
    assert lines["without-high-risk"].b is None
    assert lines["without-derived"].changed == 0
    assert lines["without-derived"].a == answer.rungs[0].a
    table = sensitivity_words(answer.rungs[0], answer.sensitivity, brief=True)
    assert table[0][:4] == ("as above", "as above", "33.3%", "60.0%")
    assert next(line for line in table if line.short == "no unpublished trials")[2:5] == ("none", "=", "=")


def test_what_no_trial_states_is_not_said_to_change_no_figure() -> None:
    marks = {"extractions": None, "publication": "unstated", "rob_overall": "unstated"}
    silent = [row("t1", 40, 100, **marks), row("t1", 60, 100, **KETAMINE, **marks)]
    some = [replace(silent[0], rob_overall="low", extractions=2), silent[1]]
    told = []
    for rows in (silent, some):
        comparison = compare_rows(rows, "ssri", "ketamine", outcomes=["response"])
        (answer,) = comparison.outcomes
        table = sensitivity_words(answer.rungs[0], answer.sensitivity, brief=True)
        told.append([line for line in unchanged_words(table) if line.startswith("Not stated")])
        assert not {"no high risk of bias", "no unpublished trials"} <= {line.short for line in table if not line.unstated}
        checked(comparison)
    assert told == [
        ["Not stated of any trial: how many people read the figures, publication, risk of bias."],
        ["Not stated of any trial: publication."],
    ]


ANALYSED = {"analysis_set": "observed-cases", "missing_data": "observed", "n_randomised": 100}


def trials_of(effect: Contrast | None) -> int:
    assert effect is not None
    ratio = effect.effects["risk ratio"]
    assert isinstance(ratio, Pooled)
    return ratio.k


def test_trials_tell_how_two_compare_whichever_denominator_both_of_their_arms_have() -> None:
    """Its rates have one kind, that of more trials; what compares the two is what the stratum says, and what changes it too."""
    rows = [
        *(row(f"o{i}", events, 90, **ANALYSED, **arm) for i in range(5) for events, arm in ((62, {}), (42, KETAMINE))),
        *(row(f"r{i}", 400, 1000, **arm) for i in range(4) for arm in ({}, KETAMINE)),
    ]
    answer = compare_rows(rows, "ssri", "ketamine", outcomes=["response"]).outcomes[0]
    rung, stratum = answer.rungs[0], answer.shared[0]
    assert (rung.assumptions, rung.a.k, rung.b.k) == ((), 5, 5)
    assert rung.effect == stratum.contrast
    assert rung.effect is not None
    told = " ".join(bottom_line([rung], "ssri", "ketamine", "response", str))
    assert "9 trials had both, 4 of them with another kind of denominator than these rates" in told
    assert trials_of(rung.effect) == 9
    lines = {one.variant: one for one in answer.sensitivity}
    rates = {name: lines[name].a for name in ("all-randomised", "those-analysed", "without-flagged")}
    assert {name: rate and rate.k for name, rate in rates.items()} == {
        "all-randomised": 9, "those-analysed": 5, "without-flagged": 5,
    }  # fmt: skip
    found = {name: trials_of(line.effect) for name, line in lines.items()}
    assert (found["all-randomised"], found["those-analysed"], found["without-flagged"]) == (9, 5, 9)


@pytest.mark.parametrize(
    "after", [{"arm_kind": "withdrawal"}, {"strategy": "relapse-prevention, none", "population": "mdd.relapse-prevention"}]
)
def test_people_who_begin_a_treatment_lead_before_those_who_had_done_well_on_it(after: dict[str, str]) -> None:
    begun = [row(trial, events, 1000, **arm) for trial in ("t1", "t2") for events, arm in ((350, {}), (300, KETAMINE))]
    well = [row(trial, events, 100, **after, **arm) for trial in ("w1", "w2", "w3") for events, arm in ((85, {}), (50, KETAMINE))]
    rung = compare_rows([*begun, *well], "ssri", "ketamine", outcomes=["response"]).outcomes[0].rungs[0]
    assert {one.trial for one in rung.rows_a} == {"t1", "t2"}
    rung = compare_rows(well, "ssri", "ketamine", outcomes=["response"]).outcomes[0].rungs[0]
    assert {one.trial for one in rung.rows_a} == {"w1", "w2", "w3"}


def test_of_as_many_trials_those_of_all_randomised_lead() -> None:
    rows = [
        row(trial, events, 95, **more, **arm)
        for trial, more in (("t1", ANALYSED), ("t2", {}))
        for events, arm in ((50, {}), (45, KETAMINE))
    ]
    answer = compare_rows(rows, "ssri", "ketamine", outcomes=["response"]).outcomes[0]
    assert {one.analysis_set for one in answer.rungs[0].rows_a} == {"randomised"}
    assert {one.analysis_set for one in answer.shared[0].a.rows} == {"randomised"}
    assert answer.rungs[0].effect == answer.shared[0].contrast


def test_of_days_with_as_many_trials_eight_weeks_lead() -> None:
    days = {"days 11-20": 14.0, "days 2-4": 3.0, "days 42-70": 56.0, "days 71-112": 84.0, "days 113-210": 168.0}

    def asked(windows: list[str]) -> str:
        rows = [
            row(trial, 40, 100, window=name, day=days[name], **arm)
            for trial in ("t1", "t2")
            for name in windows
            for arm in ({}, KETAMINE)
        ]
        return compare_rows(rows, "ssri", "ketamine", outcomes=["response"]).outcomes[0].rungs[0].rows_a[0].window

    assert asked(list(days)) == "days 42-70"
    assert asked(["days 11-20", "days 71-112", "days 113-210", "days 2-4"]) == "days 71-112"
    assert asked(["days 11-20", "days 113-210", "days 2-4"]) == "days 113-210"


def test_where_both_rates_are_one_figure_the_table_s_first_line_has_it_twice() -> None:
    rows = [row(trial, 40, 100, **arm) for trial in ("t1", "t2") for arm in ({}, KETAMINE)]
    answer = compare_rows(rows, "ssri", "ketamine", outcomes=["response"]).outcomes[0]
    table = sensitivity_words(answer.rungs[0], answer.sensitivity, brief=True)
    assert table[0][2:5] == ("39.9%", "39.9%", "1.00")


def test_sensitivity_shows_the_figures_by_the_other_scale_of_trials_that_counted_by_both() -> None:
    hamd = {"definition": "response.hamd17.ge50pct"}
    rows = [
        row("t1", 40, 100, **hamd),
        row("t1", 60, 100, **KETAMINE, **hamd),
        row("t2", 45, 100),
        row("t2", 50, 100, **KETAMINE),
    ]
    madrs = [row("t1", 30, 100), row("t1", 70, 100, **KETAMINE)]
    comparison = compare_rows(rows, "ssri", "ketamine", others=madrs)
    told = checked(comparison)["outcomes"][0]["sensitivity"][-1]
    assert (told["variant"], told["changed"]) == (ANOTHER_RULE, 2)
    (answer, _) = comparison.outcomes
    line = {one.variant: one for one in answer.sensitivity}[ANOTHER_RULE]
    assert (line.changed, line.short) == (2, "another scale")
    swapped = [*madrs, *rows[2:]]
    assert (line.a, line.b) == (pooled_rate(swapped, "ssri"), pooled_rate(swapped, "ketamine"))
    assert line.effect == contrast(swapped, "ssri", "ketamine")
    assert answer.rungs[0].a == pooled_rate(rows, "ssri")


@pytest.mark.parametrize(
    "others",
    [
        [],
        [row("t1", 30, 100)],  # one arm of two: the other would be by another rule
        [row("t1", 30, 100), row("t1", 70, 100, **KETAMINE, day=49.0)],
        [row("t1", 30, 90, analysis_set="full-analysis"), row("t1", 70, 90, **KETAMINE, analysis_set="full-analysis")],
        [row("t1", 30, 100, value_origin="imputed-from-mean"), row("t1", 70, 100, **KETAMINE)],
        [row("t1", 30, 100, definition="response.hamd17.ge50pct"), row("t1", 70, 100, **KETAMINE, definition="response.hamd17.ge50pct")],
        [row("t9", 30, 100), row("t9", 70, 100, **KETAMINE)],
    ],
)  # fmt: skip
def test_sensitivity_has_no_other_scale_where_no_trial_counted_all_its_arms_by_both(others: list[Row]) -> None:
    hamd = {"definition": "response.hamd17.ge50pct"}
    rows = [row("t1", 40, 100, **hamd), row("t1", 60, 100, **KETAMINE, **hamd)]
    (answer, _) = compare_rows(rows, "ssri", "ketamine", others=others).outcomes
    assert ANOTHER_RULE not in {one.variant for one in answer.sensitivity}


def test_sensitivity_is_of_the_network_where_that_leads() -> None:
    rows = [
        *(row(trial, events, 100) for trial, events in (("t1", 50), ("t2", 45), ("t3", 52))),
        *(row(trial, events, 100, **PLACEBO) for trial, events in (("t1", 30), ("t4", 33), ("t5", 20))),
        *(row(trial, events, 100, **KETAMINE) for trial, events in (("t2", 60), ("t3", 66), ("t4", 55), ("t5", 49))),
    ]
    rows = [replace(one, publication="unpublished") if one.trial == "t5" else one for one in rows]
    rows = [replace(one, flagged=True) if (one.trial, one.node) == ("t1", "placebo") else one for one in rows]
    answer = compare_rows(rows, "sertraline", "placebo", outcomes=["response"]).outcomes[0]
    (rung,), lines = answer.rungs, {one.variant: one for one in answer.sensitivity}
    assert rung.network is not None
    without = {
        "without-unpublished": [one for one in rows if one.trial != "t5"],
        "without-flagged": [one for one in rows if not one.flagged],
    }
    for name, some in without.items():
        own, _ = network_of(some, "sertraline", "placebo")
        assert own is not None
        assert lines[name].network == own != rung.network
    assert lines["without-high-risk"].network == rung.network
    (above, *others) = sensitivity_words(rung, answer.sensitivity, "risk ratio", brief=True)
    assert measure_of(rung, "risk ratio") == "odds ratio"
    assert above.effect == f"{rung.network.network.estimate:.2f}"
    effects = {line.short: line.effect for line in others}
    assert effects["no high risk of bias"] == "="
    assert effects["no unpublished trials"] not in {"=", above.effect, "–"}
    in_full = {line.short: line.effect for line in sensitivity_words(rung, answer.sensitivity)}
    assert "by a network of 4 trials; direct evidence (1 trial)" in in_full["no unpublished trials"]
    assert in_full["no findings"].endswith("by a network of 4 trials; no trial had both")


def test_sensitivity_has_a_table_for_each_outcome_where_one_is_too_wide() -> None:
    rows = [
        row(trial, events, 100, outcome=outcome, **of)
        for outcome in ("response", "remission")
        for trial, events, of in (
            ("t1", 40, {}),
            ("t1", 60, KETAMINE),
            ("t2", 30, {"publication": "unpublished"}),
            ("t2", 50, KETAMINE),
        )
    ]
    comparison = compare_rows(rows, "sertraline", "ketamine")

    def heads(width: int) -> list[str]:
        words = io.StringIO()
        comparison_text.render(comparison, console=Console(width=width, file=words))
        return [line.strip() for line in words.getvalue().splitlines() if line.startswith("sensitivity")]

    assert [line.split() for line in heads(100)] == [["sensitivity", "response", "remission"]]
    assert [line.split() for line in heads(60)] == [["sensitivity", "response"], ["sensitivity", "remission"]]


rows_at_random = st.lists(
    st.builds(
        row,
        trial=st.sampled_from(["t1", "t2", "t3", "t4"]),
        events=st.integers(0, 20),
        n=st.just(20),
        treatment=st.sampled_from(["sertraline", "ketamine", "placebo"]),
        class_=st.just("x"),
        population=st.sampled_from(["mdd", "trd"]),
        window=st.sampled_from(["days 1-1", "days 42-70"]),
        analysis_set=st.sampled_from(["randomised", "observed-cases"]),
        unstated=st.sampled_from([(), ("day",), ("anchor",), ("definition", "phase")]),
        arm_id=st.sampled_from(["1", "2"]),
    ),
    max_size=8,
)


@given(rows_at_random)
def test_no_rung_counts_a_trial_twice_or_holds_another_that_assumes_less(rows: list[Row]) -> None:
    apart = [
        row("t1", 10, 20, class_="x", arm_id="3"),
        row("t5", 12, 20, class_="x", population="trd", treatment="ketamine", arm_id="4"),
    ]
    rungs = ladder([*rows, *apart], "sertraline", "ketamine")
    assert rungs
    for rung in rungs:
        assert set(rung.assumptions) <= set(ASSUMPTIONS)
        for pooled, side in ((rung.a, rung.rows_a), (rung.b, rung.rows_b)):
            assert pooled.k == len({one.trial for one in side})
            assert pooled.n == sum(one.n for one in side)
        assert not any(set(other.assumptions) < set(rung.assumptions) for other in rungs)
        left = {word for one in (*rung.rows_a, *rung.rows_b) for word in one.unstated}
        assert "anchor" not in left or "anchor" in rung.assumptions
        assert not left - {"anchor"} or "unstated" in rung.assumptions


def test_what_two_rates_need_is_what_brings_their_places_together() -> None:
    others: list[dict[str, object]] = [
        {}, {"population": "trd"}, {"window": "days 21-41"}, {"analysis_set": "observed-cases"}, {"value_origin": "imputed-from-mean"},
        {"arm_kind": "not-randomised"},
        {"unstated": ("anchor",), "counted_from": "unstated"}, {"unstated": ("background",), "strategy": "acute, unstated"},
        {"comparability_class": "response.hamd.unstated.ge50pct"}, {"counted_from": "last-dose"}, {"arm_kind": "crossover"},
        {"unstated": ("population", "day"), "population": "unstated", "window": "unstated"},
    ]  # fmt: skip
    alike = _Places([row(f"t{n}", 40, 100, **other) for n, other in enumerate(others)]).alike
    assert len(alike) == len(others)
    sets = [some for size in range(len(ASSUMPTIONS) + 1) for some in combinations(ASSUMPTIONS, size)]
    for one, other in product(alike, repeat=2):
        needed = _needed(one, other)
        for some in sets:
            allowed = (_WORDS if "unstated" in some else set()) | ({"anchor"} if "anchor" in some else set())
            there = all(x.unstated <= allowed and x.needs <= set(some) for x in (one, other))
            together = there and agree(_place(one.stated, some), _place(other.stated, some))
            assert together == (needed is not None and needed <= set(some)), (one, other, some)


def test_strict_is_like_with_like_alone() -> None:
    rows = [
        row("t1", 40, 100), row("t2", 60, 100, **KETAMINE, population="trd"),
        row("t3", 30, 100, unstated=("anchor",), counted_from="unstated"), row("t3", 60, 100, **KETAMINE, unstated=("anchor",), counted_from="unstated"),
    ]  # fmt: skip
    assert ladder(rows, "ssri", "ketamine")[0].assumptions == ("anchor",)
    answer = compare_rows(rows, "ssri", "ketamine", outcomes=["response"], strict=True)
    assert (answer.outcomes[0].rungs, answer.outcomes[0].shared) == ((), ())
    assert "No stratum has both ssri and ketamine" in " ".join(comparison_text.render(answer).split())
    same = [row("t1", 40, 100), row("t1", 60, 100, **KETAMINE)]
    (rung,) = compare_rows(same, "ssri", "ketamine", outcomes=["response"], strict=True).outcomes[0].rungs
    assert rung.assumptions == ()
    with pytest.raises(RequestError, match="like with like alone"):
        compare_rows(rows, "ssri", "ketamine", with_unstated=True, strict=True)
