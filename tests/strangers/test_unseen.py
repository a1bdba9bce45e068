"""What can't be seen, in every text that a stranger may write, is printed by no command: not as text, not as JSON, not as CSV."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path

import pytest

from tests.cli.invoking import outcomes
from tests.strangers.registries import PAINT, broken


@pytest.fixture(scope="module")
def told(painted: Path) -> dict[str, str]:
    said: dict[str, str] = json.loads((painted / "told.json").read_text(encoding="utf-8"))["answers"]
    return said


def unseen(text: str, keep: str = "\n") -> set[str]:
    """The characters of a text that can't be seen, or aren't where they are."""
    hidden = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    return {c for c in text if (unicodedata.category(c) in hidden or c == "\u3164") and c not in keep}


def test_no_command_prints_what_cannot_be_seen(told: dict[str, str]) -> None:
    for command, words in told.items():
        csv_file = "--format csv" in command or command.startswith("export --")
        assert not unseen(words, "\n\t" if csv_file else "\n"), command
        assert words.count("\u0301" * 5) == 0, command
    shown = [command for command, words in told.items() if "gnp" in words]
    assert len(shown) > 30, "and the words are there to be read"


def written(words: str) -> str:
    """What a command wrote, without the drafts that it names on stderr."""
    return words.partition("With drafts that nobody has accepted: ")[0]


def test_json_keeps_every_value(told: dict[str, str]) -> None:
    (source, *_) = json.loads(written(told["sql FROM sources --format json"]))
    assert source["title"] == f"{PAINT} sources.title"
    record = json.loads(told["history --format json"])[0]
    assert (record["by"], record["note"]) == (PAINT.strip(), PAINT)
    audit = json.loads(told["audit one --verbose --format json"])
    assert audit["verdicts"][0]["claim"]["statement"] == f"{PAINT} claims.statement"
    assert all(json.loads(written(words)) for command, words in told.items() if "--format json" in command)


def test_csv_has_its_rows_and_columns(told: dict[str, str]) -> None:
    header, *rows = csv.reader(io.StringIO(written(told["sql FROM sources --format csv"])))
    assert len(rows) == 2
    assert {len(row) for row in rows} == {len(header)}
    assert "\\x1b[31m" in rows[0][header.index("title")]


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_a_package_of_it_is_told_of_in_what_can_be_seen(tmp_path: Path, form: str) -> None:
    package = broken(tmp_path / "x\x1b[31m\u202e\u200b", PAINT, "\x1b[31m\u202e\u200b")
    done = outcomes("validate", str(package), "-v" if form == "text" else "--fail-on=note", "--format", form, cwd=tmp_path)
    assert done.returncode == 1
    assert not unseen(done.stdout + done.stderr)
    for command in ("show", "diff", "accept"):
        words = (command, str(package), str(package)) if command == "diff" else (command, str(package))
        done = outcomes(*words, cwd=tmp_path)
        assert not unseen(done.stdout + done.stderr), command
