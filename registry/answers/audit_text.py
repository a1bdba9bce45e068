"""An audit for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.answers.printed import printed
from registry.auditing.auditing import Audit
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Verdict, Word
from registry.comparing.respects import link_of
from registry.strata.drafts import with_drafts
from schemas.wording import in_quotes, listed
from validation.formats.visible import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["counts_in_words", "render"]

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

_MOST_SOURCES = 2

_DISPUTING = {"disputes", "disputed by"}


def render(audit: Audit, *, console: Console | None = None, verbose: bool = False) -> str:
    """The audit: how many claims got which verdict, then each claim with its verdict, why, and what would change it.

    ``verbose`` shows all of the reasoning, what is missing, and the evidence.
    """
    return printed(console, lambda to: _write(audit, to, verbose=verbose))


def counts_in_words(audit: Audit) -> str:
    """How many claims got which verdict, in a line."""
    number = len(audit.verdicts)
    counted = ", ".join(f"{n} {word.value}" for word, n in audit.counts.items() if n)
    return f"{number} claim{'' if number == 1 else 's'}: {counted}"


def _write(audit: Audit, console: Console, *, verbose: bool) -> None:
    from rich.text import Text

    if audit.drafts:
        console.print(Text(visible(with_drafts(audit.drafts)), style="bold"))
    console.print(Text(counts_in_words(audit), style="bold"))
    console.print(Text(f"{visible(audit.title or audit.package)} ({audit.package} {audit.version or ''})"))
    if verbose:
        for word, number in audit.counts.items():
            if number:
                console.print(Text.assemble("  ", (word.value, _STYLES[word]), f": {word.meaning}"))
    for verdict in audit.verdicts:
        console.print()
        for indent, line in _in_full(verdict) if verbose else _in_short(verdict):
            for part in line.wrap(console, max(console.width - indent, 20)):
                part.rstrip()
                console.print(Text(" " * indent) + part)
    if any(dispute.relation in _DISPUTING for verdict in audit.verdicts for dispute in verdict.disputes):
        console.print()
        console.print("Where claims dispute each other both stay on record: the registry doesn't decide between them.")
    if not verbose:
        console.print()
        console.print(Text("--verbose shows the whole reasoning and the evidence; --format html writes a page.", style="dim"))


def _head(verdict: Verdict, *, placed: bool) -> Iterator[tuple[int, Text]]:
    from rich.text import Text

    claim = verdict.claim
    yield 0, Text.assemble((verdict.word.value, _STYLES[verdict.word]), (f"  {visible(claim.claim_id)}", "dim"))
    yield (
        2,
        Text.assemble(
            ("“", "dim"),
            in_quotes(visible(claim.statement)),
            (f"”{f' {visible(claim.locator)}' if placed and claim.locator else ''}", "dim"),
        ),
    )


def _in_short(verdict: Verdict) -> Iterator[tuple[int, Text]]:
    """A few lines: why in two sentences, the second of what comes besides, what would change it, and the claims it is related to."""
    from rich.text import Text

    yield from _head(verdict, placed=False)
    yield 2, Text.assemble(("Why: ", "bold"), visible(verdict.brief))
    for ground in verdict.grounds[1:]:
        yield 2, Text.assemble((f"Besides, {ground.word.value}: ", "bold"), visible(ground.because[:2][-1]))
    yield 2, Text.assemble(("To change it: ", "bold"), visible(verdict.would_change))
    for dispute in verdict.disputes:
        names = [name for name in dispute.differing if name != "value"]
        other = visible(f"{dispute.other.claim_id} ({claimed(dispute.other)})")
        differ = f"; they differ in {listed(names)}" if names else ""
        yield 2, Text.assemble((f"{dispute.relation.capitalize()} ", "bold"), f"{other}{differ}.")


def _in_full(verdict: Verdict) -> Iterator[tuple[int, Text]]:
    from rich.text import Text

    yield from _head(verdict, placed=True)
    for number, ground in enumerate(verdict.grounds):
        lead = "Besides, " + ground.word.value + ": " if number else "Why: "
        yield 2, Text.assemble((lead, "bold"), visible(" ".join(ground.because)))
        if ground.missing:
            yield 4, Text.assemble(("missing: ", "dim"), ", ".join(ground.missing))
        yield 2, Text.assemble(("To change it: ", "bold"), visible(ground.change))
    for dispute in verdict.disputes:
        other = visible(f"{dispute.other.claim_id} ({claimed(dispute.other)}): {dispute.other.statement}")
        yield 2, Text.assemble((f"{dispute.relation.capitalize()} ", "bold"), other)
        for name, (one, two) in dispute.differing.items():
            if name != "value":
                yield 4, Text.assemble((f"{name} differs: ", "dim"), visible(f"{one} and {two}"))
    for item in verdict.evidence:
        yield 2, _evidence(item)


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
