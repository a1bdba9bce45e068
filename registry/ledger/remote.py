"""A store behind an address: fetched from any web server or from S3, each object kept on this machine by its digest.

Proxies are taken from the environment (``HTTPS_PROXY``, ``NO_PROXY``), and so are the certificates of one's own authority
(``SSL_CERT_FILE``) and what Amazon's tools name ``AWS_…``.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from registry.errors import NotFoundError
from registry.ledger.records import Ledger, digest_of, read_ledger
from registry.ledger.store import LEDGER, STORE
from registry.packages.atomic import write_whole

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

__all__ = ["RemoteStore", "cache_folder", "is_address", "located"]

_RETRIES: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(minutes=5)}
_CLIENT: ClientConfig = {"connect_timeout": "10s", "read_timeout": "60s", "timeout": "6h"}
"""The time for a whole file is long, since a file may be: a connection on which nothing arrives any more ends sooner."""

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
        self._source = _source(address)

    def __str__(self) -> str:
        """The address without what gives access to it, a password or a signature: this stands in messages."""
        parts = urlsplit(self.address)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

    def read(self, path: str, digest: str | None = None) -> bytes:
        kept = self.cache / digest.removeprefix("sha256:") if digest else None
        if kept is not None:
            with contextlib.suppress(OSError):
                content = kept.read_bytes()
                if digest_of(content) == digest:
                    return content
        content = self._fetch(path)
        if kept is not None and digest_of(content) == digest:
            with contextlib.suppress(OSError):  # where there is no room for a copy, it will be fetched again
                kept.parent.mkdir(parents=True, exist_ok=True)
                write_whole(kept, content)
        return content

    def _fetch(self, path: str) -> bytes:
        import obstore
        from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

        where = f"{self}/{path}"
        try:
            return bytes(obstore.get(self._source, path).bytes())
        except FileNotFoundError as error:
            raise FileNotFoundError(2, "not found", where) from error
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise PermissionError(13, f"can't be fetched: {_reason(error)}", where) from error
        except (BaseError, OSError) as error:
            raise OSError(5, f"can't be fetched: {_reason(error)}", where) from error


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


def is_address(place: object) -> bool:
    """Whether this is an address that is fetched from, and no folder."""
    return isinstance(place, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", place) is not None


def cache_folder() -> Path:
    """Where fetched objects are kept: ``OUTCOMES_CACHE``, else the user's cache folder."""
    if stated := os.environ.get("OUTCOMES_CACHE"):
        return Path(stated)
    try:
        home = Path.home()
    except RuntimeError:  # a user whom the system doesn't know, as in some containers
        return Path(tempfile.gettempdir()) / "trial-outcomes"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(base) / "trial-outcomes"


def _source(address: str) -> Any:
    from obstore.store import HTTPStore, S3Store

    scheme = urlsplit(address).scheme
    if scheme in {"https", "http"}:
        # An address is fetched from as it stands: one at Amazon too, which `from_url` would sign requests for.
        options: ClientConfig = {**_CLIENT, "allow_http": scheme == "http"}
        return HTTPStore.from_url(address, client_options=options, retry_config=_RETRIES)
    if scheme == "s3":
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        options = {**_CLIENT, "allow_http": endpoint.startswith("http://")}
        # Without credentials a bucket is taken for a public one. To look for some would be to ask a server that only Amazon's
        # machines have, and to wait for it everywhere else.
        public = not any(os.environ.get(name) for name in _CREDENTIALS)
        unsigned: Any = {"skip_signature": True} if public else {}
        return S3Store.from_url(address, config=unsigned, client_options=options, retry_config=_RETRIES)
    raise NotFoundError(f"{scheme}:// isn't fetched from: a registry lies in a folder, or behind https:// or s3://")


def _reason(error: Exception) -> str:
    """Why something couldn't be fetched. The library's own words hold the address with its password, and much besides."""
    said, _, details = str(error).partition("\n")
    if status := re.search(r"status code: (\d{3}[^:]*)", said):
        return f"the server answers {status[1].strip()}"
    causes = re.findall(r'(?:message|error): "([^"]+)"|InvalidCertificate\(\s*(\w+)', details)
    if not causes:
        return said.rsplit(" - ", 1)[-1]
    plain, certificate = causes[-1]
    return plain or f"the server's certificate isn't trusted ({certificate})"
