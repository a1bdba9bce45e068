"""How a site is written: what changed alone, all or what a next run goes on from, and nothing that isn't its own."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import registry
from registry.site.making import make_site
from registry.site.writing import LISTING, PENDING, Written, known, write
from tests.cli.invoking import outcomes
from tests.docs.examples import ROOT


def test_only_what_changed_is_written(site: Path, real_registry: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(site, tmp_path / "site"))
    opened = registry.open(real_registry)
    with opened.connect() as con:
        assert make_site(opened, con, folder).written == 0
        (folder / "rules" / "OUT001.html").unlink()
        (folder / "trials" / "old").mkdir()
        (folder / "trials" / "old" / "trial.html").write_text("a page of before")
        files = known(folder)
        assert files is not None
        listing = {"generator": "trial-outcomes", "files": {**files, "trials/old/trial.html": "0" * 64}}
        (folder / LISTING).write_text(json.dumps(listing))
        done = make_site(opened, con, folder)
    assert (done.written, done.removed) == (1, 1)
    assert not (folder / "trials" / "old" / "trial.html").exists()


def test_what_is_no_site_is_left_alone(real_registry: Path, tmp_path: Path) -> None:
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.txt").write_text("mine")
    done = outcomes("site", "--output", str(other), cwd=real_registry)
    assert done.returncode == 2
    assert "has other files than such a site, such as chapter.txt; choose" in done.stderr
    for command in ("site", "docs"):
        done = outcomes(command, "--output", str(other / "chapter.txt"), cwd=real_registry)
        assert (done.returncode, "chapter.txt is not a folder; choose" in done.stderr) == (2, True)
    assert [path.name for path in other.iterdir()] == ["chapter.txt"]


def test_the_two_commands_that_write_pages_have_a_folder_each(real_registry: Path, tmp_path: Path) -> None:
    shutil.copytree(real_registry, tmp_path / "registry")
    here, there = tmp_path / "registry" / "gate", tmp_path / "site"
    assert outcomes("docs", cwd=here.parent).returncode == 0
    assert [path.name for path in here.iterdir()] == ["index.html"]
    write(there, [("index.html", b"a site's")])
    for command, folder, other in (("site", here, "docs"), ("docs", there, "site")):
        done = outcomes(command, "--output", str(folder), cwd=here.parent)
        said = f"{folder.name} has what `outcomes {other}` wrote; choose another folder with --output"
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("place", ["between", "draft", "listing"])
def test_a_run_that_was_killed_is_gone_on_from(tmp_path: Path, place: str, first: bool) -> None:
    """Between two files, while one is written, and while the listing is; with an earlier site there or without."""
    folder = tmp_path / "site"
    if not first:
        write(folder, [("old.html", b"0"), ("a/1.html", b"0")])
    killed = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom registry.site.writing import write\n"
        "place, replaced = sys.argv[2], Path.replace\n"
        "def kill(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "def replace(path, to):\n"
        "    kill() if to.name == {'draft': '2.html', 'listing': 'site.json'}.get(place) else replaced(path, to)\n"
        "Path.replace = replace\n"
        "def files():\n"
        "    yield from [('a/1.html', b'1'), ('a/2.html', b'2')]\n"
        "    if place == 'between': kill()\n"
        "    yield 'a/3.html', b'3'\n"
        "write(Path(sys.argv[1]), files())\n"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(folder), place], check=False, cwd=ROOT)
    assert done.returncode == -signal.SIGKILL
    assert (folder / PENDING).is_file()
    assert known(folder) is not None
    (folder / "mine.txt").write_text("mine")
    files = [("a/1.html", b"1"), ("a/2.html", b"two"), ("b.html", b"b")]
    with pytest.raises(FileExistsError, match=r"isn't a file of this site"):
        write(folder, [*files, ("mine.txt", b"ours")])
    write(folder, files)
    left = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert left.pop(LISTING)
    assert left == {**dict(files), "mine.txt": b"mine"}
    assert write(folder, files) == Written(0, 3, 0)


@pytest.mark.parametrize("cut", [0, 1, 20])
def test_a_folder_in_which_only_a_beginning_was_made_is_a_site(tmp_path: Path, cut: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, _interrupted())
    pending = tmp_path / PENDING
    (tmp_path / "a.html").unlink()
    pending.write_bytes(pending.read_bytes()[:cut])
    assert known(tmp_path) == {}
    pending.write_text("a thesis")
    assert known(tmp_path) is None


def _interrupted() -> Iterator[tuple[str, bytes]]:
    yield "a.html", b"a"
    raise KeyboardInterrupt


@pytest.mark.parametrize("path", ["../out", "/out", "a//b", "a/../../b", ""])
def test_a_listing_that_leads_elsewhere_is_none(tmp_path: Path, path: str) -> None:
    (tmp_path / LISTING).write_text(json.dumps({"generator": "trial-outcomes", "files": {path: "0" * 64}}))
    assert known(tmp_path) is None
    (tmp_path / LISTING).unlink()
    (tmp_path / PENDING).write_text('{"generator": "trial-outcomes", "begun": true}\n' + json.dumps(path) + "\n")
    assert known(tmp_path) is None


def test_a_folder_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(site, [("a/b.html", b"1")])
    shutil.rmtree(site / "a")
    (site / "a").symlink_to(elsewhere)
    with pytest.raises(FileExistsError, match="is a link to elsewhere"):
        write(site, [("a/b.html", b"2")])
    assert list(elsewhere.iterdir()) == []


def test_what_has_no_page_any_more_goes_with_its_folders_and_no_further(tmp_path: Path) -> None:
    """What a link leads to isn't the site's, though the listing names a file that lies there."""
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "e.html").write_text("mine")
    write(site, [(path, b"1") for path in ("a/b/c.html", "a/d.html", "e/e.html", "f/g/h.html", "i.html")])
    (site / "f" / "mine.txt").write_text("mine")
    shutil.rmtree(site / "e")
    (site / "e").symlink_to(elsewhere)
    assert write(site, [("i.html", b"1")]).removed == 4
    left = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    assert left == {"e", "f", "f/mine.txt", "i.html", LISTING}
    assert (elsewhere / "e.html").read_text() == "mine"
