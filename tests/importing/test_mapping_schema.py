"""The schema of a mapping takes what the reader takes, and an editor sees most of what the reader refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import ClassVar

import jsonschema
import pytest
import yaml

from registry.importing.nodes import read_nodes
from registry.importing.reading import read_mapping
from registry.importing.schema import FILE, rendered
from tests.cli.invoking import outcomes
from tests.docs.examples import ROOT
from tests.fixed import registry
from tests.importing.conftest import MAPPING
from tests.importing.test_mapping_errors import MISTAKES

WARD = (
    (ROOT / "docs" / "writing-a-mapping.md").read_text(encoding="utf-8").split("```yaml mapping.yaml\n", 1)[1].split("```", 1)[0]
)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_is_made_from_the_keys_and_tables() -> None:
    assert FILE.read_text(encoding="utf-8") == rendered(), "run `python -m registry.importing`"


class Core(yaml.SafeLoader):
    """YAML 1.2, in which `on` is a word and a day a text."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def as_an_editor(text: str):
    """The mapping as an editor has it: with numbers and truth values."""
    return yaml.load(text, Core)  # noqa: S506  a safe loader


@pytest.mark.parametrize("text", [MAPPING.replace("SHA256", "ab" * 32), WARD], ids=["small", "ward"])
def test_a_sound_mapping_obeys_it(validator, text: str, tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    read_mapping(tmp_path / "mapping.yaml")
    assert list(validator.iter_errors(as_an_editor(text))) == []
    assert list(validator.iter_errors(read_nodes(tmp_path / "mapping.yaml").plain())) == []


def test_the_mappings_of_packages_obey_it(validator) -> None:
    paths = sorted(registry().glob("datapackages/*/mapping.yaml"))
    assert paths
    for path in paths:
        assert [error.message[:200] for error in validator.iter_errors(as_an_editor(path.read_text(encoding="utf-8")))] == [], (
            path
        )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("population_id: {value: mdd}", "population_id: {value: MDD}"),
        ("design:", "dessign:"),
        ("      design: {value: parallel}\n", ""),
        ("  studies:\n", "  study:\n"),
        ("unique: true", "uniqe: true"),
        ("unique: true", "unique: maybe"),
        ("map: {SSRI: ssri.unspecified, ", "map: {SSRI: ssri, "),
        ("n_randomised: n", "n_randomised: {collumn: n}"),
        ("n_randomised: n", "n_randomised: [n]"),
        ("version: 1.0.0", "version: '1'"),
        ("name: small", "name: Small One"),
        ("  title: A small package\n", ""),
        ("licenses: [{name: CC0-1.0}]", "licenses: []"),
        ("    origin:", "    header_row: 0\n    origin:"),
        ("    origin:", "    percent: yes\n    origin:"),
        ("    origin:", "    sheeet: x\n    origin:"),
        ("SHA256", "abc"),
    ],
)
def test_what_is_refused_is_seen(validator, old: str, new: str) -> None:
    text = MAPPING.replace(old, new)
    assert text != MAPPING
    assert list(validator.iter_errors(as_an_editor(text.replace("SHA256", "ab" * 32))))


def test_a_proposed_term_is_a_term(validator) -> None:
    text = MAPPING.replace("SHA256", "ab" * 32).replace("SSRI: ssri.unspecified", "SSRI: x.arketamine")
    assert list(validator.iter_errors(as_an_editor(text))) == []


def test_nothing_is_marked_that_the_reader_takes(validator, tmp_path: Path) -> None:
    """Of all the mistakes that tests know, what the schema lets pass needs the inputs, or the language of SQL."""
    from registry.importing.problems import ImportProblem

    for old, new, *_ in MISTAKES:
        text = MAPPING.replace("SHA256", "ab" * 32).replace(old, new)
        (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
        try:
            read_mapping(tmp_path / "mapping.yaml")
        except ImportProblem:
            continue
        assert list(validator.iter_errors(as_an_editor(text))) == [], new


def test_the_command_writes_the_schema_that_a_draft_names(tmp_path: Path) -> None:
    done = outcomes("import", "--schema", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)) == (0, json.loads(FILE.read_text(encoding="utf-8")))
    (tmp_path / "ward.csv").write_text("year\n2020\n")
    assert outcomes("import", "ward.csv", "--suggest", cwd=tmp_path).stdout.startswith(
        "# yaml-language-server: $schema=mapping.schema.json\n"
    )
