"""Descriptors in which anything may stand: looking at them is never a bug, and they don't paint the terminal."""

from __future__ import annotations

import contextlib
import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import registry
from tests.cli.invoking import outcomes

ODD: list[Any] = [None, 1, True, "", "\x1b[31mred\nline", "\ud800", "../..", "\0", "x" * 5000, [], [1], [{}], {}, {"a": [1]}]

PLACES = (
    *(("title",), ("name",), ("version",), ("description",), ("licenses",), ("sources",), ("resources",), ("waivers",)),
    *(("licenses", 0), ("licenses", 0, "name"), ("resources", 0), ("resources", 0, "name"), ("resources", 0, "path")),
    *(("resources", 0, "schema"), ("resources", 0, "schema", "fields"), ("resources", 0, "schema", "fields", 0)),
    *(("resources", 0, "schema", "fields", 0, "type"), ("resources", 0, "schema", "fields", 0, "name")),
    *(("waivers", 0), ("waivers", 0, "where"), ("waivers", 0, "reason"), ("waivers", 0, "until")),
)


@pytest.fixture(scope="module")
def odd_root(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(root, tmp_path_factory.mktemp("odd") / "registry"))


@pytest.mark.parametrize("place", PLACES, ids=lambda p: ".".join(map(str, p)))
def test_list_show_and_load(odd_root: Path, root: Path, place: tuple[str | int, ...]) -> None:
    sound = json.loads((root / "datapackages" / "sample" / "datapackage.json").read_text())
    sound["waivers"] = [{"rule": "OUT001", "where": {"study_id": "trial"}, "reason": "r", "approver": "a", "until": "2030-01-01"}]
    for value in ODD:
        descriptor = deepcopy(sound)
        part: Any = descriptor
        for step in place[:-1]:
            part = part[step]
        part[place[-1]] = value
        (odd_root / "datapackages" / "sample" / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
        for command in (["list"], ["show", "sample"]):
            done = outcomes(*command, cwd=odd_root)
            assert done.returncode == 0, (value, done.stderr)
            assert "\x1b" not in done.stdout
            done.stdout.encode()
        package = registry.open(odd_root).load("sample")
        assert "sample" in repr(package)
        for name in package.tables:
            with contextlib.suppress(ValueError, OSError, pl.exceptions.PolarsError):
                package.table(name)
