"""A claimed rate is compared with rates of the same thing, in every reading that it leaves open, and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb
import pytest

from registry.auditing.grounds import Word
from registry.auditing.knowledge import Separation
from registry.auditing.spans import UNIT, figure_in_words
from tests.auditing.arguing import KETAMINE, PLACEBO, WHOLE, claim, knowing, trials, verdicts
from tests.comparing.rows import row

AGREEING = [(45, 100), (48, 100), (44, 100), (46, 100), (47, 100)]
SPREAD = [(20, 100), (35, 100), (50, 100), (65, 100), (45, 100), (55, 100)]


def test_45_percent_of_nobody_in_particular_is_read_in_every_way_the_registry_can_test() -> None:
    (found,) = verdicts(claim(low=45, bound="about"), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.SUPPORTED
    assert found.missing == ("population", "definition", "time point")
    assert "read in every way" in found.reasoning
    assert "45% is above 1 of the 5 response rates that the registry has for ssri" in found.reasoning
    assert [item.kind for item in found.evidence] == ["rate"]


def test_readings_that_differ_leave_it_to_the_missing_word() -> None:
    elsewhere = trials([(20, 100), (22, 100), (19, 100), (21, 100), (20, 100)], population="trd")
    (found,) = verdicts(claim(low=45, bound="about"), known=knowing(*trials(AGREEING), *elsewhere)).values()
    assert found.word is Word.UNVERIFIABLE
    assert "Of 2 readings, 1 is supported" in found.reasoning
    (found,) = verdicts(claim(low=45, population="mdd"), known=knowing(*trials(AGREEING), *elsewhere)).values()
    assert found.word is Word.SUPPORTED


def test_the_same_45_percent_is_supported_once_it_says_of_whom_by_which_rule_and_when() -> None:
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.SUPPORTED
    assert not found.missing


def test_a_cohort_does_not_leave_undecided_what_randomised_trials_support() -> None:
    """What needs an assumption doesn't outweigh what needs none, be it large, or stated in full where the trials aren't."""
    cohort = {"arm_kind": "not-randomised"}
    for events, n in ((20, 30), (20, 100), (9_000, 10_000)):
        known = knowing(*trials(AGREEING), row("c", events, n, **cohort))
        (found,) = verdicts(claim(low=45, **WHOLE), known=known).values()
        assert found.word is Word.SUPPORTED
        assert "1 study that randomised nobody is left aside" in found.reasoning
        assert [one.read for one in found.grounds[0].rates] == [True] * len(AGREEING) + [False]
    open_ = trials(AGREEING, unstated=("background",), strategy="acute, unstated")
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*open_, row("c", 9_000, 10_000, **cohort))).values()
    assert found.word is Word.SUPPORTED
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING, **cohort))).values()
    assert (found.word, "Nobody was randomised to these arms" in found.reasoning) == (Word.SUPPORTED, True)


def test_a_class_is_read_at_one_setting_of_a_trial() -> None:
    """Of two drugs of the class the larger arm leads; that of the other visit isn't read, and its document bears nothing out."""
    later = {"day": 57.0, "treatment": "fluoxetine", "source": "doi:10.1000/later"}
    known = knowing(row("t1", 45, 100), row("t1", 80, 90, **later))
    (found,) = verdicts(claim(low=45, **WHOLE), known=known).values()
    (item,) = found.evidence
    assert (item.figures["n"], item.figures["events"], item.sources) == (100, 45, ("doi:10.1000/xyz123",))
    assert [one.read for one in found.grounds[0].rates] == [True, False]


