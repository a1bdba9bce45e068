"""An audit for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.answers.printed import printed
from registry.auditing.auditing import Audit
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Verdict, Word
from registry.comparing.respects import link_of
from validation.formats.visible import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["render"]

_STYLES = {
    Word.INCOHERENT: "bold red",
    Word.CONTRADICTED: "bold red",
    Word.NOT_COMPARABLE: "bold yellow",
    Word.UNVERIFIABLE: "bold",
    Word.UNDECIDED: "bold",
    Word.SUPPORTED: "bold green",
    Word.NOT_JUDGED: "dim",
}

_MARKS = {True: "agrees", False: "disagrees", None: "for context"}

_MOST_EVIDENCE = 3
_MOST_SOURCES = 2


def render(audit: Audit, *, console: Console | None = None, verbose: bool = False) -> str:
    """The audit: how many claims got which verdict, then each claim with its verdict, why, and what that rests on.

    Without ``verbose`` lists of evidence are cut, and it is said how much.
    """
    return printed(console, lambda to: _write(audit, to, verbose=verbose))


def _write(audit: Audit, console: Console, *, verbose: bool) -> None:
    from rich.text import Text

    console.print(Text.assemble((visible(audit.title or audit.package), "bold"), f" ({audit.package} {audit.version or ''})"))
    for word, number in audit.counts.items():
        if number:
            console.print(Text.assemble(f"{number:>4} ", (word.value, _STYLES[word]), f": {word.meaning}"))
    for verdict in audit.verdicts:
        console.print()
        for indent, line in _told(verdict, verbose=verbose):
            for part in line.wrap(console, max(console.width - indent, 20)):
                part.rstrip()
                console.print(Text(" " * indent) + part)


def _told(verdict: Verdict, *, verbose: bool) -> Iterator[tuple[int, Text]]:
    from rich.text import Text

    claim = verdict.claim
    yield 0, Text.assemble((verdict.word.value, _STYLES[verdict.word]), (f"  {visible(claim.claim_id)}", "dim"))
    yield 2, Text.assemble(("“", "dim"), visible(claim.statement), (f"” {visible(claim.locator or '')}", "dim"))
    for number, ground in enumerate(verdict.grounds):
        lead = "Besides, " + ground.word.value + ": " if number else "Because: "
        yield 2, Text.assemble((lead, "bold"), visible(" ".join(ground.because)))
        if ground.missing:
            yield 4, Text.assemble(("missing: ", "dim"), ", ".join(ground.missing))
    for dispute in verdict.disputes:
        other = dispute.other
        yield (
            2,
            Text.assemble(
                (f"{dispute.relation.capitalize()} ", "bold"), visible(f"{other.claim_id} ({claimed(other)}): {other.statement}")
            ),
        )
        for name, (one, two) in dispute.differing.items():
            if name != "value":
                yield 4, Text.assemble((f"{name} differs: ", "dim"), visible(f"{one} and {two}"))
    if any(dispute.relation in {"disputes", "disputed by"} for dispute in verdict.disputes):
        yield 2, Text("Both stay on record: the registry keeps what was published and doesn't decide between them.")
    shown = verdict.evidence if verbose else verdict.evidence[:_MOST_EVIDENCE]
    for item in shown:
        yield 2, _evidence(item)
    if len(verdict.evidence) > len(shown):
        yield 2, Text(f"and {len(verdict.evidence) - len(shown)} more (--verbose)", style="dim")


def _evidence(item: Evidence) -> Text:
    from rich.text import Text

    style = {True: "green", False: "red", None: "dim"}[item.agrees]
    text = Text.assemble((f"{item.kind}, {_MARKS[item.agrees]}: ", style), visible(item.text))
    if item.sources:
        named = "; ".join(item.sources[:_MOST_SOURCES]) + ("; …" if len(item.sources) > _MOST_SOURCES else "")
        place = f", {item.locator}" if item.locator else ""
        link = link_of(item.sources[0]) if len(item.sources) == 1 else None
        text.append(f" [{visible(named + place)}]", style=f"dim link {link}" if link else "dim")
    return text
