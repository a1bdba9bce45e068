"""``compare``: two treatments, like with like."""

from __future__ import annotations

import io
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.choices import Outcome
from registry.cli.options import Root
from registry.cli.streams import deliver, heard_or_not, place

if TYPE_CHECKING:
    from registry.comparing.comparison import Comparison
    from registry.comparing.respects import Respect

__all__ = ["compare"]


class Form(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class Dimension(StrEnum):
    """What a stratum is made of."""

    DEFINITION = "definition"
    POPULATION = "population"
    WINDOW = "window"
    ARM_KIND = "arm-kind"


def compare(  # noqa: PLR0917  each is an option of the command
    a: Annotated[str, typer.Argument(metavar="A", help="A treatment, or a class of treatments.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.", show_default=False)],
    outcome: Annotated[
        Outcome | None,
        typer.Option("--outcome", help="The rates of this outcome alone.", show_default="all, and the other respects"),
    ] = None,
    population: Annotated[
        str | None, typer.Option("--population", metavar="P", help="This population alone, and those that are part of it.")
    ] = None,
    with_unstated: Annotated[
        bool, typer.Option("--with-unstated", help="Pool rates too of which a word is not stated, in strata of their own.")
    ] = False,
    across: Annotated[
        list[Dimension] | None,
        typer.Option("--across", help="Cross a dimension, which needs a reason; may be given several times."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why it is crossed: it is printed beside.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw the forest plot to this file (.svg, .png, .html).")
    ] = None,
    format_: Annotated[Form, typer.Option("--format", help="How the answer is written.")] = Form.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there, not to stdout.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Cut no list short.")] = False,
    root: Root = None,
) -> None:
    """Compare two treatments or classes, like with like: stratum by stratum, and never one number across strata.

    **Examples**

    - `outcomes compare ssri ketamine` – the eight respects, and every rate with what it can be held against
    - `outcomes compare esketamine quetiapine --outcome remission`
    - `outcomes compare ssri placebo --population mdd --plot forest.svg`
    - `outcomes compare ssri ketamine --across population --reason "To show what an article did"`
    - `outcomes compare ssri ketamine --format html -o comparison.html`

    Nothing to compare is an answer too, with why. Needs the database (`outcomes build`). docs/comparing.md tells what is refused, and why.
    """
    output = place(output)
    drawn = place(plot)
    from registry.access import open as open_registry
    from registry.packages.finding import find_root

    con = open_registry(find_root(root)).connect()
    try:
        from registry.comparing.asking import ask, labels_of

        comparison, respects = ask(
            con,
            a,
            b,
            outcomes=[outcome.value] if outcome else None,
            population=population,
            across=[d.value for d in across or ()],
            reason=reason,
            with_unstated=with_unstated,
        )
        labels = labels_of(con)
    finally:
        con.close()
    if drawn is not None:
        from registry.forest.plotting import save

        save(comparison, drawn, labels=labels)
    _write(comparison, respects, labels, format_, output, verbose=verbose)


def _write(
    comparison: Comparison,
    respects: Sequence[Respect],
    labels: dict[str, str],
    format_: Form,
    output: Path | None,
    *,
    verbose: bool,
) -> None:
    with heard_or_not():
        if format_ is Form.JSON:
            from registry.answers.comparison_json import render_json

            deliver([render_json(comparison, respects)], output)
        elif format_ is Form.HTML:
            from registry.answers.comparison_html import render_html

            deliver([render_html(comparison, respects, labels=labels)], output)
        else:
            from rich.console import Console

            from registry.answers.comparison_text import render_text

            if output is None:
                render_text(comparison, respects, console=Console(highlight=False), labels=labels, verbose=verbose)
                return
            words = io.StringIO()
            render_text(comparison, respects, console=Console(width=140, file=words), labels=labels, verbose=verbose)
            deliver([words.getvalue()], output)
