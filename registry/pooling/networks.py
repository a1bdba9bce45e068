"""A network of treatments: what all trials of a stratum say about any two of them, and whether direct and indirect evidence agree.

How it is done, with thresholds, priors and sources: ``docs/decisions/0010-networks.md``. The model works on log odds ratios; an ``Estimate`` has the odds ratio too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from registry.pooling.method import Estimator, Method
from registry.pooling.network_effects import (
    DECISION,
    DISAGREEMENT,
    PRIOR,
    SPARSE,
    Estimate,
    NetworkArm,
    NetworkEffect,
    NetworkTrial,
)
from registry.pooling.network_paths import leads_of, mutual
from registry.pooling.predictions import prediction
from registry.pooling.scales import RATIO
from schemas.wording import counted

if TYPE_CHECKING:
    from registry.pooling.mixtures import Mixtures
    from registry.pooling.network_known import Known
    from registry.pooling.network_model import NetworkModels
    from registry.pooling.segments import Array

__all__ = [
    "DECISION",
    "DISAGREEMENT",
    "FEW_DEGREES",
    "Estimate",
    "Network",
    "NetworkArm",
    "NetworkEffect",
    "NetworkTrial",
    "networks",
]

FEW_DEGREES = 10
"""Degrees of freedom below which trials can't tell how much they differ, so that a prior helps them."""

_TOGETHER = 2_000_000
"""Arms, times parameters and values of tau, of the pairs that are split together, so that what is held in memory has an end."""

_NO_PART = 1e-9
"""A part of an arm in a ratio that is nothing but rounding."""

_Split = tuple[Estimate, Estimate, float]
"""Direct and indirect evidence, and the p value of their difference."""


def networks(trials: Sequence[NetworkTrial]) -> list[Network]:
    """The networks that trials make: treatments whose odds ratios have a finite estimate, and trials that inform them.

    Two treatments are in one network if events lead from each to the other: a trial leads from a to b if an event of a's could as well have
    been b's. So the likelihood has one maximum (as for teams that win and lose, 10.2307/2308513), and trials in which all or none had
    events lead nowhere. ValueError if a trial has two arms of a treatment, or comes twice.
    """
    import numpy as np

    _check(trials)
    names = sorted({name for trial in trials for name in trial.treatments})
    if not names:
        return []
    together = mutual(np.logical_or.reduce(leads_of(trials, names)))
    found = []
    for place, row in enumerate(together):
        own = tuple(name for name, joined in zip(names, row, strict=True) if joined)
        if len(own) > 1 and place == row.argmax():
            inside = [(trial, trial.of(own)) for trial in trials]
            taken = tuple(part for _, part in inside if part.is_informative)
            out = tuple(part.label for whole, part in inside if part.arms and not part.is_informative and len(whole.arms) > 1)
            found.append(Network(own, taken, out))
    return found


