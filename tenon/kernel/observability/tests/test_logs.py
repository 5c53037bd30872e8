"""What is written to the logs: one line for each request, as JSON, without a secret in it."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.test import Client
from pytest_django.fixtures import Settings

from tenon.kernel.http import request_id
from tenon.kernel.observability import logs
from tenon.kernel.observability.tests.routes import PASSWORD, SOMEBODY

LINK = "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21"


class Captured:
    """What a stream handler with our formatter has written."""

    def __init__(self, form: str) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(logs.formatter(form=form))

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def written(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Captured]:
    settings.ROOT_URLCONF = "tenon.kernel.observability.tests.routes"
    captured = Captured(getattr(request, "param", "json"))
    logging.getLogger().addHandler(captured.handler)
    yield captured
    logging.getLogger().removeHandler(captured.handler)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def test_a_request_is_one_line(client: Client, written: Captured) -> None:
    answer = client.post("/greet/?token=s3cr3t-in-query", {"x": 1}, content_type="application/json")
    line = written.lines[-1]
    assert len(written.lines) == 2  # and what the view said
    assert line.pop("duration_ms") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "message": "request_finished",
        "level": "info",
        "logger": logs.REQUESTS,
        "method": "POST",
        "path": "/greet/",
        "status": 200,
        "user_id": str(SOMEBODY),
        "request_id": answer["X-Request-ID"],
    }


def test_whatever_is_said_during_a_request_carries_its_id(client: Client, written: Captured) -> None:
    answer = client.post("/greet/", {}, content_type="application/json", headers={"x-request-id": "from-outside"})
    assert answer["X-Request-ID"] == "from-outside"
    assert [line["request_id"] for line in written.lines] == ["from-outside", "from-outside"]


def test_no_secret_of_a_request_is_written(client: Client, written: Captured) -> None:
    secrets = {
        "password": PASSWORD,
        "refresh": "tnr_0123456789abcdef",
        "code": "84921037",
        "nested": {"new_password": "another one"},
    }
    client.post(
        "/greet/?token=s3cr3t-in-query",
        {**secrets, "email": "alice@example.com"},
        content_type="application/json",
        headers={"authorization": "Bearer abcdef0123456789", "cookie": "sessionid=0badc0ffee"},
    )
    client.post(f"/api/verify/{LINK}/", {}, content_type="application/json")
    client.get("/nowhere/?password=letmein")
    for secret in (
        PASSWORD,
        "0123456789abcdef",
        "84921037",
        "another one",
        "s3cr3t",
        "letmein",
        "0badc0ffee",
        LINK,
        "alice@",
        "bob@",
    ):
        assert secret not in written.text
    assert "a…@example.com" in json.dumps(written.lines, ensure_ascii=False)


def test_a_failure_is_written_once_with_its_traceback_and_without_its_secrets(
    client: Client, written: Captured
) -> None:
    assert client.get("/fail/?token=s3cr3t-in-query").status_code == 500
    (line,) = written.lines
    assert (line["message"], line["level"], line["status"], line["path"]) == ("request_failed", "error", 500, "/fail/")
    assert "Traceback" in line["exception"]
    assert "RuntimeError: no luck with password=[removed] of b…@example.com" in line["exception"]
    assert "s3cr3t" not in written.text


def test_a_probe_is_written_only_when_it_fails(client: Client, written: Captured, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tenon.kernel.observability.urls"
    assert client.get("/health/live/").status_code == 200
    assert written.lines == []
    assert client.post("/health/live/").status_code == 405
    assert [line["status"] for line in written.lines] == [405]


def test_one_request_tells_nothing_of_the_one_before(client: Client, written: Captured) -> None:
    client.post("/greet/", {}, content_type="application/json")
    client.get("/nowhere/")
    assert "user_id" not in written.lines[-1]
    logging.getLogger("tenon.later").warning("alone")
    assert written.lines[-1].keys() == {"message", "level", "logger", "timestamp"}


def test_structlog_and_logging_write_alike(written: Captured) -> None:
    with request_id.bound("the-job"):
        structlog.get_logger("tenon.one").warning("happened", password="x", number=1)
        logging.getLogger("tenon.two").warning("happened", extra={"password": "x", "number": 1})
    one, two = written.lines
    for line in (one, two):
        line.pop("timestamp")
    assert one == {**two, "logger": "tenon.one"}
    assert (one["password"], one["number"], one["request_id"]) == ("[removed]", 1, "the-job")


def test_what_cannot_be_json_is_written_as_text(written: Captured) -> None:
    logging.getLogger("tenon").warning("odd", extra={"thing": object, "bytes": b"\xff"})
    assert written.lines[-1]["thing"] == "<class 'object'>"


@pytest.mark.parametrize("written", ["console"], indirect=True)
def test_a_developer_reads_text(written: Captured) -> None:
    logging.getLogger("tenon").warning("happened to %s", "bob@example.com", extra={"token": "abc"})
    assert "happened to b…@example.com" in written.text
    assert "token=[removed]" in written.text
    assert not written.text.startswith("{")


def test_with_a_folder_requests_have_a_file_of_their_own(tmp_path: Path) -> None:
    settings = logs.configuration(form="json", level="WARNING", folder=tmp_path / "logs")
    assert (tmp_path / "logs").is_dir()
    files = {name: handler["filename"] for name, handler in settings["handlers"].items() if "filename" in handler}
    assert files == {"django": str(tmp_path / "logs/django.log"), "api": str(tmp_path / "logs/api.log")}
    assert settings["root"] == {"level": "WARNING", "handlers": ["stream", "django"]}
    assert settings["loggers"][logs.REQUESTS] == {
        "level": "WARNING",
        "handlers": ["stream", "api"],
        "propagate": False,
    }


def test_without_a_folder_nothing_is_written_to_disk() -> None:
    settings = logs.configuration(form="json", level="INFO", folder=None)
    assert list(settings["handlers"]) == ["stream"]
    assert settings["loggers"][logs.REQUESTS] == {"level": "INFO"}
