"""The registry's vocabularies: the words a package may use, each with its meaning and the source of that meaning.

A vocabulary is a CSV file in ``schemas/vocabularies``. It obeys a pandera model of its own. Terms are read with the standard
library, so that looking a word up loads no data-frame library.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "NO_TERM",
    "VOCABULARIES",
    "Vocabulary",
    "fill",
    "make_types",
    "rows",
    "terms",
    "type_of",
]

FOLDER = Path(__file__).parent / "vocabularies"
RENDERED = Path(__file__).parent / "rendered" / "vocabularies"


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary: what it names, the column that holds its terms, and the name of its model. ``refers`` names the columns that hold
    terms of other vocabularies, each with that vocabulary.
    """

    name: str
    title: str
    key: str = "term"
    model: str = "PlainTerms"
    union_of: tuple[str, ...] = ()
    refers: Mapping[str, str] = field(default_factory=dict)


VOCABULARIES: dict[str, Vocabulary] = {
    v.name: v
    for v in (
        Vocabulary("instruments", "Rating scales, with each version separate", "instrument_id", "Instruments"),
        Vocabulary(
            "definitions",
            "What counts as an event",
            "definition_id",
            "Definitions",
            refers={
                "outcome": "outcome_words",
                "instrument_id": "instruments",
                "comparability_class": "comparability_classes",
            },
        ),
        Vocabulary(
            "comparability_classes",
            "Definitions that may be pooled with one another",
            "class_id",
            "ComparabilityClasses",
            refers={"broader": "comparability_classes"},
        ),
        Vocabulary(
            "populations",
            "Who was eligible for a trial",
            "population_id",
            "Populations",
            refers={"parent_id": "populations", "prior_failures_window": "failure_windows"},
        ),
        Vocabulary("treatments", "What was given", "treatment_id", "Treatments", refers={"class_id": "treatment_classes"}),
        Vocabulary("treatment_classes", "Classes of treatments", "class_id", "Classes", refers={"broader": "treatment_classes"}),
        Vocabulary(
            "subjects",
            "Treatments and classes of treatments",
            union_of=("treatments", "treatment_classes"),
        ),
        Vocabulary("outcome_words", "Words for outcomes", model="OutcomeWords"),
        Vocabulary("analysis_sets", "Who is in the denominator"),
        Vocabulary("missing_data", "How participants not observed were counted"),
        Vocabulary("value_origins", "How a figure was obtained"),
        Vocabulary("timepoint_anchors", "What days are counted from", model="Anchors"),
        Vocabulary("windows", "Intervals of time that visits are grouped into", model="Windows"),
        Vocabulary("statistics", "Which mean it is"),
        Vocabulary("estimates", "Whether a mean is raw or from a model"),
        Vocabulary("effect_measures", "Measures of the effect between two arms", model="EffectMeasures"),
        Vocabulary("arm_roles", "What an arm is for", model="ArmRoles"),
        Vocabulary("routes", "How a treatment is given"),
        Vocabulary("dose_units", "Units of dose"),
        Vocabulary("backgrounds", "What all participants of an arm were given besides"),
        Vocabulary("designs", "Designs of trials"),
        Vocabulary("phases", "What a treatment is for at a stage of the illness"),
        Vocabulary("part_relations", "What a part of a trial is to the whole"),
        Vocabulary("publications", "Whether results were published"),
        Vocabulary("rob_judgements", "Risk of bias, by the words of RoB 2"),
        Vocabulary("maskings", "Who did not know the allocation"),
        Vocabulary("settings", "Where participants were treated"),
        Vocabulary("failure_windows", "The time over which treatment failures count"),
        Vocabulary("sexes", "Sex, as recorded by a trial"),
        Vocabulary("source_kinds", "Kinds of sources"),
        Vocabulary("correction_statuses", "What is known of corrections to a source"),
        Vocabulary("copy_hosts", "Hosts of copies, and of servers for tests, whose addresses aren't a source's own"),
        Vocabulary("profile_attributes", "Respects in which treatments are described"),
        Vocabulary("claim_attributes", "What is claimed", model="ClaimAttributes", refers={"outcome": "outcome_words"}),
        Vocabulary("claim_relations", "What one claim is to another"),
        Vocabulary("not_judged", "Why a claim is not judged"),
        Vocabulary("value_bounds", "How a figure is meant"),
        Vocabulary("licences", "Open licences, by SPDX identifier"),
        Vocabulary("synonyms", "What people call the terms, or write for a word in them", "synonym", "Synonyms"),
    )
}


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a vocabulary as text, in the order of the file.

    Raises ``KeyError`` for an unknown vocabulary.
    """
    vocabulary = VOCABULARIES[name]
    if vocabulary.union_of:
        union: dict[str, dict[str, str]] = {}
        for part in vocabulary.union_of:
            for row in rows(part):
                term = row[VOCABULARIES[part].key]
                union.setdefault(term, {"term": term, **{c: row[c] for c in ("label", "description", "source")}})
        return tuple(union.values())
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def terms(name: str) -> tuple[str, ...]:
    """The terms of a vocabulary, in the order of the file."""
    key = VOCABULARIES[name].key
    return tuple(row[key] for row in rows(name))


NO_TERM = "not a term of the vocabulary"
"""The value, in a cell of a vocabulary's type, for a word that isn't one of its terms: neither empty nor equal to a term."""


def type_of(name: str) -> str:
    """The name in SQL of a vocabulary's type, which :func:`make_types` makes."""
    return f"term.{identifier(name)}"


def make_types(con: duckdb.DuckDBPyConnection, more: Mapping[str, Iterable[str]] | None = None) -> None:
    """Make of every vocabulary a type of a DuckDB, in the schema ``term``: its values are the terms, in the order that texts have,
    :data:`NO_TERM`, and ``more`` terms by vocabulary.

    A cell of such a type takes a byte or two, and is compared as a number.
    """
    added = more or {}
    types = (
        f"CREATE TYPE {type_of(name)} AS ENUM ({', '.join(map(literal, sorted({*terms(name), *added.get(name, ()), NO_TERM})))})"
        for name in VOCABULARIES
    )
    con.execute("; ".join(("CREATE SCHEMA term", *types)))


def fill(con: duckdb.DuckDBPyConnection, names: Iterable[str], *, bare: bool = False) -> None:
    """Make the vocabularies' tables in the schema ``vocabulary`` of a DuckDB, unchecked: what is committed has been checked.

    ``bare`` makes them for a machine's use: without comments on tables and columns, and terms of the types that :func:`make_types` made.
    """
    for name in names:
        create, end, comment = (RENDERED / f"{name}.sql").read_text(encoding="utf-8").partition(";\n")
        if bare:
            for column, held in {VOCABULARIES[name].key: name, **VOCABULARIES[name].refers}.items():
                create = create.replace(f"{identifier(column)} VARCHAR", f"{identifier(column)} {type_of(held)}")
        con.execute(create if bare else create + end + comment)
        listed = rows(name)
        cells = ", ".join(f"unnest(?::VARCHAR[]) AS {identifier(c)}" for c in listed[0])
        con.execute(
            f"INSERT INTO vocabulary.{name} BY NAME SELECT {cells}", [[row[c] or None for row in listed] for c in listed[0]]
        )
