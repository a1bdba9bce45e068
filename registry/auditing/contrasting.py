"""What a claim says about two treatments – which is better, and by how much – and whether a contrast in one stratum agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import view
from registry.auditing.spans import Span
from registry.comparing.comparison import SharedStratum
from registry.pooling.contrasts import Indirect
from registry.pooling.measures import RISK_RATIO
from registry.pooling.networks import Estimate
from registry.pooling.random_effects import Pooled
from registry.pooling.scales import RATIO

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

    def agrees(self, shared: SharedStratum) -> bool | None:
        """Whether a stratum agrees: by the interval for a new trial, since a claim is about treatments and not about these trials.

        The network's leads where there is one, if its direct and indirect evidence agree. A claimed factor is judged as an average is, by
        the ratio of the rates. None where both are possible.
        """
        ratio = None if shared.contrast is None else shared.contrast.effects.get(RISK_RATIO.name)
        if self.sign is None:
            return None
        if self.factor is not None:
            return (
                None
                if ratio is None
                else view(_times(self.factor, self.factor), _times(ratio.low, ratio.high), _new(ratio)).agrees
            )
        if shared.network is not None:
            new = None if shared.network.disagrees else _times(shared.network.prediction_low, shared.network.prediction_high)
        else:
            new = None if ratio is None else _new(ratio)
        if new is None or new.low <= 1 <= new.high:
            return None
        return (new.low > 1) == (self.sign > 0)


def _times(low: float, high: float) -> Span:
    return Span(low, high, "times")


def _new(ratio: Pooled | Indirect) -> Span | None:
    """The interval for a new trial; an indirect comparison has none."""
    if not isinstance(ratio, Pooled) or ratio.prediction_low is None or ratio.prediction_high is None:
        return None
    return _times(ratio.prediction_low, ratio.prediction_high)


def contrast_evidence(outcome: str, shared: SharedStratum, stand: Stand, known: Knowledge) -> Evidence:
    """What a stratum that has both treatments says about the two, as evidence for or against the claim."""
    a, b, place = shared.a.subject, shared.b.subject, " · ".join(shared.stratum.in_words(known.word))
    told: list[str] = []
    figures: dict[str, Any] = {"outcome": outcome, "stratum": str(shared.stratum)}
    if shared.network is not None:
        by = shared.network
        told.append(
            f"odds ratio {_said(by.network)} by a network of {by.k} trials, in another trial "
            f"{RATIO.interval(by.prediction_low, by.prediction_high)}"
        )
        if by.direct is not None and by.indirect is not None and by.p is not None:
            agree = "disagree" if by.disagrees else "agree"
            told.append(f"direct {_said(by.direct)} and indirect {_said(by.indirect)} evidence {agree} (p = {by.p:.2f})")
        figures |= {"odds_ratio": by.network.estimate, "p": by.p}
        figures |= {"prediction_low": by.prediction_low, "prediction_high": by.prediction_high}
    if shared.contrast is not None and RISK_RATIO.name not in shared.contrast.effects:
        told.append(f"no {RISK_RATIO.name}: in every trial all or none of the participants met the definition")
    elif shared.contrast is not None:
        ratio, said = shared.contrast.effects[RISK_RATIO.name], RISK_RATIO.scale
        how = "head to head" if shared.contrast.is_direct else f"indirectly, through {known.word(shared.contrast.via)}"
        told.append(f"{how}: {RISK_RATIO.name} {said.said(ratio.estimate)} (95% CI {said.interval(ratio.low, ratio.high)})")
        figures |= {"ratio": ratio.estimate, "low": ratio.low, "high": ratio.high, "via": shared.contrast.via}
    return Evidence(
        "contrast",
        f"{known.word(a)} versus {known.word(b)}, {'; '.join(told)} for {outcome}: {place}",
        tuple(sorted({row.source for row in (*shared.a.rows, *shared.b.rows) if row.source})),
        agrees=stand.agrees(shared),
        figures=figures,
    )


def _said(of: Estimate) -> str:
    return f"{RATIO.said(of.estimate)} (95% CI {RATIO.interval(of.low, of.high)})"
