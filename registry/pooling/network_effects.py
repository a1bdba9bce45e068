"""What goes into a network, trials and their arms, and what comes out of it, odds ratios."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from registry.pooling.method import Method

__all__ = [
    "DECISION",
    "DISAGREEMENT",
    "PRIOR",
    "SPARSE",
    "Estimate",
    "NetworkArm",
    "NetworkEffect",
    "NetworkTrial",
    "NoEstimate",
    "NoModeError",
]

DECISION = "docs/decisions/0010-networks.md"

SPARSE = 5
"""A cell below this makes its trial sparse."""

PRIOR = 0.5
"""Scale of the half-normal prior of tau, the standard deviation between trials of a log odds ratio: that of two treatments."""

DISAGREEMENT = 0.10
"""The p value of node-splitting below which direct and indirect evidence are said to disagree."""


class NoModeError(ArithmeticError):
    """The likelihood has its maximum so far away that it isn't found: odds ratios of millions."""


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

    @property
    def is_informative(self) -> bool:
        """Whether it says something of an odds ratio: of several arms, some participants but not all had events."""
        events, n = sum(arm.events for arm in self.arms), sum(arm.n for arm in self.arms)
        return len(self.arms) > 1 and 0 < events < n


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
    k_both: int
    """Trials that had both."""
    k_direct: int
    """Those of them in which some participants of the two but not all had events: the others give no ratio of the two by themselves."""
    others_tell: bool
    """Whether trials that didn't have both bear on the odds ratio: they lead from one to the other, or from either to a third arm of those that had both."""
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
    method: Method

    @property
    def disagrees(self) -> bool:
        """Whether direct and indirect evidence differ by more than chance easily explains."""
        return self.p is not None and self.p < DISAGREEMENT


@dataclass(frozen=True, slots=True)
class NoEstimate:
    """Two treatments that trials join, and that no network gives a finite odds ratio of."""

    a: str
    b: str
    towards: str | None
    """Where the likelihood of the odds ratio of a against b rises without end: ``infinity``, ``0`` or ``either end``. None if it has a maximum that wasn't found."""
    nobody: tuple[str, ...]
    everybody: tuple[str, ...]
    """Of the two, those of whose participants nobody met the definition, and everybody."""
    k: int
    n: int
    """Trials and participants."""
    treatments: tuple[str, ...]
    """All that these trials join."""

    def turned(self) -> NoEstimate:
        """The same of b against a."""
        other = {"infinity": "0", "0": "infinity"}.get(self.towards or "", self.towards)
        return replace(self, a=self.b, b=self.a, towards=other)

    def in_words(self, word: Callable[[str], str] = str) -> str:
        """Why, in a sentence without its full stop; ``word`` gives words for an id."""
        two = f"no odds ratio by the network, {word(self.a)} vs {word(self.b)}"
        if self.towards is None:
            return f"{two}: the maximum of its likelihood was not found"
        told = [
            f"{who} given {word(name)} met the definition"
            for who, names in (("nobody", self.nobody), ("everybody", self.everybody))
            for name in names
        ]
        why = " and ".join(told) or "the events of the trials that join the two all lie to one side"
        end = (
            "so anything from 0 to infinity fits"
            if self.towards == "either end"
            else f"so the estimate runs off to {self.towards}"
        )
        return f"{two}: {why}, {end}"
