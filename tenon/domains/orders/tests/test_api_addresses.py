"""The address book over HTTP: a person's own, with one shop."""

from functools import partial

import pytest

from tenon.domains.orders.models import CustomerAddress
from tenon.domains.orders.services import addresses
from tenon.domains.orders.tests.factories import make_address, make_organization, make_user
from tenon.kernel import clock
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.factories import start_session
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db
BOOK = "/api/v1/addresses/"
HOME = {
    "full_name": "Ada Lovelace",
    "line1": "1 St James's Square",
    "city": "London",
    "postal_code": "SW1",
    "country": "GB",
}


@pytest.fixture
def seller():
    return make_organization()


@pytest.fixture
def ada():
    return make_user()


@pytest.fixture
def ask(seller, ada):
    api = Api(token=start_session(ada, now=clock.now()).access)
    return lambda method, path, body=None: api.request(
        method, path, body, headers={"X-Organization-ID": str(seller.id)}
    )


def test_addresses_are_kept(ask):
    first = ask("POST", BOOK, HOME)
    assert (first.status_code, first.json()["is_default_shipping"]) == (201, True)
    second = ask("POST", BOOK, {**HOME, "label": "Work", "is_default_shipping": True}).json()
    listed = ask("GET", BOOK).json()["data"]
    assert [(each["is_default_shipping"], each["is_default_billing"]) for each in listed] == [
        (False, True),
        (True, False),
    ]
    path = first.headers["Location"]
    assert ask("PATCH", path, {"is_default_shipping": True}).json()["is_default_shipping"] is True
    assert ask("GET", f"{BOOK}{second['id']}/").json()["is_default_shipping"] is False
    assert ask("DELETE", path).status_code == 204
    assert ask("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"country": "XX"}, "/country"), ({"city": ""}, "/city"), ({"email": "x"}, "/email"), ({"user": "x"}, "/user")],
)
def test_bad_addresses_are_refused(ask, change, pointer):
    answer = ask("POST", BOOK, {**HOME, **change})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_a_book_has_its_end(ask, monkeypatch):
    monkeypatch.setattr(addresses, "MOST", 1)
    ask("POST", BOOK, HOME)
    assert ask("POST", BOOK, HOME).json()["code"] == "too_many_addresses"


def test_nobody_reads_somebody_elses(seller, ada, ask):
    theirs = make_address(seller.id, make_user().id)
    elsewhere = make_address(make_organization().id, ada.id)
    for address in (theirs, elsewhere):
        for method, body in (("GET", None), ("PATCH", {"city": "Paris"}), ("DELETE", None)):
            assert ask(method, f"{BOOK}{address.id}/", body).status_code == 404
    assert ask("GET", BOOK).json()["data"] == []
    with organization_scope(seller.id):
        assert CustomerAddress.objects.get().city == theirs.city


def test_guests_have_no_book(seller):
    guest = partial(Api().request, headers={"X-Organization-ID": str(seller.id)})
    assert guest("GET", BOOK).status_code == 401
    assert guest("POST", BOOK, HOME).status_code == 401
