"""In a checkout, `trial_outcomes` is another name for the packages that lie there: the same modules, not copies of them.

They are those of the checkout, whatever else is called so in the folder that Python was started in.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from trial_outcomes._root import ROOT  # written by the hook

_PACKAGES = {"registry", "schemas", "validation"}


class _OtherName:
    """Finds ``registry`` in the checkout, and ``trial_outcomes.registry.errors`` as ``registry.errors``."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name in _PACKAGES:
            return PathFinder.find_spec(name, [ROOT])
        first, _, own = name.partition(".")
        return ModuleSpec(name, self, is_package=True) if first == __name__ and own.partition(".")[0] in _PACKAGES else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(spec.name.partition(".")[2])
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        alias = module.__spec__
        if alias is not None:
            module.__spec__ = alias.loader_state


sys.meta_path.insert(0, _OtherName())
_registry = import_module("registry")
__all__ = _registry.__all__


def __getattr__(name: str) -> Any:
    return getattr(_registry, name)


def __dir__() -> list[str]:
    return list(__all__)
