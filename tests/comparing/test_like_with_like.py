"""One person once, and like with like: each test is a small registry in which something else was counted before."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from registry.answers import comparison_html, comparison_text
from registry.answers.comparison_json import as_data
from registry.answers.mean_words import mean_words
from registry.comparing.asking import ask
from registry.comparing.compare import compare_rows
from registry.comparing.comparison import Comparison
from registry.comparing.respects import respects
from registry.comparing.terms import labels_of, within
from registry.form import fill_views
from registry.pooling.stored import store
from registry.strata.rows import read_rows
from schemas.vocabulary import rows as vocabulary
from tests.registry.small_registry import Arm, insert, registry_of, study

BOTH = {"design": "parallel", "randomised": True}


def made(tmp_path: Path, *arms: tuple[str, str, str], rows: list[dict[str, Any]], **more: Any) -> duckdb.DuckDBPyConnection:
    """One trial; ``arms`` are name, treatment and role, ``rows`` its outcomes."""
    con = registry_of(
        tmp_path, p=[study("one", *(Arm(treatment, {}, name=name) for name, treatment, _ in arms), **{**BOTH, **more})]
    )
    for name, _, role in arms:
        con.execute("UPDATE arms SET role = ? WHERE arm_id = ?", [role, name])
    plain = {
        "definition_id": "response.madrs.ge50pct", "timepoint_days": 56, "timepoint_anchor": "randomisation", "analysis_set": "randomised",
        "missing_data": "non-responder", "value_origin": "reported",
    }  # fmt: skip
    for row in rows:
        insert(con, "outcomes", package="p", study_id="one", **{**plain, **row})
    return con


def row(arm: str, events: int, n: int, **more: Any) -> dict[str, Any]:
    return {"arm_id": arm, "events": events, "n_analysed": n, **more}


def compared(con: duckdb.DuckDBPyConnection, a: str = "sertraline", b: str = "placebo", **more: Any) -> Comparison:
    fill_views(con)
    return compare_rows(read_rows(con), a, b, outcomes=["response"], **more)


def ratio(con: duckdb.DuckDBPyConnection, **more: Any) -> tuple[float, float, float]:
    (shared,) = compared(con, **more).outcomes[0].shared
    assert shared.contrast is not None
    found = shared.contrast.effects["risk ratio"]
    return round(found.estimate, 2), round(found.low, 2), round(found.high, 2)


TWO = (("drug", "sertraline", "experimental"), ("pla", "placebo", "placebo"))


def test_both_arms_of_a_pair_are_of_one_visit(tmp_path: Path) -> None:
    days = [row("drug", 50, 100), row("drug", 70, 100, timepoint_days=63), row("pla", 40, 100, timepoint_days=63)]
    assert ratio(made(tmp_path, *TWO, rows=days))[0] == 1.75


def test_both_arms_of_a_pair_are_of_one_set(tmp_path: Path) -> None:
    completers = {"analysis_set": "completers", "missing_data": "observed"}
    sets = [row("drug", 49, 100), row("drug", 49, 70, **completers), row("pla", 40, 60, **completers)]
    assert ratio(made(tmp_path, *TWO, rows=sets))[0] == 1.05


def test_arms_of_no_common_visit_make_no_pair(tmp_path: Path) -> None:
    con = made(tmp_path, *TWO, rows=[row("drug", 50, 100), row("pla", 40, 100, timepoint_days=63)])
    (shared,) = compared(con).outcomes[0].shared
    assert shared.contrast is None
    assert (shared.a.pooled.n, shared.b.pooled.n) == (100, 100)


COMPLETERS = {"analysis_set": "completers", "missing_data": "observed"}


@pytest.mark.parametrize(
    ("doses", "all_there"),
    [
        ([row("s50", 20, 50), row("s100", 30, 50)], True),
        # One dose that has a figure isn't all of them, and completers aren't those whom the control has.
        ([row("s100", 30, 50)], False),
        ([row("s50", 15, 30, **COMPLETERS), row("s100", 25, 30, **COMPLETERS)], False),
        ([row("s50", 20, 50), row("s100", 25, 30, **COMPLETERS)], False),
        ([], False),
    ],
)
def test_nobody_is_counted_in_a_group_and_in_an_arm_that_it_contains(
    tmp_path: Path, doses: list[dict[str, Any]], all_there: bool
) -> None:
    arms = (*((f"s{dose}", "sertraline", "experimental") for dose in (50, 100)), ("all", "sertraline", "experimental"), TWO[1])
    con = made(tmp_path, *arms, rows=[*doses, row("all", 50, 100), row("pla", 15, 50)])
    con.execute("UPDATE arms SET includes = 's50; s100' WHERE arm_id = 'all'")
    (shared,) = compared(con).outcomes[0].shared
    assert (shared.a.pooled.n, {one.arm_id for one in shared.a.rows}) == (100, {"s50", "s100"} if all_there else {"all"})
    assert ratio(con) == (1.67, 1.05, 2.66)


def test_an_arm_of_its_own_treatment_stays_where_its_group_is_of_another(tmp_path: Path) -> None:
    arms = [
        ("one", "sertraline", "experimental"),
        ("two", "fluoxetine", "experimental"),
        ("ssris", "ssri.unspecified", "experimental"),
        TWO[1],
    ]
    con = made(tmp_path, *arms, rows=[row("one", 30, 50), row("ssris", 50, 100), row("pla", 15, 50)])
    con.execute("UPDATE arms SET includes = 'one; two' WHERE arm_id = 'ssris'")
    (shared,) = compared(con).outcomes[0].shared
    assert {one.arm_id for one in shared.a.rows} == {"one"}


def test_of_groups_that_share_an_arm_the_one_of_more_is_counted(tmp_path: Path) -> None:
    arms = [*((name, "sertraline", "experimental") for name in ("d1", "d2", "d3", "low", "all")), TWO[1]]
    con = made(tmp_path, *arms, rows=[row("low", 50, 100), row("d3", 30, 50), row("all", 80, 150), row("pla", 15, 50)])
    con.execute("UPDATE arms SET includes = CASE arm_id WHEN 'low' THEN 'd1; d2' WHEN 'all' THEN 'd1; d2; d3' END")
    (shared,) = compared(con).outcomes[0].shared
    assert (shared.a.pooled.n, {one.arm_id for one in shared.a.rows}) == (150, {"all"})


def test_means_of_a_group_give_way_to_all_of_its_arms_alone(tmp_path: Path) -> None:
    con = made(tmp_path, *DOSES, rows=[])
    con.execute("UPDATE arms SET includes = 's50; s100' WHERE arm_id = 'all'")
    words = {
        "timepoint_days": 56,
        "timepoint_anchor": "randomisation",
        "analysis_set": "randomised",
        "missing_data": "locf",
        "value_origin": "reported",
    }

    def score(arm: str) -> None:
        figures = {"mean": 10.0, "sd": 5.0, "n": 50, "instrument_id": "madrs", "statistic": "endpoint", "estimate": "raw"}
        insert(con, "scores", package="p", study_id="one", arm_id=arm, **figures, **words)

    for arm, there in (("all", {"all"}), ("s100", {"all"}), ("s50", {"s50", "s100"})):
        score(arm)
        fill_views(con)
        assert {one for (one,) in con.execute("SELECT arm_id FROM comparable_scores").fetchall()} == there


def test_of_two_results_for_all_randomised_the_one_without_carried_scores_is_used(tmp_path: Path) -> None:
    """By name the last observations would come first, and the HAM-D before the MADRS."""
    by_scale = {"locf": "response.hamd17.ge50pct", "non-responder": "response.madrs.ge50pct"}
    rows = [
        row(arm, n, 50, missing_data=how, definition_id=scale)
        for how, scale in by_scale.items()
        for arm, n in (("drug", 20), ("pla", 10))
    ]
    con = made(tmp_path, *TWO, rows=rows)
    fill_views(con)
    assert con.execute("SELECT DISTINCT missing_data FROM comparable_rates").fetchall() == [("non-responder",)]
    assert con.execute("SELECT DISTINCT missing_data FROM other_rates").fetchall() == [("locf",)]


def test_what_the_other_of_two_scales_would_give_is_a_line_of_sensitivity(tmp_path: Path) -> None:
    """One outcome has it, and the other none: every format tells it all the same."""
    counts = {"response.hamd17.ge50pct": (20, 10), "response.madrs.ge50pct": (25, 5), "remission.hamd17.le7": (10, 5)}
    rows = [
        row(arm, n, 50, definition_id=rule) for rule, both in counts.items() for arm, n in zip(("drug", "pla"), both, strict=True)
    ]
    con = made(tmp_path, *TWO, rows=rows)
    fill_views(con)
    comparison, _ = ask(con, "sertraline", "placebo")
    lines = [{one.variant: one for one in answer.sensitivity}.get("another-rule") for answer in comparison.outcomes]
    assert [line is None for line in lines] == [False, True]
    assert lines[0] is not None
    assert lines[0].a is not None
    assert (lines[0].a.estimate, comparison.outcomes[0].rungs[0].a.estimate) == (0.5, 0.4)
    assert re.search(r"another scale +50\.0% +10\.0% +5\.00 +=", comparison_text.render(comparison))
    assert "by another scale or rule of the class" in comparison_html.render(comparison)


def test_a_crossover_has_rates_and_no_contrast_and_it_is_said(tmp_path: Path) -> None:
    con = made(tmp_path, *TWO, rows=[row("drug", 10, 20), row("pla", 2, 20)], design="crossover")
    answer = compared(con).outcomes[0]
    assert answer.shared[0].contrast is None
    assert "crossover" in answer.summary
    assert "same people" in answer.summary


def test_clusters_are_pooled_with_nothing_and_compare_nothing(tmp_path: Path) -> None:
    """Their counts are shown; what they leave unstated is how alike the people of a group are, which no assumption of the ladder lets go."""
    con = made(tmp_path, *TWO, rows=[row("drug", 30, 60), row("pla", 12, 60)], design="cluster")
    (answer,) = (one for one in compared(con).outcomes if one.outcome == "response")
    assert (answer.shared, answer.rungs) == ((), ())
    assert {one.words for one in answer.unpooled} == {("design effect",)}
    (answer,) = (one for one in compared(con, with_unstated=True).outcomes if one.outcome == "response")
    (shared,) = answer.shared
    assert (shared.contrast, shared.network, shared.a.pooled.events) == (None, None, 30)
    assert "in cluster-randomised trials only" in answer.summary
    store(con)
    assert con.execute("SELECT DISTINCT variant FROM pooled_rates").fetchall() == [("with-unstated",)]
    assert con.execute("FROM pooled_contrasts").fetchall() == []


@pytest.mark.parametrize(
    ("placebo", "design", "why"),
    [
        ({}, "crossover", "No contrast: in a crossover the same people are in both arms"),
        ({"timepoint_days": 57}, "parallel", "No contrast: the trials that had both counted them at different visits"),
        (
            {"definition_id": "response.hamd17.ge50pct"},
            "parallel",
            "at different visits, by different rules or in different sets",
        ),
        ({"missing_data": "locf"}, "parallel", "No contrast: the trials that had both counted them at different visits"),
    ],
)
def test_text_and_page_give_the_one_reason_why_a_trial_of_both_compares_nothing(
    tmp_path: Path, placebo: dict[str, Any], design: str, why: str
) -> None:
    found = compared(made(tmp_path, *TWO, rows=[row("drug", 50, 100), row("pla", 40, 100, **placebo)], design=design))
    page = re.sub(r"<(style|script)[^>]*>.*?</\1>|<[^>]+>", " ", comparison_html.render(found), flags=re.DOTALL)
    for said in (" ".join(page.split()), " ".join(comparison_text.render(found, verbose=True).split())):
        assert why in said
        assert not re.search("no trial had both|share no comparator|Nothing connects", said)


def test_an_unstated_anchor_is_an_assumption_and_is_said(tmp_path: Path) -> None:
    at = {"timepoint_days": 28, "timepoint_anchor": "unstated"}
    con = made(tmp_path, *TWO, rows=[row("drug", 50, 100, **at), row("pla", 40, 100, **at)])
    answer = compared(con).outcomes[0]
    assert answer.pooling == "with-unstated-context"
    assert answer.shared[0].stratum.anchor == "unstated"
    assert "what days count from" in answer.summary


def test_the_day_of_the_baseline_is_no_outcome(tmp_path: Path) -> None:
    con = made(tmp_path, *TWO, rows=[row("drug", 1, 100, timepoint_days=0), row("pla", 0, 100, timepoint_days=0)])
    assert read_rows(con) == []
    assert con.execute("SELECT count(*) FROM response_rates").fetchall() == [(0,)]
    assert con.execute("SELECT count(*) FROM all_response_rates").fetchall() == [(2,)]


def test_a_control_is_a_control_whatever_it_contains(tmp_path: Path) -> None:
    """25 mg of psilocybin against 1 mg, which is there to hide the allocation."""
    arms = (("high", "psilocybin", "experimental"), ("low", "psilocybin", "active-placebo"))
    con = made(tmp_path, *arms, rows=[row("high", 29, 79), row("low", 14, 79)])
    (shared,) = compared(con, "psilocybin", "active-placebo").outcomes[0].shared
    assert (shared.a.pooled.n, shared.b.pooled.n) == (79, 79)


def test_a_placebo_on_a_new_antidepressant_is_no_bridge_to_a_placebo_alone(tmp_path: Path) -> None:
    con = registry_of(
        tmp_path,
        p=[
            study("spray", Arm("esketamine", {"response": (60, 100)}), Arm("placebo", {"response": (50, 100)}), **BOTH),
            study("pills", Arm("sertraline", {"response": (50, 100)}), Arm("placebo", {"response": (35, 100)}), **BOTH),
        ],
    )
    con.execute("UPDATE arms SET background_id = 'antidepressant-new' WHERE study_id = 'spray'")
    con.execute("UPDATE arms SET role = if(treatment_id = 'placebo', 'placebo', 'experimental')")
    answer = compared(con, "esketamine", "sertraline").outcomes[0]
    assert answer.shared == ()
    assert answer.apart[0].nearest[0].differences == {"strategy": ("acute, antidepressant-new", "acute, none")}
    con.execute("UPDATE arms SET background_id = 'none'")
    (shared,) = compared(con, "esketamine", "sertraline").outcomes[0].shared
    assert shared.contrast is not None
    assert shared.contrast.via == "placebo"


def test_a_pooled_rate_holds_one_kind_of_denominator(tmp_path: Path) -> None:
    seen = {"analysis_set": "observed-cases", "missing_data": "observed"}
    con = registry_of(tmp_path, p=[study(f"t{n}", Arm("sertraline", {"response": (50, 100)}), **BOTH) for n in range(3)])
    con.execute("UPDATE outcomes SET analysis_set = $analysis_set, missing_data = $missing_data WHERE study_id = 't0'", seen)
    con.execute("UPDATE outcomes SET missing_data = 'non-responder' WHERE study_id <> 't0'")
    (apart,) = compared(con).outcomes[0].apart
    assert (apart.side.pooled.k, apart.side.sets) == (2, ("randomised",))
    assert apart.side.variants["either-denominator"].k == 3


DOSES = (*((f"s{dose}", "sertraline", "experimental") for dose in (50, 100)), ("all", "sertraline", "experimental"), TWO[1])


def test_harms_of_a_group_are_there_where_the_arms_that_it_holds_have_none(tmp_path: Path) -> None:
    con = made(tmp_path, *DOSES, rows=[])
    con.execute("UPDATE arms SET includes = 's50; s100' WHERE arm_id = 'all'")
    counted = [
        ("all", "Nausea", None),
        ("pla", "Nausea", None),
        ("all", "Headache", None),
        ("s50", "headache", None),
        ("s100", "headache", None),
        ("s50", "Nausea", True),
        ("all", "Nausea", True),
    ]
    for arm, term, serious in counted:
        insert(con, "harms", package="p", study_id="one", arm_id=arm, term=term, serious=serious, events=5, n_at_risk=80)
    fill_views(con)
    found = con.execute("SELECT arm_id, term, serious FROM adverse_event_rates ORDER BY ALL").fetchall()
    assert found == [
        ("all", "Nausea", True), ("all", "Nausea", None), ("pla", "Nausea", None), ("s100", "headache", None), ("s50", "headache", None),
    ]  # fmt: skip


@pytest.mark.parametrize(("events", "percent"), [(None, "21.7"), (26, "21.7")])
def test_harms_without_a_count_are_not_told_as_none(tmp_path: Path, events: int | None, percent: str) -> None:
    con = made(tmp_path, *TWO, rows=[])
    insert(con, "harms", package="p", study_id="one", arm_id="drug", term="Nausea", events=events, n_at_risk=120)
    con.execute("UPDATE harms SET percent_reported = ?", [percent])
    fill_views(con)
    (cell,) = (one.a for one in respects(con, compared(con)) if one.name == "Side effects")
    told = [statement.text for statement in cell.statements]
    assert told == [
        "Nausea: 22% of 120 participants (1 trial)"
        if events
        else "1 figure, none of them a count of one adverse event among at least 50 participants"
    ]


@pytest.mark.parametrize(
    ("anchor", "study", "seen"),
    [
        ("first-dose", {}, 1), ("unstated", {}, 1), ("last-dose", {}, 0), ("study-exit", {}, 0),
        ("first-dose", {"design": "crossover"}, 0), ("first-dose", {"design": "cluster"}, 0),
        ("first-dose", {"phase": "unstated"}, 1), ("first-dose", {"design": "randomised-withdrawal"}, 0),
        ("first-dose", {"phase": "relapse-prevention"}, 0), ("first-dose", {"phase": "follow-up"}, 0),
        ("first-dose", {"part_of": "whole", "part_relation": "period"}, 1), ("first-dose", {"part_of": "whole", "part_relation": "extension"}, 0),
        ("first-dose", {"part_of": "whole", "part_relation": "re-randomised"}, 0),
    ],
)  # fmt: skip
def test_arms_separate_on_days_since_the_start_of_treatment_and_between_different_people(
    tmp_path: Path, anchor: str, study: dict[str, str], seen: int
) -> None:
    at = {"timepoint_days": 7, "timepoint_anchor": anchor}
    con = made(tmp_path, *TWO, rows=[row("drug", 70, 100, **at), row("pla", 20, 100, **at)], **study)
    for arm, mean in (("drug", 10.0), ("pla", 20.0)):
        figures = {"mean": mean, "sd": 5.0, "n": 100, "instrument_id": "madrs", "statistic": "endpoint", "estimate": "raw"}
        words = {"analysis_set": "randomised", "missing_data": "locf", "value_origin": "reported"}
        insert(con, "scores", package="p", study_id="one", arm_id=arm, **figures, **words, **at)
    fill_views(con)
    found = con.execute("SELECT measure FROM separations WHERE separate ORDER BY ALL").fetchall()
    assert found == [("mean endpoint",), ("response",)] * seen


@pytest.mark.parametrize(
    ("role", "seen"), [("placebo", 1), ("active-placebo", 1), ("sham", 1), ("usual-care", 0), ("waitlist", 0)]
)
def test_arms_separate_from_what_imitates_their_treatment(tmp_path: Path, role: str, seen: int) -> None:
    """A sham is to a procedure what a placebo is to a drug, never passed over as a control. No control is the arm that separates: those who wait and do
    better than a placebo show nothing of a treatment.
    """
    at = {"timepoint_days": 7}
    arms = [("drug", "sertraline", "experimental"), ("other", "placebo", role)]
    con = made(tmp_path, *arms, rows=[row("drug", 70, 100, **at), row("other", 20, 100, **at)])
    fill_views(con)
    found = con.execute("SELECT treatment, control_role FROM separations WHERE separate").fetchall()
    assert found == [("sertraline", role)] * seen
    con.execute("UPDATE outcomes SET events = 90 - events")
    con.execute("UPDATE arms SET role = 'placebo' WHERE arm_id = 'drug'")
    fill_views(con)
    assert con.execute("SELECT treatment FROM separations WHERE separate").fetchall() == []


def test_a_trials_means_of_a_visit_separate_arms_once(tmp_path: Path) -> None:
    at = {"timepoint_days": 7, "timepoint_anchor": "first-dose"}
    con = made(tmp_path, *TWO, rows=[])
    con.execute("DELETE FROM trials")
    for package, name in (("p", "one"), ("q", "other")):
        if package == "q":
            insert(con, "studies", package="q", study_id=name, design="parallel", randomised=True, population_id="mdd")
            for arm, treatment, role in TWO:
                insert(con, "arms", package="q", study_id=name, arm_id=arm, treatment_id=treatment, role=role)
        insert(con, "trials", trial_id="NCT00000001", package=package, study_id=name)
        for arm, mean in (("drug", 10.0), ("pla", 20.0)):
            figures = {"mean": mean, "sd": 5.0, "n": 100, "instrument_id": "madrs", "statistic": "endpoint", "estimate": "raw"}
            words = {
                "analysis_set": "randomised" if package == "p" else "unstated",
                "missing_data": "locf",
                "value_origin": "reported",
            }
            insert(con, "scores", package=package, study_id=name, arm_id=arm, **figures, **words, **at)
    fill_views(con)
    assert con.execute("SELECT package FROM separations").fetchall() == [("p",)]


@pytest.mark.parametrize(
    ("part", "design", "kind"),
    [
        ("extension", "parallel", "not-randomised"),
        ("re-randomised", "sequential-parallel", "re-randomised"),
        ("re-randomised", "randomised-withdrawal", "withdrawal"),
        ("re-randomised", "crossover", "crossover"),
        ("period", "parallel", "randomised"),
        ("subset", "parallel", "randomised"),
    ],
)
def test_parts_of_a_trial_are_arms_of_their_own_kind(tmp_path: Path, part: str, design: str, kind: str) -> None:
    con = made(
        tmp_path, *TWO, rows=[row("drug", 70, 100), row("pla", 20, 100)], part_of="whole", part_relation=part, design=design
    )
    fill_views(con)
    assert con.execute("SELECT DISTINCT arm_kind FROM comparable_rates").fetchall() == [(kind,)]


@pytest.mark.parametrize(("first", "second", "kind"), [
    ("re-randomised", "subset", "re-randomised"), ("extension", "period", "not-randomised"), ("extension", "re-randomised", "re-randomised"),
    ("period", "subset", "randomised"),
])  # fmt: skip
def test_a_part_of_a_part_was_allocated_as_that_was(tmp_path: Path, first: str, second: str, kind: str) -> None:
    con = made(tmp_path, *TWO, rows=[row("drug", 70, 100), row("pla", 20, 100)], part_of="part", part_relation=second)
    insert(con, "studies", package="p", study_id="whole", design="parallel", randomised=True)
    insert(con, "studies", package="p", study_id="part", design="parallel", randomised=True, part_of="whole", part_relation=first)
    fill_views(con)
    assert con.execute("SELECT DISTINCT arm_kind FROM comparable_rates").fetchall() == [(kind,)]


def test_a_count_worked_out_from_a_mean_does_not_separate_arms(tmp_path: Path) -> None:
    imputed = {"timepoint_days": 7, "value_origin": "imputed-from-mean"}
    con = made(tmp_path, *TWO, rows=[row("drug", 70, 100, **imputed), row("pla", 20, 100, **imputed)])
    fill_views(con)
    assert con.execute("FROM separations").fetchall() == []


def test_how_soon_arms_separate_is_said_with_the_trials_and_arms_that_looked_as_early(tmp_path: Path) -> None:
    """Early finds it in one of two arms; another looks as early and finds nothing, and a third later."""
    names = ("early", "nothing", "later")
    arms = [Arm("sertraline", {}, name="drug"), Arm("sertraline", {}, name="low"), Arm("placebo", {}, name="pla")]
    con = registry_of(tmp_path, p=[study(name, *arms, **BOTH) for name in names])
    con.execute("UPDATE arms SET role = if(arm_id = 'pla', 'placebo', 'experimental'), label = arm_id")
    con.execute("DELETE FROM outcomes")
    for name, day, better in (("early", 7, 70), ("nothing", 7, 20), ("later", 28, 70)):
        for arm, events in (("drug", better), ("low", 20), ("pla", 20)):
            insert(
                con, "outcomes", package="p", study_id=name, arm_id=arm, definition_id="response.madrs.ge50pct", timepoint_days=day,
                timepoint_anchor="randomisation", analysis_set="randomised", missing_data="locf", n_analysed=100, events=events, value_origin="reported",
            )  # fmt: skip
    fill_views(con)
    told = [
        statement.text
        for one in respects(con, compared(con))
        for statement in one.a.statements
        if "separate" in statement.text or "apart" in statement.text
    ]
    assert len(told) == 1
    assert (
        "by then 1 of 2 trials that looked as early, 1 of 4 arms at that visit; at any visit 2 of 3 trials against placebo"
        in told[0]
    )


def harmed(tmp_path: Path, *rows: tuple[str, str, str | None, int, int], role: str = "placebo") -> str:
    """What is said of sertraline's side effects; each row is study, arm, serious, events, at risk."""
    names = dict.fromkeys(study_id for study_id, *_ in rows)
    con = registry_of(
        tmp_path, p=[study(name, Arm("sertraline", {}, name="drug"), Arm("placebo", {}, name="pla"), **BOTH) for name in names]
    )
    con.execute("UPDATE arms SET role = if(arm_id = 'pla', ?, 'experimental')", [role])
    for number, (study_id, arm_id, serious, events, n) in enumerate(rows):
        term = ("Nausea", "nausea ")[number % 2]
        insert(
            con, "harms", package="p", study_id=study_id, arm_id=arm_id, term=term, serious=serious, events=events, n_at_risk=n
        )
    found = respects(con, compared(con))
    (told,) = (respect.a for respect in found if respect.name == "Side effects")
    return "; ".join(one.text for one in told.statements)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("one", "drug", "false", 10, 100), ("one", "drug", None, 12, 100), ("one", "pla", "false", 5, 100)],
            "10% of 100 participants (1 trial), placebo 5% of 100",
        ),
        (
            [("one", "drug", None, 10, 100), ("one", "pla", None, 10, 100), ("two", "drug", None, 90, 100)],
            "10% of 100 participants (1 trial), placebo 10% of 100",
        ),
        (
            [("one", "drug", None, 4, 1000), ("one", "pla", None, 1, 1000)],
            "0.4% of 1,000 participants (1 trial), placebo 0.1% of 1,000",
        ),
        (
            [("one", "drug", None, 0, 1000), ("one", "pla", None, 1, 9000)],
            "0% of 1,000 participants (1 trial), placebo 1/9,000 of 9,000",
        ),
        # In either trial fewer had it with the drug; summed, more than twice as many.
        (
            [
                *(("one", "drug", None, 300, 400), ("one", "pla", None, 80, 100)),
                *(("two", "drug", None, 10, 100), ("two", "pla", None, 60, 400)),
            ],
            "62% of 500 participants (2 trials), placebo 67% in these trials, weighed alike",
        ),
        (
            [
                *(("one", "drug", None, 1, 100), ("one", "pla", None, 0, 100)),
                *(("two", "drug", None, 1, 100), ("two", "pla", None, 0, 300)),
            ],
            "1% of 200 participants (2 trials), placebo 0% in these trials, weighed alike",
        ),
    ],
)
def test_harms_count_nobody_twice_and_are_held_against_their_own_placebo(
    tmp_path: Path, rows: list[tuple[str, str, str | None, int, int]], said: str
) -> None:
    assert harmed(tmp_path, *rows).casefold() == f"nausea: {said}"


