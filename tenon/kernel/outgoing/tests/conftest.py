"""Receivers on this machine, which tests alone may call."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tenon.kernel.outgoing import connections
from tenon.testing.receivers import Authority, Receiver, authority, receiver


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """An authority that outgoing calls trust."""
    made = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    connections.tls_context.cache_clear()
    yield made
    connections.tls_context.cache_clear()


@pytest.fixture
def here(settings) -> None:
    """This machine may be called, on every port."""
    settings.OUTGOING_PRIVATE_NETWORKS = ["127.0.0.0/8", "::1/128"]
    settings.OUTGOING_PORTS = ["*"]


@pytest.fixture
def customer(certified: Authority, here: None) -> Iterator[Receiver]:
    """A customer's server over TLS."""
    with receiver(certified) as running:
        yield running
