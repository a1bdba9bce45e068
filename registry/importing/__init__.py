"""Turn somebody else's table into a package, with a mapping that is kept with it and can be run again."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOME = {
    **dict.fromkeys(("Dropped", "ImportReport", "InputUse"), "accounting"),
    **dict.fromkeys(("import_package", "mapping_by_preset", "suggest_mapping"), "package"),
    **dict.fromkeys(("ImportProblem", "MappingError", "OutOfReachError", "WrongPathError"), "problems"),
}


def __getattr__(name: str) -> Any:
    """Imported when asked for: the options of ``import`` need the names of the presets, and nothing else of this room."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
