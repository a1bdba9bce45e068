"""The forms of file that need no mapping written for them: by name, with what they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["CLINICALTRIALS", "PRESETS", "Preset", "preset_named", "template_of"]

CLINICALTRIALS = "clinicaltrials"


@dataclass(frozen=True)
class Preset:
    """A form of file, by its name on the command line.

    ``template`` is the mapping for files of this form, with places for what each file holds:

    * ``{{file}}``, ``{{sha256}}``, ``{{name}}``, ``{{title}}``, ``{{licence}}`` and ``{{url}}``; ``{{reading}}`` for how the file is read;
    * ``map: ?VOCABULARY of COLUMN``: the terms that the column's values mean (``sql:`` for several columns); with ``where COLUMN``, of
      rows in which that column holds a number that is not 0;
    * a line that ends with ``# if COLUMN``, or ``# unless COLUMN``, is there for files with, or without, that column; it may end with several.

    A form without a template is read by code of its own.
    """

    name: str
    label: str
    template: Path | None = None


_TEMPLATES = Path(__file__).parent / "templates"

PRESETS = {
    preset.name: preset
    for preset in (
        Preset(CLINICALTRIALS, "results posted at ClinicalTrials.gov"),
        Preset("metapsy", "a data set of the Metapsy data standard", _TEMPLATES / "metapsy.yaml"),
        Preset("revman", "the data rows of a Cochrane review", _TEMPLATES / "revman.yaml"),
        Preset("griselda", "a workbook in the layout of the open data of Cipriani 2018", _TEMPLATES / "griselda.yaml"),
    )
}


def preset_named(mapping: Path) -> str | None:
    """The preset that a mapping completes; ``None`` for a mapping of its own. Raises ``ImportProblem`` where it can't be read."""
    from registry.importing.nodes import read_nodes

    node = read_nodes(mapping).entries.get("preset")
    return None if node is None else node.text


def template_of(name: str) -> str:
    """The text of a preset's template. Raises ``KeyError`` for a preset without one."""
    template = PRESETS[name].template
    if template is None:
        raise KeyError(name)
    return template.read_text(encoding="utf-8")
