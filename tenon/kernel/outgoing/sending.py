"""One request and the beginning of its answer, within a time."""

import http.client
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from time import monotonic

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError

from tenon import __version__
from tenon.kernel.http import request_id
from tenon.kernel.outgoing import connections, resolving, urls
from tenon.kernel.outgoing.deadlines import Deadline
from tenon.kernel.outgoing.errors import Reason, RefusedUrl, Unanswered

SECONDS = 15.0
READ = 65_536
KEPT = 1024
_HEADERS = {"User-Agent": f"Tenon/{__version__}", "Accept-Encoding": "identity", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is its beginning, as it was sent; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the status says that it was taken. A redirect is no such answer: it is never followed."""
        return 200 <= self.status <= 299


def request(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    keep: int = KEPT,
) -> Answer:
    """Send one request over a connection of its own, past any proxy, and follow no redirect.

    `seconds` are for all of it, from the name to the last byte that is read; of the answer's body up to 64 KiB are read
    and `keep` bytes are returned. The identity of our own request goes along. Raises Unanswered; never retries.
    """
    started, deadline = monotonic(), Deadline(seconds)
    try:
        target = urls.read(url)
        addresses = resolving.addresses_of(target, deadline)
        with closing(connections.connected(target, addresses, deadline)) as connection:
            sent = {**_HEADERS, **request_id.outgoing_headers(), **(headers or {})}
            status, received, content = _exchange(connection, method, target.path, body, sent)
    except RefusedUrl as refusal:
        raise Unanswered(Reason.REFUSED, str(refusal)) from None
    except (TimeoutError, ReadTimeoutError) as error:
        raise Unanswered(Reason.TIMEOUT, f"There was no whole answer within {seconds:g} seconds.") from error
    except ssl.SSLError as error:
        raise Unanswered(Reason.TLS, _of_tls(error)) from error
    except (http.client.HTTPException, HTTPError) as error:
        raise Unanswered(Reason.PROTOCOL, "The answer is not HTTP, or was cut off.") from error
    except OSError as error:
        raise Unanswered(Reason.CONNECTION, "There is no connection, or it was cut.") from error
    return Answer(status, received, content[:keep], monotonic() - started)


def _exchange(
    connection: HTTPConnection, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, dict[str, str], bytes]:
    connection.request(method, path, body=body or None, headers=headers, preload_content=False, decode_content=False)
    try:
        with closing(connection.getresponse()) as response:
            content = b""
            while len(content) < READ and (piece := response.read(READ - len(content), decode_content=False)):
                content += piece
            return response.status, {name.lower(): value for name, value in response.headers.items()}, content
    except ValueError as error:  # a chunk of a negative size
        raise http.client.HTTPException(str(error)) from error


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate was not accepted: {error.verify_message}."
    return "The TLS handshake failed."
