"""``python -m tests.project.archived`` writes ``.zenodo.json``, by which Zenodo describes a release of the software, from ``CITATION.cff``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import yaml

__all__ = ["rendered"]

ROOT = Path(__file__).parents[2]


def rendered() -> str:
    """What ``.zenodo.json`` must hold."""
    return json.dumps(_described(yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))), indent=2) + "\n"


def _described(citation: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "upload_type": "software",
        "title": citation["title"],
        "description": f"<p>{escape(citation['abstract'])}</p>",
        "creators": [{"name": author["name"]} for author in citation["authors"]],
        "version": citation["version"],
        "publication_date": citation["date-released"],
        "access_right": "open",
        "license": citation["license"].lower(),
        "keywords": citation["keywords"],
    }


if __name__ == "__main__":
    (ROOT / ".zenodo.json").write_text(rendered(), encoding="utf-8")
