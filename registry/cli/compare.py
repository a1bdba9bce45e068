"""``compare``: two treatments, like with like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.answers import ANSWERS
from registry.cli.asking import asking
from registry.cli.options import (
    BY_ENDING,
    Output,
    Root,
    Verbose,
    complete_term,
    format_of,
    one_of,
    rates_elsewhere,
    subject_terms,
)
from registry.cli.progress import progress
from registry.cli.streams import answer, place, say
from registry.errors import RequestError
from registry.forest.kinds import FOREST, PICTURES
from registry.forest.order import SORTS
from registry.pooling.measures import LEADING, MEASURES
from registry.strata.stratum import DIMENSIONS
from schemas.outcome_words import COMPARED

__all__ = ["compare"]


_CROSSABLE = [name for name, one in DIMENSIONS.items() if one.is_option]


def compare(  # noqa: PLR0917  each is an option of the command
    a: Annotated[
        str,
        typer.Argument(
            metavar="A", help="A treatment or a class of treatments.", autocompletion=subject_terms, show_default=False
        ),
    ],
    b: Annotated[
        str,
        typer.Argument(
            metavar="B", help="The treatment or class to compare it with.", autocompletion=subject_terms, show_default=False
        ),
    ],
    outcome: Annotated[
        str | None,
        one_of("--outcome", COMPARED, "Only this outcome.", rates_elsewhere, show_default="all, and the other respects"),
    ] = None,
    population: Annotated[
        str | None,
        typer.Option(
            "--population",
            metavar="P",
            help="Only this population and those within it.",
            autocompletion=complete_term("populations"),
        ),
    ] = None,
    with_unstated: Annotated[
        bool, typer.Option("--with-unstated", help="Also pool rates with something unstated, in strata of their own.")
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Like with like alone: nothing assumed but that trials, where not all had both, are alike and vary by as much.",
        ),
    ] = False,
    across: Annotated[
        list[str] | None,
        one_of("--across", _CROSSABLE, "Pool across this dimension; needs --reason. May be repeated."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why you pool across; printed with the result.")
    ] = None,
    measure: Annotated[str, one_of("--measure", MEASURES, "The measure shown first, and in the plot.")] = LEADING,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw the forest plot to this file (.svg, .png, .pdf, .html).")
    ] = None,
    picture: Annotated[str | None, one_of("--picture", PICTURES, "What is drawn to it.", show_default=FOREST)] = None,
    sort: Annotated[str | None, one_of("--sort", SORTS, "The order of the trials in the plot.", show_default="trial")] = None,
    format_: Annotated[
        str | None, one_of("--format", ANSWERS["comparison"], "How the answer is written.", show_default=f"{BY_ENDING}text")
    ] = None,
    output: Output = None,
    verbose: Verbose = False,
    root: Root = None,
) -> None:
    """Compare two treatments or classes, like with like: within each stratum, never across.

    **Examples**

    - `outcomes compare ssri ketamine` – what has to be assumed, the rates, and what they depend on
    - `outcomes compare ssri ketamine --verbose` – every stratum too, and eight respects
    - `outcomes compare esketamine quetiapine --outcome remission --strict`
    - `outcomes compare ssri placebo --population mdd --plot forest.svg --measure "odds ratio"`
    - `outcomes compare sertraline placebo --plot forest.svg --sort year`
    - `outcomes compare ssri ketamine --plot ladder.svg --picture ladder`
    - `outcomes compare ssri ketamine --across population --reason "To show what an article did"`
    - `outcomes compare ssri ketamine --format html -o comparison.html`

    That nothing is compared like with like is an answer too, with the reason. Needs the database (`outcomes build`). docs/comparing.md explains what is refused and why.
    """
    output = place(output)
    format_ = format_of(format_, output, ANSWERS["comparison"], "text")
    drawn = place(plot)
    if plot is not None and drawn is None:
        raise RequestError("a plot needs a file name: give --plot FILE")
    if drawn is None and (sort or picture):
        raise RequestError(
            f"{'--sort is the order of trials in a plot' if sort else '--picture is what a plot shows'}; give --plot FILE too"
        )
    if sort and picture not in {None, FOREST}:
        raise RequestError(f"--sort is the order of trials in a forest plot; --picture {picture} has no trials in rows")
    with asking(root) as con:
        from registry.comparing.asking import ask
        from registry.comparing.terms import labels_of

        with progress(what=f"{a} and {b}"):
            comparison, respects = ask(
                con,
                a,
                b,
                outcomes=[outcome] if outcome else None,
                population=population,
                across=across or (),
                reason=reason,
                with_unstated=with_unstated,
                strict=strict,
            )
        labels = labels_of(con)
    if drawn is not None:
        from registry.forest.plotting import save

        save(comparison, drawn, labels=labels, measure=measure, sort=sort or next(iter(SORTS)), picture=picture or FOREST)
        say(f"Wrote {drawn}: {picture or FOREST}.", err=True)
    answer("comparison", format_, comparison, output, respects=respects, labels=labels, measure=measure, verbose=verbose)