def test_70_percent_is_contradicted_where_no_such_trial_would_show_it() -> None:
    (found,) = verdicts(claim(low=70, **WHOLE), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.CONTRADICTED
    assert "the interval for a new trial misses" in found.reasoning


def test_a_rate_beyond_the_mean_that_another_trial_could_show_is_undecided() -> None:
    (found,) = verdicts(claim(low=70, **WHOLE), known=knowing(*trials(SPREAD))).values()
    assert found.word is Word.UNDECIDED


def test_one_trial_of_27_percent_does_not_contradict_33() -> None:
    (found,) = verdicts(claim(low=33, **WHOLE), known=knowing(*trials([(27, 100)]))).values()
    assert found.word is Word.UNDECIDED


def test_a_range_is_judged_as_a_range() -> None:
    (found,) = verdicts(claim(low=35, high=70, **WHOLE), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.SUPPORTED
    assert (
        "5 of the 5 response rates that the registry has for ssri in mdd, pooled or not (44% to 48%), lie within 35 to 70%."
        in found.reasoning
    )
    (found,) = verdicts(claim(low=70, high=90, **WHOLE), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.CONTRADICTED


@pytest.mark.parametrize(
    "bound",
    [
        {"low": 0, "bound": "at-least"},
        {"high": 100, "bound": "up-to"},
        {"low": 1, "high": 99},
        {"low": 0.5, "bound": "at-least"},
        {},
    ],
)
def test_what_holds_every_value_or_none_is_not_judged(bound: dict[str, object]) -> None:
    (found,) = verdicts(claim(**bound, **WHOLE), known=knowing(*trials(AGREEING))).values()
    assert found.word is Word.NOT_JUDGED


@pytest.mark.parametrize("unit", ["sessions", "times", "% of visits", None])
def test_a_figure_in_another_unit_is_no_rate(unit: str | None) -> None:
    (found,) = verdicts(claim(low=45, **WHOLE | {"unit": unit}), known=knowing(*trials(AGREEING))).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "no-figure")


def test_a_typeset_unit_is_the_same_unit() -> None:
    typeset = duckdb.sql(
        f"SELECT {UNIT} FROM (VALUES ('times\u00a0as\u202flikely'), ('\u2009%'), (NULL)) AS claims(unit)"
    ).fetchall()
    assert typeset == [("times as likely",), ("%",), (None,)]
    assert figure_in_words(24, None, None, "% with nausea") == "24% with nausea"


def test_bounds_are_supported_within_them_and_far_from_them_it_is_said() -> None:
    known = knowing(*trials(AGREEING))
    (found,) = verdicts(claim(low=20, bound="at-least", **WHOLE), known=known).values()
    assert (found.word, "understates" in found.reasoning) == (Word.SUPPORTED, True)
    (found,) = verdicts(claim(high=70, bound="up-to", **WHOLE), known=known).values()
    assert (found.word, "The bound is loose" in found.reasoning) == (Word.SUPPORTED, True)
    (found,) = verdicts(claim(low=46, bound="at-least", **WHOLE), known=known).values()
    assert found.word is Word.UNDECIDED
    (found,) = verdicts(claim(low=70, bound="at-least", **WHOLE), known=known).values()
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
    assert found.word is Word.NOT_JUDGED
    assert found.missing == ("a rate to compare it with",)


@pytest.mark.parametrize(
    ("day", "said"), [(56, " on days 42-70"), (5000, " from day 400 on"), (0.1, " in hours 0-11"), (1, " on day 1")]
)
def test_the_days_of_a_claim_are_told_in_words(day: float, said: str) -> None:
    (found,) = verdicts(claim(low=45, **{**WHOLE, "day": day}), known=knowing(*trials(AGREEING))).values()
    assert (said if day != 56 else "in ") in found.reasoning, found.reasoning


def test_part_of_a_population_is_of_it() -> None:
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING, population="mdd.primary-care"))).values()
    assert found.word is Word.SUPPORTED


def test_a_row_that_lacks_a_word_decides_nothing() -> None:
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING, unstated=("analysis set",)))).values()
    assert found.word is Word.NOT_JUDGED


def test_open_context_is_assumed_only_where_nothing_better_can_be_read() -> None:
    open_ = trials(AGREEING, unstated=("background",), strategy="acute, unstated")
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*open_)).values()
    assert (found.word, "is assumed to be the usual one" in found.reasoning) == (Word.SUPPORTED, True)
    stated = trials([(20, 100), (22, 100), (19, 100), (21, 100), (20, 100)])
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*open_, *stated)).values()
    assert (found.word, "is assumed to be the usual one" in found.reasoning) == (Word.CONTRADICTED, False)


EXIT = {"window": "end of the study", "counted_from": "study-exit", "day": None, "anchor": "study-exit"}


