"""The parts of a verdict: its possible values, its grounds, and the evidence for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from registry.auditing.claims import Claim
from registry.auditing.spans import Span
from registry.strata.rows import Row

__all__ = ["Dispute", "Evidence", "Ground", "Placed", "Verdict", "Word"]


class Word(StrEnum):
    """The verdicts, gravest first: a claim with several parts gets the worst of theirs."""

    INCOHERENT = "incoherent"
    CONTRADICTED = "contradicted"
    NOT_COMPARABLE = "not comparable"
    UNVERIFIABLE = "unverifiable"
    UNDECIDED = "undecided"
    SUPPORTED = "supported"
    NOT_JUDGED = "not judged"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Word).index(self)

    @property
    def meaning(self) -> str:
        """The word in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Word.INCOHERENT: "it can't be true together with another claim of the same source",
    Word.CONTRADICTED: "the registry's figures disagree",
    Word.NOT_COMPARABLE: "it compares groups that differ in something other than the treatment",
    Word.UNVERIFIABLE: "what it leaves unstated decides",
    Word.UNDECIDED: "the registry's figures neither confirm it nor rule it out",
    Word.SUPPORTED: "the registry's figures agree",
    Word.NOT_JUDGED: "it has no figure to test, or is about something that the registry doesn't hold",
}


@dataclass(frozen=True)
class Evidence:
    """One thing that a ground rests on: a pooled rate, a contrast, a statement, a visit, another claim.

    ``agrees`` says whether it agrees with the claim; None where it says nothing for or against it. ``figures`` are its numbers, by name;
    ``span`` is where its figure lies, in the unit in which it is compared; ``source_ids`` what the package of a statement calls its source.
    """

    kind: str
    text: str
    sources: tuple[str, ...] = ()
    locator: str | None = None
    agrees: bool | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)
    span: Span | None = None
    source_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A rate that the registry has of what a claim is about: whether it is of the claim's people, and in one of its readings."""

    row: Row
    here: bool
    read: bool


@dataclass(frozen=True)
class Ground:
    """One reason for a verdict: the word it leads to, why, what is missing, and the dimensions in which the sides differ.

    Of the sentences of ``because`` the first two are the reason, and the others details. ``to_change`` is what would lead to another word, or
    works it out when it is asked for, since pooling trials that don't exist takes its time;
    ``gap`` is why a claim isn't judged, by the vocabulary ``not_judged``; None for verdicts.
    """

    word: Word
    because: tuple[str, ...]
    to_change: str | Callable[[], str] = field(kw_only=True, compare=False)
    gap: str | None = field(default=None, kw_only=True)
    missing: tuple[str, ...] = ()
    differing: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    rates: tuple[Placed, ...] = ()
    """Of a claimed rate, every rate of the treatment that the registry has, pooled or not."""

    @cached_property
    def change(self) -> str:
        """What would lead to another word, in a sentence or two."""
        return self.to_change if isinstance(self.to_change, str) else self.to_change()


@dataclass(frozen=True)
class Dispute:
    """Another claim that this one is related to, the relation as seen from here, and in what the two differ."""

    relation: str
    other: Claim
    differing: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Verdict:
    """A claim with its grounds, the gravest first, and the claims that it is related to."""

    claim: Claim
    grounds: tuple[Ground, ...]
    disputes: tuple[Dispute, ...] = ()

    @property
    def word(self) -> Word:
        """The verdict: that of the gravest ground."""
        return self.grounds[0].word

    @property
    def reasoning(self) -> str:
        """Why, in sentences; the verdict's own ground first."""
        return " ".join(sentence for ground in self.grounds for sentence in ground.because)

    @property
    def brief(self) -> str:
        """The reason for the verdict in two sentences."""
        return " ".join(self.grounds[0].because[:2])

    @property
    def would_change(self) -> str:
        """What would change the verdict, in a sentence or two."""
        return self.grounds[0].change

    @property
    def gap(self) -> str | None:
        """Why it isn't judged, by the vocabulary ``not_judged``; None of a verdict that is one."""
        return self.grounds[0].gap

    @property
    def missing(self) -> tuple[str, ...]:
        """What the claim doesn't state, or the registry doesn't hold."""
        return tuple(dict.fromkeys(word for ground in self.grounds for word in ground.missing))

    @property
    def differing(self) -> dict[str, tuple[str, str]]:
        """The dimensions in which what is compared differs, each with both sides."""
        return {name: sides for ground in reversed(self.grounds) for name, sides in ground.differing.items()}

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that the grounds rest on."""
        return tuple(evidence for ground in self.grounds for evidence in ground.evidence)
