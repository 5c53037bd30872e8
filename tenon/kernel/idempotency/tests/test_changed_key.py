"""Repetitions after SECRET_KEY has changed: nothing is done twice, and the answer says why there is none."""

import pytest

from tenon.kernel.http.tests import idempotent_routes as routes
from tenon.kernel.http.tests.idempotent_people import Person, made
from tenon.kernel.tenancy.tests.factories import make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(settings):
    """Somebody, and the answer to their request, given under a key that is the former one by now."""
    settings.ROOT_URLCONF = "tenon.kernel.http.tests.idempotent_routes"
    routes.organization[:] = [make_tenant("acme").id]
    person = Person()
    answer = person.send()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "quite another key", [settings.SECRET_KEY]
    yield person, answer
    routes.organization.clear()


def test_under_a_fallback_the_answer_is_repeated(first):
    person, answer = first
    before = made()
    again = person.send()
    assert (again.status_code, again.content) == (answer.status_code, answer.content)
    assert again["Idempotent-Replayed"] == "true"
    assert made() == before


def test_another_request_under_a_fallback_is_another_request(first):
    person, _answer = first
    assert person.send(body={"name": "something else"}).json()["code"] == "idempotency_key_reused"


def test_without_it_the_repetition_is_told_and_nothing_is_done(first, settings):
    person, _answer = first
    settings.SECRET_KEY_FALLBACKS = []
    before = made()
    again = person.send()
    assert (again.status_code, again.json()["code"]) == (409, "idempotency_answer_lost")
    assert made() == before
