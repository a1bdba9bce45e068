"""A store behind an address: fetched from any web server or from S3, each object kept on this machine by its digest.

Proxies are taken from the environment (``HTTPS_PROXY``, ``NO_PROXY``), and so are the certificates of one's own authority
(``SSL_CERT_FILE``) and what Amazon's tools name ``AWS_…``.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from registry.errors import NotFoundError
from registry.extras import must_have
from registry.ledger.kept import Kept
from registry.ledger.records import Ledger, digest_of, read_ledger
from registry.ledger.store import LEDGER, STORE
from registry.packages.memory import must_have_room

if TYPE_CHECKING:
    from registry.ledger.fetching import Client

__all__ = ["LARGEST_LEDGER", "RemoteStore", "is_address", "located"]

LARGEST_LEDGER = 64 << 20
"""Bytes. Nothing states the ledger's size; a record takes some 3,500."""

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
        self.kept = Kept(cache)
        self._address_of = _addresses(address)
        self._client: Client | None = None

    def __str__(self) -> str:
        """The address without what gives access to it, a password or a signature: this is in messages."""
        parts = urlsplit(self.address)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

    def read(self, path: str, *, most: int | None = None, digest: str | None = None) -> bytes:
        if digest is not None and (content := self.kept.file(digest, most)) is not None:
            return content
        if most is not None:
            must_have_room(most, f"{self}/{path}")  # who states the size is the server that sends so much
        content = self._fetch(path, LARGEST_LEDGER if most is None else most)
        if digest is not None and digest_of(content) == digest:
            self.kept.keep_file(digest, content)
        return content

    def _fetch(self, path: str, most: int) -> bytes:
        from registry.ledger.fetching import Client

        self._client = self._client or Client()
        return self._client.fetch(self._address_of(path), most, f"{self}/{path}")


def located(address: str, *, allow_rollback: bool = False) -> tuple[RemoteStore, Ledger]:
    """The store at an address, which may be the registry's or the store's own, and its ledger.

    Raises ``NotFoundError`` where neither place has a ledger, ``PermissionError`` where one may not be looked into, other ``OSError``
    where nobody answers, ``LedgerError`` where the ledger was changed, and ``RollbackError`` where it goes back behind what was seen of it
    from here, unless that is allowed.
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
            ledger = read_ledger(content)
            store.kept.hold(_identity(stated), ledger, allow_rollback=allow_rollback)
            return store, ledger
    if refused is not None:
        raise refused
    raise NotFoundError(f"{RemoteStore(stated)} is not a registry: there is no {LEDGER} there or in `{STORE}`")


def _identity(address: str) -> str:
    """What stands for an address, however it is written, and wherever below it the ledger is found; without what gives access to it."""
    parts = urlsplit(address)
    path = parts.path.rstrip("/").removesuffix(f"/{STORE}").rstrip("/")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") if parts.scheme == "s3" else None
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host if parts.scheme == 's3' else host.lower()}{path}{f' at {endpoint}' if endpoint else ''}"


def is_address(place: object) -> bool:
    """Whether this is an address that is fetched from, and no folder."""
    return isinstance(place, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", place) is not None


def _addresses(address: str) -> Callable[[str], str]:
    """By the path of a file in the store the address that it is fetched from."""
    parts = urlsplit(address)
    if parts.scheme in {"https", "http"}:
        # As it stands: one at Amazon too, with whatever it holds to be let in.
        return lambda path: urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{quote(path, safe='/@')}"))
    if parts.scheme == "s3":
        return _signing(address)
    raise NotFoundError(f"{parts.scheme}:// isn't supported: give a folder, or an https:// or s3:// address")


def _signing(address: str) -> Callable[[str], str]:
    """For a bucket: the address signed with the environment's credentials."""
    must_have("obstore", "s3")
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
            raise PermissionError(errno.EACCES, f"there are no usable credentials for the bucket: {said}", address) from error
        return urlunsplit(urlsplit(whole)._replace(query="")) if public else whole

    return signed
