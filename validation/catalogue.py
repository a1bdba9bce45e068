"""The catalogue: every rule, in the order of the ids.

Rules come from the modules of :mod:`validation.rules`, and from installed packages that name a module of theirs under the entry point
``trial_outcomes.rules``. The ids of the latter begin with X, so that no rule of ours will ever take one.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from pathlib import Path
from pkgutil import iter_modules

from validation import rules
from validation.report import Ruleset
from validation.rule import Rule, collected

__all__ = ["ENTRY_POINT", "RulesError", "catalogue", "find", "is_extended", "rules_over", "ruleset"]

ENTRY_POINT = "trial_outcomes.rules"


class RulesError(ImportError):
    """A package of rules that is installed here can't be used. The message says which, and why."""


@cache
def catalogue() -> dict[str, Rule]:
    """Every rule by id: adding one to a module of :mod:`validation.rules` is all there is. Raises :class:`RulesError`."""
    for module in iter_modules(rules.__path__, f"{rules.__name__}."):
        import_module(module.name)
    ours = set(collected())
    for entry in _outside():
        try:
            entry.load()
        except Exception as error:  # whatever somebody else's module does, it is said whose it is
            raise RulesError(
                f"the rules of {entry.value} can't be loaded ({type(error).__name__}: {error}); fix or remove it"
            ) from error
    if taken := sorted(id_ for id_ in collected().keys() - ours if not id_.startswith("X")):
        raise RulesError(
            f"the rule {taken[0]} comes from another distribution: its id must begin with X, such as X{taken[0][1:]}"
        )
    return dict(sorted(collected().items()))


@cache
def _outside() -> tuple[EntryPoint, ...]:
    return tuple(sorted(entry_points(group=ENTRY_POINT), key=lambda entry: entry.value))


def is_extended() -> bool:
    """Whether rules of other distributions are in force."""
    return bool(_outside())


def find(word: str) -> Rule | None:
    """The rule of that id or name, in any case; ``None`` where there is none."""
    return next((r for r in catalogue().values() if word.casefold() in (r.id.casefold(), r.name)), None)


@cache
def rules_over(over: str) -> tuple[Rule, ...]:
    """The rules declared over a table, a view, a stage or a relation."""
    return tuple(r for r in catalogue().values() if r.over == over)


_IN_ONE_NAME = re.compile(rb"\btrial_outcomes\.(?=(registry|schemas|validation)\b)")
"""What the wheel's modules have before the packages' names, and the checkout's haven't: both have one digest."""


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
        digest.update(_IN_ONE_NAME.sub(b"", path.read_bytes().replace(b"\r\n", b"\n")))
    for entry in _outside():
        digest.update(f"{entry.value}\0{entry.dist.version if entry.dist else ''}\0".encode())
    try:
        installed = version("trial-outcomes")
    except PackageNotFoundError:
        installed = "0+unknown"
    return Ruleset(version=installed, digest=f"sha256:{digest.hexdigest()}")
