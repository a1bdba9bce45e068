"""``python -m registry`` is ``outcomes``."""

from __future__ import annotations

from registry.cli import main

main()
