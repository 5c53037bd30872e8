"""From which pages a browser may connect: those that may read the API's answers, and our own.

A browser sends cookies and the Origin along with every handshake (RFC 6455, 10.2). We ask for a token and heed no
cookie, so a foreign page can do nothing here anyhow; it is not even let in.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Headers = Iterable[tuple[bytes, bytes]]


def may_connect(headers: Headers) -> bool:
    """Whether host and origin of a handshake are known. Programs that are no browsers send no Origin."""
    found = {name: value.decode("latin-1") for name, value in headers}
    host = found.get(b"host", "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    origin = found.get(b"origin")
    return origin is None or _is_known(origin, host)


def _is_known(origin: str, host: str) -> bool:
    if settings.CORS_ALLOW_ALL_ORIGINS or origin in (settings.SITE_URL, *settings.CORS_ALLOWED_ORIGINS):
        return True
    if any(re.match(pattern, origin) for pattern in getattr(settings, "CORS_ALLOWED_ORIGIN_REGEXES", ())):
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == host
