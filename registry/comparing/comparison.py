"""What a comparison of two treatments or classes is made of: the strata that hold both, those that hold one, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from registry.comparing.obstacles import Obstacle, obstacle_between
from registry.comparing.rung import Rung
from registry.comparing.sensitivity import Sensitivity
from registry.comparing.sides import Side
from registry.pooling.by_subject import Contrast
from registry.pooling.measures import LEADING
from registry.pooling.network_rows import of_classes
from registry.shown import Shown, drawn
from registry.strata.comparable import caution
from registry.strata.rows import MAIN, Row, study_of
from registry.strata.stratum import Stratum
from schemas.outcome_words import COMPARED

if TYPE_CHECKING:
    from registry.comparing.means import MeanContrast
    from registry.pooling.network_effects import NetworkEffect, NoEstimate

__all__ = ["OUTCOMES", "ApartStratum", "Comparison", "Nearest", "OutcomeAnswer", "SharedStratum", "Unpooled"]

OUTCOMES = COMPARED
"""The outcomes that are compared, from the vocabulary of outcomes."""


@dataclass(frozen=True)
class SharedStratum:
    """A stratum that holds both. ``contrast`` is None where neither a trial nor a common comparator has them together."""

    stratum: Stratum
    a: Side
    b: Side
    contrast: Contrast | None
    contrast_variants: Callable[[], Mapping[str, Contrast]] = field(repr=False, compare=False)
    rows: tuple[Row, ...] = ()
    """What the contrast is made of: every arm of the stratum, those of third treatments too."""
    network: NetworkEffect | None = None
    """The odds ratio by all trials of the stratum, from three treatments on that hang together. Never where a dimension is crossed."""
    network_gap: NoEstimate | None = None
    """Why there is none, where trials join the two and yet give no finite odds ratio."""
    withheld: bool = False
    """Whether nothing compares the two since nobody was randomised to their arms, and nothing is to be assumed."""

    @property
    def contrasts(self) -> Mapping[str, Contrast]:
        """By name, those of the variants of which other rows or figures went in."""
        return self.contrast_variants()

    @property
    def of_classes(self) -> bool:
        """Whether the network is one of classes."""
        return of_classes(self.rows, self.a.subject, self.b.subject)

    @property
    def is_direct(self) -> bool:
        """Whether a trial had both."""
        return self.contrast is not None and self.contrast.is_direct

    @property
    def is_compared(self) -> bool:
        """Whether anything compares the two, directly or not."""
        return self.contrast is not None or self.network is not None

    def study(self, label: str) -> str:
        """How a trial is cited, by its label in the poolings."""
        return study_of(self.rows, label)

    @property
    def obstacle(self) -> Obstacle:
        """Why nothing compares the two, where nothing does."""
        return Obstacle.ALLOCATION if self.withheld else obstacle_between(self.a.rows, self.b.rows)

    @property
    def warning(self) -> str:
        """What its comparison is to be read with; empty where that is nothing."""
        return caution(self.stratum.arm_kind) if self.is_compared else ""


@dataclass(frozen=True)
class Nearest:
    """A stratum of the other subject, and how it differs. ``sets`` are both sides' analysis sets, where they have none in common."""

    stratum: Stratum
    side: Side
    differences: dict[str, tuple[str, str]]
    sets: tuple[tuple[str, ...], tuple[str, ...]] | None


@dataclass(frozen=True)
class ApartStratum:
    """A stratum that holds one of the two, with the other's nearest ones."""

    stratum: Stratum
    side: Side
    nearest: tuple[Nearest, ...]


@dataclass(frozen=True)
class Unpooled:
    """Rows of a subject that are shown and not pooled: ``words`` says what their sources don't state, be it a count of people."""

    stratum: Stratum
    subject: str
    rows: tuple[Row, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class OutcomeAnswer:
    """The answer for one outcome; ``summary`` is that in a sentence."""

    outcome: str
    shared: tuple[SharedStratum, ...]
    apart: tuple[ApartStratum, ...]
    unpooled: tuple[Unpooled, ...]
    summary: str
    pooling: str = MAIN
    """The variant of pooling that leads: what had to be assumed for it."""
    rungs: tuple[Rung, ...] = ()
    """What has to be assumed before the two can be set side by side; empty where a dimension is crossed."""
    sensitivity: tuple[Sensitivity, ...] = ()
    """Of the first rung."""
    without: Mapping[str, str | None] = field(default_factory=dict)
    """Those of the two of which there is no rate at all, each with the control as which it has rates, if any."""
    elsewhere: tuple[str, ...] = ()
    """If so, other populations than the one asked for in which there are rates of both, of its like first and then those of most trials."""


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """``across`` names the dimensions that were crossed and ``reason`` says why; ``warnings`` is what that means, and what the figures that lead are to be
    read with: a stratum has a warning of its own.
    """

    a: str
    b: str
    outcomes: tuple[OutcomeAnswer, ...]
    population: str | None = None
    across: tuple[str, ...] = ()
    reason: str | None = None
    with_unstated: bool = False
    warnings: tuple[str, ...] = ()
    means: tuple[MeanContrast, ...] = ()
    """Their means on scales, where trials had both; none if one outcome was asked for, or a dimension is crossed."""
    strict: bool = False
    """Whether all that assumes anything was left out."""
    drafts: tuple[str, ...] = ()
    """The drafts in the database, each with its version: none of them was accepted."""

    def plot(self, measure: str = LEADING, sort: str = "trial") -> Any:
        """The forest plot, which a notebook shows and ``save(file)`` keeps. ``sort`` is the order of the trials: ``trial`` (their names in the
        registry), ``year``, ``effect`` or ``precision``. Raises ``RequestError`` for a measure or an order that there isn't.
        """
        return drawn(self, measure, sort)
