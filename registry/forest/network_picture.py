"""The network of a stratum as a graph: treatments on a circle, joined where trials had both."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from registry.comparing.comparison import OutcomeAnswer
from registry.forest.columns import BODY, NARROW, SMALL
from registry.forest.drawing import COLOURS, INK, PAPER, SOFT, Drawing, letter_of
from registry.forest.lines import Words
from registry.forest.pictures import Picture
from registry.pooling.network_effects import NetworkTrial
from registry.pooling.network_rows import drugs_apart, trials_joined
from registry.strata.comparable import CONTROL_CLASSES
from registry.strata.rows import Row
from schemas.wording import counted

__all__ = ["NetworkGraph", "StratumGraphs", "network_of_stratum", "network_picture", "networks_of"]

_LEAST, _MOST = 1.0, 3.4
"""Radii in mm of the treatments with the fewest people and the most; areas are by people."""

_THIN, _THICK = 0.5, 4.0
"""Widths of lines in points: one trial, and the most."""

_HIGH, _BASE = 2.6, 0.82
_LETTER = 4.0
"""What a letter has before the name that it stands for, in mm."""
_LEAST_RING = 0.2
"""Of the width: where names would leave the circle a smaller radius on narrow paper, letters stand for them."""
_HALF = 1.15
"""Half the height of a number's ground, in mm."""
_PLACES = tuple(0.5 + sign * step / 40 for step in range(15) for sign in ((1,) if step == 0 else (-1, 1)))
"""Where on its line a number may stand, the middle first."""

_KEY = "Circles: treatments, area by people; hollow ones are controls. Lines: trials that had both, by the number beside them; a thin line without a number is one trial. Bold: the two that are compared."
_CROWDED = " {} found no room; they are in the table."

_CODE = """n <- unique(data.frame(name = c(d$treatment_1, d$treatment_2), people = c(d$people_1, d$people_2), control = c(d$control_1, d$control_2)))
n <- n[order(n$name), ]
at <- pi / 2 - 2 * pi * (seq_len(nrow(n)) - 1) / nrow(n)
i <- match(d$treatment_1, n$name); j <- match(d$treatment_2, n$name)
par(mar = rep(1, 4))
plot(cos(at), sin(at), xlim = c(-1.6, 1.6), ylim = c(-1.3, 1.3), type = "n", axes = FALSE, xlab = "", ylab = "")
segments(cos(at[i]), sin(at[i]), cos(at[j]), sin(at[j]), lwd = 1 + 5 * (d$trials - 1) / max(1, d$trials - 1), col = "grey50")
points(cos(at), sin(at), pch = 21, bg = ifelse(n$control, "white", "black"), cex = 1 + 3 * sqrt(n$people / max(n$people)))
text(1.2 * cos(at), 1.2 * sin(at), n$name, cex = 0.7)
"""


@dataclass(frozen=True)
class NetworkGraph:
    """The treatments of a network, each with its people and whether it is a control, and how many trials had each two."""

    people: Mapping[str, int]
    controls: frozenset[str]
    trials: Mapping[tuple[str, str], int]


