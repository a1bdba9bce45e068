"""Where each thing has its page: paths below the site, which stay the same from build to build, so that they can be cited."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

__all__ = [
    "GATE",
    "anchor",
    "claims",
    "comparison",
    "definition",
    "definition_class",
    "figures",
    "file",
    "instrument",
    "package",
    "population",
    "relative",
    "rule",
    "treatment",
    "trial",
]

GATE = "gate.html"
"""The page of what is checked of the registry as a whole."""


def package(name: str) -> str:
    """The page of a package."""
    return f"packages/{name}.html"


def file(of: str, path: str) -> str:
    """A file of a package."""
    return f"packages/{of}/{path}"


def trial(of: str, study: str) -> str:
    """The page of a study in a package."""
    return f"trials/{of}/{study}.html"


def definition(term: str) -> str:
    """The page of a definition."""
    return f"definitions/{term}.html"


def definition_class(term: str) -> str:
    """The page of a class of definitions."""
    return f"classes/{term}.html"


def population(term: str) -> str:
    """The page of a population."""
    return f"populations/{term}.html"


def instrument(term: str) -> str:
    """The page of a rating scale."""
    return f"instruments/{term}.html"


def treatment(term: str) -> str:
    """The page of a treatment, or of a class of treatments."""
    return f"treatments/{term}.html"


def rule(identifier: str) -> str:
    """The page of a rule."""
    return f"rules/{identifier}.html"


def comparison(a: str, b: str) -> str:
    """The page of a comparison: one for either order."""
    return f"comparisons/{'--'.join(sorted((a, b)))}.html"


def figures(page: str, name: str) -> str:
    """The file of the figures behind a picture of a page."""
    return f"{page.removesuffix('.html')}/{name}"


def claims(name: str) -> str:
    """The page of the claims in a package."""
    return f"claims/{name}.html"


def anchor(kind: str, key: Iterable[object]) -> str:
    """The place of a row on its page: by its key, so that the rows around it may change."""
    words = "\0".join("" if part is None else str(part) for part in key)
    return f"{kind}-{hashlib.sha256(words.encode()).hexdigest()[:10]}"


def relative(path: str, page: str) -> str:
    """The address of a path as seen from a page; what follows a ``#`` stays as it is."""
    target, mark, place = path.partition("#")
    return _between(target, page.rpartition("/")[0]) + mark + place


@lru_cache(maxsize=1 << 14)
def _between(target: str, folder: str) -> str:
    there, here = target.split("/"), folder.split("/") if folder else []
    shared = 0
    while shared < min(len(there) - 1, len(here)) and there[shared] == here[shared]:
        shared += 1
    return "/".join([*[".."] * (len(here) - shared), *there[shared:]])
