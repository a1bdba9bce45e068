"""What a claim can be compared with: rates, sourced statements, and visits at which arms separate."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from registry.auditing.documents import documents as documents_of
from registry.auditing.spans import UNIT
from registry.comparing.compare import compare_rows
from registry.comparing.comparison import Comparison
from registry.comparing.terms import labels_of, parents_of, within
from registry.strata.comparable import ARM_KIND, STUDIES, TESTED, control_class
from registry.strata.rows import Row, read_others, read_rows
from registry.strata.subjects import subjects_of
from schemas.classes import classes_within
from schemas.nesting import inside

if TYPE_CHECKING:
    import duckdb

    from registry.auditing.claims import Claim

__all__ = ["Definition", "Knowledge", "ProfileStatement", "Separation", "Tried", "read_knowledge"]


@dataclass(frozen=True)
class Definition:
    """A definition of the vocabulary; ``scale`` is None where it leaves that open, ``ruled`` is whether it has a rule, ``rule`` the rule without the scale."""

    label: str
    comparability_class: str
    scale: str | None
    ruled: bool
    rule: str | None = None

    def may_be(self, other: Definition) -> bool:
        """Whether another, on this scale, is one that this may be, where it leaves its rule or the scale's edition open."""
        stem, is_open = str(self.scale).removesuffix(".unstated"), str(self.scale).endswith(".unstated")
        fits = other.scale is not None and (other.scale.startswith(stem) if is_open else other.scale == stem and not self.ruled)
        return fits and (not self.ruled or self.rule == other.rule)


@dataclass(frozen=True)
class ProfileStatement:
    """A sourced sentence on a treatment or class, with the figure that it gives if it gives one; ``cited`` is its
    source's title, ``source_id`` what its package calls the source.
    """

    subject: str
    attribute: str
    text: str
    low: float | None = None
    high: float | None = None
    bound: str | None = None
    unit: str | None = None
    source_id: str | None = None
    cited: str | None = None
    source: str | None = None
    locator: str | None = None


@dataclass(frozen=True)
class Separation:
    """A visit at which an arm was compared with the placebo or sham of its trial, and whether it did better: also those that found nothing."""

    treatment: str
    class_: str
    study: str
    measure: str
    day: float
    source: str | None = None
    locator: str | None = None
    population: str = "unstated"
    trial: str = ""
    arm: str = ""
    separate: bool = True
    control_role: str = "placebo"

    @property
    def subjects(self) -> frozenset[str]:
        """Whatever the arm may be asked for by."""
        return subjects_of(self.treatment, self.class_)


@dataclass(frozen=True)
class Tried:
    """A treatment in a trial that has any figure of it, and perhaps no rate: adverse events alone, a mean, an effect as it is printed."""

    trial: str
    node: str
    class_: str
    population: str
    arm_kind: str
    source: str | None

    @property
    def subjects(self) -> frozenset[str]:
        """Whatever the arm may be asked for by."""
        return subjects_of(self.node, self.class_)


