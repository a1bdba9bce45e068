"""The catalogue: every rule, in the order of the ids."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from pkgutil import iter_modules

from validation import rules
from validation.report import Ruleset
from validation.rule import Rule, collected

__all__ = ["catalogue", "find", "rules_over", "ruleset"]


@cache
def catalogue() -> dict[str, Rule]:
    """Every rule by id. The modules of :mod:`validation.rules` are its only source: adding a rule there is all there is."""
    for module in iter_modules(rules.__path__, f"{rules.__name__}."):
        import_module(module.name)
    return dict(sorted(collected().items()))


def find(word: str) -> Rule | None:
    """The rule of that id or name, in any case; ``None`` where there is none."""
    return next((r for r in catalogue().values() if word.casefold() in (r.id.casefold(), r.name)), None)


@cache
def rules_over(over: str) -> tuple[Rule, ...]:
    """The rules declared over a table, a view, a stage or a relation."""
    return tuple(r for r in catalogue().values() if r.over == over)


@cache
def ruleset() -> Ruleset:
    """The version and digest of the rules in force: rules, views, relations, table models and vocabularies, byte by byte."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    folders = (
        root / "validation" / "rules",
        root / "validation" / "views",
        root / "validation" / "gate" / "relations",
        root / "schemas" / "models",
        root / "schemas" / "vocabularies",
    )
    for path in sorted(p for f in folders for p in f.glob("*.*") if p.suffix in {".py", ".csv"}):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    try:
        installed = version("trial-outcomes")
    except PackageNotFoundError:
        installed = "0+unknown"
    return Ruleset(version=installed, digest=f"sha256:{digest.hexdigest()}")
