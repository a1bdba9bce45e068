"""A foreign table becomes a package, by a mapping that stays beside it and can be run again."""

from __future__ import annotations

from registry.importing.accounting import Dropped, ImportReport, InputUse
from registry.importing.package import import_package
from registry.importing.problems import ImportProblem, MappingError, OutOfReachError, WrongPathError

__all__ = [
    "Dropped",
    "ImportProblem",
    "ImportReport",
    "InputUse",
    "MappingError",
    "OutOfReachError",
    "WrongPathError",
    "import_package",
]