@pytest.mark.parametrize(("role", "word"), [("sham", "sham"), ("active-placebo", "active placebo"), ("placebo", "placebo")])
def test_the_control_of_harms_and_of_onset_has_its_own_word(tmp_path: Path, role: str, word: str) -> None:
    (tmp_path / "harms").mkdir()
    harms = harmed(tmp_path / "harms", ("one", "drug", None, 10, 100), ("one", "pla", None, 5, 100), role=role)
    assert f", {word} 5% of 100" in harms
    at = {"timepoint_days": 7}
    con = made(tmp_path, *TWO, rows=[row("drug", 70, 100, **at), row("pla", 20, 100, **at)])
    con.execute("UPDATE arms SET role = ? WHERE arm_id = 'pla'", [role])
    fill_views(con)
    (onset,) = (found.a for found in respects(con, compared(con)) if found.name == "Onset")
    assert f"1 of 1 trial against {word})" in onset.statements[0].text


@pytest.mark.parametrize(("randomised", "told"), [(False, 1), (True, 0)])
def test_means_of_groups_that_nobody_was_randomised_to_are_warned_of(tmp_path: Path, randomised: bool, told: int) -> None:
    con = made(tmp_path, *TWO, rows=[], randomised=randomised)
    for arm, mean in (("drug", 10.0), ("pla", 14.0)):
        insert(
            con, "scores", package="p", study_id="one", arm_id=arm, mean=mean, sd=5.0, n=50, instrument_id="madrs", statistic="endpoint",
            estimate="raw", timepoint_days=56, timepoint_anchor="randomisation", analysis_set="randomised", missing_data="locf", value_origin="reported",
        )  # fmt: skip
    fill_views(con)
    comparison, _ = ask(con, "sertraline", "placebo")
    assert comparison.means
    assert sum("without randomisation" in one for one in comparison.warnings) == told
    assert sum("Nobody was randomised" in line for found in comparison.means for line in mean_words(found, str)) == told
    strict, _ = ask(con, "sertraline", "placebo", strict=True)
    assert (len(strict.means), strict.warnings) == (1 - told, ())


