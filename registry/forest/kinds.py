"""What of a comparison can be drawn to a file, beside the forest plots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from registry.errors import RequestError

if TYPE_CHECKING:
    from registry.comparing.comparison import Comparison
    from registry.forest.lines import Words
    from registry.forest.pictures import Picture

__all__ = ["FOREST", "PICTURES", "pictures_of"]

FOREST = "forest"
"""The forest plots, which have a module of their own; the default."""


def _ladders(comparison: Comparison, words: Words) -> Iterator[Picture]:
    from registry.forest.ladder_picture import ladder_of

    for answer in comparison.outcomes:
        yield from ladder_of(answer, (comparison.a, comparison.b), words)


def _networks(comparison: Comparison, words: Words) -> Iterator[Picture]:
    from registry.forest.network_picture import networks_of

    for answer in comparison.outcomes:
        yield from (picture for picture in networks_of(answer, words) if picture is not None)


def _times(comparison: Comparison, words: Words) -> Iterator[Picture]:
    from registry.forest.times_picture import times_of

    for answer in comparison.outcomes:
        sides = [side for one in answer.shared for side in (one.a, one.b)] + [one.side for one in answer.apart]
        rows = [row for side in sides for row in side.rows] + [row for one in answer.unpooled for row in one.rows]
        picture = times_of(rows, (comparison.a, comparison.b), answer.outcome, words)
        if picture is not None:
            yield picture


_KINDS: Mapping[str, Callable[[Comparison, Words], Iterator[Picture]]] = {
    "ladder": _ladders,
    "network": _networks,
    "times": _times,
}

PICTURES = (FOREST, *_KINDS)
"""What can be drawn, by name."""


def pictures_of(comparison: Comparison, kind: str, words: Words) -> list[Picture]:
    """The pictures of a kind, which isn't the forest. Raises ``RequestError`` for another word, and for a comparison without such a picture."""
    if kind not in _KINDS:
        raise RequestError(f"a comparison can be drawn as {', '.join(PICTURES)}, not as {kind!r}")
    found = list(_KINDS[kind](comparison, words))
    if not found:
        raise RequestError(f"{words(comparison.a)} and {words(comparison.b)} have no {kind} to draw as they were compared")
    return found
