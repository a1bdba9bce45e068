"""The ladder in sentences: what had to be assumed, the figures, and what would settle it. The same at a terminal and on a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from registry.comparing.ladder import ASSUMPTIONS, Rung
from registry.pooling.contrasts import Indirect
from registry.pooling.measures import LEADING, PROPORTION
from registry.pooling.scales import RATIO

if TYPE_CHECKING:
    from registry.pooling.networks import Estimate
    from registry.pooling.random_effects import Pooled

__all__ = ["bottom_line", "other_rungs"]

_MOST_TRIALS = 3

_SETTLED = {
    "class": "trials of both by one rule",
    "window": "trials of both with a visit on the same days",
    "denominator": "counts of both with one kind of denominator",
    "population": "trials of both in one population",
}
"""What would make an assumption unnecessary, but for words that single trials leave unstated."""


def bottom_line(rungs: Sequence[Rung], a: str, b: str, outcome: str, word: Callable[[str], str]) -> list[str]:
    """Three sentences on the rung that leads: its assumptions, its figures, and what would settle it; one if there is none."""
    if not rungs:
        return [f"The registry has no {outcome} rate of one of the two, whatever is assumed."]
    lead = rungs[0]
    return [_assumed(lead.assumptions), _figures(lead, a, b, outcome, word), *_settling(lead, word)]


def other_rungs(rungs: Sequence[Rung], a: str, b: str, word: Callable[[str], str]) -> list[str]:
    """A line on each other set of assumptions of which none can be left out."""
    return [
        f"{', '.join(rung.assumptions)}: {word(a)} {_rate(rung.a)}, {word(b)} {_rate(rung.b)}"
        + (f"; {told}" if (told := _effect(rung)) else "")
        for rung in rungs[1:]
    ]


def _assumed(assumptions: Sequence[str]) -> str:
    if not assumptions:
        return "Like with like, with nothing assumed."
    told = [f"that {ASSUMPTIONS[name]}" for name in assumptions]
    return f"Assuming {_listed(told)}:"


def _figures(rung: Rung, a: str, b: str, outcome: str, word: Callable[[str], str]) -> str:
    effect = _effect(rung)
    compared = (
        f" {effect[:1].upper()}{effect[1:]}." if effect else " Nothing connects their trials, so the rates are side by side only."
    )
    return f"{outcome.capitalize()} with {word(a)} {_rate(rung.a)}, with {word(b)} {_rate(rung.b)}.{compared}"


def _rate(pooled: Pooled) -> str:
    scale = PROPORTION.scale
    return (
        f"{scale.said(pooled.estimate)} (95% CI {scale.interval(pooled.low, pooled.high)}; {_count(pooled.k)}, n = {pooled.n:,})"
    )


def _effect(rung: Rung) -> str:
    """What compares the two: the network where there is one, so that few trials of both don't hide all others."""
    if "population" in rung.assumptions:
        points = f"{100 * rung.difference:+.0f}".replace("-", "−")
        return f"difference {points} points, unadjusted"
    if rung.network is not None:
        by = rung.network
        told = f"odds ratio {_interval(by.network)} by a network of {_count(by.k)}"
        if by.direct is not None and by.indirect is not None:
            also = "but" if by.disagrees else "and"
            told += f"; direct evidence ({_count(by.k_direct)}) {_interval(by.direct)}, {also} indirect {_interval(by.indirect)}"
        return told
    found = None if rung.effect is None else rung.effect.effects.get(LEADING)
    if found is None:
        return ""
    how = "indirect" if isinstance(found, Indirect) else f"{_count(found.k)} had both"
    return f"{LEADING} {_interval(found)}; {how}"


def _interval(of: Pooled | Indirect | Estimate) -> str:
    scale = RATIO
    return f"{scale.said(of.estimate)} (95% CI {scale.interval(of.low, of.high)})"


def _count(k: int) -> str:
    return f"{k} trial{'s' if k > 1 else ''}"


def _settling(rung: Rung, word: Callable[[str], str]) -> list[str]:
    needed = [_SETTLED[name] for name in rung.assumptions if name in _SETTLED]
    open_ = rung.left_open()
    if open_:
        trials = sorted(
            {trial for some in open_.values() for trial in some},
            key=lambda trial: (-sum(trial in some for some in open_.values()), trial),
        )
        needed.append(f"a statement of {_listed(list(open_))} by {_trials([word(trial) for trial in trials])}")
    return [f"What would settle it: {'; '.join(needed)}."] if needed else []


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _trials(trials: Sequence[str]) -> str:
    more = len(trials) - _MOST_TRIALS
    return ", ".join(trials[:_MOST_TRIALS]) + (f" and {more} more trial{'s' if more > 1 else ''}" if more > 0 else "")
