"""One name, `trial_outcomes`: how sources are moved below it for the wheel, and that it leads to the same modules in the checkout."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from tests.smoke.conftest import hostile

HOME = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    path = HOME / ".ci" / "one_name" / "hook.py"
    spec = importlib.util.spec_from_file_location("hook", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_imports_are_moved_and_nothing_else(hook: ModuleType) -> None:
    before = b'''"""Loaded
from registry by a person.
"""
from registry import errors
import registries
from registry_of_others import x
from . import y
def late():
    from   validation.rule import (
        Rule,
    ); from schemas import tables
    return "from registry import errors", f"registry.{x}"
'''
    after = hook.moved(before).decode()
    changed = [(old, new) for old, new in zip(before.decode().split("\n"), after.split("\n"), strict=True) if old != new]
    assert changed == [
        ("from registry import errors", "from trial_outcomes.registry import errors"),
        ("    from   validation.rule import (", "    from   trial_outcomes.validation.rule import ("),
        ("    ); from schemas import tables", "    ); from trial_outcomes.schemas import tables"),
    ]


def test_an_import_that_binds_the_old_name_is_refused(hook: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"line 2: `import registry\.errors` can't be moved"):
        hook.moved(b"import os\nimport registry.errors\n")


def test_every_module_can_be_moved(hook: ModuleType) -> None:
    for name in hook.PACKAGES:
        for path in (HOME / name).rglob("*.py"):
            assert hook.moved(path.read_bytes())


def test_modules_named_by_a_text_are_named_by_where_they_are(hook: ModuleType) -> None:
    """A text such as "registry.cli" isn't moved: it must be `__package__` or `__name__`."""
    for name in hook.PACKAGES:
        for path in (HOME / name).rglob("*.py"):
            for line in path.read_text(encoding="utf-8").splitlines():
                called = "import_module(" in line or " files(" in line
                assert not (called and any(f'"{own}.' in line for own in hook.PACKAGES)), f"{path}: {line.strip()}"


def test_the_checkout_has_the_name_too_and_nothing_in_the_folder_shadows_it(tmp_path: Path) -> None:
    hostile(tmp_path)
    code = (
        "import trial_outcomes as outcomes, trial_outcomes.registry.errors as errors, registry.errors\n"
        "from trial_outcomes.validation.testing import __name__ as name\n"
        "assert errors is registry.errors and errors.__spec__.name == 'registry.errors'\n"
        "assert outcomes.NotFoundError is errors.NotFoundError\n"
        "assert {'open', 'validate', 'Registry'} <= set(dir(outcomes))\n"
        "print(outcomes.validate.__module__, name, registry.__file__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["registry.validating", "validation.testing", str(HOME / "registry" / "__init__.py")]


def test_the_command_is_that_of_the_one_name() -> None:
    scripts = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == {"outcomes": "trial_outcomes.registry.cli:main"}
