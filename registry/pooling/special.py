"""The special functions of statistics, which are scipy's.

Their module asks numpy for all that it has, numpy's Fortran compiler and test tools too: a third of the time that the import takes. Until somebody
uses those they are left where they are.
"""

from __future__ import annotations

from validation.leaving import leave

__all__ = ["chdtrc", "expit", "gammaln", "logit", "ndtr", "ndtri", "sici", "stdtrit", "xlogy"]


leave("numpy.f2py")
leave("numpy.testing")

from scipy.special import chdtrc, expit, gammaln, logit, ndtr, ndtri, sici, stdtrit, xlogy  # noqa: E402  what it imports was to be left first
