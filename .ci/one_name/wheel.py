"""Clinical-trial outcome data in which every figure carries its definition, population, denominator and source.

``open(folder)`` gives a registry, from which packages are loaded and which compares treatments; ``validate(path)`` checks packages. All
that is public is here by its name; what is below this package may move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trial_outcomes import registry as _registry

if TYPE_CHECKING:
    from trial_outcomes.registry import *  # noqa: F403

__all__ = _registry.__all__


def __getattr__(name: str) -> Any:
    return getattr(_registry, name)


def __dir__() -> list[str]:
    return list(__all__)
