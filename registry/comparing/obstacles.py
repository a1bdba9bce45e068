"""Why rates of two subjects compare nothing, and the words for it: in a sentence, in a rung, about a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from registry.strata.rows import Row, share_a_trial

__all__ = ["Obstacle", "obstacle_between"]


@dataclass(frozen=True)
class Why:
    """The words for an obstacle."""

    words: str
    """Within a sentence."""
    short: str = ""
    """In a rung, whose next words say that the rates are side by side only; as ``words`` where this is empty."""
    alone: tuple[str, str] | None = None
    """Of a stratum with no other kind of arm: which rates these are, and what would compare them."""
    lacking: tuple[str, str] | None = None
    """Of trials of both that randomised people and yet give no contrast: what their counts lack, and which trial of ``{}`` would give one."""


class Obstacle(Enum):
    """Why rates of two subjects compare nothing."""

    SAME_PEOPLE = Why(
        "in a crossover the same people are in both arms, and their counts are not independent",
        short="in a crossover the same people are in both arms",
        alone=(
            "in crossover trials only",
            " The same people are in both arms; a contrast needs the first period or paired counts.",
        ),
        lacking=(
            "the pairing of the two counts",
            "A trial of two groups that gives {}, or the counts of these trials' first periods,",
        ),
    )
    """They are of crossovers alone."""
    CLUSTERS = Why(
        "groups of people were randomised whole, and counts that take no account of it are not compared",
        short="groups of people were randomised whole, and how alike the people of one are isn't stated",
        alone=(
            "in cluster-randomised trials only",
            " People of one group resemble each other; a contrast needs an analysis that takes account of it, as a row of the table contrasts.",
        ),
        lacking=("the design effect", "A trial that randomises people one by one to {}"),
    )
    """They are of groups randomised whole alone."""
    SETTINGS = Why("the trials that had both counted them at different visits, by different rules or in different sets")
    """Trials have both, at no common setting."""
    TRIALS = Why("no trial had both, and their trials share no comparator", short="nothing connects their trials")
    """No trial has both, and no third joins theirs."""
    ALLOCATION = Why(
        "nobody was randomised to their arms, and without an assumption these compare nothing",
        alone=("in arms that nobody was randomised to", " Without an assumption, nothing is compared."),
    )
    """Nobody was randomised to their arms, and nothing may be assumed."""


_OF_KIND = {"crossover": Obstacle.SAME_PEOPLE, "cluster": Obstacle.CLUSTERS}
"""What keeps arms of one kind alone from being compared."""


def obstacle_between(rows: Sequence[Row], others: Sequence[Row]) -> Obstacle:
    """Why nothing compares the two, where nothing does."""
    kinds = {row.arm_kind for row in (*rows, *others)}
    if len(kinds) == 1 and (of_kind := _OF_KIND.get(kinds.pop())) is not None:
        return of_kind
    return Obstacle.SETTINGS if share_a_trial(rows, others) else Obstacle.TRIALS
