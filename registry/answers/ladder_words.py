"""The ladder in sentences and cells: what had to be assumed, the figures, what they depend on, and what would settle it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from registry.answers.network_words import had_both
from registry.comparing.obstacles import obstacle_between
from registry.comparing.rung import Rung
from registry.comparing.sensitivity import Sensitivity
from registry.comparing.summary import elsewhere_words, lacking
from registry.pooling.contrasts import Indirect
from registry.pooling.measures import LEADING, MEASURES, ODDS_RATIO, PROPORTION
from registry.pooling.method import Route
from registry.pooling.method_words import FOLLOWS, WITHIN, how, prior_words
from registry.pooling.networks import DECISION
from registry.pooling.random_effects import METHODS
from registry.pooling.scales import RATIO, in_points
from registry.strata.rows import cited
from schemas.wording import counted, listed

if TYPE_CHECKING:
    from registry.pooling.bounds import Bounds, Extreme
    from registry.pooling.by_subject import Contrast
    from registry.pooling.network_effects import Estimate, NetworkEffect
    from registry.pooling.random_effects import Pooled, Range
    from registry.pooling.scales import Scale

__all__ = [
    "RungWords",
    "SensitivityWords",
    "bottom_line",
    "bounds_line",
    "measure_of",
    "methods_line",
    "no_rung",
    "other_rung",
    "rung_words",
    "sensitivity_words",
    "unchanged_words",
]

_MOST_TRIALS = 2
_MOST_DRIVERS = 2

_Word = Callable[[str], str]

_SETTLED = {
    "imputed": "counts of people where they were worked out from means",
    "class": "trials of both by one rule",
    "window": "trials of both with a visit on the same days",
    "denominator": "counts of both with one kind of denominator",
    "allocation": "trials that randomise people to either",
    "population": "trials of both in one population",
}
"""What would make an assumption unnecessary, but for words that single trials leave unstated."""


def bottom_line(
    rungs: Sequence[Rung],
    a: str,
    b: str,
    outcome: str,
    word: _Word,
    *,
    without: Mapping[str, str | None] | None = None,
    measure: str = LEADING,
    population: str | None = None,
    elsewhere: Sequence[str] = (),
) -> list[str]:
    """The sentences on the rung that leads: its assumptions, its figures, which arms are in neither rate, and what would settle it. One if there is none, for want of rates
    of those named in ``without`` in the population asked for, with the populations ``elsewhere`` in which there are, or because no assumption lets go what the rates differ in.
    """
    if without:
        return [f"The registry has no {outcome} rate for {lacking(without, word, population)}.{elsewhere_words(elsewhere, word)}"]
    if not rungs:
        return [no_rung(outcome)]
    lead = rungs[0]
    return [
        _assumed(lead),
        _figures(lead, (a, b), outcome, word, measure),
        *_elsewhere(lead, word),
        *_settling(lead, word),
    ]


def no_rung(outcome: str) -> str:
    """Why two that have rates have no rung. ``outcome`` may name several, joined by *or*."""
    return (
        f"No assumption brings the {outcome} rates of the two together: they differ in what is never let go "
        "(rules of no common class, phase, background, kind of arm, or the visit and the set within a trial), or groups of people were randomised whole."
    )


def other_rung(rung: Rung, word: _Word, measure: str = LEADING) -> str:
    """A rung that doesn't lead, in a line."""
    effect = _effect(rung, word, measure) or "side by side only"
    return f"Or assuming {listed(rung.names)}: {_rate(rung.a)} and {_rate(rung.b)}; {effect}."


def methods_line(rungs: Sequence[Rung]) -> str:
    """How the figures of these rungs were pooled, in few words, with the records that say why."""
    effects = [of.effects.get(LEADING) for of in (rung.effect for rung in rungs if rung.network is None) if of is not None]
    networks = [rung.network for rung in rungs if rung.network is not None]
    pooled = [*(of for rung in rungs for of in (rung.a, rung.b)), *(of for of in effects if of is not None), *networks]
    methods = dict.fromkeys(of.method.short for of in pooled)
    records = {
        METHODS: True,
        DECISION: bool(networks),
        FOLLOWS: any(of.method.route is Route.FROM_ODDS for of in pooled),
        WITHIN: any(of.method.route is Route.BESIDE_ODDS for of in pooled),
    }
    return f"Pooled by {'; '.join(methods)}. {how(record for record, is_needed in records.items() if is_needed)}"


