"""A session of Spark on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["local_session"]


def local_session(cores: int | None = None) -> SparkSession:
    """The session that is running, or one on so many cores of this machine, by default all of them, whose workers are this Python.

    Raises ``ModuleNotFoundError`` where pyspark isn't installed, and ``RuntimeError`` where there is no Java to run it.
    """
    if find_spec("pyspark") is None:
        raise ModuleNotFoundError("pyspark isn't installed: pip install 'trial-outcomes[spark]'", name="pyspark")
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    home = os.environ.get("JAVA_HOME")
    if not (Path(home) / "bin" / "java").is_file() if home else shutil.which("java") is None:
        where = f"JAVA_HOME is {home}, which has no bin/java" if home else "there is no `java` on the PATH"
        raise RuntimeError(f"Spark needs Java 17 or 21, and {where}; on Debian: apt-get install openjdk-17-jre-headless")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # what a driver in Python looks at, and nothing else
    builder = SparkSession.builder.master(f"local[{cores or '*'}]").appName("trial-outcomes")
    return (
        builder.config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
