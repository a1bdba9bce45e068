"""A YAML file as nodes that know their line and column.

Every scalar is taken as text, just as it is written: ``0.50`` stays ``0.50``, ``NO`` isn't a truth value and
``2015-01-02`` isn't turned into a date. Only ``~``, ``null`` and nothing at all mean that there is no value.
Anchors, aliases and ``<<`` work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.importing.problems import ImportProblem, OutOfReachError, Place, Problems, check_regular
from registry.packages.opening import IS_POINTER, POINTER

if TYPE_CHECKING:
    import yaml

__all__ = ["Node", "read_nodes"]

MOST_BYTES = 1_000_000
MOST_NODES = 100_000  # an alias is counted every time it is used: a small file can unfold into an endless one

_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_TAG = "tag:yaml.org,2002:"
_PLAIN = {_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")}


@dataclass
class Node:
    """A scalar (``text``, which is ``None`` for no value), a list (``items``) or a map (``entries``, with
    their keys' places).
    """

    kind: str
    place: Place
    text: str | None = None
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)

    @property
    def in_words(self) -> str:
        if self.kind == "text":
            return "nothing" if self.text is None else f"`{self.text}`"
        return {"list": "a list", "map": "a map"}[self.kind]

    def plain(self) -> Any:
        """The node as text, lists and dictionaries: what JSON holds."""
        if self.kind == "list":
            return [item.plain() for item in self.items]
        if self.kind == "map":
            return {key: value.plain() for key, value in self.entries.items()}
        return self.text


def read_nodes(path: Path) -> Node:
    """The root of a YAML file, which must be a map.

    Raises ``ImportProblem`` where the file can't be read as text and ``MappingError`` where it isn't a YAML map with
    keys that differ.
    """
    import yaml

    problems = Problems(path)
    try:
        check_regular(path, "the mapping")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)  # what the file's size is said to be needn't be what it gives
        if len(content) > MOST_BYTES:
            raise ImportProblem(
                f"{path}: the mapping has too many bytes: at most {MOST_BYTES:,} are allowed. Is it the data file?"
            )
        if content.startswith(POINTER):
            problems.stop(Place(1, 1), f"The mapping is {IS_POINTER}.")
        source = content.decode("utf-8-sig")
    except OSError as error:
        raise OutOfReachError(f"{path}: the mapping can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ImportProblem(f"{path}: the mapping isn't UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    try:
        tree = yaml.compose(source, Loader=yaml.SafeLoader)
        if tree is None:
            problems.stop(Place(1, 1), "The mapping is empty. It must have `package`, `inputs` and `tables`.")
        root = _Reading(problems).node(tree)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        problems.stop(place, f"This isn't YAML: {error.problem or error.context}.")
    except yaml.YAMLError as error:
        problems.stop(Place(1, 1), f"This isn't YAML: {str(error).splitlines()[0]}.")
    except RecursionError:
        problems.stop(Place(1, 1), "The mapping is nested too deeply, or an alias contains itself. Write it flat.")
    if root.kind != "map":
        problems.stop(
            root.place,
            f"The mapping is {root.in_words}. It must be a map with `package`, `inputs` and `tables`.",
        )
    problems.stop_if_any()
    return root


class _Reading:
    """One walk over what PyYAML composed, with a count of the nodes walked."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.walked = 0

    def node(self, tree: yaml.Node) -> Node:
        import yaml

        place = _place(tree)
        self.walked += 1
        if self.walked > MOST_NODES:
            self.problems.stop(place, f"The mapping unfolds into more than {MOST_NODES:,} values. Use fewer aliases.")
        if tree.tag not in _PLAIN:
            self.problems.add(
                place,
                f"The tag `{tree.tag.replace(_TAG, '!!')}` isn't allowed. Write plain text, lists and maps.",
            )
        if isinstance(tree, yaml.MappingNode):
            return self._map(tree, place)
        if isinstance(tree, yaml.SequenceNode):
            return Node("list", place, items=[self.node(item) for item in tree.value])
        return Node("text", place, text=None if tree.tag == _TAG + "null" else self._word(tree))

    def _word(self, tree: yaml.Node) -> str:
        """The text of a scalar. An escape in quotation marks can make one that no file holds."""
        if found := _NO_TEXT.search(tree.value):
            self.problems.add(_place(tree), f"A text contains U+{ord(found[0]):04X}, which no text file may contain. Remove it.")
        return str(tree.value)

    def _map(self, tree: yaml.MappingNode, place: Place) -> Node:
        import yaml

        node, merged = Node("map", place), []
        for key, value in tree.value:
            if not isinstance(key, yaml.ScalarNode):
                self.problems.add(_place(key), "A key must be a word, not a list or a map.")
            elif key.tag == _TAG + "merge":
                inner = self.node(value)
                merged += inner.items if inner.kind == "list" else [inner]
            elif (name := self._word(key)) in node.entries:
                self.problems.add(
                    _place(key),
                    f"The key `{name}` is here twice, first on line {node.keys[name].line}. Remove one: its value would be lost.",
                )
            else:
                node.keys[name] = _place(key)
                node.entries[name] = self.node(value)
        for other in merged:
            for name, inherited in other.entries.items():
                if name not in node.entries:
                    node.entries[name], node.keys[name] = inherited, other.keys[name]
        return node


def _place(tree: yaml.Node) -> Place:
    return Place(tree.start_mark.line + 1, tree.start_mark.column + 1)
