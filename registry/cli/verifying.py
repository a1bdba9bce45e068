"""``verify`` and ``anchor``: whether what was accepted is still what it was, and what others say about that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.naming import file_named
from registry.cli.options import ListFormat, Root
from registry.cli.progress import progress
from registry.cli.streams import deliver_json, heard_or_not, place, say

if TYPE_CHECKING:
    from registry.ledger.verifying import Verification

__all__ = ["anchor", "verify"]


def verify(  # noqa: PLR0917  each is an option of the command
    head: Annotated[
        str | None,
        typer.Option(
            "--head", metavar="HASH", help="A head that the ledger had: a ledger that was cut or rewritten since lacks it."
        ),
    ] = None,
    anchors: Annotated[
        list[Path] | None,
        typer.Option("--anchor", metavar="FILE", help="An anchor that `outcomes anchor` wrote. May be repeated."),
    ] = None,
    signers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Whose signatures of anchors count: OpenSSH's file of allowed signers."),
    ] = None,
    authority: Annotated[
        Path | None,
        typer.Option(
            "--authority", metavar="FILE", help="Whose time-stamps of anchors count: the authority's certificates (PEM)."
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Hash every file, those too that are unchanged since they were last hashed here.")
    ] = False,
    format_: ListFormat = "text",
    root: Root = None,
) -> None:
    """Check every hash of the ledger and of the files it names.

    **Examples**

    - `outcomes verify`
    - `outcomes verify --full` – also files that seem unchanged since the last time
    - `outcomes verify --anchor kept-elsewhere/16.json --signers allowed_signers`
    - `outcomes verify --format json`

    Nobody can change a file or a record unnoticed, but those who keep the store can write all of it once more. An anchor that you keep, or
    a head that you noted, shows that. Signatures (`FILE.sig`) and time-stamps (`FILE.tsr`) are checked beside each anchor, those in the
    store too, by `ssh-keygen` and `openssl`; nothing is fetched.

    A file that this machine hashed before isn't hashed again while its size, times, device and file number are the same; the answer says how many
    and since when. That doesn't show what was changed with the machine's clock set back, by writing to the disk directly or by a failing
    disk. `--full` does: it hashes everything.

    Exit code 1: a file, a record or a proof differs.
    """
    from registry.ledger.proofs import proofs
    from registry.ledger.store import STORE
    from registry.ledger.verified import keep_verified, verified_before
    from registry.ledger.verifying import verify as run
    from registry.packages.finding import find_root

    if head is not None:
        head = f"sha256:{head.lower().removeprefix('sha256:')}"
        if not re.fullmatch("sha256:[0-9a-f]{64}", head):
            fail("--head takes a whole hash, `sha256:` and 64 hexadecimal digits, as `outcomes verify` prints it", Exit.USAGE)
    for named in anchors or ():
        file_named(named, "the anchor", regular=False)
    for trusted, what in ((signers, "the file of signers"), (authority, "the file of certificates")):
        if trusted is not None:
            file_named(trusted, what)
    store = find_root(root) / STORE
    with progress(None) as step:
        before = verified_before(store)
        done = run(store, step, head=head, anchors=anchors or (), before=None if full else before)
    if done.verified != before:
        keep_verified(store, done.verified)
    kept = [store / path for path in done.anchors]
    if format_ == "text":
        with heard_or_not():
            _tell(done, store)
    found = proofs(anchors or (), kept, signers, authority)
    if format_ == "json":
        from registry.cli.shown import verified

        deliver_json(verified(done, found))
    else:
        with heard_or_not():
            for file, proof in found:
                say(proof.words if file is None else f"{file}: {proof.words}")
            if not (signers or authority) and any(_is_proved(file) for file in (*(anchors or ()), *kept)):
                say("There are signatures or time-stamps: --signers and --authority say whose.", err=True)
    if not done.whole or not all(proof.holds for _, proof in found):
        raise typer.Exit(Exit.FINDINGS)


def _is_proved(file: Path) -> bool:
    from registry.ledger.proofs import SIGNATURE, STAMP

    return any(file.with_name(file.name + suffix).is_file() for suffix in (SIGNATURE, STAMP))


def _tell(done: Verification, store: Path) -> None:
    from schemas.wording import counted

    if done.unended:
        say("the line feed after the last record of the ledger is missing; the record is intact", err=True)
    elif done.unfinished:
        say(f"{counted(done.unfinished, 'byte')} after the last line feed of the ledger: an unfinished write", err=True)
    for told in done.backwards[:3]:
        say(f"{told}: a clock was wrong", err=True)
    if len(done.backwards) > 3:
        say(f"and {len(done.backwards) - 3:,} more records are older than the one before them", err=True)
    if done.leftovers:
        some = ", ".join(done.leftovers[:3]) + (", …" if len(done.leftovers) > 3 else "")
        say(
            f"{counted(len(done.leftovers), 'file')} in {store} {'is' if len(done.leftovers) == 1 else 'are'} not in the ledger, and not part of the registry: {some}",
            err=True,
        )
    if done.whole:
        say(f"Ledger intact: {counted(done.records, 'record')}, {counted(done.files, 'file')}, {counted(done.bytes, 'byte')}.")
        say(f"Head of the ledger: {done.head}")
    if done.unhashed:
        say(
            f"{counted(len(done.unhashed), 'file')} not hashed again: unchanged since {min(done.unhashed.values())} by size and time. "
            "--full hashes every file."
        )
    if done.whole:
        return
    first, *rest = done.damages
    say(f"Damaged: {first.message}")
    for damage in rest[:20]:
        say(f"  also: {damage.message}")
    if len(rest) > 20:
        say(f"  and {len(rest) - 20:,} more")


def anchor(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The anchor, a name in .json.", show_default=".registry/anchors/RECORDS.json"
        ),
    ] = None,
    key: Annotated[Path | None, typer.Option("--sign", metavar="KEY", help="Sign it with this SSH key, by `ssh-keygen`.")] = None,
    root: Root = None,
) -> None:
    """Write down the ledger's head, to be signed, time-stamped or kept where the ledger's keepers can't change it.

    **Examples**

    - `outcomes anchor --sign ~/.ssh/id_ed25519`
    - `outcomes anchor -o 16.json`

    An anchor stands for every record up to it. A signature (`FILE.sig`) is made here; a time-stamp (`FILE.tsr`) is what an authority answers to
    the query; docs/store.md has both step by step, and what each protects against. `outcomes verify` looks at those in the store always.
    """
    from registry.ledger.anchoring import STATEMENT, anchor_of
    from registry.ledger.proofs import sign
    from registry.ledger.store import ANCHORS, STORE, FolderStore, ledger_of
    from registry.packages.atomic import write_whole
    from registry.packages.finding import find_root
    from schemas.wording import counted

    if key is not None:
        file_named(key, "the key")
    store = find_root(root) / STORE
    made = anchor_of(ledger_of(FolderStore(store)))
    if output is None:
        from registry.ledger.layout import must_be_plain

        must_be_plain(store)
        (store / ANCHORS).mkdir(exist_ok=True)
        file = store / ANCHORS / f"{made.records}{STATEMENT}"
    elif output.suffix != STATEMENT:
        fail(f"an anchor's name ends with {STATEMENT}", Exit.USAGE)
    else:
        file = place(output) or output
        if file.is_file() and file.stat().st_size:
            from registry.ledger.anchoring import read_anchor

            read_anchor(file)  # nothing else is replaced
    write_whole(file, made.line(), named=output is not None)
    say(f"Wrote {file}: {counted(made.records, 'record')}, head {made.head}")
    if key is not None:
        say(f"Signed: {sign(file, key)}")
