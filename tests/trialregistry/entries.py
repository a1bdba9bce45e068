"""Small entries in the shape of ClinicalTrials.gov's API, written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from registry.trialregistry.entries import RegistryEntry, read_entries
from registry.trialregistry.reading import Reading, read_figures

__all__ = ["figures", "measure", "one", "put", "study"]

GROUPS = ("Drug 20 mg", "Placebo")


def measure(
    title: str,
    *,
    frame: str = "Week 8",
    description: str = "",
    population: str = "",
    unit: str = "Percentage of participants",
    param: str = "NUMBER",
    dispersion: str | None = None,
    groups: Sequence[str] = GROUPS,
    n: Sequence[int] = (100, 100),
    values: Sequence[str | tuple[str, str]] | None = None,
    classes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An outcome measure. ``values`` has one for each group (with its spread, if it has one); ``classes`` has such a list for each class
    title, or a map with ``values``, and ``n`` where the class has denominators of its own, or ``categories`` with such lists.
    """
    ids = [f"OG{number:03}" for number in range(len(groups))]

    def counts(numbers: Sequence[int]) -> list[dict[str, Any]]:
        return [{"units": "Participants", "counts": [{"groupId": i, "value": str(v)} for i, v in zip(ids, numbers, strict=True)]}]

    def measurements(given: Sequence[str | tuple[str, str]]) -> list[dict[str, str]]:
        pairs = [(v, None) if isinstance(v, str) else v for v in given]
        return [{"groupId": i, "value": v} | ({"spread": s} if s else {}) for i, (v, s) in zip(ids, pairs, strict=True)]

    def one_class(name: str, given: Any) -> dict[str, Any]:
        spec = given if isinstance(given, dict) else {"values": given}
        categories = spec.get("categories") or {"": spec["values"]}
        return {
            **({"title": name} if name else {}),
            **({"denoms": counts(spec["n"])} if "n" in spec else {}),
            "categories": [
                {**({"title": category} if category else {}), "measurements": measurements(v)}
                for category, v in categories.items()
            ],
        }

    return {
        "type": "SECONDARY",
        "title": title,
        "timeFrame": frame,
        **({"description": description} if description else {}),
        **({"populationDescription": population} if population else {}),
        "reportingStatus": "POSTED",
        "paramType": param,
        **({"dispersionType": dispersion} if dispersion else {}),
        "unitOfMeasure": unit,
        "groups": [{"id": i, "title": t} for i, t in zip(ids, groups, strict=True)],
        "denoms": counts(n),
        "classes": [one_class(*item) for item in (classes or {"": values or ["50.0"] * len(groups)}).items()],
    }


def study(*measures: dict[str, Any], nct: str = "NCT01234567", **protocol: Any) -> dict[str, Any]:
    """A study with outcome measures and as little of a protocol as there can be, or more."""
    return {
        "protocolSection": {"identificationModule": {"nctId": nct}, **protocol},
        "resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": list(measures)}},
        "hasResults": True,
    }


def put(folder: Path, document: object, name: str = "NCT01234567.json") -> Path:
    """The file with a document in it, written into a folder."""
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def figures(folder: Path, *measures: dict[str, Any]) -> list[Reading]:
    """What is read of the figures of a study with these measures."""
    entry: RegistryEntry = read_entries([put(folder, study(*measures))])[0]
    return read_figures(entry.figures)


def one(folder: Path, title: str, **about: Any) -> Reading:
    """What is read of the first figure of a measure."""
    return figures(folder, measure(title, **about))[0]
