"""Turn somebody else's table into a package, with a mapping that is kept with it and can be run again."""

from __future__ import annotations

from registry.importing.accounting import Dropped, ImportReport, InputUse
from registry.importing.package import import_package, mapping_by_preset, suggest_mapping
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
    "mapping_by_preset",
    "suggest_mapping",
]
