"""The documentation is true: its examples print what it says, its links lead somewhere, what is rendered is fresh."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from registry.strata.comparable import ARM_KINDS
from registry.strata.stratum import DIMENSIONS
from schemas.rendering import rendered_files
from tests.docs.examples import PAGES, PICTURE, ROOT, pictured, registry_in, replayed


def test_examples_print_what_the_pages_say(tmp_path: Path, documented_registry: Path) -> None:
    folder = registry_in(tmp_path, documented_registry / "registry.duckdb")
    for name in PAGES:
        page = (ROOT / name).read_text(encoding="utf-8")
        assert replayed(page, folder) == page, f"{name}: `python -m tests.docs` writes it anew"
    # Its words, since how letters are drawn, and so where a line breaks, is the affair of the drawing library and its fonts.
    assert _words(pictured(folder)) == _words(PICTURE.read_bytes()), "`python -m tests.docs` draws it anew"


def _words(picture: bytes) -> list[str]:
    return " ".join(re.findall(r">([^<>]*\w[^<>]*)</text>", picture.decode())).split()


@pytest.mark.parametrize("page", sorted(p.relative_to(ROOT).as_posix() for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]))
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
        assert (ROOT / page).parent.joinpath(target).exists(), target


@pytest.mark.parametrize("path", sorted(rendered_files(ROOT)), ids=lambda p: p.name)
def test_rendered_files_are_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == rendered_files(ROOT)[path], "`make refresh` writes it anew"


def test_every_command_is_on_a_page_that_somebody_wrote() -> None:
    """As a command, in code: `docs`, `rules` and `sources` are ordinary words too. The changelog says that a command came, not what it does."""
    import typer

    from registry.cli.app import app_for

    made = {"dictionary.md", "rules.md", "benchmarks.md"}
    pages = [ROOT / "README.md", *(page for page in (ROOT / "docs").glob("*.md") if page.name not in made)]
    told = set(
        re.findall(r"(?m)(?:`|^\s*(?:\$ )?)outcomes ([a-z]+)\b", "\n".join(page.read_text(encoding="utf-8") for page in pages))
    )
    commands = typer.main.get_group(app_for()).list_commands(None)  # type: ignore[arg-type]
    assert [command for command in commands if command not in told] == []


def test_the_page_on_rules_shows_a_rule_as_it_is() -> None:
    page = (ROOT / "docs" / "writing-a-rule.md").read_text(encoding="utf-8")
    assert page.split("```python\n", 1)[1].split("```", 1)[0] in (ROOT / "validation" / "rules" / "counts.py").read_text("utf-8")


@pytest.mark.parametrize("name", ["comparing", "glossary"])
def test_a_page_that_lists_kinds_of_arms_has_them_all(name: str) -> None:
    (row,) = re.findall(r"^\| \**arm kind\** \|.*$", (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [kind for kind in ARM_KINDS if kind != "unstated" and kind.replace("not-", "not ") not in row] == []


def test_the_glossary_names_every_dimension_of_a_stratum() -> None:
    (row,) = re.findall(r"^\| \*\*stratum\*\* .*$", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [one.name for one in DIMENSIONS.values() if one.name not in row and one.words not in row] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_variant_that_a_query_asks_for_is_explained_on_its_page(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    asked = set(re.findall(r"variant :?= '([\w-]+)'", page))
    told = set(re.findall(r"`([\w-]+)`", re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)))
    assert asked <= told
