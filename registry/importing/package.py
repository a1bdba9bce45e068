"""An import from end to end: mapping and files in, a data package out, or nothing at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from registry.importing.accounting import ImportReport
from registry.importing.bounds import Limits
from registry.importing.child import EndedError, run
from registry.importing.conversion import convert
from registry.importing.drafting import draft_by_preset
from registry.importing.problems import ImportProblem, MappingError, OutOfReachError, WrongPathError, from_plain
from registry.importing.suggesting import suggest
from registry.packages.finding import MAPPING
from registry.packages.writing import OccupiedError, write_package

__all__ = ["import_package", "mapping_by_preset", "suggest_mapping"]


def import_package(files: Iterable[Path], mapping: Path, to: Path, *, limits: Limits | None = None) -> ImportReport:
    """Make the package that a mapping describes from its original files, in the folder ``to``.

    ``files`` are the originals or folders that hold them. Running the import again gives the same bytes. The originals are read, and the mapping's expressions run,
    in a separate process with the ``limits``. Raises ``MappingError`` where the mapping is
    wrong or doesn't fit the files, ``WrongPathError`` where a path leads to nothing that can be read or written,
    ``OutOfReachError`` where the machine or the limits don't let it be done and ``ImportProblem`` where a file isn't what it
    should be; in any case nothing on disk is changed.
    """
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="outcomes-import-") as folder:
        arguments = {
            "files": [str(path) for path in files],
            "mapping": str(mapping),
            "scratch": folder,
            "limits": vars(limits),
        }
        done = _done(convert, arguments, mapping, Path(folder), limits)
        report = ImportReport.of(done["report"])
        tables = {name: (Path(folder) / f"{name}.csv").read_bytes() for name in report.tables}
    try:
        write_package(to, tables, done["descriptor"], beside=_beside(mapping, to))
    except OccupiedError as error:
        raise WrongPathError(f"{error}.") from error
    except OSError as error:
        raise OutOfReachError(f"{to}: the package can't be written: {error.strerror or error}.") from error
    return report


def suggest_mapping(file: Path) -> str:
    """The draft of a mapping for a file, with questions where the file doesn't tell. Raises as :func:`import_package` does."""
    limits = Limits()
    with tempfile.TemporaryDirectory(prefix="outcomes-import-") as folder:
        arguments = {"file": str(file), "scratch": folder, "limits": vars(limits)}
        return str(_done(suggest, arguments, file, Path(folder), limits)["draft"])


def mapping_by_preset(file: Path, preset: str, given: dict[str, str]) -> str:
    """The mapping for a file by a preset. ``given`` holds what the user says: ``name``, ``title``, ``licence``, ``url``.

    What isn't known is a question, which begins with :data:`registry.importing.drafting.OPEN`. Raises as :func:`import_package` does.
    """
    limits = Limits()
    with tempfile.TemporaryDirectory(prefix="outcomes-import-") as folder:
        arguments = {"file": str(file), "preset": preset, "given": given, "scratch": folder, "limits": vars(limits)}
        return str(_done(draft_by_preset, arguments, file, Path(folder), limits)["draft"])


def _done(work: Callable[..., Any], arguments: dict[str, Any], about: Path, scratch: Path, limits: Limits) -> dict[str, Any]:
    """What the work gives in a process of its own; its problem, or that it ended early, is raised. ``about`` is the file that is said then."""
    try:
        done: dict[str, Any] = run(work, arguments, scratch=scratch, limits=limits)
    except EndedError as ended:
        raise _problem(ended, about, limits) from ended
    except OSError as error:
        raise OutOfReachError(f"{error.filename or scratch}: {error.strerror or error}.") from error
    if "problem" in done:
        raise from_plain(done["problem"])
    return done


_AT_NO_ADDRESS = {"SIGSEGV", "SIGBUS"}
"""The signals that end a library which uses memory without having looked whether it was given any. A fault of its own ends it
alike, and nothing that is left of the process tells the one from the other.
"""


def _problem(ended: EndedError, mapping: Path, limits: Limits) -> ImportProblem:
    """The problem for a process that ended early, by its last progress."""
    at: dict[str, Any] = ended.at or {"doing": "starting a process"}
    said = ended.said.strip().partition("\n")[0]
    memory = f"more than the {limits.memory / 1e9:g} GB of memory that an import may use"
    if said in _AT_NO_ADDRESS:
        said += f"; it may have asked for {memory}"
    why = {
        "memory": memory,
        "time": f"more than the {limits.seconds:g} seconds that a step may take, or the {limits.whole:g} seconds of the whole import",
    }.get(ended.why)
    if "table" in at:
        found = f"takes {why}" if why else f"ended DuckDB ({said})"
        advice = "Look for an `sql` that makes long texts, or make the table from fewer rows."
        text = f"Making the rows of `{at['table']}` {found}. {advice}"
        return MappingError(mapping, [(at["line"], at["column"], text)])
    if "input" in at and not why:
        return ImportProblem(f"{at['input']}: this can't be read as {at['format']}: its reader failed ({said}).")
    doing = f"{at['input']}: reading it as {at['format']}" if "input" in at else at["doing"]
    return OutOfReachError(f"{doing} takes {why}." if why else f"{doing} ended the process: {said}.")


def _beside(mapping: Path, to: Path) -> dict[str, bytes]:
    """The mapping, to be written next to the data; nothing if it is already there."""
    return {} if mapping.resolve() == (to / MAPPING).resolve() else {MAPPING: mapping.read_bytes()}
