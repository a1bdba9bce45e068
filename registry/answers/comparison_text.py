"""A comparison for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from registry.answers.ladder_words import (
    SensitivityWords,
    bottom_line,
    bounds_line,
    measure_of,
    methods_line,
    other_rung,
    rung_words,
    sensitivity_words,
    silent_words,
    unchanged_words,
)
from registry.answers.mean_words import mean_words
from registry.answers.network_words import gap_words, network_words
from registry.answers.printed import printed
from registry.comparing.comparison import ApartStratum, Comparison, OutcomeAnswer, SharedStratum
from registry.comparing.respects import Cell, Respect
from registry.comparing.sides import Side
from registry.pooling.by_subject import Contrast
from registry.pooling.contrasts import Indirect
from registry.pooling.measures import LEADING, PROPORTION, measure_named
from registry.pooling.scales import whole_percent, whole_percents
from registry.strata.drafts import with_drafts
from registry.strata.rows import VARIANTS
from registry.strata.stratum import Stratum
from schemas.wording import counted
from validation.formats.visible import visible

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from registry.pooling.random_effects import Pooled, Range
    from registry.pooling.scales import Scale

__all__ = ["render"]

_MOST_STATEMENTS = 3
_MOST_APART = 8
_MOST_UNPOOLED = 6
_ANY_WIDTH = 1 << 16


def render(
    comparison: Comparison,
    *,
    respects: Sequence[Respect] = (),
    console: Console | None = None,
    labels: Mapping[str, str] | None = None,
    verbose: bool = False,
    measure: str = LEADING,
) -> str:
    """The comparison: of each outcome the bottom line, what it would be under other assumptions, and what it depends on.

    With ``verbose``, or where a dimension is crossed, every stratum follows, and then the table of respects. ``labels`` gives words for the
    ids of vocabularies, ``measure`` names the measure shown first.
    """
    told = _Told(labels or {}, measure_named(measure).name, verbose=verbose)
    return printed(console, lambda to: _write(comparison, respects, to, told))


def _write(comparison: Comparison, respects: Sequence[Respect], console: Console, told: _Told) -> None:
    from rich.text import Text

    _begin(comparison, console, told)
    in_full = told.verbose or bool(comparison.across)
    for answer in comparison.outcomes:
        console.print()
        console.rule(f"[bold]{answer.outcome.capitalize()}[/bold]", align="left")
        if not comparison.across:
            for part in told.ladder(answer, comparison):
                console.print(part)
        if in_full:
            # The bottom line has said already that there is no rate.
            if not answer.without or comparison.across or comparison.strict:
                console.print(Text(f"{'' if comparison.across else chr(10)}{visible(answer.summary)}"))
            for part in told.outcome(answer):
                console.print(part)
    for part in told.sensitivity(comparison, console):
        console.print(part)
    if comparison.means:
        console.print()
        console.rule("[bold]Means[/bold]", align="left")
        for number, found in enumerate(comparison.means if in_full else comparison.means[:1]):
            where, *said = mean_words(found, told.word)
            console.print(f"{chr(10) if number else ''}[bold]{where}[/bold]", *said, sep="\n")
    if respects and in_full:
        # Last, where a terminal shows it without scrolling.
        console.print()
        console.print(told.table(comparison, respects))
    if not in_full:
        console.print()
        console.print(Text(_more(comparison, respects), style="dim"))


def _begin(comparison: Comparison, console: Console, told: _Told) -> None:
    """What is compared, and what a reader must know first: drafts, warnings, what was crossed."""
    from rich.text import Text

    if comparison.drafts:
        console.print(Text(visible(with_drafts(comparison.drafts)), style="bold"))
    console.print(f"[bold]{told.word(comparison.a)}[/bold] and [bold]{told.word(comparison.b)}[/bold]")
    if comparison.population:
        console.print(f"Trials in {told.word(comparison.population)} only, including populations within it.")
    for warning in comparison.warnings:
        console.print(Text.assemble(("Warning:", "bold red"), f" {visible(warning)}"))
    if comparison.reason:
        console.print(Text(f"Crossed: {', '.join(comparison.across)}. Reason: {visible(comparison.reason)}"))


def _more(comparison: Comparison, respects: Sequence[Respect]) -> str:
    """What the short answer leaves out."""
    strata = sum(len(answer.shared) + len(answer.apart) + len(answer.unpooled) for answer in comparison.outcomes)
    left = [
        *([f"{counted(strata, 'stratum', 'strata')} one by one"] if strata else []),
        *([f"means of {len(comparison.means) - 1} more"] if len(comparison.means) > 1 else []),
        *([f"the {len(respects)} respects"] if respects else []),
    ]
    verbose = f"With --verbose: {', '.join(left)}. " if left else ""
    return f"{verbose}With --format html: all of it, with every trial and its source."


class _Told:
    """Parts of the answer as things that Rich prints. Words of data are made visible and never taken for markup."""

    def __init__(self, labels: Mapping[str, str], leading: str, *, verbose: bool) -> None:
        self.labels, self.leading, self.verbose = labels, leading, verbose

    def word(self, term: str) -> str:
        return self.seen(self.labels.get(term, term))

    def seen(self, words: str) -> str:
        from rich.markup import escape

        return escape(visible(words))

    def ladder(self, answer: OutcomeAnswer, comparison: Comparison) -> Iterator[RenderableType]:
        """The bottom line, what its rates depend on, and the other sets of assumptions; with ``verbose`` their details."""
        a, b = comparison.a, comparison.b
        if comparison.strict and not answer.rungs:
            if not self.verbose:  # else the strata follow, under it
                yield f"[bold]{self.seen(answer.summary)}[/bold]"
                yield from (part for one in answer.shared if one.is_compared for part in self.stratum_of_both(one))
            return
        assumed, *rest = bottom_line(
            answer.rungs,
            a,
            b,
            answer.outcome,
            self.word,
            without=answer.without,
            measure=self.leading,
            population=comparison.population,
            elsewhere=answer.elsewhere,
        )
        yield f"[bold]{assumed}[/bold] {' '.join(rest)}"
        if answer.without:
            return
        if not answer.rungs:
            yield "" if self.verbose else self.seen(answer.summary)
        elif self.verbose:
            yield ""
            yield from self.rungs(answer, comparison)
        else:
            if (where := {Stratum.of(row) for row in (*answer.rungs[0].rows_a, *answer.rungs[0].rows_b)}) and len(where) == 1:
                yield f"[dim]In: {self.stratum(*where)}.[/dim]"
            yield from (f"[dim]{line}[/dim]" for line in bounds_line(answer.rungs[0], a, b, self.word))
            yield from (f"[dim]{other_rung(rung, self.word, self.leading)}[/dim]" for rung in answer.rungs[1:])

    def rungs(self, answer: OutcomeAnswer, comparison: Comparison) -> Iterator[RenderableType]:
        from rich.padding import Padding

        a, b = comparison.a, comparison.b
        for rung in answer.rungs:
            said = rung_words(rung, a, b, self.word, self.leading)
            yield f"[bold]Assuming {said.assumptions}[/bold]: {self.word(a)} {said.a}, {self.word(b)} {said.b}; {said.effect}."
            yield from (Padding(f"[dim]{detail}[/dim]", (0, 0, 0, 2)) for detail in said.details)

    def sensitivity(self, comparison: Comparison, console: Console) -> Iterator[RenderableType]:
        """What the first rung of each outcome depends on, in one table, or in one for each where that is too wide."""
        answers = [answer for answer in comparison.outcomes if answer.rungs]
        if not answers:
            return
        own = [
            {line.short: line for line in sensitivity_words(answer.rungs[0], answer.sensitivity, self.leading, brief=True)}
            for answer in answers
        ]
        # A variant that one outcome hasn't changes nothing of it.
        names = list(dict.fromkeys(name for lines in own for name in lines))
        found = [[lines.get(name, SensitivityWords(name, "", "=", "=", "=")) for name in names] for lines in own]
        columns = [self.sensitive(answer, lines, comparison) for answer, lines in zip(answers, found, strict=True)]
        cells = list(zip(*(cells for some in columns for _, cells in some), strict=True))
        same = [set(line) == {"="} for line in cells]

        def table(*some: tuple[str, Sequence[str]]) -> Table:
            made = _plain_table("sensitivity\n", *(head for head, _ in some))
            made.columns[0].no_wrap = True
            for name, line, is_same in zip(names, zip(*(cells for _, cells in some), strict=True), same, strict=True):
                if not is_same:
                    made.add_row(name, *line)
            return made

        whole = table(*(column for some in columns for column in some))
        width = console.measure(whole, options=console.options.update(max_width=_ANY_WIDTH)).maximum
        for one in [whole] if width <= console.width else [table(*some) for some in columns]:
            yield ""
            yield one
        # What one outcome's trials state isn't stated of none.
        told = [min((lines[name] for lines in own if name in lines), key=lambda line: line.unstated) for name in names]
        yield from (
            f"[dim]{line}[/dim]" for line in unchanged_words([one for one, is_same in zip(told, same, strict=True) if is_same])
        )
        yield f"[dim]{methods_line([answer.rungs[0] for answer in answers])}[/dim]"

    def sensitive(
        self, answer: OutcomeAnswer, lines: Sequence[SensitivityWords], comparison: Comparison
    ) -> list[tuple[str, list[str]]]:
        """The columns of one outcome in the table of sensitivity, without those in which nothing stands."""
        heads = {
            "a": f"{answer.outcome}\n{self.word(comparison.a)}",
            "b": f"\n{self.word(comparison.b)}",
            "effect": f"\n{measure_of(answer.rungs[0], self.leading)}",
        }
        columns = [(head, [getattr(line, of) for line in lines]) for of, head in heads.items()]
        return [(head, cells) for head, cells in columns if set(cells) != {"–", "="}]

    def stratum(self, stratum: Stratum) -> str:
        return " · ".join(stratum.in_words(self.word))

    def table(self, comparison: Comparison, respects: Sequence[Respect]) -> RenderableType:
        from rich.table import Table

        table = Table(show_lines=True, expand=True)
        table.add_column("", no_wrap=True, style="bold")
        table.add_column(self.word(comparison.a), ratio=1, overflow="fold")
        table.add_column(self.word(comparison.b), ratio=1, overflow="fold")
        for respect in respects:
            table.add_row(respect.name, self.cell(respect.a), self.cell(respect.b))
        return table

    def cell(self, cell: Cell) -> RenderableType:
        from rich.text import Text

        text = Text()
        shown = cell.statements if self.verbose else cell.statements[:_MOST_STATEMENTS]
        for number, statement in enumerate(shown):
            text.append("\n" if number else "")
            text.append(visible(statement.text))
            if statement.source:
                place = f", {statement.locator}" if statement.locator else ""
                text.append(
                    f" [{visible(statement.source)}{visible(place)}]",
                    style=f"dim link {statement.link}" if statement.link else "dim",
                )
        if len(cell.statements) > len(shown):
            text.append(f"\nand {len(cell.statements) - len(shown)} more (--verbose)", style="dim")
        if not cell.statements:
            text.append("nothing in the registry", style="dim")
        return text

    def outcome(self, answer: OutcomeAnswer) -> Iterator[RenderableType]:
        for shared in answer.shared:
            yield from self.stratum_of_both(shared)
        shown = answer.apart if self.verbose else answer.apart[:_MOST_APART]
        if shown:
            yield ""
            yield "[bold]Strata with only one of the two[/bold]"
            yield self.apart(shown)
        if len(answer.apart) > len(shown):
            yield f"and {len(answer.apart) - len(shown)} more (--verbose)"
        if answer.unpooled:
            yield ""
            yield from self.unpooled(answer)

    def stratum_of_both(self, shared: SharedStratum) -> Iterator[RenderableType]:
        yield ""
        yield f"[bold]{self.stratum(shared.stratum)}[/bold]"
        yield self.rates([shared.a, shared.b])
        if shared.warning:
            yield f"[bold red]Warning:[/bold red] {self.seen(shared.warning)}"
        if shared.network is not None:
            lead, *under = network_words(shared.network, shared.a.subject, shared.b.subject, self.word, classes=shared.of_classes)
            yield lead
            yield from (f"  {line}" for line in under)
        elif shared.network_gap is not None:
            yield from gap_words(shared.network_gap, self.word)
        if shared.contrast is None and shared.network is not None:
            return
        if shared.contrast is None:
            yield f"No contrast: {shared.obstacle.value.words}."
            return
        yield from self.contrast("", shared.contrast, shared)
        for name, other in shared.contrasts.items():
            yield from self.contrast(VARIANTS[name][1], other, shared)

    def rates(self, sides: Sequence[Side]) -> Table:
        # The analysis sets are beside the name: in a column of their own they leave so little room that words break.
        table = _plain_table("", "rate", "95% CI", "trials", "n", "prediction", "I²", "tau²")
        for side in sides:
            table.add_row(f"{self.word(side.subject)} · {', '.join(map(self.word, side.sets))}", *_figures(side.pooled))
            for words, of in _beside(side.pooled):
                table.add_row(f"  [dim]{words}[/dim]", *(f"[dim]{said}[/dim]" for said in _ranged(of)))
            for name, pooled in side.variants.items():
                table.add_row(f"  [dim]{VARIANTS[name][1]}[/dim]", *_figures(pooled))
        return table

    def contrast(self, variant: str, found: Contrast, of: SharedStratum) -> Iterator[str]:
        (leading, first), *others = found.led_by(self.leading)
        through = f"indirect, through {self.word(str(found.via))}, so it need not follow the two rates"
        how = "head to head" if found.is_direct else through
        alone = (
            "" if of.network is None or not found.is_direct else f" by {'its' if len(found.trials) == 1 else 'their'} own spread"
        )
        trials = (
            f"{first.k_ac} and {counted(first.k_bc, 'trial')}"
            if isinstance(first, Indirect)
            else counted(len(found.trials), "trial")
        )
        lead = f"  [dim]{variant}:[/dim] " if variant else ""
        two = f"{self.word(of.a.subject)} vs {self.word(of.b.subject)}"
        said = [f"{leading.name.capitalize()}, {two}, {_said(leading.scale, first, '95% CI ')}"]
        said += [f"{measure.name} {_said(measure.scale, effect)}" for measure, effect in others]
        yield f"{lead}{', '.join(said)}; {how}, {trials}{alone}{silent_words(found, lambda label: self.word(of.study(label)))}."

    def apart(self, strata: Sequence[ApartStratum]) -> Table:
        table = _plain_table("", "rate", "95% CI", "trials", "n", "stratum; nearest stratum of the other")
        for one in strata:
            rate, interval, trials, n, *_ = _figures(one.side.pooled)
            where = f"{self.stratum(one.stratum)} · {', '.join(map(self.word, one.side.sets))}"
            table.add_row(self.word(one.side.subject), rate, interval, trials, n, where)
            for words, of in _beside(one.side.pooled):
                table.add_row("", *(f"[dim]{said}[/dim]" for said in _ranged(of)), "", "", f"[dim]{words}[/dim]")
            for name, pooled in one.side.variants.items():
                rate, interval, trials, n, *_ = _figures(pooled)
                table.add_row("", f"[dim]{rate}[/dim]", f"[dim]{interval}[/dim]", trials, n, f"[dim]{VARIANTS[name][1]}[/dim]")
            for near in one.nearest[:1]:
                apart = [f"{d}: {self.word(x)} versus {self.word(y)}" for d, (x, y) in near.differences.items()]
                if near.sets is not None:
                    mine, theirs = (", ".join(map(self.word, words)) for words in near.sets)
                    apart.append(f"analysis set: {mine} versus {theirs}")
                told = f"nearest of {self.word(near.side.subject)} ({whole_percent(near.side.pooled.estimate)}) differs in {'; '.join(apart)}"
                table.add_row("", "", "", "", "", f"[dim]{told}[/dim]")
        return table

    def unpooled(self, answer: OutcomeAnswer) -> Iterator[str]:
        yield "[bold]Shown, not pooled: something is unstated[/bold] (add --with-unstated to include them)"
        shown = answer.unpooled if self.verbose else answer.unpooled[:_MOST_UNPOOLED]
        for one in shown:
            rates = [row.rate for row in one.rows]
            arms = counted(len(rates), "arm")
            yield f"  {self.word(one.subject)}: {whole_percents(rates)} in {arms}; {self.stratum(one.stratum)}; unstated: {', '.join(one.words)}"
        if len(answer.unpooled) > len(shown):
            yield f"  and {len(answer.unpooled) - len(shown)} more strata (--verbose)"


def _plain_table(*names: str) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for name in names:
        right = name in {"rate", "trials", "n", "I²", "tau²"}
        table.add_column(
            name,
            justify="right" if right else "left",
            no_wrap=right or name in {"95% CI", "prediction"},
            overflow="fold",
            header_style="dim",
        )
    return table


def _said(scale: Scale, of: Pooled | Indirect, interval: str = "") -> str:
    return f"{scale.said(of.estimate)} ({interval}{scale.interval(of.low, of.high)})"


def _beside(pooled: Pooled) -> list[tuple[str, Range]]:
    """Where a prior makes the estimate, what the prior does: the common effect, and half and double of its scale."""
    if pooled.half is None or pooled.double is None or pooled.common is None:
        return []
    return [("common effect", pooled.common), ("prior halved", pooled.half), ("prior doubled", pooled.double)]


def _ranged(of: Range) -> list[str]:
    return [PROPORTION.scale.said(of.estimate), PROPORTION.scale.interval(of.low, of.high)]


def _figures(pooled: Any) -> list[str]:
    scale = PROPORTION.scale
    return [
        scale.said(pooled.estimate),
        scale.interval(pooled.low, pooled.high),
        f"{pooled.k:,}",
        f"{pooled.n:,}",
        "–" if pooled.prediction_low is None else scale.interval(pooled.prediction_low, pooled.prediction_high),
        "–" if pooled.i2 is None else f"{pooled.i2:.0f}%",
        "–" if pooled.tau2 is None else f"{pooled.tau2:.2f}",
    ]
