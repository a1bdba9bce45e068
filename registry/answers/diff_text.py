"""A comparison as text for a person at a terminal: first the version that is needed and why, then what happened to columns, then the changes.

Everything goes to the terminal as styled text, never as markup, and with its unseen characters escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Console
from rich.text import Text

from registry.answers.printed import printed
from registry.diffing.descriptors import DescriptorChange
from registry.diffing.result import CellChange, Difference, TableDifference
from registry.diffing.sufficiency import sufficient
from registry.diffing.versions import Bump, gap
from schemas.wording import counted
from validation.formats.visible import shortened, visible

__all__ = ["file_words", "in_key", "render", "turned", "verdict"]

_COLOURS = {Bump.MAJOR: "bold red", Bump.MINOR: "bold yellow", Bump.PATCH: "bold cyan"}
_LONGEST = 80
_LONGEST_LINE = 400
_NARROWEST = 24

Part = str | tuple[str, str]
"""Words, or words and the style they have."""


def render(difference: Difference, *, console: Console | None = None, max_changes: int = 20) -> str:
    """The comparison. Of each table at most so many changed cells, and removed and added rows, are listed; all are counted."""
    return printed(console, lambda to: _Page(to, max_changes).write(difference))


class _Page:
    def __init__(self, console: Console, limit: int) -> None:
        self.console, self.limit = console, limit

    def put(self, *parts: Part, indent: int = 0, hang: int = 0) -> None:
        """Print the parts, wrapped; further lines begin ``hang`` columns further in."""
        text = Text()
        for part in parts:
            words, style = (part, "") if isinstance(part, str) else part
            text.append(visible(words, self.console.encoding), style)
        room = max(self.console.width - indent - hang, _NARROWEST)
        for number, line in enumerate(text.wrap(self.console, room, overflow="fold")):
            line.rstrip()
            margin = Text(" " * (indent + (hang if number else 0)))
            self.console.print(margin + line, soft_wrap=True)

    def write(self, d: Difference) -> None:
        old, new = d.old_version or "without a version", d.new_version or "without a version"
        if d.old_name == d.new_name:
            self.put((d.old_name, "bold"), f" {old} → {new}")
        else:
            self.put((d.old_name, "bold"), f" {old} → ", (d.new_name, "bold"), f" {new}")
        self.verdict(d)
        if d.empty and not d.is_new:
            return
        if not d.is_new:
            self.reasons(d)
        if d.systematic:
            self.head("Column-wide")
            for pattern in d.systematic:
                self.put(str(pattern), indent=2, hang=2)
        changed = [t for t in d.tables if not t.empty]
        if changed:
            self.head("Tables")
        for table in changed:
            self.table(table)
        self.descriptor(d)

    def head(self, words: str) -> None:
        self.console.print()
        self.put((words, "bold"))

    def verdict(self, d: Difference) -> None:
        for sentence in verdict(d):
            words, _, rest = sentence.partition(":") if sentence.startswith("`outcomes accept`") else ("", "", sentence)
            self.put((f"{words}:", "bold red") if words else "", rest, hang=2)

    def reasons(self, d: Difference) -> None:
        self.head("Why")
        for reason in d.reasons:
            self.put((f"{reason.bump:<6}", _COLOURS[reason.bump]), shortened(reason.said, _LONGEST_LINE), indent=2, hang=6)
            if reason.bump is d.owed:
                self.put((reason.rule.why, "dim"), indent=8)

    def table(self, table: TableDifference) -> None:
        counts = [
            f"{table.removed.height:,} removed" if table.removed.height else "",
            f"{table.added.height:,} added" if table.added.height else "",
            f"{table.rows_changed:,} changed in {counted(table.cells_changed, 'cell')}" if table.rows_changed else "",
        ]
        said = ", ".join(c for c in counts if c) or "only its columns"
        rows = (
            counted(table.old_rows, "row")
            if table.old_rows == table.new_rows
            else f"{table.old_rows:,} → {table.new_rows:,} rows"
        )
        self.put((table.name, "bold"), f"  {rows}: {said}", indent=2)
        for sign, style, keys, total in (
            ("-", "red", table.removed_keys(self.limit), table.removed.height),
            ("+", "green", table.added_keys(self.limit), table.added.height),
        ):
            for key in keys:
                self.put((f"{sign} {in_key(key.values())}", style), indent=4, hang=4)
            self.more(len(keys), total, "removed rows" if sign == "-" else "added rows")
        shown = list(table.changes(self.limit))
        for key, cells in groupby(shown, lambda c: c.key):
            self.put(in_key(key.values()), indent=4, hang=4)
            for cell in cells:
                self.cell(cell)
        self.more(len(shown), table.cells_changed, "changed cells")

    def cell(self, cell: CellChange) -> None:
        self.put((cell.column, "bold"), f"  {_arrow(cell.old, cell.new, '(empty)')}  ", (cell.kind.said, "dim"), indent=6, hang=4)

    def more(self, shown: int, total: int, things: str) -> None:
        if shown < total:
            self.put((f"{shown:,} of {total:,} {things} shown", "dim"), indent=4)

    def descriptor(self, d: Difference) -> None:
        members, files = ([c for c in d.descriptor if (c.file is None) is own] for own in (True, False))
        if members:
            self.head("Descriptor")
        for change in members[: self.limit]:
            self.put((change.path, "bold"), f"  {_arrow(change.old, change.new, '(nothing)')}", indent=2, hang=4)
        self.more(len(members[: self.limit]), len(members), "changed members")
        if files:
            self.head("Files beside the tables")
        for change in files[: self.limit]:
            self.put((str(change.file), "bold"), f"  {file_words(change)}", indent=2, hang=4)
        self.more(len(files[: self.limit]), len(files), "changed files")


def file_words(change: DescriptorChange) -> str:
    """How a file beside the tables differs; its digests say no more than that."""
    return "is new" if change.old is None else "is gone" if change.new is None else "differs"


def verdict(d: Difference) -> Iterator[str]:
    """The version that is needed, and whether the new one is enough: a sentence each."""
    if d.is_new:
        yield "The package is new."
        return
    yield "Nothing changed, so no new version is needed." if d.owed is None else f"A {d.owed} version is needed."
    if d.old_name != d.new_name:
        yield "The two packages have different names, so their version numbers can't be compared."
        return
    refusal = sufficient(d, d.old_version, d.new_version)
    if refusal is None:
        if d.owed is not None:
            yield f"{d.new_version} is a {gap(str(d.old_version), str(d.new_version))} release, which is enough."
    elif d.owed is not None or refusal.made is Bump.BACKWARDS:
        yield f"`outcomes accept` refuses it: {_step(d, refusal.made) if refusal.smallest else f'{refusal.message}.'}"
        if refusal.smallest:
            yield f"The smallest sufficient version is {refusal.smallest}."


def _step(d: Difference, made: Bump | None) -> str:
    if made is Bump.BACKWARDS:
        return f"{d.new_version} comes before {d.old_version}; a new version must be higher."
    if made is Bump.NONE:
        return f"the content changed, but the version is still {d.old_version}."
    return f"{d.new_version} is a {made} release."


def in_key(values: Iterable[str | None]) -> str:
    """The cells of a row's key in one line."""
    return ", ".join("(empty)" if v is None else shortened(v, _LONGEST) for v in values)


def turned(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """What stood and what stands, of long texts the part where they differ."""
    if old is not None and new is not None and max(len(old), len(new)) > _LONGEST:
        alike = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        begin = max(alike - _LONGEST // 4, 0)
        old, new = (f"{'…' if begin else ''}{text[begin:]}" for text in (old, new))
    return _cut(old), _cut(new)


def _cut(text: str | None) -> str | None:
    return None if text is None else shortened(text, _LONGEST)


def _arrow(old: str | None, new: str | None, nothing: str) -> str:
    return " → ".join(nothing if text is None else text for text in turned(old, new))
