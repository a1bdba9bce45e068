"""What one pass over the bytes shows, at the seams of its pieces too."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validation import files
from validation.files import fault_of_path, resolve, scan
from validation.hints import did_you_mean, named, near, shortened, shown
from validation.opening import Within

PIECES = st.lists(
    st.sampled_from(
        [b"a", b"\n", b"\r", b"\r\n", b'"', b" ", "é".encode(), "€".encode(), "😀".encode(), b"\xff", b"\0", b"\xe2\x82"]
    ),
    max_size=24,
)


@given(PIECES, st.integers(1, 7))
@settings(max_examples=300, deadline=None)
def test_pieces_make_no_difference(pieces: list[bytes], size: int) -> None:
    import tempfile

    content = b"".join(pieces)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "file"
        path.write_bytes(content)
        whole = scan(Within(path.parent, path.name), md5=True)
        patch.setattr(files, "_CHUNK", size)
        parts = scan(Within(path.parent, path.name), md5=True)
    same = {k: v for k, v in vars(parts).items() if k not in {"first_bytes"}}
    assert same == {k: v for k, v in vars(whole).items() if k in same}
    assert whole.loose_quotes == (b'" ' in content or b' "' in content)
    assert whole.sha256 == hashlib.sha256(content).hexdigest()
    assert whole.bare_returns == (content.replace(b"\r\n", b"").count(b"\r") > 0)
    assert whole.nul_on_line == (content.split(b"\0")[0].count(b"\n") + 1 if b"\0" in content else None)
    assert whole.not_utf8_on_line == _first_bad_line(content)


def _first_bad_line(content: bytes) -> int | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return None


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(0, 0, None), (5, 0, None), (0, 1, 1), (5, 1, 6), (1 << 19, 1, (1 << 19) + 1)]
)
def test_long_line_is_found_on_its_line(before: int, after: int, expected: int | None, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\n" * before + b"a" * (files.LONGEST_LINE + after) + b"\nb\n")
    assert scan(Within(tmp_path, "file")).long_line == expected


@given(st.text(max_size=40))
def test_a_path_is_judged_without_an_exception(path: str) -> None:
    fault = fault_of_path(path)
    assert fault is None or fault.isprintable()


@pytest.mark.parametrize("path", [".", "./.", "data", "data/"])
def test_a_folder_is_no_file(path: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    found, why, absent = resolve(tmp_path, path)
    assert found is None
    assert why is not None
    assert not absent


def test_words_of_a_message() -> None:
    assert shortened("a" * 100) == "a" * 57 + "…"
    assert shown("a\n") == r"'a\n'"
    assert shown([1]) == "[1]"
    assert named("a\x1b[31m\n") == r"`a\x1b[31m\n`"
    assert near("Outcome", ["outcomes", "arms"]) == ["outcomes"]
    assert did_you_mean("outcome", ["outcomes", "arms"], lead="; ") == "; did you mean `outcomes`?"
    assert near("x" * 10_000, ["outcomes"]) == []
    assert did_you_mean(None, ["outcomes"], otherwise="none") == "none"


@pytest.mark.parametrize("piece", [3, 7, 1 << 20])
@pytest.mark.parametrize(
    ("content", "line"),
    [(b"a\r\nb\nc\n", 1), (b"a\nb\r\nc\n", 2), (b"a\nb\nc\r\n", 3), (b"a\nb\rc\nd\r\n", 2), (b"a\nb\n", None)],
)
def test_the_first_carriage_return_has_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, line: int | None, piece: int
) -> None:
    monkeypatch.setattr(files, "_CHUNK", piece)
    (tmp_path / "file").write_bytes(content)
    assert scan(Within(tmp_path, "file")).return_on_line == line
