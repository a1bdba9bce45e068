"""Options that several commands share, and what completes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

__all__ = [
    "BY_ENDING",
    "ENDINGS",
    "ListFormat",
    "Output",
    "PackageName",
    "PackageNames",
    "Root",
    "Verbose",
    "complete_accepted",
    "complete_after",
    "complete_package",
    "complete_release",
    "complete_term",
    "ends_in",
    "format_of",
    "how_many",
    "meant_by",
    "one_of",
    "only_with",
    "rates_elsewhere",
    "subject_terms",
]


def one_of(option: str, words: Iterable[str], told: str, elsewhere: Callable[[str], str] = lambda _: "", **more: Any) -> Any:
    """An option that takes one of these words, or several if it may be repeated: what is added to them is at once in the help, in completion and in
    the message. ``elsewhere`` says where something is that a refused word means, after the message.
    """
    known = tuple(words)

    def checked(given: str | list[str] | None) -> str | list[str] | None:
        for word in [given] if isinstance(given, str) else given or ():
            if word not in known:
                raise typer.BadParameter(f"{word!r} is not one of {', '.join(known)}.{elsewhere(word)}")
        return given

    def begun(incomplete: str) -> list[str]:
        return [word for word in known if word.startswith(incomplete)]

    return typer.Option(option, metavar=f"[{'|'.join(known)}]", callback=checked, autocompletion=begun, help=told, **more)


def rates_elsewhere(outcome: str) -> str:
    """Where the figures are of an outcome that isn't compared; nothing about a word that isn't one."""
    from schemas.vocabulary import terms

    if outcome not in terms("outcome_words"):
        return ""
    query = f"FROM outcomes JOIN vocabulary.definitions USING (definition_id) WHERE outcome = '{outcome}'"
    return f' It isn\'t compared; its figures: outcomes sql "{query}"'


_ALL = 10**9


def how_many(option: str, told: str, *, least: int = 0, **more: Any) -> Any:
    """An option of how many are shown. Any number above a thousand million means all."""
    return typer.Option(option, metavar="N", min=least, callback=lambda n: None if n is None else min(n, _ALL), help=told, **more)


ENDINGS = {".txt": "text", ".html": "html", ".json": "json", ".md": "markdown", ".sarif": "sarif", ".xml": "junit"}
"""The endings of files, each with the format that it means."""

BY_ENDING = "what the file's ending means, else "
"""How the default of ``--format`` begins where there is ``--output``."""


def meant_by(path: Path, endings: Mapping[str, str] = ENDINGS) -> str | None:
    """The format that a file's ending means; None if it means none."""
    return endings.get(path.suffix.casefold())


_PLAIN = {"", ".txt", ".log"}
"""The endings of a file that says nothing about its format: it gets the command's first."""


def format_of(
    stated: str | None, output: Path | None, formats: Collection[str], otherwise: str, endings: Mapping[str, str] = ENDINGS
) -> str:
    """The format that was stated; else the one of these that the ending of the output means. Ends the command for an ending that means none
    of them: a reader would take the file for what it isn't.
    """
    if stated or output is None:
        return stated or otherwise
    meant = meant_by(output, endings)
    if meant is not None and meant in formats:
        return meant
    if output.suffix.casefold() not in _PLAIN:
        _refuse_ending(output, formats, endings)
    return otherwise


def ends_in(output: Path | None, *endings: str) -> None:
    """End the command for an output whose ending means another form than the one that is written, which one of these means. A device or pipe has any name."""
    from registry.cli.exits import Exit, fail

    if (
        output is not None
        and output.suffix.casefold() not in {*map(str.casefold, endings), *_PLAIN}
        and not (output.exists() and not output.is_file())
    ):
        fail(
            f"{output}: what is written isn't {output.suffix}; choose a name that ends in {', '.join(endings)} or .txt",
            Exit.USAGE,
        )


