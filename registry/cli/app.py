"""The command line: all commands in one app."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Annotated

import typer

from registry.cli.exits import MEANINGS
from registry.cli.parsing import Command, CommandGroup

__all__ = ["app_for"]

_COMMANDS = {
    "validate": ("Check", "validate", "validate"),
    "build": ("Check", "checking", "build"),
    "docs": ("Check", "gate", "docs"),
    "site": ("Look", "site", "site"),
    "accept": ("Keep", "ledger", "accept"),
    "diff": ("Keep", "diff", "diff"),
    "history": ("Keep", "ledger", "history"),
    "verify": ("Keep", "verifying", "verify"),
    "anchor": ("Keep", "verifying", "anchor"),
    "retract": ("Keep", "ledger", "retract"),
    "lock": ("Keep", "ledger", "lock"),
    "deposit": ("Keep", "deposit", "deposit"),
    "compare": ("Look", "compare", "compare"),
    "audit": ("Look", "audit", "audit"),
    "sql": ("Look", "querying", "sql"),
    "list": ("Look", "listing", "list_packages"),
    "show": ("Look", "listing", "show"),
    "export": ("Look", "export", "export"),
    "tables": ("Rules and words", "dictionary", "tables"),
    "columns": ("Rules and words", "dictionary", "columns"),
    "explain": ("Rules and words", "rulebook", "explain"),
    "rules": ("Rules and words", "rulebook", "rules"),
    "vocab": ("Rules and words", "rulebook", "vocab"),
    "corroborate": ("Look", "corroborate", "corroborate"),
    "init": ("Make", "making", "init"),
    "import": ("Make", "making", "import_table"),
    "refresh": ("Make", "making", "refresh"),
    "sources": ("Make", "sources", "sources"),
    "doctor": ("Check", "doctor", "doctor"),
}
"""Each command with its panel in the help, and the module here and the function that it is."""


def app_for(words: Sequence[str] = ()) -> typer.Typer:
    """The command line for a process with these arguments: the one command that they begin with, or all of them, for the help or
    for an unknown command. Making the others takes longer than many commands.
    """
    app = typer.Typer(
        name="outcomes",
        help="A registry of clinical-trial outcomes: every rate with its definition, population, denominator and source.",
        cls=CommandGroup,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=(
            "No command uses the network. Start with `outcomes init NAME`, or `outcomes validate`.\n\n"
            f"Exit codes: {'; '.join(f'{code:d} {meaning}' for code, meaning in MEANINGS.items())}."
        ),
    )
    for name in [word for word in words[:1] if word in _COMMANDS] or _COMMANDS:
        panel, module, function = _COMMANDS[name]
        command = getattr(importlib.import_module(f".{module}", __package__), function)
        app.command(name, cls=Command, rich_help_panel=panel)(command)
    app.callback()(_outcomes)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from registry.cli.listing import installed_version
        from registry.cli.streams import say

        say(f"outcomes {installed_version()}")
        raise typer.Exit


def _outcomes(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """A registry of clinical-trial outcomes: every rate with its definition, population, denominator and source."""
