"""The help of every command: plain metavars, no word of a library's, and examples that the command takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer
import typer.testing

from registry.cli.app import app_for
from registry.cli.exits import MEANINGS, Exit
from registry.cli.parsing import in_plain_words


def commands(command: Any, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command of the command line with the words that call it, those of groups in groups too."""
    for word, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*name, word))
    yield name, command


ALL = dict(commands(typer.main.get_group(app_for())))
SINGLE = {name: command for name, command in ALL.items() if not hasattr(command, "commands")}


def ids(name: object) -> str | None:
    return " ".join(name) or "outcomes" if isinstance(name, tuple) else None


def examples(command: Any) -> list[list[str]]:
    """The words of each example in a command's help."""
    found = re.findall(r"^\s*(?:- |\*\*Example\*\*: )`(outcomes [^`]+)`", str(command.help), re.MULTILINE)
    return [shlex.split(line)[1:] for line in found]


def run(*words: str) -> Any:
    return typer.testing.CliRunner().invoke(app_for(words), list(words), env={"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"})


def test_there_are_commands() -> None:
    assert {("validate",), ("compare",), ("export",)} <= set(SINGLE)


@pytest.mark.parametrize("name", ALL, ids=ids)
def test_the_help_shows_what_to_type_and_no_type_of_a_program(name: tuple[str, ...]) -> None:
    done = run(*name, "--help")
    assert done.exit_code == 0
    assert "Usage: outcomes" in done.output
    assert not re.findall(
        r"<(?:bool|str|int|float|text|path|list|datetime)\b[^>]*>|\[\[|\{[A-Z]+\}|\]…|…\]|\bBOOLEAN\b", done.output
    )
    assert "registry.open" not in done.output  # what is installed has no module of that name


@pytest.mark.parametrize("name", SINGLE, ids=ids)
def test_every_argument_and_option_is_explained(name: tuple[str, ...]) -> None:
    assert [p.name for p in SINGLE[name].params if not getattr(p, "help", None)] == []


def test_every_command_takes_the_registrys_folder_but_those_that_need_no_registry() -> None:
    without = {" ".join(name) for name, command in SINGLE.items() if "root" not in {p.name for p in command.params}}
    assert without == {"tables", "columns", "rules", "explain"}


def test_a_day_is_written_alike_in_every_command() -> None:
    days = {p.metavar for command in SINGLE.values() for p in command.params if p.name in {"today", "on"}}
    assert days == {"DAY"}


def test_exit_codes_are_explained_once_and_a_command_says_only_what_its_1_means() -> None:
    told = " ".join(run("--help").output.split())
    assert f"Exit codes: {'; '.join(f'{code:d} {meaning}' for code, meaning in MEANINGS.items())}." in told
    assert set(Exit) - set(MEANINGS) == {Exit.INTERRUPTED}
    for name, command in SINGLE.items():
        assert re.findall(r"Exit code(?!(?:\b 1: [a-z]))", str(command.help)) == [], name


@pytest.mark.parametrize("name", SINGLE, ids=ids)
def test_every_command_has_an_example_of_itself(name: tuple[str, ...]) -> None:
    assert [words for words in examples(SINGLE[name]) if words[: len(name)] == list(name)]


@pytest.mark.parametrize(("name", "words"), [(name, words) for name, c in SINGLE.items() for words in examples(c)], ids=str)
def test_every_example_is_taken_by_the_parser(name: tuple[str, ...], words: list[str]) -> None:
    called = next(n for n in SINGLE if words[: len(n)] == list(n))
    context = SINGLE[called].make_context(" ".join(called), words[len(called) :])
    assert context.params


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["validate", "--max-findings", "many"], "whole number"),
        (["validate", "--max-findings", "-1"], "give 0 or more|not in the range"),
        (["validate", "--fail-on", "nothing"], "'nothing' is not one of"),
        (["validate", "--today", "tomorrow"], "'tomorrow'"),
        (["compare", "a", "b", "--across", "time"], "'time' is not one of"),
        (["sql", "SELECT 1", "--rows", "0"], "give 1 or more|not in the range"),
    ],
)
def test_a_wrong_word_is_answered_in_plain_words(words: list[str], said: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    shown = " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.output).split())
    assert re.search(said, shown), shown
    assert not re.search("Value error|Input should|%Y", shown)


def test_words_that_need_no_change_stay() -> None:
    assert in_plain_words("'pdf' is not one of text, json.") == "'pdf' is not one of text, json."
    assert in_plain_words("Value error, 'x' is not one of 'a'.") == "'x' is not one of 'a'."
