"""Where a finding is, as the services that show a repository name files: from the repository's folder, with ``/``."""

from __future__ import annotations

import os
import posixpath
from functools import cache
from pathlib import Path

from validation.catalogue import catalogue
from validation.report import THE_REGISTRY, Finding, PackageReport, Report

__all__ = ["Places"]

_DESCRIPTOR = "datapackage.json"


class Places:
    """The places of a report's findings."""

    def __init__(self, report: Report) -> None:
        # Of very many findings in few folders.
        self._within = cache(_in_repository)
        self._folders = {p.name: p.path for p in report.packages if p.name != THE_REGISTRY}

    def file(self, package: PackageReport, finding: Finding | None = None) -> str | None:
        """The file of a finding; the package's descriptor, if a finding names no file or none is given.

        A finding in the registry as a whole belongs to the descriptor of the package that its key names; None where it names none that
        is in the report.
        """
        folder: str | None = package.path
        if finding is not None and catalogue()[finding.rule].relation is not None:
            folder = self._folders.get(finding.key.get("package", ""))
        file = finding.file if finding is not None else None
        return None if folder is None else posixpath.normpath(f"{self._within(folder)}/{file or _DESCRIPTOR}")


def _in_repository(path: str) -> str:
    """A path from the nearest folder above that holds ``.git``, else from the current folder where it lies within, else as it is."""
    try:
        whole = Path(os.path.abspath(path))  # noqa: PTH100  links are not followed: the service names files as git does
        above = next((folder for folder in whole.parents if os.path.lexists(folder / ".git")), Path.cwd())
        return whole.relative_to(above).as_posix()
    except (ValueError, OSError):
        return path.replace(os.sep, "/")
