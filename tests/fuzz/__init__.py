"""Inputs spoilt by chance, in thousands: none may crash, hang, or be reported in two ways. ``make fuzz``, or ``python -m tests.fuzz``.

Each kind of input is a module here with three names, and is listed in ``KINDS``:

* ``COUNT``: how many a full run tries.
* ``cases(seed, count)``: yields the inputs, the same ones for the same seed in any process.
* ``check(case)``: gives the input to the code, in the working folder, which is empty; raises where the code does what it must not,
  and returns what the code reported, if two processes are to agree on it.
* ``smaller(case)``, where :func:`tests.fuzz.reducing.smaller` can't do it: yields smaller cases, of which those that fail in the same way are
  tried in the place of one that failed.
"""

from __future__ import annotations

__all__ = ["KINDS"]

KINDS = ("mappings", "workbooks", "packages", "ledgers", "locks")
"""Imports first: their processes are forks, as long as nothing here has begun threads."""
