"""A package that is valid may still not be fit to be accepted: it lacks a name, somebody who made it, or anything to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import sample
from tests.cli.invoking import outcomes


@pytest.fixture
def root(tmp_path: Path) -> Path:
    sample.write(tmp_path / "datapackages" / "sample")
    return tmp_path


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"title": None}, "it has no title"),
        ({"title": " "}, "it has no title"),
        ({"contributors": None}, "it names no contributors"),
        ({"contributors": [{"title": ""}]}, "it names no contributors"),
    ],
)
def test_a_package_that_says_too_little_of_itself_is_refused(root: Path, spoilt: dict[str, object], said: str) -> None:
    sample.write(root / "datapackages" / "sample", descriptor=spoilt)
    for words in (("accept", "sample", "--by", "A Person"), ("accept", "sample", "--by", "A Person", "--dry-run")):
        done = outcomes(*words, cwd=root)
        assert done.returncode == 1, done
        assert said in done.stderr or said in done.stdout
    assert not (root / ".registry" / "ledger.jsonl").exists()


def test_an_empty_package_is_refused_and_so_is_a_readme_that_nobody_wrote(root: Path) -> None:
    empty = {**sample.TABLES, "outcomes": []}
    sample.write(root / "datapackages" / "sample", empty)
    done = outcomes("accept", "sample", "--by", "A Person", cwd=root)
    assert (done.returncode, "it has nothing to answer with" in done.stderr) == (1, True), done
    made = outcomes("init", "other", "--licence", "CC0-1.0", "--title", "Other", "--contributor", "A Person", cwd=root)
    assert made.returncode == 0, made
    readme = (root / "datapackages" / "other" / "README.md").read_bytes()
    folder = root / "datapackages" / "sample"
    sample.write(folder)
    (folder / "README.md").write_bytes(readme.replace(b"other", b"sample"))
    done = outcomes("accept", "sample", "--by", "A Person", cwd=root)
    assert (done.returncode, "is as `outcomes init` wrote it" in done.stderr) == (1, True), done
    for spoil in (lambda: (folder / "README.md").write_text(" \n"), (folder / "README.md").unlink):
        spoil()
        done = outcomes("accept", "sample", "--by", "A Person", cwd=root)
        assert (done.returncode, "it has no README.md, or an empty one" in done.stderr) == (1, True), done


def test_a_waiver_is_advised_where_one_is_possible(root: Path) -> None:
    folder = root / "datapackages" / "sample"
    for spoil, advised in (
        (lambda: sample.write(folder, sample.cell("outcomes", "percent_reported", "99.0")), True),
        (lambda: (folder / "datapackage.json").write_text("{"), False),
    ):
        spoil()
        done = outcomes("accept", "sample", "--by", "A Person", cwd=root)
        assert (done.returncode, "or waive it with a reason" in done.stderr) == (1, advised), done


def test_a_dry_run_says_what_would_happen_and_writes_nothing(root: Path) -> None:
    done = outcomes("accept", "sample", "--by", "A Person", "--dry-run", cwd=root)
    assert (done.returncode, done.stdout) == (0, "sample@1.0.0 would be accepted; nothing was written.\n")
    assert not (root / ".registry" / "ledger.jsonl").exists()
    assert outcomes("accept", "sample", "--by", "A Person", cwd=root).returncode == 0
    assert "already" in outcomes("accept", "sample", "--by", "A Person", "--dry-run", cwd=root).stdout
