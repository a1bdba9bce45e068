"""The figures are metafor's: on made-up edges and on published meta-analyses' own counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from registry.pooling.contrasts import indirect, pooled_effect
from registry.pooling.measures import MEASURES
from registry.pooling.random_effects import Pooled, pooled_proportion
from tests.comparing import fixtures

COUNTS, PAIRS = fixtures.counts(), fixtures.pairs()
FIGURES = fixtures.figures("pooled")

# The promise is 1e-6; what is seen is below 1e-12, which leaves room for another machine's arithmetic.
CLOSE = {"rel": 1e-9, "abs": 1e-11}

POOL: dict[str, Callable[[str], Pooled]] = {
    "PLO": lambda stratum: pooled_proportion(COUNTS[stratum]),
    "RR": lambda stratum: pooled_effect(MEASURES["risk ratio"], PAIRS[stratum]),
    "RR00": lambda stratum: pooled_effect(MEASURES["risk ratio"], PAIRS[stratum], drop_uninformative=True),
    "RD": lambda stratum: pooled_effect(MEASURES["risk difference"], PAIRS[stratum]),
    "OR": lambda stratum: pooled_effect(MEASURES["odds ratio"], PAIRS[stratum]),
}

NUMBERS = (
    "estimate", "low", "high", "normal_low", "normal_high", "prediction_low", "prediction_high",
    "i2", "tau2", "q", "q_p", "model_estimate", "model_se",
)  # fmt: skip


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['stratum']}-{row['measure']}")
def test_pooled_figures_are_those_of_metafor(row: dict[str, str]) -> None:
    pooled = POOL[row["measure"]](row["stratum"])
    expected = {name: float(row[name]) for name in NUMBERS if row[name]}
    if pooled.k == 2:  # metafor gives a prediction interval even here
        del expected["prediction_low"], expected["prediction_high"]
    found = {name: getattr(pooled, name) for name in NUMBERS}
    assert pooled.k == int(row["k"])
    assert {name: value for name, value in found.items() if value is not None} == pytest.approx(expected, **CLOSE)


@pytest.mark.parametrize("measure", POOL)
def test_trials_figures_are_those_of_metafor(measure: str) -> None:
    expected = [row for row in fixtures.figures("trials") if row["measure"] == measure]
    found = {
        (stratum, trial.label): trial
        for stratum in dict.fromkeys(row["stratum"] for row in expected)
        for trial in POOL[measure](stratum).trials
    }
    assert list(found) == [(row["stratum"], row["trial"]) for row in expected]
    for row, trial in zip(expected, found.values(), strict=True):
        assert (
            trial.estimate, trial.low, trial.high, trial.model_estimate, trial.model_se**2, trial.weight
        ) == pytest.approx(tuple(float(row[name]) for name in ("estimate", "low", "high", "yi", "vi", "weight")), **CLOSE), row  # fmt: skip


@pytest.mark.parametrize("row", fixtures.figures("indirect"), ids=lambda row: f"{row['name']}-{row['measure']}")
def test_indirect_figures_are_those_of_metafor(row: dict[str, str]) -> None:
    found = indirect(POOL[row["measure"]](row["ac"]), POOL[row["measure"]](row["bc"]))
    names = ("estimate", "low", "high", "model_estimate", "model_se")
    assert {name: getattr(found, name) for name in names} == pytest.approx({name: float(row[name]) for name in names}, **CLOSE)


def test_every_stratum_has_figures() -> None:
    have = {(row["stratum"], row["measure"]) for row in FIGURES}
    want = {(stratum, "PLO") for stratum in COUNTS} | {(stratum, measure) for stratum in PAIRS for measure in ("RR", "RD", "OR")}
    assert {pair for pair in have if pair[1] != "RR00"} == want, "run `python -m tests.comparing.fixtures`"


def test_counts_are_the_published_ones_for_they_give_the_printed_results() -> None:
    for printed, computed in zip(fixtures.rows(fixtures.FOLDER / "printed.csv"), fixtures.figures("printed"), strict=True):
        for name in ("estimate", "low", "high"):
            assert round(float(computed[name]), int(printed["decimals"])) == float(printed[name]), (printed, name)


def test_a_published_estimate_is_close_by_our_model_too() -> None:
    pooled = POOL["RR"]("colditz1994")
    assert round(pooled.estimate, 2) == 0.49
    assert pooled.low < 0.34 < 0.70 < pooled.high


@pytest.mark.slow
def test_figures_are_fresh(tmp_path: Path) -> None:
    if not fixtures.has_metafor():
        pytest.skip("R with metafor isn't installed")
    for name in ("indirect.csv", "printed.csv"):
        (tmp_path / name).write_bytes((fixtures.FOLDER / name).read_bytes())
    fixtures.remake(fixtures.strata_files(), tmp_path)
    for kind in ("pooled", "trials", "indirect", "printed"):
        new, old = fixtures.rows(tmp_path / f"metafor.{kind}.csv"), fixtures.figures(kind)
        assert len(new) == len(old)
        for found, expected in zip(new, old, strict=True):
            for name, cell in expected.items():
                try:
                    assert float(found[name]) == pytest.approx(float(cell), **CLOSE), (expected, name)
                except ValueError:
                    assert found[name] == cell
