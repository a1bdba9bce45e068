"""The rules about meaning on Spark, under a name that stays: ``validate_partitions``, ``local_session``."""

from __future__ import annotations

from trial_outcomes.validation.spark import local_session, validate_partitions

__all__ = ["local_session", "validate_partitions"]
