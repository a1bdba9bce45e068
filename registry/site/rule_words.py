"""The rule of a definition in words, and how the rule of another is otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["between", "differences", "is_within", "rule_told"]

Definition = Mapping[str, Any]
"""A row of the vocabulary of definitions."""

_SCORES = {
    "<=": "{} or less",
    "<": "less than {}",
    "=": "{}",
    ">=": "{} or more",
    ">": "more than {}",
}
_REDUCTIONS = {">=": "{}% or more", ">": "more than {}%", None: "{}%; whether exactly {}% counts is not stated"}
_EXACTLY = {
    "<=": "counts it",
    "=": "counts it",
    ">=": "counts it",
    "<": "doesn’t count it",
    ">": "doesn’t count it",
    None: "doesn’t say",
}
_COMBINED = {"and": "both must hold", "or": "either is enough"}
_AT_A_VISIT = {"point": "at the visit", "any-visit": "at any visit up to the day", "unstated": "not stated"}


def rule_told(of: Definition) -> dict[str, str]:
    """The parts of a rule, each by a heading: what is counted on the scale, and when."""
    told = {}
    if of["threshold"] is not None:
        told["Score"] = _score(of)
    if of["percent_reduction"] is not None:
        told["Reduction of the baseline score"] = _REDUCTIONS[of["percent_comparator"]].format(*2 * [_n(of["percent_reduction"])])
    if not told:
        told["Rule"] = "as described: no one cut-off or reduction on one scale"
    if of["combine"]:
        told["Of the two"] = _COMBINED[of["combine"]]
    told["When"] = _when(of)
    return told


def differences(of: Definition, other: Definition, scale: Callable[[str], str]) -> list[str]:
    """What the other's rule says otherwise and what this one says there, then who is counted by one of them alone where both name the same number;
    the other's description where no part of the two rules differs or it has no rule. ``scale`` calls an instrument by its name.
    """
    here, there = rule_told(of), rule_told(other)
    none = "no rule stated" if "Rule" in here else "none"
    told = [] if of["instrument_id"] == other["instrument_id"] else [f"on {_scale(other, scale)}"]
    told += [
        _otherwise(name, words, here.get(name, none))
        for name, words in there.items()
        if here.get(name) != words and name != "Rule"
    ]
    if "Rule" in there:
        return [*told, other["description"]]
    told += [_otherwise(name, "none", here[name]) for name in here if name not in there and name not in {"Rule", "Of the two"}]
    return [*told, *_at_the_edge(of, other)] if told else [other["description"]]


def is_within(one: Definition, other: Definition, *, whole: bool) -> bool:
    """Whether everybody whom one counts is counted by the other, as far as their score rules show it; ``whole`` is whether the scale has whole
    numbers only. A reduction may be from one baseline here and from another there, so nothing is concluded from two of them.
    """
    alike = all(one[name] == other[name] for name in ("instrument_id", "ascertainment"))
    if not alike or one["instrument_id"] == "unstated" or one["ascertainment"] not in {"point", "any-visit"}:
        return False
    if one["combine"] == "or" or other["combine"] == "and" or _only_reduced(one) or _only_reduced(other):
        return False
    narrow, wide = _highest(one, whole=whole), _highest(other, whole=whole)
    return narrow is not None and wide is not None and narrow <= wide


def between(one: Definition, other: Definition, *, whole: bool) -> str | None:
    """Whom one of two rules counts and the other doesn't, in a sentence, where each is nothing but a cut-off at or below which a total counts, or
    nothing but a reduction; None for any other two. ``whole`` is as of :func:`is_within`.
    """
    alike = all(one[name] == other[name] for name in ("instrument_id", "ascertainment", "visits", "days"))
    if not alike or one["instrument_id"] == "unstated" or one["combine"] or other["combine"]:
        return None
    if _only_reduced(one) and _only_reduced(other):
        return _between_reductions(one, other, whole=whole)
    if one["percent_reduction"] is None and other["percent_reduction"] is None:
        return _between_scores(one, other, whole=whole)
    return None


def _between_scores(one: Definition, other: Definition, *, whole: bool) -> str | None:
    """The same of two cut-offs."""
    ends = _highest(one, whole=whole), _highest(other, whole=whole)
    (above, without), (up_to, within) = sorted(end or (math.inf, False) for end in ends)
    if up_to == math.inf:
        return None
    if (above, without) == (up_to, within):
        return "Nobody falls between them: totals on this scale are whole numbers." if whole else None
    if whole and above.is_integer() and up_to.is_integer():
        first, last = _n(above + 1), _n(up_to)
        return f"Between them: a total of {first}." if first == last else f"Between them: totals from {first} to {last}."
    if above == up_to:
        return f"Between them: a total of exactly {_n(above)}."
    return f"Between them: totals {'above' if without else 'of at least'} {_n(above)} and {'up to' if within else 'below'} {_n(up_to)}."


def _between_reductions(one: Definition, other: Definition, *, whole: bool) -> str | None:
    """The same of two reductions. Which baseline either is from, no column says."""
    ends = [(rule["percent_reduction"], rule["percent_comparator"]) for rule in (one, other)]
    if {sign for _, sign in ends} - {">=", ">"}:
        return None
    # The stricter of two at one number is the one that doesn't count it.
    (low, first), (high, last) = sorted(ends, key=lambda end: (end[0], end[1] == ">"))
    if low < high:
        return f"Between them, from the same baseline: reductions {'above' if first == '>' else 'from'} {_n(low)}% {'up to' if last == '>' else 'and below'} {_n(high)}%."
    if first == last:
        return None
    if low == 50 and whole:
        return (
            "Between them, from the same baseline: a total of exactly half of it, such as 12 after 24 (from an odd one, nobody)."
        )
    return f"Between them, from the same baseline: a reduction of exactly {_n(low)}%."


def _otherwise(name: str, there: str, here: str) -> str:
    return f"{name}: {there}" if name == "Of the two" else f"{name}: {there} (this one: {here})"


def _at_the_edge(of: Definition, other: Definition) -> list[str]:
    """Whether each of the two counts somebody exactly at a number that both name, where they don't agree or one leaves it open."""
    told = []
    for name, sign, unit in (("threshold", "comparator", ""), ("percent_reduction", "percent_comparator", "%")):
        at = of[name]
        if (
            at is None
            or at != other[name]
            or of[sign] == other[sign]
            or {of["threshold_upper"], other["threshold_upper"]} != {None}
        ):
            continue
        here, there = (_EXACTLY[one[sign]] for one in (of, other))
        if here != there:
            told.append(f"Exactly {_n(at)}{unit}: this one {here}, the other {there}")
    return told


