"""Whom X-Forwarded-For is believed from."""

import pytest

from tenon.kernel.http.addresses import client_address


def address(rf, peer: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(rf.get("/", REMOTE_ADDR=peer, **headers))


@pytest.mark.parametrize("forwarded", [None, "1.1.1.1", "1.1.1.1, 2.2.2.2"])
def test_nobody_is_believed_unless_a_proxy_is_named(rf, settings, forwarded):
    settings.TRUSTED_PROXY_COUNT = 0
    assert address(rf, "9.9.9.9", forwarded) == "9.9.9.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "9.9.9.9"),
        (1, None, "9.9.9.9"),
        (1, "", "9.9.9.9"),
        (1, "unknown", "9.9.9.9"),
        (1, "1.1.1.1:4711", "1.1.1.1"),
        (1, "[2001:DB8::1]:4711", "2001:db8::1"),
        (1, "2001:db8:0:0::1", "2001:db8::1"),
        (1, "::ffff:1.1.1.1", "1.1.1.1"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_our_own_proxies_are_believed(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert address(rf, "9.9.9.9", forwarded) == expected


@pytest.mark.parametrize("peer", ["", "unix:", "nonsense"])
def test_a_peer_without_an_address(rf, settings, peer):
    assert address(rf, peer) == "0.0.0.0"
    settings.TRUSTED_PROXY_COUNT = 1
    assert address(rf, peer) == "0.0.0.0"
    assert address(rf, peer, "nonsense") == "0.0.0.0"
