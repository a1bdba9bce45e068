"""What is installed to develop and to release: pinned, by hash, from no index in particular, on every system that CI has."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
FILES = ["constraints.txt", ".ci/clients.txt", ".ci/tools.txt"]
LOWEST = "constraints-lowest.txt"
SYSTEMS = [
    {"python_full_version": f"{python}.0", "python_version": python, "sys_platform": system}
    for python in ("3.11", "3.12", "3.13", "3.14")
    for system in ("linux", "darwin", "win32")
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pinned(file: str) -> list[tuple[Requirement, list[str]]]:
    """Each requirement of a file, with its hashes."""
    lines = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    entries = [line for line in lines if line and not line.startswith("#")]
    return [(Requirement(entry.split(" --hash=")[0]), re.findall(r"--hash=(\S+)", entry)) for entry in entries]


def _asked(file: str) -> list[Requirement]:
    """What is asked for by name: of the tools in a file of their own, of the project in pyproject.toml, extras and backend too."""
    extras = dict(PROJECT["project"]["optional-dependencies"])
    spark = extras.pop("spark")  # half a gigabyte, which the clients' environment has alone
    if file != "constraints.txt":
        lines = (ROOT / file).with_suffix(".in").read_text(encoding="utf-8").splitlines()
        lines += spark if file == ".ci/clients.txt" else []
        return [Requirement(line) for line in lines if line and not line.startswith("#")]
    listed = [PROJECT["build-system"]["requires"], PROJECT["project"]["dependencies"], *extras.values()]
    words = [Requirement(word) for one in listed for word in one]
    return [word for word in words if word.name != PROJECT["project"]["name"]]


@pytest.mark.parametrize("file", [*FILES, LOWEST])
def test_each_is_one_version_known_by_its_hashes(file: str) -> None:
    for requirement, hashes in _pinned(file):
        assert re.fullmatch(r"==[^*]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), requirement


@pytest.mark.parametrize("file", [*FILES, LOWEST])
def test_no_index_is_named(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host| @ ", text)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: f"{system['python_version']}-{system['sys_platform']}")
@pytest.mark.parametrize("file", FILES)
def test_what_is_asked_for_is_there_once_on_each_system(file: str, system: dict[str, str]) -> None:
    there: dict[str, Requirement] = {}
    for requirement, _ in _pinned(file):
        if requirement.marker is None or Marker(str(requirement.marker)).evaluate(system):
            assert requirement.name not in there, requirement
            there[requirement.name] = requirement
    for asked in _asked(file):
        pinned = str(there[canonicalize_name(asked.name)].specifier).removeprefix("==")
        assert asked.specifier.contains(pinned), f"{asked}: {pinned}; run `make constraints`"


def test_the_lowest_are_the_lowest_that_are_declared() -> None:
    """So that `make test-lowest` tests what `pip` may install: a bound that is raised, lowered or new is in the file too."""
    extras = PROJECT["project"]["optional-dependencies"]
    declared = [Requirement(word) for word in (*PROJECT["project"]["dependencies"], *extras["gate"], *extras["test"])]
    pinned = {requirement.name: Version(str(requirement.specifier).removeprefix("==")) for requirement, _ in _pinned(LOWEST)}
    lowest = {canonicalize_name(one.name): Version(re.findall(r">=([^,]+)", str(one.specifier))[0]) for one in declared}
    assert {name: pinned.get(name) for name in lowest} == lowest, "run `make constraints`"


def test_wheels_are_looked_for_on_each_python_that_is_declared() -> None:
    """``make resolve``, which CI runs: every Python of the classifiers and of CI's tests, and one that is newer."""
    (listed,) = re.findall(r"^PYTHONS := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    declared = {word.split(" :: ")[-1] for word in PROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", word)}
    (tested,) = re.findall(r"^ +python: \[(.*)\]$", workflow, re.MULTILINE)
    assert set(re.findall(r"[\d.]+", tested)) == declared < set(listed.split())
    assert "- run: make resolve\n" in workflow
