"""Who is measured, and by which command."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers import frictionless_schema

__all__ = ["COMMANDS", "CONTENDERS", "OUTCOMES", "WHOLE", "Contender", "extra_name", "script", "table"]

_BIN = Path(sys.executable).parent
OUTCOMES = str(_BIN / "outcomes")
"""The command of the environment that measures."""


@dataclass(frozen=True)
class Contender:
    """``command`` makes the command from a package's folder and a folder to write settings into. ``library`` is what it needs."""

    name: str
    library: str
    what: str
    command: Callable[[Path, Path], list[str]]


def extra_name(number: int) -> str:
    """The name of a package that a generated registry holds and has not accepted."""
    return f"extra-{number}"


def script(module: str) -> Callable[[Path, Path], list[str]]:
    """The command of a peer's script over the package's table of outcomes."""
    return lambda package, _: [sys.executable, "-m", f"tests.benchmarks.peers.{module}", str(table(package))]


def table(package: Path) -> Path:
    return package / "data" / "outcomes.csv"


def _outcomes(package: Path, _: Path) -> list[str]:
    return [OUTCOMES, "validate", str(package)]


def _frictionless(package: Path, settings: Path) -> list[str]:
    return [str(_BIN / "frictionless"), "validate", *frictionless_schema.arguments(table(package), settings)]


def _frictionless_package(package: Path, _: Path) -> list[str]:
    return [str(_BIN / "frictionless"), "validate", str(package / "datapackage.json")]


CONTENDERS = {
    c.name: c
    for c in (
        Contender("outcomes", "duckdb", "`outcomes validate`, every rule, four tables", _outcomes),
        Contender("duckdb", "duckdb", "DuckDB alone, nine checks", script("bare_duckdb")),
        Contender("pandera", "pandera", "pandera on polars, nine checks", script("plain_pandera")),
        Contender("dataframely", "dataframely", "dataframely, nine checks", script("plain_dataframely")),
        Contender("pointblank", "pointblank", "pointblank on polars, nine checks", script("plain_pointblank")),
        Contender("frictionless", "frictionless", "`frictionless validate`, nine checks", _frictionless),
        Contender(
            "package",
            "frictionless",
            "`frictionless validate` of the package, four tables by their schemas",
            _frictionless_package,
        ),
    )
}

WHOLE = ("outcomes", "package")
"""Those that look at the whole package. The others make the nine checks of its largest table."""

COMMANDS = {
    "outcomes --help": ["--help"],
    "outcomes list": ["list"],
    'outcomes sql "SELECT 1"': ["sql", "SELECT 1"],
    "outcomes explain OUT001": ["explain", "OUT001"],
}
"""Commands that people wait for many times a day."""
