"""A release as linked data: schema.org's data set with Croissant's records, and a Research Object Crate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from registry.depositing.about import About, ReleaseTable

__all__ = ["crate", "croissant"]

_TYPES = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "date": "sc:Date"}

_CROISSANT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that Croissant 1.0 asks for, word by word."""


def _described(of: About) -> dict[str, Any]:
    """What schema.org has for any data set."""
    return {
        "name": of.title,
        "description": of.description,
        "version": of.version,
        "datePublished": of.accepted,
        "license": [address for _, address in of.licences],
        "keywords": list(of.keywords),
        "identifier": f"sha256:{of.digest}",
        "isBasedOn": list(dict.fromkeys(address or title for title, address in of.sources)),
    }


def croissant(of: About, below: str = "") -> dict[str, Any]:
    """JSON-LD of schema.org's ``Dataset``, by Croissant 1.0: search engines read it on a page, and its readers the records. The files are
    ``below`` an address, or beside it.

    Which column refers to which is left to ``datapackage.json``: what reads Croissant would join the tables, and can't by two columns.
    """
    return {
        "@context": _CROISSANT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **_described(of),
        "citeAs": of.cited,
        "creator": [{"@type": "sc:Organization", "name": name} for name in of.people],
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": file.path,
                "name": file.path,
                "contentUrl": f"{below}{file.path}",
                "contentSize": f"{file.size} B",
                "encodingFormat": file.media,
                "sha256": file.sha256,
            }
            for file in of.files
        ],
        "recordSet": [_records(table) for table in of.tables],
    }


def _records(table: ReleaseTable) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        **({"key": [{"@id": f"{table.name}/{column}"} for column in table.key]} if table.key else {}),
        "field": list(_fields(table)),
    }


def _fields(table: ReleaseTable) -> Iterator[dict[str, Any]]:
    for field in table.fields:
        name = field["name"]
        yield {
            "@type": "cr:Field",
            "@id": f"{table.name}/{name}",
            "name": name,
            "description": str(field.get("description") or field.get("title") or name),
            "dataType": _TYPES.get(str(field.get("type")), "sc:Text"),
            "source": {"fileObject": {"@id": table.path}, "extract": {"column": name}},
        }


def crate(of: About) -> dict[str, Any]:
    """The metadata of a Research Object Crate, version 1.1."""
    people = [{"@id": f"#{number}", "@type": "Organization", "name": name} for number, name in enumerate(of.people, 1)]
    licences = [{"@id": address, "@type": "CreativeWork", "name": name} for name, address in of.licences]
    files = [
        {
            "@id": file.path,
            "@type": "File",
            "name": file.path,
            "encodingFormat": file.media,
            "contentSize": str(file.size),
            "sha256": file.sha256,
        }
        for file in of.files
    ]
    root = {
        **_described(of),
        "@id": "./",
        "@type": "Dataset",
        "license": [{"@id": one["@id"]} for one in licences],
        "author": [{"@id": one["@id"]} for one in people],
        "hasPart": [{"@id": file["@id"]} for file in files],
    }
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [descriptor, root, *files, *people, *licences]}
