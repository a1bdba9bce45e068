"""Fetching a file over HTTP from a server that isn't trusted: bounded in bytes and in time, whatever it answers.

Of an answer nothing is read but the body of one that gives the file, and of that no more than may be there. Redirections are followed to
``http://`` and ``https://``, never from the second to the first, and take no password to another server.
"""

from __future__ import annotations

import errno
import http.client
import ssl
import time
import weakref
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from registry.ledger.connecting import SILENCE, Connection, Watch, basic, connection_to, proxy_for
from registry.ledger.store import LargerError

__all__ = ["Client", "seconds_for"]

FLOOR = 60
SLOWEST = 128 * 1024

_REDIRECTIONS = 5
_ATTEMPTS = 3
_CHUNK = 1 << 16
_TARGET = "/:?#[]@!$&'()*+,;=%~"
"""What a request's target may hold besides letters and digits."""


def seconds_for(size: int) -> float:
    """How long the fetching of so many bytes may take: a minute, and a second more for each 128 KiB."""
    return FLOOR + size / SLOWEST


def _end(connections: dict[tuple[str, str], Connection]) -> None:
    while connections:
        connections.popitem()[1].end()


class _TransientError(Exception):
    """What may go well the next time."""


class _FinalError(Exception):
    """What won't."""


class Client:
    """Fetches files. A connection that a server leaves open is used again."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Connection] = {}
        weakref.finalize(self, _end, self._open)

    def fetch(self, address: str, most: int, where: str) -> bytes:
        """The bytes of the file at an address, of which there may be ``most``. ``where`` is the address as it may be shown.

        Raises ``FileNotFoundError``, ``PermissionError``, :class:`registry.ledger.store.LargerError`, and other ``OSError`` for
        everything else that servers and networks do.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._attempt(address, most, where)
            except (_TransientError, _FinalError) as error:
                if attempt == _ATTEMPTS or isinstance(error, _FinalError):
                    raise OSError(errno.EIO, f"can't be fetched: {error}", where) from error
                time.sleep(attempt * 0.2)
        raise RuntimeError("the last attempt returns or raises")

    def _attempt(self, address: str, most: int, where: str) -> bytes:
        begun = time.monotonic()
        with Watch(begun + seconds_for(0)) as watch:
            try:
                response, here = self._answer(urlsplit(address), watch)
                _look_at(response, most, where)
                size = response.length
                watch.until(begun + seconds_for(most if size is None else size))
                content = _body(response, most, where)
            except (FileNotFoundError, PermissionError, LargerError):
                raise
            except (_TransientError, OSError, http.client.HTTPException, ValueError) as error:
                if watch.late:
                    raise _late(begun) from error
                raise _told(error) from error
            if watch.late:  # what has no stated size seems whole when it is cut off
                raise _late(begun)
            if size is not None and not response.will_close and (connection := watch.released()) is not None:
                response.close()
                self._open[here.scheme, here.netloc] = connection
            return content

    def _answer(self, here: SplitResult, watch: Watch) -> tuple[http.client.HTTPResponse, SplitResult]:
        """The first answer that isn't a redirection, its headers read, and where it is from."""
        access = basic(here)
        for _ in range(_REDIRECTIONS + 1):
            response = self._asked(here, access, watch)
            if response.status not in {301, 302, 303, 307, 308}:
                return response, here
            there = urlsplit(urljoin(here.geturl(), response.headers.get("Location", "")))
            if there.scheme not in {here.scheme, "https"}:
                raise _FinalError(f"it redirects from {here.scheme}:// to {there.scheme[:20]}://")
            access = access if (there.scheme, there.netloc) == (here.scheme, here.netloc) else basic(there)
            here = there
        raise _FinalError(f"it redirects more than {_REDIRECTIONS} times")

    def _asked(self, here: SplitResult, access: dict[str, str], watch: Watch) -> http.client.HTTPResponse:
        """The answer to a request, its headers read."""
        proxy = proxy_for(here)
        connection = self._open.pop((here.scheme, here.netloc), None) or connection_to(here, proxy)
        connection.watch = watch
        watch.over(connection)
        headers = {"User-Agent": "trial-outcomes", "Accept": "*/*", **access}
        target = here._replace(scheme="", netloc="", path=here.path or "/", fragment="")
        if proxy is not None and here.scheme == "http":
            target = here._replace(netloc=here.netloc.rpartition("@")[2], fragment="")
            headers |= {f"Proxy-{name}": value for name, value in basic(proxy).items()}
        connection.request("GET", quote(target.geturl(), safe=_TARGET), headers=headers)
        return connection.getresponse()


def _look_at(response: http.client.HTTPResponse, most: int, where: str) -> None:
    """Whether the answer gives the file, as it is, and no more than may be there. The server's own words aren't repeated, nor is the rest of its answer read."""
    status = response.status
    said = f"the server answers {status} {http.client.responses.get(status, '')}".rstrip()
    if status in {404, 410}:
        raise FileNotFoundError(errno.ENOENT, "not found", where)
    if status in {401, 403, 407}:
        raise PermissionError(errno.EACCES, f"can't be fetched: {said}", where)
    if status != 200:
        raise _TransientError(said) if status == 429 or status >= 500 else _FinalError(said)
    if (coding := response.headers.get("Content-Encoding", "identity").strip().lower()) != "identity":
        raise _FinalError(f"the server sends the file as {coding[:20]!r}, which wasn't requested")
    if response.length is not None and response.length > most:
        raise LargerError(most, where)


def _body(response: http.client.HTTPResponse, most: int, where: str) -> bytes:
    """What the server sends, piece by piece as it comes."""
    size, content = response.length, bytearray()
    left = most + 1 if size is None else size
    while left > 0 and (piece := response.read1(min(_CHUNK, left))):
        content += piece
        left -= len(piece)
    if len(content) > most:
        raise LargerError(most, where)
    if size is not None and left:
        raise _TransientError(f"the connection ended {left:,} bytes early")
    return bytes(content)


def _late(begun: float) -> _FinalError:
    return _FinalError(f"it took more than {time.monotonic() - begun:.0f} seconds")


def _told(error: Exception) -> Exception:
    """In words of ours what went wrong on the way."""
    if isinstance(error, _TransientError):
        return error
    if isinstance(error, TimeoutError):
        return _FinalError(f"nothing came for {SILENCE} seconds")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _FinalError(f"the server's certificate isn't trusted ({error.verify_message})")
    if isinstance(error, http.client.HTTPException):
        gone = isinstance(error, http.client.RemoteDisconnected)
        said = "the server closed the connection" if gone else f"the answer isn't valid HTTP ({type(error).__name__})"
        return _TransientError(said)
    return _TransientError(error.strerror or str(error)) if isinstance(error, OSError) else _FinalError(str(error)[:200])
