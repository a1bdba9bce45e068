"""What a claim says about two treatments – which is better, and by how much – and whether a contrast in one stratum agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence
from registry.auditing.knowledge import Knowledge
from registry.comparing.comparison import SharedStratum
from registry.pooling.by_subject import Contrast
from registry.pooling.measures import RISK_RATIO

__all__ = ["Stand", "contrast_evidence"]


@dataclass(frozen=True)
class Stand:
    """Which way a claim goes (1: the subject does better, −1: worse; None: it doesn't say), by which factor, and that in words."""

    sign: int | None
    factor: float | None
    words: str

    @classmethod
    def of(cls, claim: Claim, claims: Sequence[Claim]) -> Stand:
        """The direction of a claim. A rate has the direction in which it differs from the source's rate for the comparator."""
        if claim.attribute == "superiority":
            times = claim.low if (claim.unit or "").startswith("times") else None
            return cls(1, times, "better" if times is None else claimed(claim))
        other = [
            c.share
            for c in claims
            if (c.subject, c.attribute, c.source) == (claim.comparator, claim.attribute, claim.source) and c.share is not None
        ]
        if claim.share is None or not other or claim.share == other[0]:
            return cls(None, None, "no direction")
        return cls(1, None, "a higher rate") if claim.share > other[0] else cls(-1, None, "a lower rate")

    def agrees(self, low: float, high: float) -> bool | None:
        """Whether the 95% interval of a ratio agrees; None where it allows for both."""
        if self.sign is None:
            return None
        one_way, other_way = (low > 1, high < 1) if self.sign > 0 else (high < 1, low > 1)
        if self.factor is not None:
            one_way, other_way = one_way and low <= self.factor <= high, not low <= self.factor <= high
        return True if one_way else False if other_way else None


def contrast_evidence(outcome: str, shared: SharedStratum, found: Contrast, stand: Stand, known: Knowledge) -> Evidence:
    """The contrast of a stratum that has both treatments, as evidence for or against the claim."""
    ratio, said, where = found.effects[RISK_RATIO.name], RISK_RATIO.scale, shared.stratum
    how = "head to head" if found.is_direct else f"indirectly, through {known.word(found.via)}"
    place = " · ".join(where.in_words(known.word))
    return Evidence(
        "contrast",
        f"{known.word(shared.a.subject)} versus {known.word(shared.b.subject)}, {how}: {RISK_RATIO.name} "
        f"{said.said(ratio.estimate)} (95% CI {said.interval(ratio.low, ratio.high)}) for {outcome}: {place}",
        tuple(sorted({row.source for row in (*shared.a.rows, *shared.b.rows) if row.source})),
        agrees=stand.agrees(ratio.low, ratio.high),
        figures={
            "outcome": outcome,
            "stratum": str(where),
            "ratio": ratio.estimate,
            "low": ratio.low,
            "high": ratio.high,
            "via": found.via,
        },
    )
