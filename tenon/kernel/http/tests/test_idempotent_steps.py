"""A phased request that fails, or whose process dies, goes on where it stopped; a provider charges once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest
import time_machine
from django.db import transaction
from pytest_django.fixtures import Settings

from tenon.kernel.errors import Unavailable
from tenon.kernel.http.tests import idempotent_routes as routes
from tenon.kernel.http.tests.idempotent_people import Person, made
from tenon.kernel.http.tests.idempotent_routes import Provider
from tenon.kernel.http.tests.test_problems import problem
from tenon.kernel.idempotency.models import Record
from tenon.kernel.tenancy.tests.factories import make_tenant

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
ALREADY = 3  # rows that the organization has before
PAY = {"path": "/payments/"}


class Killed(BaseException):
    """As SIGKILL: nobody cleans up."""


@pytest.fixture(autouse=True)
def _routes(settings: Settings) -> Iterator[None]:
    settings.ROOT_URLCONF = "tenon.kernel.http.tests.idempotent_routes"
    routes.organization[:] = [make_tenant("acme").id]
    yield
    routes.organization.clear()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    fresh = Provider()
    monkeypatch.setattr(routes, "provider", fresh)
    return fresh


@pytest.fixture
def ada() -> Person:
    return Person()


def fail(error: BaseException) -> Callable[[], NoReturn]:
    def work() -> NoReturn:
        raise error

    return work


def pay_and_be_killed(person: Person, **options: Any) -> None:
    person.client.raise_request_exception = True
    with pytest.raises(Killed):
        person.send(**PAY, **options)
    person.client.raise_request_exception = False


def test_a_repetition_receives_the_same_answer_and_nothing_happens(ada: Person, provider: Provider) -> None:
    first, second = ada.send(**PAY), ada.send(**PAY)
    assert (first.status_code, second.content) == (201, first.content)
    assert second["Idempotent-Replayed"] == "true"
    assert provider.charged == {f"{Record.objects.get().operation_id}-charge": 7}
    assert len(provider.asked) == 1
    assert made() == ALREADY + 2
    problem(ada.send(**PAY, body={"email": "bob@example.com"}), 422, "idempotency_key_reused")
    problem(ada.send(None, **PAY), 400, "idempotency_key_missing")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_request_killed_at_its_provider_goes_on_once_its_lease_is_over(
    ada: Person, provider: Provider, when: str
) -> None:
    """Whether the charge had arrived is not known: it is asked for again, with the same key."""
    with time_machine.travel(NOON, tick=False) as clock:
        setattr(provider, when, fail(Killed()))
        pay_and_be_killed(ada)
        setattr(provider, when, lambda: None)
        assert made() == ALREADY + 1
        early = ada.send(**PAY)
        problem(early, 409, "idempotency_in_progress")
        assert early["Retry-After"] == "5"
        clock.shift(58)
        assert ada.send(**PAY)["Retry-After"] == "2"
        problem(ada.send(**PAY, body={"email": "bob@example.com"}), 422, "idempotency_key_reused")
        clock.shift(3)
        late = ada.send(**PAY)
    assert late.status_code == 201
    assert "Idempotent-Replayed" not in late
    assert made() == ALREADY + 2
    assert len(provider.charged) == 1
    assert len(set(provider.asked)) == 1
    assert len(provider.asked) == 2
    assert ada.send(**PAY).content == late.content


def test_a_request_whose_provider_fails_may_be_repeated_at_once(ada: Person, provider: Provider) -> None:
    provider.after = fail(Unavailable())
    assert ada.send(**PAY).status_code == 503
    assert Record.objects.get().claim is None
    provider.after = lambda: None
    answer = ada.send(**PAY)
    assert answer.status_code == 201
    assert made() == ALREADY + 2
    assert len(provider.charged) == 1


def test_a_step_that_is_refused_is_tried_again_and_those_before_are_not(ada: Person, provider: Provider) -> None:
    body = {"email": "declined@example.com"}
    assert [ada.send(**PAY, body=body).status_code for _ in range(3)] == [409] * 3
    assert made() == ALREADY + 1
    assert len(provider.asked) == 1


def test_an_answer_that_is_no_success_is_not_kept_and_its_steps_are(ada: Person, provider: Provider) -> None:
    body = {"email": "soft@example.com"}
    first, second = ada.send(**PAY, body=body), ada.send(**PAY, body=body)
    assert (first.status_code, second.status_code) == (409, 409)
    assert first.json()["order"] == second.json()["order"]
    assert first.json()["answer"] != second.json()["answer"]
    assert made() == ALREADY + 2
    assert len(provider.asked) == 1


def test_what_was_refused_before_any_step_leaves_the_key_free(ada: Person, provider: Provider) -> None:
    problem(ada.send(**PAY, body={"email": "no address"}), 400, "invalid")
    assert not Record.objects.exists()
    assert ada.send(**PAY).status_code == 201


def test_without_a_key_where_none_is_required_the_steps_are_the_same(ada: Person, provider: Provider) -> None:
    answers = [ada.send(None, method="PUT", **PAY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(provider.charged) == 2
    assert made() == ALREADY + 4


def test_whoever_was_overtaken_does_nothing_more(ada: Person, provider: Provider) -> None:
    """A request that slept through its lease wakes up, when a repetition has done the work."""
    answers: list[Any] = []

    def overtaken() -> None:
        provider.before = lambda: None
        clock.shift(61)
        answers.append(ada.send(**PAY))

    provider.before = overtaken
    with time_machine.travel(NOON, tick=False) as clock:
        problem(ada.send(**PAY), 409, "idempotency_in_progress")
    [answer] = answers
    assert answer.status_code == 201
    assert made() == ALREADY + 2
    assert len(provider.charged) == 1
    assert ada.send(**PAY).content == answer.content


def test_whoever_was_overtaken_at_the_end_does_not_answer(
    ada: Person, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(view: routes.Payments, email: str) -> str:
        clock.shift(61)
        Record.objects.update(claim=None)
        return email

    monkeypatch.setattr(routes.Payments, "_paid", overtaken)
    with time_machine.travel(NOON, tick=False) as clock:
        problem(ada.send(**PAY), 409, "idempotency_in_progress")
    assert Record.objects.get().answer == ""


def test_no_provider_is_called_before_the_intent_is_committed_or_in_a_transaction(
    ada: Person, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.client.raise_request_exception = True
    with pytest.raises(RuntimeError, match="Commit the intent"):
        ada.send(path="/hasty/")

    def entangled(view: routes.Payments) -> Any:
        with transaction.atomic():
            return view.operation.call("other", lambda key: provider.charge(1, key=key))

    monkeypatch.setattr(routes.Payments, "_paid", lambda view, email: entangled(view))
    with pytest.raises(RuntimeError, match="Commit the intent"):
        ada.send(**PAY)
    assert list(provider.charged.values()) == [7]


def test_what_a_step_returns_is_sealed_and_the_same_for_a_repetition(ada: Person, provider: Provider) -> None:
    body = {"email": "declined@example.com"}
    ada.send(**PAY, body=body)
    assert "ch_0" not in Record.objects.get().checkpoints
    assert str(Record.objects.get().operation_id) in provider.asked[0]


def test_the_route_of_an_atomic_request_that_was_phased_before_waits(ada: Person) -> None:
    """A row without an answer is never taken for an answer."""
    assert ada.send().status_code == 201
    Record.objects.update(answer="")
    problem(ada.send(), 409, "idempotency_in_progress")
