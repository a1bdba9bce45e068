"""Where a package comes from, as W3C PROV."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import registry
from registry.provenance import UnreadableTableError, provenance
from tests import fixed, sample
from tests.cli.invoking import outcomes

pytest.importorskip("prov", reason="prov isn't installed")

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
STORE = HERE / "store"


class Told:
    """A document, read back by the library that is no part of ours."""

    def __init__(self, text: str) -> None:
        from prov.model import ProvDocument

        self.document = ProvDocument.deserialize(content=text, format="json")
        self.data: dict[str, Any] = json.loads(text)

    def related(self, relation: str, of: str, to: str) -> set[tuple[str, str]]:
        """Pairs of a relation, by what its two ends are called."""
        pairs = ((r[f"prov:{of}"], r[f"prov:{to}"]) for r in self.data.get(relation, {}).values())
        return {(self.label(a), self.label(b)) for a, b in pairs}

    def derived(self, ids: bool = False) -> set[tuple[str, str]]:
        pairs = ((r["prov:generatedEntity"], r["prov:usedEntity"]) for r in self.data["wasDerivedFrom"].values())
        return {(self.label(made), source if ids else self.label(source)) for made, source in pairs}

    def rows(self, table: str) -> list[int]:
        """How many rows of a table name each of its documents."""
        found = [r for r in self.data["wasDerivedFrom"].values() if self.label(r["prov:generatedEntity"]) == f"data/{table}.csv"]
        return [int(r["outcomes:rows"]["$"]) for r in found if "outcomes:rows" in r]

    def associated(self) -> set[tuple[str, str]]:
        return self.related("wasAssociatedWith", "activity", "agent")

    def label(self, name: str) -> str:
        return self.labels(name)[0]

    def labels(self, name: str) -> list[str]:
        found = next(things[name] for kind in ("entity", "activity", "agent") if name in (things := self.data.get(kind, {})))
        label = found.get("prov:label", name)
        return label if isinstance(label, list) else [label]

    def named(self, label: str) -> dict[str, Any]:
        """What is said of the one thing that is called so."""
        things = [d for kind in ("entity", "activity", "agent") for d in self.data.get(kind, {}).values()]
        (found,) = (d for d in things if d.get("prov:label") == label)
        return dict(found)


def told(place: Path, name: str, version: str | None = None) -> Told:
    return Told(provenance(registry.open(place), name, version))


def write(root: Path, tables: Any = None, **members: Any) -> Path:
    sample.write(root / "datapackages" / "sample", tables, members)
    return root


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_of_a_fixed_package_the_same_is_told_for_good(version: str) -> None:
    """``UPDATE_GOLDEN=1 pytest tests/provenance`` writes the files anew; what changed is then read in the diff."""
    found = provenance(registry.open(STORE), "sample", version)
    golden = HERE / "golden" / f"sample@{version}.prov.json"
    if "UPDATE_GOLDEN" in os.environ:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_the_order_does_not_hang_on_the_process() -> None:
    script = (
        "import registry, registry.provenance as p, sys; sys.stdout.write(p.provenance(registry.open(sys.argv[1]), 'sample'))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script, str(STORE)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {(HERE / "golden" / "sample@2.0.0.prov.json").read_text(encoding="utf-8")}


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_it_is_what_the_submission_to_w3c_calls_prov_json(version: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    import prov

    path = Path(prov.__file__).parent / "tests" / "schemas" / "prov-json.schema.json"
    if not path.is_file():
        pytest.skip("this release of prov doesn't bring the schema of PROV-JSON with it")
    jsonschema.validate(told(STORE, "sample", version).data, json.loads(path.read_text(encoding="utf-8")))


def test_json_ld_says_the_same() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    import prov
    from prov.model import ProvDocument

    reg = registry.open(STORE)
    linked, plain = (provenance(reg, "sample", "2.0.0", form) for form in ("jsonld", "json"))
    assert ProvDocument.deserialize(content=linked, format="jsonld") == ProvDocument.deserialize(content=plain, format="json")
    assert linked == provenance(reg, "sample", "2.0.0", "jsonld")
    path = Path(prov.__file__).parent / "tests" / "schemas" / "prov-jsonld.schema.json"
    if not path.is_file():
        pytest.skip("this release of prov doesn't bring the schema of PROV-JSONLD with it")
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(json.loads(linked))


def test_a_table_is_derived_from_its_sources_through_the_mapping() -> None:
    it = told(STORE, "sample", "2.0.0")
    assert ("data/studies.csv", "The table of the trial") in it.derived()
    assert ("data/studies.csv", "A trial of this against that") in it.derived(), "the document that its row names"
    assert ("data/sources.csv", "mapping.yaml") in it.derived(), "its rows are written out in the mapping"
    assert ("data/studies.parquet", "data/studies.csv") in it.derived()
    assert ("data/studies.csv", "import by the mapping") in it.related("wasGeneratedBy", "entity", "activity")
    (plan,) = (
        r for r in it.data["wasAssociatedWith"].values() if it.label(r.get("prov:plan", r["prov:activity"])) == "mapping.yaml"
    )
    assert it.label(plan["prov:activity"]) == "import by the mapping"


def test_people_and_the_rule_set_are_named() -> None:
    it = told(STORE, "sample", "2.0.0")
    assert it.associated() == {
        ("import by the mapping", "A. Reader"),
        ("import by the mapping", "B. Reader"),
        ("import by the mapping", "trial-outcomes"),
        ("validation by the rule set", "trial-outcomes 0.1.0"),
        ("acceptance", "A. Maintainer"),
    }
    (reading,) = (r for r in it.data["wasAssociatedWith"].values() if it.label(r["prov:agent"]) == "B. Reader")
    assert reading["prov:role"] == ["checking", "extraction"]
    accepted = registry.open(STORE).ledger.accepted("sample")["2.0.0"].data
    (rules,) = (n for n in it.data["entity"] if it.label(n) == "rule set of trial-outcomes 0.1.0")
    assert rules == accepted["ruleset"]["digest"]
    assert it.named("acceptance")["prov:startTime"] == "2026-11-21T12:00:00+00:00"
    assert it.named("acceptance")["outcomes:note"] == "A test"


def test_files_are_named_by_their_hash_and_documents_by_their_doi() -> None:
    it = told(STORE, "sample", "2.0.0")
    record = registry.open(STORE).ledger.accepted("sample")["2.0.0"]
    digests = {f["hash"] for f in record.data["files"]} | {t["parquet"]["hash"] for t in record.data["tables"].values()}
    assert {record.release, "doi:10.1000/xyz123", f"sha256:{'b' * 64}", *digests} <= set(it.data["entity"])
    assert it.data["prefix"]["sha256"] == "urn:sha256:"
    assert it.data["prefix"]["doi"] == "https://doi.org/"


def test_a_version_is_a_revision_of_the_one_before_and_a_retraction_invalidates() -> None:
    new, old = told(STORE, "sample", "2.0.0"), told(STORE, "sample", "1.0.0")
    assert ("sample 2.0.0", "sample 1.0.0") in new.derived()
    assert any(r.get("prov:type", {}).get("$") == "prov:Revision" for r in new.data["wasDerivedFrom"].values())
    assert "wasInvalidatedBy" not in new.data
    assert old.related("wasInvalidatedBy", "entity", "activity") == {("sample 1.0.0", "retraction")}
    assert ("retraction", "B. Maintainer") in old.associated()
    said = old.named("retraction")
    assert said["outcomes:reason"] == "The setting was wrong"
    assert old.label(said["outcomes:supersededBy"]["$"]) == "sample 2.0.0"


def test_a_draft_was_neither_validated_nor_accepted(tmp_path: Path) -> None:
    it = told(write(tmp_path), "sample")
    assert list(it.data["activity"].values()) == [{"prov:label": "extraction from documents"}]
    assert ("data/outcomes.csv", "A trial of this against that") in it.derived()
    assert it.named("sample 1.0.0 (draft)")["outcomes:version"] == "1.0.0"
    before = provenance(registry.open(tmp_path), "sample")
    (tmp_path / "datapackages" / "sample" / "README.md").write_text("Something", encoding="utf-8")
    assert set(Told(before).data["activity"]) != set(told(tmp_path, "sample").data["activity"]), "it is another draft now"


@pytest.mark.parametrize("name", ["linde-2015", "ketamine-esketamine", "sypres-psilocybin", "addis-depression", "dia-duloxetine"])
def test_of_the_packages_of_this_registry_every_file_and_document_is_told(name: str) -> None:
    package = registry.open(fixed.registry()).load(name, "draft")
    it = told(fixed.registry(), name, "draft")
    for source in package.descriptor["sources"]:
        assert f"sha256:{source['sha256']}" in it.data["entity"]
    for table in {"outcomes", "scores", "harms"} & set(package.tables):
        frame = package.table(table)
        named = set(frame["source_id"].drop_nulls())
        used = package.sources.filter(package.sources["source_id"].is_in(named))
        titles = {title for made, source in it.derived(ids=True) if made == f"data/{table}.csv" for title in it.labels(source)}
        assert set(used["title"]) <= titles
        assert sum(it.rows(table)) == frame["source_id"].drop_nulls().len()


def test_a_table_comes_from_those_originals_only_that_the_mapping_reads_for_it() -> None:
    it = told(fixed.registry(), "sypres-psilocybin", "draft")
    comparisons, arms = (
        s["sha256"] for s in registry.open(fixed.registry()).load("sypres-psilocybin", "draft").descriptor["sources"]
    )
    pairs = {(it.label(r["prov:generatedEntity"]), r["prov:usedEntity"]) for r in it.data["wasDerivedFrom"].values()}
    assert ("data/outcomes.csv", f"sha256:{arms}") in pairs
    assert ("data/outcomes.csv", f"sha256:{comparisons}") not in pairs
    assert ("data/scores.csv", f"sha256:{comparisons}") in pairs


def test_documents_are_named_by_the_best_that_is_known_of_them(tmp_path: Path) -> None:
    row = sample.TABLES["sources"][0]
    rows = [
        {**row, "source_id": "report", "doi": "10.1000/ABC(1)<2>;3 4", "title": "By DOI"},
        {**row, "source_id": "supplement", "doi": "10.1000/abc(1)<2>;3 4", "title": "By the same DOI"},
        {**row, "source_id": "pubmed", "doi": "", "pmid": "123", "title": "By PubMed"},
        {**row, "source_id": "file", "doi": "", "sha256": "c" * 64, "title": "By its file"},
        {**row, "source_id": "page", "doi": "", "url": "https://example.org/a", "title": "By its name"},
    ]
    study = sample.TABLES["studies"][0]
    studies = [{**study, "study_id": r["source_id"], "source_id": r["source_id"]} for r in rows]
    it = told(write(tmp_path, {"sources": rows, "studies": studies}), "sample")
    found = {
        n: d["prov:label"]
        for n, d in it.data["entity"].items()
        if d.get("prov:type", {}) == {"$": "outcomes:Document", "type": "xsd:QName"}
    }
    assert found == {
        "doi:10.1000/abc(1)%3C2%3E;3%204": ["By DOI", "By the same DOI"],
        "pmid:123": "By PubMed",
        f"sha256:{'c' * 64}": "By its file",
        "outcomes:source/sample/page": "By its name",
    }
    named = [r["outcomes:source"] for r in it.data["wasDerivedFrom"].values()]
    assert sorted(named, key=str) == [["report", "supplement"], "file", "page", "pubmed"]


def test_a_file_of_a_document_is_derived_from_it(tmp_path: Path) -> None:
    tables = sample.cell("sources", "sha256", "c" * 64)
    it = told(write(tmp_path, tables), "sample")
    pairs = {(r["prov:generatedEntity"], r["prov:usedEntity"]) for r in it.data["wasDerivedFrom"].values()}
    assert (f"sha256:{'c' * 64}", "doi:10.1000/xyz123") in pairs


def test_a_package_may_be_made_from_another(tmp_path: Path) -> None:
    it = told(
        write(tmp_path, lineage=[{"package": "other", "relation": "derived-from"}, {"package": "x", "relation": "same-trials"}]),
        "sample",
    )
    assert ("sample 1.0.0 (draft)", "other") in it.derived()
    assert "x" not in {label for pair in it.derived() for label in pair}


def test_nonsense_in_a_draft_s_descriptor_is_passed_over(tmp_path: Path) -> None:
    members = {
        "contributors": [3, {"title": ""}, {"title": "A \u2028 {weird} <name>", "roles": "x"}, {"title": "B", "role": "author"}],
        "sources": [None, {"sha256": 3}, {"title": "A file without a digest", "path": "https://example.org/x"}],
        "mapping": ["../../x"],
        "lineage": {"package": 1},
        "licenses": "none",
        "version": 3,
        "title": {},
    }
    it = told(write(tmp_path, **members), "sample")
    assert ("extraction from documents", "B") in it.associated()
    assert ("data/outcomes.csv", "A file without a digest") in it.derived()


def test_a_mapping_that_can_not_be_read_hides_no_source(tmp_path: Path) -> None:
    root = write(tmp_path, mapping="mapping.yaml", sources=[{"title": "The file", "sha256": "d" * 64}])
    (root / "datapackages" / "sample" / "mapping.yaml").write_text("tables: [", encoding="utf-8")
    assert ("data/outcomes.csv", "The file") in told(root, "sample").derived()


def test_an_unreadable_draft_is_told(tmp_path: Path) -> None:
    path = write(tmp_path) / "datapackages" / "sample" / "data" / "outcomes.csv"
    path.write_text(path.read_text().replace(",40,20,", ",40,many,"), encoding="utf-8")
    with pytest.raises(UnreadableTableError, match=r"outcomes can't be read: .*many.*; `outcomes validate sample` shows more"):
        provenance(registry.open(tmp_path), "sample")
    done = outcomes("export", "sample", "--prov", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")


def test_the_command_writes_to_stdout_or_a_file(tmp_path: Path) -> None:
    write(tmp_path)
    done = outcomes("export", "sample", "--prov", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == provenance(registry.open(tmp_path), "sample")
    again = outcomes("export", "sample@draft", "--prov", "-o", "prov.json", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (0, "")
    assert (tmp_path / "prov.json").read_text(encoding="utf-8") == done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sample"], "choose one format: --prov"),
        (["sampel", "--prov"], "did you mean `sample`"),
        (["sample@1.0.0", "--prov"], "never accepted"),
        (["sample", "--prov", "-o", "nowhere/prov.json"], "there is no folder nowhere"),
    ],
)
def test_usage_is_told(tmp_path: Path, words: list[str], said: str) -> None:
    done = outcomes("export", *words, cwd=write(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_store_that_was_changed_is_told(tmp_path: Path) -> None:
    import shutil

    write(tmp_path)
    shutil.copytree(STORE, tmp_path / ".registry")
    assert outcomes("export", "sample@2.0.0", "--prov", cwd=tmp_path).returncode == 0
    (tmp_path / ".registry" / "sample@2.0.0.json").write_text("{}", encoding="utf-8")
    done = outcomes("export", "sample@2.0.0", "--prov", cwd=tmp_path)
    assert done.returncode == 3
    assert "run `outcomes verify` to check all of it" in done.stderr
