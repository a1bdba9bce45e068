"""Loading from S3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import registry
from registry.errors import NotFoundError
from tests.loading.registries import responders
from tests.loading.servers import put, s3_server, upload, without_settings


@pytest.fixture(scope="module")
def s3(shared: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, s3_server() as endpoint:
        without_settings(patch)
        upload(shared, endpoint, "private", "trials/registry")
        upload(shared, endpoint, "public", "")
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::public/*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [anybody]}).encode()
        put(f"{endpoint}/public?policy", policy)
        yield endpoint


@pytest.fixture
def endpoint(s3: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where Amazon's tools, and we, are told to look instead."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3)
    return s3


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_REGION", "us-east-1")


@pytest.mark.parametrize("below", ["", "/", "/.registry", "/.registry/"])
def test_a_bucket_is_read_with_the_credentials_of_the_environment(endpoint: str, credentials: None, below: str) -> None:
    reg = registry.open(f"s3://private/trials/registry{below}")
    assert reg.packages == ("sample", "withdrawn")
    package = reg.load("sample", version="1.0.0")
    assert responders(package) == 20
    assert package.pandas()["arms"].shape[0] == 2


def test_a_public_bucket_needs_no_credentials(endpoint: str) -> None:
    assert registry.open("s3://public").load("sample").version == "2.0.0"


def test_a_private_bucket_without_credentials_is_refused_at_once(endpoint: str) -> None:
    with pytest.raises(PermissionError, match=r"403 Forbidden: 's3://private/trials/registry/\.registry/ledger\.jsonl'"):
        registry.open("s3://private/trials/registry")


def test_the_other_name_for_an_endpoint_is_known_too(
    s3: str, cache: Path, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3)
    assert registry.open("s3://private/trials/registry").load("sample").version == "2.0.0"


@pytest.mark.parametrize("address", ["s3://private/nothing", "s3://absent/x"])
def test_a_bucket_without_a_registry_is_told(endpoint: str, credentials: None, address: str) -> None:
    with pytest.raises(NotFoundError, match=f"{address} is not a registry"):
        registry.open(address)


def test_an_endpoint_that_is_down_is_told(cache: Path, credentials: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(OSError, match=r"Connection refused: 's3://bucket/\.registry/ledger\.jsonl'"):
        registry.open("s3://bucket")