class StratumGraphs:
    """The graphs of the networks in the rows of one stratum. Each is made once, whichever two of its treatments it is for."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._made: dict[frozenset[str] | None, list[NetworkGraph]] = {}

    def joining(self, a: str, b: str) -> NetworkGraph | None:
        """The graph of the network that joins a to b; None where no trials join them with a third."""
        apart = drugs_apart(self._rows, a, b)
        if apart not in self._made:
            self._made[apart] = [self._graph(trials) for trials in trials_joined(self._rows, apart)]
        return next((graph for graph in self._made[apart] if {a, b} <= graph.people.keys()), None)

    def _graph(self, trials: Sequence[NetworkTrial]) -> NetworkGraph:
        people: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for trial in trials:
            people.update({arm.treatment: arm.n for arm in trial.arms})
            pairs.update(combinations(sorted(trial.treatments), 2))
        roles: dict[str, set[str]] = {name: set() for name in people}
        for row in self._rows:
            for name in roles.keys() & row.subjects:
                roles[name].add(row.role)
        controls = {name for name, some in roles.items() if name in CONTROL_CLASSES.values() or some <= set(CONTROL_CLASSES)}
        return NetworkGraph(dict(sorted(people.items())), frozenset(controls), dict(sorted(pairs.items())))


def networks_of(answer: OutcomeAnswer, words: Words) -> list[Picture | None]:
    """For each stratum of an outcome that holds both, the picture of its network; None where no network joins the two."""
    return [
        None
        if one.network is None
        else network_of_stratum(
            StratumGraphs(one.rows),
            (one.a.subject, one.b.subject),
            f"network-{answer.outcome}-{number}",
            words.stratum(one.stratum),
            words,
        )
        for number, one in enumerate(answer.shared, 1)
    ]


def network_of_stratum(graphs: StratumGraphs, two: tuple[str, str], name: str, where: str, words: Words) -> Picture | None:
    """The picture of the network of a stratum, which is called ``where``; None where no network joins the two."""
    graph = graphs.joining(*two)
    return None if graph is None else network_picture(graph, two, name, where, words)


def network_picture(graph: NetworkGraph, two: tuple[str, str], name: str, where: str, words: Words) -> Picture:
    """The picture of a graph, with ``two`` of its treatments in colour; ``where`` is its stratum in words."""
    table: list[dict[str, Any]] = [
        {
            "treatment_1": words(one),
            "people_1": graph.people[one],
            "control_1": one in graph.controls,
            "treatment_2": words(other),
            "people_2": graph.people[other],
            "control_2": other in graph.controls,
            "trials": k,
        }
        for (one, other), k in graph.trials.items()
    ]
    thick, k = max(graph.trials.items(), key=lambda item: item[1])
    direct = graph.trials.get((min(two), max(two)), 0)
    a, b = map(words, two)
    return Picture(
        name,
        f"The network: {where}",
        f"{counted(len(graph.people), 'treatment')}; {counted(direct, 'trial')} had both {a} and {b}. "
        f"The most, {k}, had {words(thick[0])} and {words(thick[1])}.",
        table,
        _CODE,
        lambda sheet, x, y, width: _Graph(sheet, graph, two, words).drawn(x, y, width),
    )


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def among(self, others: Sequence[_Box]) -> list[_Box]:
        """The others that it meets."""
        left, top, right, bottom = self
        return [it for it in others if left < it[2] and it[0] < right and top < it[3] and it[1] < bottom]

    def meets(self, others: Sequence[_Box]) -> bool:
        """Whether it meets any of the others."""
        left, top, right, bottom = self
        for x0, y0, x1, y1 in others:  # noqa: SIM110  any() takes twice as long, and this is asked for every place of a number
            if left < x1 and x0 < right and top < y1 and y0 < bottom:
                return True
        return False

    def moved(self, x: float, y: float) -> _Box:
        return _Box(self.left + x, self.top + y, self.right + x, self.bottom + y)


class _Node(NamedTuple):
    x: float
    y: float
    radius: float

    @property
    def box(self) -> _Box:
        return _Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


class _Graph:
    def __init__(self, sheet: Drawing, graph: NetworkGraph, two: tuple[str, str], words: Words) -> None:
        self.sheet, self.graph, self.two, self.words = sheet, graph, two, words
        self.lines: dict[str, list[str]] = {}

    def drawn(self, x: float, y: float, width: float) -> float:
        graph, names = self.graph, list(self.graph.people)
        # Names are in lines that leave room for the circle.
        self.lines = {name: self.sheet.wrapped(self.words(name), 0.3 * width, BODY, bold=name in self.two) for name in names}
        wide = max(self.sheet.width_of(line, BODY, bold=name in self.two) for name in names for line in self.lines[name])
        # Names stand beside the circle, which is as large as they leave it.
        room = width / 2 - _MOST - 1.5
        lettered = width < NARROW and room - wide < _LEAST_RING * width
        if lettered:
            self.lines = {name: [letter_of(number)] for number, name in enumerate(names)}
            wide = max(self.sheet.width_of(letter, BODY, bold=True) for (letter,) in self.lines.values())
        ring = max(min(room - wide, 42.0), 0.15 * width)
        most = max(graph.people.values())
        nodes = {
            name: _Node(ring * math.sin(turn), -ring * math.cos(turn), max(_LEAST, _MOST * math.sqrt(graph.people[name] / most)))
            for number, name in enumerate(names)
            for turn in (2 * math.pi * number / len(names),)
        }
        sizes = tuple(
            (max(self.sheet.width_of(line, BODY, bold=True) for line in self.lines[name]), _HIGH * len(self.lines[name]))
            for name in names
        )
        placed = _labels(tuple(nodes.values()), sizes)
        labels = dict(zip(names, placed, strict=True))
        taken = [*(node.box for node in nodes.values()), *placed]
        middle_x, middle_y = x + width / 2, y - min(box.top for box in taken)
        taken = [box.moved(middle_x, middle_y) for box in taken]
        at = {name: _Node(node.x + middle_x, node.y + middle_y, node.radius) for name, node in nodes.items()}
        bottom = max(box.bottom for box in taken)
        thickest = max(graph.trials.values())
        for (one, other), k in sorted(graph.trials.items(), key=lambda item: item[1]):
            share = (k - 1) / (thickest - 1) if thickest > 1 else 0.0
            self.sheet.line(at[one].x, at[one].y, at[other].x, at[other].y, colour=SOFT, points=_THIN + (_THICK - _THIN) * share)
        for name, node in at.items():
            colour, bold = self.inked(name)
            self.sheet.circle(node.x, node.y, node.radius / self.sheet.ROUND, colour, hollow=name in graph.controls)
            box = labels[name].moved(middle_x, middle_y)
            for number, line in enumerate(self.lines[name]):
                self.sheet.text(box.left, box.top + _HIGH * (number + 0.5) + _BASE, line, BODY, colour=colour, bold=bold)
        several = sorted(((k, pair) for pair, k in graph.trials.items() if k > 1), key=lambda one: -one[0])
        wanted = tuple((at[a], at[b], self.sheet.width_of(f"{k:,}", SMALL, bold=True) / 2 + 0.25) for k, (a, b) in several)
        boxes = _places(wanted, tuple(taken))
        for (k, _), place in zip(several, boxes, strict=True):
            if place is not None:
                self.number(place, k)
        left = [place for place in boxes if place is None]
        y = bottom + 1.0
        if lettered:
            y = self.legend(names, x, y, width) + 0.6
        crowded = _CROWDED.format(f"{counted(len(left), 'number')}") if left else ""
        for text in self.sheet.wrapped(_KEY + crowded, width, SMALL):
            y += _HIGH
            self.sheet.text(x, y - 0.3, text, SMALL, colour=SOFT)
        return y + 0.3

    def inked(self, name: str) -> tuple[str, bool]:
        """The colour of a treatment, and whether its name is bold."""
        return (COLOURS[self.two.index(name)], True) if name in self.two else (INK, False)

    def legend(self, names: Sequence[str], x: float, y: float, width: float) -> float:
        """The treatments by their letters, two beside each other; gives the lower edge."""
        each = width / 2
        for start in range(0, len(names), 2):
            beside = [
                (name, self.sheet.wrapped(self.words(name), each - _LETTER - 1.0, BODY, bold=True))
                for name in names[start : start + 2]
            ]
            for column, (name, lines) in enumerate(beside):
                (colour, bold), left = self.inked(name), x + each * column
                self.sheet.text(left, y + _HIGH - 0.5, self.lines[name][0], BODY, colour=colour, bold=bold)
                for number, line in enumerate(lines, 1):
                    self.sheet.text(left + _LETTER, y + _HIGH * number - 0.5, line, BODY, colour=colour, bold=bold)
            y += _HIGH * max(len(lines) for _, lines in beside)
        return y

    def number(self, box: _Box, k: int) -> None:
        """How many trials, on the ground that it has to itself."""
        left, top, right, bottom = box
        self.sheet.shape([(left, top), (right, top), (right, bottom), (left, bottom)], PAPER)
        self.sheet.text((left + right) / 2, (top + bottom) / 2 + 0.78, f"{k:,}", SMALL, bold=True, align="center")


@lru_cache(maxsize=1 << 8)
def _labels(nodes: tuple[_Node, ...], sizes: tuple[tuple[float, float], ...]) -> tuple[_Box, ...]:
    """Where the names of treatments have room, each as wide and high as given: beside its mark, or as far above or below it as others leave it."""
    taken = [node.box for node in nodes]
    found: dict[int, _Box] = {}
    # Those at the sides have one place; those above and below give way to them, and to each other.
    for number in sorted(range(len(nodes)), key=lambda number: -abs(nodes[number].x)):
        node, (wide, high) = nodes[number], sizes[number]
        out = node.radius + 0.8
        down = 1 if node.y > 0 else -1
        left = node.x + out if node.x > 0.5 else node.x - out - wide if node.x < -0.5 else node.x - wide / 2
        top = node.y - high / 2 if abs(node.x) > 0.5 else node.y + down * (out + high / 2) - high / 2
        box = _Box(left, top, left + wide, top + high)
        beside = [other for other in taken if left < other.right and other.left < box.right]
        while box.meets(beside):
            box = box.moved(0.0, 0.3 * down)
        taken.append(box)
        found[number] = box
    return tuple(found[number] for number in range(len(nodes)))


@lru_cache(maxsize=1 << 8)
def _places(wanted: Sequence[tuple[_Node, _Node, float]], taken: Sequence[_Box]) -> list[_Box | None]:
    """Where the numbers go that are wanted, each on the line between two nodes and twice as wide as given: the first of its places where
    nothing else is; None where there is no room. Both are tuples: most pairs of one network have them the same.
    """
    filled = list(taken)
    found: list[_Box | None] = []
    for one, other, half in wanted:
        (x0, x1), (y0, y1) = sorted((one.x, other.x)), sorted((one.y, other.y))
        along = _Box(x0 - half, y0 - _HALF, x1 + half, y1 + _HALF).among(filled)
        box = None
        for share in _PLACES:
            x, y = one.x + share * (other.x - one.x), one.y + share * (other.y - one.y)
            tried = _Box(x - half, y - _HALF, x + half, y + _HALF)
            if not tried.meets(along):
                box = tried
                filled.append(box)
                break
        found.append(box)
    return found
