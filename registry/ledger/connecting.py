"""Connections to web servers, through proxies where the environment names one, each cut off when its time is up."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import ssl
import threading
import time
from base64 import b64encode
from functools import cache
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

__all__ = ["Connection", "Watch", "basic", "connection_to", "proxy_for"]

SILENCE = 30
"""Seconds without a byte after which a connection is closed."""


class Connection(http.client.HTTPConnection):
    """A connection that is watched from before its first byte. ``wire`` is the socket below the encryption, for closing it."""

    watch: Watch
    wire: socket.socket | None = None
    answer: http.client.HTTPResponse | None = None

    def connect(self) -> None:
        super().connect()
        self.wire = self.sock.dup()
        self.watch.over(self)

    def getresponse(self) -> http.client.HTTPResponse:
        self.answer = super().getresponse()
        return self.answer

    def end(self) -> None:
        """Close it, and what is left of an answer."""
        self.close()
        for part in (self.answer, self.wire):
            if part is not None:
                part.close()
        self.answer = self.wire = None


class Watch:
    """Cuts the connection that it is :meth:`over` off when the time is up: whatever waits for the server then ends. Closes it at the end.

    A time limit of the socket's alone would bound the wait for each byte, and not how many waits there are.
    """

    def __init__(self, until: float) -> None:
        self.late = False
        self._connection: Connection | None = None
        self._until, self._moved, self._ended = until, threading.Condition(), False
        # One thread, told of another moment: a thread for each moment would be there until it has noticed that it isn't needed.
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        with self._moved:
            while not self._ended and (left := self._until - time.monotonic()) > 0:
                self._moved.wait(min(left, threading.TIMEOUT_MAX))
            if not self._ended:
                self._cut()

    def over(self, connection: Connection | None) -> None:
        """Watch this connection, and close the one before."""
        if self._connection is not None and self._connection is not connection:
            self._connection.end()
        self._connection = connection
        if self.late:
            self._cut()

    def until(self, moment: float) -> None:
        """Another time, by the clock of ``time.monotonic``."""
        with self._moved:
            self._until = moment
            self._moved.notify()

    def released(self) -> Connection | None:
        """The connection, which is left open."""
        connection, self._connection = self._connection, None
        return connection

    def _cut(self) -> None:
        self.late = True
        wire = None if self._connection is None else self._connection.wire
        if wire is not None:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        with self._moved:
            self._ended = True
            self._moved.notify()
        self._thread.join()
        self.over(None)


class _SecureConnection(http.client.HTTPSConnection, Connection):
    """The same, encrypted: the order of the classes has the handshake watched too."""


def connection_to(server: SplitResult, proxy: SplitResult | None) -> Connection:
    """A connection to the server of an address, not opened yet. Raises ``ValueError`` for an address that names none."""
    near = server if proxy is None else proxy
    if not server.hostname or not near.hostname:
        raise ValueError("the address has no server name")
    port = near.port or (443 if near.scheme == "https" else 80)
    if server.scheme == "https":
        connection: Connection = _SecureConnection(near.hostname, port, timeout=SILENCE, context=_trusted())
        if proxy is not None:
            headers = {f"Proxy-{name}": value for name, value in basic(proxy).items()}
            connection.set_tunnel(server.hostname, server.port or 443, headers)
    else:
        connection = Connection(near.hostname, port, timeout=SILENCE)
    return connection


def proxy_for(server: SplitResult) -> SplitResult | None:
    """The proxy that the environment, or the system, names for a server. Raises ``ValueError`` for one of another kind."""
    stated = getproxies().get(server.scheme)
    if not stated or proxy_bypass(server.hostname or ""):
        return None
    proxy = urlsplit(stated if "://" in stated else f"http://{stated}")
    if proxy.scheme != "http":
        raise ValueError(f"a proxy must have an http:// address; the one for {server.scheme}:// has {proxy.scheme}://")
    return proxy


def basic(address: SplitResult) -> dict[str, str]:
    """The header that gives name and password, where an address holds them."""
    if address.username is None:
        return {}
    words = f"{unquote(address.username)}:{unquote(address.password or '')}"
    return {"Authorization": f"Basic {b64encode(words.encode()).decode()}"}


@cache
def _trusted() -> ssl.SSLContext:
    """The system's authorities, or those of SSL_CERT_FILE; those of Mozilla where there are none."""
    context = ssl.create_default_context()
    stated = any(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
    if not stated and not context.cert_store_stats()["x509_ca"]:
        with contextlib.suppress(ImportError):
            import certifi

            context.load_verify_locations(certifi.where())
    return context
