"""Results posted at ClinicalTrials.gov, as its API gives them (version 2): read, made into a package, and laid beside one."""

from __future__ import annotations
