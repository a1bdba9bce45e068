"""One stratum in a form that the next tool loads: for metafor, for network meta-analysis, as RevMan's data rows, for Metapsy's tools, or as the registry has it.

A file holds one stratum, since what is loaded together is pooled together. Rows that no comparison leads with, because something is unstated or their
counts were worked out from means, are left out unless requested, and the notes say how many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeVar

from registry.errors import RequestError
from registry.exporting.tables import Cell, Table, pairs_table, rates_table, rows_table
from registry.strata.comparable import BY_NO_CHANCE, NOT_RANDOMISED
from registry.strata.rows import IN_OPEN_CONTEXT, MAIN, WITH_IMPUTED, Row, base_of, read_rows, taken_in, variant
from registry.strata.score_rows import ScoreRow, read_scores
from registry.strata.stratum import DIMENSIONS, Stratum
from validation.formats.visible import in_cell
from validation.hints import near

if TYPE_CHECKING:
    import duckdb

__all__ = ["Export", "Form", "export_stratum", "find_stratum", "where_listed", "written"]

Form = Literal["metafor", "network", "contrasts", "means", "revman", "revman-means", "metapsy", "csv"]

_MOST_LISTED = 12

_Key = tuple[str, str]
"""An outcome, and the name of a stratum."""


@dataclass(frozen=True)
class Export:
    """A file's text, its rows, and notes for the user: what was left out, and why."""

    text: str
    table: Table
    notes: tuple[str, ...]


def export_stratum(
    con: duckdb.DuckDBPyConnection,
    form: Form,
    stratum: str,
    *,
    outcome: str | None = None,
    a: str | None = None,
    b: str | None = None,
    with_unstated: bool = False,
    with_imputed: bool = False,
    code_for: str | None = None,
) -> Export:
    """One stratum of the database in that form; ``stratum`` as ``find_stratum`` takes it, ``a`` and ``b`` treatments or classes, both needed for RevMan's data rows. With ``code_for``, the name
    of the file with two subjects' pairs, the text is R's code that comes to our figures from it.

    ``RequestError`` for a stratum or subject that isn't there, with the nearest, and where nothing is left to write;
    ``duckdb.Error`` where the database has no strata.
    """
    from registry.comparing.asking import subject_of
    from registry.comparing.terms import labels_of

    subjects = [subject_of(con, word) for word in (a, b) if word is not None]
    if form in {"means", "revman-means"}:
        return _means(con, stratum, subjects, with_unstated=with_unstated, data_rows=form == "revman-means")
    labels = labels_of(con)
    held = find_stratum(read_rows(con), stratum, outcome, subjects, labels)
    _check(held, subjects)
    # Metapsy's rows are comparisons: those of a alone need all that it was held against.
    whole = not subjects or (form == "metapsy" and len(subjects) == 1)
    own = held if whole else _of(held, subjects)
    kept, notes = _taken(own, with_unstated=with_unstated, with_imputed=with_imputed)
    notes = _found_note(stratum, held[0].stratum, labels) + notes
    if form == "csv":
        table = rows_table(kept)
    elif form in {"network", "contrasts"}:
        from registry.exporting.networks import arms_table, contrasts_table

        table = arms_table(kept) if form == "network" else contrasts_table(kept)
        notes += _kind_note(kept)
    elif form == "metapsy":
        from registry.exporting.metapsy import metapsy_table, read_words

        table = metapsy_table(kept, read_words(con), *subjects)
        notes += _kind_note(kept)
    elif form == "revman":
        from registry.exporting.revman import counts_as_data_rows

        one, other = subjects
        table = counts_as_data_rows(kept, one, other)
        notes += _kind_note(kept)
    elif len(subjects) == 2:
        table = pairs_table(kept, *subjects)
        notes += _kind_note(kept)
    else:
        table = rates_table(kept, *subjects)
    if not table:
        both = kept and len(subjects) == 2
        what = f"no trial had both {' and '.join(subjects)}" if both else "there is nothing to write"
        raise RequestError("; ".join([f"{held[0].stratum}: {what}", *notes]))
    pairs = form in {"metapsy", "network", "contrasts", "revman"} or (form == "metafor" and len(subjects) == 2)
    notes += _lone_note(kept, table) if pairs else []
    if code_for is not None:
        from registry.exporting.r_code import r_code
        from registry.pooling.by_subject import pairs_of

        one, other = subjects
        return Export(r_code(pairs_of(kept, one, other), one, other, code_for), table, tuple(notes))
    return Export("".join(written(table, metapsy=form == "metapsy")), table, tuple(notes))


