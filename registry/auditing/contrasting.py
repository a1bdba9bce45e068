"""What a claim says about two treatments – which is better, and by how much – and whether a contrast in one stratum agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import view
from registry.auditing.spans import Span
from registry.comparing.comparison import SharedStratum
from registry.pooling.by_subject import Contrast
from registry.pooling.contrasts import Indirect
from registry.pooling.measures import RISK_RATIO
from registry.pooling.random_effects import Pooled

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

    def agrees(self, effect: Pooled | Indirect) -> bool | None:
        """Whether a ratio agrees: by the interval for a new trial, since a claim is about treatments and not about these trials. A claimed
        factor is judged as an average is. None where the ratio allows for both.
        """
        low, high = getattr(effect, "prediction_low", None), getattr(effect, "prediction_high", None)
        new = None if low is None or high is None else Span(low, high, "times")
        if self.sign is None:
            return None
        if self.factor is not None:
            return view(Span(self.factor, self.factor, "times"), Span(effect.low, effect.high, "times"), new).agrees
        if new is None or new.low <= 1 <= new.high:
            return None
        return (new.low > 1) == (self.sign > 0)


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
        agrees=stand.agrees(ratio),
        figures={
            "outcome": outcome,
            "stratum": str(where),
            "ratio": ratio.estimate,
            "low": ratio.low,
            "high": ratio.high,
            "via": found.via,
        },
    )
