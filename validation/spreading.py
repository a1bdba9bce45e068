"""Judging a package's studies in several processes of one machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

from validation.judging import StudyContext, StudyFindings, judge_studies, merged
from validation.splitting import split_studies
from validation.views import Scope

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["from_stream", "judge_in_processes", "judge_streams", "to_stream"]


def judge_in_processes(
    tables: Mapping[str, pa.Table], context: StudyContext, *, processes: int | None = None, parts: int | None = None
) -> StudyFindings:
    """What :func:`~validation.judging.judge_studies` finds, in whole studies that processes judge at the same time: as many as the machine
    has cores, and twice as many ``parts``, unless another number is given. Rules that compare studies are judged here meanwhile.

    The processes are started afresh, so a script that calls this needs ``if __name__ == "__main__":``. Raises as ``judge_studies`` does, and
    ``BrokenProcessPool`` where a process was ended from outside, such as for want of memory.
    """
    count = processes or os.cpu_count() or 1
    of_studies = replace(context, scopes=[s for s in context.scopes if s is Scope.STUDY])
    of_package = replace(context, scopes=[s for s in context.scopes if s is Scope.PACKAGE])
    # DuckDB and polars have threads, which a forked process would lack.
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        split = split_studies(tables, parts or 2 * count)
        found = [pool.submit(judge_streams, {n: to_stream(t) for n, t in part.items()}, of_studies) for part in split]
        whole = judge_studies(tables, of_package)
        return merged([*(_from_streams(f.result()) for f in found), whole], context.max_findings)


def judge_streams(tables: Mapping[str, bytes], context: StudyContext) -> tuple[bytes, bytes]:
    """The same function between processes: tables as Arrow streams in, and findings and tallies as such out."""
    found = judge_studies({name: from_stream(table) for name, table in tables.items()}, context)
    return to_stream(found.findings), to_stream(found.tallies)


def _from_streams(streams: tuple[bytes, bytes]) -> StudyFindings:
    """Findings and tallies out of their streams."""
    return StudyFindings(*map(from_stream, streams))


def to_stream(table: pa.Table) -> bytes:
    """A table as an Arrow stream, which holds its own rows and no more: pickling a slice takes the rest along."""
    import pyarrow as pa

    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return bytes(out.getvalue().to_pybytes())


def from_stream(stream: bytes) -> pa.Table:
    """The table in an Arrow stream."""
    import pyarrow as pa

    return pa.ipc.open_stream(stream).read_all()
