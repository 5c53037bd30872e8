"""What the environment may say about serving."""

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.run.configuration import read
from tenon.delivery.run.processes import commands
from tenon.kernel.env import Env


def configured(**environ: str):
    return read(Env(environ), demo_by_default=True)


def test_the_worker_listens_beside_the_api_unless_it_is_told_otherwise():
    assert configured(PORT="9000").worker_port == 9001
    assert configured(PORT="9000", WORKER_PORT="9500").worker_port == 9500


def test_a_celery_worker_is_started_where_a_broker_is_named():
    assert "jobs" not in commands(configured())
    named = configured(CELERY_BROKER_URL="redis://127.0.0.1:6379/1", CELERY_CONCURRENCY="7", PORT="9000")
    command = commands(named)["jobs"]
    assert command[command.index("-A") + 1 :][:2] == ["tenon.delivery.celery", "worker"]
    assert command[command.index("--concurrency") + 1] == "7"
    assert "tenon-9000@%h" in command


def test_the_demo_can_be_left_out():
    assert configured().demo is True
    assert configured(DEMO="0").demo is False


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("localhost.example.com", False),
    ],
)
def test_a_demo_is_for_this_machine_alone(host: str, local: bool):
    assert configured(HOST=host).is_local is local
    assert configured(HOST=host).demo is local
    if local:
        assert configured(HOST=host, DEMO="1").demo
    else:
        with pytest.raises(ImproperlyConfigured, match=f"DEMO must be off while HOST={host}"):
            configured(HOST=host, DEMO="1")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("api.example.com", "http://api.example.com:8000"),
    ],
)
def test_the_address_is_one_that_a_browser_can_open(host: str, address: str):
    assert configured(HOST=host).address == address


def test_a_port_that_is_no_number_names_its_variable():
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number"):
        configured(PORT="http")


def test_answers_says_whether_both_listen():
    api, worker = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    here = configured(PORT=str(api.getsockname()[1]), WORKER_PORT=str(worker.getsockname()[1]))
    with api:
        with worker:
            assert here.answers()
        assert not here.answers()
    assert not here.answers()


def test_the_api_gets_its_processes_and_the_worker_stays_on_the_loopback():
    started = commands(configured(HOST="0.0.0.0", PORT="9000", API_WORKERS="3", API_THREADS="1"))
    api, worker = " ".join(started["api"]), " ".join(started["worker"])
    assert "--interface wsgi" in api
    assert "--host 0.0.0.0 --port 9000 --workers 3 --blocking-threads 1" in api
    assert "--interface asgi --host 127.0.0.1 --port 9001 --workers 1" in worker


def test_who_holds_sockets_is_reached_from_wherever_the_api_is():
    alone = configured(HOST="0.0.0.0", DEMO="false")
    assert alone.worker_host == "127.0.0.1"
    environ = {"HOST": "::", "PORT": "9000", "DEMO": "false"}
    shared = read(Env(environ), demo_by_default=False, sockets=True)
    assert shared.worker_host == "::"
    assert shared.socket_address == "ws://127.0.0.1:9001"
    assert read(Env({"HOST": "::1"}), demo_by_default=False, sockets=True).socket_address == "ws://[::1]:8001"
