"""The store: files under the name of their own hash, a descriptor for each release, and the ledger. In a folder, or at an address.

``objects/<sha256>.<suffix>`` are the files; ``<name>@<version>.json`` is a Data Package whose resources are such objects, so that
any Frictionless tool opens it where it lies; ``ledger.jsonl`` says what was accepted. Nothing that is read from here is used
before its hash was looked at.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from registry.ledger.records import Ledger, digest_of, read_ledger

__all__ = [
    "LEDGER",
    "STORE",
    "DamagedError",
    "FolderStore",
    "RemoteStore",
    "Store",
    "cache_folder",
    "checked",
    "is_address",
    "ledger_of",
    "object_path",
    "release_path",
]

STORE = ".registry"
LEDGER = "ledger.jsonl"


class DamagedError(ValueError):
    """A file of the store isn't the one whose hash was recorded. The message says which."""


class Store(Protocol):
    """Where files are read from, by their path in the store."""

    def read(self, path: str, digest: str | None = None) -> bytes:
        """The bytes of a file; ``digest``, which they should have, lets a copy be kept. Raises ``FileNotFoundError``."""


class FolderStore:
    """A store in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def read(self, path: str, digest: str | None = None) -> bytes:  # noqa: ARG002  it lies here already
        return (self.folder / path).read_bytes()


class RemoteStore:
    """A store behind an ``https://`` or ``s3://`` address. Objects are kept by their digest, so that each is fetched once."""

    def __init__(self, address: str, cache: Path | None = None) -> None:
        self.address = address.rstrip("/")
        self.cache = cache or cache_folder()
        self._source = _source(self.address)

    def __str__(self) -> str:
        return self.address

    def read(self, path: str, digest: str | None = None) -> bytes:
        kept = self.cache / digest.removeprefix("sha256:") if digest else None
        if kept is not None:
            with contextlib.suppress(OSError):
                content = kept.read_bytes()
                if digest_of(content) == digest:
                    return content
        content = self._fetch(path)
        if kept is not None and digest_of(content) == digest:
            _keep(kept, content)
        return content

    def _fetch(self, path: str) -> bytes:
        import obstore
        from obstore.exceptions import BaseError

        try:
            return bytes(obstore.get(self._source, path).bytes())
        except FileNotFoundError as error:
            raise FileNotFoundError(2, "not found", f"{self.address}/{path}") from error
        except (BaseError, OSError) as error:
            why = str(error).splitlines()[0]
            raise OSError(5, f"can't be fetched: {why}", f"{self.address}/{path}") from error


def is_address(place: object) -> bool:
    """Whether this is an address that is fetched from, and no folder."""
    return isinstance(place, str) and place.startswith(("https://", "http://", "s3://"))


def cache_folder() -> Path:
    """Where fetched objects are kept: ``OUTCOMES_CACHE``, else the user's cache folder."""
    if stated := os.environ.get("OUTCOMES_CACHE"):
        return Path(stated)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "trial-outcomes"


def object_path(digest: str, name: str) -> str:
    """Where the file of that digest lies in the store. ``name`` gives the suffix, by which tools tell what a file is."""
    return f"objects/{digest.removeprefix('sha256:')}{PurePosixPath(name).suffix.lower()}"


def release_path(package: str, version: str) -> str:
    """Where the descriptor of a release lies in the store."""
    return f"{package}@{version}.json"


def ledger_of(store: Store) -> Ledger:
    """The store's ledger, every hash of it recomputed; empty where nothing was accepted yet. Raises ``LedgerError``."""
    try:
        return read_ledger(store.read(LEDGER))
    except FileNotFoundError:
        return Ledger()


def checked(store: Store, path: str, digest: str) -> bytes:
    """The bytes of a file that has that digest. Raises :class:`DamagedError` where it has another, or isn't there."""
    try:
        content = store.read(path, digest)
    except FileNotFoundError as error:
        raise DamagedError(f"{store}/{path} is gone; the ledger says that it has {digest}") from error
    if (found := digest_of(content)) != digest:
        raise DamagedError(f"{store}/{path} was changed: it has {found}, and the ledger says {digest}")
    return content


def _source(address: str) -> Any:
    from obstore.store import from_url

    options: Mapping[str, Any] = {"allow_http": True} if address.startswith("http://") else {}
    if address.startswith("s3://"):
        # As other tools take them: the names that Amazon's own command line reads, from the environment.
        return from_url(address, config=_s3_settings(), client_options=_http_allowed())
    return from_url(address, client_options=options)


def _s3_settings() -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if endpoint := os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"):
        settings["endpoint"] = endpoint
    if not os.environ.get("AWS_ACCESS_KEY_ID") and not os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        settings["skip_signature"] = True  # a public bucket
    return settings


def _http_allowed() -> dict[str, Any]:
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    return {"allow_http": True} if endpoint.startswith("http://") else {}


def _keep(path: Path, content: bytes) -> None:
    """Keep a copy, whole or not at all. Where there is no room for one, it will be fetched again."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).replace(path)
