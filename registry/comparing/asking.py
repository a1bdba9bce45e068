"""Asking the database for a comparison: what the words mean that a user types, and what is read for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from registry.comparing.compare import compare_rows
from registry.comparing.comparison import OUTCOMES, Comparison, OutcomeAnswer
from registry.comparing.means import compare_scores
from registry.comparing.respects import Respect, respects
from registry.comparing.summary import WITHOUT_CHANCE, elsewhere_words
from registry.comparing.terms import populations_in
from registry.errors import RequestError
from registry.packages.finding import near
from registry.pooling.remembered import recalling
from registry.strata.comparable import NOT_RANDOMISED
from registry.strata.drafts import drafts_in
from registry.strata.proposed import with_proposed
from registry.strata.rows import Row, leading_variants, read_others, read_rows, rows_of
from registry.strata.score_rows import read_scores
from schemas.classes import classes_within
from validation.hints import asked_for, term_meant

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["ask", "fitting_rates", "subject_of"]


def ask(
    con: duckdb.DuckDBPyConnection,
    a: str,
    b: str,
    *,
    outcomes: Sequence[str] | None = None,
    population: str | None = None,
    across: Sequence[str] = (),
    reason: str | None = None,
    with_unstated: bool = False,
    strict: bool = False,
) -> tuple[Comparison, list[Respect]]:
    """The comparison of two subjects, and, where no outcome was asked for alone, the eight respects.

    Raises ``RequestError`` for an unknown word, with the nearest, and if the two can't be compared as asked.
    """
    one, other = subject_of(con, a), subject_of(con, b)
    every, scores = read_rows(con), read_scores(con) if outcomes is None and not across else []
    rows = every
    if population is not None:
        fitting = populations_in(con, population)
        rows = [row for row in every if row.population in fitting]
        scores = [row for row in scores if row.population in fitting]
    with recalling(con):
        comparison = compare_rows(
            rows,
            one,
            other,
            outcomes=outcomes or OUTCOMES,
            population=population,
            across=across,
            reason=reason,
            with_unstated=with_unstated,
            strict=strict,
            others=read_others(con),
        )
        scores = [row for row in scores if not (strict and row.arm_kind == NOT_RANDOMISED)]
        means = compare_scores(scores, one, other, leading_variants(with_unstated=with_unstated, strict=strict))
        told = (one, other, *_words(comparison), *(part for found in means for part in found.stratum.split(" | ")))
        # The first leads, and randomised ones come first: the others have a warning of their own.
        own = [WITHOUT_CHANCE] if any(one.arm_kind == NOT_RANDOMISED for one in means[:1]) else []
        warnings = tuple(dict.fromkeys((*comparison.warnings, *own, *with_proposed(told))))
        answers = tuple(_pointing(answer, every, comparison) for answer in comparison.outcomes)
        comparison = replace(comparison, outcomes=answers, means=means, drafts=drafts_in(con), warnings=warnings)
        return comparison, respects(con, comparison) if outcomes is None else []


def _pointing(answer: OutcomeAnswer, rows: Sequence[Row], comparison: Comparison) -> OutcomeAnswer:
    """An answer that has no rates of the two in the population asked for, with the populations in which there are."""
    if comparison.population is None or not answer.without:
        return answer
    of_outcome = [row for row in rows if row.outcome == answer.outcome]
    own: list[dict[str, set[str]]] = []
    for subject in (comparison.a, comparison.b):
        trials: dict[str, set[str]] = {}
        for row in rows_of(of_outcome, subject):
            trials.setdefault(row.population, set()).add(row.trial)
        own.append(trials)
    *_, like = comparison.population.split(".")
    elsewhere = sorted(
        own[0].keys() & own[1].keys(),
        key=lambda one: (one.rpartition(".")[2] != like, -min(len(trials[one]) for trials in own), one),
    )
    return replace(answer, elsewhere=tuple(elsewhere), summary=f"{answer.summary}{elsewhere_words(elsewhere)}")


def _words(comparison: Comparison) -> Iterator[str]:
    """The words of the strata of a comparison."""
    for answer in comparison.outcomes:
        strata = [*(one.stratum for one in answer.shared), *(one.stratum for one in answer.apart)]
        for stratum in (*strata, *(one.stratum for one in answer.unpooled)):
            yield from stratum.values


def subject_of(con: duckdb.DuckDBPyConnection, word: str) -> str:
    """The treatment or class that a word means: its id, its label, either in the plural, as `SSRIs`, or the beginning of the id of a single one, as
    `quetiapine` of `quetiapine-xr`, or `x.term` of `x.term@package`, which that package proposes.

    Raises ``RequestError`` with the nearest names for any other.
    """
    known: dict[str, str] = dict(
        con.execute(
            "SELECT treatment_id, label FROM vocabulary.treatments UNION ALL SELECT class_id, label FROM vocabulary.treatment_classes"
        ).fetchall()
    )
    if word in known:
        return word
    named = {word.casefold(), word.casefold().removesuffix("s")}
    meant = [term for term, label in known.items() if named & {term.casefold(), str(label).casefold()}]
    meant = meant or sorted(term for term in known if term.startswith((f"{word.casefold()}-", f"{word.casefold()}@")))
    if len(meant) == 1:
        return meant[0]
    otherwise = "`outcomes vocab treatments` lists them"
    hint = asked_for(meant, otherwise=term_meant(word, "subjects", otherwise=otherwise))
    raise RequestError(f"{word!r} is not a treatment or a class of treatments; {hint}")


def fitting_rates(
    con: duckdb.DuckDBPyConnection, subject: str | None, population: str | None, words: Mapping[str, str | None]
) -> pl.DataFrame:
    """The rates of ``comparable_rates`` of a treatment or class, in a population and those that are part of it, that have the ``words``, by column.

    Raises ``RequestError`` for a word that no rate has, with the nearest.
    """
    stated = {column: word for column, word in words.items() if word is not None}
    for column, word in stated.items():
        known = [known for (known,) in con.execute(f"SELECT DISTINCT {column} FROM comparable_rates ORDER BY 1").fetchall()]
        if word not in known:
            raise RequestError(f"no rate has the {column} {word!r}; {near(word, known, column)}")
    fits: dict[str, object] = {f"{column} = ?": word for column, word in stated.items()}
    if subject is not None:
        fits["list_has_any(?, [node, class])"] = classes_within(subject_of(con, subject))
    if population is not None:
        fits["list_contains(?, population)"] = sorted(populations_in(con, population))
    query = f"FROM comparable_rates WHERE {' AND '.join(['true', *fits])} ORDER BY ALL"
    frame: pl.DataFrame = con.sql(query, params=list(fits.values())).pl()
    return frame
