"""Web servers on this machine that mean harm: each answers every request in one bad way."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator

OK = b"HTTP/1.1 200 OK\r\n"
A_BIT = b"a" * 65536


class Hostile:
    """``sent`` counts the bytes that the clients took, and ``asked`` their requests."""

    def __init__(self, answer: Callable[[Hostile, socket.socket, bytes], None]) -> None:
        self.answer, self.sent, self.asked, self.ended = answer, 0, 0, False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        clients = []
        with self._listening:
            while not self.ended:
                client, _ = self._listening.accept()
                clients.append(threading.Thread(target=self._attend, args=(client,)))
                clients[-1].start()
        for thread in clients:
            thread.join()

    def _attend(self, client: socket.socket) -> None:
        client.settimeout(20)
        with client, contextlib.suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                if not (some := client.recv(65536)):
                    return
                request += some
            self.asked += 1
            self.answer(self, client, request)

    def send(self, client: socket.socket, content: bytes) -> None:
        client.sendall(content)
        self.sent += len(content)

    def endless(self, client: socket.socket, content: bytes) -> None:
        while not self.ended:
            self.send(client, content)

    def drip(self, client: socket.socket, content: bytes) -> None:
        """A byte now and then, each soon enough that the connection doesn't seem dead."""
        while not self.ended:
            self.send(client, content)
            time.sleep(0.02)

    def stop(self) -> None:
        self.ended = True
        with contextlib.suppress(OSError), socket.create_connection(self._listening.getsockname()):
            pass
        self._thread.join()


@contextlib.contextmanager
def hostile(answer: Callable[[Hostile, socket.socket, bytes], None]) -> Iterator[Hostile]:
    server = Hostile(answer)
    try:
        yield server
    finally:
        server.stop()


def body(head: bytes, content: bytes = b"abc") -> Callable[[Hostile, socket.socket, bytes], None]:
    """An answer with these headers, and what follows; then the connection ends."""

    def answer(server: Hostile, client: socket.socket, _: bytes) -> None:
        server.send(client, head + b"\r\n" + content)

    return answer


def without_end(head: bytes, content: bytes = A_BIT) -> Callable[[Hostile, socket.socket, bytes], None]:
    def answer(server: Hostile, client: socket.socket, _: bytes) -> None:
        server.send(client, head)
        server.endless(client, content)

    return answer


def dripping(head: bytes, content: bytes = b"a") -> Callable[[Hostile, socket.socket, bytes], None]:
    def answer(server: Hostile, client: socket.socket, _: bytes) -> None:
        server.send(client, head)
        server.drip(client, content)

    return answer


def redirecting(location: bytes) -> Callable[[Hostile, socket.socket, bytes], None]:
    return body(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n", b"")


BOMB = gzip.compress(b"a" * 50_000_000)
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
