"""Servers on this machine to fetch a registry from: a web server, and an S3."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import os
import ssl
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder; under ``/moved/`` a redirection to them, and under ``/403/`` and the like an error. Every request is noted."""

    requests: list[str]

    def do_GET(self) -> None:
        self.requests.append(self.path)
        first, _, rest = self.path.removeprefix("/").partition("/")
        if first == "moved":
            self.send_response(302)
            self.send_header("Location", f"/{rest}")
            self.end_headers()
        elif first == "page":
            self._answer(b"<!DOCTYPE html><p>Welcome!</p>")
        elif first.isdigit():
            self.send_error(int(first))
        else:
            super().do_GET()

    def _answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing: the tests look at ``requests``."""


class Server:
    """A web server: its address, and the paths that were asked for."""

    def __init__(self, address: str, requests: list[str]) -> None:
        self.address = address
        self.requests = requests


@contextlib.contextmanager
def web_server(folder: Path, certificate: Path | None = None) -> Iterator[Server]:
    """A web server of a folder, with ``https`` where there is a certificate (a PEM file that holds its key as well)."""
    requests: list[str] = []
    handler = partial(type("Noting", (Handler,), {"requests": requests}), directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield Server(f"http{'s' if certificate else ''}://localhost:{server.server_port}", requests)
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """An S3 without any bucket; its address."""
    moto = pytest.importorskip("moto.server", reason="moto, a local S3, isn't installed")
    server = moto.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def upload(folder: Path, endpoint: str, bucket: str, prefix: str) -> None:
    """Make a bucket with the files of a folder under a prefix."""
    import obstore
    from obstore.store import S3Store

    put(f"{endpoint}/{bucket}")
    store = S3Store(
        bucket,
        prefix=prefix,
        endpoint=endpoint,
        access_key_id="a",
        secret_access_key="b",  # noqa: S106  any will do
        region="us-east-1",
        client_options={"allow_http": True},
    )
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            obstore.put(store, path.relative_to(folder).as_posix(), path.read_bytes())


def put(address: str, content: bytes = b"") -> None:
    """What the S3 is asked for before anybody may fetch from it."""
    host, _, path = address.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("PUT", f"/{path}", content, {"Content-Type": "application/json"})
    assert connection.getresponse().status < 300
    connection.close()


def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the environment says of proxies and of Amazon."""
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name.startswith("AWS_"):
            monkeypatch.delenv(name)
