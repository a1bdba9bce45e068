"""What isn't needed for most of the work and is therefore installed only by who asks for it."""

from __future__ import annotations

from importlib.util import find_spec

from registry.errors import OutcomesError

__all__ = ["EXTRAS", "MissingError", "must_have"]

EXTRAS = {
    "citations": "sources from BibTeX, RIS and nbib",
    "files": "importing files of R, Stata, SPSS and SAS",
    "gate": "the rules over the registry as a whole",
    "plot": "pictures as files of SVG, PNG and PDF",
    "prov": "where a package comes from, as PROV",
    "s3": "registries in a bucket",
}
"""The extras, each with what needs it."""


class MissingError(OutcomesError, ModuleNotFoundError):
    """A library isn't installed that what was asked for needs. The message says how to install it."""


def must_have(module: str, extra: str) -> None:
    """Raises :class:`MissingError` where the module of an extra isn't installed."""
    if find_spec(module) is None:
        raise MissingError(
            f"{module} isn't installed; it is for {EXTRAS[extra]}: pip install 'trial-outcomes[{extra}]'", name=module
        )
