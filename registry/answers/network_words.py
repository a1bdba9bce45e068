"""What a network says about two treatments, in short sentences: the same at a terminal and on a page."""

from __future__ import annotations

from collections.abc import Callable

from registry.pooling.network_effects import Estimate, NetworkEffect, NoEstimate
from registry.pooling.scales import RATIO, p_said
from schemas.wording import counted

__all__ = ["gap_words", "had_both", "network_words"]

_MOST = 3


def network_words(found: NetworkEffect, a: str, b: str, word: Callable[[str], str], *, classes: bool) -> list[str]:
    """The odds ratio of a against b with the network it is from, then direct and indirect evidence; ``word`` gives words for an id."""
    ahead = RATIO.interval(found.prediction_low, found.prediction_high)
    told = [
        f"Odds ratio, {word(a)} vs {word(b)}, {_said(found.network, '95% CI ')}; in another trial {ahead}; "
        f"network of {counted(found.k, 'trial')} and {len(found.treatments)} {'classes' if classes else 'treatments'}."
    ]
    if found.direct and found.indirect and found.p is not None:
        shown = "The two disagree" if found.disagrees else "No disagreement shown"
        told.append(
            f"Direct {_said(found.direct)}, {counted(found.k_direct, 'trial')}; indirect {_said(found.indirect)}, both by the network's spread. {shown} ({p_said(found.p)})."
        )
    elif found.k_direct and found.others_tell:
        told.append(
            f"{had_both(found)}. Others bear on the ratio too, but one of these two kinds gives none by itself, so neither checks the other."
        )
    elif found.k_direct:
        told.append(
            f"{had_both(found)}; no others lead from one to the other, so nothing checks {'it' if found.k_direct == 1 else 'them'}."
        )
    else:
        told.append(f"Indirect{_way(found, word)}: {had_both(found)}, so it need not follow the two rates.")
    if classes:
        told.append("Of classes: the drugs of a class are taken as one.")
    if found.left_out:
        told.append(f"Left out of the network, because they say nothing about a ratio: {', '.join(map(word, found.left_out))}.")
    return told


def had_both(found: NetworkEffect) -> str:
    """How many trials of the network had both of the two, and how many of these give no ratio of them, since all or none of the two met the definition."""
    told = f"{counted(found.k_both, 'trial') if found.k_both else 'no trial'} had both"
    if not (silent := found.k_both - found.k_direct):
        return told
    give = f"give{'s' if silent == 1 else ''} no ratio"
    return f"{told} and {give}" if silent == found.k_both else f"{told}, {silent:,} of which {give}"


def gap_words(found: NoEstimate, word: Callable[[str], str]) -> list[str]:
    """Why the network gives none."""
    told = found.in_words(word)
    return [f"{told[0].upper()}{told[1:]} ({counted(found.k, 'trial')}, {len(found.treatments)} treatments joined)."]


def _way(found: NetworkEffect, word: Callable[[str], str]) -> str:
    if not found.through:
        return ", through several treatments in a row"
    shown = [word(one) for one in found.through[:_MOST]]
    more = len(found.through) - len(shown)
    return f", through {', '.join(shown)}" + (f" and {more} more" if more else "")


def _said(of: Estimate, interval: str = "") -> str:
    return f"{RATIO.said(of.estimate)} ({interval}{RATIO.interval(of.low, of.high)})"