def _refuse_ending(output: Path, formats: Collection[str], endings: Mapping[str, str]) -> NoReturn:
    """End the command, naming the endings and formats that it has."""
    from registry.cli.exits import Exit, fail

    known = ", ".join(ending for ending, name in endings.items() if name in formats and ending not in _PLAIN)
    fail(
        f"{output}: this command has no format for the ending {output.suffix}; choose a name that ends in {known} or .txt, "
        f"or give --format ({', '.join(formats)})",
        Exit.USAGE,
    )


def only_with(what: str, given: Mapping[str, object]) -> None:
    """End the command for an option that was given and goes with something else alone."""
    from registry.cli.exits import Exit, fail

    if unfit := [option for option, value in given.items() if value or value == ""]:
        fail(f"{unfit[0]} goes with {what}; leave it out", Exit.USAGE)


ListFormat = Annotated[str, one_of("--format", ("text", "json"), "How the list is written.")]

Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not to stdout.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show full lists.")]

Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help="Folder of the registry; by default OUTCOMES_ROOT, or else the nearest folder above with `datapackages/`.",
        show_default=False,
    ),
]


def complete_package(incomplete: str) -> list[str]:
    """Names of packages that begin so."""
    from registry.errors import NotFoundError
    from registry.packages.finding import find_root, package_names

    try:
        return [name for name in package_names(find_root()) if name.startswith(incomplete)]
    except (NotFoundError, OSError):
        return []


def complete_release(incomplete: str) -> list[str]:
    """Names of packages that begin so; after an ``@``, the accepted versions of that one, and ``draft`` if it has a folder."""
    return _releases(incomplete, draft=True)


def complete_accepted(incomplete: str) -> list[str]:
    """The same without ``draft``, for what takes accepted versions only."""
    return _releases(incomplete, draft=False)


def complete_after(argument: str, *, first: Collection[str], every: Collection[str] = ()) -> Callable[..., list[str]]:
    """What completes the words after another argument: packages, of some of its words the ``first`` alone, of others ``every``."""

    def begun(ctx: typer.Context, incomplete: str) -> list[str]:
        """Names of packages that begin so, where one goes."""
        before = ctx.params.get(argument)
        is_first = not any(isinstance(words, list | tuple) and words for words in ctx.params.values())
        return complete_package(incomplete) if before in every or (before in first and is_first) else []

    return begun


def _releases(incomplete: str, *, draft: bool) -> list[str]:
    name, at, _ = incomplete.partition("@")
    if not at:
        return complete_package(incomplete)
    from registry.errors import ChangedError, NotFoundError
    from registry.ledger.store import STORE, FolderStore, ledger_of
    from registry.packages.finding import find_root, package_names

    try:
        root = find_root()
        versions = [
            *ledger_of(FolderStore(root / STORE)).accepted(name),
            *(["draft"] if draft and name in package_names(root) else []),
        ]
    except (NotFoundError, ChangedError, OSError):
        return []
    return [word for version in versions if (word := f"{name}@{version}").startswith(incomplete)]


def complete_term(*vocabularies: str) -> Callable[[str], list[tuple[str, str]]]:
    """What completes a term of one of these vocabularies, each with its label."""

    def begun(incomplete: str) -> list[tuple[str, str]]:
        """The terms that begin so, with their labels."""
        from schemas.vocabulary import VOCABULARIES, rows

        every: dict[str, str] = {}  # a treatment and its class may have one name
        for name in vocabularies:
            for row in rows(name):
                every.setdefault(row[VOCABULARIES[name].key], row.get("label") or "")
        return [(term, label) for term, label in every.items() if term.startswith(incomplete.casefold())]

    return begun


subject_terms = complete_term("treatment_classes", "treatments")
"""What completes a treatment or a class."""


PackageName = Annotated[
    str,
    typer.Argument(
        metavar="PACKAGE", help="A package: its name, or a path.", autocompletion=complete_package, show_default=False
    ),
]
PackageNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PACKAGE",
        help="Names of packages, or paths of them or of files in them; without any, all packages of the registry.",
        autocompletion=complete_package,
        show_default=False,
    ),
]
