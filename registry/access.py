"""Loading packages and querying the database.

A package's tables are read by the schemas that lie in its own descriptor, so that this module needs nothing of ``schemas`` and
``validation``: a notebook beside a ``validation.py`` of somebody's own keeps working.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.root import DATABASE, Entry, NotFoundError, entries, find_entry, find_root

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars as pl
    import pyarrow as pa

__all__ = ["Package", "Registry", "one_query", "open"]


def open(path: Path | str | None = None) -> Registry:
    """The registry in the folder ``path`` (the one that holds ``datapackages/``); by default as the command line finds it.

    Raises :class:`registry.root.NotFoundError` where there is none.
    """
    return Registry(find_root(path))


class Registry:
    """A registry on disk. Nothing is read until it is asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __repr__(self) -> str:
        return f"registry.open({str(self.root)!r})"

    @property
    def packages(self) -> tuple[str, ...]:
        """The names of the packages."""
        return tuple(e.name for e in entries(self.root))

    def load(self, name: str) -> Package:
        """The package of that name. Raises :class:`registry.root.NotFoundError` where there is none."""
        return Package(find_entry(self.root, name))

    def sql(self, query: str, parameters: Sequence[Any] | None = None) -> pl.DataFrame:
        """The result of an SQL query on ``registry.duckdb`` as a polars frame; ``?`` in it take the parameters' values.

        The database is opened for reading only. Raises :class:`registry.root.NotFoundError` where it hasn't been built,
        ``ValueError`` for what isn't one query, and ``duckdb.Error`` where the query is at fault.
        """
        con = self.connect()
        try:
            frame: pl.DataFrame = con.sql(one_query(con, query), params=parameters).pl()
            return frame
        finally:
            con.close()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A read-only DuckDB connection to ``registry.duckdb``, to be closed by the caller.

        Raises :class:`registry.root.NotFoundError` where it hasn't been built and ``OSError`` where it can't be opened.
        """
        import duckdb

        path = self.root / DATABASE
        if not path.is_file():
            raise NotFoundError(f"{path} has not been built; run `outcomes build`")
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        try:
            return duckdb.connect(str(path), read_only=True, config=config)
        except duckdb.Error as error:
            why = str(error).splitlines()[0]
            raise OSError(f"{path} can't be opened as a database ({why}); `outcomes build` makes it anew") from error


_QUERIES = {"SELECT", "EXPLAIN", "MULTI"}
"""The kinds of statement that ask; MULTI is what DuckDB makes of ``PIVOT``."""


def one_query(con: duckdb.DuckDBPyConnection, query: str) -> str:
    """The query, if it is one and only asks. Raises ``ValueError`` where it isn't, and ``duckdb.Error`` where it can't be parsed.

    The database is read-only in any case, but ``COPY … TO`` and ``EXPORT`` would write other files, and ``IMPORT``, a pragma,
    runs what stands in one.
    """
    if not query.isascii() and not query.encode("utf-8", "replace").decode() == query:
        raise ValueError("the query isn't text in UTF-8")
    kinds = [statement.type.name for statement in con.extract_statements(query)]
    if not kinds:
        raise ValueError("the query is empty")
    if len(kinds) > 1:
        raise ValueError(f"one query at a time: there are {len(kinds)} statements")
    if kinds[0] not in _QUERIES:
        raise ValueError(f"this is {kinds[0]} and not a query: the database is read-only, and queries write no files")
    return query


class Package:
    """A data package: each of its tables is an attribute, a polars frame with typed columns.

    ``package.outcomes`` is the table ``outcomes``; ``package.tables`` names them all.
    """

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    def __repr__(self) -> str:
        return f"<package {self.name} {self.version or 'without a version'}: {', '.join(self.tables)}>"

    @property
    def name(self) -> str:
        return self._entry.name

    @property
    def version(self) -> str | None:
        return self._entry.version

    @property
    def descriptor(self) -> dict[str, Any]:
        """The content of ``datapackage.json``."""
        return dict(self._entry.descriptor)

    @property
    def tables(self) -> tuple[str, ...]:
        return self._entry.tables

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name.startswith("_") or name not in self.tables:
            raise AttributeError(f"package {self.name!r} has no table {name!r}; it has {', '.join(self.tables) or 'none'}")
        return self.table(name)

    def table(self, name: str) -> pl.DataFrame:
        """A table as a polars frame, an empty cell as null.

        Raises ``KeyError`` for a table that the package hasn't, ``ValueError`` where the descriptor doesn't say what it is,
        ``OSError`` where its file can't be read, and ``polars`` errors where a cell isn't of its column's type:
        ``outcomes validate`` says where.
        """
        import polars as pl

        if name not in self.tables:
            raise KeyError(name)
        resource = next(r for r in self._entry.descriptor["resources"] if isinstance(r, dict) and r.get("name") == name)
        types = {"integer": pl.Int64(), "number": pl.Float64(), "boolean": pl.Boolean(), "date": pl.Date()}
        with self._file(resource).open("rb") as file:
            # Columns are told by name: a file may have them in another order than the descriptor, and some not at all.
            header = next(csv.reader([file.readline().decode("utf-8-sig", "replace")]), [])
            file.seek(0)
            typed = {n: types[kind] for n, kind in self._kinds(resource).items() if n in header and kind in types}
            return pl.read_csv(file, infer_schema=False, schema_overrides=typed)

    def _file(self, resource: Mapping[str, Any]) -> Path:
        path = resource.get("path")
        if isinstance(path, list) and len(path) == 1:
            path = path[0]
        if not isinstance(path, str) or not path or "\0" in path:
            raise self._fault(resource, "no usable `path`")
        found = (self._entry.folder / path).resolve()
        if not found.is_relative_to(self._entry.folder.resolve()):
            raise ValueError(f"{path!r} leads out of the package")
        return found

    def _kinds(self, resource: Mapping[str, Any]) -> dict[str, str]:
        """The type of each column, by the descriptor."""
        schema = resource.get("schema")
        fields = schema.get("fields") if isinstance(schema, dict) else None
        if not isinstance(fields, list) or not all(isinstance(f, dict) and isinstance(f.get("name"), str) for f in fields):
            raise self._fault(resource, "no usable `schema`")
        return {f["name"]: f["type"] if isinstance(f.get("type"), str) else "any" for f in fields}

    def _fault(self, resource: Mapping[str, Any], what: str) -> ValueError:
        return ValueError(
            f"the descriptor of {self.name!r} gives {what} for {resource['name']!r}; `outcomes validate {self.name}` says more"
        )

    def arrow(self) -> dict[str, pa.Table]:
        """Every table as an Arrow table, by name."""
        return {name: self.table(name).to_arrow() for name in self.tables}

    def pandas(self) -> dict[str, pandas.DataFrame]:
        """Every table as a pandas frame, by name. Raises ``ModuleNotFoundError`` where pandas isn't installed."""
        from importlib.util import find_spec

        if find_spec("pandas") is None:
            raise ModuleNotFoundError("pandas isn't installed: install it, or use the polars frames or .arrow()", name="pandas")
        return {name: self.table(name).to_pandas() for name in self.tables}
