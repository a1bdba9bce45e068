"""Which change owes which version, each with its reason. The table in ``docs/versions.md`` says the same; a test holds it to that."""

from __future__ import annotations

from dataclasses import dataclass

from registry.diffing.versions import Bump

__all__ = ["FEWEST", "LEAST_SHARE", "REWRITTEN_FEWEST", "REWRITTEN_SHARE", "RULES", "VersionRule"]

FEWEST, LEAST_SHARE = 3, 0.1
"""From how many cells, and from what share of those that could have changed so, one kind of change in a column is column-wide."""

REWRITTEN_FEWEST, REWRITTEN_SHARE = 10, 0.5
"""The same for figures that changed without any pattern, which is weaker evidence."""


@dataclass(frozen=True)
class VersionRule:
    """A sort of change, the version that it owes, and why."""

    id: str
    bump: Bump
    what: str
    why: str


_RULES = (
    VersionRule(
        "name-changed", Bump.MAJOR, "the package's name or `id`", "It is another package: whoever loads it by name loses it."
    ),
    VersionRule(
        "licence-changed", Bump.MAJOR, "the licences", "What a user may do with the data is no longer what they relied on."
    ),
    VersionRule("table-removed", Bump.MAJOR, "a table that is gone", "Whatever reads it stops."),
    VersionRule("column-removed", Bump.MAJOR, "a column that is gone", "Whatever names it stops."),
    VersionRule(
        "column-retyped", Bump.MAJOR, "a column of another type", "Code that computes with it stops, or computes otherwise."
    ),
    VersionRule("rows-removed", Bump.MAJOR, "rows that are gone", "An analysis loses them without a word."),
    VersionRule(
        "id-renamed",
        Bump.MAJOR,
        "a study, arm, source, participant or claim under another identifier",
        "Identity: a join, a filter or a list of exclusions no longer finds it. The rows that refer to it and follow are no further change.",
    ),
    VersionRule(
        "key-changed",
        Bump.MAJOR,
        "a row with another definition, day, set, instrument or other part of its key",
        "Identity and meaning: the same figure is now said to be something else. It is one change, not a row removed and a row added.",
    ),
    VersionRule(
        "term-changed",
        Bump.MAJOR,
        "a vocabulary term, time point, unit or bound of whom a trial let in, in place of another",
        "Meaning: the figure beside it is now of another population, treatment, set, method or unit, and pools with others.",
    ),
    VersionRule(
        "term-withdrawn",
        Bump.MAJOR,
        "a vocabulary term, time point, unit or bound of whom a trial let in that became `unstated` or empty",
        "The rows fall out of pooled comparisons, as if they had been removed.",
    ),
    VersionRule(
        "row-moved",
        Bump.MAJOR,
        "a row that refers to another study, arm or participant",
        "Identity: somebody is now counted in another arm.",
    ),
    VersionRule(
        "column-wide",
        Bump.MAJOR,
        "one kind of damage or rescaling throughout a column",
        "A slip is in a cell; what happened to a column is in the process, and the column no longer means what it did. "
        "A column-wide mistake that is put right owes the same: every result computed from it changes.",
    ),
    VersionRule(
        "column-rewritten",
        Bump.MAJOR,
        "at least half of a column's figures, without a pattern",
        "So many corrections are another reading: a standard error for a deviation, an adjusted mean for a raw one.",
    ),
    VersionRule("table-added", Bump.MINOR, "a new table", "What there was is as it was."),
    VersionRule(
        "column-added", Bump.MINOR, "a new column", "What there was is as it was; whoever takes all columns gets one more."
    ),
    VersionRule("rows-added", Bump.MINOR, "new rows", "What there was is as it was; sums and pooled results may change."),
    VersionRule(
        "term-stated",
        Bump.MINOR,
        "a vocabulary term, time point, unit or bound of whom a trial let in, where there was `unstated` or nothing",
        "It contradicts nothing that was said, but the rows now enter pooled comparisons that left them out, as new rows would.",
    ),
    VersionRule(
        "data-corrected",
        Bump.PATCH,
        "single cells: a figure, a date, a flag, a reference to a source, a source's kind or correction status, a code",
        "The data were wrong or missing and are put right; what they are data of stays.",
    ),
    VersionRule(
        "words-changed", Bump.PATCH, "labels, titles, locators and other words", "They say the same thing in other words."
    ),
    VersionRule(
        "descriptor-changed",
        Bump.PATCH,
        "title, description, contributors, sources, lineage, waivers, schemas and the rest of the descriptor; README and mapping",
        "What is said about the data, not the data. Hashes, sizes and paths of files are no change.",
    ),
)

RULES: dict[str, VersionRule] = {rule.id: rule for rule in _RULES}