@pytest.mark.parametrize(
    ("finding", "flagged"),
    [
        ({"in_table": "arms", "study_id": "one", "arm_id": "a"}, ["a"]),
        ({"in_table": "studies", "study_id": "one"}, ["a", "b"]),
        ({"in_table": "arms", "study_id": "two", "arm_id": "a"}, []),
        ({"in_table": "sources"}, []),
        ({"in_table": "harms", "study_id": "one", "arm_id": "a"}, []),
    ],
)
def test_what_is_doubtful_of_an_arm_or_a_study_is_of_its_figures(
    tmp_path: Path, finding: dict[str, str], flagged: list[str]
) -> None:
    rows = [{"arm_id": name, "n_analysed": 50, "events": 20} for name in ("a", "b")]
    con = made(tmp_path, ("a", "sertraline", "experimental"), ("b", "placebo", "placebo"), rows=rows)
    for name in ("a", "b"):
        said = {"timepoint_days": 56, "timepoint_anchor": "randomisation", "analysis_set": "randomised", "statistic": "endpoint"}
        insert(con, "scores", package="p", study_id="one", arm_id=name, instrument_id="madrs", n=50, mean=12, sd=8, **said)
    insert(con, "flagged_rows", package="p", **finding)
    fill_views(con)
    for view in ("comparable_rates", "comparable_scores"):
        found = con.execute(f"SELECT arm_id FROM {view} WHERE flagged ORDER BY arm_id").fetchall()
        assert found == [(name,) for name in flagged]