def test_a_claim_at_study_exit_is_read_by_rates_at_study_exit_alone() -> None:
    said = {"population": "mdd", "definition": "response.madrs.ge50pct", "anchor": "study-exit"}
    known = knowing(*trials(AGREEING), *trials([(20, 100), (22, 100), (19, 100), (21, 100), (20, 100)], **EXIT))
    (found,) = verdicts(claim(low=20, **said), known=known).values()
    assert (found.word, found.missing) == (Word.SUPPORTED, ())
    assert "end of the study" in found.reasoning
    (found,) = verdicts(claim(low=45, **said), known=known).values()
    assert found.word is Word.CONTRADICTED
    (found,) = verdicts(claim(low=45, **said), known=knowing(*trials(AGREEING))).values()
    assert (found.word, found.missing) == (Word.NOT_JUDGED, ("a rate to compare it with",))
    assert "at the end of the study" in found.reasoning


@pytest.mark.parametrize(
    ("counted", "word"), [("start", Word.SUPPORTED), ("unstated", Word.SUPPORTED), ("last-dose", Word.NOT_JUDGED)]
)
def test_days_that_a_claim_counts_from_randomisation_may_not_be_counted_from_elsewhere(counted: str, word: Word) -> None:
    rows = trials(AGREEING, counted_from=counted, unstated=("anchor",) if counted == "unstated" else ())
    (found,) = verdicts(claim(low=45, anchor="randomisation", **WHOLE), known=knowing(*rows)).values()
    assert found.word is word


@pytest.mark.parametrize(
    "after",
    [
        {"arm_kind": "withdrawal"},
        {"strategy": "relapse-prevention, none"},
        {"strategy": "continuation, none", "unstated": ("anchor",)},
    ],
)
def test_people_who_had_done_well_before_are_no_reading_of_a_treatment_s_rate(after: dict[str, Any]) -> None:
    well = trials([(85, 100), (86, 100), (84, 100), (85, 100)], **after)
    known = knowing(*trials(AGREEING), *well)
    (found,) = verdicts(claim(low=45, **WHOLE), known=known).values()
    assert found.word is Word.SUPPORTED
    assert "of the 5 response rates" in found.reasoning
    assert (
        "4 rates of people chosen by how they had done on a treatment before are left out: those who begin it are others."
        in found.reasoning
    )
    (found,) = verdicts(claim(low=85, **WHOLE), known=known).values()
    assert found.word is Word.CONTRADICTED
    (found,) = verdicts(claim(low=85, **WHOLE), known=knowing(*well)).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "no-rate")


AT = "response.madrs.ge50pct"
BY_HAMD = {"definition": "response.hamd17.ge50pct"}


@pytest.mark.parametrize(
    ("said", "others", "rate"),
    [
        ({"day": 42.0}, {"day": 42.0}, 40),
        ({"day": 56.0}, {"day": 42.0}, 60),
        ({"day": 48.0}, {"day": 42.0}, 40),
        ({"day": None}, {"day": 42.0}, 60),
        # The rule comes first: what was counted by it on another day of the window is nearer than what was counted by another.
        ({"definition": AT, "day": 56.0}, BY_HAMD, 60),
        ({"definition": "response.hamd17.ge50pct", "day": 56.0}, BY_HAMD, 40),
        ({"definition": "response.hamd17.ge50pct", "day": 56.0}, {**BY_HAMD, "day": 42.0}, 40),
    ],
)
def test_of_an_arm_s_results_in_a_stratum_the_one_nearest_to_the_claim_is_read(
    said: dict[str, Any], others: dict[str, Any], rate: int
) -> None:
    known = knowing(*trials([(300, 500)] * 5), others=tuple(trials([(200, 500)] * 5, **others)))
    for low in (40, 60):
        (found,) = verdicts(claim(low=low, **{"definition": AT, "population": "mdd", **said}), known=known).values()
        assert (found.word is Word.SUPPORTED) is (low == rate), found.reasoning


def test_up_to_with_a_beginning_is_a_range() -> None:
    for low, word in ((None, Word.SUPPORTED), (40, Word.CONTRADICTED)):
        (found,) = verdicts(claim(low=low, high=55, bound="up-to", **WHOLE), known=knowing(*trials([(50, 500)] * 8))).values()
        assert found.word is word


def test_how_arms_compare_is_read_where_most_of_a_trial_s_arms_are() -> None:
    at_six = {"day": 42.0}
    rows = [*trials([(300, 500)] * 5), *trials([(100, 500)] * 5, **PLACEBO)]
    both = (*trials([(200, 500)] * 5, **at_six), *trials([(200, 500)] * 5, **PLACEBO, **at_six))
    better = claim(
        attribute="superiority", subject="ssri", comparator="placebo", unit=None, definition=None, population="mdd", day=42.0
    )
    (found,) = verdicts(better, known=knowing(*rows, others=both)).values()
    assert found.word is Word.UNDECIDED
    (found,) = verdicts(better, known=knowing(*rows, others=both[:5])).values()
    assert found.word is Word.SUPPORTED


