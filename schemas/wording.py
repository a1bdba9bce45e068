"""Numbers and lists in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["are", "counted", "counted_rows", "in_quotes", "listed", "told_day"]

_INNER = str.maketrans("“”", "‘’")


def counted(number: int, noun: str, many: str | None = None) -> str:
    """A number with its noun: ``1 error``, ``1,532 errors``; ``many`` is its plural where that isn't with an s."""
    return f"{number:,} {noun if number == 1 else many or f'{noun}s'}"


def are(number: int) -> str:
    """The verb that goes with so many."""
    return "is" if number == 1 else "are"


def counted_rows(number: int, table: str) -> str:
    """A number of a table's rows by the table's name: ``1 study``, ``3 studies``."""
    one = f"{table.removesuffix('ies')}y" if table.endswith("ies") else table.removesuffix("s")
    return counted(number, one, table)


def listed(words: Sequence[str], again: str = "") -> str:
    """Words in a list, the last after "and"; ``again`` is said once more before that. There must be one."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {again}{words[-1]}"


def in_quotes(text: str) -> str:
    """A text as it is between double quotation marks: its own are single."""
    return text.translate(_INNER)


def told_day(day: float) -> str:
    """When something was seen: ``day 28``; on the first day, the hour."""
    return f"hour {day * 24:.3g}" if 0 < day < 1 else f"day {day:g}"
