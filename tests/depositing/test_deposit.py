"""A release as a folder: the accepted bytes, a descriptor that every client reads, and metadata that say what the descriptor says."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import registry
from registry.access import Registry
from registry.depositing import deposit
from registry.depositing.about import About, File, ReleaseTable, doi_in
from registry.depositing.citing import citation, datacite, zenodo
from registry.depositing.folder import METADATA
from registry.depositing.linked import crate, croissant
from registry.errors import ChangedError, NotFoundError, RequestError
from registry.packages.writing import OccupiedError
from tests.loading.registries import make
from tests.structure.test_profile import objections
from validation.engine import validate


@pytest.fixture(scope="module")
def reg(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    root = tmp_path_factory.mktemp("deposited")
    make(root)
    return registry.open(root)


def test_the_files_are_those_that_were_accepted_but_for_the_profiles(reg: Registry, tmp_path: Path) -> None:
    paths = deposit(reg, "sample", "1.0.0", tmp_path / "sample")
    record = reg.ledger.accepted("sample")["1.0.0"]
    accepted = {f["path"]: f["hash"] for f in record.data["files"]}
    there = {p.relative_to(tmp_path / "sample").as_posix() for p in (tmp_path / "sample").rglob("*") if p.is_file()}
    assert set(paths) == there == {*accepted, *METADATA}
    for path, digest in accepted.items():
        if path != "datapackage.json":
            assert f"sha256:{hashlib.sha256((tmp_path / 'sample' / path).read_bytes()).hexdigest()}" == digest
    descriptor = json.loads((tmp_path / "sample" / "datapackage.json").read_text(encoding="utf-8"))
    assert {r["profile"] for r in descriptor["resources"]} == {"tabular-data-resource"}
    own = json.loads(
        reg.store.read(
            next(f["object"] for f in reg.load("sample", "1.0.0").descriptor["files"] if f["path"] == "datapackage.json")
        )
    )
    assert [{k: v for k, v in r.items() if k != "profile"} for r in descriptor["resources"]] == [
        {k: v for k, v in r.items() if k != "profile"} for r in own["resources"]
    ]
    assert not list(objections(descriptor))
    assert validate(tmp_path / "sample").packages[0].verdict == "valid"
    assert [p.name for p in tmp_path.iterdir()] == ["sample"]


def test_each_source_is_named_once() -> None:
    two = replace(ABOUT, sources=(("One", "https://example.org"), ("Another", "https://example.org"), ("A book", None)))
    for related in (datacite(two)["relatedIdentifiers"], zenodo(two)["related_identifiers"]):
        assert len(related) == 1
    assert croissant(two)["isBasedOn"] == ["https://example.org", "A book"]


def test_the_same_release_makes_the_same_folder(reg: Registry, tmp_path: Path) -> None:
    for name in ("one", "other"):
        deposit(reg, "sample", "1.0.0", tmp_path / name)
    assert all((tmp_path / "one" / path).read_bytes() == (tmp_path / "other" / path).read_bytes() for path in METADATA)


def test_an_empty_folder_that_one_is_in_is_filled(reg: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    deposit(reg, "sample", "1.0.0", Path())
    assert Path("datapackage.json").is_file()
    assert [p.name for p in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize("there", [True, False])
def test_a_place_that_cannot_be_written_is_told_by_its_name(
    reg: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """Not by that of a folder which is made there to be moved."""
    to = tmp_path / "sample"
    if there:
        to.mkdir()

    def refuse(path: object, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path if there else os, "replace" if there else "mkdir", refuse)
    with pytest.raises(PermissionError) as caught:
        deposit(reg, "sample", "1.0.0", to)
    assert caught.value.filename == str(to)


def test_each_form_names_every_file_with_its_hash(reg: Registry, tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    deposit(reg, "sample", "1.0.0", folder)

    def read(name: str) -> Any:
        return json.loads((folder / name).read_text(encoding="utf-8"))

    hashes = {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()
    }
    own = {path: digest for path, digest in hashes.items() if path not in METADATA}
    assert {f["@id"]: f["sha256"] for f in read("croissant.json")["distribution"]} == own
    graph = {one["@id"]: one for one in read("ro-crate-metadata.json")["@graph"]}
    assert {p["@id"]: graph[p["@id"]]["sha256"] for p in graph["./"]["hasPart"]} == own
    assert all(ref["@id"] in graph for ref in [*graph["./"]["author"], *graph["./"]["license"]])
    fields = {f["@id"]: f for records in read("croissant.json")["recordSet"] for f in records["field"]}
    assert fields["outcomes/events"]["source"] == {"fileObject": {"@id": "data/outcomes.csv"}, "extract": {"column": "events"}}
    assert yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))["version"] == "1.0.0"


ABOUT = About(
    name="p",
    version="1.2.3",
    title="A <b>title</b>",
    description="1 < 2 & more",
    people=("A. Person", "A group"),
    licences=(("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),),
    keywords=("depression",),
    accepted="2026-11-20",
    sources=(("Article", "https://doi.org/10.1000/xyz123"), ("Page", "https://example.org/p"), ("Letter", None)),
    files=(File("data/arms.csv", 10, "0" * 64), File("notes.md", 5, "1" * 64)),
    tables=(
        ReleaseTable(
            "arms", "data/arms.csv", ({"name": "arm_id", "type": "string"}, {"name": "n", "type": "integer"}), ("arm_id",)
        ),
    ),
    digest="2" * 64,
)


def test_datacite_has_what_its_schema_requires() -> None:
    made = datacite(ABOUT)
    assert {"creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"} <= made.keys()
    assert made["publicationYear"] == "2026"
    assert [(r["relatedIdentifier"], r["relatedIdentifierType"]) for r in made["relatedIdentifiers"]] == [
        ("10.1000/xyz123", "DOI"),
        ("https://example.org/p", "URL"),
    ]
    assert made["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"


def test_zenodo_has_html_and_its_own_name_of_the_licence() -> None:
    made = zenodo(ABOUT)
    assert made["description"] == "<p>1 &lt; 2 &amp; more</p>"
    assert made["license"] == "cc-by-4.0"
    assert [r["identifier"] for r in made["related_identifiers"]] == ["10.1000/xyz123", "https://example.org/p"]


def test_a_citation_names_people_and_the_release() -> None:
    made = citation(ABOUT)
    assert made["authors"] == [{"name": "A. Person"}, {"name": "A group"}]
    assert made["identifiers"][0]["value"] == "sha256:" + "2" * 64
    assert ABOUT.cited == "A. Person; A group (2026). A <b>title</b>. Version 1.2.3."


def test_columns_have_the_types_of_their_schema() -> None:
    (records,) = croissant(ABOUT)["recordSet"]
    assert [(f["@id"], f["dataType"]) for f in records["field"]] == [("arms/arm_id", "sc:Text"), ("arms/n", "sc:Integer")]
    assert records["key"] == [{"@id": "arms/arm_id"}]
    assert crate(ABOUT)["@graph"][1]["isBasedOn"] == ["https://doi.org/10.1000/xyz123", "https://example.org/p", "Letter"]


@pytest.mark.parametrize(
    ("address", "doi"),
    [
        ("https://doi.org/10.1370/afm.1687", "10.1370/afm.1687"),
        ("10.1/x", None),
        ("https://example.org/10.1000/x", None),
        ("doi:10.1000/x", "10.1000/x"),
    ],
)
def test_a_doi_is_read_from_its_address(address: str, doi: str | None) -> None:
    assert doi_in(address) == doi


def test_what_cannot_be_deposited_is_refused_and_nothing_is_made(reg: Registry, tmp_path: Path) -> None:
    to = tmp_path / "to"
    for name, version, error, said in (
        ("sampel", None, NotFoundError, "did you mean `sample`"),
        ("sample", "9.0.0", NotFoundError, "was never accepted"),
        ("sample", "draft", RequestError, "only an accepted version"),
        ("unseen", None, RequestError, "`outcomes accept unseen`"),
        ("withdrawn", None, RequestError, "was retracted"),
        ("withdrawn", "1.0.0", RequestError, "a mix-up"),
    ):
        with pytest.raises(error, match=said):
            deposit(reg, name, version, to)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "full")
    for place in (tmp_path / "full", tmp_path / "link", tmp_path / "full" / "mine.txt"):
        with pytest.raises(OccupiedError, match="isn't an empty folder"):
            deposit(reg, "sample", None, place)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["full", "link"]


def test_a_store_that_was_changed_is_not_deposited(reg: Registry, tmp_path: Path) -> None:
    shutil.copytree(reg.root, tmp_path / "own")  # type: ignore[arg-type]
    own = registry.open(tmp_path / "own")
    table = next(f for f in own.ledger.accepted("sample")["1.0.0"].data["files"] if f["path"] == "data/arms.csv")
    (tmp_path / "own" / ".registry" / "objects" / f"{table['hash'].removeprefix('sha256:')}.csv").write_bytes(b"x")
    with pytest.raises(ChangedError):
        deposit(own, "sample", "1.0.0", tmp_path / "to")
    assert not (tmp_path / "to").exists()