class RungWords(NamedTuple):
    """A rung as a row of a table, and its details in sentences."""

    assumptions: str
    a: str
    b: str
    effect: str
    details: tuple[str, ...]


def rung_words(rung: Rung, a: str, b: str, word: _Word, measure: str = LEADING) -> RungWords:
    """The names of what is assumed, either rate, what compares them, and below it the bounds, the denominators and what changed."""

    def both(values: tuple[Sequence[str], Sequence[str]]) -> str:
        return "; ".join(f"{word(one)} {_side(side, word)}" for one, side in zip((a, b), values, strict=True))

    return RungWords(
        ", ".join(rung.names) or "nothing",
        _rate(rung.a),
        _rate(rung.b),
        _effect(rung, word, measure) or "side by side only",
        (
            *bounds_line(rung, a, b, word),
            *_priors(rung, a, b, word),
            f"Denominators: {both(rung.sets)}.",
            *(f"{name.capitalize()}: {both(sides)}." for name, sides in rung.changed().items()),
        ),
    )


class SensitivityWords(NamedTuple):
    """A variant as a row of a table; ``short`` is it in few words, and ``unstated`` what it goes by, where no row states that."""

    short: str
    variant: str
    a: str
    b: str
    effect: str
    unstated: str = ""


def sensitivity_words(
    rung: Rung, found: Sequence[Sensitivity], measure: str = LEADING, *, brief: bool = False
) -> list[SensitivityWords]:
    """The rung itself, then the variants of it. In a ``brief`` cell there is the figure alone, or = where none of it changes."""

    def rate(pooled: Pooled | None) -> str:
        return "none" if pooled is None else PROPORTION.scale.said(pooled.estimate) if brief else _rate(pooled)

    def effect(of: Rung | Sensitivity) -> str:
        if rung.network is not None:
            by = of.network
            return (
                "–" if by is None else RATIO.said(by.network.estimate) if brief else _by_network(by, ODDS_RATIO.name, of.effect)
            )
        pooled = None if of.effect is None else of.effect.effects.get(measure)
        return "–" if pooled is None else MEASURES[measure].scale.said(pooled.estimate) if brief else _leading(of.effect, measure)

    def unchanged(one: Sensitivity) -> bool:
        return one.effect == rung.effect if rung.network is None else one.network == rung.network

    own = SensitivityWords("as above", "as above", rate(rung.a), rate(rung.b), effect(rung))
    return [own] + [
        SensitivityWords(
            one.short,
            one.words,
            "=" if brief and one.a == rung.a else rate(one.a),
            "=" if brief and one.b == rung.b else rate(one.b),
            "=" if brief and unchanged(one) else effect(one),
            one.unstated,
        )
        for one in found
    ]


def unchanged_words(same: Sequence[SensitivityWords]) -> list[str]:
    """What changes no figure, and what nothing is known of; at most a sentence each."""
    names = {
        "No figure changes": [one.short for one in same if not one.unstated],
        "Not stated of any trial": [one.unstated for one in same if one.unstated],
    }
    return [f"{what}: {', '.join(some)}." for what, some in names.items() if some]


def measure_of(rung: Rung, measure: str = LEADING) -> str:
    """The measure of what compares the two: a network has odds ratios alone."""
    return measure if rung.network is None else ODDS_RATIO.name


def _assumed(rung: Rung) -> str:
    if not rung.assumed:
        return f"Like with like, with nothing assumed{'' if rung.same_trials else ' within trials'}."
    apart = "" if not rung.alike else ", head to head in part" if rung.head_to_head else ", but not head to head"
    kind = "Not like with like" if rung.assumptions else f"Like with like{apart}"
    return f"{kind}: assumes that {listed(rung.assumed, 'that ')}."


