"""How often 95% intervals hold what they are about, by simulation: ``python -m tests.comparing.coverage`` writes docs/coverage.md.

True values are normal about the mean with spread tau; trials' sizes are drawn from 40 to 200 a side. Seeded, so that it is the same table each time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy.special import expit

from registry.pooling.rates import PRIOR as RATE_PRIOR
from registry.pooling.rates import fit_rates
from registry.pooling.segments import Array, Segments
from registry.pooling.tables import PRIOR as ODDS_PRIOR
from registry.pooling.tables import TwoByTwo, fit_tables

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
SIZES, SPREADS = (2, 3, 4, 6, 20), (0.0, 0.2, 0.5, 0.8)
_MEAN_RATE, _MEAN_ODDS = -0.5, 0.4


def covered(k: int, tau: float | None, times: int, seed: int) -> dict[str, tuple[float, float]]:
    """Of rates and odds ratios: the share of intervals, and of predictions, that hold the truth. No tau: drawn from each prior."""
    random = np.random.default_rng([seed, k, 99 if tau is None else int(10 * tau)])
    segments = Segments([k] * times)
    n = random.integers(40, 200, size=(2, k * times)).astype(float)

    def spread(prior: float) -> Array:
        return np.full(times, tau) if tau is not None else np.abs(random.normal(0, prior, times))

    of_rates, of_odds = spread(RATE_PRIOR), spread(ODDS_PRIOR)
    events = random.binomial(n[0].astype(int), expit(_MEAN_RATE + of_rates[segments.of] * random.normal(size=k * times)))
    rates = fit_rates(segments, events.astype(float), n[0])
    new = _MEAN_RATE + of_rates * random.normal(size=times)
    base = random.normal(_MEAN_RATE, 0.3, k * times)
    effect = _MEAN_ODDS + of_odds[segments.of] * random.normal(size=k * times)
    a = random.binomial(n[0].astype(int), expit(base + effect)).astype(float)
    b = random.binomial(n[1].astype(int), expit(base)).astype(float)
    odds, there = fit_tables(TwoByTwo(segments, a, n[0], b, n[1]))["odds ratio"]
    new_odds = (_MEAN_ODDS + of_odds * random.normal(size=times))[there]
    return {
        "rate": (_held(rates.low, rates.high, _MEAN_RATE), _held(*rates.prediction.T, new)),
        "odds ratio": (_held(odds.low, odds.high, _MEAN_ODDS), _held(*odds.prediction.T, new_odds)),
    }


def _held(low: Array, high: Array, value: Array | float) -> float:
    return float(np.mean((low <= value) & (value <= high)))


def page(times: int, seed: int = 9) -> str:
    """The table."""
    head = (
        "| | trials | "
        + " | ".join(f"tau {tau:g}" for tau in SPREADS)
        + " | tau from the prior |\n|---|---|"
        + "---|" * (len(SPREADS) + 1)
    )
    cells = {(k, tau): covered(k, tau, times, seed) for k in SIZES for tau in (*SPREADS, None)}
    blocks = []
    for place, what in enumerate(("interval of the mean", "prediction for another trial")):
        lines = [
            f"| {measure} | {k} | " + " | ".join(f"{100 * cells[k, tau][measure][place]:.1f}" for tau in (*SPREADS, None)) + " |"
            for measure in ("rate", "odds ratio")
            for k in SIZES
        ]
        blocks.append(f"## The {what}\n\n{head}\n" + "\n".join(lines))
    error = 100 * (0.95 * 0.05 / times) ** 0.5
    return (
        "# How often the intervals hold\n\n"
        f"Per cent of 95% intervals that hold the true value, in {times:,} simulated strata a cell (standard error {error:.1f}): "
        "40 to 199 participants a side, a rate of about 38%, an odds ratio of 1.5. "
        "`python -m tests.comparing.coverage` makes it again; [how trials are pooled](estimators.md) has the methods. "
        "With two or three trials a prior says how much trials differ: coverage is right on average over the prior and not for each tau. "
        "Cells outside 93 to 97 are as they came; no method was changed after this table.\n\n" + "\n\n".join(blocks) + "\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.comparing.coverage", description=__doc__)
    parser.add_argument("--times", type=int, default=2000)
    PAGE.write_text(page(parser.parse_args().times), encoding="utf-8")
