"""The commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from registry.cli import auditing, checking, comparing, diffing, exporting, gating, ledger, listing, making, querying, rulebook

__all__ = ["app"]

app = typer.Typer(
    name="outcomes",
    help="A registry of clinical-trial outcomes: every rate with its definition, population, denominator and source.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="No command uses the network. Start with `outcomes init NAME`, or `outcomes validate`.",
)

app.command(rich_help_panel="Check")(checking.validate)
app.command(rich_help_panel="Check")(checking.build)
app.command(rich_help_panel="Check")(gating.docs)
app.command(rich_help_panel="Keep")(ledger.accept)
app.command(rich_help_panel="Keep")(diffing.diff)
app.command(rich_help_panel="Keep")(ledger.history)
app.command(rich_help_panel="Keep")(ledger.verify)
app.command(rich_help_panel="Keep")(ledger.retract)
app.command(rich_help_panel="Keep")(ledger.lock)
app.command(rich_help_panel="Look")(comparing.compare)
app.command(rich_help_panel="Look")(auditing.audit)
app.command(rich_help_panel="Look")(querying.sql)
app.command("list", rich_help_panel="Look")(listing.list_packages)
app.command(rich_help_panel="Look")(listing.show)
app.command(rich_help_panel="Look")(exporting.export)
app.command(rich_help_panel="Rules and words")(rulebook.explain)
app.command(rich_help_panel="Rules and words")(rulebook.rules)
app.command(rich_help_panel="Rules and words")(rulebook.vocab)
app.command(rich_help_panel="Make")(making.init)
app.command("import", rich_help_panel="Make")(making.import_table)
app.command(rich_help_panel="Check")(listing.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        from registry.cli.listing import installed_version

        typer.echo(f"outcomes {installed_version()}")
        raise typer.Exit


@app.callback()
def outcomes(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """A registry of clinical-trial outcomes: every rate with its definition, population, denominator and source."""
