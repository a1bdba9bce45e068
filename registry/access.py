"""Loading packages and querying the database.

Nothing here needs ``schemas`` or ``validation``: a notebook beside a ``validation.py`` of somebody's own keeps working.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.errors import NotFoundError
from registry.ledger.pinning import pinned, pins_of, read_pins, write_pins
from registry.ledger.records import Ledger, Record
from registry.ledger.releases import released
from registry.ledger.remote import is_address, located
from registry.ledger.store import LEDGER, STORE, FolderStore, Store, ledger_of
from registry.packages.finding import DATABASE, built, find_entry, find_root, near, package_names
from registry.packages.package import Package, draft

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from registry.comparing.comparison import Comparison

__all__ = ["DRAFT", "Package", "Registry", "RetractedWarning", "open"]

DRAFT = "draft"
"""What stands for a version where the package is meant as it lies in ``datapackages/``, accepted or not."""


class RetractedWarning(UserWarning):
    """A version that was retracted has been loaded. The message says why it was, and what takes its place."""


def open(place: Path | str | None = None, *, lock: Path | str | None = None, allow_rollback: bool = False) -> Registry:
    """The registry in a folder (the one that holds ``datapackages/``), or behind an ``https://`` or ``s3://`` address.

    By default the folder is found as the command line finds it. Folder and address may also be those of a copy of the store alone,
    which holds what was accepted and no drafts. ``lock`` is a lock file: only what is pinned in it is loaded.

    Raises :class:`registry.errors.NotFoundError` where there is no registry and ``PinnedError`` for what is no lock file; for an
    address, ``OSError`` where it can't be fetched from, ``LedgerError`` where its ledger was changed, and ``RollbackError`` where that is
    an older one, or another, than was opened from there before. ``allow_rollback`` opens it all the same, and it is what later ones
    are held against.
    """
    pins = None if lock is None else read_pins(Path(lock))
    if is_address(place):
        store, ledger = located(str(place), allow_rollback=allow_rollback)
        return Registry(None, store, pins, ledger)
    try:
        root = find_root(place)
    except NotFoundError:
        # Whoever names a link names what it leads to; in a registry, the store itself is none.
        for folder in () if place is None else (Path(place) / STORE, Path(os.path.realpath(place))):
            if os.path.lexists(folder / LEDGER):
                return Registry(None, FolderStore(folder), pins)
        raise
    return Registry(root, FolderStore(root / STORE), pins)


class Registry:
    """A registry: in ``root``, or a store alone, in a folder or behind an address; then ``root`` is None."""

    def __init__(
        self,
        root: Path | None,
        store: Store,
        pins: dict[str, dict[str, str]] | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        self.root = root
        self.store = store
        self.pins = pins
        self._ledger = ledger

    def __repr__(self) -> str:
        return f"registry.open({str(self.root or self.store)!r})"

    @property
    def packages(self) -> tuple[str, ...]:
        """The names of the packages: those accepted and those that are drafts."""
        drafts = package_names(self.root) if self.root is not None else []
        return tuple(sorted({*self.ledger.packages, *drafts}))

    @property
    def ledger(self) -> Ledger:
        """What was accepted and retracted, every hash recomputed, as it stood when it was first asked for. Raises ``LedgerError``
        where it was changed.
        """
        if self._ledger is None:
            self._ledger = ledger_of(self.store)
        return self._ledger

    def load(self, name: str, version: str | None = None) -> Package:
        """A package: of an accepted one the version asked for, or the latest that isn't retracted; else the draft.

        ``version`` may be ``"draft"``: as it lies in ``datapackages/``. Each file is held against the ledger's hash when its table is
        read. Loading a retracted version gives a :class:`RetractedWarning`. Raises :class:`registry.errors.NotFoundError` where there
        is no such package or version, ``PinnedError`` where a lock file pins something else, ``LedgerError`` or ``DamagedError``
        where the store was changed.
        """
        if self.pins is not None:
            return self._release(pinned(self.ledger, self.pins, name, version))
        accepted = {} if version == DRAFT else self.ledger.accepted(name)
        if accepted and version is None:
            return self._release(self.ledger.latest(name) or list(accepted.values())[-1])
        if version in accepted:
            return self._release(accepted[version])
        if version in (None, DRAFT) and self.root is not None:
            entry = find_entry(self.root, name)
            self._warn(name, str(entry.version), stacklevel=3)
            return draft(entry)
        raise NotFoundError(self._not_there(name, version))

    def _not_there(self, name: str, version: str | None) -> str:
        if name not in self.packages:
            return f"no package `{name}` in {self.root or self.store}; {near(name, self.packages)}"
        accepted = tuple(self.ledger.accepted(name))
        if version == DRAFT:
            return f"{self.store} holds accepted versions only; of `{name}` there are {', '.join(accepted)}"
        if not accepted:
            return f'`{name}` was never accepted: version="{DRAFT}" loads it as it lies in its folder'
        return f"{name}@{version} was never accepted; {near(str(version), accepted)}"

    def _release(self, record: Record) -> Package:
        why = self._warn(record.package, str(record.version), stacklevel=4)
        return released(self.store, record, retracted=why)

    def _warn(self, name: str, version: str, *, stacklevel: int) -> str | None:
        """Warn of a version that was retracted. Returns why it was. ``stacklevel`` is counted from here to who called :meth:`load`."""
        retraction = self.ledger.retraction(name, version)
        if retraction is None:
            return None
        why, instead = str(retraction.data["reason"]), retraction.data["superseded_by"]
        gone = instead and self.ledger.retraction(*instead.split("@", 1)) is not None
        more = f"; {instead} takes its place{', and was retracted too' if gone else ''}" if instead else ""
        warnings.warn(f"{name}@{version} was retracted: {why}{more}", RetractedWarning, stacklevel=stacklevel)
        return why

    def lock(self, path: Path | str, names: Sequence[str] = ()) -> None:
        """Write a lock file with the latest versions of the packages named, or of all. Raises ``NotFoundError``, ``OSError``."""
        write_pins(Path(path), pins_of(self.ledger, names))

    def sql(self, query: str, parameters: Sequence[Any] | None = None, *, files: Sequence[Path | str] = ()) -> pl.DataFrame:
        """The result of an SQL query on ``registry.duckdb`` as a polars frame; ``?`` in it take the parameters' values.

        The query only asks: it reads the database, and the files of the folders ``files``, and writes nothing. Raises
        :class:`registry.errors.NotFoundError` where the database hasn't been built, ``RequestError`` for what isn't one query that
        only asks, and ``duckdb.Error`` where the query is at fault, ``duckdb.PermissionException`` for other files among them.
        """
        from registry.questions import question

        con = self.connect(files=files)
        try:
            frame: pl.DataFrame = question(con, query).relation(con, parameters).pl()
            return frame
        finally:
            con.close()

    def compare(
        self,
        a: str,
        b: str,
        *,
        outcome: str | None = None,
        population: str | None = None,
        across: Sequence[str] = (),
        reason: str | None = None,
        with_unstated: bool = False,
    ) -> Comparison:
        """Two treatments or classes, like with like: stratum by stratum, as `outcomes compare` has it.

        ``outcome`` is one that is compared, such as ``remission``; by default each is. ``across`` names dimensions to cross (``definition``, ``population``,
        ``window``, ``arm-kind``), which needs a ``reason``. Raises ``ValueError`` for a word that is none, with the nearest, and where
        the two can't be compared as asked; else as :meth:`connect` does.
        """
        from registry.comparing.asking import ask

        con = self.connect()
        try:
            asked = None if outcome is None else [outcome]
            comparison, _ = ask(
                con, a, b, outcomes=asked, population=population, across=across, reason=reason, with_unstated=with_unstated
            )
            return comparison
        finally:
            con.close()

    @property
    def database(self) -> Path:
        """The path of ``registry.duckdb``. Raises as :meth:`connect` does."""
        if self.root is None:
            raise NotFoundError(f"{self.store} holds packages and no {DATABASE}: load them, or build it where `datapackages/` is")
        return built(self.root / DATABASE)

    def connect(self, *, files: Sequence[Path | str] = ()) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection to ``registry.duckdb``, which it can't change; to be closed by the caller.

        Its settings are locked. It has no files but the database and those of the folders ``files`` (in these DuckDB may write too: the
        statements are the caller's own), loads no extension, doesn't see Python's variables (``con.register`` a frame by a name), and
        puts nothing on the disk: what memory doesn't hold ends in ``duckdb.OutOfMemoryException``.

        Raises :class:`registry.errors.NotFoundError` where it hasn't been built, ``RequestError`` for a folder that is none, and
        ``OSError`` where it can't be opened.
        """
        from registry.database import open_database

        return open_database(self.database, files=files)