@pytest.mark.parametrize(
    ("on", "rates", "scores"),
    [
        ({"definition_id": "response.madrs.ge50pct", "timepoint_days": 56}, ["a", "b"], []),
        ({"instrument_id": "madrs", "timepoint_days": 56}, [], ["a", "b"]),
        ({"instrument_id": "madrs", "timepoint_days": 28}, [], []),
        ({"instrument_id": "hamd17", "timepoint_days": 56}, [], []),
        ({"instrument_id": "madrs", "timepoint_days": 56, "other_arm_id": "c"}, [], ["a"]),
    ],
)
def test_what_is_doubtful_of_a_printed_effect_is_of_its_arms_figures(
    tmp_path: Path, on: dict[str, str | int], rates: list[str], scores: list[str]
) -> None:
    rows = [{"arm_id": name, "n_analysed": 50, "events": 20} for name in ("a", "b")]
    con = made(tmp_path, ("a", "sertraline", "experimental"), ("b", "placebo", "placebo"), rows=rows)
    for name in ("a", "b"):
        said = {"timepoint_days": 56, "timepoint_anchor": "randomisation", "analysis_set": "randomised", "statistic": "change"}
        insert(con, "scores", package="p", study_id="one", arm_id=name, instrument_id="madrs", n=50, mean=-12, sd=8, **said)
    effect = {
        "package": "p",
        "in_table": "contrasts",
        "study_id": "one",
        "arm_id": "a",
        "other_arm_id": "b",
        "analysis_set": "full-analysis",
    }
    insert(con, "flagged_rows", **{**effect, **on})
    fill_views(con)
    for view, flagged in (("comparable_rates", rates), ("comparable_scores", scores)):
        found = con.execute(f"SELECT arm_id FROM {view} WHERE flagged ORDER BY arm_id").fetchall()
        assert found == [(name,) for name in flagged]


