"""A network of treatments: what all trials of a stratum say about any two of them, and whether direct and indirect evidence agree.

How it is done, with thresholds, priors and sources: ``docs/decisions/0010-networks.md``. The model works on log odds ratios; an ``Estimate`` has the odds ratio too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from registry.pooling.network_known import PRIOR, Known, Mixture, at_mode, integrated
from registry.pooling.network_model import SPARSE, NetworkModel
from registry.pooling.scales import RATIO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["DECISION", "DISAGREEMENT", "FEW", "Estimate", "Network", "NetworkArm", "NetworkEffect", "NetworkTrial", "networks"]

DECISION = "docs/decisions/0010-networks.md"

DISAGREEMENT = 0.10
"""The p value of node-splitting below which direct and indirect evidence are said to disagree."""

FEW = 10
"""Degrees of freedom below which trials can't tell how much they differ, so that a prior helps them."""


@dataclass(frozen=True, slots=True)
class NetworkArm:
    """Everybody in one trial who had one treatment."""

    treatment: str
    events: int
    n: int


@dataclass(frozen=True, slots=True)
class NetworkTrial:
    """A trial and its arms, one for each treatment."""

    label: str
    arms: tuple[NetworkArm, ...]

    def of(self, treatments: Iterable[str]) -> NetworkTrial:
        """The trial with these treatments' arms alone."""
        return NetworkTrial(self.label, tuple(arm for arm in self.arms if arm.treatment in treatments))

    @property
    def treatments(self) -> frozenset[str]:
        return frozenset(arm.treatment for arm in self.arms)

    @property
    def is_sparse(self) -> bool:
        """Whether a cell is so small that its counts are used themselves."""
        return min(min(arm.events, arm.n - arm.events) for arm in self.arms) < SPARSE


@dataclass(frozen=True, slots=True)
class Estimate:
    """An odds ratio with its 95% interval, and its logarithm with the standard error."""

    estimate: float
    low: float
    high: float
    model_estimate: float
    model_se: float


@dataclass(frozen=True, slots=True)
class NetworkEffect:
    """The odds ratio of a against b by a network."""

    network: Estimate
    """From all of its trials."""
    prediction_low: float
    prediction_high: float
    """Where the odds ratio in another such trial would lie, with a probability of 95%."""
    direct: Estimate | None
    indirect: Estimate | None
    """From trials that had both, and from all others, with the heterogeneity of all. None unless there is both."""
    p: float | None
    """Node-splitting: how easily chance alone would make the two differ as much as they do."""
    k_direct: int
    """Trials that had both."""
    through: tuple[str, ...]
    """Treatments that trials compared with either."""
    k: int
    n: int
    """Trials and participants in the network."""
    treatments: tuple[str, ...]
    """All in the network."""
    tau: float
    """Standard deviation between trials of a log odds ratio."""
    left_out: tuple[str, ...]
    """Trials that say nothing about an odds ratio in the network, because all or none of their participants met the definition, or because of which arms did."""
    method: str

    @property
    def disagrees(self) -> bool:
        """Whether direct and indirect evidence differ by more than chance easily explains."""
        return self.p is not None and self.p < DISAGREEMENT


def networks(trials: Sequence[NetworkTrial]) -> list[Network]:
    """The networks that trials make: treatments whose odds ratios have a finite estimate, and trials that inform them.

    Two treatments are in one network if events lead from each to the other: a trial leads from a to b if an event of a's could as well have
    been b's. So the likelihood has one maximum (as for teams that win and lose, 10.2307/2308513), and trials in which all or none had
    events lead nowhere. ValueError if a trial has two arms of a treatment, or comes twice.
    """
    _check(trials)
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    names = sorted({name for trial in trials for name in trial.treatments})
    leads = np.zeros((len(names), len(names)), dtype=bool)
    for trial in trials:
        for a in trial.arms:
            for b in trial.arms:
                leads[names.index(a.treatment), names.index(b.treatment)] |= a.events > 0 and b.events < b.n
    many, group = connected_components(leads, directed=True, connection="strong")
    found = []
    for number in range(many):
        own = tuple(name for name, of in zip(names, group, strict=True) if of == number)
        if len(own) > 1:
            inside = [trial.of(own) for trial in trials]
            taken = tuple(trial for trial in inside if _tells(trial))
            out = tuple(trial.label for trial in inside if trial.arms and not _tells(trial) and _is_whole(trials, trial))
            found.append(Network(own, taken, out))
    return sorted(found, key=lambda network: network.treatments)


def _check(trials: Sequence[NetworkTrial]) -> None:
    labels = [trial.label for trial in trials]
    if twice := sorted({label for label in labels if labels.count(label) > 1}):
        raise ValueError(f"a trial counts once, but these are given more than once: {', '.join(twice)}")
    for trial in trials:
        if len(trial.treatments) < len(trial.arms):
            raise ValueError(f"{trial.label}: two arms of one treatment; combine them first")
        for arm in trial.arms:
            if not (arm.n >= 1 and 0 <= arm.events <= arm.n):
                raise ValueError(f"{trial.label}: {arm.events} events of {arm.n} participants: events must be within 0 and n")


def _tells(trial: NetworkTrial) -> bool:
    events, n = sum(arm.events for arm in trial.arms), sum(arm.n for arm in trial.arms)
    return len(trial.arms) > 1 and 0 < events < n