def _scale(of: Definition, scale: Callable[[str], str]) -> str:
    return "no stated scale" if of["instrument_id"] == "unstated" else scale(of["instrument_id"])


def _only_reduced(of: Definition) -> bool:
    return of["threshold"] is None


def _highest(of: Definition, *, whole: bool) -> tuple[float, bool] | None:
    """The highest score that a rule of the kind "at or below" counts, and whether that score itself counts."""
    if of["comparator"] not in {"<=", "<"} or of["threshold_upper"] is not None:
        return None
    score = float(of["threshold"])
    strict = of["comparator"] == "<"
    if strict and whole and score.is_integer():
        return score - 1, True
    return score, not strict


def _score(of: Definition) -> str:
    if of["threshold_upper"] is not None:
        return (
            f"at or below a cut-off from {_n(of['threshold'])} to {_n(of['threshold_upper'])}, which differs from trial to trial"
        )
    return _SCORES[of["comparator"]].format(_n(of["threshold"]))


def _when(of: Definition) -> str:
    if of["ascertainment"] != "sustained":
        return _AT_A_VISIT[of["ascertainment"]]
    spans = [f"{_n(of[name])} {name}" for name in ("visits", "days") if of[name] is not None]
    return f"held over {' and '.join(spans)}" if spans else "held over a span that the description gives"


def _n(value: float) -> str:
    return f"{value:g}"
