"""``accept``, ``history``, ``retract`` and ``lock``: what is accepted."""

from __future__ import annotations

import contextlib
import getpass
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli.exits import Exit, fail, fail_for_a_bug
from registry.cli.gate import see_to_library
from registry.cli.naming import may_be_replaced, package_name, release_of
from registry.cli.options import ListFormat, PackageName, Root, complete_accepted, complete_package
from registry.cli.progress import progress
from registry.cli.streams import deliver_json, heard_or_not, place, say

if TYPE_CHECKING:
    from registry.ledger.accepting import Acceptance
    from registry.ledger.records import Ledger, Record
    from registry.packages.finding import Entry
    from validation.report import PackageReport, Report

__all__ = ["accept", "history", "lock", "retract"]


By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Your name; by default OUTCOMES_BY, or else the user name.")]


def accept(  # noqa: PLR0917  each is an option of the command
    package: PackageName,
    by: By = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="A note on this version.")] = None,
    with_waivers: Annotated[
        bool, typer.Option("--with-waivers", help="Accept the errors that the package waives; they are listed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")] = False,
    root: Root = None,
) -> None:
    """Accept a package: validate it, freeze its files, and write it into the ledger.

    **Examples**

    - `outcomes accept linde-2015 --by "A. Maintainer"`
    - `outcomes accept linde-2015 --note "Corrected after the erratum of May"`

    The version is the one in the descriptor. An accepted version never changes: other content needs a new version, and a version step
    that is too small for the changes is refused (`outcomes diff` shows which is needed). A package with waived errors is accepted
    only `--with-waivers`, which lists each with its reason for you to judge. It must have a title, contributors, a README of its own
    and something to answer with: a row of outcomes, scores, harms, contrasts, profiles or claims. And the registry as a whole, with what
    is accepted already, must have no error that names it.

    Exit code 1: invalid or refused.
    """
    from registry.packages.finding import find_entry, find_root

    folder = find_root(root)
    entry = find_entry(folder, package_name(package, root))
    from registry.ledger.accepting import accept as run

    _text(note, "--note")
    see_to_library()
    with progress(what=entry.name) as step:

        def gate(copy: Entry) -> PackageReport:
            from registry.gating import gate_of

            return gate_of(folder, copy, progress=step)

        done = run(folder, entry, by=_who(by), note=note, with_waivers=with_waivers, dry_run=dry_run, gate=gate)
    _tell(done)


def _tell(done: Acceptance) -> None:
    from registry.ledger.accepting import Answer
    from schemas.wording import counted_rows

    label = f"{done.package}@{done.version}"
    _tell_waived(done)
    if done.answer is Answer.INVALID and done.report is not None:
        from rich.console import Console

        from validation.formats import FORMATS

        with heard_or_not():
            FORMATS["text"](done.report, console=Console(highlight=False), verbose=False)
        if done.report.summary.bugs:
            fail_for_a_bug()
        do = "fix what is listed above" + ", or waive it with a reason" * _can_be_waived(done.report)
        fail(f"{done.package} was not accepted: {do}", Exit.FINDINGS)
    if done.answer is Answer.WOULD:
        say(f"{label} would be accepted; nothing was written.")
        return
    if done.answer is Answer.REFUSED or done.record is None:
        fail(f"{label} was refused: {done.reason}", Exit.FINDINGS)
    at, who = done.record.data["at"], done.record.data["by"]
    if done.answer is Answer.ALREADY:
        form = ", although its files differ in form" if done.report is not None else ""
        say(f"{label} was accepted already, with the same content{form}, on {at[:10]} by {who}; nothing to do.")
        return
    rows = ", ".join(counted_rows(t["rows"], name) for name, t in done.record.data["tables"].items())
    since = done.record.data["since"]
    say(f"Accepted {label}{f' after {since}' if since else ''}: {rows}.")
    say(f"Record {done.record.sequence}, {done.record.hash}")


