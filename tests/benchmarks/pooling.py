"""How long pooling takes by estimator, and its peers: ``python -m tests.benchmarks.pooling`` measures it all and prints the table.

With WHAT STRATA it pools so many in this process and prints the CPU seconds, imports and the making of trials left out.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.measuring import ROOT

__all__ = ["POOLING", "Pooling", "measured", "table"]

SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Pooling:
    """``make`` gives so many strata, ``pool`` pools them. ``peer`` does the same one by one, as far as it goes, and is ``called`` so."""

    what: str
    make: Callable[[int], Any]
    pool: Callable[[Any], object]
    sizes: tuple[int, ...] = SIZES
    peer: Callable[[Any], object] | None = None
    called: str = "–"
    peers: int = 300
    """Strata that the peer is given."""


def _trials(strata: int, fewest: int, most: int) -> tuple[Any, Any, Any]:
    import numpy as np

    from registry.pooling.segments import Segments

    rng = np.random.default_rng(strata)
    segments = Segments(rng.integers(fewest, most + 1, strata))
    tau = rng.choice([0, 0.2, 0.5], strata)
    return rng, segments, rng.normal(0, 1, len(segments.of)) * tau[segments.of]


def _effects(fewest: int, most: int) -> Callable[[int], Any]:
    def make(strata: int) -> Any:
        rng, segments, apart = _trials(strata, fewest, most)
        errors = rng.uniform(0.1, 0.6, len(apart))
        return segments, 0.4 + apart + rng.normal(0, 1, len(apart)) * errors, errors

    return make


def _rates(fewest: int, most: int) -> Callable[[int], Any]:
    def make(strata: int) -> Any:
        from scipy.special import expit

        rng, segments, apart = _trials(strata, fewest, most)
        n = rng.integers(40, 200, len(apart))
        return segments, rng.binomial(n, expit(-0.5 + apart)).astype(float), n.astype(float)

    return make


def _tables(level: float) -> Callable[[int], Any]:
    def make(strata: int) -> Any:
        from scipy.special import expit

        from registry.pooling.tables import TwoByTwo

        rng, segments, apart = _trials(strata, 2, 12)
        n_a, n_b = rng.integers(40, 200, (2, len(apart)))
        counts = rng.binomial(n_a, expit(level + 0.4 + apart)), n_a, rng.binomial(n_b, expit(level)), n_b
        return TwoByTwo(segments, *(one.astype(float) for one in counts))

    return make


def _networks(strata: int) -> Any:
    import numpy as np

    from registry.pooling.networks import NetworkArm, NetworkTrial

    rng = np.random.default_rng(strata)
    names = "abcde"

    def trial(number: int) -> NetworkTrial:
        # Each treatment has a trial with the next, so that all hang together.
        two = (number % 5, (number + 1) % 5) if number < 5 else rng.choice(5, 2, replace=False)
        return NetworkTrial(
            str(number), tuple(NetworkArm(names[i], int(rng.binomial(80, 0.3 + 0.04 * i)), 80) for i in sorted(two))
        )

    return [[trial(number) for number in range(12)] for _ in range(strata)]


def _fit_effects(made: Any) -> object:
    import numpy as np

    from registry.pooling.figures import fit_effects

    segments, effects, errors = made
    return fit_effects(segments, effects, errors, np.full(len(segments), 0.5), str)


def _fit_rates(made: Any) -> object:
    from registry.pooling.rates import fit_rates

    return fit_rates(*made)


def _fit_tables(made: Any) -> object:
    from registry.pooling.tables import fit_tables

    return fit_tables(made)


def _fit_networks(made: Any) -> object:
    from itertools import combinations

    from registry.pooling.networks import networks

    return [one.effects(list(combinations(one.treatments, 2))) for trials in made for one in networks(trials)]


def _combine_effects(made: Any) -> object:
    from statsmodels.stats.meta_analysis import combine_effects

    segments, effects, errors = made
    ends = zip(segments.starts, segments.starts + segments.sizes, strict=True)
    return [combine_effects(effects[a:b], errors[a:b] ** 2, method_re="iterated").summary_frame() for a, b in ends]


def _minimised(made: Any) -> object:
    """The same likelihood by Gauss–Hermite quadrature, and scipy's BFGS to its top."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import expit, logsumexp, xlog1py, xlogy

    at, weights = np.polynomial.hermite_e.hermegauss(25)

    def fit(events: Any, n: Any) -> object:
        def loss(parameters: Any) -> Any:
            p = expit(parameters[0] + np.exp(parameters[1]) * at)
            logs = xlogy(events[:, None], p) + xlog1py((n - events)[:, None], -p)
            return -logsumexp(logs, b=weights, axis=1).sum()

        return minimize(loss, [np.log(events.sum() / (n - events).sum()), -1.0])

    segments, events, n = made
    ends = zip(segments.starts, segments.starts + segments.sizes, strict=True)
    return [fit(events[a:b], n[a:b]) for a, b in ends]