def _figures(rung: Rung, two: tuple[str, str], outcome: str, word: _Word, measure: str) -> str:
    a, b = two
    effect = _effect(rung, word, measure)
    why = obstacle_between(rung.rows_a, rung.rows_b).value
    apart = why.short or why.words
    through = rung.network is not None or (rung.effect is not None and not rung.effect.is_direct)
    others = "" if rung.same_trials else ", which aren't all of the same trials"
    beside = f" It need not follow the two rates{others}." if (through or others) and "population" not in rung.assumptions else ""
    compared = (
        f" {effect[:1].upper()}{effect[1:]}.{beside}"
        if effect
        else f" {apart[:1].upper()}{apart[1:]}, so the rates are side by side only."
    )
    return f"{outcome.capitalize()} with {word(a)} {_rate(rung.a)}, with {word(b)} {_rate(rung.b)}.{compared}"


def _elsewhere(rung: Rung, word: _Word) -> list[str]:
    """Which arms are in neither rate, since no rate joins two visits of a trial."""
    told = _trials([f"{word(row.node)} in {word(row.study)}" for row in rung.elsewhere])
    return (
        [f"Left out of the rates: {told}, at another visit, by another rule or in another set than the trial's other arms."]
        if told
        else []
    )


def _rate(pooled: Pooled) -> str:
    scale = PROPORTION.scale
    return f"{scale.said(pooled.estimate)} (95% CI {scale.interval(pooled.low, pooled.high)}; {counted(pooled.k, 'trial')}, n = {pooled.n:,})"


def _effect(rung: Rung, word: _Word, measure: str) -> str:
    """What compares the two: the network where there is one, so that few trials of both don't hide all others."""
    if "population" in rung.assumptions:
        return f"difference {in_points(rung.difference)}, unadjusted"
    if rung.network is not None:
        return _by_network(rung.network, measure, rung.effect)
    return (
        _leading(rung.effect, measure)
        + _other_denominators(rung)
        + ("" if rung.effect is None else silent_words(rung.effect, lambda label: word(rung.study(label))))
    )


def _other_denominators(rung: Rung) -> str:
    """How many of the trials that had both aren't in the two rates, whose denominators are of one kind."""
    if rung.effect is None or not rung.effect.is_direct:
        return ""
    own = {cited(row.study, row.trial) for row in (*rung.rows_a, *rung.rows_b)}
    others = sum(label not in own for label in rung.effect.trials)
    return f", {others} of them with another kind of denominator than these rates" if others else ""


def silent_words(effect: Contrast, named: _Word) -> str:
    """What follows where trials that had both say nothing about a ratio, which, and why, or where an indirect comparison has an odds ratio alone; else empty."""
    if list(effect.effects) == [ODDS_RATIO.name]:
        return "; risk ratio and difference aren't given, since they point in different directions"
    silent = effect.silent
    if not silent:
        return ""
    told = _trials([named(label) for label in silent])
    which = "it says" if len(effect.trials) == 1 else f"{told} {'says' if len(silent) == 1 else 'say'}"
    return f"; {which} nothing about a ratio, since on both sides all or none met the definition"


def _by_network(by: NetworkEffect, measure: str, effect: Contrast | None) -> str:
    """The network's odds ratio; of another measure that was asked for, that a network has none."""
    told = f"{ODDS_RATIO.name} {_interval(RATIO, by.network, '95% CI ')} by a network of {counted(by.k, 'trial')}"
    told += "" if measure in (LEADING, ODDS_RATIO.name) else f", which gives no {measure}"
    if by.direct is None or by.indirect is None:
        none = "no trial" if effect is None or not effect.is_direct else "no trial that says anything of a ratio"
        return f"{told}; {had_both(by) if by.k_both else f'{none} had both'}"
    also = "but" if by.disagrees else "and"
    direct, indirect = (_interval(RATIO, of) for of in (by.direct, by.indirect))
    return f"{told}; direct evidence ({counted(by.k_direct, 'trial')}) {direct}, {also} indirect {indirect}, both by the network's spread"


