"""``sources``: compare sources with lists of corrections, and exchange them with citation managers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.naming import file_named
from registry.cli.options import BY_ENDING, Output, Root, complete_after, format_of, one_of, only_with
from registry.cli.streams import deliver, heard_or_not, place, say
from registry.sources.formats import ENDINGS, FORMATS

if TYPE_CHECKING:
    from registry.packages.finding import Entry
    from registry.sources.checking import Checked
    from registry.sources.notices import Notices

__all__ = ["sources"]

_ACTIONS = ("check", "import", "export")
_WHOLE = 50_000  # records: Retraction Watch's list has had more since 2024
_FIRST = next(iter(FORMATS))


def _begun(incomplete: str) -> list[str]:
    return [word for word in _ACTIONS if word.startswith(incomplete)]


def sources(  # noqa: PLR0917  each is an argument or option of the command
    action: Annotated[
        str, typer.Argument(metavar="check|import|export", help="What to do.", autocompletion=_begun, show_default=False)
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD",
            help="`check`: packages, else all. `import`: a package and a file. `export`: a package.",
            autocompletion=complete_after("action", first=("import", "export"), every=("check",)),
            show_default=False,
        ),
    ] = None,
    retractions: Annotated[
        list[Path] | None,
        typer.Option(
            "--retractions",
            metavar="FILE",
            help="With `check`: a file with notices, or records of papers. May be repeated.",
            show_default=False,
        ),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            formats=["%Y-%m-%d"],
            metavar="DAY",
            help="With `check`: the day on which the file was fetched, such as 2026-11-27; by default the day it was written.",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[
        str | None,
        one_of("--format", FORMATS, "With `export`: how citations are written.", show_default=f"{BY_ENDING}{_FIRST}"),
    ] = None,
    output: Output = None,
    root: Root = None,
) -> None:
    """Check sources for retractions and corrections; take sources from a citation manager, or give them to one.

    `check` compares sources by DOI and PubMed identifier with Retraction Watch's list (CSV), with records of PubMed (nbib, XML) or Europe PMC
    (JSON), or with CSL-JSON such as Crossref's, which you fetched; it uses no network. It writes `correction_status` and `checked_on` of drafts.
    For an accepted version it shows what a new version should state.

    **Examples**

    - `outcomes sources check --retractions retraction_watch.csv`
    - `outcomes sources check my-trial --retractions pubmed.nbib --on 2026-11-27`
    - `outcomes sources import my-trial library.ris` – RIS, BibTeX (.bib), CSL-JSON (.json) or PubMed's .nbib
    - `outcomes sources export my-trial --format bibtex --output my-trial.bib`

    Exit code 1: a source is retracted, its journal has expressed concern about it, or a notice about it is of an unstated kind.
    """
    given = words or []
    if action not in _ACTIONS:
        fail(f"sources takes {', '.join(_ACTIONS)}, not {action!r}", Exit.USAGE)
    if action != "check":
        only_with("`outcomes sources check`", {"--retractions": retractions, "--on": on})
    if action != "export":
        only_with("`outcomes sources export`", {"--format": format_, "--output": output})
    match action:
        case "check":
            if not retractions:
                fail("name a file to compare with: --retractions FILE", Exit.USAGE)
            _check(given, [file_named(path) for path in retractions], on, root)
        case "import":
            if len(given) != 2:
                fail("name a package and a file: outcomes sources import PACKAGE FILE", Exit.USAGE)
            _import(given[0], file_named(Path(given[1])), root)
        case _:
            if len(given) != 1:
                fail("name one package: outcomes sources export PACKAGE", Exit.USAGE)
            from registry.sources.citation import from_row
            from registry.sources.formats import written
            from registry.sources.keeping import read_sources

            output = place(output)
            format_ = format_of(format_, output, FORMATS, _FIRST, ENDINGS)
            _, rows = read_sources(_entry(given[0], root)[1])
            with heard_or_not():
                deliver([written(map(from_row, rows), format_)], output)


def _entry(word: str, root: Path | None) -> tuple[Path, Entry]:
    from registry.cli.naming import package_name
    from registry.packages.finding import find_entry, find_root

    folder = find_root(root)
    return folder, find_entry(folder, package_name(word, root))


def _check(words: list[str], files: list[Path], on: datetime | None, root: Path | None) -> None:
    from registry.errors import RequestError
    from registry.ledger.refreshing import require_draft
    from registry.packages.finding import MAPPING, entries, find_root
    from registry.sources.checking import check_sources
    from registry.sources.keeping import read_sources, write_sources
    from registry.sources.reading import read_notices
    from schemas.wording import counted

    notices = [read_notices(path) for path in files]
    day = _day(on, files)
    for file in notices:
        say(f"{file.path.name}: {file.what}, {counted(file.rows, 'record')}, as of {day.isoformat()}")
        if file.complete and (absent := {"DOI", "PubMed identifier"} - file.kinds):
            say(f"  It has no {absent.pop()}, so it says nothing about a source that has nothing else.")
        for kinds, why in file.doubtful.items():
            say(f"  {why}. So a source that has {kinds} alone, and isn't in it, doesn't count as looked up.")
        if file.complete and file.rows < _WHOLE:
            say(f"  The whole list has over {_WHOLE:,} records. Is this all of it? A paper that isn't in it counts as looked up.")
    folder = find_root(root)
    chosen = [_entry(word, root)[1] for word in words] or [e for e in entries(folder) if _has_sources(e)]
    bad = False
    for entry in chosen:
        columns, rows = read_sources(entry)
        told, new = check_sources(rows, notices, day)
        bad = bad or any(source.is_bad for source in told)
        try:
            require_draft(folder, entry)
        except RequestError:
            _tell(f"{entry.name}@{entry.version}", told)
            say("  It is accepted, so nothing was written: to record this, give it a new version first, then check again.")
            continue
        kept = any(source.rests_on_before for source in told)
        write_sources(folder, entry, columns, new, _consulted(notices, day.isoformat()), kept=kept)
        _tell(str(entry.name), told)
        if (entry.folder / MAPPING).is_file():
            say("  A mapping makes this table: write the same into its `sources` and `corrections`, or another import undoes it.")
    if bad:
        raise typer.Exit(Exit.FINDINGS)


def _has_sources(entry: Entry) -> bool:
    from registry.packages.descriptor import table_names

    return "sources" in table_names(entry.descriptor)


def _consulted(files: list[Notices], day: str) -> list[dict[str, object]]:
    import hashlib

    return [
        {
            "file": f.path.name,
            "what": f.what,
            "records": f.rows,
            "sha256": hashlib.sha256(f.path.read_bytes()).hexdigest(),
            "on": day,
        }
        for f in files
    ]


def _day(on: datetime | None, files: list[Path]) -> date:
    if on is None:
        return min(datetime.fromtimestamp(path.stat().st_mtime, UTC).date() for path in files)
    if on.date() > datetime.now(UTC).date():
        fail(f"--on {on.date()} is in the future", Exit.USAGE)
    return on.date()


def _tell(name: str, told: list[Checked]) -> None:
    from validation.hints import shortened

    before = sum(source.before == "unchecked" for source in told)
    after = sum(source.now == "unchecked" for source in told)
    say(f"{name}: {len(told)} sources, {before} unchecked before, {after} now")
    for source in told:
        where = "; ".join(
            " ".join(filter(None, (n.status or "notice", n.called and f"called `{n.called}`", n.day, n.where)))
            for n in source.notices
        )
        if source.is_open:
            say(f"  {source.source_id}: has a notice whose kind isn't stated ({where}), by {', '.join(source.consulted)}")
            say(f"    It stays {source.now}: read the notice, or compare with a file that states its kind too.")
        elif source.notices or source.is_kept:
            status = f"{'stays ' if source.is_kept else ''}{source.now}"
            say(f"  {source.source_id}: {status} ({where or 'none found'}), by {', '.join(source.consulted)}")
    if clean := [source.source_id for source in told if source.found == source.now == "none-found"]:
        say(f"  none found: {', '.join(clean)}")
    for source in told:
        if source.unread:
            also = "" if source.can_be_looked_up else ", so it isn't looked up"
            say(f"  {source.source_id}: `{shortened(source.unread)}` can't be read as a DOI or PubMed identifier{also}")
    if lost := [source.source_id for source in told if not (source.can_be_looked_up or source.unread)]:
        say(f"  without a DOI or PubMed identifier, so not looked up: {', '.join(lost)}")
    if absent := [s.source_id for s in told if s.can_be_looked_up and not s.consulted]:
        say(f"  in none of the files, so not looked up: {', '.join(absent)}")


def _import(word: str, file: Path, root: Path | None) -> None:
    from registry.errors import RequestError
    from registry.ledger.refreshing import require_draft
    from registry.sources.citation import as_row, from_row
    from registry.sources.formats import read_citations
    from registry.sources.keeping import read_sources, write_sources

    folder, entry = _entry(word, root)
    columns, rows = read_sources(entry)
    # A title only of those that were there before: two letters in one file may have the same.
    held = {word: row["source_id"] for row in rows if (one := from_row(row)) for word in (one.folded_title, *one.identifiers)}
    names, added = {row["source_id"] for row in rows}, []
    for citation in read_citations(file):
        if known := next((held[word] for word in sorted(citation.same) if word in held), None):
            say(f"{known}: there already")
            continue
        if not citation.title:
            fail(
                f"{file}: a citation ({citation.doi or citation.pmid or citation.source_id or 'the first of its kind'}) has no title; add it"
            )
        name = next(n for n in _numbered(citation.name) if n not in names)
        names.add(name)
        held |= dict.fromkeys(citation.identifiers, name)
        added.append(as_row(citation, name))
    if not added:
        say(f"{entry.name}: 0 added.")
        return
    try:
        require_draft(folder, entry)
    except RequestError as error:
        fail(f"{error}; after that, import again", Exit.USAGE)
    write_sources(folder, entry, columns, [*rows, *added])
    for row in added:
        say(f"{row['source_id']}: {row['title']}")
    say(f"{entry.name}: {len(added)} added{_what_to_do(added)}.")


def _what_to_do(added: list[dict[str, str]]) -> str:
    """What the sources that were added still need, after their number."""
    missing = sum(row["licence"] == "unstated" for row in added)
    which = "each" if missing == len(added) else f"the {missing:,} that {'has' if missing == 1 else 'have'} none"
    licence = f"state the licence of {which} in `licence`, and " if missing else ""
    return f"; {licence}check them: `outcomes sources check`"


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{n}" for n in count(2))