@dataclass(frozen=True)
class Knowledge:
    """All of it. ``parents`` is the hierarchy of populations, ``classes`` the class of each treatment, ``labels`` words for ids.

    ``documents`` are the documents that the claims' package lists and that aren't the source of a claim: what a claim may cite.
    ``others`` are results of arms that have another in ``rows``, in the same stratum. ``own`` are rates that were read in the document that makes the
    claim: they are not evidence for it. ``nested`` are pairs of definitions, of which everybody who meets the first meets the second. ``written``
    numbers the documents: sources of one number are one, however they are named.
    """

    rows: tuple[Row, ...] = ()
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    statements: tuple[ProfileStatement, ...] = ()
    separations: tuple[Separation, ...] = ()
    tried: tuple[Tried, ...] = ()
    parents: Mapping[str, str | None] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    own: tuple[Row, ...] = ()
    others: tuple[Row, ...] = ()
    nested: frozenset[tuple[str, str]] = frozenset()
    written: Mapping[str, int] = field(default_factory=dict)
    _compared: dict[tuple[object, ...], tuple[Sequence[Row], Comparison]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def meant(self) -> list[Row]:
        """The rates that a claim may mean. Those worked out from means bear out none, for nobody counted the people; those of people chosen by how they had
        done on a treatment before aren't the treatment's rates, and a claim has no word that would say it means them.
        """
        return [row for row in self.rows if not (row.imputed or row.after_response)]

    def compared(self, rows: Sequence[Row], a: str, b: str, outcomes: Sequence[str]) -> Comparison:
        """Two treatments or classes by some of these rows: claims, and readings of one, ask for the same comparison many times."""
        key = (a, b, *outcomes, *map(id, rows))
        if key not in self._compared:
            # With the rows: as long as they are kept, nothing else has their identities.
            self._compared[key] = rows, compare_rows(rows, a, b, outcomes=outcomes)
        return self._compared[key][1]

    def near(self, claim: Claim, *, together: bool = False) -> Knowledge:
        """The same with each arm's result that is nearest to what the claim states, where an arm has several in a stratum: by its rule, then on its day. Those
        that all its trial's arms have before others, if what is asked is how arms compare ``together``.
        """
        if not self._several or (claim.day is None and claim.definition is None):
            return self

        def distance(found: tuple[Row, int]) -> tuple[object, ...]:
            row, arms = found
            away = 0.0 if claim.day is None else math.inf if row.day is None else abs(row.day - claim.day)
            return -arms if together else 0, row.definition != claim.definition, away

        rows = list(self.rows)
        for place, results in self._several.items():
            rows[place], _ = min(results, key=distance)
        return replace(self, rows=tuple(rows))

    @cached_property
    def _several(self) -> Mapping[int, list[tuple[Row, int]]]:
        """By their place among the rows, the arms that have several results in a stratum: each result, and how many of the trial's arms have one alike."""
        others: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in self.others:
            others[row.arm_in_stratum].append(row)
        trials = {(row.package, row.study_id) for row in self.others}
        alike = Counter(_alike(row) for row in (*self.rows, *self.others) if (row.package, row.study_id) in trials)
        return {
            place: [(one, alike[_alike(one)]) for one in (row, *others[row.arm_in_stratum])]
            for place, row in enumerate(self.rows)
            if row.arm_in_stratum in others
        }

    def apart_from(self, document: str | None) -> Knowledge:
        """The same without what was read in a document, whose rates are ``own``: what a document says doesn't bear itself out."""
        if document is None:
            return self
        names = {name for name, number in self.written.items() if number == self.written.get(document)} | {document}
        read = {one.source for some in (self.rows, self.statements, self.separations, self.tried) for one in some}
        if names.isdisjoint(read):
            return self
        return replace(
            self,
            rows=tuple(row for row in self.rows if row.source not in names),
            others=tuple(row for row in self.others if row.source not in names),
            statements=tuple(one for one in self.statements if one.source not in names),
            separations=tuple(one for one in self.separations if one.source not in names),
            tried=tuple(one for one in self.tried if one.source not in names),
            own=tuple(row for row in self.rows if row.source in names),
        )

    def word(self, term: str | None, *, leading: bool = False) -> str:
        """An id in words, which may be ``leading`` a sentence; of nothing, that nothing is stated."""
        if term is None:
            return "not stated"
        label = self.labels.get(term, term)
        # A label begins a row; here it stands within a sentence. MADRS and SSRI stay as they are.
        return label[:1].lower() + label[1:] if label[1:2].islower() and not leading else label

    def within(self, population: str) -> set[str]:
        """A population with those that are part of it."""
        return within(self.parents, population)

    def classes_of(self, definition: Definition) -> frozenset[str]:
        """The classes of a definition whose scale is stated: its own, and those of others that it may be."""
        others = (other.comparability_class for other in self.definitions.values() if definition.may_be(other))
        return frozenset({definition.comparability_class, *others})

    def of_subject(self, attribute: str, subject: str) -> list[ProfileStatement]:
        """What is stated of a treatment or class and of the treatments in it; where there is nothing, what is stated of its class."""
        within = classes_within(subject)
        members = {*within, *(treatment for treatment, class_ in self.classes.items() if class_ in within)}
        mine = [s for s in self.statements if s.attribute == attribute]
        return [s for s in mine if s.subject in members] or [s for s in mine if s.subject == self.classes.get(subject)]


def _alike(row: Row) -> tuple[object, ...]:
    return row.package, row.study_id, row.outcome, row.stratum, row.setting


def read_knowledge(con: duckdb.DuckDBPyConnection, package: str) -> Knowledge:
    """What the database holds; the documents are those of the package of claims."""
    definitions = con.execute(
        "SELECT definition_id, label, comparability_class, CASE WHEN instrument_id <> 'unstated' THEN instrument_id END, "
        "threshold IS NOT NULL OR percent_reduction IS NOT NULL, "
        "concat_ws(' ', outcome, comparator, threshold, threshold_upper, percent_comparator, percent_reduction, combine, ascertainment) "
        "FROM vocabulary.definitions"
    ).fetchall()
    statements = con.execute(
        f"SELECT p.treatment_id, p.attribute, p.text, p.value_low, p.value_high, p.value_bound, {UNIT}, p.source_id, s.title, "
        "coalesce('doi:' || s.doi, s.url, s.title), p.source_locator FROM profiles p "
        "LEFT JOIN sources s ON s.package = p.package AND s.source_id = p.source_id "
        "ORDER BY p.attribute, p.value_low, p.value_high, p.treatment_id, p.text, p.package, p.source_id, p.source_locator, p.value_bound, p.unit"
    ).fetchall()
    separations = con.execute(
        # In one order, or the stored verdict and the printed one would name different ones of several on the first day.
        'SELECT treatment, "class", study, measure, day, source, locator, population, trial, concat_ws(chr(0), package, study, arm), separate, control_role '
        "FROM separations WHERE separate IS NOT NULL AND day > 0 ORDER BY treatment, day, study, measure DESC, definition, arm, locator, difference"
    ).fetchall()
    tried = con.execute(
        f"""SELECT DISTINCT coalesce(l.trial_id, package || '/' || study_id),
          coalesce(CASE WHEN y.treatment IS NOT NULL THEN {control_class("a.role")} END, a.treatment_id),
          coalesce({control_class("a.role")}, t.class_id), s.population_id, {ARM_KIND}, coalesce('doi:' || r.doi, r.url, r.title)
        FROM (
          SELECT package, study_id, arm_id, source_id FROM outcomes UNION SELECT package, study_id, arm_id, source_id FROM scores
          UNION SELECT package, study_id, arm_id, source_id FROM harms
          UNION SELECT package, study_id, unnest([arm_id, other_arm_id]), source_id FROM contrasts
        ) f
        JOIN {STUDIES} s USING (package, study_id)
        JOIN arms a USING (package, study_id, arm_id)
        JOIN vocabulary.treatments t ON t.treatment_id = a.treatment_id
        LEFT JOIN ({TESTED}) y ON y.treatment = a.treatment_id
        LEFT JOIN trials l USING (package, study_id)
        LEFT JOIN sources r ON r.package = f.package AND r.source_id = f.source_id
        WHERE len(coalesce(l.holds, [])) = 0 ORDER BY ALL"""
    ).fetchall()
    documents = con.execute(
        "SELECT title FROM sources WHERE package = $1 AND source_id NOT IN "
        "(SELECT source_id FROM claims WHERE package = $1 AND source_id IS NOT NULL) ORDER BY title",
        [package],
    ).fetchall()
    labels = dict(con.execute("SELECT definition_id, label FROM vocabulary.definitions").fetchall())
    return Knowledge(
        rows=tuple(read_rows(con)),
        others=tuple(read_others(con)),
        definitions={name: Definition(*members) for name, *members in definitions},
        statements=tuple(ProfileStatement(*row) for row in statements),
        separations=tuple(Separation(*row) for row in separations),
        tried=tuple(Tried(*row) for row in tried),
        parents=parents_of(con),
        classes=dict(con.execute("SELECT treatment_id, class_id FROM vocabulary.treatments").fetchall()),
        labels={**labels, **labels_of(con)},
        documents=tuple(title for (title,) in documents),
        written=documents_of(
            con.execute(
                "SELECT coalesce('doi:' || doi, url, title), doi, pmid, url FROM sources ORDER BY package, source_id"
            ).fetchall()
        ),
        nested=frozenset(con.execute(inside("FROM vocabulary.definitions")).fetchall()),
    )
