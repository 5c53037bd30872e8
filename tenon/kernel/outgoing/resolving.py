"""Looking a name up once, within a time, and judging every address that it has."""

import socket
import threading
from ipaddress import ip_address

from django.conf import settings

from tenon.kernel.outgoing.deadlines import Deadline
from tenon.kernel.outgoing.errors import Reason, Unanswered
from tenon.kernel.outgoing.networks import Address, may_be_called
from tenon.kernel.outgoing.urls import Target

_Found = list[str] | OSError | UnicodeError


def addresses_of(target: Target, deadline: Deadline) -> list[Address]:
    """The addresses to connect to, in the resolver's order.

    Raises Unanswered, also when only one of several is not public: whoever mixes them means us no good.
    """
    if target.address is not None:
        return [target.address]
    found = _look_up(target, deadline)
    if isinstance(found, OSError | UnicodeError) or not found:
        raise Unanswered(Reason.NAME, "The name has no address.")
    addresses = [ip_address(text) for text in dict.fromkeys(found)]
    if not all(may_be_called(address, also=settings.OUTGOING_PRIVATE_NETWORKS) for address in addresses):
        raise Unanswered(Reason.REFUSED, "The name leads to an address that is not public.")
    return addresses


def _look_up(target: Target, deadline: Deadline) -> _Found:
    """In a thread of its own: the system's resolver cannot be told how long it may take."""
    found: list[_Found] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            found.append([str(answer[4][0]) for answer in answers])
        except (OSError, UnicodeError) as error:
            found.append(error)

    asking = threading.Thread(target=ask, name="outgoing-name", daemon=True)
    asking.start()
    asking.join(deadline.left())
    if not found:
        raise Unanswered(Reason.TIMEOUT, "Nobody said in time which address the name has.")
    return found[0]
