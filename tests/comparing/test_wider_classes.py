"""A class of several classes, such as the antidepressants taken by mouth: its arms are those of all of them, as if they had one class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.comparing.asking import fitting_rates, subject_of
from registry.comparing.compare import compare_rows
from registry.comparing.ladder import ladder
from registry.comparing.ladder_stored import store_ladders
from registry.comparing.means import compare_scores
from registry.errors import RequestError
from registry.pooling.by_subject import contrast, pooled_rate
from registry.pooling.network_rows import every_network_effect, network_of
from registry.pooling.stored import store
from registry.strata.rows import Row, rows_of
from registry.strata.score_rows import ScoreRow
from schemas.classes import classes_above, classes_within, wider_classes
from schemas.vocabulary import rows as terms
from tests.comparing.rows import row
from tests.comparing.test_means import score
from tests.registry.small_registry import arm, registry_of, study

WIDE = "antidepressant"
CLASSES = {
    "sertraline": "ssri",
    "fluoxetine": "ssri",
    "venlafaxine": "snri",
    "antidepressant.unspecified": WIDE,
    "hypericum": "herbal",
    "ketamine": "nmda-antagonist",
    "placebo": "placebo",
}
few = settings(max_examples=max(8, settings.default.max_examples // 4), deadline=None)


def of_one_class(rows: Sequence[Row]) -> list[Row]:
    """The rows with all narrower classes called by the wider one's name: what has no tree of classes gives the same of these."""
    return [replace(one, class_=WIDE) if one.class_ in classes_within(WIDE) else one for one in rows]


@st.composite
def strata(draw: st.DrawFn) -> list[Row]:
    """Trials of two to four treatments each, all in one stratum."""
    found = []
    for i in range(draw(st.integers(1, 6))):
        for treatment in draw(st.sets(st.sampled_from(sorted(CLASSES)), min_size=2, max_size=4).map(sorted)):
            n = draw(st.integers(5, 200))
            found.append(row(f"t{i}", draw(st.integers(0, n)), n, treatment=treatment, class_=CLASSES[treatment]))
    return found


def test_a_class_is_above_others_as_the_vocabulary_says() -> None:
    assert wider_classes() == (WIDE,)
    assert {"ssri", "snri", "tca", "melatonergic"} < set(classes_within(WIDE))
    assert {"herbal", "nmda-antagonist", "psychological", "placebo"}.isdisjoint(classes_within(WIDE))
    assert all(
        classes_above(row["class_id"]) == ((row["broader"],) if row["broader"] else ()) for row in terms("treatment_classes")
    )
    assert (classes_within("ssri"), classes_within("x.new@p"), classes_above("x.new@p")) == (("ssri",), ("x.new@p",), ())


@few
@given(strata())
def test_its_rate_is_that_of_all_its_arms(rows: list[Row]) -> None:
    assert pooled_rate(rows, WIDE) == pooled_rate(of_one_class(rows), WIDE)
    assert {one.class_ for one in rows_of(rows, WIDE)} <= set(classes_within(WIDE))


@few
@given(strata(), st.sampled_from(["placebo", "ketamine", "nmda-antagonist", "herbal"]))
def test_it_is_compared_as_one_class_would_be(rows: list[Row], other: str) -> None:
    as_one = of_one_class(rows)
    assert contrast(rows, WIDE, other) == contrast(as_one, WIDE, other)
    assert network_of(rows, WIDE, other) == network_of(as_one, WIDE, other)
    assert [(r.assumptions, r.a, r.b, r.effect) for r in ladder(rows, WIDE, other)] == [
        (r.assumptions, r.a, r.b, r.effect) for r in ladder(as_one, WIDE, other)
    ]


@few
@given(strata())
def test_what_is_stored_of_its_networks_is_what_is_asked_for(rows: list[Row]) -> None:
    """And neither it nor another is there with what it contains."""
    found = [*every_network_effect(rows)]
    assert len({(a, b) for a, b, _ in found}) == len(found)
    for a, b, effect in found:
        assert effect in network_of(rows, a, b)
        assert not any({a, b} <= one.subjects for one in rows)


def test_it_is_not_compared_with_a_part_of_it() -> None:
    rows = [row("t1", treatment=name, class_=CLASSES[name]) for name in ("sertraline", "venlafaxine", "placebo")]
    for part in ("ssri", "sertraline", "venlafaxine"):
        with pytest.raises(RequestError, match="overlap"):
            compare_rows(rows, WIDE, part)


def test_its_means_are_those_of_all_its_arms() -> None:
    def arms(class_of: dict[str, str]) -> list[ScoreRow]:
        return [
            score(trial, name, mean, class_=class_of[name])
            for trial, name in (("t1", "sertraline"), ("t2", "venlafaxine"))
            for name, mean in ((name, -11.0), ("placebo", -8.0))
        ]

    (found,) = compare_scores(arms(CLASSES), WIDE, "placebo")
    assert {effect.k for effect in found.effects.values()} == {2}
    assert [found.effects] == [
        one.effects for one in compare_scores(arms({**CLASSES, "sertraline": WIDE, "venlafaxine": WIDE}), WIDE, "placebo")
    ]


def test_a_registry_has_it_in_its_tables_and_answers(tmp_path: Path) -> None:
    trials = [
        study(
            f"{name} {i}",
            arm(name, response=(30 + i, 60), harms={"Nausea": (12, 60)}),
            arm("placebo", response=(20, 60), harms={"Nausea": (3, 60)}),
        )
        for name in ("sertraline", "venlafaxine", "hypericum")
        for i in range(2)
    ]
    with registry_of(tmp_path, trials=trials) as con:
        assert {name for (name,) in con.execute("SELECT DISTINCT study_id FROM comparable_rates").fetchall()} == {
            one.name for one in trials
        }
        assert sorted(set(fitting_rates(con, WIDE, None, {})["node"])) == ["sertraline", "venlafaxine"]
        store(con)
        store_ladders(con)
        stored = "SELECT DISTINCT k FROM pooled_contrasts WHERE (a, b) = ('antidepressant', 'placebo')"
        assert con.execute(stored).fetchall() == [(4,)]
        assert con.execute("SELECT DISTINCT k FROM pooled_rates WHERE subject = 'antidepressant'").fetchall() == [(4,)]
        pairs = {pair for table in ("pooled_contrasts", "ladder") for pair in con.execute(f"SELECT a, b FROM {table}").fetchall()}
        assert (WIDE, "placebo") in pairs
        assert {(WIDE, "ssri"), (WIDE, "sertraline"), ("ssri", WIDE)}.isdisjoint(pairs)
        assert [subject_of(con, word) for word in ("Oral antidepressants", "antidepressants", "SSRIs", "tcas")] == [
            WIDE,
            WIDE,
            "ssri",
            "tca",
        ]
        with pytest.raises(RequestError, match="is not a treatment"):
            subject_of(con, "ssriss")
