"""``pytest -p tests.one_name``: the tests' `registry`, `schemas` and `validation` are those of the wheel, whatever else is called so here."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class _InTheWheel(MetaPathFinder, Loader):
    """Finds ``registry.errors`` as ``trial_outcomes.registry.errors``."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        own = name.partition(".")[0] in {"registry", "schemas", "validation"}
        return ModuleSpec(name, self, is_package=True) if own else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(f"trial_outcomes.{spec.name}")
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        alias: Any = module.__spec__
        module.__spec__ = alias.loader_state


sys.meta_path.insert(0, _InTheWheel())
