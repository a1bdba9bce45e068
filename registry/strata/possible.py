"""What a rate may be where its source leaves a word open, the rule or the background: what is stated of it must still agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from schemas.classes import classes_within

__all__ = ["broadest", "holds_at_one_visit", "in_band", "possible_backgrounds", "possible_classes"]


@cache
def possible_classes(definition: str) -> frozenset[str] | None:
    """The class of a definition's rule; if the rule isn't stated, those of every rule that it may be. None: any rule.

    It may be any of its outcome on the same scale (on any version, if that isn't stated) that is judged at the same kind of visit.
    """
    every = _definitions()
    one = every.get(definition)
    if one is None or (one["instrument_id"] == "unstated" and one["ascertainment"] in _OPEN and not _ruled(one)):
        return None
    own = frozenset({one["comparability_class"]})
    return own if _ruled(one) else own | {other["comparability_class"] for other in every.values() if _may_be(one, other)}


@cache
def in_band(definition: str) -> frozenset[str]:
    """The classes of the cut-offs within a band, of which each of its trials has one; none if it is not a band."""
    every = _definitions()
    one = every.get(definition)
    if one is None or not one["threshold_upper"]:
        return frozenset()
    low, high = float(one["threshold"]), float(one["threshold_upper"])
    cuts = (other for other in every.values() if other["threshold"] and all(other[name] == one[name] for name in _BUT_THE_CUT))
    return frozenset(
        cut["comparability_class"] for cut in cuts if not cut["threshold_upper"] and low <= float(cut["threshold"]) <= high
    )


def possible_backgrounds(classes: Iterable[str]) -> frozenset[object] | None:
    """What a background that isn't stated may be in a trial with treatments of these classes. None: any.

    A trial that tests an antidepressant and doesn't say that its participants had another besides isn't taken to have added one to another.
    """
    return None if set(classes_within("antidepressant")).isdisjoint(classes) else _without_antidepressant()


def holds_at_one_visit(definition: str) -> bool:
    """Whether a rule is of one visit, as far as that is known, and not of any visit up to it, or of several."""
    one = _definitions().get(definition)
    return one is None or one["ascertainment"] not in _LONGER


_LONGER = {"any-visit", "sustained"}

_WITH_ANTIDEPRESSANT = frozenset({"antidepressant-continued", "antidepressant-new", "standard-care"})


@cache
def _without_antidepressant() -> frozenset[object]:
    from schemas.vocabulary import rows

    return frozenset(row["term"] for row in rows("backgrounds")) - _WITH_ANTIDEPRESSANT


@cache
def broadest(comparability_class: str) -> str:
    """The class at the top of the tree above a class; itself if there is none above."""
    from schemas.vocabulary import rows

    above = {row["class_id"]: row["broader"] for row in rows("comparability_classes")}
    while above.get(comparability_class):
        comparability_class = above[comparability_class]
    return comparability_class


_OPEN = {"", "unstated"}
_BUT_THE_CUT = ("outcome", "instrument_id", "comparator", "percent_reduction", "combine", "ascertainment", "visits", "days")


@cache
def _definitions() -> Mapping[str, Mapping[str, str]]:
    from schemas.vocabulary import rows

    return {row["definition_id"]: row for row in rows("definitions")}


def _ruled(one: Mapping[str, str]) -> bool:
    return bool(one["threshold"] or one["percent_reduction"])


def _may_be(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    visits = [tuple(row[name] for name in ("ascertainment", "visits", "days")) for row in (one, other)]
    return (
        one["outcome"] == other["outcome"]
        and _may_be_scale(one["instrument_id"], other["instrument_id"])
        and (visits[0] == visits[1] or one["ascertainment"] in _OPEN or other["ascertainment"] in _OPEN)
    )


def _may_be_scale(one: str, other: str) -> bool:
    """Whether two instruments may be one: the same, or of one the version isn't stated, or nothing is."""
    if "unstated" in (one, other) or one == other:
        return True
    return any(x.endswith(".unstated") and y.startswith(x.removesuffix(".unstated")) for x, y in ((one, other), (other, one)))
