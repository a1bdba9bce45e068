"""How a release is cited, in the forms of those who count citations: DataCite's metadata, Zenodo's, and a citation file."""

from __future__ import annotations

from html import escape
from typing import Any

from registry.depositing.about import UNKNOWN, About, doi_in

__all__ = ["citation", "datacite", "zenodo"]


def datacite(of: About) -> dict[str, Any]:
    """DataCite's metadata, version 4.5, but for the DOI and the publisher, which the archive gives."""
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Clinical-trial outcomes"},
        "creators": [{"name": name} for name in of.people],
        "titles": [{"title": of.title}],
        "publisher": {"name": UNKNOWN},
        "publicationYear": of.accepted[:4],
        "dates": [{"date": of.accepted, "dateType": "Accepted"}],
        "version": of.version,
        "subjects": [{"subject": word} for word in of.keywords],
        "rightsList": [
            {"rights": name, "rightsUri": address, "rightsIdentifier": name, "rightsIdentifierScheme": "SPDX"}
            for name, address in of.licences
        ],
        "descriptions": [{"description": of.description, "descriptionType": "Abstract"}],
        "alternateIdentifiers": [
            {"alternateIdentifier": f"sha256:{of.digest}", "alternateIdentifierType": "digest of the release"}
        ],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": doi or address,
                "relatedIdentifierType": "DOI" if doi else "URL",
                "relationType": "IsDerivedFrom",
            }
            for address in of.addresses
            for doi in [doi_in(address)]
        ],
        "formats": sorted({file.media for file in of.files}),
        "sizes": [f"{sum(file.size for file in of.files)} bytes"],
    }


def zenodo(of: About) -> dict[str, Any]:
    """What Zenodo reads of a deposit (``.zenodo.json``); its description is HTML."""
    return {
        "upload_type": "dataset",
        "title": of.title,
        "description": f"<p>{escape(of.description)}</p>",
        "creators": [{"name": name} for name in of.people],
        "version": of.version,
        "publication_date": of.accepted,
        "access_right": "open",
        **({"license": of.licences[0][0].lower()} if of.licences else {}),
        "keywords": list(of.keywords),
        "related_identifiers": [
            {"identifier": doi_in(address) or address, "relation": "isDerivedFrom"} for address in of.addresses
        ],
    }


def citation(of: About) -> dict[str, Any]:
    """A citation file (CITATION.cff 1.2.0)."""
    return {
        "cff-version": "1.2.0",
        "message": "Cite these data as below, and the sources of the figures you use: each row names its own.",
        "type": "dataset",
        "title": of.title,
        "abstract": of.description,
        "authors": [{"name": name} for name in of.people],
        "version": of.version,
        "date-released": of.accepted,
        **({"license": [name for name, _ in of.licences]} if of.licences else {}),
        **({"keywords": list(of.keywords)} if of.keywords else {}),
        "identifiers": [{"type": "other", "value": f"sha256:{of.digest}", "description": "The digest of the release"}],
    }
