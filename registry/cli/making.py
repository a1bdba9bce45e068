"""``init``, ``import`` and ``refresh``: making packages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.options import PackageName, Root, one_of, only_with
from registry.cli.streams import deliver, heard_or_not, refuse_store, say
from registry.importing.presets import PRESETS

if TYPE_CHECKING:
    from registry.entry.taking import Taken
    from registry.importing.presets import Preset

__all__ = ["destination", "import_table", "init", "refresh"]


_FORMS = "; ".join(f"`{preset.name}`, {preset.label}" for preset in PRESETS.values())
_WITH_TEMPLATE = "--preset " + "|".join(preset.name for preset in PRESETS.values() if preset.template)


def init(  # noqa: PLR0917  each is an option of the command
    name: Annotated[str, typer.Argument(help="Name of the package: lower-case letters, digits and `-`.", show_default=False)],
    table: Annotated[
        list[str] | None,
        typer.Option("--table", "-t", metavar="TABLE", help="Another table to add, such as scores or harms. May be repeated."),
    ] = None,
    licence: Annotated[str | None, typer.Option(metavar="SPDX", help="Open licence of the data, such as CC-BY-4.0.")] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="What the package is called.")] = None,
    contributor: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Who made it. May be repeated.")] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Write a workbook to fill in, NAME.xlsx, instead of the package.")] = False,
    root: Root = None,
) -> None:
    """Make an empty package to fill in, or a workbook for one. In an empty folder it makes the registry too.

    On a terminal it asks for the title, the licence and the contributors that no option gives.

    **Examples**

    - `outcomes init my-trial --licence CC-BY-4.0`
    - `outcomes init my-trial --xlsx` – a workbook with lists to choose from; `outcomes import my-trial.xlsx` takes it back
    - `outcomes init my-trial --table scores --table harms`
    - `outcomes init my-trial --title "A trial of this against that" --contributor "A. Reader"`
    """
    from registry.packages.finding import DATAPACKAGES
    from registry.packages.founding import found_registry, root_or_new
    from registry.packages.initialising import check_wishes, fault_of_name, initialise

    # Before it becomes part of a path: `../elsewhere` would lead out of the registry.
    if fault := fault_of_name(name):
        fail(fault, Exit.USAGE)
    place, new = root_or_new(root)
    folder, book = place / DATAPACKAGES / name, Path(f"{name}.xlsx")
    check_wishes(folder, tables=table or [], licence=licence)
    if xlsx and (book.exists() or book.is_symlink()):
        fail(f"{book} already exists; choose another name, or move it away", Exit.USAGE)
    if sys.stdin.isatty() and sys.stdout.isatty():
        title, licence, contributor = _asked(title, licence, contributor)
    if new:
        say(f"Made a registry in {place.resolve()}:", *(f"  {path}" for path in found_registry(place)))
    if xlsx:
        from registry.entry.writing import write_form
        from registry.packages.initialising import tables_of

        known = {
            "name": name,
            "version": "0.1.0",
            "title": title,
            "licence": licence,
            "contributors": "; ".join(contributor or []),
        }
        write_form(book, tables=tables_of(table or []), metadata={key: text for key, text in known.items() if text})
        say(f"Made {book}. Its first sheet says what to do; save it, then run `outcomes import {book}`.")
        return
    made = initialise(folder, tables=table or [], licence=licence, title=title, contributors=contributor or [])
    say(f"Made {folder}:", *(f"  {path}" for path in made))
    say(f"Fill in the tables (`outcomes tables outcomes` says what each column holds), then run `outcomes validate {name}`.")


def _asked(title: str | None, licence: str | None, people: list[str] | None) -> tuple[str | None, str | None, list[str] | None]:
    """What was given, and what is answered for the rest; an empty answer leaves it out."""
    from schemas.vocabulary import terms

    def ask(question: str) -> str:
        try:
            return str(typer.prompt(question, default="", show_default=False)).strip()
        except typer.Abort:  # Ctrl-C, as at any other time
            raise KeyboardInterrupt from None

    if title is None:
        title = ask("Title of the package (Enter to leave it out)") or None
    while licence is None:
        licence = ask("Licence of the data, such as CC-BY-4.0 (Enter to leave it out)")
        if licence and licence not in terms("licences"):
            say(f"{licence!r} isn't one of the open licences: {', '.join(terms('licences'))}")
            licence = None
    if people is None:
        people = [name.strip() for name in ask("Who makes it? Several names with semicolons (Enter to leave it out)").split(";")]
    return title, licence or None, [name for name in people if name]


def _print_schema(wanted: bool) -> None:
    if wanted:
        from registry.importing.schema import FILE

        with heard_or_not():
            deliver([FILE.read_text(encoding="utf-8")], None)
        raise typer.Exit


def import_table(  # noqa: PLR0917  each is an option of the command
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="The original files, or the folder with them.", show_default=False),
    ],
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", "-m", metavar="M.yaml", help="The mapping; a workbook of `init --xlsx` needs none.", show_default=False
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="DIR",
            help="The package: its folder, or its name in the registry. A workbook of `init --xlsx` names it itself.",
            show_default=False,
        ),
    ] = None,
    preset: Annotated[
        str | None,
        one_of("--preset", PRESETS, f"The files are in a known form: {_FORMS}.", show_default=False),
    ] = None,
    suggest: Annotated[
        bool,
        typer.Option("--suggest", help="Draft a mapping for the file, with questions where it doesn't tell, and make nothing."),
    ] = False,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help=f"With {_WITH_TEMPLATE}: what the data set is called.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(metavar="SPDX", help=f"With {_WITH_TEMPLATE}: the licence that it was published under.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help=f"With {_WITH_TEMPLATE}: where it was taken from.")] = None,
    _schema: Annotated[
        bool,
        typer.Option(
            "--schema", callback=_print_schema, is_eager=True, help="Print the JSON Schema of a mapping, for an editor."
        ),
    ] = False,
    root: Root = None,
) -> None:
    """Make a package from somebody else's table, with a mapping that is kept in the package, or from a filled workbook.

    **Examples**

    - `outcomes import original.xlsx --mapping mapping.yaml --to datapackages/my-trial`
    - `outcomes import originals/ -m datapackages/my-trial/mapping.yaml --to datapackages/my-trial`
    - `outcomes import original.csv --suggest > mapping.yaml` – a draft of a mapping to go on with
    - `outcomes import data.csv --preset metapsy --title "…" --licence CC-BY-4.0 --url https://… --to my-review`
    - `outcomes import data-rows.csv --preset revman --suggest > mapping.yaml` – its mapping, with what is still to be said
    - `outcomes import my-trial.xlsx` – the workbook that `outcomes init my-trial --xlsx` made
    - `outcomes import NCT01234567.json --preset clinicaltrials --to my-trials` – results posted at ClinicalTrials.gov
    - `outcomes import NCT01234567.json --preset clinicaltrials --suggest > mapping.yaml` – to state what wasn't understood of them

    docs/writing-a-mapping.md explains how to write a mapping. Every row left out is counted, with the reason.
    """
    to = None if to is None else destination(to, root)
    if to is not None:
        refuse_store(to)
    from registry.importing import ImportProblem, OutOfReachError, WrongPathError, import_package, suggest_mapping

    try:
        form = _form(preset, mapping)
        if form is not None and form.template is not None:
            if mapping is not None or len(files) != 1 or (to is None) != suggest:
                fail(f"--preset {form.name} takes one file, and --to or --suggest, but no --mapping", Exit.USAGE)
            _by_preset(files[0], form.name, to, {"title": title, "licence": licence, "url": url})
            return
        only_with(_WITH_TEMPLATE, {"--title": title, "--licence": licence, "--url": url})
        if suggest:
            if mapping is not None or to is not None or (form is None and len(files) != 1):
                fail("--suggest takes one file, and no --mapping or --to: it makes nothing but a draft", Exit.USAGE)
            with heard_or_not():
                deliver([_suggested_trials(files) if form is not None else suggest_mapping(files[0])], None)
            return
        if form is not None:
            _draft(files, mapping, to)
            return
        if mapping is None:
            _take(files, to, root)
            return
        if to is None:
            fail("name the package to make: --to datapackages/NAME", Exit.USAGE)
        report = import_package(files, mapping, to)
    except WrongPathError as error:
        fail(str(error), Exit.USAGE)
    except OutOfReachError as error:
        fail(str(error))
    except ImportProblem as error:
        fail(str(error), Exit.FINDINGS)
    say(*str(report).split("\n"))


def _form(preset: str | None, mapping: Path | None) -> Preset | None:
    """The known form that the files are in, by its name or by the mapping that completes it."""
    from registry.importing.presets import preset_named
    from registry.importing.problems import nearest

    name = preset if preset is not None or mapping is None else preset_named(mapping)
    if name is not None and name not in PRESETS:
        fail(f"there is no preset `{name}`. {nearest(name, PRESETS)}", Exit.USAGE)
    return None if name is None else PRESETS[name]


def _suggested_trials(files: list[Path]) -> str:
    from registry.trialregistry.drafting import suggest_trials

    return suggest_trials(files)


def _draft(files: list[Path], mapping: Path | None, to: Path | None) -> None:
    """Make a package of files in a known form, and show what validation finds."""
    from registry.trialregistry.drafting import draft_package
    from validation.engine import validate_package
    from validation.rule import Severity

    if to is None:
        fail("name the package to make: --to datapackages/NAME", Exit.USAGE)
    say(*str(draft_package(files, mapping, to)).split("\n"))
    report = validate_package(to)
    for finding in (found for found in report.findings if found.severity is Severity.ERROR):
        say(f"{finding.label} {finding.file}:{finding.line}: {finding.message}")
    say(f"{report.verdict}  {to}; `outcomes validate {to}` says more.")
    if report.verdict != "valid":
        say(
            "Correct what was read by the mapping, or waive what the source prints so: `waivers` under `package`, with the reason."
        )
        raise typer.Exit(Exit.FINDINGS)


def _by_preset(file: Path, preset: str, to: Path | None, said: dict[str, str | None]) -> None:
    """Make a package by a preset, or, without a folder for it, print the mapping."""
    from tempfile import TemporaryDirectory

    from registry.importing import MappingError, import_package, mapping_by_preset
    from registry.importing.drafting import open_questions
    from registry.packages.finding import MAPPING

    given = {key: text for key, text in {**said, "name": None if to is None else to.name}.items() if text}
    draft = mapping_by_preset(file, preset, given)
    if to is None:
        with heard_or_not():
            deliver([draft], None)
        return
    onwards = f"`outcomes import {file} --preset {preset} --suggest > mapping.yaml` writes the mapping; complete it and import with --mapping mapping.yaml"
    if questions := open_questions(draft):
        said_so = "\n  ".join(questions[:20])
        more = f"\n  and {len(questions) - 20} more" if len(questions) > 20 else ""
        fail(f"{file}: the preset {preset} needs answers:\n  {said_so}{more}\n{onwards}", Exit.FINDINGS)
    with TemporaryDirectory(prefix="outcomes-preset-") as folder:
        mapping = Path(folder) / MAPPING
        mapping.write_text(draft, encoding="utf-8")
        try:
            report = import_package([file], mapping, to)
        except MappingError as error:
            found = "\n  ".join(f"line {line}: {text}" for line, _, text in error.problems[:20])
            fail(f"{file}: it doesn't fit the mapping of the preset {preset}:\n  {found}\n{onwards}", Exit.FINDINGS)
    say(*str(report).split("\n"))


def _take(files: list[Path], to: Path | None, root: Path | None) -> None:
    """Take a filled workbook back, and show what validation finds, by the workbook's places."""
    from registry.entry.reading import NEEDS_MAPPING
    from registry.entry.taking import take_form
    from registry.importing.problems import check_regular
    from registry.packages.finding import DATAPACKAGES, find_root

    for file in files:
        if not file.is_dir():
            check_regular(file, "the file")
    if len(files) != 1 or files[0].suffix.lower() not in {".xlsx", ".xlsm"}:
        fail(NEEDS_MAPPING, Exit.USAGE)
    taken = take_form(files[0], to, None if to is not None else find_root(root) / DATAPACKAGES)
    _tell(taken)
    if taken.report.verdict != "valid":
        raise typer.Exit(Exit.FINDINGS)


