"""The rules about meaning on Spark, for tables that are too many for one machine: :func:`validate_partitions`.

The studies are split by Spark, and judged by its workers with the function that any other process would call; what compares studies is
judged by the driver, from what the workers gathered. So ``trial-outcomes`` must be installed on the workers too, in the driver's version.
"""

from __future__ import annotations

from validation.spark.partitions import validate_partitions
from validation.spark.session import local_session

__all__ = ["local_session", "validate_partitions"]
