"""A data package as it is loaded: its tables as frames, from a folder of drafts or wherever else they are kept.

The tables are read by the schemas that are in the package's own descriptor, so that nothing of ``schemas`` and ``validation`` is
needed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from registry.packages.descriptor import is_parquet, path_of, resources, table_names
from registry.packages.finding import DESCRIPTOR, Entry
from registry.packages.opening import IrregularError, opened
from registry.packages.parquet import UnreadableParquetError, frame_in
from registry.shown import Shown, must_have_pandas

if TYPE_CHECKING:
    import pandas
    import polars as pl
    import pyarrow as pa

__all__ = ["Package", "Tables", "draft", "without_rows"]


class Tables(Protocol):
    """Where a package's tables are read from."""

    def frame(self, resource: Mapping[str, Any]) -> pl.DataFrame:
        """The table of a resource as a typed frame."""

    def beside(self, descriptor: Mapping[str, Any]) -> Mapping[str, str]:
        """The digests of the files that belong to the package besides its descriptor and tables, by path. Raises ``OSError``."""


@dataclass(frozen=True, repr=False)
class Package(Shown):
    """A data package: each of its tables is an attribute, a polars frame with typed columns.

    ``package.outcomes`` is the table ``outcomes``; ``package.tables`` names them all. ``digest`` is that of the accepted release,
    None for a draft; ``retracted`` says why the release was retracted, if it was.
    """

    name: str
    version: str | None
    descriptor: Mapping[str, Any]
    source: Tables
    digest: str | None = None
    retracted: str | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables, in the order of the descriptor."""
        return table_names(self.descriptor)

    @property
    def beside(self) -> Mapping[str, str]:
        """The files that belong to it besides its descriptor and tables, such as its README, by path, each with the digest of its bytes.

        Raises ``OSError`` where a draft's can't be read.
        """
        return self.source.beside(self.descriptor)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name.startswith("_") or name in Package.__dataclass_fields__:
            raise AttributeError(name)  # also where a copy asks before it has fields, and so has no tables to look in
        if name not in self.tables:
            raise AttributeError(self._lacking(name))
        return self.table(name)

    def _lacking(self, table: str) -> str:
        return f"package {self.name!r} has no table {table!r}; it has {', '.join(self.tables) or 'none'}"

    def table(self, name: str) -> pl.DataFrame:
        """A table as a polars frame, an empty cell as null.

        Raises ``KeyError`` for a table that the package hasn't and ``OSError`` where its file can't be read. Of a release,
        :class:`registry.errors.ChangedError` where the file isn't the one that was accepted. Of a draft, ``ValueError`` where the
        descriptor doesn't say what the table is, and ``polars`` errors where a cell isn't of its column's type: ``outcomes validate``
        says where.
        """
        if name not in self.tables:
            raise KeyError(self._lacking(name))
        resource = next(r for r in resources(self.descriptor) if r.get("name") == name)
        return self.source.frame(resource)

    def arrow(self) -> dict[str, pa.Table]:
        """Every table as an Arrow table, by name."""
        return {name: self.table(name).to_arrow() for name in self.tables}

    def pandas(self) -> dict[str, pandas.DataFrame]:
        """Every table as a pandas frame, by name. Raises ``ModuleNotFoundError`` where pandas isn't installed."""
        must_have_pandas()
        return {name: self.table(name).to_pandas() for name in self.tables}


def without_rows(package: Package) -> Package:
    """A package with the same tables, empty, and no version: what there was before a new package."""
    return replace(package, version=None, source=_NoRows(package.source))


@dataclass(frozen=True)
class _NoRows:
    """The tables of another source, without their rows."""

    source: Tables

    def frame(self, resource: Mapping[str, Any]) -> pl.DataFrame:
        return self.source.frame(resource).clear()

    def beside(self, descriptor: Mapping[str, Any]) -> Mapping[str, str]:
        return self.source.beside(descriptor)


def draft(entry: Entry) -> Package:
    """The package as it is in its folder."""
    return Package(entry.name, entry.version, dict(entry.descriptor), _Folder(entry))


@dataclass(frozen=True)
class _Folder:
    """The files of a package's folder."""

    entry: Entry

    def frame(self, resource: Mapping[str, Any]) -> pl.DataFrame:
        import polars as pl

        types = {"integer": pl.Int64(), "number": pl.Float64(), "boolean": pl.Boolean(), "date": pl.Date()}
        with self._opened(resource) as file:
            content = file.read()
        if is_parquet(resource):
            return self._of_parquet(resource, content, types)
        # Columns are told by name: a file may have them in another order than the descriptor, and some not at all.
        header = _header(content.partition(b"\n")[0])
        typed = {n: types[kind] for n, kind in self._kinds(resource).items() if n in header and kind in types}
        return pl.read_csv(content, infer_schema=False, schema_overrides=typed)

    def beside(self, descriptor: Mapping[str, Any]) -> Mapping[str, str]:
        from registry.packages.frozen import digests, paths_of

        tables = set(map(path_of, resources(descriptor)))
        return digests(self.entry.folder, [path for path in paths_of(self.entry) if path != DESCRIPTOR and path not in tables])

    def _of_parquet(self, resource: Mapping[str, Any], content: bytes, types: Mapping[str, pl.DataType]) -> pl.DataFrame:
        import polars as pl

        kinds = self._kinds(resource)
        try:
            frame = frame_in(content, f"{self.entry.folder}/{path_of(resource)}")
        except UnreadableParquetError as error:
            raise ValueError(
                f"{self.entry.folder}/{path_of(resource)} {error}; `outcomes validate {self.entry.name}` shows more"
            ) from error
        # Text may be stored as categories, and an empty text is an empty cell, as in CSV.
        typed = {name: types.get(kinds.get(name, "any"), pl.String()) for name in frame.columns}
        cells = (
            pl.col(n).cast(kind).replace("", None) if kind == pl.String else pl.col(n).cast(kind) for n, kind in typed.items()
        )
        return frame.select(cells)

    def _opened(self, resource: Mapping[str, Any]) -> io.BufferedReader:
        path = path_of(resource)
        if not path:
            raise self._fault(resource, "no usable `path`")
        try:
            return opened(self.entry.folder, path)
        except IrregularError as error:
            what = f"{error.filename} {error.strerror}"
            raise ValueError(f"{path!r} leads out of the package, or to no regular file in it: {what}") from error

    def _kinds(self, resource: Mapping[str, Any]) -> dict[str, str]:
        """The type of each column, by the descriptor."""
        schema = resource.get("schema")
        fields = schema.get("fields") if isinstance(schema, dict) else None
        if not isinstance(fields, list) or not all(isinstance(f, dict) and isinstance(f.get("name"), str) for f in fields):
            raise self._fault(resource, "no usable `schema`")
        return {f["name"]: f["type"] if isinstance(f.get("type"), str) else "any" for f in fields}

    def _fault(self, resource: Mapping[str, Any], what: str) -> ValueError:
        name = self.entry.name
        return ValueError(
            f"the descriptor of {name!r} gives {what} for {resource['name']!r}; `outcomes validate {name}` shows more"
        )


def _header(line: bytes) -> list[str]:
    try:
        return next(csv.reader([line.decode("utf-8-sig", "replace")]), [])
    except csv.Error as error:
        raise ValueError(f"the first line isn't a header: {error}") from error
