"""Loading packages and querying the database.

Nothing here needs ``schemas`` or ``validation``: a notebook next to your own ``validation.py`` keeps working.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from registry.errors import NotFoundError
from registry.ledger.pinning import check_built, pinned, pins_of, read_pins, write_pins
from registry.ledger.records import Ledger, Record
from registry.ledger.releases import released
from registry.ledger.remote import is_address, located
from registry.ledger.store import LEDGER, STORE, FolderStore, Store, ledger_of
from registry.packages.finding import DATABASE, built, find_entry, find_root, near, package_names, release_named, unknown_package
from registry.packages.package import Package, draft
from registry.shown import Shown

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from registry.auditing.auditing import Audit
    from registry.comparing.comparison import Comparison
    from registry.diffing import Difference

__all__ = ["DRAFT", "Package", "Registry", "RetractedWarning", "open"]

_Word = TypeVar("_Word", bound=Path | str)

DRAFT = "draft"
"""Given as a version, it means the package as it is in ``datapackages/``, accepted or not."""


class RetractedWarning(UserWarning):
    """You loaded a retracted version. The message says why it was retracted, and what replaces it."""


def open(place: Path | str | None = None, *, lock: Path | str | None = None, allow_rollback: bool = False) -> Registry:
    """The registry in a folder (the one that holds ``datapackages/``), or behind an ``https://`` or ``s3://`` address.

    By default the folder is found in the same way as by the command line. Folder and address may also be a copy of the store only,
    which has the accepted versions and no drafts. ``lock`` is a lock file: only the versions pinned in it are loaded, and only a database that was
    built of these and nothing else is asked.

    Raises :class:`registry.errors.NotFoundError` if there is no registry, ``PinnedError`` if ``lock`` isn't a lock file, and ``OSError`` if it can't be read. For an
    address: ``OSError`` if it can't be fetched, ``LedgerError`` if its ledger was changed, and ``RollbackError`` if the ledger is older
    than, or different from, the one opened from there before. ``allow_rollback`` opens it anyway, and compares later ones with it.
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


