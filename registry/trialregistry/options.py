"""The mapping of a package that is made from registry entries: the package, the files, and what the entries don't say about each trial."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.importing.mapping import Input
from registry.importing.mapping import Mapping as Written
from registry.importing.nodes import Node, read_nodes
from registry.importing.presets import CLINICALTRIALS
from registry.importing.problems import Place, Problems, nearest, nearest_term
from registry.importing.reading import read_inputs, read_package
from registry.importing.shapes import as_count, as_items, as_map, as_text, checked
from registry.trialregistry.groups import group_key
from registry.trialregistry.stated import NEEDED, SETTING, Stated
from registry.trialregistry.texts import clean, tokens
from schemas.proposing import is_proposed, may_be_proposed
from schemas.tables import TABLES
from schemas.vocabulary import terms

__all__ = ["EVERY_ARM", "Options", "TrialOptions", "read_options"]

EVERY_ARM = "*"
"""Stands for all arms of a trial."""

_KEYS = ("study", "arms", "parts", "source", "words", "sentences", "measures", "leave_out")


@dataclass(frozen=True)
class TrialOptions:
    """What a mapping says about a trial: fields of its study; of its arms, by their groups' titles or by treatment; of its parts by their
    ``study_id``; of its source; words and whole sentences of a measure that change nothing; what the figures of measures are, by measure, class and
    category (empty: every one); and what to leave out with the reason: measures, or classes of them.
    """

    study: Mapping[str, str] = field(default_factory=dict)
    arms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    sentences: frozenset[str] = frozenset()
    measures: Mapping[tuple[int, str, str], Stated] = field(default_factory=dict)
    leave_out: Mapping[tuple[int, str], str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def ordinary(self) -> frozenset[str]:
        """The words and sentences that change nothing."""
        return self.words | self.sentences

    def reason(self, measure: int, class_title: str) -> str:
        """Why a figure is left out; nothing where it isn't."""
        return self.leave_out.get((measure, ""), "") or (self.leave_out.get((measure, class_title), "") if class_title else "")

    def arm(self, title: str, treatments: Sequence[str] = ()) -> dict[str, str]:
        """The fields of an arm: what is said about every arm, then about all of its treatment, then about its group's title."""
        own = {key: fields for name, fields in self.arms.items() if (key := group_key(name))}
        found = dict(self.arms.get(EVERY_ARM, {}))
        for treatment in treatments if len(treatments) == 1 else ():
            found |= self.arms.get(treatment, {})
        return found | dict(own.get(group_key(title), {}))


@dataclass(frozen=True)
class Options:
    """A mapping as it was read."""

    package: dict[str, Any]
    package_place: Place
    inputs: dict[str, Input]
    trials: Mapping[str, TrialOptions]
    places: Mapping[str, Place]

    @property
    def written(self) -> Written:
        """The package and the inputs, for what looks for the files of any mapping."""
        return Written(self.package, self.package_place, self.inputs, ())


def read_options(path: Path) -> Options:
    """Read and judge the mapping. Raises ``MappingError`` with every problem found, and ``ImportProblem`` where it can't be read."""
    problems = Problems(path)
    root = as_map(read_nodes(path), "The mapping", problems, must=("preset", "package", "inputs"), may=("trials", "defaults"))
    problems.stop_if_any()
    preset = root.entries["preset"]
    if as_text(preset, "The preset", problems) not in {CLINICALTRIALS, ""}:
        problems.add(preset.place, f"The preset is {preset.in_words}. It must be `{CLINICALTRIALS}`.")
    node = root.entries.get("trials", Node("map", Place(1, 1)))
    trials = as_map(node, "`trials`", problems)
    options = Options(
        package=read_package(root.entries["package"], problems),
        package_place=root.keys["package"],
        inputs=read_inputs(root.entries["inputs"], problems),
        trials={name: _trial(name, about, problems) for name, about in trials.entries.items()},
        places=trials.keys,
    )
    for source in options.inputs.values():
        if source.format != "json":
            problems.add(
                source.place,
                f"The input `{source.name}` is `{source.file}`. It must be a `.json` file of ClinicalTrials.gov's API.",
            )
    problems.stop_if_any()
    return options