_MEANS = "means"
"""What strata of means are of, where those of rates have an outcome."""


def where_listed(*, means: bool) -> str:
    """How to list the strata of rates or of means."""
    return f'`outcomes sql "{"SELECT DISTINCT stratum FROM comparable_scores" if means else "FROM strata"}"` lists them'


def _means(
    con: duckdb.DuckDBPyConnection, stratum: str, subjects: Sequence[str], *, with_unstated: bool, data_rows: bool
) -> Export:
    from registry.comparing.terms import labels_of
    from registry.exporting.means import means_table
    from registry.exporting.revman import means_as_data_rows

    rows, labels = read_scores(con), labels_of(con)
    _, name = _chosen({(_MEANS, row.stratum): row.stratum for row in rows}, _having(rows, subjects), stratum, labels, _MEANS)
    held = [row for row in rows if row.stratum == name]
    _check(held, subjects)
    own = _of(held, subjects) if subjects else held
    kept = own if with_unstated else taken_in(own, MAIN) or taken_in(own, IN_OPEN_CONTEXT)
    notes = _found_note(stratum, name, labels) + _open_note(own, kept, "means") + _kind_note(kept)
    if data_rows:
        one, other = subjects
        table = means_as_data_rows(kept, one, other)
    else:
        table = means_table(kept, *subjects)
    if not table:
        what = f"no trial had both {' and '.join(subjects)}" if len(subjects) == 2 else "there is nothing to write"
        raise RequestError("; ".join([f"{name}: {what}", *notes]))
    notes += _lone_note(kept, table) if len(subjects) == 2 else []
    return Export("".join(written(table)), table, tuple(notes))


