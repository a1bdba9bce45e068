"""What a catalogue asks about a release, read from its descriptor once: every form of metadata is made of this."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.ledger.records import Record
from registry.packages.descriptor import objects, path_of, resources

__all__ = ["UNKNOWN", "About", "File", "ReleaseTable", "about", "doi_in"]

UNKNOWN = "(:unkn)"
"""DataCite's word for what must be said and isn't known."""

_MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "md": "text/markdown",
    "yaml": "application/yaml",
    "pdf": "application/pdf",
}
_DOI = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True)
class File:
    """A file of the folder. ``sha256`` is in hexadecimal digits."""

    path: str
    size: int
    sha256: str

    @property
    def media(self) -> str:
        """Its media type."""
        return _MEDIA.get(self.path.rpartition(".")[2].lower(), "application/octet-stream")


@dataclass(frozen=True)
class ReleaseTable:
    """A table, and its columns as its schema has them."""

    name: str
    path: str
    fields: tuple[Mapping[str, Any], ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class About:
    """A release in words. ``people`` are names of persons and groups, which the descriptor doesn't tell apart."""

    name: str
    version: str
    title: str
    description: str
    people: tuple[str, ...]
    licences: tuple[tuple[str, str], ...]
    """Each by its SPDX name and an address."""
    keywords: tuple[str, ...]
    accepted: str
    """The day, as YYYY-MM-DD."""
    sources: tuple[tuple[str, str | None], ...]
    """Each title and address."""
    files: tuple[File, ...]
    tables: tuple[ReleaseTable, ...]
    digest: str
    """Of the release's descriptor, in hexadecimal digits: it names the release wherever it is."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Those of its sources, each once."""
        return tuple(dict.fromkeys(address for _, address in self.sources if address is not None))

    @property
    def cited(self) -> str:
        """How it is cited: people, year, title, version."""
        return f"{'; '.join(self.people)} ({self.accepted[:4]}). {self.title}. Version {self.version}."


def about(record: Record, descriptor: Mapping[str, Any]) -> About:
    """What the release's descriptor says. A part that isn't of its form is left out."""
    people = tuple(str(p["title"]) for p in objects(descriptor.get("contributors")) if p.get("title"))
    words = descriptor.get("keywords")
    return About(
        name=record.package,
        version=str(record.version),
        title=str(descriptor.get("title") or record.package),
        description=str(descriptor.get("description") or descriptor.get("title") or record.package),
        people=people or (UNKNOWN,),
        licences=tuple(
            (str(name), str(one.get("path") or f"https://spdx.org/licenses/{name}.html"))
            for one in objects(descriptor.get("licenses"))
            if (name := one.get("name"))
        ),
        keywords=tuple(map(str, words)) if isinstance(words, list) else (),
        accepted=str(record.data["at"])[:10],
        sources=tuple(
            (str(s["title"]), s["path"] if isinstance(s.get("path"), str) else None)
            for s in objects(descriptor.get("sources"))
            if s.get("title")
        ),
        files=tuple(File(f["path"], f["bytes"], f["hash"].removeprefix("sha256:")) for f in descriptor["files"]),
        tables=tuple(_tables(descriptor)),
        digest=record.release.removeprefix("sha256:"),
    )


def doi_in(address: str) -> str | None:
    """The DOI in an address, if it is one."""
    found = _DOI.search(address) if "doi.org/" in address or address.startswith(("10.", "doi:")) else None
    return found[0] if found else None


def _tables(descriptor: Mapping[str, Any]) -> Iterator[ReleaseTable]:
    places = {f["object"]: f["path"] for f in descriptor["files"]}
    for resource in resources(descriptor):
        schema = resource.get("schema")
        path = places.get(str(path_of(resource)))
        if not isinstance(schema, dict) or path is None:
            continue
        fields = tuple(f for f in objects(schema.get("fields")) if isinstance(f.get("name"), str))
        names = {f["name"] for f in fields}
        keys = schema.get("uniqueKeys")
        key = keys[0] if isinstance(keys, list) and keys and isinstance(keys[0], list) else []
        yield ReleaseTable(str(resource["name"]), path, fields, tuple(k for k in key if k in names))