def _tell_waived(done: Acceptance) -> None:
    """The errors that the package waives, to stderr: what is accepted with it."""
    from validation.catalogue import catalogue
    from validation.listing import in_words

    for waiver, covers in done.waived:
        where = ", ".join(
            f"{name} {in_words(value) if value not in (None, '') else 'empty'}" for name, value in waiver.where.items()
        )
        name = catalogue()[waiver.rule].name
        say(f"waived: {waiver.rule} {name}, {covers:,} of its errors, at {where}", err=True)
        say(f"    until {waiver.until}, by {waiver.approver}: {waiver.reason}", err=True)


def history(
    package: Annotated[
        str | None,
        typer.Argument(
            metavar="PACKAGE", help="Only this package: its name, or a path.", autocompletion=complete_package, show_default=False
        ),
    ] = None,
    format_: ListFormat = "text",
    root: Root = None,
) -> None:
    """Show what was accepted and retracted: when, who by, and why.

    **Examples**

    - `outcomes history`
    - `outcomes history linde-2015 --format json`
    """
    from registry.errors import NotFoundError
    from registry.ledger.store import STORE, FolderStore, ledger_of
    from registry.packages.finding import find_root

    package = None if package is None else package_name(package, root)
    folder = find_root(root)
    ledger = ledger_of(FolderStore(folder / STORE))
    records = [r for r in ledger.records if package in (None, r.package)]
    if package is not None and not records:
        raise NotFoundError(_never_accepted(folder, ledger, package))
    if format_ == "json":
        deliver_json([r.data for r in records])
        return
    if not records:
        say("Nothing is accepted yet; `outcomes accept PACKAGE` accepts a package.", err=True)
    with heard_or_not():
        for record in records:
            say(*_told(record, ledger))


def _never_accepted(root: Path, ledger: Ledger, package: str) -> str:
    from registry.packages.finding import package_names, unknown_package

    here = package_names(root)
    if package in here:
        return f"`{package}` was never accepted; `outcomes accept {package}` accepts it"
    return unknown_package(package, sorted({*here, *ledger.packages}), root)


def _told(record: Record, ledger: Ledger) -> Iterator[str]:
    from schemas.wording import counted

    d = record.data
    yield f"{record.sequence:>4}  {d['at']}  {record.kind:<8}{record.label}  by {d['by']}"
    if record.kind == "accept":
        s = d["summary"]
        rows = counted(sum(t["rows"] for t in d["tables"].values()), "row")
        found = f"{counted(s['warnings'], 'warning')}, {counted(s['notes'], 'note')}, {s['waived']:,} waived"
        yield f"      {rows}, {found}; content {d['content'][:19]}…"
        if d["note"]:
            yield f"      {d['note']}"
        retraction = ledger.retraction(record.package, str(record.version))
        if retraction is not None:
            yield f"      retracted by record {retraction.sequence}"
    else:
        yield f"      {d['reason']}"
        if d["superseded_by"]:
            yield f"      replaced by {d['superseded_by']}"


