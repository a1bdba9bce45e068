"""A rung: two treatments under some assumptions, with what compares them there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.strata.rows import Row, share_a_trial, study_of

if TYPE_CHECKING:
    from registry.pooling.by_subject import Contrast
    from registry.pooling.extremes import Bounds
    from registry.pooling.network_effects import NetworkEffect
    from registry.pooling.random_effects import Pooled

__all__ = ["ALIKE", "ASSUMPTIONS", "SPREAD", "Rung", "assumed"]

ASSUMPTIONS: Mapping[str, str] = {
    "anchor": "unstated anchors are the start of treatment",
    "imputed": "counts worked out from means are counts of people",
    "class": "rules of one broader class count the same people",
    "window": "rates of different days can be read together",
    "denominator": "all randomised and those analysed are the same people",
    "unstated": "what sources leave unstated is the same (no second antidepressant)",
    "allocation": "groups that weren't randomised differ in nothing but the treatment",
    "population": "different populations would respond alike",
}
"""Each assumption in words, the mildest first."""

ALIKE = "the trials of the two are alike in whatever else changes the result"
"""What is assumed as well, whatever else is, where trials that didn't have both tell how the two compare (transitivity)."""

SPREAD = "trials vary among themselves by as much, whichever treatments they compare"
"""What a network assumes of all its trials: one heterogeneity. It widens or narrows the interval of two treatments by trials of others."""


def assumed(assumptions: Iterable[str], *, alike: bool, one_spread: bool) -> list[str]:
    """All that is assumed, in words, with ``ALIKE`` and ``SPREAD`` if they are; none: like with like, within trials."""
    return [*(ASSUMPTIONS[name] for name in assumptions), *([ALIKE] if alike else []), *([SPREAD] if one_spread else [])]


_BY_ASSUMPTION = {
    "anchor": "counted_from",
    "imputed": "value_origin",
    "class": "comparability_class",
    "window": "window",
    "denominator": "analysis_set",
    "allocation": "arm_kind",
    "population": "population",
}
"""Where a row has what an assumption lets go."""


@dataclass(frozen=True)
class Rung:
    """Two treatments under some assumptions: of the places that then hold both, the first by ``ladder``'s order."""

    assumptions: tuple[str, ...]
    rows_a: tuple[Row, ...]
    rows_b: tuple[Row, ...]
    a: Pooled
    b: Pooled
    effect: Contrast | None
    """None where the populations differ, or nothing compares the two within trials: then the rates are side by side and no more."""
    network: NetworkEffect | None = None
    """By all trials that are there, from three treatments on, if they are of one stratum."""
    bounds_a: Bounds | None = None
    bounds_b: Bounds | None = None
    bounds_effect: Bounds | None = None
    """Between which a rate, and the leading effect of trials that had both, lies, whichever of the trials belong that leave a word open, or
    whose rule is a band that has this one in it. None where no trial is open.
    """
    rows: tuple[Row, ...] = ()
    """Every arm of the trials that tell how the two compare, those of third treatments too, and those with the other kind of denominator."""
    elsewhere: tuple[Row, ...] = ()
    """Arms of either that are in no rate: others of their trial are at another visit, by another rule or in another set, and no rate joins two."""
    banded: tuple[Row, ...] = ()
    """Arms of further trials, whose rule is a band that has this one in it: they are in the bounds alone."""

    @property
    def difference(self) -> float:
        """The rate of a minus that of b, unadjusted."""
        return self.a.estimate - self.b.estimate

    @property
    def head_to_head(self) -> bool:
        """Whether what is shown of the two comes from a trial that had both, if not from that alone."""
        if self.network is not None:
            return self.network.k_direct > 0
        return share_a_trial(self.rows_a, self.rows_b) or (self.effect is not None and self.effect.is_direct)

    @property
    def alike(self) -> bool:
        """Whether what is shown of the two rests on trials that didn't have both, in whole or in part, so that ``ALIKE`` is assumed."""
        return not self.head_to_head or (self.network is not None and self.network.others_tell)

    @property
    def one_spread(self) -> bool:
        """Whether how much trials vary, and so the interval, is taken from others than those that had both, so that ``SPREAD`` is assumed."""
        return self.network is not None and self.network.k > self.network.k_direct

    @property
    def same_trials(self) -> bool:
        """Whether the two rates are of the same trials: else they may differ by what the trials do, whatever compares the two within trials."""
        a, b = ({row.trial for row in side} for side in (self.rows_a, self.rows_b))
        return a == b

    @property
    def assumed(self) -> list[str]:
        """All that is assumed, in words."""
        return assumed(self.assumptions, alike=self.alike, one_spread=self.one_spread)

    @property
    def names(self) -> list[str]:
        """The same, each in a word or two."""
        return [*self.assumptions, *(["alike trials"] if self.alike else []), *(["one spread"] if self.one_spread else [])]

    @property
    def sets(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What the denominators of either side hold."""
        a, b = (tuple(sorted({row.analysis_set for row in side})) for side in (self.rows_a, self.rows_b))
        return a, b

    def study(self, label: str) -> str:
        """How a trial is cited, by its label in the poolings."""
        return study_of((*self.rows, *self.banded), label)

    def changed(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """By assumption, what either side has in the dimension that it lets go; of what is unstated, the words."""

        def values(rows: Sequence[Row], name: str) -> tuple[str, ...]:
            if name == "unstated":
                return tuple(sorted({word for row in rows for word in row.unstated} - {"anchor"}))
            return tuple(sorted({str(getattr(row, _BY_ASSUMPTION[name])) for row in rows}))

        return {name: (values(self.rows_a, name), values(self.rows_b, name)) for name in self.assumptions}

    def left_open(self) -> dict[str, list[str]]:
        """What was assumed of single trials: each word that some left unstated, with these trials."""
        found: dict[str, list[str]] = {}
        for row in (*self.rows_a, *self.rows_b):
            for word in row.unstated:
                found.setdefault(word, []).append(row.study)
        return {word: sorted(set(trials)) for word, trials in sorted(found.items())}
