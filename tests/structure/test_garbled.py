"""Text that was read in the wrong encoding is named as what it was; a text of another language is not taken for one."""

from __future__ import annotations

import pytest

from validation.garbled import ungarbled


@pytest.mark.parametrize("text", ["Dvořák 2004", "Müller", "Gonçalves ≥ 50%", "Őry Zoltán"])
@pytest.mark.parametrize("codec", ["cp1250", "cp1251", "cp1252", "cp1253", "mac_roman", "cp437"])
def test_a_text_is_named_as_what_it_was(text: str, codec: str) -> None:
    garbled = "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())
    found = ungarbled(garbled)
    assert found is not None
    assert found[0] == text


@pytest.mark.parametrize("rounds", [1, 2])
def test_every_round_is_undone(rounds: int) -> None:
    text = "Müller 2004"
    for _ in range(rounds):
        text = text.encode().decode("cp1252")
    assert ungarbled(text) == ("Müller 2004", "Windows-1252")


@pytest.mark.parametrize(
    "text", ["SPÓŁKA", "ORĂŞANU", "„CASĂ”", "Ăştia", "Сёмин", "ΔT", "Łódź", "ŘÍŠE", "Úľ", "β–γ", "Đoković Šarić", "ŽĄSIS", "α±β"]
)
def test_a_word_of_another_language_is_one(text: str) -> None:
    assert ungarbled(text) is None
