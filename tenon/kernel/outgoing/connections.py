"""A connection to an address that was judged, under the name that the caller gave: SNI, certificate and Host say so."""

import socket
import ssl
from functools import lru_cache
from typing import cast

from urllib3.connection import HTTPConnection, HTTPSConnection

from tenon.kernel.outgoing.deadlines import BoundedSocket, BoundedTlsSocket, Deadline
from tenon.kernel.outgoing.networks import Address
from tenon.kernel.outgoing.urls import Target

CONNECT_SECONDS = 5.0  # for one address of several


def connected(target: Target, addresses: list[Address], deadline: Deadline) -> HTTPConnection:
    """A connection, ready for a request. Raises OSError, ssl.SSLError included, and TimeoutError."""
    plain = _first(addresses, target.port, deadline)
    try:
        plain.settimeout(deadline.left())
        if target.scheme == "http":
            plain.deadline = deadline
            return _over(plain, HTTPConnection(target.host, target.port))
        secured = cast(BoundedTlsSocket, tls_context().wrap_socket(plain, server_hostname=target.host))
        secured.deadline = deadline
        return _over(secured, HTTPSConnection(target.host, target.port))
    except BaseException:
        plain.close()
        raise


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """TLS 1.2 and later, certificates checked against the system's authorities (SSL_CERT_FILE names others)."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = BoundedTlsSocket
    return context


def _over(connection: socket.socket, http: HTTPConnection) -> HTTPConnection:
    # With its socket in place urllib3 neither resolves the name a second time nor connects anywhere.
    http.sock = connection
    http.auto_open = 0
    return http


def _first(addresses: list[Address], port: int, deadline: Deadline) -> BoundedSocket:
    """A connection to the first address that takes one."""
    failure: OSError | None = None
    for address in addresses:
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        try:
            connection = BoundedSocket(family, socket.SOCK_STREAM)
        except OSError as error:
            failure = error
            continue
        try:
            connection.settimeout(min(CONNECT_SECONDS, deadline.left()))
            connection.connect((str(address), port))
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure or OSError("There is no address to connect to.")
