"""Who stands for an anchor, and since when: signatures by OpenSSH and time-stamps by RFC 3161, checked offline by the tools that made them.

They are next to the anchor: ``FILE.sig`` is what ``ssh-keygen -Y sign`` writes, ``FILE.tsr`` what a time-stamping authority answers to
``openssl ts -query``. Nothing of cryptography is our own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.errors import OutcomesError

__all__ = ["NAMESPACE", "SIGNATURE", "STAMP", "Proof", "proofs", "sign", "signed_by", "stamped"]

NAMESPACE = "trial-outcomes-anchor"
"""What a signature is for: one that was made for something else is worth nothing here."""

SIGNATURE, STAMP = ".sig", ".tsr"
"""What the name of a proof has after that of its anchor."""

_PATIENCE = 120
"""Seconds, in which a person may type a passphrase or touch a key."""


@dataclass(frozen=True)
class Proof:
    """What a tool says about a file: whether it ``holds``, and in words who signed it, or when it was stamped, or why it doesn't."""

    holds: bool
    words: str


def proofs(
    named: Sequence[Path], kept: Sequence[Path], signers: Path | None, authority: Path | None
) -> list[tuple[Path | None, Proof]]:
    """What the signatures of these signers and the time-stamps of this authority show of anchors, those ``named`` and those ``kept`` in the
    store, each with its anchor. A kind that is asked for and that no anchor has is a proof that doesn't hold, without an anchor; so is
    an anchor that was named and has none of them.
    """
    found: list[tuple[Path | None, Proof]] = []
    asked = []
    for trusted, check, kind in (
        (signers, signed_by, f"signature (FILE{SIGNATURE})"),
        (authority, stamped, f"time-stamp (FILE{STAMP})"),
    ):
        if trusted is not None:
            asked.append(kind)
            missing = Proof(False, f"there is nothing to check with {trusted}: no anchor has a {kind} beside it")
            found += [(file, proof) for file in (*named, *kept) if (proof := check(file, trusted))] or [(None, missing)]
    lacking = [file for file in named if asked and file not in {proved for proved, _ in found}]
    return [*found, *((file, Proof(False, f"no {' or '.join(asked)} is beside it")) for file in lacking)]


def sign(file: Path, key: Path) -> Path:
    """Sign a file with an OpenSSH key, which may be in an agent or on a token: then it is the public one. The path of the signature. Raises ``OutcomesError``."""
    beside = _beside(file, SIGNATURE)
    beside.unlink(missing_ok=True)  # ssh-keygen would ask whether to replace it
    done = _run("ssh-keygen", "-Y", "sign", "-f", str(key.absolute()), "-n", NAMESPACE, str(file.absolute()))
    if done.returncode or not beside.is_file():
        raise OutcomesError(f"{file} could not be signed: {_last(done)}")
    return beside


def signed_by(file: Path, signers: Path) -> Proof | None:
    """By whom of the ``signers`` (OpenSSH's file of allowed signers) a file was signed; None where there is no signature next to it."""
    beside = _beside(file, SIGNATURE)
    if not beside.is_file():
        return None
    allowed, signature = str(signers.absolute()), str(beside.absolute())
    found = _run("ssh-keygen", "-Y", "find-principals", "-s", signature, "-f", allowed)
    names = found.stdout.splitlines()
    if found.returncode or not names:
        return Proof(False, f"{beside} was not made by anybody in {signers}")
    checked = _run(
        "ssh-keygen", "-Y", "verify", "-f", allowed, "-I", names[0], "-n", NAMESPACE, "-s", signature, given=file.read_bytes()
    )
    if checked.returncode:
        return Proof(False, f"{beside} is not {names[0]}'s signature of {file.name}: {_last(checked)}")
    return Proof(True, f"signed by {names[0]}")


def stamped(file: Path, authority: Path) -> Proof | None:
    """When a file was stamped, by the authority with these certificates (PEM); None where there is no time-stamp next to it."""
    beside = _beside(file, STAMP)
    if not beside.is_file():
        return None
    stamp, data = str(beside.absolute()), str(file.absolute())
    done = _run("openssl", "ts", "-verify", "-data", data, "-in", stamp, "-CAfile", str(authority.absolute()))
    if done.returncode:
        return Proof(False, f"{beside} is not a time-stamp of {file.name} by the authority in {authority}: {_last(done)}")
    told = _run("openssl", "ts", "-reply", "-in", stamp, "-text").stdout
    when = re.search(r"^Time stamp: (.+)$", told, re.MULTILINE)
    return Proof(True, f"time-stamped {when[1] if when else 'at a time that openssl does not print'}")


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _run(tool: str, *words: str, given: bytes | None = None) -> subprocess.CompletedProcess[str]:
    """Run a tool of the user's."""
    found = shutil.which(tool)
    if found is None:
        raise OutcomesError(f"this needs {tool}, which isn't installed")
    try:
        # A passphrase is asked for at the terminal itself.
        done = subprocess.run([found, *words], input=given or b"", capture_output=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise OutcomesError(f"{tool} had not finished after {_PATIENCE} seconds") from error
    out, err = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {done.returncode}"
