"""Doing an import's work in the test's own process, which spares the start of another and lets a test stand in for the disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from registry.importing.child import EndedError

__all__ = ["run"]


def run(work: Callable[..., Any], arguments: dict[str, Any], **_: Any) -> Any:
    """What :func:`registry.importing.child.run` gives for work that ends by itself, its words in JSON and back as there, or for a
    library in Rust that panics.
    """
    at: list[Any] = [None]
    try:
        return json.loads(json.dumps(work(at.append, **json.loads(json.dumps(arguments)))))
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise EndedError("crash", json.loads(json.dumps(at[-1])), str(error)) from error