def retract(
    package: Annotated[
        str,
        typer.Argument(
            metavar="PACKAGE[@VERSION]",
            help="The version, or the package, by its name or a path, for every version.",
            autocompletion=complete_accepted,
            show_default=False,
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; users of the version will read this.")],
    superseded_by: Annotated[
        str | None,
        typer.Option(
            "--superseded-by",
            metavar="PACKAGE@VERSION",
            help="The version that replaces it.",
            autocompletion=complete_accepted,
        ),
    ] = None,
    by: By = None,
    root: Root = None,
) -> None:
    """Retract a version of a package, or every version. Nothing is deleted.

    **Examples**

    - `outcomes retract linde-2015@1.1.0 --reason "The signs of the effects are reversed" --superseded-by linde-2015@1.1.1`
    - `outcomes retract linde-2015 --reason "Withdrawn by its authors"`

    From the next `outcomes build` on, queries leave out a retracted version; loading it gives a warning.
    """
    from registry.ledger.retracting import retract as run
    from registry.packages.finding import find_root

    _text(reason, "--reason")
    name, version = release_of(package, root)
    folder = find_root(root)
    before = _answering(folder, name)
    record, new = run(folder, name, version, reason=reason, by=_who(by), superseded_by=superseded_by)
    said = record.data["reason"]
    if new:
        say(f"Retracted {', '.join(f'{name}@{v}' for v in record.data['versions'])}: record {record.sequence}.")
        after = _answering(folder, name)
        if after == before:
            say(f"{name}@{after} answers, as before.")
        else:
            then = f"after which {name}@{after} answers" if after else f"after which no version of {name} answers"
            say(f"Run `outcomes build` to remove it from the database, {then}.")
    else:
        say(f"{package} is retracted already, since {record.data['at'][:10]}: {said}")
        if (record.data["reason"], record.data["superseded_by"]) != (reason.strip(), superseded_by):
            fail("a retraction can't be changed; the new reason was not recorded", Exit.FINDINGS)


def _answering(root: Path, package: str) -> str | None:
    """The accepted version that answers, if any."""
    from registry.ledger.store import STORE, FolderStore, ledger_of

    latest = ledger_of(FolderStore(root / STORE)).latest(package)
    return None if latest is None else latest.version


def lock(
    packages: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PACKAGE[@VERSION]",
            help="Names or paths of packages, or versions of them; without any, the latest of all that are accepted.",
            autocompletion=complete_accepted,
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="The lock file.", show_default="outcomes.lock")
    ] = None,
    root: Root = None,
) -> None:
    """Write a lock file of names, versions and digests, so that an analysis always loads the same data.

    **Examples**

    - `outcomes lock`
    - `outcomes lock linde-2015 furukawa-2019-ssri@1.0.0 -o analysis/outcomes.lock`

    `outcomes.open(lock="outcomes.lock")` in Python then loads only these, and refuses anything else.
    """
    from registry.errors import NotFoundError
    from registry.ledger.pinning import is_lock_file, pins_of, write_pins
    from registry.ledger.store import STORE, FolderStore, ledger_of
    from registry.packages.finding import find_root

    where = place(Path("outcomes.lock") if output is None else output)
    ledger = ledger_of(FolderStore(find_root(root) / STORE))
    pins = pins_of(ledger, ["@".join(filter(None, release_of(word, root))) for word in packages or ()])
    if not pins:
        retracted = "every accepted version is retracted; name one, as PACKAGE@VERSION, to pin it all the same"
        raise NotFoundError(f"there is nothing to pin: {retracted if ledger.packages else 'no package is accepted yet'}")
    if where is None:
        fail("a lock file needs a file name: give --output FILE", Exit.USAGE)
    may_be_replaced(where, is_lock_file, "a lock file", named=output is not None)
    write_pins(where, pins, named=output is not None)
    for name, pin in pins.items():
        say(f"{name} {pin['version']} {pin['digest']}")
        if retraction := ledger.retraction(name, pin["version"]):
            say(f"{name}@{pin['version']} is retracted: {retraction.data['reason']}", err=True)


def _can_be_waived(report: Report) -> bool:
    """Whether every error of a package can be: what can't be read, or is about more packages, can't."""
    from validation.catalogue import catalogue
    from validation.rule import Severity

    errors = [found for one in report.packages for found in one.findings if found.severity is Severity.ERROR]
    return len(report.packages) == 1 and all(catalogue()[found.rule].waivable for found in errors)


def _who(stated: str | None) -> str:
    who: Any = os.environ.get("OUTCOMES_BY") if stated is None else stated
    if who is None:
        with contextlib.suppress(OSError, KeyError, ImportError):
            who = getpass.getuser()
    if not who or not who.strip():
        fail("give your name, with --by NAME or OUTCOMES_BY", Exit.USAGE)
    _text(who, "--by")
    return str(who).strip()


def _text(words: str | None, option: str) -> None:
    """What goes into the ledger is text, in UTF-8."""
    if words is not None and words.encode("utf-8", "replace").decode() != words:
        fail(f"{option} isn't text in UTF-8", Exit.USAGE)
