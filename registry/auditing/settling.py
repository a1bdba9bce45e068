"""What would change the verdict on a comparison: trials of both, more trials like those held, another figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from registry.auditing.changing import Trials, after_more, like, more_of, more_trials, supported_instead, undone
from registry.auditing.contrasting import (
    Stand,
    Unsettled,
    in_times,
    mean_of,
    new_trial,
    ratio_of,
    side_shown,
    unsettled,
)
from registry.auditing.grounds import Word
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import around, wanted
from registry.auditing.spans import Span
from registry.comparing.comparison import SharedStratum
from registry.comparing.trials import pairs_of_stratum
from registry.pooling.counts import FEW_TRIALS
from registry.pooling.networks import DISAGREEMENT
from registry.pooling.random_effects import Pooled
from registry.pooling.scales import RATIO, p_said

__all__ = ["deciding", "settling"]

View = tuple[SharedStratum, bool | None]
"""A stratum, and whether it agrees with the claim."""


def settling(word: Word, found: Sequence[View], stand: Stand, known: Knowledge) -> str:
    """What would change the verdict on a comparison, by the strata that have both and what each says."""
    if stand.beyond is not None and (word is Word.SUPPORTED or not stand.side):
        return "A figure in times, the ratio of the two rates, would make it one to judge."
    if word is Word.UNVERIFIABLE:
        borne_out = "supported" if stand.beyond is None else "not judged"
        ways = [
            f"{borne_out if view else 'contradicted'} if it meant {_place(one, known)}" for one, view in found if view is not None
        ]
        return f"It would be {', and '.join(ways)}."
    if word is Word.UNDECIDED:
        return _opening(found, stand, known)
    return _undoing(found, stand) if word is Word.SUPPORTED else _instead(found, stand, known)


def _opening(found: Sequence[View], stand: Stand, known: Knowledge) -> str:
    """What would settle an open verdict, by the largest stratum that leaves it open; the others would have to be settled too."""
    (one,) = deciding(Word.UNDECIDED, found, stand)
    if not one.stratum.by_chance:
        return f"Trials that randomise people to {known.word(one.a.subject)} or {known.word(one.b.subject)} would."
    told, number = _tied(one, known) or _undecided(one, stand, known), sum(view is None for _, view in found)
    if len(found) == 1:
        return told
    every = "Both" if number == 2 else f"All {number}"
    lead = "In the one open stratum" if number == 1 else f"{every} open strata would have to be settled. In the largest"
    return f"{lead}, {told[0].lower()}{told[1:]}"


def _instead(found: Sequence[View], stand: Stand, known: Knowledge) -> str:
    """Of a contradicted claim, what would be supported."""
    means, sides = _means(found), {side_shown(one) for one, _ in found}
    if stand.factor is None or all(map(stand.is_opposed, sides)):
        a, b = found[0][0].a.subject, found[0][0].b.subject
        better = b if stand.side > 0 else a
        return f"The opposite would be supported: {known.word(better)} does better than {known.word(a if better == b else b)}."
    for side, which in ((1, "better"), (-1, "worse")):
        # A figure on the side of the means would say which does better, and so would a bound from there on.
        bounded_there = stand.factor.one_sided and stand.factor.high_open == (side == 1)
        there = all(mean.low >= 1 if side == 1 else mean.high <= 1 for mean in means)
        if there and sides != {side} and (bounded_there or not stand.factor.one_sided):
            return f"No factor by which it does {which} would be supported: a new trial could show the opposite."
    return supported_instead(stand.factor, means, "times")


def _undoing(found: Sequence[View], stand: Stand) -> str:
    """Of a supported claim, what would undo it."""
    if stand.factor is not None and not any(stand.by_direction(one) for one, _ in found):
        return undone(stand.factor, _means(found), "With more trials, an interval of the mean", "times")
    (nearest,) = deciding(Word.SUPPORTED, found, stand)
    return f"An interval for a new trial that reached 1 would undo it; its nearer end is {RATIO.said(_near(nearest))}."


def _means(found: Sequence[View]) -> list[Span]:
    return [mean for one, _ in found if (ratio := ratio_of(one)) is not None and (mean := mean_of(ratio)) is not None]


def deciding(word: Word, found: Sequence[View], stand: Stand) -> list[SharedStratum]:
    """The strata by which a verdict stands, to be shown with it: the largest that leaves it open; one on either side, if strata disagree; and where all say the
    same, that which is nearest to saying something else.
    """
    if word is Word.UNDECIDED:
        return [max((one for one, view in found if view is None), key=lambda one: one.a.pooled.n + one.b.pooled.n)]
    if word is Word.UNVERIFIABLE:
        return [next(one for one, view in found if view is wanted) for wanted in (True, False)]
    return [min((one for one, _ in found), key=partial(_room, word, stand))]


def _room(word: Word, stand: Stand, one: SharedStratum) -> tuple[bool, float]:
    """How far a stratum is from saying something else; first those that say it by the reason that the verdict gives."""
    if word is Word.CONTRADICTED:
        by_side = stand.is_opposed(side_shown(one))
        return by_side, 0.0 if stand.factor is not None and not by_side else abs(math.log(_near(one)))
    if stand.factor is None or stand.by_direction(one):
        return False, abs(math.log(_near(one)))
    within, ratio = wanted(stand.factor), ratio_of(one)
    mean = None if ratio is None else mean_of(ratio)
    return True, math.inf if mean is None else min(mean.low - within.low, within.high - mean.high)


def _tied(one: SharedStratum, known: Knowledge) -> str:
    """Which trials a stratum needs that can't decide by more of its own; nothing of one that can."""
    both, of = f"{known.word(one.a.subject)} and {known.word(one.b.subject)}", f"would be of {_place(one, known)}."
    p = None if one.network is None else one.network.p
    return {
        None: "",
        Unsettled.INDIRECT: f"Trials that give both {both} would. They {of}",
        Unsettled.SINGLE: f"A second trial that gives both {both} would make it one to decide. It {of}",
        Unsettled.DISAGREES: f"Direct and indirect evidence would have to agree first: {'' if p is None else p_said(p)}, and must be {DISAGREEMENT:.2f} or "
        "more, unless both and the interval for a new trial lie on one side of 1.",
    }[unsettled(one)]


