"""A comparison as Markdown, as a pull request shows it: the version that is needed, why, and each changed figure before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from registry.answers.diff_text import file_words, in_key, turned, verdict
from registry.diffing.result import Difference, TableDifference
from schemas.wording import counted
from validation.formats.markdown import bounded
from validation.formats.visible import as_code, in_markdown, shortened

__all__ = ["render"]

_LONGEST = 80


def render(difference: Difference, *, max_changes: int = 20, **_: object) -> str:
    """The comparison. Of each table at most so many changed cells, and removed and added rows, are listed; all are counted."""
    return bounded(list(_blocks(difference, max_changes)))


def _blocks(d: Difference, limit: int) -> Iterator[str]:
    names = as_code(d.old_name) if d.old_name == d.new_name else f"{as_code(d.old_name)} → {as_code(d.new_name)}"
    yield f"### {names} {_version(d.old_version)} → {_version(d.new_version)}"
    yield in_markdown(" ".join(verdict(d)))
    for reason in () if d.is_new else d.reasons:
        yield f"- **{reason.bump}:** {in_markdown(shortened(reason.said, 400))}"
    for pattern in d.systematic:
        yield f"- column-wide: {in_markdown(pattern)}"
    for table in d.tables:
        if table.changed or table.removed.height or table.added.height:
            yield f"#### {as_code(table.name)} ({counted(table.new_rows, 'row')})"
            yield from _table(table, limit)
    members, files = ([c for c in d.descriptor if (c.file is None) is own] for own in (True, False))
    if members:
        yield "#### Descriptor"
        yield _grid(("member", "before", "after"), [(c.path, c.old, c.new) for c in members[:limit]])
        yield from _more(min(len(members), limit), len(members), "changed members")
    if files:
        yield "#### Files beside the tables"
        yield from (f"- {as_code(str(c.file))} {file_words(c)}" for c in files[:limit])
        yield from _more(min(len(files), limit), len(files), "changed files")


def _version(version: str | None) -> str:
    return "(no version)" if version is None else as_code(version)


def _table(table: TableDifference, limit: int) -> Iterator[str]:
    for what, keys, total in (
        ("removed", table.removed_keys(limit), table.removed.height),
        ("added", table.added_keys(limit), table.added.height),
    ):
        yield from (f"- {what} {as_code(in_key(key.values()))}" for key in keys)
        yield from _more(len(keys), total, f"{what} rows")
    changes = list(table.changes(limit))
    if changes:
        rows = [(in_key(c.key.values()), c.column, *turned(c.old, c.new), c.kind.said) for c in changes]
        yield _grid(("row", "column", "before", "after", "kind of change"), rows)
        yield from _more(len(changes), table.cells_changed, "changed cells")


def _grid(head: tuple[str, ...], rows: Sequence[tuple[str | None, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += [
        f"| {' | '.join('–' if cell is None else as_code(shortened(cell, _LONGEST * 2), cell=True) for cell in row)} |"
        for row in rows
    ]
    return "\n".join(lines)


def _more(shown: int, total: int, things: str) -> Iterator[str]:
    if shown < total:
        yield f"{shown:,} of {total:,} {things} shown."
