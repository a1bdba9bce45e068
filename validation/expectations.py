"""Great Expectations: imported here and nowhere else, when it is first used, and kept from talking.

Its import takes seconds, and only the gate may pay for it: a rule's body reads ``expect.ExpectColumn…``, and the body is run when the
gate holds the rule. Nothing is sent: older versions have analytics, which are switched off before the import, when the switch is
read; and no context of a cloud is ever made.
"""

from __future__ import annotations

import importlib
import os
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from validation.leaving import leave

if TYPE_CHECKING:
    from collections.abc import Callable

    from great_expectations.expectations.expectation import Expectation

__all__ = ["INSTALL", "expect", "is_installed", "load"]

INSTALL = "pip install 'trial-outcomes[gate]'"
"""What to do if the library isn't installed."""

_NAME = "great_expectations"

_UNUSED = ("scipy.stats", "altair", "boto3")
"""What it imports for expectations about distributions, and for files at Amazon's: a third of its import."""


def is_installed() -> bool:
    """Whether the library is there; found out without importing it."""
    return find_spec(_NAME) is not None


def load(module: str = "") -> Any:
    """The library, or a module of it. Raises ``ModuleNotFoundError`` where it isn't installed; the message says what to do."""
    if not is_installed():
        raise ModuleNotFoundError(f"the gate needs Great Expectations: {INSTALL}", name=_NAME)
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    for unused in _UNUSED:
        leave(unused)
    with warnings.catch_warnings():
        # It imports modules of Python's that are on their way out; that is its own affair.
        warnings.filterwarnings("ignore", "module 'sre_[a-z]+' is deprecated", DeprecationWarning)
        return importlib.import_module(f"{_NAME}.{module}" if module else _NAME)


class _Expectations:
    """The library's expectations, by their names."""

    def __getattr__(self, name: str) -> Callable[..., Expectation]:
        expectation: Callable[..., Expectation] = getattr(load("expectations"), name)
        return expectation


expect = _Expectations()
"""What the bodies of rules make expectations by: ``expect.ExpectColumnValuesToBeUnique(column="number")``."""