def of_two_populations(folder: Path, *populations: str) -> duckdb.DuckDBPyConnection:
    """A registry with a trial in each population, with other rates, means, adverse events and onset in each; and a statement on the treatment."""
    folder.mkdir()
    arms = [Arm("sertraline", {}, name="drug"), Arm("placebo", {}, name="pla")]
    con = registry_of(folder, p=[study(name, *arms, **{**BOTH, "population_id": name}) for name in populations])
    con.execute("UPDATE arms SET role = if(arm_id = 'pla', 'placebo', 'experimental')")
    con.execute("UPDATE studies SET label = 'Trial ' || len(study_id)")
    con.execute("DELETE FROM outcomes")
    insert(con, "profiles", package="p", treatment_id="sertraline", attribute="onset", source_id="s", text="Soon.")
    for name in populations:
        shift = len(name)
        for arm, events in (("drug", 50), ("pla", 10)):
            at = {"package": "p", "study_id": name, "arm_id": arm}
            visit = {
                "timepoint_days": shift,
                "timepoint_anchor": "randomisation",
                "analysis_set": "randomised",
                "missing_data": "locf",
                "value_origin": "reported",
            }
            insert(con, "outcomes", **at, **visit, definition_id="response.madrs.ge50pct", n_analysed=100, events=events + shift)
            insert(
                con,
                "scores",
                **at,
                **visit,
                mean=30.0 - events / 5,
                sd=5.0 + shift,
                n=100,
                instrument_id="madrs",
                statistic="endpoint",
                estimate="raw",
            )
            insert(con, "harms", **at, term="Nausea", events=events + shift, n_at_risk=100)
    fill_views(con)
    return con


