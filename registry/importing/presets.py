"""The forms of file that need no mapping written for them: by name, with what they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from registry.importing.nodes import read_nodes

__all__ = ["CLINICALTRIALS", "PRESETS", "Preset", "preset_named"]

CLINICALTRIALS = "clinicaltrials"


@dataclass(frozen=True)
class Preset:
    """A form of file, by its name on the command line."""

    name: str
    label: str


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            CLINICALTRIALS, "results posted at ClinicalTrials.gov, as its API (version 2) gives them, a study or a page a file"
        ),
    )
}


def preset_named(mapping: Path) -> str | None:
    """The preset that a mapping completes; ``None`` for a mapping of its own. Raises ``ImportProblem`` where it can't be read."""
    node = read_nodes(mapping).entries.get("preset")
    return None if node is None else node.text
