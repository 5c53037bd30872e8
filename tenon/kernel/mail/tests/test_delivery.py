"""Mail through a real SMTP server: both bodies, retries that can be recognised, refusals that can be seen."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from tenon.kernel import clock, mail
from tenon.kernel.mail.sending import InvalidAddress
from tenon.kernel.outbox import relay
from tenon.kernel.outbox.errors import NotInTransaction
from tenon.kernel.outbox.models import Entry
from tenon.testing.smtp import SmtpServer

pytestmark = pytest.mark.django_db
TO = "ada@example.com"
DAY = timedelta(days=1)


def send(*, to: str = TO, name: str = "Ada", link: str = "https://tenon.example/verify") -> Entry:
    with transaction.atomic():
        entry_id = mail.send(template="sample", to=to, context={"name": name, "link": link})
    return Entry.objects.get(id=entry_id)


def run(*, after: timedelta = timedelta(0)) -> int:
    return relay.run_once(now=clock.now() + after)


def test_a_mail_has_text_and_html_and_says_that_nobody_wrote_it(smtp: SmtpServer) -> None:
    entry = send(name="Zoë & Co")
    assert relay.drain() == 1
    [letter] = smtp.of(TO)
    assert letter.subject == "Welcome, Zoë & Co"
    assert letter.text.startswith("Hello Zoë & Co: https://tenon.example/verify")
    assert "<h1>Hello Zoë &amp; Co</h1>" in letter.html
    assert letter.links == ["https://tenon.example/verify", *letter.links[1:]]
    assert letter.message["From"] == "Tenon <no-reply@example.com>"
    assert letter.message["To"] == TO
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["Message-ID"] == f"<{entry.id}@example.com>"


def test_what_waits_in_the_table_shows_neither_address_nor_link(smtp: SmtpServer) -> None:
    entry = send(link="https://tenon.example/?token=hunter2")
    stored = json.dumps(entry.payload)
    assert TO not in stored
    assert "hunter2" not in stored
    relay.drain()
    entry.refresh_from_db()
    assert entry.payload is None
    assert "hunter2" in smtp.of(TO)[0].text


def test_a_mail_that_is_put_off_comes_again_under_the_same_id(smtp: SmtpServer) -> None:
    smtp.fail_first = 2
    entry = send()
    run()
    entry.refresh_from_db()
    assert (entry.attempts, entry.dead_at) == (1, None)
    assert entry.last_error == "The mail server refused the mail: 451 4.3.0 Try again later"
    run(after=DAY)
    run(after=2 * DAY)
    [letter] = smtp.of(TO)
    assert letter.message["Message-ID"] == f"<{entry.id}@example.com>"
    entry.refresh_from_db()
    assert (entry.attempts, entry.last_error) == (3, "")


def test_a_refused_recipient_is_a_dead_letter_at_once_with_the_servers_words(smtp: SmtpServer) -> None:
    smtp.refuse_recipient = "550 5.1.1 <Ada@Example.com>: no such user"
    entry = send()
    run()
    entry.refresh_from_db()
    assert entry.dead_at is not None
    assert smtp.attempts == [TO]
    shown = StringIO()
    call_command("outbox", "dead", stdout=shown)
    assert "The mail server refused the recipient: 550 5.1.1 <•••>: no such user" in shown.getvalue()


@pytest.mark.parametrize(("reply", "dead"), [("450 4.2.1 Mailbox busy", False), ("554 5.7.1 Spam", True)])
def test_the_first_digit_decides(smtp: SmtpServer, reply: str, dead: bool) -> None:
    smtp.refuse_recipient = reply if not dead else ""
    smtp.refuse_message = reply if dead else ""
    entry = send()
    run()
    entry.refresh_from_db()
    assert (entry.dead_at is not None) == dead
    assert reply in entry.last_error


def test_a_refused_mail_goes_out_once_it_is_retried(smtp: SmtpServer) -> None:
    smtp.refuse_message = "554 5.7.1 Spam"
    send()
    run()
    smtp.refuse_message = ""
    call_command("outbox", "retry", "--all", stdout=StringIO())
    run()
    assert len(smtp.of(TO)) == 1


def test_a_server_that_hangs_is_given_up_and_tried_again(smtp: SmtpServer) -> None:
    smtp.hang = True
    entry = send()
    run()
    entry.refresh_from_db()
    assert entry.dead_at is None
    assert "timed out" in entry.last_error
    smtp.hang = False
    run(after=DAY)
    assert len(smtp.of(TO)) == 1


def test_a_server_that_is_not_there_is_named_as_the_reason(smtp: SmtpServer, settings: Any) -> None:
    settings.EMAIL_PORT = 9
    entry = send()
    run()
    entry.refresh_from_db()
    assert entry.dead_at is None
    assert "ConnectionRefusedError" in entry.last_error


def test_a_server_without_tls_is_named_as_the_reason(smtp: SmtpServer, settings: Any) -> None:
    settings.EMAIL_USE_TLS = True
    entry = send()
    run()
    entry.refresh_from_db()
    assert entry.dead_at is None
    assert "STARTTLS" in entry.last_error


def test_a_refused_login_is_the_operators_to_mend(smtp: SmtpServer, settings: Any) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "tenon", "wrong"
    entry = send()
    run()
    entry.refresh_from_db()
    assert entry.dead_at is None
    assert "AUTH" in entry.last_error
    assert "wrong" not in entry.last_error


def test_a_line_break_in_the_subject_is_dead_at_once(smtp: SmtpServer) -> None:
    entry = send(name="Ada\r\nBcc: everybody@example.com")
    run()
    entry.refresh_from_db()
    assert entry.dead_at is not None
    assert entry.last_error == "The subject is empty or has line breaks in it."
    assert smtp.attempts == []


@pytest.mark.parametrize(
    "address",
    ["", "ada", "ada@", "a@example.com, b@example.com", "ada@example.com\nBcc: b@example.com", "Ada <ada@example.com>"],
)
def test_only_one_plain_address_is_taken(address: str) -> None:
    with pytest.raises(InvalidAddress):
        send(to=address)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("template", ["", "../base", "Sample", "a.b"])
def test_a_template_is_a_plain_name(template: str) -> None:
    with pytest.raises(ValueError, match="template"), transaction.atomic():
        mail.send(template=template, to=TO, context={})


def test_a_mail_is_part_of_the_change_that_is_its_reason() -> None:
    with pytest.raises(NotInTransaction):
        mail.send(template="sample", to=TO, context={"name": "Ada", "link": ""})


def test_a_backend_that_sends_nothing_has_failed(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tenon.kernel.mail.tests.backends.SendsNothing"
    entry = send()
    run()
    entry.refresh_from_db()
    assert entry.last_error == "The mail backend sent nothing."


def test_an_error_of_ours_is_no_failure_of_the_sending(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tenon.kernel.mail.tests.backends.Broken"
    entry = send()
    run()
    entry.refresh_from_db()
    assert entry.dead_at is None
    assert entry.last_error.startswith("RuntimeError at tenon/kernel/mail/tests/backends.py:")


def test_the_console_shows_a_mail_as_its_reader_sees_it(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.EMAIL_BACKEND = "tenon.kernel.mail.console.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Tenon <no-reply@example.com>"
    link = "https://tenon.example/verify/" + "x" * 200
    send(name="Zoë & Co", link=link)
    relay.drain()
    shown = capsys.readouterr().out
    assert "From:    Tenon <no-reply@example.com>\nTo:      ada@example.com\nSubject: Welcome, Zoë & Co\n" in shown
    assert f"Hello Zoë & Co: {link}\n" in shown
    assert "<h1>" not in shown


def test_the_console_lets_no_mail_steer_the_terminal(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.EMAIL_BACKEND = "tenon.kernel.mail.console.EmailBackend"
    send(name="Ada\x1b[2J\x9b2J", link="https://tenon.example/\r\x7f\tZoë")
    relay.drain()
    shown = capsys.readouterr().out
    assert "Hello Ada\\x1b[2J\\x9b2J: https://tenon.example/\\x0d\\x7f\tZoë\n" in shown
    assert not set(shown) & {"\x1b", "\x9b", "\r", "\x7f"}


@dataclass
class Provider:
    """A provider's API on 127.0.0.1: what it was sent, and what it answers."""

    url: str = ""
    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


