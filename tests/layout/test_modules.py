"""The shape of the code: what is public, what it is called, and that it is told."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from pathlib import Path
from pkgutil import walk_packages

import pytest

import registry
import schemas
import validation

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    m.name
    for package in (registry, schemas, validation)
    for m in walk_packages(package.__path__, f"{package.__name__}.")
    if not m.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_what_is_public_is_named_and_told(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, "a module says what it is for"
    if module.__name__.startswith("validation.rules"):
        return  # rules are public through the catalogue
    listed = getattr(module, "__all__", [])
    assert list(listed) == sorted(listed, key=lambda n: (not n.isupper(), not n[0].isupper(), n)), "sorted as ruff sorts"
    for public in listed:
        value = getattr(module, public)
        if inspect.isfunction(value) or inspect.isclass(value):
            assert inspect.getdoc(value), public


@pytest.mark.parametrize("name", MODULES)
def test_names_say_what_is_inside(name: str) -> None:
    last = name.rsplit(".", 1)[-1]
    assert last not in {"utils", "util", "helpers", "helper", "common", "base", "misc", "core"}
    assert last not in sys.stdlib_module_names or name.count(".") > 0
    assert last not in {"registry", "schemas", "validation"}


def test_no_module_has_outgrown_its_room() -> None:
    sizes = {p.relative_to(ROOT): len(p.read_text(encoding="utf-8").splitlines()) for n in MODULES if (p := _file(n))}
    assert {str(p): n for p, n in sizes.items() if n > 450} == {}


def _file(name: str) -> Path:
    return Path(str(importlib.import_module(name).__file__))


def test_only_one_function_of_the_command_line_prints() -> None:
    """What people are told may hold anybody's words; `say` shows them. Reports go through a console, results through `deliver`."""
    for path in (ROOT / "registry").rglob("*.py"):
        if path.name not in {"streams.py", "edge.py"}:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
            assert not called & {"print", "typer.echo", "typer.secho"}, path


def test_nothing_of_a_machine_or_an_index_is_committed() -> None:
    """No absolute path of a machine, no package index's host, in any text file of the project."""
    import subprocess

    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    words = ["/" + "work/", "/" + "root/", "index" + "-url =", "--index" + "-url ", "files.python" + "hosted.org"]
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path == Path(__file__) or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert [w for w in words if w in text] == [], name


def test_files_are_opened_in_one_way() -> None:
    """Loading imports nothing of ``validation``, and ``validation`` nothing of ``registry``: the module is in both, word for word."""
    one, other = (ROOT / where / "opening.py" for where in ("registry/packages", "validation"))
    assert one.read_text(encoding="utf-8") == other.read_text(encoding="utf-8"), f"copy {one} to {other}"


def test_no_two_things_have_one_name() -> None:
    """A public class of that name means one thing wherever it is read; the module that is there twice is left out."""
    homes: dict[str, set[str]] = {}
    for name in MODULES:
        module = importlib.import_module(name)
        for public in getattr(module, "__all__", ()):
            value = getattr(module, public)
            if inspect.isclass(value) and value.__module__ == name and not name.endswith(".opening"):
                homes.setdefault(public, set()).add(name)
    assert {public: sorted(where) for public, where in homes.items() if len(where) > 1} == {}
