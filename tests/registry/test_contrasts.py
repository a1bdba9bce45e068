"""Effects that sources print, next to what the registry computes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.registry.small_registry import arm, insert, registry_of, study

_SETTING = {"timepoint_days": 56, "timepoint_anchor": "randomisation", "analysis_set": "randomised"}


@pytest.mark.parametrize(
    ("measure", "value", "computed", "same_side", "within"),
    [
        ("odds-ratio", 2.33, 2.3333, True, True),
        ("odds-ratio", 0.43, 2.3333, False, False),
        ("risk-difference", 0.2, 0.2, True, True),
        ("risk-ratio", 1.67, 1.6667, True, True),
    ],
)
def test_a_printed_effect_of_counts(
    tmp_path: Path, measure: str, value: float, computed: float, same_side: bool, within: bool
) -> None:
    trial = study("t", arm("sertraline", response=(50, 100)), arm("placebo", response=(30, 100)))
    with registry_of(tmp_path, one=[trial]) as con:
        own = {"package": "one", "study_id": "t", "arm_id": "sertraline-0", "other_arm_id": "placebo-1", **_SETTING}
        insert(
            con,
            "contrasts",
            **own,
            definition_id="response.madrs.ge50pct",
            measure=measure,
            value=value,
            low=value * 0.9,
            high=value * 1.1,
        )
        found = con.execute("SELECT round(computed, 4), computed_from, same_side, within FROM printed_contrasts").fetchall()
    assert found == [(computed, "50/100 and 30/100", same_side, within)]


@pytest.mark.parametrize(("measure", "computed"), [("mean-difference", -4.0), ("smd", round(-0.5 * (1 - 3 / 311), 4))])
def test_a_printed_effect_of_means_is_held_against_the_nearer_of_changes_and_endpoints(
    tmp_path: Path, measure: str, computed: float
) -> None:
    with registry_of(tmp_path, one=[study("t", arm("sertraline"), arm("placebo"))]) as con:
        own = {"package": "one", "study_id": "t", **_SETTING, "instrument_id": "madrs"}
        for arm_id, mean in (("sertraline-0", -19.0), ("placebo-1", -15.0)):
            insert(con, "scores", **own, arm_id=arm_id, statistic="change", n=40, mean=mean, sd=8)
            insert(con, "scores", **own, arm_id=arm_id, statistic="endpoint", n=40, mean=40 + 5 * mean, sd=8)
        insert(con, "contrasts", **own, arm_id="sertraline-0", other_arm_id="placebo-1", measure=measure, value=4.0)
        found = con.execute("SELECT round(computed, 4), computed_from, same_side, within FROM printed_contrasts").fetchall()
    assert found == [(computed, "-19.0 and -15.0 (change)", False, None)]


def test_an_effect_without_counts_of_both_arms_is_there_alone(tmp_path: Path) -> None:
    with registry_of(tmp_path, one=[study("t", arm("sertraline", response=(50, 100)), arm("placebo"))]) as con:
        own = {"package": "one", "study_id": "t", "arm_id": "sertraline-0", "other_arm_id": "placebo-1", **_SETTING}
        insert(con, "contrasts", **own, definition_id="response.madrs.ge50pct", measure="odds-ratio", value=2.0)
        assert con.execute("SELECT value, computed, same_side FROM printed_contrasts").fetchall() == [(2.0, None, None)]


def test_a_count_of_an_unknown_number_is_no_rate(tmp_path: Path) -> None:
    with registry_of(
        tmp_path, one=[study("t", arm("sertraline", response=(50, 100)), arm("placebo", response=(30, 100)))]
    ) as con:
        con.execute("UPDATE outcomes SET n_analysed = NULL WHERE arm_id = 'placebo-1'")
        own = {"package": "one", "study_id": "t", "arm_id": "sertraline-0", "other_arm_id": "placebo-1", **_SETTING}
        insert(con, "contrasts", **own, definition_id="response.madrs.ge50pct", measure="odds-ratio", value=2.0)
        assert con.execute("SELECT computed, computed_from FROM printed_contrasts").fetchall() == [(None, None)]
        assert con.execute("SELECT arm_id, rate FROM all_response_rates ORDER BY arm_id").fetchall() == [
            ("placebo-1", None),
            ("sertraline-0", 0.5),
        ]
