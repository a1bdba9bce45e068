"""The figures are metafor's: on made-up edges and on published meta-analyses' own counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from registry.pooling.contrasts import indirect
from registry.pooling.counts import Effect, Pair
from registry.pooling.measures import MEASURES
from registry.pooling.random_effects import Pooled, pooled_effects, pooled_proportion
from schemas.intervals import Z
from tests.comparing import fixtures
from tests.comparing.one_stratum import pooled_effect

COUNTS, PAIRS = fixtures.counts(), fixtures.pairs()
FIGURES = fixtures.figures("pooled")

# The promise is 1e-6; what is seen is below 1e-12, which leaves room for another machine's arithmetic.
CLOSE = {"rel": 1e-9, "abs": 1e-11}

POOL: dict[str, Callable[[str], Pooled]] = {
    "PLO": lambda stratum: pooled_proportion(COUNTS[stratum]),
    "RR": lambda stratum: effect_of("risk ratio", stratum),
    "RD": lambda stratum: effect_of("risk difference", stratum),
    "OR": lambda stratum: effect_of("odds ratio", stratum),
}


def effect_of(measure: str, stratum: str) -> Pooled:
    found = pooled_effect(MEASURES[measure], PAIRS[stratum])
    assert found is not None
    return found


NUMBERS = (
    "estimate", "low", "high", "i2", "tau2", "q", "q_p", "model_estimate", "model_se",
)  # fmt: skip


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['stratum']}-{row['measure']}")
def test_pooled_figures_are_those_of_metafor(row: dict[str, str]) -> None:
    if row["measure"] == "RR00":
        row = row | {"measure": "RR"}
    elif row["measure"] in {"RR", "OR"} and any(pair.uninformative for pair in PAIRS[row["stratum"]]):
        return  # there metafor's default keeps trials that say nothing about a ratio
    pooled = POOL[row["measure"]](row["stratum"])
    expected = {name: float(row[name]) for name in NUMBERS if row[name]}
    # Where another model makes the estimate, what describes the spread is metafor's all the same.
    if pooled.k > 1 and not str(pooled.method).startswith("random effects, Paule–Mandel"):
        expected = {name: expected[name] for name in ("i2", "q", "q_p")}
    found = {name: getattr(pooled, name) for name in expected}
    assert pooled.k == int(row["k"])
    assert found == pytest.approx(expected, **CLOSE)


@pytest.mark.parametrize("row", fixtures.figures("models"), ids=lambda row: f"{row['stratum']}-{row['measure']}")
def test_exact_likelihoods_and_mantel_haenszel_are_those_of_lme4_and_metafor(row: dict[str, str]) -> None:
    expected = float(row["estimate"]), float(row["se"])
    if row["measure"].startswith("MH-"):
        pooled = POOL[row["measure"].removeprefix("MH-")](row["stratum"])
        if not _sparse(row["stratum"], everyone=row["measure"] == "MH-RD"):
            return
        assert pooled.common is not None
        there = MEASURES[pooled.measure].scale.there
        common = [there(end) for end in (pooled.common.estimate, pooled.common.low, pooled.common.high)]
        assert (common[0], (common[2] - common[1]) / (2 * Z)) == pytest.approx(expected, rel=1e-9, abs=1e-9)
        return
    pooled = POOL[row["measure"]](row["stratum"])
    assert "exact likelihood" in pooled.method.words
    assert pooled.tau2 is not None
    assert pooled.model_estimate == pytest.approx(expected[0], abs=1e-4)
    assert pooled.model_se == pytest.approx(expected[1], abs=1e-4)
    assert math.sqrt(pooled.tau2) == pytest.approx(float(row["tau"]), abs=2e-3)


@pytest.mark.parametrize(
    ("trials", "estimate", "se", "tau"),
    [
        (
            [(3, 20, 1, 20), (2, 30, 3, 30), (5, 60, 7, 60), (0, 30, 1, 25), (7, 44, 2, 40), (1, 25, 6, 25)],
            -0.190909507, 0.493337481, 0.742008758,
        ),
        ([(4, 22, 1, 21), (9, 31, 2, 33), (2, 18, 5, 20), (12, 40, 4, 41), (3, 25, 0, 24)], 1.16675334, 0.537075555, 0.743652302),
    ],
)  # fmt: skip
def test_a_sparse_odds_ratio_is_that_of_rma_glmm(trials: list[tuple[int, ...]], estimate: float, se: float, tau: float) -> None:
    """metafor 3.8-1, ``rma.glmm(measure="OR", model="CM.EL")``, with BiasedUrn; too slow to be run over all strata."""
    pooled = pooled_effects([[Pair(str(i), *trial) for i, trial in enumerate(trials)]])[0]["odds ratio"]
    assert pooled.tau2 is not None
    assert (pooled.model_estimate, math.sqrt(pooled.tau2)) == pytest.approx((estimate, tau), abs=1e-5)
    # metafor works its curvature out by differences.
    assert pooled.model_se == pytest.approx(se, rel=1e-3)


@pytest.mark.parametrize("row", fixtures.figures("conditional"), ids=lambda row: row["stratum"])
def test_sparse_odds_ratios_are_those_of_rma_glmm(row: dict[str, str]) -> None:
    """Every sparse stratum that metafor fits within minutes, by its conditional model with the exact likelihood."""
    pooled = POOL["OR"](row["stratum"])
    estimate, se, tau = (float(row[name]) for name in ("estimate", "se", "tau"))
    assert pooled.k == int(row["k"])
    assert "conditional binomial–normal" in pooled.method.words
    assert pooled.tau2 is not None
    # Trials that differ by more have nothing in common: there either quadrature is coarse.
    far = tau > 2
    assert pooled.model_estimate == pytest.approx(estimate, abs=1e-2 if far else 1e-5)
    # Where trials don't differ, metafor stops short of no tau at all, and has no curvature.
    none = tau < 0.01
    assert math.sqrt(pooled.tau2) == pytest.approx(tau, abs=2e-2 if far or none else 1e-5)
    if not none:
        assert pooled.model_se == pytest.approx(se, rel=2e-2 if far else 1e-3)


def _sparse(stratum: str, *, everyone: bool) -> bool:
    return any(min(pair.cells) < 5 for pair in PAIRS[stratum] if everyone or not pair.uninformative)


@pytest.mark.parametrize("measure", POOL)
def test_trials_figures_are_those_of_metafor(measure: str) -> None:
    seen = 0
    for row in fixtures.figures("trials"):
        if row["measure"] != measure:
            continue
        trial = _trials(measure, row["stratum"]).get(row["trial"])
        if trial is None:
            assert measure in {"RR", "OR"}
            continue
        seen += 1
        assert (trial.estimate, trial.low, trial.high, trial.model_estimate, trial.model_se**2) == pytest.approx(
            tuple(float(row[name]) for name in ("estimate", "low", "high", "yi", "vi")), **CLOSE
        ), row
    assert seen > 100


@pytest.mark.parametrize("measure", POOL)
def test_trials_weights_are_those_of_metafor(measure: str) -> None:
    """Where the model's tau² isn't Paule and Mandel's, metafor's variances with that tau² have them."""
    by_stratum: dict[str, list[dict[str, str]]] = {}
    for row in fixtures.figures("trials"):
        whole = measure == "RD" or measure == "PLO" or not any(pair.uninformative for pair in PAIRS.get(row["stratum"], []))
        if row["measure"] == (measure if whole else f"{measure}00"):
            by_stratum.setdefault(row["stratum"], []).append(row)
    seen = 0
    for stratum, rows in by_stratum.items():
        pooled = POOL[measure](stratum)
        expected = [float(row["weight"]) for row in rows]
        if "exact likelihood" in pooled.method.words:
            assert pooled.tau2 is not None
            precisions = [1 / (float(row["vi"]) + pooled.tau2) for row in rows]
            expected = [100 * one / math.fsum(precisions) for one in precisions]
        assert [trial.label for trial in pooled.trials] == [row["trial"] for row in rows]
        assert [trial.weight for trial in pooled.trials] == pytest.approx(expected, **CLOSE), stratum
        seen += len(rows)
    assert seen > 100


@cache
def _trials(measure: str, stratum: str) -> dict[str, Effect]:
    if measure == "PLO":
        return {trial.label: trial for trial in pooled_proportion(COUNTS[stratum]).trials}
    name = {"RR": "risk ratio", "RD": "risk difference", "OR": "odds ratio"}[measure]
    found = pooled_effect(MEASURES[name], PAIRS[stratum])
    return {} if found is None else {trial.label: trial for trial in found.trials}


@pytest.mark.parametrize("row", fixtures.figures("indirect"), ids=lambda row: f"{row['name']}-{row['measure']}")
def test_indirect_figures_are_those_of_metafor(row: dict[str, str]) -> None:
    """By Bucher's formula; where a prior makes a side, which metafor hasn't, from figures that are held to plain integration elsewhere."""
    one, other = POOL[row["measure"]](row["ac"]), POOL[row["measure"]](row["bc"])
    found = indirect(one, other)
    names = ("estimate", "low", "high", "model_estimate", "model_se")
    if all(side.k == 1 or "Paule–Mandel" in side.method.words for side in (one, other)):
        assert {name: getattr(found, name) for name in names} == pytest.approx(
            {name: float(row[name]) for name in names}, **CLOSE
        )
    else:
        assert row["name"] in {"several-against-several", "one-against-several", "empty-cells"}
        assert found.model_estimate == pytest.approx(one.model_estimate - other.model_estimate)
        assert found.model_se == pytest.approx(math.hypot(one.model_se, other.model_se))


def test_every_stratum_has_figures() -> None:
    have = {(row["stratum"], row["measure"]) for row in FIGURES}
    want = {(stratum, "PLO") for stratum in COUNTS} | {(stratum, measure) for stratum in PAIRS for measure in ("RR", "RD", "OR")}
    assert {pair for pair in have if pair[1] != "RR00"} == want, "run `python -m tests.comparing.fixtures`"


def test_counts_are_the_published_ones_for_they_give_the_printed_results() -> None:
    for printed, computed in zip(fixtures.rows(fixtures.FOLDER / "printed.csv"), fixtures.figures("printed"), strict=True):
        for name in ("estimate", "low", "high"):
            assert round(float(computed[name]), int(printed["decimals"])) == float(printed[name]), (printed, name)


def test_a_sparse_stratum_has_a_risk_ratio_that_lets_trials_differ_and_the_common_one_beside_it() -> None:
    """One of the thirteen trials has four events, and they differ widely: metafor's random effects give 0.49 (0.34 to 0.70), Mantel and Haenszel 0.635."""
    ratio = POOL["RR"]("colditz1994")
    assert (ratio.estimate, ratio.low, ratio.high) == pytest.approx((0.49, 0.34, 0.70), abs=0.025)
    assert ratio.common is not None
    assert round(ratio.common.estimate, 3) == 0.635
    assert str(ratio.method) == (
        "from the odds ratio, given both sides' pooled rates; sparse: conditional binomial–normal, exact likelihood, t(12)"
    )


@pytest.mark.slow
def test_figures_are_fresh(tmp_path: Path) -> None:
    if not fixtures.has_metafor():
        pytest.skip("R with metafor isn't installed")
    for name in ("indirect.csv", "printed.csv"):
        (tmp_path / name).write_bytes((fixtures.FOLDER / name).read_bytes())
    fixtures.remake(fixtures.strata_files(), tmp_path)
    for kind in ("pooled", "trials", "models", "indirect", "printed"):
        new, old = fixtures.rows(tmp_path / f"metafor.{kind}.csv"), fixtures.figures(kind)
        assert len(new) == len(old)
        for found, expected in zip(new, old, strict=True):
            for name, cell in expected.items():
                try:
                    assert float(found[name]) == pytest.approx(float(cell), **CLOSE), (expected, name)
                except ValueError:
                    assert found[name] == cell