def _is_whole(trials: Sequence[NetworkTrial], part: NetworkTrial) -> bool:
    """Whether the trial had more than one treatment to begin with."""
    return any(trial.label == part.label and len(trial.arms) > 1 for trial in trials)


@dataclass(frozen=True)
class Network:
    """Treatments that hang together, in the order of their names, and the trials that inform their odds ratios."""

    treatments: tuple[str, ...]
    trials: tuple[NetworkTrial, ...]
    left_out: tuple[str, ...] = ()

    @property
    def free(self) -> int:
        """Degrees of freedom left: contrasts within trials but for those between treatments."""
        return sum(len(trial.arms) - 1 for trial in self.trials) - (len(self.treatments) - 1)

    @property
    def has_prior(self) -> bool:
        """Whether the intervals integrate over tau, with the prior, rather than take its restricted likelihood's mode."""
        return self.free < FEW

    def effect(self, a: str, b: str) -> NetworkEffect:
        """The odds ratio of a against b. ValueError unless both are in the network."""
        if a == b or not {a, b} <= set(self.treatments):
            raise ValueError(f"{a} and {b} are not two of the network's treatments: {', '.join(self.treatments)}")
        between = self._parts(a) - self._parts(b)
        own = [trial for trial in self.trials if {a, b} <= trial.treatments]
        direct, indirect, p = self._split(a, b, own) if own and self._closes(a, b, own) else (None, None, None)
        ahead = self._integrated.of(between, in_another_trial=True)
        return NetworkEffect(
            network=_estimate(self._known.of(between)),
            prediction_low=RATIO.back(ahead.quantile(0.025)),
            prediction_high=RATIO.back(ahead.quantile(0.975)),
            direct=direct,
            indirect=indirect,
            p=p,
            k_direct=len(own),
            through=tuple(sorted(self._beside(a) & self._beside(b))),
            k=len(self.trials),
            n=sum(arm.n for trial in self.trials for arm in trial.arms),
            treatments=self.treatments,
            tau=self._known.tau,
            left_out=self.left_out,
            method=self._method,
        )

    def _beside(self, treatment: str) -> set[str]:
        """What trials compared with the treatment."""
        return {name for trial in self.trials if treatment in trial.treatments for name in trial.treatments} - {treatment}

    def _closes(self, a: str, b: str, own: Sequence[NetworkTrial]) -> bool:
        """Whether the trials that had both, and the others, each give the odds ratio: otherwise there are not two to set side by side.

        A loop within one trial doesn't count: one trial's three treatments always agree (10.1002/jrsm.1167).
        """
        others = [trial for trial in self.trials if trial not in own]
        return all(any({a, b} <= set(one.treatments) for one in networks(some)) for some in (own, others))

    def _split(self, a: str, b: str, own: Sequence[NetworkTrial]) -> tuple[Estimate, Estimate, float]:
        """Direct and indirect estimates and their difference's p: trials that had both get a parameter of their own for what is between the two.

        Half of it goes to either arm, so that a third arm is nearer to neither (10.1177/1536867X1501500403).
        """
        import numpy as np

        side = {a: 0.5, b: -0.5}
        trials = [
            (events, n, np.column_stack([design, [(trial in own) * side.get(arm.treatment, 0.0) for arm in trial.arms]]))
            for trial, (events, n, design) in zip(self.trials, self._data, strict=True)
        ]
        known = (integrated if self.has_prior else at_mode)(NetworkModel.of(trials))
        indirect = np.append(self._parts(a) - self._parts(b), 0.0)
        apart = np.append(np.zeros(len(self.treatments) - 1), 1.0)
        return _estimate(known.of(indirect + apart)), _estimate(known.of(indirect)), known.of(apart).p

    def _parts(self, treatment: str) -> Array:
        """A treatment by the model's parameters, which are all treatments against the first."""
        import numpy as np

        return np.array([float(one == treatment) for one in self.treatments[1:]])

    @cached_property
    def _data(self) -> list[tuple[Any, Any, Array]]:
        """Events, n and design, trial by trial."""
        import numpy as np

        return [
            (
                *np.array([(arm.events, arm.n) for arm in trial.arms]).T,
                np.array([self._parts(arm.treatment) for arm in trial.arms]),
            )
            for trial in self.trials
        ]

    @cached_property
    def _model(self) -> NetworkModel:
        return NetworkModel.of(self._data)

    @cached_property
    def _integrated(self) -> Known:
        return integrated(self._model)

    @cached_property
    def _known(self) -> Known:
        return self._integrated if self.has_prior else at_mode(self._model)

    @property
    def _method(self) -> str:
        sparse = sum(trial.is_sparse for trial in self.trials)
        told = [
            f"network of {len(self.trials)} trials and {len(self.treatments)} treatments, log odds ratios, one heterogeneity",
            f"half-normal({PRIOR}) prior on tau" if self.has_prior else "tau² by restricted likelihood",
        ]
        if sparse:
            told.append(f"{sparse} trial{'s' if sparse > 1 else ''} with a cell below {SPARSE} by the likelihood of the counts")
        if self.left_out:
            told.append(f"left out, because they say nothing about an odds ratio: {', '.join(self.left_out)}")
        return "; ".join(told)


def _estimate(known: Mixture) -> Estimate:
    median, low, high = (known.quantile(share) for share in (0.5, 0.025, 0.975))
    return Estimate(RATIO.back(median), RATIO.back(low), RATIO.back(high), median, known.sd)