_SOME = (1_000, 10_000)
_COMBINED = {"peer": _combine_effects, "called": "statsmodels `combine_effects`, normal interval, no prediction"}

POOLING: Mapping[str, Pooling] = {
    "effects": Pooling("effects, 4 to 12 trials: Paule–Mandel, Hartung–Knapp", _effects(4, 12), _fit_effects, **_COMBINED),
    "few-effects": Pooling("effects, 2 or 3 trials: prior, half and double of it", _effects(2, 3), _fit_effects),
    "rates": Pooling(
        "rates, 4 to 12 trials: binomial–normal",
        _rates(4, 12),
        _fit_rates,
        peer=_minimised,
        called="scipy.optimize, no interval, no prediction",
        peers=100,
    ),
    "few-rates": Pooling("rates, 2 or 3 trials: binomial, prior", _rates(2, 3), _fit_rates, _SOME),
    "tables": Pooling("odds ratio, risk ratio and difference, 2 to 12 trials", _tables(-0.5), _fit_tables, _SOME),
    "sparse": Pooling("the same, sparse: conditional likelihood, Mantel–Haenszel", _tables(-3.5), _fit_tables, _SOME),
    "networks": Pooling(
        "networks of 12 trials and 5 treatments, all pairs, node-splitting", _networks, _fit_networks, (100, 1_000)
    ),
}
"""By name."""


def measured(counts: Mapping[str, tuple[int, ...]] | None = None) -> dict[str, tuple[dict[int, float], float | None]]:
    """Of each, CPU seconds by the number of strata, and the peer's seconds a stratum; each number in a process of its own."""
    found = {}
    for name, one in POOLING.items():
        sizes = one.sizes if counts is None else counts[name]
        sys.stderr.write(f"pooling: {name}, {', '.join(f'{size:,}' for size in sizes)} strata\n")
        seconds = {size: _run(name, str(size)) for size in sizes}
        found[name] = seconds, None if one.peer is None else _run(name, "peer") / one.peers
    return found


def _run(*words: str) -> float:
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.pooling", *words], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return float(told.stdout)


def table(found: Mapping[str, tuple[Mapping[int, float], float | None]]) -> str:
    """The table of the page on benchmarks."""
    sizes = sorted({size for seconds, _ in found.values() for size in seconds})
    heads = ["", *(f"{size:,} strata, CPU s" for size in sizes), "µs a stratum", "peer", "its µs a stratum", "peer ÷ ours"]
    lines = [f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(sizes) + 1)}---|---:|---:|"]
    for name, (seconds, peer) in found.items():
        most = max(seconds)
        ours = seconds[most] / most
        cells = [
            POOLING[name].what,
            *(f"{seconds[size]:.2f}" if size in seconds else "–" for size in sizes),
            f"{1e6 * ours:,.0f}",
        ]
        beside = ["–", "–", "–"] if peer is None else [POOLING[name].called, f"{1e6 * peer:,.0f}", f"{peer / ours:,.0f}"]
        lines.append(f"| {' | '.join([*cells, *beside])} |")
    return "\n".join(lines)


def main() -> None:
    if not sys.argv[1:]:
        sys.stdout.write(table(measured()) + "\n")
        return
    one = POOLING[sys.argv[1]]
    by, size = (one.peer, one.peers) if sys.argv[2] == "peer" and one.peer else (one.pool, int(sys.argv[2]))
    by(one.make(10))  # imports, and tables that are made once
    made = one.make(size)
    began = time.process_time()
    by(made)
    sys.stdout.write(f"{time.process_time() - began}\n")


if __name__ == "__main__":
    main()