def _tell(taken: Taken) -> None:
    from schemas.wording import counted, counted_rows
    from validation.rule import Severity

    report = taken.report
    say(f"Made {taken.folder}: {', '.join(counted_rows(rows, table) for table, rows in taken.rows.items())}")
    say(*(f"note: {note}" for note in taken.notes))
    notes = 0
    for finding, place in zip(report.findings, taken.places, strict=True):
        if finding.severity is Severity.NOTE:
            notes += 1
            continue
        say(f"{finding.label} {place}: {finding.message}")
    more = f", {counted(notes, 'note')}" if notes else ""
    say(f"{report.verdict}  {report.name}{more}; `outcomes validate {taken.folder}` says more, `outcomes explain RULE` why.")


def destination(to: Path, root: Path | None = None) -> Path:
    """Where the package is to be: a bare name means one of the registry. Where no registry is named, it means the folder of that name
    here, if there is one or there is no registry.
    """
    from registry.errors import NotFoundError
    from registry.packages.finding import DATAPACKAGES, find_root

    if len(to.parts) != 1 or str(to).startswith(".") or (root is None and to.exists()):
        return to
    try:
        return find_root(root) / DATAPACKAGES / to
    except NotFoundError:
        if root is not None:
            raise
        return to


def refresh(package: PackageName, root: Root = None) -> None:
    """After a correction, write the sizes and hashes of a draft's files into its descriptor.

    **Examples**

    - `outcomes refresh my-trial`

    The schemas of its tables are written in today's words too. Nothing else changes, and an accepted version never does: give the
    correction a new version first.
    """
    from registry.cli.naming import package_name
    from registry.ledger.refreshing import refresh as run
    from registry.packages.finding import find_entry, find_root

    folder = find_root(root)
    entry = find_entry(folder, package_name(package, root))
    changes = run(folder, entry)
    if not changes:
        say(f"{entry.name}: sizes, hashes and schemas are as the files are; nothing to do.")
    for change in changes:
        say(change)