class Registry(Shown):
    """A registry: in ``root``, or only a store in a folder or at an address; then ``root`` is None.

    ``registry["linde-2015"]`` loads a package, ``registry["linde-2015@1.0.1"]`` that version of it.
    """

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

    @property
    def packages(self) -> tuple[str, ...]:
        """The names of the packages, accepted ones and drafts; with a lock file, those that it pins."""
        if self.pins is not None:
            return tuple(sorted(self.pins))
        drafts = package_names(self.root) if self.root is not None else []
        return tuple(sorted({*self.ledger.packages, *drafts}))

    def __iter__(self) -> Iterator[str]:
        return iter(self.packages)

    def __contains__(self, name: object) -> bool:
        return name in self.packages

    def __getitem__(self, name: str) -> Package:
        """A package by ``NAME`` or ``NAME@VERSION``, as :meth:`load` gives it. Raises :class:`KeyError` where there is none, and
        :class:`registry.errors.RequestError` for an @ without a version.
        """
        if not isinstance(name, str):
            raise KeyError(name)
        try:
            return self._load(*release_named(name), stacklevel=4)
        except NotFoundError as error:
            raise KeyError(str(error)) from error

    def _ipython_key_completions_(self) -> list[str]:
        return [*self.packages, *(f"{name}@{version}" for name in self.packages for version in self.ledger.accepted(name))]

    @property
    def ledger(self) -> Ledger:
        """What was accepted and retracted, with every hash recomputed, read once on first use. Raises ``LedgerError``
        if it was changed.
        """
        if self._ledger is None:
            self._ledger = ledger_of(self.store)
        return self._ledger

    def load(self, name: str, version: str | None = None) -> Package:
        """A package: the accepted version asked for, or the latest that isn't retracted; otherwise the draft.

        ``version`` may be ``"draft"``: the package in ``datapackages/``. Each file is compared with the ledger's hash when its table is
        read. Loading a retracted version gives a :class:`RetractedWarning`. Raises :class:`registry.errors.NotFoundError` if there
        is no such package or version, ``PinnedError`` if a lock file pins something else, ``LedgerError`` or ``DamagedError``
        if the store was changed.
        """
        return self._load(name, version, stacklevel=4)

    def _load(self, name: str, version: str | None, *, stacklevel: int) -> Package:
        """``stacklevel`` counts from :meth:`_warn` to who asked."""
        if self.pins is not None:
            return self._release(pinned(self.ledger, self.pins, name, version), stacklevel)
        accepted = {} if version == DRAFT else self.ledger.accepted(name)
        if accepted and version is None:
            return self._release(self.ledger.latest(name) or list(accepted.values())[-1], stacklevel)
        if version in accepted:
            return self._release(accepted[version], stacklevel)
        if version in (None, DRAFT) and self.root is not None:
            entry = find_entry(self.root, name)
            self._warn(name, str(entry.version), stacklevel=stacklevel)
            return draft(entry)
        raise NotFoundError(self._not_there(name, version))

    def _not_there(self, name: str, version: str | None) -> str:
        if name not in self.packages:
            return unknown_package(name, self.packages, self.root, self.store)
        accepted = tuple(self.ledger.accepted(name))
        if version == DRAFT:
            return f"{self.store} has accepted versions only; `{name}` has {', '.join(accepted)}"
        if not accepted:
            return f"`{name}` was never accepted; its only version is `{DRAFT}`, the package in its folder"
        return f"{name}@{version} was never accepted; {near(str(version), accepted, 'accepted version')}"

    def _release(self, record: Record, stacklevel: int) -> Package:
        why = self._warn(record.package, str(record.version), stacklevel=stacklevel + 1)
        return released(self.store, record, retracted=why)

    def _warn(self, name: str, version: str, *, stacklevel: int) -> str | None:
        """Warn about a retracted version. Returns the reason. ``stacklevel`` counts from here to the caller of :meth:`load`."""
        retraction = self.ledger.retraction(name, version)
        if retraction is None:
            return None
        why, instead = str(retraction.data["reason"]), retraction.data["superseded_by"]
        gone = instead and self.ledger.retraction(*instead.split("@", 1)) is not None
        more = f"; {instead} replaces it{', but was retracted too' if gone else ''}" if instead else ""
        warnings.warn(f"{name}@{version} was retracted: {why}{more}", RetractedWarning, stacklevel=stacklevel)
        return why

    def lock(self, path: Path | str, names: Sequence[str] = ()) -> None:
        """Write a lock file with the latest versions of the given packages, or of all. Raises ``NotFoundError``, ``OSError``."""
        write_pins(Path(path), pins_of(self.ledger, _each(names)))

    def sql(self, query: str, parameters: Sequence[Any] | None = None, *, files: Sequence[Path | str] = ()) -> pl.DataFrame:
        """The result of an SQL query on ``registry.duckdb`` as a polars frame; ``?`` in it take the parameters' values.

        The query is read-only: it reads the database and the files in the folders ``files``, and writes nothing. Raises
        :class:`registry.errors.NotFoundError` if the database hasn't been built, ``RequestError`` for anything but a single read-only
        query, and ``duckdb.Error`` if the query is wrong, including ``duckdb.PermissionException`` for other files.
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
        strict: bool = False,
    ) -> Comparison:
        """Compare two treatments or classes, like with like, stratum by stratum, as `outcomes compare` does.

        ``outcome`` is an outcome such as ``remission``; by default all are compared. ``across`` names dimensions to cross (``definition``, ``population``,
        ``window``, ``anchor``, ``strategy``, ``arm-kind``), which needs a ``reason``. ``strict`` leaves out all that assumes anything. Raises ``ValueError`` for an unknown name, with the nearest known one, and if
        the two can't be compared as asked; otherwise as :meth:`connect` does.
        """
        from registry.comparing.asking import ask

        with self.asking() as con:
            asked = None if outcome is None else [outcome]
            comparison, _ = ask(
                con,
                a,
                b,
                outcomes=asked,
                population=population,
                across=_each(across),
                reason=reason,
                with_unstated=with_unstated,
                strict=strict,
            )
            return comparison

    def audit(self, package: str) -> Audit:
        """A verdict on each claim of a package, as `outcomes audit` gives them. Raises ``RequestError`` for a package without claims, and as
        :meth:`connect` does.
        """
        from registry.auditing.auditing import audit
        from registry.pooling.remembered import recalling

        with self.asking() as con, recalling(con):
            return audit(con, package)

    def diff(self, old: str, new: str) -> Difference:
        """What changed from one package to another, each ``NAME`` or ``NAME@VERSION``. Raises as :meth:`load` does."""
        from registry.diffing import difference

        return difference(*(self.load(*release_named(name)) for name in (old, new)))

    def rates(
        self,
        treatment: str | None = None,
        outcome: str | None = None,
        *,
        population: str | None = None,
        definition: str | None = None,
        package: str | None = None,
    ) -> pl.DataFrame:
        """Rates that can be compared, a row for each arm: those of ``comparable_rates`` that fit every word given.

        ``treatment`` is a treatment or class, by id or label; ``population`` takes in the populations below it. Rates and limits are fractions. Raises
        ``RequestError`` for an unknown word, with the nearest, and as :meth:`connect` does.
        """
        from registry.comparing.asking import fitting_rates

        words = {"outcome": outcome, "definition": definition, "package": package}
        with self.asking() as con:
            return fitting_rates(con, treatment, population, words)

    def trials(self) -> pl.DataFrame:
        """Every trial with the studies that report it: its identifier, packages, labels, and how many arms and rates there are of it."""
        return self.sql("""
            SELECT trial_id AS trial, list(DISTINCT package ORDER BY package) AS packages, any_value(s.label) AS label,
              min(s.year) AS year, count(DISTINCT (package, study_id)) AS studies, sum(a.arms)::BIGINT AS arms, sum(r.rates)::BIGINT AS rates
            FROM trials t JOIN studies s USING (package, study_id)
            LEFT JOIN (SELECT package, study_id, count(*) AS arms FROM arms GROUP BY ALL) a USING (package, study_id)
            LEFT JOIN (SELECT package, study_id, count(*) AS rates FROM outcomes GROUP BY ALL) r USING (package, study_id)
            GROUP BY ALL ORDER BY trial
        """)

    def definitions(self, word: str = "") -> pl.DataFrame:
        """The definitions of outcomes that have a word in their id, label, instrument or class, such as ``madrs``; without one, all."""
        return self.sql(
            """
            SELECT definition_id AS definition, label, outcome, instrument_id AS instrument, comparability_class, description, source
            FROM vocabulary.definitions
            WHERE contains(lower(concat_ws(' ', definition_id, label, instrument_id, comparability_class)), lower(?)) ORDER BY ALL
            """,
            [word],
        )

    @contextmanager
    def asking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection as by :meth:`connect`, for what this program asks of the database itself. A database that lacks what is asked because
        another version built it is a :class:`registry.freshness.OutdatedError`.
        """
        con = self.connect()
        import duckdb

        from registry.freshness import OutdatedError, is_outdated

        try:
            yield con
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            if is_outdated(con):
                raise OutdatedError(str(error).splitlines()[0]) from error
            raise
        finally:
            con.close()

    @property
    def database(self) -> Path:
        """The path of ``registry.duckdb``. Raises as :meth:`connect` does."""
        if self.root is None:
            raise NotFoundError(
                f"{self.store} has packages but no {DATABASE}: load the packages, or build the database where `datapackages/` is"
            )
        return built(self.root / DATABASE)

    def connect(self, *, files: Sequence[Path | str] = ()) -> duckdb.DuckDBPyConnection:
        """A read-only DuckDB connection to ``registry.duckdb``; the caller closes it.

        Its settings are locked. It can open only the database and the files in the folders ``files`` (where DuckDB may also write: the
        statements are the caller's own). It loads no extension, doesn't see Python's variables (``con.register`` a frame under a name), and
        writes nothing to disk: a query that needs more memory raises ``duckdb.OutOfMemoryException``.

        Raises :class:`registry.errors.NotFoundError` if the database hasn't been built, ``RequestError`` if a folder isn't one, ``PinnedError`` if a lock
        file pins other packages or versions than it was built of, and ``OSError`` if the database can't be opened.
        """
        from registry.database import open_database

        con = open_database(self.database, files=_each(files))
        if self.pins is not None:
            try:
                packages = con.execute("SELECT name, version, standing = 'accepted' FROM packages").fetchall()
                ((head,),) = con.execute("SELECT ledger FROM build").fetchall()
                check_built(self.ledger, self.pins, head, packages)
            except BaseException:
                con.close()
                raise
        return con


def _each(words: _Word | Sequence[_Word]) -> Sequence[_Word]:
    """What is named one by one. One name alone is meant as a whole, not letter by letter, and a path has no parts to be named."""
    return (words,) if isinstance(words, str | Path) else words
