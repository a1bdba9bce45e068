"""``list`` and ``show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.cli.naming import package_name
from registry.cli.options import ListFormat, PackageName, Root
from registry.cli.streams import deliver_json, heard_or_not, say
from registry.packages.finding import find_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["installed_version", "list_packages", "show"]

_UNREADABLE = "its descriptor can't be read; `outcomes validate` shows why"


def installed_version() -> str:
    """The distribution's version, or ``unknown`` where it isn't installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("trial-outcomes")
    except PackageNotFoundError:
        return "unknown"


def list_packages(format_: ListFormat = "text", root: Root = None) -> None:
    """List the packages of the registry: each with its version, and whether that is accepted, a draft, changed or retracted.

    **Examples**

    - `outcomes list`
    - `outcomes list --format json`
    """
    from registry.cli.shown import UNKNOWN, listed

    told = listed(find_root(root))
    if any(one["standing"] == UNKNOWN for one in told):
        say("outcomes: the store can't be read, so what is accepted is unknown; `outcomes verify` says why", err=True)
    if format_ == "json":
        deliver_json(told)
        return
    if not told:
        say("The registry has no package yet; `outcomes init NAME` makes one.", err=True)
        return
    names, versions = (max(len(one[of] or "–") for one in told) for of in ("name", "version"))
    standings = max(len(_standing(one)) for one in told)
    with heard_or_not():
        for one in told:
            title = one["title"] or ("(no title)" if one["readable"] else f"({_UNREADABLE})")
            say(f"{one['name']:<{names}}  {one['version'] or '–':<{versions}}  {_standing(one):<{standings}}  {title}")


def show(
    package: PackageName,
    format_: ListFormat = "text",
    root: Root = None,
) -> None:
    """Show a package: its source, tables, waivers and accepted versions.

    **Examples**

    - `outcomes show linde-2015`
    - `outcomes show linde-2015 --format json`
    """
    from registry.cli.shown import shown

    told = shown(find_root(root), package_name(package, root))
    if format_ == "json":
        deliver_json(told)
        return
    with heard_or_not():
        say(*_lines(told))


def _standing(told: Mapping[str, Any]) -> str:
    """The standing, and which version answers in place of the folder."""
    instead = told["accepted_version"]
    return told["standing"] if instead in {None, told["version"]} else f"{told['standing']} ({instead} answers)"


def _proposed(terms: Sequence[Mapping[str, str | None]]) -> Iterator[str]:
    if terms:
        yield from ("", "Proposed terms, which nobody has adopted")
    width = _width((term["vocabulary"] for term in terms), least=11)
    for term in terms:
        yield f"  {term['vocabulary'] or '':<{width}}  {term['id'] or ''}  {term['label'] or ''}".rstrip()


def _width(words: Iterable[str | None], *, least: int) -> int:
    """The width of a column: of its longest word, and no less than this."""
    return max(least, *(len(word or "") for word in words), 0)


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    from registry.cli.shown import GONE

    yield f"{told['name']} {told['version'] or '(no version)'}"
    yield f"  {told['title'] or ('(no title)' if told['readable'] else f'({_UNREADABLE})')}"
    if told["description"]:
        yield from ("", *_filled(told["description"]))
    yield from ("", f"Licence   {', '.join(told['licences']) or 'none stated'}")
    for source in told["sources"]:
        yield f"Source    {source['title'] or ''} {source['path'] or ''}".rstrip()
        yield from (f"          {name} {source[name]}" for name in ("version", "sha256") if source[name] is not None)
    yield from ("", "Tables")
    names = _width((str(table["name"]) for table in told["tables"]), least=11)
    for table in told["tables"]:
        rows = table["fault"] if table["rows"] is None else f"{table['rows']:>7,} row{'s' if table['rows'] != 1 else ' '}"
        yield f"  {table['name']!s:<{names}}  {rows}  {table['path']}"
    yield from _proposed(told["proposed_terms"])
    if told["waivers"]:
        yield from ("", "Waivers")
    for w in told["waivers"]:
        where = ", ".join(f"{name} {'empty' if value is None else value}" for name, value in w["where"].items())
        yield f"  {w['rule']}  {where or 'everywhere'}, until {w['until']}, by {w['approver']}"
        yield from _filled(str(w["reason"]), "          ")
    if told["fault"] is not None and not told["accepted"]:
        yield from ("", f"Accepted  unknown: {told['fault']}; run `outcomes verify`")
    elif not told["accepted"]:
        yield from ("", "Accepted  not yet: this is a draft; `outcomes accept` accepts it")
    else:
        yield from ("", "Accepted")
    versions = _width((release["version"] for release in told["accepted"]), least=8)
    for release in told["accepted"]:
        retracted = release["retracted"]
        said = f", retracted on {retracted['at'][:10]}: {retracted['reason']}" if retracted is not None else ""
        yield f"  {release['version']:<{versions}}  {release['at'][:10]} by {release['by']}{said}"
    if told["standing"] == GONE:
        yield f"  {told['version']} is shown as it was accepted: the package has no folder here"
    elif told["accepted"] and told["fault"] is None:
        yield f"  what is here is {_standing(told)}"
    elif told["accepted"]:
        yield f"  can't tell whether this folder matches the ledger: {told['fault']}; run `outcomes verify`"


def _filled(words: str, indent: str = "  ") -> list[str]:
    import textwrap

    return textwrap.wrap(" ".join(words.split()), 98, initial_indent=indent, subsequent_indent=indent)