def test_rates_worked_out_from_means_are_said_to_be_left_out() -> None:
    """Without a word, the registry seemed to have fewer rates than it lists."""
    imputed = trials([(70, 100), (72, 100)], value_origin="imputed-from-mean")
    (found,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING), *imputed)).values()
    assert "of the 5 response rates" in found.reasoning
    assert "2 rates worked out from means are left out: nobody counted those people." in found.reasoning
    (none,) = verdicts(claim(low=45, **WHOLE), known=knowing(*imputed[:1])).values()
    assert (none.word, "1 rate worked out from means is left out" in none.reasoning) == (Word.NOT_JUDGED, True)
    (plain,) = verdicts(claim(low=45, **WHOLE), known=knowing(*trials(AGREEING))).values()
    assert "worked out from means" not in plain.reasoning


PART = {"population": "mdd.primary-care"}


def test_a_part_of_the_people_is_no_reading_where_there_are_rates_of_the_whole() -> None:
    for k, n in ((5, 100), (1, 40), (5, 10_000)):
        known = knowing(*trials(AGREEING), *trials([(8 * n // 10, n)] * k, **PART))
        (found,) = verdicts(claim(low=45, **WHOLE), known=known).values()
        assert found.word is Word.SUPPORTED
        assert "Rates of parts of these people (mdd.primary-care) are left aside" in found.reasoning
        (other,) = verdicts(claim(low=80, **WHOLE), known=known).values()
        assert other.word is Word.CONTRADICTED
    # Of a part, those who were randomised don't take the place of cohorts of the whole.
    cohorts = knowing(*trials(AGREEING, arm_kind="not-randomised"), *trials([(800, 1000)] * 5, **PART))
    (of_cohorts,) = verdicts(claim(low=80, **WHOLE), known=cohorts).values()
    assert of_cohorts.word is Word.CONTRADICTED
    assert "Nobody was randomised to these arms" in of_cohorts.reasoning
    (of_it,) = verdicts(claim(low=80, **{**WHOLE, **PART}), known=known).values()
    assert of_it.word is Word.SUPPORTED
    assert "left aside" not in of_it.reasoning
    # Of nobody in particular, either may be meant.
    (open_,) = verdicts(claim(low=45, **{**WHOLE, "population": None}), known=known).values()
    assert open_.word is Word.UNVERIFIABLE


@pytest.mark.parametrize(
    "read", [("mdd.primary-care",), ("mdd",), ("mdd", "mdd.primary-care"), ("mdd.primary-care", "mdd.late-life")]
)
def test_that_only_parts_of_the_claimed_people_were_read_is_said_in_the_reason(read: tuple[str, ...]) -> None:
    """Of a rate, of two treatments and of onset alike, and only where that is so."""
    parents = {"mdd": None, "mdd.primary-care": "mdd", "mdd.late-life": "mdd"}
    rows = [
        one
        for population in read
        for number in range(6)
        for one in (
            row(f"{population}{number}", 60, 100, population=population, **KETAMINE),
            row(f"{population}{number}", 30, 100, population=population),
        )
    ]
    visits = tuple(Separation("sertraline", "ssri", one, "response", 7.0, population=one) for one in read)
    known = replace(knowing(*rows, separations=visits), parents=parents)
    both = {"attribute": "superiority", "subject": "nmda-antagonist", "comparator": "ssri", "unit": None, "definition": None}
    said = verdicts(
        claim("rate", low=30, population="mdd"),
        claim("better", **both, population="mdd"),
        claim("onset", attribute="onset", high=2.0, unit="weeks", bound="up-to", definition=None, population="mdd"),
        known=known,
    )
    told = "" if "mdd" in read else f"Only part of these people was read: {' and '.join(sorted(read))}."
    for found in said.values():
        assert "Only part" in found.brief if told else "Only part" not in found.reasoning
        assert told in found.brief
    (anybody,) = verdicts(claim(low=30), known=known).values()
    assert "Only part" not in anybody.reasoning