def _trial(name: str, node: Node, problems: Problems) -> TrialOptions:
    entries = as_map(node, f"The trial `{name}`", problems, may=_KEYS).entries
    empty = Node("map", node.place)
    arms = as_map(entries.get("arms", empty), "`arms`", problems)
    parts = as_map(entries.get("parts", empty), "`parts`", problems)
    out: dict[tuple[int, str], str] = {}
    for item in as_items(entries.get("leave_out"), "`leave_out`", problems):
        said = as_map(item, "A measure to leave out", problems, must=("measure", "reason"), may=("class",)).entries
        number = as_count(said.get("measure"), "The measure", problems)
        reason = as_text(said.get("reason"), "The reason", problems)
        if number is not None:
            out[number, as_text(said.get("class"), "The class", problems)] = reason
    words = [as_text(item, "A word", problems) for item in as_items(entries.get("words"), "`words`", problems)]
    whole = [as_text(item, "A sentence", problems) for item in as_items(entries.get("sentences"), "`sentences`", problems)]
    return TrialOptions(
        sentences=frozenset(map(clean, whole)),
        words=frozenset(token for word in words for token in tokens(word)),
        study=_fields("studies", entries.get("study", empty), problems),
        arms={title: _fields("arms", about, problems) for title, about in arms.entries.items()},
        parts={study: _fields("studies", about, problems) for study, about in parts.entries.items()},
        source=_fields("sources", entries.get("source", empty), problems),
        measures=_measures(entries.get("measures"), problems),
        leave_out=out,
        places=arms.keys | parts.keys,
    )


def _measures(node: Node | None, problems: Problems) -> dict[tuple[int, str, str], Stated]:
    found: dict[tuple[int, str, str], Stated] = {}
    for item in as_items(node, "`measures`", problems):
        if (read := _measure(item, problems)) and read[0] in found:
            problems.add(item.place, "This measure, class and category are listed before. List each once, or name the class.")
        found |= dict([read] if read else [])
    return found


def _measure(node: Node, problems: Problems) -> tuple[tuple[int, str, str], Stated] | None:
    """A measure, or a class or category of it, and what its figures are."""
    of_scores = "instrument_id" in node.entries or "statistic" in node.entries
    table = "scores" if of_scores else "outcomes"
    more = ("estimate", "turned") if of_scores else ()
    must = ("measure", *NEEDED[table], "reason")
    said = as_map(
        node, f"What is stated of a measure's {table}", problems, must=must, may=("class", "category", *SETTING, *more)
    ).entries
    number = as_count(said.get("measure"), "The measure", problems)
    checked(
        said.get("timepoint_days"), "`timepoint_days`", r"[0-9]+(?:\.[0-9]+)?", "a number of days that isn't negative", problems
    )
    texts = {name: as_text(said.get(name), f"`{name}`", problems) for name in ("class", "category", "reason")}
    turned = checked(said.get("turned"), "`turned`", "true|false", "`true` or `false`", problems)
    names = [name for name in (*NEEDED[table], *SETTING, "estimate") if name in said]
    own = Node("map", node.place, entries={n: said[n] for n in names}, keys={n: node.keys[n] for n in names})
    fields = _fields(table, own, problems)
    if number is None or any(not fields.get(name) for name in NEEDED[table]):
        return None
    return (number, texts["class"], texts["category"]), Stated(table, fields, texts["reason"], turned == "true")


_OURS: Mapping[str, Collection[str]] = {"studies": ("study_id",), "arms": ("study_id", "source_id"), "sources": ("source_id",)}


def _fields(table: str, node: Node, problems: Problems) -> dict[str, str]:
    """Fields of a table with what they are to hold."""
    may = {f.name: f for f in TABLES[table].fields() if f.name not in _OURS.get(table, ())}
    found = {}
    for name, value in as_map(node, f"The fields of `{table}`", problems).entries.items():
        if name not in may:
            problems.add(node.keys[name], f"`{name}` isn't a field of `{table}` that a mapping may fill. {nearest(name, may)}")
            continue
        empty = value.kind == "text" and value.text is None and not may[name].required
        text, words = "" if empty else as_text(value, f"`{name}`", problems), may[name].vocabulary
        if text and words and text not in terms(words) and not (is_proposed(text) and may_be_proposed(words)):
            problems.add(value.place, f"`{name}` is `{text}`, which isn't a term of `{words}`. {nearest_term(text, words)}")
        found[name] = text
    return found
