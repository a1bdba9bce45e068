"""Where a rate belongs: the stratum within which rates are pooled and compared, and its dimensions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from registry.strata.comparable import NOT_RANDOMISED
from registry.strata.proposed import is_named_proposal
from registry.strata.rows import Row
from schemas.windows import AT_EXIT

__all__ = ["CROSSED", "DIMENSIONS", "Dimension", "Stratum"]


@dataclass(frozen=True)
class Dimension:
    """One of the dimensions of a stratum."""

    name: str
    """As a user names it."""
    column: str
    """The column of ``comparable_rates`` that holds it."""
    words: str
    """As a reader has it."""
    lacking: tuple[str, ...]
    """The words of which a row lacks one where it isn't stated."""
    is_option: bool = True
    """Whether the command offers to cross it."""


DIMENSIONS = {
    one.name: one
    for one in (
        Dimension("definition", "comparability_class", "definition", ("definition",)),
        Dimension("population", "population", "population", ("population",)),
        Dimension("window", "window", "day", ("day",)),
        Dimension("anchor", "counted_from", "what days count from", ("anchor",), is_option=False),
        Dimension("strategy", "strategy", "strategy", ("phase", "background"), is_option=False),
        Dimension("arm-kind", "arm_kind", "kind of arm", ("arm kind",)),
    )
}
"""The dimensions of a stratum in their order, by name."""

_OF_ROW = attrgetter(*(one.column for one in DIMENSIONS.values()))

CROSSED = "any"
"""The value of a dimension that is crossed."""


@dataclass(frozen=True, order=True)
class Stratum:
    """Where a rate belongs. A dimension that is crossed is ``any``."""

    definition: str
    population: str
    window: str
    anchor: str
    strategy: str
    arm_kind: str

    @classmethod
    def of(cls, row: Row, across: Sequence[str] = ()) -> Stratum:
        """The stratum of a row, with those dimensions crossed; a proposed term is pooled with no other even there."""
        values = _OF_ROW(row)
        if not across:
            return cls(*values)
        named = zip(DIMENSIONS, values, strict=True)
        return cls(*(CROSSED if name in across and not is_named_proposal(value) else value for name, value in named))

    @property
    def values(self) -> tuple[str, ...]:
        """The values of the dimensions, in their order."""
        return tuple(vars(self).values())

    @property
    def by_chance(self) -> bool:
        """Whether people came to its arms by chance, as far as that is known."""
        return self.arm_kind != NOT_RANDOMISED

    def __str__(self) -> str:
        return " | ".join(self.values)

    def in_words(self, word: Callable[[str], str]) -> list[str]:
        """The stratum as a reader has it, part by part: days that count from the start of treatment go without saying."""
        return [
            _named("definition", self.definition, word),
            _named("population", self.population, word),
            f"{_named('day', self.window, word)}{_COUNTED.get(self.anchor, '') if self.window != AT_EXIT else ''}",
            _named("strategy", self.strategy, word) if self.strategy in _SPECIAL else _strategy(self.strategy, word),
            _named("kind of arm", self.arm_kind, word),
        ]

    def differences(self, other: Stratum) -> dict[str, tuple[str, str]]:
        """The dimensions in which two strata differ, each with both values."""
        pairs = zip(DIMENSIONS, self.values, other.values, strict=True)
        return {name: (mine, theirs) for name, mine, theirs in pairs if mine != theirs}


_COUNTED = {
    "last-dose": " after the last dose",
    "study-exit": " after the end of the study",
    "unstated": ", counted from an unstated day",
    "any": ", counted from any day",
}
_SPECIAL = {"any", "unstated"}


def _named(dimension: str, value: str, word: Callable[[str], str]) -> str:
    return {"any": f"any {dimension}", "unstated": f"{dimension} not stated"}.get(value) or word(value)


def _strategy(strategy: str, word: Callable[[str], str]) -> str:
    phase, _, background = strategy.partition(", ")
    return f"{_named('phase', phase, word)}, {_named('background', background, word) if background != 'none' else 'no other treatment'}"
