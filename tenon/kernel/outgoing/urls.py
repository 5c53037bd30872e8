"""Reading an address that a customer typed in, strictly: what can be understood in two ways is refused."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

import idna
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenon.kernel.outgoing.errors import RefusedUrl
from tenon.kernel.outgoing.networks import Address, may_be_called

MAX_LENGTH = 2000
_PORTS = {"https": 443, "http": 80}
# No blanks, no controls, and no backslash, which some read as a slash.
_ODD = re.compile(r"[\x00-\x20\x7f\\\u0085\u00a0\u2028\u2029]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# Names that mean a machine of ours, wherever a resolver may send them (RFC 6761, 6762, 8375, ICANN's .internal).
_INNER = re.compile(
    r"(?:^|\.)(?:localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|test|invalid|onion|alt"
    r"|cluster\.local|svc|consul)$"
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: a name in ASCII or an address, the port, and path with query as they are sent."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None = None


def check_url(url: str) -> None:
    """Raises RefusedUrl for what would not be called. Names are looked up, and judged, at each call."""
    read(url)


def read(url: str) -> Target:
    """The parts of `url`. Raises RefusedUrl, whose detail says what is wrong with it."""
    if len(url) > MAX_LENGTH:
        raise RefusedUrl(_("The address is too long."))
    if _ODD.search(url):
        raise RefusedUrl(_("The address has blanks, control characters or a backslash in it."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _unreadable() from None
    _require_plain(parts)
    scheme = parts.scheme
    if scheme != "https" and not (scheme == "http" and settings.OUTGOING_ALLOW_HTTP):
        raise RefusedUrl(_("The address must begin with https://."))
    host, address = _host(parts.netloc)
    port = _PORTS[scheme] if port is None else port
    if port not in _allowed_ports(scheme):
        raise RefusedUrl(_("This port cannot be called."))
    return Target(scheme, host, port, _path(parts), address)


def _require_plain(parts: SplitResult) -> None:
    if not parts.netloc:
        raise _unreadable()
    if "@" in parts.netloc:
        raise RefusedUrl(_("The address must not carry a user name or a password."))
    if parts.fragment:
        raise RefusedUrl(_("The address must not have a fragment, which is never sent."))


def _path(parts: SplitResult) -> str:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise RefusedUrl(_("Write the path of the address in ASCII, other characters percent-encoded."))
    return path


def _allowed_ports(scheme: str) -> frozenset[int]:
    if "*" in settings.OUTGOING_PORTS:
        return frozenset(range(1, 65536))
    return frozenset({*map(int, settings.OUTGOING_PORTS), _PORTS[scheme]})


def _host(netloc: str) -> tuple[str, Address | None]:
    """The name in ASCII, or the address, of `host[:port]`."""
    if netloc.startswith("["):
        literal, bracket, _port = netloc[1:].partition("]")
        return _address(literal) if bracket else _fail(_unreadable())
    name = netloc.partition(":")[0]
    try:
        host = idna.encode(name, uts46=True, transitional=False).decode() if not name.isascii() else name.lower()
    except idna.IDNAError:
        raise _unreadable() from None
    labels = host.split(".")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        # A resolver would read 2130706433, 0x7f.1 and 0177.0.0.1 as addresses; here there is one way to write one.
        return _address(host)
    if not all(map(_LABEL.fullmatch, labels)) or len(host) > 253:
        raise _unreadable()
    if not settings.OUTGOING_PRIVATE_NETWORKS and (len(labels) < 2 or _INNER.search(host)):
        raise _not_public()
    return host, None


def _address(literal: str) -> tuple[str, Address]:
    try:
        address = ip_address(literal)
    except ValueError:
        raise _unreadable() from None
    if isinstance(address, IPv6Address) and address.scope_id:
        raise _unreadable()
    if not may_be_called(address, also=settings.OUTGOING_PRIVATE_NETWORKS):
        raise _not_public()
    return str(address), address


def _fail(error: RefusedUrl) -> tuple[str, Address]:
    raise error


def _unreadable() -> RefusedUrl:
    return _refusal(_("This is not the address of a web server."))


def _not_public() -> RefusedUrl:
    return _refusal(_("This is not a public address."))


def _refusal(detail: Promise | str) -> RefusedUrl:
    return RefusedUrl(detail)
