"""What Great Expectations imports and the gate doesn't use is left where it is until somebody uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from validation import leaving

HERE = Path(__file__).parents[2]

_KL = """
import sys
from validation.expectations import expect, load
library = load()
load("expectations")
left = [name for name in ("scipy.stats", "altair") if type(sys.modules[name]).__name__ == "_Left"]
import pandas as pd
frame = pd.DataFrame({"arm": ["a", "a", "b"]})
batch = library.get_context(mode="ephemeral").data_sources.add_pandas("x").add_dataframe_asset("y").add_batch_definition_whole_dataframe("z")
asked = expect.ExpectColumnKLDivergenceToBeLessThan(
    column="arm", partition_object={"values": ["a", "b"], "weights": [0.5, 0.5]}, threshold=0.1
)
found = batch.get_batch({"dataframe": frame}).validate(asked)
print(left, found.success, round(found.result["observed_value"], 6), type(sys.modules["scipy.stats"]).__name__)
"""


def test_an_expectation_about_a_distribution_finds_what_was_left() -> None:
    done = subprocess.run([sys.executable, "-c", _KL], cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # ln 2 + 2/3 ln(2/3) + 1/3 ln(1/3)
    assert done.stdout.splitlines()[-1] == "['scipy.stats', 'altair'] True 0.056633 module"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with a module below it, neither imported yet."""
    folder = tmp_path / "left_alone"
    folder.mkdir()
    (folder / "__init__.py").write_text("from left_alone import below\n")
    (folder / "below.py").write_text("import sys\nVALUE = 1\nsys.left_alone_loaded = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delattr(sys, "left_alone_loaded", raising=False)
    return folder.name


def test_a_module_is_imported_when_something_of_it_is_used(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (Path(sys.path[0]) / package / "__init__.py").write_text("")
    leaving.leave(f"{package}.below")
    import left_alone.below as left  # type: ignore[import-not-found]
    from left_alone import below

    assert not hasattr(sys, "left_alone_loaded")
    assert left.VALUE == below.VALUE == 1
    assert hasattr(sys, "left_alone_loaded")
    assert type(sys.modules[f"{package}.below"]).__name__ == "module"
    for name in (package, f"{package}.below"):
        monkeypatch.delitem(sys.modules, name)


def test_what_is_not_there_or_was_imported_stays_as_it_is() -> None:
    before = dict(sys.modules)
    for name in ("not_installed_anywhere", "not_installed_anywhere.below", "pathlib"):
        leaving.leave(name)
    assert dict(sys.modules) == before