@pytest.fixture
def provider() -> Iterator[Provider]:
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            told.bodies.append(self.rfile.read(int(self.headers["content-length"])).decode())
            answer = json.dumps(told.body).encode()
            self.send_response(told.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.url = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield told
        server.shutdown()


PROVIDERS: dict[str, tuple[dict[str, str], str, str, dict[str, Any]]] = {
    "resend": ({"RESEND_API_KEY": "key-1"}, "authorization", "Bearer key-1", {"id": "1"}),
    "postmark": (
        {"POSTMARK_SERVER_TOKEN": "key-1"},
        "x-postmark-server-token",
        "key-1",
        {"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": TO},
    ),
    "mailgun": (
        {"MAILGUN_API_KEY": "key-1", "MAILGUN_SENDER_DOMAIN": "mg.example.com"},
        "authorization",
        "Basic YXBpOmtleS0x",
        {"id": "<1>", "message": "Queued. Thank you."},
    ),
    "brevo": ({"BREVO_API_KEY": "key-1"}, "api-key", "key-1", {"messageId": "<1>"}),
}


def use(provider: Provider, settings: Any, name: str) -> None:
    keys, _, _, provider.body = PROVIDERS[name]
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    settings.ANYMAIL = {**keys, f"{name.upper()}_API_URL": provider.url, "REQUESTS_TIMEOUT": 5}


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_is_handed_the_mail_with_its_key(provider: Provider, settings: Any, name: str) -> None:
    use(provider, settings, name)
    send()
    assert relay.drain() == 1
    _, header, value, _ = PROVIDERS[name]
    assert provider.headers[0][header] == value
    assert "Welcome" in provider.bodies[0]


@pytest.mark.parametrize(
    ("status", "dead"), [(400, True), (422, True), (401, False), (403, False), (429, False), (500, False), (503, False)]
)
def test_a_providers_status_says_whether_to_try_again(
    provider: Provider, settings: Any, status: int, dead: bool
) -> None:
    use(provider, settings, "resend")
    provider.status, provider.body = status, {"message": f"about {TO}"}
    entry = send()
    run()
    entry.refresh_from_db()
    assert (entry.dead_at is not None) == dead
    assert f"Resend API response {status}" in entry.last_error
    assert TO not in entry.last_error
