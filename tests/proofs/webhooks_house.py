"""The dispatcher of webhooks as a proof wants it, run as a process: impatient, and in front of a hostile resolver.

python -m tests.proofs.webhooks_house deliver         as `manage.py deliver_webhooks`
python -m tests.proofs.webhooks_house plant ORG FILE  stores an endpoint for each line of FILE, past every check

PROOF_WAIT_SECONDS takes the place of the first waits between attempts, PROOF_LEASE_SECONDS that of the lease.
PROOF_ANSWERS names a JSON file of what the resolver answers, by name: a list of lists of addresses, one for each time
that it is asked. PROOF_TOLD names a file that gets a line for each address that is connected to.
"""

import json
import os
import socket
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402 (the apps must be ready first)

from tenon.kernel.tenancy.scopes import organization_scope  # noqa: E402
from tenon.platform.webhooks.engines import patience, signatures  # noqa: E402
from tenon.platform.webhooks.models import Endpoint, Lane  # noqa: E402
from tenon.platform.webhooks.services import lanes  # noqa: E402
from tenon.platform.webhooks.services.secrets import sealed  # noqa: E402


def deliver() -> None:
    """Deliver until told to stop."""
    if wait := os.environ.get("PROOF_WAIT_SECONDS"):
        patience.WAITS = (timedelta(seconds=float(wait)),) * len(patience.WAITS)
        patience.FIRST_REST = timedelta(seconds=float(wait) / 2)
    if lease := os.environ.get("PROOF_LEASE_SECONDS"):
        lanes.LEASE = timedelta(seconds=float(lease))
    if answers := os.environ.get("PROOF_ANSWERS"):
        _resolve(json.loads(Path(answers).read_text(encoding="utf-8")))
    if told := os.environ.get("PROOF_TOLD"):
        _tell_connections(Path(told))
    call_command("deliver_webhooks")


def _resolve(answers: dict[str, list[list[str]]]) -> None:
    real, asked = socket.getaddrinfo, Counter[str]()

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in answers:
            return real(host, port, *args, **kwargs)
        turns = answers[host]
        found = turns[min(asked[host], len(turns) - 1)]
        asked[host] += 1
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in found
        ]

    socket.getaddrinfo = getaddrinfo


def _tell_connections(told: Path) -> None:
    """Write down each connection to a web server; those out of this machine are not made, as this is a proof."""
    real = socket.socket.connect
    from tenon.kernel.outgoing.deadlines import BoundedSocket

    def connect(self: Any, address: Any) -> None:
        with told.open("a", encoding="utf-8") as file:
            file.write(f"{address[0]} {address[1]}\n")
        if not address[0].startswith("127."):
            raise ConnectionRefusedError(f"{address[0]} is not on this machine.")
        real(self, address)

    BoundedSocket.connect = connect  # type: ignore[method-assign]


def plant(organization_id: UUID, urls: list[str]) -> None:
    """Endpoints that no request could have made."""
    with organization_scope(organization_id):
        for url in urls:
            endpoint = Endpoint(url=url, event_types=["*"])
            endpoint.secret = sealed(signatures.new_secret(), endpoint.id)
            endpoint.save(force_insert=True)
            Lane.objects.create(endpoint=endpoint)


if __name__ == "__main__":
    if sys.argv[1] == "plant":
        plant(UUID(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text(encoding="utf-8")))
    else:
        deliver()