def find_stratum(
    rows: Sequence[Row],
    word: str,
    outcome: str | None = None,
    subjects: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> list[Row]:
    """The rows of the stratum that is meant, by its whole name, some of its six words, or parts of them, that one alone has: as ids between bars, or in
    the words of ``labels`` as an answer shows them. Strata with all ``subjects`` go before others.

    A word that is whole goes before one that is part of another: ``trd`` means the population of that name and not
    ``trd.late-life``. ``RequestError`` with those that match where several do, and with the nearest where none does.
    """
    asked = [row for row in rows if outcome in {None, row.outcome}]
    known = {(row.outcome, row.stratum): row.stratum for row in asked}
    found = _chosen(known, _having(asked, subjects), word, labels or {}, outcome)
    return [row for row in rows if (row.outcome, row.stratum) == found]


def _having(rows: Sequence[Row] | Sequence[ScoreRow], subjects: Sequence[str]) -> dict[str, set[str]]:
    """By stratum, the subjects that it has."""
    has: dict[str, set[str]] = {}
    for row in rows:
        has.setdefault(row.stratum, set()).update(row.subjects & set(subjects))
    return {name: found for name, found in has.items() if len(found) == len(set(subjects))}


def _chosen(
    known: Mapping[_Key, str], having: Mapping[str, set[str]], word: str, labels: Mapping[str, str], outcome: str | None
) -> _Key:
    """Which outcome and stratum is meant, of those that there are by name: of those ``having`` the subjects, if it is one of them."""
    parts = _words(word)
    named = {key: [_words(name), _words(_labelled(name, labels))] for key, name in known.items()}
    within = [_as_words(part) for part in parts]
    tests = (
        lambda words: words == parts,
        lambda words: set(parts) <= set(words),
        lambda words: all(any(part.search(w) for w in words) for part in within),
    )
    # A whole name goes before parts of others: those may be of another definition or population.
    for test in tests if parts else ():
        for keys in ([key for key in known if known[key] in having], list(known)):
            found = [key for key in keys if any(map(test, named[key]))]
            if len(found) > 1:
                of = "" if len(keys) == len(known) else f" with {' and '.join(sorted(next(iter(having.values()))))}"
                raise RequestError(f"{word!r} is part of {len(found)} strata{of}; give more of the name:\n{_listed(found)}")
            if found:
                return found[0]
    names = {" | ".join(words): key for key, both in named.items() for words in both}
    close = dict.fromkeys(names[name] for name in near(" | ".join(parts), names, 5, 0.4))
    hint = f"the nearest:\n{_listed(list(close))}" if close else where_listed(means=outcome == _MEANS)
    raise RequestError(f"no stratum{f' of {outcome}' if outcome else ''} is called {word!r}; {hint}")


def _found_note(word: str, name: str, labels: Mapping[str, str]) -> list[str]:
    """Which stratum was found, where a part of its name was given."""
    return [] if _words(word) in (_words(name), _words(_labelled(name, labels))) else [f"the stratum is {name}"]


def _as_words(part: str) -> re.Pattern[str]:
    """The part as the beginning of a word: ``trd`` isn't in ``non-trd``, nor `treatment-resistant` in `not treatment-resistant`, and ``le1`` or
    ``le10`` isn't ``le10-to-12``.
    """
    whole_number = r"(?![\d-])" if part[-1].isdigit() else ""
    return re.compile(rf"(?<![\w-])(?<!\bnot )(?<!\bno )(?<!\bnon )(?<!\bwithout ){re.escape(part)}{whole_number}")


def _labelled(name: str, labels: Mapping[str, str]) -> str:
    """A stratum as answers show it."""
    definition, *place = name.split(" | ")
    # Of means, the scale is followed by the statistic.
    statistic = f", {place.pop(0)}" if len(place) == len(DIMENSIONS) else ""
    what, *others = Stratum(definition, *place).in_words(lambda term: labels.get(term, term))
    return " | ".join([f"{what}{statistic}", *others])


def written(table: Table, *, metapsy: bool = False) -> Iterator[str]:
    """The lines of a CSV file: words are quoted, numbers are not.

    A cell that a spreadsheet would run begins with an apostrophe, and what can't be seen is written as its escape. Metapsy's files have semicolons between cells and none in them, decimal commas, and ``NA`` for what is missing.
    """
    between = ";" if metapsy else ","
    yield between.join(table[0]) + "\n"
    for row in table:
        yield between.join(_in_metapsy(cell) if metapsy else _cell(cell) for cell in row.values()) + "\n"


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"  # the form that R's read.csv, pandas and spreadsheets all take for a truth value
    if isinstance(cell, str):
        return _quoted(cell)
    return str(int(cell)) if float(cell).is_integer() else repr(cell)


@lru_cache(maxsize=1 << 12)
def _quoted(words: str) -> str:
    return '"' + in_cell(words).replace('"', '""') + '"'


def _in_metapsy(cell: Cell) -> str:
    if isinstance(cell, float):
        return format(cell, ".15g").replace(".", ",")
    return "NA" if cell is None else _cell(cell.replace(";", ",").strip() if isinstance(cell, str) else cell)


def _words(name: str) -> list[str]:
    """A stratum's words, or parts of them, however they are spaced."""
    return [word for part in re.split(r"[|·]", name.casefold()) if (word := " ".join(part.split()))]


def _listed(keys: Sequence[tuple[str, str]]) -> str:
    both = len({outcome for outcome, _ in keys}) > 1 and len({stratum for _, stratum in keys}) < len(keys)
    lines = [f"  {stratum}" + (f"  (--outcome {outcome})" if both else "") for outcome, stratum in keys[:_MOST_LISTED]]
    return "\n".join([*lines, f"  and {len(keys) - _MOST_LISTED} more"] if len(keys) > _MOST_LISTED else lines)


_Of = TypeVar("_Of", Row, ScoreRow)


def _of(rows: Sequence[_Of], subjects: Sequence[str]) -> list[_Of]:
    """The rows of the subjects, treatments or classes."""
    return [row for row in rows if row.subjects & set(subjects)]


def _check(rows: Sequence[Row] | Sequence[ScoreRow], subjects: Sequence[str]) -> None:
    """``RequestError`` for a subject that the stratum hasn't, and for two that are one."""
    for subject in subjects:
        if not any(subject in row.subjects for row in rows):
            there = ", ".join(sorted({subject for row in rows for subject in row.subjects}))
            what = "rate" if isinstance(rows[0], Row) else "mean"
            raise RequestError(f"{rows[0].stratum} has no {what} of {subject!r}; it has {there}")
    if len(subjects) == 2 and (subjects[0] == subjects[1] or any(set(subjects) <= row.subjects for row in rows)):
        raise RequestError(f"{subjects[0]} and {subjects[1]} overlap: one contains the other, so an arm would be on both sides")


def _taken(rows: Sequence[Row], *, with_unstated: bool, with_imputed: bool) -> tuple[list[Row], list[str]]:
    """The rows that are used, and notes on those that aren't, and on those that are because they were asked for."""
    counted = list(rows) if with_imputed else [row for row in rows if not row.imputed]
    notes = []
    if imputed := sum(row.imputed for row in rows):
        about = f"worked out from means: {imputed} of {len(rows)} rates"
        left = f"left out because their counts were {about}; add --with-imputed to include them"
        notes.append(f"included, although their counts were {about}" if with_imputed else left)
    kept = counted if with_unstated else variant(counted, WITH_IMPUTED, base_of(rows))
    return kept, notes + _open_note(counted, kept, "rates")


def _open_note(rows: Sequence[Row] | Sequence[ScoreRow], kept: Sequence[object], what: str) -> list[str]:
    """A note on the rows that leave something unstated: that they are in, or are not among those that are ``kept``."""
    some = [row for row in rows if row.unstated]
    if not some:
        return []
    words = ", ".join(f"{word} in {n}" for word, n in sorted(Counter(word for row in some for word in row.unstated).items()))
    if len(kept) == len(rows):
        return [f"included, although something is unstated: {len(some)} of {len(rows)} {what} ({words})"]
    left_out = f"{len(rows) - len(kept)} of {len(rows)} {what} ({words})"
    return [f"left out because something is unstated: {left_out}; add --with-unstated to include them"]


_KINDS = {
    NOT_RANDOMISED: BY_NO_CHANCE,
    "crossover": "crossover: the same people are in both arms, so no two arms are compared; each arm is on its own",
    "cluster": "groups of people were randomised whole: without their design effect no two arms are compared, and an interval of one is too narrow",
    "unstated": "allocation to these arms is unstated: participants may not have been randomised",
}


def _kind_note(rows: Sequence[Row] | Sequence[ScoreRow]) -> list[str]:
    return [_KINDS[kind] for kind in sorted({row.arm_kind for row in rows}) if kind in _KINDS]


def _lone_note(rows: Sequence[Row] | Sequence[ScoreRow], table: Table) -> list[str]:
    """A note on the trials that have an arm here and no comparison."""
    lone = len({row.trial for row in rows} - {row["trial"] for row in table})
    return (
        [f"{lone} trial{'s have' if lone > 1 else ' has'} no such comparison and {'are' if lone > 1 else 'is'} left out"]
        if lone
        else []
    )
