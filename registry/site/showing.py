"""Pictures on the pages of a site, each with its table as a file beside its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from markupsafe import Markup

from registry.answers.pictured import cells_told, pictured
from registry.exporting.tables import Table
from registry.forest.ladder_picture import ladder_picture, stored_step
from registry.forest.network_picture import network_of_stratum
from registry.forest.pictures import Picture, csv_of
from registry.forest.rules_picture import ByRule, by_rules
from registry.forest.times_picture import times_of
from registry.site import places
from registry.site.facts import Facts
from registry.site.rendering import Page, said_day
from registry.strata.rows import rows_of
from schemas.outcome_words import COMPARED

__all__ = [
    "files_of",
    "in_parts",
    "ladder_pictures",
    "link_pages",
    "network_pictures",
    "rate_pages",
    "rule_groups",
    "shown",
    "table_pages",
    "tables_of",
    "times_pictures",
]

_T = TypeVar("_T")

_BESIDE = 60
"""The most rows of a table beside its picture; a longer one has pages of its own."""

_ON_A_PAGE = 150
"""The most rows of a long table on one page, and the most rates: some 200 kB."""

_LINKS_ON_A_PAGE = 1_000
"""The most links of a list on one page: some 150 kB."""


def shown(pictures: Iterable[Picture], page: str, seen_from: str | None = None, *, table: bool = True) -> Markup:
    """Pictures as a page has them; ``seen_from`` is another page that shows them too. ``table`` is false where it has the same figures beside them."""
    told = []
    for one in pictures:
        data = places.relative(places.figures(page, one.file), seen_from or page)
        long = table and len(one.table) > _BESIDE
        elsewhere = places.relative(_tabled(page, one.file), seen_from or page) if long else None
        told.append(pictured(one, data, table=table and not long, elsewhere=elsewhere))
    return Markup().join(told)


def _tabled(page: str, file: str) -> str:
    """Where the table of a file behind a page is shown."""
    return f"{places.figures(page, file).removesuffix('.csv')}.html"


def tables_of(pictures: Iterable[Picture], page: Page) -> Iterator[Page]:
    """The pages of the tables that are too long for the page of their pictures."""
    for one in pictures:
        if len(one.table) > _BESIDE:
            yield from table_pages(page, one.file, one.title, one.says, one.table)


def table_pages(page: Page, file: str, title: str, says: str, table: Table) -> Iterator[Page]:
    """The figures behind a picture as a table, in parts: a page's file of that name."""
    parts = in_parts(_tabled(page.path, file), table)
    for number, (path, rows) in enumerate(parts, 1):
        given = {
            "of": page,
            "file": places.figures(page.path, file),
            "says": says,
            "heading": title,
            "total": len(table),
            "names": list(table[0]),
            "rows": [cells_told(row) for row in rows],
            "paths": [path for path, _ in parts],
        }
        told = title if len(parts) == 1 else f"{title}, {number} of {len(parts)}"
        yield Page(path, "part", told, "figures.html.jinja", given)


def in_parts(path: str, rows: Sequence[_T], most: int | None = None) -> list[tuple[str, Sequence[_T]]]:
    """Many rows on several pages, ``most`` on each, the first of which is at the path; there is one at least."""
    most = most or _ON_A_PAGE
    parts = [rows[start : start + most] for start in range(0, len(rows), most)] or [rows]
    paths = [path, *(f"{path.removesuffix('.html')}/{n}.html" for n in range(2, len(parts) + 1))]
    return list(zip(paths, parts, strict=True))


def rate_pages(page: Page, rates: Sequence[Mapping[str, Any]], **besides: Sequence[Any]) -> Iterator[Page]:
    """The page with its rates; where they are many, on several pages, of which only the first is found by the search. Each list ``besides`` is split
    as they are, and given by its name.
    """
    return _split(replace(page, given={**page.given, "total": len(rates)}), {"rates": rates, **besides}, _ON_A_PAGE)


def link_pages(page: Page, **links: Sequence[Any]) -> Iterator[Page]:
    """The page with lists of links, each given by its name; where they are many, on several pages, of which only the first has all else."""
    return _split(page, links, _LINKS_ON_A_PAGE)


def _split(page: Page, lists: Mapping[str, Sequence[Any]], most: int) -> Iterator[Page]:
    split = {name: [some for _, some in in_parts(page.path, listed, most)] for name, listed in lists.items()}
    longest = max(lists.values(), key=len)
    paths = [path for path, _ in in_parts(page.path, longest, most)]
    for n, path in enumerate(paths):
        title = page.title if n == 0 else f"{page.title}, {n + 1} of {len(paths)}"
        here = {name: parts[n] if n < len(parts) else () for name, parts in split.items()}
        part = replace(page, path=path, title=title, given={**page.given, **here, "paths": paths})
        yield replace(part, kind="part", files={}) if n else part


def files_of(pictures: Iterable[Picture], page: str) -> dict[str, str]:
    """The files of the figures behind them, by their paths."""
    return {places.figures(page, one.file): csv_of(one) for one in pictures}


def network_pictures(facts: Facts, networks: Sequence[Mapping[str, Any]], a: str, b: str) -> list[Picture]:
    """The network of each stratum in which one joins the two, of rows of the table ``pooled_networks``."""
    told = dict.fromkeys((row["outcome"], row["stratum"]) for row in networks)
    found = (
        network_of_stratum(facts.graphs(key), (a, b), f"network-{key[0]}-{number}", facts.stratum(key[1]), facts.words)
        for number, key in enumerate(told, 1)
    )
    return [picture for picture in found if picture is not None]


def times_pictures(facts: Facts, subject: str) -> list[Picture]:
    """The rates of a treatment or class over time, of each outcome that has any."""
    own = rows_of(facts.comparable, subject)
    found = (times_of(own, (subject,), outcome, facts.words) for outcome in COMPARED)
    return [picture for picture in found if picture is not None]


def rule_groups(rates: Iterable[Mapping[str, Any]], page: str) -> list[ByRule]:
    """The arms of trials that several rules count, as ``page`` links to them."""
    told = (
        {
            **row,
            "when": said_day(row["day"], row["anchor"]),
            "link": places.relative(f"{places.trial(row['package'], row['study_id'])}#rules", page),
        }
        for row in rates
    )
    return by_rules(list(told))


def ladder_pictures(rungs: Mapping[str, Sequence[Mapping[str, Any]]], names: tuple[str, str]) -> dict[str, Picture]:
    """The ladder of each outcome that has one, of rows of the table ``ladder``."""
    return {outcome: ladder_picture([stored_step(row) for row in rows], names, outcome) for outcome, rows in rungs.items()}