def _check(trials: Sequence[NetworkTrial]) -> None:
    labels = Counter(trial.label for trial in trials)
    if twice := sorted(label for label, times in labels.items() if times > 1):
        raise ValueError(f"a trial counts once, but these are given more than once: {', '.join(twice)}")
    for trial in trials:
        if len(trial.treatments) < len(trial.arms):
            raise ValueError(f"{trial.label}: two arms of one treatment; combine them first")
        for arm in trial.arms:
            if not (arm.n >= 1 and 0 <= arm.events <= arm.n):
                raise ValueError(f"{trial.label}: {arm.events} events of {arm.n} participants: events must be within 0 and n")


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
        return self.free < FEW_DEGREES

    def effect(self, a: str, b: str) -> NetworkEffect:
        """The odds ratio of a against b. ValueError unless both are in the network."""
        return self.effects([(a, b)])[0]

    def effects(self, pairs: Sequence[tuple[str, str]]) -> list[NetworkEffect]:
        """The odds ratio of the first of each pair against the second, all that are new computed at once. ValueError unless both are in the network."""
        for a, b in pairs:
            if a == b or not {a, b} <= set(self.treatments):
                raise ValueError(f"{a} and {b} are not two of the network's treatments: {', '.join(self.treatments)}")
        if new := [pair for pair in dict.fromkeys(pairs) if pair not in self._kept]:
            self._kept.update(zip(new, self._computed(new), strict=True))
        return [self._kept[pair] for pair in pairs]

    @cached_property
    def _kept(self) -> dict[tuple[str, str], NetworkEffect]:
        return {}

    def _computed(self, pairs: Sequence[tuple[str, str]]) -> list[NetworkEffect]:
        import numpy as np

        between = np.array([self._parts(a) - self._parts(b) for a, b in pairs])
        whole, ahead = _estimates(self._known.of(between)), self._integrated.of(between, in_another_trial=True).quantiles()
        had_both = np.array([self._had(a) & self._had(b) for a, b in pairs])
        split, others = self._splits(pairs, had_both), self._others_tell(pairs, had_both)
        return [
            NetworkEffect(
                network=network,
                prediction_low=below,
                prediction_high=above,
                direct=apart and apart[0],
                indirect=apart and apart[1],
                p=apart and apart[2],
                k_both=int(own.sum()),
                k_direct=int((own & telling).sum()),
                others_tell=leaning,
                through=self._through(a, b),
                k=len(self.trials),
                n=sum(arm.n for trial in self.trials for arm in trial.arms),
                treatments=self.treatments,
                tau=float(self._known.tau[0]),
                left_out=self.left_out,
                method=self._method,
            )
            for (a, b), network, (_, low, high), own, telling, apart, leaning in zip(
                pairs, whole, ahead.tolist(), had_both, self._tells(pairs), split, others, strict=True
            )
            for below, above in [prediction((RATIO.back(low), RATIO.back(high)), network.low, network.high)]
        ]

    def _had(self, treatment: str) -> Array:
        """Which trials had the treatment."""
        return self._arms[:, self.treatments.index(treatment)]

    def _tells(self, pairs: Sequence[tuple[str, str]]) -> Array:
        """Which trials say something of the ratio of each pair by themselves: of the arms of the two, some participants but not all had events."""
        import numpy as np

        events, n = self._counts
        a, b = np.array([[self.treatments.index(name) for name in pair] for pair in pairs]).T
        met = events[:, a] + events[:, b]
        telling: Array = (met > 0) & (met < n[:, a] + n[:, b])
        return telling.T

    def _others_tell(self, pairs: Sequence[tuple[str, str]], had_both: Array) -> list[bool]:
        """Of each pair whether trials that didn't have both have a part in what is between the two, whatever their counts."""
        import numpy as np

        trial_of, parts = self._leverage
        between = np.array([self._parts(a) - self._parts(b) for a, b in pairs]) @ parts
        return [bool(told) for told in ((np.abs(between) > _NO_PART) & ~had_both[:, trial_of]).any(axis=1)]

    @cached_property
    def _leverage(self) -> tuple[Array, Array]:
        """Of each arm its trial, and its part in every parameter by least squares; by weights of which no two are alike, so that nothing cancels out."""
        import numpy as np

        trial_of = np.repeat(np.arange(len(self.trials)), [len(trial.arms) for trial in self.trials])
        treated = [self._parts(arm.treatment) for trial in self.trials for arm in trial.arms]
        design = np.hstack([treated, np.eye(len(self.trials))[trial_of]])
        weighted = design.T * np.sqrt(np.arange(2, len(design) + 2))
        return trial_of, np.linalg.solve(weighted @ design, weighted)[: len(self.treatments) - 1]

    def _through(self, a: str, b: str) -> tuple[str, ...]:
        """What trials compared with either."""
        import numpy as np

        beside = [set(np.flatnonzero(self._arms[self._had(one)].any(axis=0))) for one in (a, b)]
        return tuple(name for i, name in enumerate(self.treatments) if i in beside[0] & beside[1] and name not in (a, b))

    def _splits(self, pairs: Sequence[tuple[str, str]], had_both: Array) -> list[_Split | None]:
        """Of each pair what the trials that had both say, and the others: None unless either kind gives the odds ratio by itself.

        A loop within one trial doesn't count: one trial's three treatments always agree (10.1002/jrsm.1167).
        """
        import numpy as np

        leads = leads_of(self.trials, self.treatments)
        places = np.array([[self.treatments.index(name) for name in pair] for pair in pairs])
        closes = np.ones(len(pairs), dtype=bool)
        for kind in (had_both, ~had_both):
            joined = mutual(np.einsum("pt,tij->pij", kind, leads) > 0)
            closes &= joined[np.arange(len(pairs)), places[:, 0], places[:, 1]]
        found: list[_Split | None] = [None] * len(pairs)
        wanted = np.flatnonzero(closes)
        for some in np.array_split(wanted, -(-len(wanted) * self._size // _TOGETHER)) if len(wanted) else []:
            told = self._split([pairs[i] for i in some], had_both[some])
            for i, one in zip(some, told, strict=True):
                found[i] = one
        return found

    @property
    def _size(self) -> int:
        """Numbers that a pair takes to be split."""
        from registry.pooling.network_known import VALUES

        return VALUES * int(self._arms.sum()) * (len(self.treatments) + 1)

    def _split(self, pairs: Sequence[tuple[str, str]], had_both: Array) -> Iterator[_Split]:
        """Direct and indirect estimates and their difference's p: trials that had both get a parameter of their own for what is between the two.

        Half of it goes to either arm, so that a third arm is nearer to neither (10.1177/1536867X1501500403).
        """
        import numpy as np

        from registry.pooling.network_model import NetworkModels

        between = np.array([self._parts(a) - self._parts(b) for a, b in pairs])
        trials = []
        for number, (trial, (events, n, design)) in enumerate(zip(self.trials, self._data, strict=True)):
            side = np.array([[(arm.treatment == a) / 2 - (arm.treatment == b) / 2 for arm in trial.arms] for a, b in pairs])
            extra = (side * had_both[:, number, None])[..., None]
            trials.append((events, n, np.concatenate([np.repeat(design, len(pairs), axis=0), extra], axis=2)))
        # Where the two kinds agree, the parameters are the network's, and nothing beside.
        known = self._fit(NetworkModels.of(trials), np.append(self._known.at.mean[0, 0], 0.0))
        one, none = np.ones((len(pairs), 1)), np.zeros((len(pairs), 1))
        direct, indirect = (_estimates(known.of(np.hstack([between, own]))) for own in (one, none))
        apart = known.of(np.hstack([between * 0, one])).p.tolist()
        return zip(direct, indirect, apart, strict=True)

    def _parts(self, treatment: str) -> Array:
        """A treatment by the model's parameters, which are all treatments against the first."""
        import numpy as np

        return np.array([float(one == treatment) for one in self.treatments[1:]])

    @cached_property
    def _arms(self) -> Array:
        """Trials by treatments: which had which."""
        import numpy as np

        return np.array([[name in trial.treatments for name in self.treatments] for trial in self.trials])

    @cached_property
    def _counts(self) -> Array:
        """Events and participants, each by trials and treatments: none of what a trial hadn't."""
        import numpy as np

        found = np.zeros((2, *self._arms.shape))
        for number, trial in enumerate(self.trials):
            for arm in trial.arms:
                found[:, number, self.treatments.index(arm.treatment)] = arm.events, arm.n
        return found

    @cached_property
    def _data(self) -> list[tuple[Any, Any, Array]]:
        """Events, n and design, trial by trial."""
        import numpy as np

        return [
            (
                *np.array([(arm.events, arm.n) for arm in trial.arms]).T,
                np.array([[self._parts(arm.treatment) for arm in trial.arms]]),
            )
            for trial in self.trials
        ]

    @cached_property
    def _model(self) -> NetworkModels:
        from registry.pooling.network_model import NetworkModels

        return NetworkModels.of(self._data)

    @cached_property
    def _integrated(self) -> Known:
        from registry.pooling.network_known import integrated

        return integrated(self._model)

    @cached_property
    def _known(self) -> Known:
        return self._integrated if self.has_prior else self._fit(self._model)

    @property
    def _fit(self) -> Callable[..., Known]:
        from registry.pooling.network_known import at_mode, integrated

        return integrated if self.has_prior else at_mode

    @property
    def _method(self) -> Method:
        sparse = sum(trial.is_sparse for trial in self.trials)
        told = [
            f"network of {len(self.trials)} trials and {len(self.treatments)} treatments, log odds ratios, one heterogeneity",
            f"half-normal({PRIOR}) prior on tau" if self.has_prior else "tau² by restricted likelihood",
        ]
        if sparse:
            told.append(f"{counted(sparse, 'trial')} with a cell below {SPARSE} by the likelihood of the counts")
        if self.left_out:
            told.append(f"left out, because they say nothing about an odds ratio: {', '.join(self.left_out)}")
        return Method(Estimator.NETWORK_PRIOR if self.has_prior else Estimator.NETWORK, "; ".join(told))


def _estimates(known: Mixtures) -> list[Estimate]:
    """Each as an odds ratio."""
    return [
        Estimate(RATIO.back(median), RATIO.back(low), RATIO.back(high), median, sd)
        for (median, low, high), sd in zip(known.quantiles().tolist(), known.sd.tolist(), strict=True)
    ]