def _undecided(one: SharedStratum, stand: Stand, known: Knowledge) -> str:
    """What would settle a stratum that decides nothing."""
    ratio, of = ratio_of(one), f"They are of {_place(one, known)}."
    if stand.factor is not None and isinstance(ratio, Pooled):
        middle = in_times(ratio.estimate, ratio.estimate)
        if not (stand.side and side_shown(one) == 0 and around(stand.factor).holds(middle)):
            return f"{more_trials(stand.factor, ratio, [pair.counts for pair in pairs_of_stratum(one)])} {of}"
    elif stand.factor is not None and (side_shown(one) != 0 or not (stand.side or _borne_out_by_direction(one, stand))):
        both = f"{known.word(one.a.subject)} and {known.word(one.b.subject)}"
        return f"No ratio of the rates shows by how much: trials that give both {both}, in which some and not all meet the definition, would show one. They would be of {_place(one, known)}."
    if one.network is not None:
        network = one.network
        trials = Trials(network.network.model_estimate, network.network.model_se, network.tau, network.k)
        up, k = trials.estimate > 0, network.k
        needed = more_of(k, lambda k: not trials.after(k)[2] <= 0 <= trials.after(k)[3])
    elif isinstance(ratio, Pooled):
        after = after_more(ratio, [pair.counts for pair in pairs_of_stratum(one)])
        up, k = ratio.estimate > 1, ratio.k
        needed = more_of(k, lambda k: not after(k)[1].meets(in_times(1, 1)))
    else:
        both = f"{known.word(one.a.subject)} and {known.word(one.b.subject)}"
        return f"Trials that give both {both}, in which some and not all meet the definition, would. They would be of {_place(one, known)}."
    which = "those" if k > 1 else "that one"
    if needed is None:
        why = (
            "if trials differed as much as so few leave possible, the next one could show the opposite"
            if k < FEW_TRIALS
            else "they differ so much that the next one could show the opposite"
        )
        return f"Not even hundreds of trials like {which} would decide it: {why}. {of}"
    enough = stand.covers(1 if up else -1)
    way = "support" if enough or up == (stand.side > 0) else "contradict"
    further = (
        "only a figure in times could then be judged by how much"
        if stand.beyond is not None
        else "more might then show by how much"
        if stand.factor is not None and not enough and not stand.by_factor(one)
        else None
    )
    if further is not None and way == "support":
        return f"About {like(needed, which)} would show first that it does {'better' if stand.side > 0 else 'worse'}, if they went on as they do, and {further}. {of}"
    return (
        f"About {like(needed, which)} would {way} it if they went on as they do: the interval for a new one would exclude 1. {of}"
    )


def _borne_out_by_direction(one: SharedStratum, stand: Stand) -> bool:
    """Whether a network leans to the side of no effect on which every ratio is as claimed."""
    return one.network is not None and stand.covers(1 if one.network.network.estimate > 1 else -1)


def _near(one: SharedStratum) -> float:
    """The end of the interval for a new trial that is nearer to no effect."""
    new = new_trial(one)
    return math.inf if new is None else min((new.low, new.high), key=lambda end: abs(math.log(max(end, 1e-9))))


def _place(one: SharedStratum, known: Knowledge) -> str:
    return f"“{' · '.join(one.stratum.in_words(known.word))}”"