@pytest.mark.parametrize("population", ["trd.late-life", "mdd.suicidal", "trd"])
def test_all_that_is_told_of_a_population_is_what_a_registry_of_it_alone_tells(tmp_path: Path, population: str) -> None:
    """Whatever a respect is made of: figures of other people are in none of it. A population has those within it."""
    names = ("trd.late-life", "mdd.suicidal", "trd.ge1-prospective", "mdd.late-life")
    parents = {row["population_id"]: row["parent_id"] for row in vocabulary("populations")}
    own = [name for name in names if name in within(parents, population)]
    assert 0 < len(own) < len(names)
    whole, alone = (ask(con, "sertraline", "placebo", population=population) for con in (
        of_two_populations(tmp_path / "whole", *names), of_two_populations(tmp_path / "alone", *own)
    ))  # fmt: skip
    assert as_data(*whole) == as_data(*alone)
    text = comparison_text.render(whole[0], respects=whole[1], verbose=True, labels={})
    assert f"Trials in {population} only" in text
    assert [one.text for one in whole[1][5].a.statements][-1] == "(not of this population alone) Soon."


def test_a_population_without_figures_is_told_from_a_registry_without(tmp_path: Path) -> None:
    con = of_two_populations(tmp_path / "one", "mdd.suicidal")
    _, found = ask(con, "sertraline", "placebo", population="trd.late-life")
    told = {one.name: [statement.text for statement in one.a.statements] for one in found}
    where = "in Treatment-resistant depression in later life"
    assert told["Side effects"] == [f"no figure {where}; 1 trial of other populations has some"]
    assert told["Onset"] == [f"no figure {where}; 1 trial of other populations has some", "(not of this population alone) Soon."]
    assert told["Response rate"] == [f"no response rate {where}"]
    assert ask(con, "mirtazapine", "placebo", population="trd.late-life")[1][4].a.statements == ()