def _leading(effect: Contrast | None, leading: str) -> str:
    """A contrast by that measure, then by the others; empty if there is none."""
    if effect is None or not effect.effects:
        return ""
    (first, found), *others = effect.led_by(leading)
    how = f"indirect, through {effect.via}" if isinstance(found, Indirect) else f"{counted(len(effect.trials), 'trial')} had both"
    said = [f"{first.name} {_interval(first.scale, found, '95% CI ')}"]
    return f"{', '.join([*said, *(f'{measure.name} {_interval(measure.scale, of)}' for measure, of in others)])}; {how}"


def _priors(rung: Rung, a: str, b: str, word: _Word) -> list[str]:
    """What another prior would make of the figures that one makes."""
    effect = None if rung.effect is None or rung.network is not None else rung.effect.effects.get(LEADING)
    figures = [
        (word(a), PROPORTION.scale, rung.a),
        (word(b), PROPORTION.scale, rung.b),
        (LEADING, MEASURES[LEADING].scale, effect),
    ]
    told = [
        f"{name} {words}"
        for name, scale, of in figures
        if of is not None and not isinstance(of, Indirect) and (words := prior_words(of, partial(_ends, scale)))
    ]
    return [f"Priors: {'; '.join(told)}."] if told else []


def bounds_line(rung: Rung, a: str, b: str, word: _Word) -> list[str]:
    """Between which values either rate lies, and the effect, whichever of the open trials belong: one sentence, or none."""
    sides = [(word(a), PROPORTION.scale, rung.bounds_a), (word(b), PROPORTION.scale, rung.bounds_b)]
    effect = [(LEADING, MEASURES[LEADING].scale, rung.bounds_effect)]

    def cited(label: str) -> str:
        return word(rung.study(label))

    def between(found: Bounds, scale: Scale) -> str:
        low, high = (scale.said(of.estimate) for of in (found.lowest, found.highest))
        if low == high:
            return f"{low} either way"
        return f"{_end(found.lowest, found, scale, cited)} to {_end(found.highest, found, scale, cited)}"

    told = [f"{name} {between(found, scale)}" for name, scale, found in (*sides, *effect) if found is not None]
    return [f"Depending on which trials with something unstated belong: {'; '.join(told)}."] if told else []


def _end(of: Extreme, found: Bounds, scale: Scale, word: _Word) -> str:
    """A bound, and the trials that drive it: the few that are in, or the few that are out."""
    out = [word(one) for one in found.open_ if one not in of.taken]
    if not out or not of.taken:
        which = "all of them" if of.taken else "none of them"
    elif len(of.taken) <= _MOST_DRIVERS:
        which = f"only {listed([word(one) for one in of.taken])}"
    else:
        which = f"all but {listed(out)}" if len(out) <= _MOST_DRIVERS else f"{len(of.taken)} of the {len(found.open_)}"
    return f"{scale.said(of.estimate)} ({which})"


def _side(values: Sequence[str], word: _Word) -> str:
    return ", ".join("not stated" if value == "unstated" else word(value) for value in values) or "all stated"


def _interval(scale: Scale, of: Pooled | Indirect | Estimate, named: str = "") -> str:
    return f"{scale.said(of.estimate)} ({named}{scale.interval(of.low, of.high)})"


def _ends(scale: Scale, of: Range) -> str:
    return scale.interval(of.low, of.high)


def _settling(rung: Rung, word: _Word) -> list[str]:
    needed = [_SETTLED[name] for name in rung.assumptions if name in _SETTLED]
    open_ = rung.left_open()
    if open_:
        trials = sorted(
            {trial for some in open_.values() for trial in some},
            key=lambda trial: (-sum(trial in some for some in open_.values()), trial),
        )
        needed.append(f"a statement of {listed(list(open_))} by {_trials([word(trial) for trial in trials])}")
    return [f"What would settle it: {'; '.join(needed)}."] if needed else []


def _trials(trials: Sequence[str]) -> str:
    more = len(trials) - _MOST_TRIALS
    return ", ".join(trials[:_MOST_TRIALS]) + (f" and {counted(more, 'more trial')}" if more > 0 else "")
