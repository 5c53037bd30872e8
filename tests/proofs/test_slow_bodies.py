"""Connections that announce a body and do not send it stop nobody who asks for something, and nothing once they end."""

import socket
from collections.abc import Callable
from contextlib import ExitStack

from tenon.testing.houses import PASSWORD, House

HELD = 12  # three times as many as there are threads
ASKED = 40
LOGIN = "/api/v1/auth/login/"
IDLE = f"POST {LOGIN} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"


def test_bodies_that_do_not_come_leave_the_service_answering(home: House, proof_record: Callable[..., None]) -> None:
    person = home.sign_up()
    with ExitStack() as held:
        for _ in range(HELD):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", home.api.port)))
            connection.sendall(IDLE.encode())
        for _ in range(ASKED):
            assert home.call("GET", "/health/ready/").status == 200
            assert home.call("GET", "/user/details/", token=person.access).status == 200
        refused = home.call("POST", LOGIN, json={"email": person.email, "password": PASSWORD})
        assert refused.status in (200, 503), refused
        if refused.status == 503:
            assert refused.json()["code"] == "bodies_held"
            assert int(refused.headers["retry-after"]) > 0
    home.sign_in(person.email)
    proof_record(held=HELD, answered=2 * ASKED)
