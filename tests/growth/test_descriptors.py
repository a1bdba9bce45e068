"""A descriptor that holds thousands of anything: one finding says so, and everything else is looked at as ever."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from registry.packages.descriptor import MOST_RESOURCES
from registry.packages.finding import read_entry
from registry.packages.frozen import hashes_of
from tests import sample
from tests.fixed import PROJECT
from tests.growth.counting import LINEAR, growth
from validation import validate
from validation.bounds import ENTRIES, MOST, within_bounds
from validation.subjects.descriptor import _each_once

MANY = 3_000
LISTS: dict[str, Callable[[dict[str, Any], int], None]] = {
    "resources": lambda data, n: data["resources"].extend(
        {"name": f"r{i // 2}", "path": f"data/r{i // 2}.csv"} for i in range(n)
    ),
    "licenses": lambda data, n: data.update(licenses=[*data["licenses"], *({"name": f"CC-{i}"} for i in range(n))]),
    "contributors": lambda data, n: data.update(contributors=[{"title": f"A. Author {i}"} for i in range(n)]),
    "sources": lambda data, n: data.update(sources=[{"title": f"Source {i}"} for i in range(n)]),
    "keywords": lambda data, n: data.update(keywords=[f"word {i}" for i in range(n)]),
    "lineage": lambda data, n: data.update(lineage=[{"package": f"p{i}", "relation": f"samme-{i}"} for i in range(n)]),
    "waivers": lambda data, n: data.update(waivers=[{"rule": f"OUT{i}"} for i in range(4 * n)]),
    "fields": lambda data, n: data["resources"][0]["schema"]["fields"].extend({"name": f"colum-{i}"} for i in range(n)),
    "foreignKeys": lambda data, n: data["resources"][0]["schema"].update(foreignKeys=[{"fields": [f"f{i}"]} for i in range(n)]),
    "dropped": lambda data, n: data.update({"import": {"inputs": {"a": {"dropped": [1] * n}}}}),
}


def with_many(folder: Path, name: str, entries: int) -> Path:
    sample.write(folder)
    data = json.loads((folder / "datapackage.json").read_text())
    LISTS[name](data, entries)
    (folder / "datapackage.json").write_text(json.dumps(data))
    return folder


def test_every_bound_is_tried() -> None:
    assert ENTRIES.keys() < LISTS.keys()
    assert ENTRIES["resources"] == MOST_RESOURCES


def test_every_bound_is_documented() -> None:
    (table,) = re.findall(
        r"\| list \| entries at most \|\n(?:\|.*\n)+", (PROJECT / "docs" / "concepts.md").read_text(encoding="utf-8")
    )
    rows = re.findall(r"\| (.*) \| ([\d,]+) \|", table)
    told = {
        name: int(most.replace(",", ""))
        for names, most in rows
        for name in re.findall("`(.*?)`|(any other)", names)
        for name in name
        if name
    }
    assert told == {**ENTRIES, "any other": MOST}


@pytest.mark.parametrize("name", LISTS)
def test_too_many_of_anything_is_one_finding(name: str, tmp_path: Path) -> None:
    folder = with_many(tmp_path / "sample", name, MANY)
    (package,) = validate(folder, today=sample.TODAY).packages
    (finding,) = (f for f in package.findings if f.rule == "PKG013")
    assert f"`{name}` has " in finding.message
    assert f"it may have at most {ENTRIES.get(name, MOST):,}," in finding.message
    assert finding.column == name
    outcomes = {o.rule: o for o in package.outcomes}
    assert all(o.violations <= ENTRIES.get(name, MOST) for o in package.outcomes)
    assert outcomes["OUT001"].checked == 4
    assert package.bugs == 0


@pytest.mark.parametrize("name", LISTS)
def test_as_many_as_there_may_be_are_looked_at(name: str, tmp_path: Path) -> None:
    folder = with_many(tmp_path / "sample", name, 3)
    (package,) = validate(folder, today=sample.TODAY).packages
    assert not [f for f in package.findings if f.rule == "PKG013"]


@pytest.mark.parametrize("bound", [*ENTRIES.items(), ("other", MOST)])
def test_the_bound_itself_is_allowed(bound: tuple[str, int]) -> None:
    name, most = bound
    assert within_bounds({name: [0] * most}) == ({name: [0] * most}, [])
    assert within_bounds({"a": [{name: [0] * (most + 1)}]}) == ({"a": [{name: [0] * most}]}, [(name, most + 1, most)])


@pytest.mark.parametrize("name", ["licenses", "resources", "fields", "waivers", "lineage", "foreignKeys"])
def test_work_grows_no_more_beyond_the_bound(name: str, tmp_path: Path) -> None:
    def made(entries: int) -> Callable[[], object]:
        folder = tmp_path / str(entries)
        return partial(validate, folder if folder.exists() else with_many(folder, name, entries), today=sample.TODAY)

    assert growth(made, 1_000) < LINEAR


def test_files_of_a_thousand_resources_are_not_read(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    data = json.loads((folder / "datapackage.json").read_text())
    (folder / "README.md").unlink()
    data["resources"] = [{"name": "sources", "path": f"{'./' * i}data/sources.csv"} for i in range(1_000)]
    (folder / "datapackage.json").write_text(json.dumps(data))
    assert len(hashes_of(read_entry(folder))) <= MOST_RESOURCES + 1


def test_a_member_given_twice_is_found_among_many_at_once() -> None:
    compared = 0

    class Word(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

    pairs = [(Word(f"member-{n}"), n) for n in range(2_000)]
    with pytest.raises(ValueError, match="'member-7' twice"):
        _each_once([*pairs, (Word("member-7"), 0)])
    assert compared < 2 * len(pairs)


@pytest.mark.parametrize("header", [lambda n: [f"sorce-{i}" for i in range(n)], lambda n: ["doi"] * n])
def test_many_columns_that_nobody_knows(header: Callable[[int], list[str]], tmp_path: Path) -> None:
    def made(columns: int) -> Callable[[], object]:
        folder = sample.write(tmp_path / str(columns))
        path = folder / "data" / "sources.csv"
        first, *rest = path.read_text().splitlines()
        wide = [",".join([first, *header(columns)]), *(line + "," * columns for line in rest)]
        path.write_text("\n".join(wide) + "\n")
        return partial(validate, folder, today=sample.TODAY)

    assert growth(made, 1_000) < LINEAR