def test_a_population_without_rates_of_the_two_points_to_those_that_have_them(tmp_path: Path) -> None:
    """To its like first; said once, in words or ids, and nothing where no population has both."""
    con = of_two_populations(tmp_path / "one", "mdd.suicidal", "trd.ge1-prospective", "mdd.late-life")
    comparison, respects = ask(con, "sertraline", "placebo", population="trd.late-life")
    labels = labels_of(con)
    (response,) = (answer for answer in comparison.outcomes if answer.outcome == "response")
    assert response.elsewhere[0] == "mdd.late-life"
    assert set(response.elsewhere) == {"mdd.suicidal", "trd.ge1-prospective", "mdd.late-life"}
    assert "It has rates of both in `mdd.late-life`, `" in response.summary
    for verbose in (False, True):
        told = " ".join(comparison_text.render(comparison, respects=respects, verbose=verbose, labels=labels).split())
        assert told.count("has no response rate for Sertraline or Placebo") == 1
        assert told.count("It has rates of both in Major depression in later life (`mdd.late-life`), ") == 1
        assert "Nothing is compared" not in told
    strict, _ = ask(con, "sertraline", "placebo", population="trd.late-life", strict=True)
    assert "It has rates of both in" in comparison_text.render(strict, verbose=True, labels=labels)
    for other in ("mirtazapine", "ssri"):
        found, _ = ask(con, other, "placebo", population="trd.late-life")
        assert all(bool(answer.elsewhere) == (other == "ssri" and answer.outcome == "response") for answer in found.outcomes)
    held, _ = ask(con, "sertraline", "placebo", population="mdd.suicidal")
    assert not any(answer.elsewhere for answer in held.outcomes if not answer.without)


def test_respects_have_words_for_ids(tmp_path: Path) -> None:
    con = of_two_populations(tmp_path / "one", "mdd.suicidal")
    _, found = ask(con, "sertraline", "placebo")
    assert found[5].a.statements[-1].text == "Soon."
    told = " ".join(statement.text for one in found for cell in (one.a, one.b) for statement in cell.statements)
    assert "MADRS reduced ≥ 50%" in told
    assert "Major depression with suicidal ideation" in told
    assert "all randomised" in told
    assert not re.search(r"[a-z]+\.[a-z]+|ge50pct|mdd|madrs|\w+-continued", told), told
