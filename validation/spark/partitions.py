"""Validating tables of whole studies on Spark: what each machine does, and what the driver puts together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING

from validation.arrow import must_fit
from validation.judging import Part, StudyContext, StudyFindings, judge_part, judge_whole, needed_whole
from validation.spark.parting import NUMBER, numbered_by_part
from validation.spark.reading import read
from validation.spark.refusing import RefusedError, refusals
from validation.spreading import from_stream, part_in, streams_of, to_stream

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["validate_partitions"]

_PACKED = f"{NUMBER} int, name string, rows binary"

_BYTES_TOGETHER = 64 << 20
"""Bytes of rows that a worker holds before it packs them: packing few rows for each of many parts would cost more than the rows."""


def validate_partitions(
    spark: SparkSession, paths: Mapping[str, str | Sequence[str]], context: StudyContext, *, parts: int | None = None
) -> StudyFindings:
    """What :func:`~validation.judging.judge_studies` finds in tables in Parquet or CSV files, judged by the workers of Spark.

    ``paths`` has for each table, by the registry's name for it, a file, a folder of files, such as one partitioned by ``study_id``, or several. Findings
    name the ``file``, and the ``line`` of a CSV file or the number of the row of a Parquet file. There are four times as many ``parts`` as Spark
    runs tasks at once, unless another number is given; a worker has one part in memory at a time, the driver the studies, the
    tables of no study and the findings.

    Raises ``FileNotFoundError`` for a path that isn't there and ``ValueError`` for tables that can't be judged as they are.
    """
    if not paths:
        raise ValueError("there are no tables; `paths` must name one at least")
    frames = {name: read(spark, name, [given] if isinstance(given, str) else list(given)) for name, given in paths.items()}
    count = parts or 4 * spark.sparkContext.defaultParallelism
    with refusals("tables"):
        whole = {name: frames[name].toArrow() for name in needed_whole(frames)}
        empty = {name: frame.limit(0).toArrow() for name, frame in frames.items() if name not in whole}
        at_hand = whole | empty
        split = numbered_by_part(frames, count)
        everywhere = {
            name: to_stream(at_hand[name] if name in whole else frames[name].toArrow()) for name in frames if name not in split
        }
        none = everywhere | {name: to_stream(at_hand[name].slice(0, 0)) for name in split}
        found = _judged(split, none, context, count)
    return judge_whole(at_hand, found or [judge_part({n: from_stream(s) for n, s in none.items()}, context)], context)


def _judged(frames: Mapping[str, DataFrame], none: Mapping[str, bytes], context: StudyContext, count: int) -> list[Part]:
    if not frames:
        return []
    packed = [frame.mapInArrow(partial(_packed, name), _PACKED) for name, frame in frames.items()]
    together = reduce(lambda one, other: one.unionAll(other), packed).repartition(count, NUMBER)
    # Spark 4.1 asks a function for its types, and falls over those of a `partial`.
    judged = together.groupBy(NUMBER).applyInArrow(lambda group: _judge(none, context, group), _PACKED)
    found: dict[int, dict[str, bytes]] = {}
    for number, name, rows in judged.collect():
        found.setdefault(number, {})[name] = bytes(rows)
    return [part_in(found[number]) for number in sorted(found)]


def _packed(name: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On a worker: the rows of each part as one Arrow stream."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(b.nbytes for b in held) > _BYTES_TOGETHER:
            yield from _packed_together(name, held)
            held = []
    if held:
        yield from _packed_together(name, held)


def _packed_together(name: str, batches: Sequence[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.Table.from_batches(batches)
    order = pc.sort_indices(table[NUMBER])
    counts = sorted((c["values"], c["counts"]) for c in pc.value_counts(table[NUMBER]).to_pylist())
    ordered = table.drop_columns([NUMBER]).take(order)
    begin = 0
    for number, count in counts:
        yield _row(number, name, to_stream(ordered.slice(begin, count), "lz4"))
        begin += count


def _row(number: int, name: str, rows: bytes) -> pa.RecordBatch:
    import pyarrow as pa

    columns = [pa.array([number], pa.int32()), pa.array([name]), pa.array([rows], pa.binary())]
    return pa.RecordBatch.from_arrays(columns, names=[NUMBER, "name", "rows"])


def _judge(none: Mapping[str, bytes], context: StudyContext, group: pa.Table) -> pa.Table:
    """On a worker: what is found in one part, and gathered from it. ``none`` are the tables of no study, and those of studies without rows."""
    import pyarrow as pa

    streams: dict[str, list[bytes]] = {}
    for name, rows in zip(group["name"].to_pylist(), group["rows"].to_pylist(), strict=True):
        streams.setdefault(name, []).append(rows)
    tables = {name: from_stream(stream) for name, stream in none.items()}
    tables |= {name: pa.concat_tables(map(from_stream, some)) for name, some in streams.items()}
    for name, table in tables.items():
        try:
            must_fit(name, table)
        except ValueError as error:
            raise RefusedError(str(error)) from None
    number = group[NUMBER][0].as_py()
    return pa.Table.from_batches([_row(number, name, rows) for name, rows in streams_of(judge_part(tables, context)).items()])
