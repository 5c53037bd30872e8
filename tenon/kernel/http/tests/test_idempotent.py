"""A request with an Idempotency-Key is carried out once; whoever repeats it receives the very same answer."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from tenon.kernel.http.tests import idempotent_routes as routes
from tenon.kernel.http.tests.idempotent_people import ORDER, Person, made
from tenon.kernel.http.tests.test_problems import problem
from tenon.kernel.idempotency.models import Record
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.tests.factories import make_tenant

pytestmark = pytest.mark.django_db
ALREADY = 3  # rows that the organization has before


@pytest.fixture(autouse=True)
def _routes(settings: Settings) -> Iterator[None]:
    settings.ROOT_URLCONF = "tenon.kernel.http.tests.idempotent_routes"
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "guess": "5/min"}
    routes.organization[:] = [make_tenant("acme").id]
    yield
    routes.organization.clear()


@pytest.fixture
def ada() -> Person:
    return Person()


def own_headers(answer: Any) -> dict[str, str]:
    return {name: answer[name] for name in ("Location", "ETag", "Content-Type", "Content-Language")}


def test_a_repetition_receives_the_very_same_answer(ada: Person) -> None:
    first, second, third = ada.send(), ada.send(), ada.send()
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert third.content == first.content
    assert own_headers(first) == own_headers(second) == own_headers(third)
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == third["Idempotent-Replayed"] == "true"
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert made() == ALREADY + 1


def test_an_answer_without_a_body_is_repeated_too(ada: Person) -> None:
    first, second = ada.send(method="DELETE"), ada.send(method="DELETE")
    assert (first.status_code, second.status_code, second.content) == (204, 204, b"")
    assert "Content-Type" not in second
    assert second["Idempotent-Replayed"] == "true"
    assert made() == ALREADY + 1


def test_without_a_key_each_request_counts(ada: Person) -> None:
    assert ada.send(None).content != ada.send(None).content
    assert made() == ALREADY + 2
    assert not Record.objects.exists()


def test_a_key_stands_for_one_caller_organization_method_and_route(ada: Person) -> None:
    elsewhere = Person(**{"x-person": ada.headers["x-person"], "x-organization": str(new_id())})
    answers = [
        ada.send(),
        Person().send(),
        elsewhere.send(),
        ada.send(method="PUT"),
        ada.send(path="/probes/1/"),
        ada.send("K"),
    ]
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.content for answer in answers}) == 6
    assert made() == ALREADY + 6


@pytest.mark.parametrize(
    "body",
    ['{"items":[{"sku":"a","count":1}],"email":"ada@example.com"}', '{ "email": "ada@example.com", "items": '],
)
def test_how_a_body_is_written_does_not_matter(ada: Person, body: str) -> None:
    order = {"email": "ada@example.com", "items": [{"sku": "a", "count": 1}]}
    first = ada.send(body=order)
    second = ada.send(body=body + '[{"count": 1, "sku": "a"}] }' if body.endswith(": ") else body)
    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    "other",
    [
        {"body": {"email": "bob@example.com"}},
        {"body": {**ORDER, "items": []}},
        {"path": "/probes/?a=1"},
    ],
)
def test_another_request_with_the_same_key_is_refused(ada: Person, other: dict[str, Any]) -> None:
    ada.send()
    problem(ada.send(**other), 422, "idempotency_key_reused")
    assert made() == ALREADY + 1


def test_the_path_belongs_to_the_request(ada: Person) -> None:
    ada.send(path="/probes/1/")
    problem(ada.send(path="/probes/2/"), 422, "idempotency_key_reused")
    assert ada.send(path="/probes/1")["Idempotent-Replayed"] == "true"


def test_where_a_key_is_required_its_absence_is_refused(ada: Person) -> None:
    problem(ada.send(None, method="PUT"), 400, "idempotency_key_missing")
    assert made() == ALREADY


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\tb", '""'])
def test_what_is_no_key_is_refused(ada: Person, key: str) -> None:
    problem(ada.send(key), 400, "idempotency_key_invalid")
    assert made() == ALREADY


def test_a_quoted_key_is_the_same_key(ada: Person) -> None:
    first = ada.send('"a \\"b\\""')
    assert ada.send('a "b"').content == first.content
    assert ada.send("x" * 255).status_code == 201


def test_a_request_that_is_not_valid_is_not_kept(ada: Person) -> None:
    problem(ada.send(body={"email": "no address"}), 400, "invalid")
    problem(ada.send(body="{"), 400, "malformed")
    assert ada.send().status_code == 201


@pytest.mark.parametrize(("kind", "status"), [("late", 409), ("bug", 500), ("soft", 409)])
def test_what_is_refused_or_fails_has_no_effect_and_may_be_tried_again(ada: Person, kind: str, status: int) -> None:
    body = {"email": f"{kind}@example.com"}
    assert [ada.send(body=body).status_code for _ in range(2)] == [status, status]
    assert made() == ALREADY
    assert not Record.objects.exists()
    assert ada.send().status_code == 201


def test_callers_without_an_account_are_told_apart_by_their_network() -> None:
    nobody = Person()
    del nobody.headers["x-person"]
    first = nobody.send()
    assert nobody.send().content == first.content
    nobody.client.defaults["REMOTE_ADDR"] = "198.51.100.9"
    assert nobody.send().content != first.content
    nobody.client.defaults["REMOTE_ADDR"] = "2001:db8::1"
    third = nobody.send()
    nobody.client.defaults["REMOTE_ADDR"] = "2001:db8::2"
    assert nobody.send().content == third.content


def test_an_upload_is_known_by_its_content(ada: Person) -> None:
    def send(content: bytes, title: str = "one") -> Any:
        body = {"title": title, "file": SimpleUploadedFile("a.txt", content)}
        return ada.client.post("/forms/", body, headers=ada.headers | {"idempotency-key": "k"})

    first = send(b"hello")
    assert first.json()["content"] == "hello"
    assert send(b"hello").content == first.content
    assert send(b"hullo").status_code == send(b"hello", "two").status_code == 422


def test_what_is_kept_is_sealed_and_says_nothing(ada: Person) -> None:
    secret = ada.send().json()["secret"]
    record = Record.objects.get()
    assert str(record) == str(record.operation_id)
    assert str(record.principal_id) == ada.headers["x-person"]
    assert secret not in record.answer
    assert "ada@example.com" not in "".join(map(str, Record.objects.values_list().get()))
    # An answer cannot be moved to another key's row.
    ada.send("other")
    other = Record.objects.exclude(pk=record.pk).get()
    Record.objects.filter(pk=other.pk).update(answer=record.answer)
    assert ada.send("other").json()["code"] == "idempotency_answer_lost"


@pytest.mark.parametrize("what", ["durable", "count", "stream", "cookie"])
def test_what_cannot_be_part_of_one_transaction_says_so(ada: Person, settings: Settings, what: str) -> None:
    settings.REDIS_URL = ""
    ada.client.raise_request_exception = True
    with pytest.raises(TypeError if what in {"stream", "cookie"} else RuntimeError):
        ada.send(path=f"/unfit/{what}/")
    assert not Record.objects.exists()
