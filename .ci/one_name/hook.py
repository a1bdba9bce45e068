"""The wheel has one name, `trial_outcomes`: the checkout's three packages go below it, and their imports of each other follow.

Nothing else of a file changes, so that a line of a traceback is the line of the source. In a checkout `trial_outcomes` is another name for
what is there (`checkout.py`).
"""

from __future__ import annotations

import ast
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "trial_outcomes"
PACKAGES = ("registry", "schemas", "validation")


class OneName(BuildHookInterface[Any]):
    """Moves the packages of a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Say what goes into the wheel, and under which path."""
        here, root = Path(__file__).parent, Path(self.root)
        self.made = Path(tempfile.mkdtemp(prefix="one-name-"))
        if version == "editable":
            (self.made / "_root.py").write_text(f"ROOT = {str(root)!r}\n", encoding="utf-8")
            shutil.copy2(here / "checkout.py", self.made / "__init__.py")
            shutil.copy2(here / "spark.py", self.made / "spark.py")
            build_data["force_include_editable"].update({str(path): f"{NAME}/{path.name}" for path in self.made.iterdir()})
            return
        shutil.copy2(here / "wheel.py", self.made / "__init__.py")
        shutil.copy2(here / "spark.py", self.made / "spark.py")
        for name in PACKAGES:
            shutil.copytree(root / name, self.made / name, ignore=shutil.ignore_patterns("__pycache__", ".*", "*.pyc"))
        for path in self.made.rglob("*.py"):
            path.write_bytes(moved(path.read_bytes()))
        shutil.copy2(self.made / "registry" / "__main__.py", self.made / "__main__.py")
        shutil.copy2(self.made / "registry" / "py.typed", self.made / "py.typed")
        build_data["force_include"][str(self.made)] = NAME

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made."""
        shutil.rmtree(self.made)


def moved(source: bytes) -> bytes:
    """A module's source with its imports of the packages below the one name. Raises ``ValueError`` for one that binds the package's own name."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) and any(_ours(alias.name) for alias in node.names):
            raise ValueError(
                f"line {node.lineno}: `import {node.names[0].name}` can't be moved; write `from {node.names[0].name} import …`"
            )
        if isinstance(node, ast.ImportFrom) and node.level == 0 and _ours(node.module or ""):
            before, after = lines[node.lineno - 1][: node.col_offset], lines[node.lineno - 1][node.col_offset :]
            lines[node.lineno - 1] = before + re.sub(rb"\Afrom(\s+)", rf"from\1{NAME}.".encode(), after)
    return b"".join(lines)


def _ours(module: str) -> bool:
    return module.partition(".")[0] in PACKAGES
