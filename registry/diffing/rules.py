"""Which change needs which version, each with its reason. The table in ``docs/versions.md`` says the same; a test holds it to that."""

from __future__ import annotations

from dataclasses import dataclass

from registry.diffing.versions import Bump

__all__ = ["FEWEST", "LEAST_SHARE", "REWRITTEN_FEWEST", "REWRITTEN_SHARE", "RULES", "VersionRule"]

FEWEST, LEAST_SHARE = 3, 0.1
"""Number and share of cells from which one kind of change in a column counts as column-wide."""

REWRITTEN_FEWEST, REWRITTEN_SHARE = 10, 0.5
"""The same for figures that changed without any pattern, which is weaker evidence."""


@dataclass(frozen=True)
class VersionRule:
    """A sort of change, the version that it needs, and why."""

    id: str
    bump: Bump
    what: str
    why: str


_RULES = (
    VersionRule(
        "name-changed",
        Bump.MAJOR,
        "the package's name or `id`",
        "It is another package: code that loads it by name no longer finds it.",
    ),
    VersionRule(
        "licence-changed",
        Bump.MAJOR,
        "the licences; a source's licence, replaced or withdrawn",
        "Users may no longer be allowed to do what they did with the data.",
    ),
    VersionRule("table-removed", Bump.MAJOR, "a table that is gone", "Code that reads it stops."),
    VersionRule("column-removed", Bump.MAJOR, "a column that is gone", "Code that names it stops."),
    VersionRule(
        "column-retyped", Bump.MAJOR, "a column of another type", "Code that computes with it stops, or computes something else."
    ),
    VersionRule("rows-removed", Bump.MAJOR, "rows that are gone", "An analysis loses them without a warning."),
    VersionRule(
        "id-renamed",
        Bump.MAJOR,
        "a study, arm, source, participant or claim under another identifier",
        "Identity: a join, a filter or a list of exclusions no longer finds it. Rows that refer to it and follow don't count as changed.",
    ),
    VersionRule(
        "key-changed",
        Bump.MAJOR,
        "a row with another definition, day, set, instrument or other part of its key",
        "Identity and meaning: the same figure now stands for something else. It is one change, not a row removed and a row added.",
    ),
    VersionRule(
        "term-changed",
        Bump.MAJOR,
        "a vocabulary term, time point, unit or eligibility limit, replaced by another; what a proposed term means",
        "Meaning: the figure in that row is now about another population, treatment, set, method or unit, and is pooled with others.",
    ),
    VersionRule(
        "term-withdrawn",
        Bump.MAJOR,
        "a vocabulary term, time point, unit or eligibility limit that became `unstated` or empty",
        "Pooled comparisons leave out the rows, as if they had been removed.",
    ),
    VersionRule(
        "row-moved",
        Bump.MAJOR,
        "a row that refers to another study, arm or participant",
        "Identity: somebody is now counted in another arm.",
    ),
    VersionRule(
        "identity-changed",
        Bump.MAJOR,
        "a study's registration number, DOI or PubMed number, replaced or emptied; a label that no longer names the same study; what it is a part of, or the arms that a group contains, stated or not",
        "Identity: by these a trial and its participants count once, here and across packages. The row is now about another trial, counted beside itself, or left out beside the whole.",
    ),
    VersionRule(
        "column-wide",
        Bump.MAJOR,
        "one kind of damage or rescaling throughout a column",
        "A mistake affects a cell; a change of a whole column is in the process, and the column no longer means what it did. "
        "Correcting a column-wide mistake needs the same version: every result computed from it changes.",
    ),
    VersionRule(
        "column-rewritten",
        Bump.MAJOR,
        "at least half of a column's figures, without a pattern",
        "So many corrections mean that the figures are of another kind: a standard error instead of a deviation, an adjusted mean instead of a raw one.",
    ),
    VersionRule("table-added", Bump.MINOR, "a new table", "Everything that was there is unchanged."),
    VersionRule(
        "column-added",
        Bump.MINOR,
        "a new column",
        "Everything that was there is unchanged; code that selects all columns gets one more.",
    ),
    VersionRule(
        "rows-added", Bump.MINOR, "new rows", "Everything that was there is unchanged; sums and pooled results may change."
    ),
    VersionRule(
        "term-stated",
        Bump.MINOR,
        "a vocabulary term, time point, unit, eligibility limit, source's licence, or a study's registration number, DOI or PubMed number, where there was `unstated` or nothing; a label that says more than it did",
        "It contradicts nothing, but pooled comparisons now take in or leave out the rows, as if there were new ones.",
    ),
    VersionRule(
        "readings-changed",
        Bump.MINOR,
        "how many people extracted a figure",
        "The figure is the same, but answers give a line without those that one person extracted.",
    ),
    VersionRule(
        "data-corrected",
        Bump.PATCH,
        "single cells: a figure, a date, a flag, a reference to a source, a source's kind or correction status, a code",
        "The data were wrong or missing and are corrected; what they are about stays the same.",
    ),
    VersionRule(
        "words-changed",
        Bump.PATCH,
        "titles, locators, labels of arms and other words; an identifier, licence or study's label in another spelling",
        "No answer computes with them, and no trial is found by them. Whether words say the same, a reader must judge.",
    ),
    VersionRule(
        "descriptor-changed",
        Bump.PATCH,
        "title, description, contributors, sources, lineage, waivers, schemas and the rest of the descriptor; README and mapping",
        "They describe the data; the data are unchanged. Hashes, sizes and paths of files don't count as changes.",
    ),
)

RULES: dict[str, VersionRule] = {rule.id: rule for rule in _RULES}
