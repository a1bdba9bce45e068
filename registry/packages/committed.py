"""What git knows about a registry's packages: which differ from a commit, and what they were in it."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from registry.errors import OutcomesError, RequestError
from registry.packages.finding import DATAPACKAGES, package_names

__all__ = ["Since"]


@dataclass(frozen=True)
class Since:
    """What was done to the packages of the registry in ``root`` since ``commit``: committed, staged, changed or new.

    ``changed`` are the names of packages of which a file differs, ``removed`` those that are no longer there.
    """

    root: Path
    commit: str
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @classmethod
    def of(cls, root: Path, ref: str) -> Since:
        """What was changed since the branch left ``ref``: since the newest commit that both have.

        Raises :class:`RequestError` for a ref that isn't there, and :class:`registry.errors.OutcomesError` where git can't be asked or the history is cut off.
        """
        commit = _fork(root, ref)
        told = _git(root, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", "-z", commit, "--", DATAPACKAGES)
        told += _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", DATAPACKAGES)
        paths = [os.fsdecode(path).split("/") for path in told.split(b"\0") if path]
        names = {parts[1] for parts in paths if len(parts) > 2}
        present = names & set(package_names(root))
        return cls(root, commit, tuple(sorted(present)), tuple(sorted(names - present)))

    def before(self, name: str, folder: Path) -> Path | None:
        """The package as it was in the commit, written into a folder; None if it wasn't there."""
        path = f"{DATAPACKAGES}/{name}"
        if not _git(self.root, "ls-tree", "-z", self.commit, "--", path):
            return None
        archive = _git(self.root, "archive", "--format=tar", self.commit, "--", path)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            # Files alone: a link would lead out of the folder. `extractall` has a filter only from Python 3.11.4 on.
            for member in tar:
                if (content := tar.extractfile(member) if member.isfile() else None) is not None:
                    file = folder / member.name
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(content.read())
        return folder / path


def _fork(root: Path, ref: str) -> str:
    """The newest commit that the branch and the ref have in common."""
    _git(root, "rev-parse", "--git-dir")
    shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    cut = "this clone has only part of the history; run `git fetch --unshallow`, or let actions/checkout have `fetch-depth: 0`"
    if ref.startswith("-") or (found := _asked(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")) is None:
        raise RequestError(
            f"{ref!r} is not a commit, branch or tag of this repository; {cut if shallow else '`git branch --all` lists the branches'}"
        )
    base = _asked(root, "merge-base", found.decode().strip(), "HEAD")
    if base is None:
        raise OutcomesError(f"{ref!r} and the present branch have no commit in common{f': {cut}' if shallow else ''}")
    return base.decode().strip()


def _git(root: Path, *words: str) -> bytes:
    done = _run(root, words)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise OutcomesError(f"git can't say what changed in {root}: {said[0].removeprefix('fatal: ')}")
    return done.stdout


def _asked(root: Path, *words: str) -> bytes | None:
    """What git answers; None where its answer is no."""
    done = _run(root, words)
    return None if done.returncode else done.stdout


def _run(root: Path, words: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        raise OutcomesError("git isn't installed, and only git can say what changed; install it, or name the packages") from None
