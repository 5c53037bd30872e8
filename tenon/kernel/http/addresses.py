"""The address of the caller, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

_UNKNOWN = "0.0.0.0"  # a value, not an address to bind to  # nosec B104


def client_address(request: HttpRequest) -> str:
    """The caller's IP address, normalised (RFC 5952; IPv4-mapped IPv6 as IPv4).

    `X-Forwarded-For` is believed only for the last settings.TRUSTED_PROXY_COUNT entries, which our own proxies wrote;
    whatever a client puts before them is ignored.
    """
    peer = _normal(request.META.get("REMOTE_ADDR", ""))
    proxies: int = getattr(settings, "TRUSTED_PROXY_COUNT", 0)
    if proxies < 1:
        return peer or _UNKNOWN
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if len(forwarded) >= proxies:
        return _normal(forwarded[-proxies]) or peer or _UNKNOWN
    return peer or _UNKNOWN


def _normal(text: str) -> str:
    """`text` as an address without brackets, port or zone, or "" when it is none."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)
