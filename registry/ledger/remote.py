"""A store behind an address: fetched from any web server or from S3, each object kept on this machine by its digest.

Proxies are taken from the environment (``HTTPS_PROXY``, ``NO_PROXY``), and so are the certificates of one's own authority
(``SSL_CERT_FILE``) and what Amazon's tools name ``AWS_…``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from registry.errors import NotFoundError
from registry.ledger.records import Ledger, digest_of, read_ledger
from registry.ledger.store import LEDGER, STORE
from registry.packages.atomic import write_whole
from registry.packages.opening import opened

if TYPE_CHECKING:
    from registry.ledger.fetching import Client

__all__ = ["LARGEST_LEDGER", "RemoteStore", "cache_folder", "is_address", "located"]

LARGEST_LEDGER = 64 << 20
"""Bytes. Of the ledger alone nothing says how large it is; a record takes some 3,500."""

_CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
)


class RemoteStore:
    """A store behind an ``https://`` or ``s3://`` address. Objects are kept by their digest, so that each is fetched once.

    Raises ``ValueError`` for what isn't an address of these kinds.
    """

    def __init__(self, address: str, cache: Path | None = None) -> None:
        self.address = address
        self.cache = cache or cache_folder()
        self._address_of = _addresses(address)
        self._client: Client | None = None

    def __str__(self) -> str:
        """The address without what gives access to it, a password or a signature: this stands in messages."""
        parts = urlsplit(self.address)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

    def read(self, path: str, *, most: int | None = None, digest: str | None = None) -> bytes:
        kept = self.cache / digest.removeprefix("sha256:") if self.cache and digest else None
        if kept is not None and (content := _plain_file(kept, most)) is not None and digest_of(content) == digest:
            return content
        content = self._fetch(path, LARGEST_LEDGER if most is None else most)
        if kept is not None and digest_of(content) == digest:
            with contextlib.suppress(OSError):  # where there is no room for a copy, it will be fetched again
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.unlink(missing_ok=True)  # it was no copy, and might be a link
                write_whole(kept, content)
        return content

    def _fetch(self, path: str, most: int) -> bytes:
        from registry.ledger.fetching import Client

        self._client = self._client or Client()
        return self._client.fetch(self._address_of(path), most, f"{self}/{path}")


def located(address: str) -> tuple[RemoteStore, Ledger]:
    """The store at an address, which may be the registry's or the store's own, and its ledger.

    Raises ``NotFoundError`` where neither place has a ledger, ``PermissionError`` where one may not be looked into, other ``OSError``
    where nobody answers, and ``LedgerError`` where the ledger was changed.
    """
    parts = urlsplit(address)
    path = parts.path.rstrip("/")
    stated, inside = (urlunsplit(parts._replace(path=p)) for p in (path, f"{path}/{STORE}"))
    refused: PermissionError | None = None
    for place in (stated,) if path.endswith(f"/{STORE}") else (inside, stated):
        store = RemoteStore(place)
        try:
            content = store.read(LEDGER)
        except FileNotFoundError:
            continue
        except PermissionError as error:  # S3 says so of what isn't there, too, to those who may not list
            refused = refused or error
            continue
        if not content.startswith(b"<"):  # some servers answer with a page of theirs whatever is asked for
            return store, read_ledger(content)
    if refused is not None:
        raise refused
    raise NotFoundError(f"{RemoteStore(stated)} is no registry: neither there nor in `{STORE}` lies a {LEDGER}")


def _plain_file(path: Path, most: int | None) -> bytes | None:
    """The bytes of a file, if there are no more than that; None for what isn't there, and for a link, a pipe or a device."""
    try:
        with opened(path.parent, path.name) as file:
            return file.read() if most is None or os.fstat(file.fileno()).st_size <= most else None
    except OSError:
        return None


def is_address(place: object) -> bool:
    """Whether this is an address that is fetched from, and no folder."""
    return isinstance(place, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", place) is not None


def cache_folder() -> Path | None:
    """Where fetched objects are kept: ``OUTCOMES_CACHE``, else the user's cache folder; None where there is no place that is safe."""
    if stated := os.environ.get("OUTCOMES_CACHE"):
        return Path(stated)
    try:
        home = Path.home()
    except RuntimeError:  # a user whom the system doesn't know, as in some containers
        return _for_number()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(base) / "trial-outcomes"


def _for_number() -> Path | None:
    """A folder of this user's number where everybody may write; None where another user was first to make one of its name."""
    number = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"trial-outcomes-{number}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return None
    return folder if stat.S_ISDIR(status.st_mode) and status.st_uid == number else None


def _addresses(address: str) -> Callable[[str], str]:
    """By the path of a file in the store the address that it is fetched from."""
    parts = urlsplit(address)
    if parts.scheme in {"https", "http"}:
        # As it stands: one at Amazon too, with whatever it holds to be let in.
        return lambda path: urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{quote(path, safe='/@')}"))
    if parts.scheme == "s3":
        return _signing(address)
    raise NotFoundError(f"{parts.scheme}:// isn't fetched from: a registry lies in a folder, or behind https:// or s3://")


def _signing(address: str) -> Callable[[str], str]:
    """For a bucket: the address that lets in whoever has the environment's credentials."""
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import S3Store

    # Without credentials a bucket is taken for a public one. To look for some would be to ask a server that only Amazon's machines
    # have, and to wait for it everywhere else. A public bucket's address is that of a private one without what signs it.
    public = not any(os.environ.get(name) for name in _CREDENTIALS)
    unsigned: Any = {"access_key_id": "none", "secret_access_key": "none"} if public else {}
    bucket = S3Store.from_url(address, config=unsigned, client_options={"allow_http": True})

    def signed(path: str) -> str:
        try:
            whole = obstore.sign(bucket, "GET", path, timedelta(hours=1))
        except BaseError as error:
            said = str(error).partition("\n")[0].rsplit(" - ", 1)[-1]
            raise PermissionError(errno.EACCES, f"the credentials for the bucket can't be had: {said}", address) from error
        return urlunsplit(urlsplit(whole)._replace(query="")) if public else whole

    return signed
