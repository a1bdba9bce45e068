"""``explain``, ``rules`` and ``vocab``: what must hold, and by which words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.elsewhere import meant_by
from registry.cli.exits import Exit, fail
from registry.cli.options import ListFormat, Root, complete_after, only_with
from registry.cli.streams import deliver_json, say

__all__ = ["explain", "rules", "vocab"]


def _complete_rule(incomplete: str) -> list[tuple[str, str]]:
    from validation.catalogue import catalogue

    return [(r.id, r.must) for r in catalogue().values() if r.id.startswith(incomplete.upper())]


def _complete_vocabulary(incomplete: str) -> list[tuple[str, str]]:
    from schemas.vocabulary import VOCABULARIES

    known = {**{v.name: v.title for v in VOCABULARIES.values()}, _ADOPT: "Adopt a proposed term"}
    return [(name, title) for name, title in known.items() if name.startswith(incomplete)]


def explain(
    rule: Annotated[
        str, typer.Argument(metavar="RULE", help="A rule's id or name.", autocompletion=_complete_rule, show_default=False)
    ],
) -> None:
    """Explain a rule: what must hold, why, what breaks it and what to do.

    **Examples**

    - `outcomes explain OUT001`
    - `outcomes explain events-exceed-analysed`
    """
    import sys

    from validation.catalogue import catalogue, find
    from validation.rule_pages import page

    found = find(rule)
    if found is None:
        words = [*catalogue(), *(r.name for r in catalogue().values())]
        hint = meant_by(rule, words, otherwise="`outcomes rules` lists them", most=3, cutoff=0.5)
        fail(f"there is no rule {rule!r}; {hint}", Exit.USAGE)
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(page(found)))
    else:
        say(*page(found).split("\n"))


def rules(
    family: Annotated[str | None, typer.Argument(metavar="FAMILY", help="Three letters, such as OUT.")] = None,
    format_: ListFormat = "text",
) -> None:
    """List the rules, by family.

    **Examples**

    - `outcomes rules`
    - `outcomes rules OUT`
    - `outcomes rules --format json`
    """
    from validation.catalogue import catalogue

    listed = [r for r in catalogue().values() if family is None or r.family == family.upper()]
    if not listed:
        families = dict.fromkeys(r.family for r in catalogue().values())
        fail(f"there is no family {family!r}; there are {', '.join(families)}", Exit.USAGE)
    if format_ == "json":
        told = ("id", "name", "severity", "over", "must", "why", "fix", "source")
        deliver_json([{name: getattr(r, name) for name in told} for r in listed])
        return
    for r in listed:
        say(f"{r.id}  {r.severity.value:<7}  {r.must}")


_ADOPT = "adopt"


def vocab(  # noqa: PLR0917  each is an argument or option of the command
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A vocabulary; or `adopt`.", autocompletion=_complete_vocabulary, show_default=False),
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD",
            help="After `adopt`: a package, and the term it proposes.",
            autocompletion=complete_after("name", first=(_ADOPT,)),
            show_default=False,
        ),
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", "-s", metavar="WORDS", help="Only terms with these words, in any order.")
    ] = None,
    as_: Annotated[
        str | None, typer.Option("--as", metavar="ID", help="With `adopt`: the adopted term's id, if not the proposed one's.")
    ] = None,
    class_: Annotated[
        str | None,
        typer.Option("--class", metavar="CLASS", help="With `adopt`: a definition's comparability class, if not its own."),
    ] = None,
    format_: ListFormat = "text",
    root: Root = None,
) -> None:
    """List the vocabularies, or the terms of one with their meaning and source; find terms in all of them; or adopt a proposed term.

    A search takes what people call things: synonyms, brand names, abbreviations and signs. The best come first.

    `vocab adopt PACKAGE TERM` moves a term that a package proposes into its vocabulary, and rewrites the package.

    **Examples**

    - `outcomes vocab`
    - `outcomes vocab --search "hamilton 50%"`
    - `outcomes vocab definitions --search madrs`
    - `outcomes vocab instruments --format json`
    - `outcomes vocab adopt my-trial x.arketamine`
    - `outcomes vocab adopt my-trial x.low --as remission.madrs.le8`
    """
    if name == _ADOPT:
        only_with("a list of terms, not with `adopt`", {"--search": search, "--format": format_ != "text"})
        _adopt(more or [], as_, class_, root)
        return
    only_with("`outcomes vocab adopt PACKAGE TERM`", {"--as": as_, "--class": class_})
    if more:
        fail("give one vocabulary, or `adopt`, a package and a term", Exit.USAGE)
    from schemas.lookup import search as search_terms
    from schemas.vocabulary import VOCABULARIES, rows

    if name is None and search is not None:
        _search_all(search, format_)
        return
    if name is None:
        listed = [{"name": v.name, "terms": len(rows(v.name)), "title": v.title} for v in VOCABULARIES.values()]
        if format_ == "json":
            deliver_json(listed)
            return
        for v in listed:
            say(f"{v['name']:<22} {v['terms']:>4}  {v['title']}")
        return
    if name not in VOCABULARIES:
        hint = meant_by(name, VOCABULARIES, otherwise="`outcomes vocab` lists them")
        fail(f"there is no vocabulary {name!r}; {hint}", Exit.USAGE)
    key = VOCABULARIES[name].key
    found = list(rows(name))
    if search is not None:
        ranked = {f.term: n for n, f in enumerate(search_terms(search, [name]))}
        found = sorted((r for r in found if r[key] in ranked), key=lambda r: ranked[r[key]])
    if format_ == "json":
        deliver_json(found)
        return
    widest = max((len(column) for row in found[:1] for column in row), default=0)
    for row in found:
        say(row[key])
        for column, cell in row.items():
            if cell and column != key:
                say(f"    {column:<{widest}}  {cell}")
    _none_found(search, found)


def _search_all(search: str, format_: str) -> None:
    from schemas.lookup import search as search_terms

    hits = search_terms(search)
    if format_ == "json":
        deliver_json([{"vocabulary": f.vocabulary, "term": f.term, "label": f.label} for f in hits])
        return
    widths = [max((len(getattr(f, part)) for f in hits), default=0) for part in ("vocabulary", "term")]
    for f in hits:
        say(f"{f.vocabulary:<{widths[0]}}  {f.term:<{widths[1]}}  {f.label}")
    _none_found(search, hits)


def _adopt(words: Sequence[str], as_: str | None, class_: str | None, root: Path | None) -> None:
    from registry.adopting import adopt
    from registry.cli.naming import package_name
    from registry.packages.finding import MAPPING, find_entry, find_root

    if len(words) != 2:
        fail("give a package and the term it proposes: `outcomes vocab adopt PACKAGE x.term`", Exit.USAGE)
    package, term = words
    folder = find_root(root)
    entry = find_entry(folder, package_name(package, root))
    done = adopt(folder, entry, term, id_=as_, class_=class_)
    say(f"Adopted `{term}` of {entry.name} into `{done.vocabulary}` as `{done.id}`.")
    for path, what in done.written.items():
        say(f"  {path}: {what}")
    if done.mapping:
        say(
            f"{entry.name} is made by {MAPPING} and was not rewritten: write `{done.id}` for `{term}` there, remove its row of `terms`, and import again."
        )
    elif done.version != done.before:
        say(f"{entry.name} is now {done.version}; it was {done.before}.")
    say("Next: `make refresh`, `outcomes validate`, and commit both.")


def _none_found(search: str | None, found: Sequence[object]) -> None:
    if search is not None and not found:
        say(f"No term has the words {search!r}. `outcomes vocab` lists the vocabularies.", err=True)
