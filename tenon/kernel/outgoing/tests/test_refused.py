"""No connection is made to what is not public, however it is written and whatever a resolver says."""

import socket
from ipaddress import ip_address, ip_network

import pytest

from tenon.kernel import outgoing
from tenon.kernel.outgoing import Reason, RefusedUrl, Unanswered
from tenon.kernel.outgoing.networks import is_public, may_be_called
from tenon.kernel.outgoing.tests import hostile
from tenon.kernel.outgoing.urls import read


@pytest.fixture(autouse=True)
def _no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError(f"a connection to {args[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def resolver(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> list[str]:
    asked = []

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("url", hostile.URLS)
def test_a_hostile_address_is_refused_unasked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolver(monkeypatch, ["93.184.216.34"])
    with pytest.raises(RefusedUrl) as refusal:
        outgoing.check_url(url)
    assert str(refusal.value)
    with pytest.raises(Unanswered) as unanswered:
        outgoing.request("POST", url)
    assert unanswered.value.reason == Reason.REFUSED
    assert asked == []


def test_there_are_enough_of_them() -> None:
    assert len(set(hostile.URLS)) >= 100


@pytest.mark.parametrize("addresses", hostile.ANSWERS, ids=" ".join)
def test_a_name_that_leads_inside_is_refused(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, addresses)
    with pytest.raises(Unanswered) as unanswered:
        outgoing.request("POST", "https://hooks.example.com/")
    assert unanswered.value.reason == Reason.REFUSED


def test_a_name_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    for answer in (lambda: monkeypatch.setattr(socket, "getaddrinfo", fail), lambda: resolver(monkeypatch, [])):
        answer()
        with pytest.raises(Unanswered) as unanswered:
            outgoing.request("POST", "https://hooks.example.com/")
        assert unanswered.value.reason == Reason.NAME


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://example.com", "example.com", 443, "/"),
        ("https://Example.COM:443/a/b?c=d&e", "example.com", 443, "/a/b?c=d&e"),
        ("https://bücher.example/ü".replace("/ü", "/%C3%BC"), "xn--bcher-kva.example", 443, "/%C3%BC"),
        ("https://93.184.216.34/", "93.184.216.34", 443, "/"),
        ("https://[2606:2800:220:1::25c8]/", "2606:2800:220:1::25c8", 443, "/"),
        ("https://[64:ff9b::5db8:d822]/", "64:ff9b::5db8:d822", 443, "/"),
        ("https://_hooks.example.com/?q", "_hooks.example.com", 443, "/?q"),
    ],
)
def test_what_is_plain_is_read(url: str, host: str, port: int, path: str) -> None:
    target = read(url)
    assert (target.host, target.port, target.path) == (host, port, path)


def test_letters_of_other_scripts_belong_into_names_alone() -> None:
    with pytest.raises(RefusedUrl, match="percent-encoded"):
        read("https://example.com/ü")
    with pytest.raises(RefusedUrl, match="not the address"):
        read("https://xn--a\u0301.example/")


def test_settings_open_more(settings) -> None:
    settings.OUTGOING_ALLOW_HTTP = True
    assert read("http://example.com/").port == 80
    with pytest.raises(RefusedUrl):
        read("http://example.com:443/") if "443" not in settings.OUTGOING_PORTS else read("ftp://example.com/")
    settings.OUTGOING_PORTS = ["443", "8443"]
    assert read("https://example.com:8443/").port == 8443
    settings.OUTGOING_PRIVATE_NETWORKS = ["10.0.0.0/8"]
    assert read("https://10.1.2.3/").host == "10.1.2.3"
    assert read("https://redis/").host == "redis"
    for url in ("https://192.168.0.1/", "https://127.0.0.1/"):
        with pytest.raises(RefusedUrl):
            read(url)


def test_every_special_network_of_the_registries_is_refused() -> None:
    special = [
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24",
        "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24",
        "203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ::1/128 ::/128 ::ffff:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64",
        "2001::/23 2001::/32 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16",
        "2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8",
    ]
    for network in map(ip_network, " ".join(special).split()):
        for address in (network[0], network[-1]):
            assert not is_public(address), address
    for text in ("1.1.1.1", "8.8.8.8", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "64:ff9b::101:101"):
        assert is_public(ip_address(text)), text
    assert may_be_called(ip_address("10.1.2.3"), also=["10.1.0.0/16"])
    assert not may_be_called(ip_address("10.2.2.3"), also=["10.1.0.0/16", "::1/128"])
