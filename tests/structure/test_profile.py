"""Of what is said to keep the profile without asking Frictionless, Frictionless says the same."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.grammar import PACKAGE_NAME, is_package_name
from schemas.rendering import table_schema
from schemas.tables import TABLES
from tests import fixed, sample
from tests.corpus.mutations import MUTATIONS
from tests.corpus.packages import bases
from validation.profile import objections, written_here

ROOT = Path(__file__).parents[2]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
HASH = st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True)


def some(optional: dict[str, Any], **required: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.fixed_dictionaries(required, optional=optional), max_size=2)


def texts(*names: str) -> dict[str, st.SearchStrategy[str]]:
    return dict.fromkeys(names, TEXT)


def resource(name: str) -> st.SearchStrategy[dict[str, Any]]:
    written = {
        "name": name,
        "type": "table",
        "path": f"data/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": table_schema(name),
    }
    seal = {"hash": HASH, "bytes": st.integers(0)}
    parquet = {"path": f"data/{name}.parquet", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    columnar = {k: v for k, v in {**written, **parquet}.items() if k != "encoding"}
    beside = {"parquet": st.dictionaries(TEXT, ANY, max_size=2)}
    return st.one_of(
        st.fixed_dictionaries({k: st.just(v) for k, v in members.items()}, optional={**seal, **more})
        for members, more in ((written, beside), (columnar, {}))
    )


DESCRIPTORS = st.fixed_dictionaries(
    {
        "$schema": st.just("https://datapackage.org/profiles/2.0/datapackage.json"),
        "name": st.from_regex(PACKAGE_NAME, fullmatch=True).filter(is_package_name),
        "resources": st.lists(st.sampled_from(sorted(TABLES)), min_size=1, max_size=3, unique=True).flatmap(
            lambda names: st.tuples(*map(resource, names)).map(list)
        ),
    },
    optional={
        **texts("version", "title", "description", "homepage", "mapping"),
        "keywords": st.lists(TEXT, max_size=2),
        "licenses": some(texts("title", "path"), name=TEXT.filter(bool)),
        "contributors": some({**texts("title", "path"), "roles": st.lists(TEXT, max_size=2)}),
        "sources": some(texts("title", "path", "version", "file", "sha256", "licence", "note")),
        "waivers": st.lists(ANY, max_size=2),
        "import": st.dictionaries(TEXT, ANY, max_size=2),
        "corrections": st.lists(ANY, max_size=2),
    },
)


@given(data=DESCRIPTORS)
@settings(max_examples=100, deadline=None)
def test_frictionless_objects_to_nothing_that_is_written_here(data: dict[str, Any]) -> None:
    assert written_here(data)
    assert list(objections(data)) == []


@given(data=DESCRIPTORS, draw=st.data())
@settings(max_examples=200, deadline=None)
def test_nor_to_anything_like_it_that_passes_for_it(data: dict[str, Any], draw: st.DataObject) -> None:
    data = deepcopy(data)
    place = draw.draw(st.sampled_from(list(_insides(data))))
    if isinstance(place, dict):
        words = ("created", "data", "dialect", "email", "extrapaths", "fieldsMatch", "id", "image", "profile", "scheme", "type")
        place[draw.draw(st.sampled_from([*place, *words]))] = draw.draw(ANY)
    else:
        place.append(draw.draw(ANY))
    if written_here(data):
        assert list(objections(data)) == []


@pytest.mark.filterwarnings("ignore:Resource .layout.:UserWarning")
def test_what_is_written_here_need_not_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same is said of spoilt descriptors where their resources of the registry's form are left out as where they are not."""
    rng, base, spoilt = random.Random(1), min(bases(), key=lambda package: len(package.data["resources"])), []  # noqa: S311  not a secret
    for mutation in MUTATIONS:
        package = base.copy()
        if mutation.foreign and mutation.spoil(rng, package) and not written_here(package.data):
            spoilt.append(package.data)
    told = [list(objections(data)) for data in spoilt]
    monkeypatch.setattr("validation.profile._unknown", dict)
    assert [list(objections(data)) for data in spoilt] == told
    assert sum(map(bool, told)) > 10


def _insides(value: Any) -> Iterator[dict[str, Any] | list[Any]]:
    """The objects and lists in a value."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _insides(inner)


@pytest.mark.parametrize("path", sorted(fixed.registry().glob("datapackages/*/datapackage.json")), ids=lambda p: p.parent.name)
def test_the_registrys_packages_are_written_here(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert written_here(data)
    assert list(objections(data)) == []


SOURCES = {
    "name": "sources",
    "type": "table",
    "path": "data/sources.csv",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "schema": table_schema("sources"),
}
WRITTEN = {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "name": "a", "resources": [SOURCES]}
TRUE_AS_1 = json.loads(json.dumps(SOURCES).replace("true", "1"))


@pytest.mark.parametrize(
    "change",
    [
        {"$schema": "https://example.org/profile.json"},
        {"created": "yesterday"},
        {"name": "A b"},
        {"name": None},
        {"resources": []},
        {"resources": {}},
        {"resources": [SOURCES, SOURCES]},
        {"resources": [{**SOURCES, "name": ["sources"]}]},
        {"resources": [{**SOURCES, "name": "people"}]},
        {"resources": [{**SOURCES, "path": "data.csv"}]},
        {"resources": [{**SOURCES, "bytes": True}]},
        {"resources": [{**SOURCES, "hash": "crc:1"}]},
        {"resources": [{**SOURCES, "dialect": {}}]},
        {"resources": [{**SOURCES, "schema": {"fields": []}}]},
        {"resources": [TRUE_AS_1]},
        {"licenses": [{"name": ""}]},
        {"licenses": {}},
        {"keywords": "depression"},
        {"contributors": [{"title": "A. Author", "email": "a"}]},
        {"profile": "data-package"},
    ],
)
def test_of_anything_else_frictionless_is_asked(change: dict[str, Any]) -> None:
    assert written_here(WRITTEN)
    assert not written_here(WRITTEN | change)


@pytest.mark.parametrize(("events", "errors"), [("20", 0), ("41", 2)])
def test_a_package_needs_neither_frictionless_nor_pandera(tmp_path: Path, events: str, errors: int) -> None:
    """Their imports take longer than everything else that is done for a small package, with findings or without."""
    script = (
        "import sys\nfrom validation import validate\n"
        "report = validate(sys.argv[1])\n"
        "assert report.summary.errors == int(sys.argv[2]), report.summary\n"
        "print(*{'frictionless', 'pandera', 'pyarrow', 'pandas', 'numpy', 'jinja2'} & set(sys.modules))\n"
    )
    folder = sample.write(tmp_path / "sample", sample.cell("outcomes", "events", events))
    command = [sys.executable, "-c", script, str(folder), str(errors)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == ([], "")
