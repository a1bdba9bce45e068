"""Judging a package's studies in several processes of one machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

from validation.judging import Part, StudyContext, StudyFindings, judge_part, judge_whole, needed_whole
from validation.splitting import split_studies

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["from_stream", "judge_in_processes", "judge_streams", "part_in", "streams_of", "to_stream"]


def judge_in_processes(
    tables: Mapping[str, pa.Table], context: StudyContext, *, processes: int | None = None, parts: int | None = None
) -> StudyFindings:
    """What :func:`~validation.judging.judge_studies` finds, in whole studies that processes judge at the same time: as many as the machine
    has cores, and twice as many ``parts``, unless another number is given. Rules that compare studies are judged here, by what the parts
    give of theirs.

    The processes are started afresh, so a script that calls this needs ``if __name__ == "__main__":``. Raises as ``judge_studies`` does, and
    ``BrokenProcessPool`` where a process was ended from outside, such as for want of memory.
    """
    count = processes or os.cpu_count() or 1
    # DuckDB and polars have threads, which a forked process would lack.
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        split = split_studies(tables, parts or 2 * count)
        found = [pool.submit(judge_streams, {n: to_stream(t) for n, t in part.items()}, context) for part in split]
        whole = needed_whole(tables)
        at_hand = {name: table if name in whole else table.slice(0, 0) for name, table in tables.items()}
        return judge_whole(at_hand, (part_in(f.result()) for f in found), context)


def judge_streams(tables: Mapping[str, bytes], context: StudyContext) -> dict[str, bytes]:
    """:func:`~validation.judging.judge_part` between processes: tables as Arrow streams in, and what was found and gathered as such out."""
    return streams_of(judge_part({name: from_stream(table) for name, table in tables.items()}, context))


def streams_of(part: Part) -> dict[str, bytes]:
    """What was found and gathered, as Arrow streams by name."""
    return {name: to_stream(table) for name, table in {**part.found._asdict(), **part.gathered}.items()}


def part_in(streams: Mapping[str, bytes]) -> Part:
    """The way back from :func:`streams_of`."""
    held = {name: from_stream(stream) for name, stream in streams.items()}
    return Part(StudyFindings(*(held.pop(name) for name in StudyFindings._fields)), held)


def to_stream(table: pa.Table, compression: str | None = None) -> bytes:
    """A table as an Arrow stream, which holds its own rows and no more: pickling a slice takes the rest along."""
    import pyarrow as pa

    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(table)
    return bytes(out.getvalue().to_pybytes())


def from_stream(stream: bytes) -> pa.Table:
    """The table in an Arrow stream."""
    import pyarrow as pa

    return pa.ipc.open_stream(stream).read_all()
