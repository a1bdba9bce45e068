"""The special functions of statistics, which are scipy's.

Their module asks numpy for all that it has, numpy's Fortran compiler and test tools too: a third of the time that the import takes. Until somebody
uses those they are left where they are.
"""

from __future__ import annotations

import importlib.util
import sys

import numpy as np

__all__ = ["chdtrc", "expit", "gammaln", "logit", "ndtr", "ndtri", "sici", "stdtrit", "xlogy"]


def _leave(name: str) -> None:
    """Let a module of numpy's be imported when something of it is first used."""
    whole = f"{np.__name__}.{name}"
    spec = importlib.util.find_spec(whole) if whole not in sys.modules else None
    if spec is not None and spec.loader is not None:
        spec.loader = importlib.util.LazyLoader(spec.loader)
        module = importlib.util.module_from_spec(spec)
        sys.modules[whole] = module
        spec.loader.exec_module(module)
        setattr(np, name, module)


_leave("f2py")
_leave("testing")

from scipy.special import chdtrc, expit, gammaln, logit, ndtr, ndtri, sici, stdtrit, xlogy  # noqa: E402  what it imports was to be left first
