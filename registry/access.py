"""Loading packages and querying the database.

A package's tables are read by the schemas that lie in its own descriptor, so that this module needs nothing of ``schemas`` and
``validation``: a notebook beside a ``validation.py`` of somebody's own keeps working.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.root import DATABASE, Entry, NotFoundError, entries, find_entry, find_root

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars as pl
    import pyarrow as pa

__all__ = ["Package", "Registry", "open"]


def open(path: Path | str | None = None) -> Registry:  # noqa: A001  read as `registry.open`
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

        The database is opened for reading only. Raises :class:`registry.root.NotFoundError` where it hasn't been built, and
        ``duckdb.Error`` where the query is at fault.
        """
        con = self.connect()
        try:
            return con.sql(query, params=parameters).pl()
        finally:
            con.close()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A read-only DuckDB connection to ``registry.duckdb``, to be closed by the caller."""
        import duckdb

        path = self.root / DATABASE
        if not path.is_file():
            raise NotFoundError(f"{path} has not been built; run `outcomes build`")
        return duckdb.connect(
            str(path), read_only=True, config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        )


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
            raise AttributeError(f"package {self.name!r} has no table {name!r}; it has {', '.join(self.tables)}")
        return self.table(name)

    def table(self, name: str) -> pl.DataFrame:
        """A table as a polars frame, an empty cell as null.

        Raises ``KeyError`` for a table that the package hasn't, and ``polars`` errors where a cell isn't of its column's type:
        ``outcomes validate`` says where.
        """
        import polars as pl

        resource = next((r for r in self._entry.descriptor.get("resources", []) if r.get("name") == name), None)
        if resource is None:
            raise KeyError(name)
        path = (self._entry.folder / resource["path"]).resolve()
        if not path.is_relative_to(self._entry.folder.resolve()):
            raise ValueError(f"{resource['path']!r} leads out of the package")
        types = {
            "integer": pl.Int64(),
            "number": pl.Float64(),
            "boolean": pl.Boolean(),
            "date": pl.Date(),
        }
        schema = {f["name"]: types.get(f["type"], pl.String()) for f in resource["schema"]["fields"]}
        return pl.read_csv(path, schema=schema)

    def arrow(self) -> dict[str, pa.Table]:
        """Every table as an Arrow table, by name."""
        return {name: self.table(name).to_arrow() for name in self.tables}

    def pandas(self) -> dict[str, pandas.DataFrame]:
        """Every table as a pandas frame, by name. Raises ``ModuleNotFoundError`` where pandas isn't installed."""
        return {name: self.table(name).to_pandas() for name in self.tables}
