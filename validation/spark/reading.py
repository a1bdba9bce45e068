"""Tables out of Parquet and CSV files, wherever Spark can read them, each row with its file and its place there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from schemas.tables import TABLES
from validation.arrow import FILE, LINE, arrow_schema, must_fit
from validation.spark.cells import cells_of, columns_of
from validation.spark.refusing import refusals

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["read"]

_INFERENCE = "spark.sql.sources.partitionColumnTypeInference.enabled"

_SPARK_TYPES = {"int64": "bigint", "double": "double", "bool": "boolean", "date32[day]": "date", "string": "string"}


def read(spark: SparkSession, name: str, paths: Sequence[str]) -> DataFrame:
    """The columns of a table that its files or their folders' names (``study_id=…``) have, with ``_file`` and ``_line``: of a CSV file the line, of a
    Parquet file the number of the row, from 1, unless it has a column ``_line`` of its own.

    Raises ``FileNotFoundError`` for a path that isn't there, and ``ValueError`` for files that are neither, aren't alike, or hold what
    can't be the table.
    """
    if name not in TABLES:
        raise ValueError(f"the registry has no table `{name}`; it has {', '.join(TABLES)}")
    with _words_of_folders_as_they_are(spark), refusals(name):
        frame = spark.read.format("binaryFile").load(list(paths))
        files = frame.inputFiles()
        kinds = {file.rsplit(".", 1)[-1] for file in files}
        if kinds == {"csv"}:
            return _from_csv(name, frame)
        if kinds == {"parquet"}:
            return _from_parquet(spark, name, paths)
    found = "holds no file" if not files else f"holds files that end in {', '.join(f'.{kind}' for kind in sorted(kinds))}"
    raise ValueError(f"`{name}`: {', '.join(paths)} {found}; they must all be .parquet or all .csv")


def _from_parquet(spark: SparkSession, name: str, paths: Sequence[str]) -> DataFrame:
    from pyspark.sql import functions

    # A column that only some studies have must not be lost with the file whose columns Spark would take for all.
    frame = spark.read.option("mergeSchema", "true").parquet(*paths)
    line = functions.col(LINE) if LINE in frame.columns else functions.col("_metadata.row_index") + 1
    kept = [field.name for field in TABLES[name].fields() if field.name in frame.columns]
    found = frame.select(*kept, functions.col("_metadata.file_path").alias(FILE), line.alias(LINE))
    must_fit(name, found.limit(0).toArrow())
    return found


def _from_csv(name: str, files: DataFrame) -> DataFrame:
    words = [field.name for field in TABLES[name].fields() if field.name in files.columns]
    held = files.select("path", "content", *words)
    heads = held.select("path", "content").mapInArrow(partial(_columns, name), "name string").distinct().collect()
    kinds = arrow_schema(name)
    present = {row.name for row in heads} | set(words)
    schema = [(f.name, kinds.field(f.name).type) for f in TABLES[name].fields() if f.name in present]
    columns = ", ".join(f"`{column}` {_SPARK_TYPES[str(kind)]}" for column, kind in schema)
    return held.mapInArrow(partial(_cells, name, [c for c, _ in schema]), f"{columns}, {FILE} string, {LINE} bigint")


def _columns(name: str, batches: Iterator[Any]) -> Iterator[Any]:
    import pyarrow as pa

    for batch in batches:
        for file in batch.to_pylist():
            yield pa.RecordBatch.from_pydict({"name": pa.array(columns_of(name, file["path"], file["content"]), pa.string())})


def _cells(name: str, columns: Sequence[str], batches: Iterator[Any]) -> Iterator[Any]:
    for batch in batches:
        for file in batch.to_pylist():
            yield from cells_of(name, file.pop("path"), file.pop("content"), file).select([*columns, FILE, LINE]).to_batches()


@contextmanager
def _words_of_folders_as_they_are(spark: SparkSession) -> Iterator[None]:
    """Spark would take a study called 007 for the number 7."""
    before = spark.conf.get(_INFERENCE)
    spark.conf.set(_INFERENCE, "false")
    try:
        yield
    finally:
        spark.conf.set(_INFERENCE, str(before))
