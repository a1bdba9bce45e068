"""The shapes that a node may have to have: each function gives what is in the node, or notes a problem and
gives a stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from registry.importing.nodes import Node
from registry.importing.problems import Problems, nearest

__all__ = ["as_count", "as_items", "as_map", "as_text", "checked"]


def as_map(
    node: Node,
    what: str,
    problems: Problems,
    *,
    must: Collection[str] = (),
    may: Collection[str] | None = None,
) -> Node:
    """A map with the keys it must have, and no others than those it may have (``None``: any)."""
    if node.kind != "map":
        problems.add(node.place, f"{what} is {node.in_words}. It must be a map.")
        return Node("map", node.place)
    for key in must:
        if key not in node.entries:
            problems.add(node.place, f"{what} has no `{key}`. Add it.")
    if may is not None:
        allowed = [*must, *may]
        for key in node.entries:
            if key not in allowed:
                problems.add(
                    node.keys[key],
                    f"`{key}` isn't a key of {what[:1].lower() + what[1:]}.  {nearest(key, allowed)}",
                )
    return node


def as_items(node: Node | None, what: str, problems: Problems) -> list[Node]:
    """The items of a list; nothing where there is no node."""
    if node is None:
        return []
    if node.kind != "list":
        problems.add(
            node.place,
            f"{what} is {node.in_words}. It must be a list: each item on a line of its own, after `- `.",
        )
        return []
    return node.items


def as_text(node: Node | None, what: str, problems: Problems) -> str:
    """A text that isn't empty; an empty one where there is no node (its absence is noted by
    :func:`as_map`).
    """
    if node is None:
        return ""
    if node.kind != "text" or not (node.text or "").strip():
        problems.add(node.place, f"{what} is {node.in_words}. It must be a text.")
        return ""
    return node.text or ""


def checked(node: Node | None, what: str, pattern: str, must: str, problems: Problems) -> str:
    """A text that a pattern matches as a whole; ``must`` says what that means."""
    text = as_text(node, what, problems)
    if node is not None and text and not re.fullmatch(pattern, text):
        problems.add(node.place, f"{what} is `{text}`. It must be {must}.")
    return text


def as_count(node: Node | None, what: str, problems: Problems) -> int | None:
    """A whole number that isn't negative."""
    if node is None:
        return None
    text = checked(node, what, r"[0-9]{1,15}", "a whole number", problems)
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None
